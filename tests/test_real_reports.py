"""The bars on real reports and gold labels; skipped where ../shared is missing."""

from __future__ import annotations

from operator import eq
from pathlib import Path

import opencc
import pytest

from evaluation.gold import read_gold
from evaluation.run import Evaluation, evaluate
from models.tagger import TransformerTagger
from report.domain import SECTION_ROLES, RhetoricalRole
from report.judging import SentText, judge
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
    summary = summarise(SentText(text), SummaryOptions(include_sentences=True), tagger)
    sections = summary.sections
    parts = (sections.achievements, sections.problems, sections.plans)
    assert tuple(section.present for section in parts) == SECTIONS[name]
    for section in parts:
        assert all(point.quote == point.span.quote(text) for point in section.points)
    audit = summary.number_audit
    assert audit.checked == audit.found > 0
    assert summary.sentences is not None
    covered = "".join(sentence.span.quote(text) for sentence in summary.sentences)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.fixture(scope="module")
def evaluation(shared: Path, tagger: TransformerTagger) -> Evaluation:
    return evaluate(list(read_gold(shared / "gold" / "dev.jsonl")), tagger)


@pytest.mark.parametrize(
    ("variant", "macro3"),
    [("as_is", 0.95), ("headings_stripped", 0.93), ("one_line", 0.94), ("no_full_stops", 0.92)],
)
def test_roles_reach_the_bar_on_the_gold_documents(
    evaluation: Evaluation, variant: str, macro3: float
) -> None:
    roles = evaluation.variants[variant].roles
    assert roles.macro3 >= macro3
    assert roles.faults == ()


def test_problems_other_and_confidences_reach_their_bars(evaluation: Evaluation) -> None:
    scores = evaluation.variants["as_is"].roles.scores
    assert scores[RhetoricalRole.PROBLEM].f1 >= 0.92
    assert scores[RhetoricalRole.OTHER].f1 >= 0.75
    assert evaluation.calibration.expected_error <= 0.03


def test_points_and_summaries_beat_the_baselines(evaluation: Evaluation) -> None:
    ours = evaluation.summaries["huibao"]
    for name in ("lead", "textrank", "centroid"):
        theirs = evaluation.summaries[name]
        assert ours.budget_precision >= theirs.budget_precision + 0.1
        for role in SECTION_ROLES:
            mine, other = ours.by_role[role], theirs.by_role[role]
            assert mine.rouge.rouge_l >= other.rouge.rouge_l + 0.05
            assert mine.precision > other.precision


@pytest.mark.parametrize("script", ["s2t", "s2tw"])
def test_traditional_versions_get_the_same_roles(
    shared: Path, tagger: TransformerTagger, script: str
) -> None:
    convert = opencc.OpenCC(script).convert
    same = total = 0
    for document in read_gold(shared / "gold" / "dev.jsonl"):
        simplified = role_of_characters(document.text, tagger)
        traditional = role_of_characters(convert(document.text), tagger)
        assert len(simplified) == len(traditional)
        same += sum(map(eq, simplified, traditional))
        total += len(simplified)
    assert same / total >= 0.995


def role_of_characters(text: str, tagger: TransformerTagger) -> list[RhetoricalRole | None]:
    roles: list[RhetoricalRole | None] = [None] * len(text)
    for item in judge(SentText(text), tagger).ledger():
        roles[item.span.start : item.span.end] = [item.role] * len(item.span)
    return roles
