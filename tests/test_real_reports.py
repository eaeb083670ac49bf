"""The bars on real reports and gold labels; skipped where ../shared is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.gold import read_gold
from evaluation.role_scores import score_roles
from evaluation.variants import VARIANTS
from models.tagger import TransformerTagger
from report.domain import LabelledSentence
from report.labelling import decide
from report.segmentation import segment
from report.summarising import summarise
from report.summary import SummaryOptions

# Which sections the samples have, by the first digits of their names.
SECTIONS = {
    "000": (True, False, True),
    "001": (True, True, False),
    "002": (True, False, True),
    "003": (True, False, False),
    "004": (True, False, False),
}


@pytest.mark.parametrize("name", SECTIONS)
def test_samples_have_their_sections_and_exact_quotes(
    shared: Path, tagger: TransformerTagger, name: str
) -> None:
    [path] = (shared / "samples").glob(f"{name}_*.txt")
    text = path.read_text(encoding="utf-8")
    summary = summarise(text, SummaryOptions(include_sentences=True), tagger)
    sections = summary.sections
    parts = (sections.achievements, sections.problems, sections.plans)
    assert tuple(section.present for section in parts) == SECTIONS[name]
    for section in parts:
        assert all(point.quote == point.span.quote(text) for point in section.points)
    assert summary.sentences is not None
    covered = "".join(sentence.span.quote(text) for sentence in summary.sentences)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize("variant", ["as_is", "headings_stripped"])
def test_roles_reach_the_bar_on_the_gold_documents(
    shared: Path, tagger: TransformerTagger, variant: str
) -> None:
    def label(text: str) -> tuple[LabelledSentence, ...]:
        report = segment(text)
        return decide(report, tagger.tag(report).scores)

    documents = list(read_gold(shared / "gold" / "dev.jsonl"))
    assert score_roles(documents, VARIANTS[variant], label).macro3 >= 0.92
