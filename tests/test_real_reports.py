"""The bars on real reports and gold labels; skipped where ../shared is missing."""

from __future__ import annotations

import re
from operator import eq
from pathlib import Path

import opencc
import pytest

from evaluation.gold import read_gold
from evaluation.noise import NOISE
from evaluation.run import Evaluation, evaluate
from models.tagger import TransformerTagger
from report.clauses import clauses
from report.domain import SECTION_ROLES, RhetoricalRole, Span
from report.judging import SentText, judge
from report.repairs.repairing import RepairedText
from report.summarising import summarise
from report.summary import Section, Summary, SummaryOptions

# Which sections the samples have, by the first digits of their names.
SECTIONS = {
    "000": (True, False, True),
    "001": (True, True, False),
    "002": (True, False, True),
    "003": (True, False, False),
    "004": (True, False, False),
}


# Where the report stands in each of them, without what the sites put around it.
BODIES = {
    "000": Span(16, 4788),
    "001": Span(368, 4824),
    "002": Span(0, 4914),
    "003": Span(89, 17274),
    "004": Span(0, 3087),
}
# Where the three reports of a sample begin.
REPORTS_OF_003 = (89, 4754, 13593)
_CUT_NUMBER = re.compile(r"^\d+%|[0-9][.．]$")


def sample(shared: Path, name: str) -> str:
    [path] = (shared / "samples").glob(f"{name}_*.txt")
    return path.read_text(encoding="utf-8")


def all_sections(summary: Summary) -> list[Section]:
    return [
        section
        for sections in (summary.sections, *(part.sections for part in summary.parts))
        for section in (sections.achievements, sections.problems, sections.plans)
    ]


@pytest.fixture(scope="module")
def summaries(shared: Path, tagger: TransformerTagger) -> dict[str, Summary]:
    options = SummaryOptions(include_sentences=True)
    return {name: summarise(SentText(sample(shared, name)), options, tagger) for name in SECTIONS}


@pytest.mark.parametrize("name", SECTIONS)
def test_samples_have_their_sections_and_exact_quotes(
    shared: Path, summaries: dict[str, Summary], name: str
) -> None:
    text, summary = sample(shared, name), summaries[name]
    sections = summary.sections
    parts = (sections.achievements, sections.problems, sections.plans)
    assert tuple(section.present for section in parts) == SECTIONS[name]
    for section in all_sections(summary):
        assert all(point.quote == point.span.quote(text) for point in section.points)
    audit = summary.number_audit
    assert audit.checked == audit.found > 0
    assert summary.sentences is not None
    covered = "".join(sentence.span.quote(text) for sentence in summary.sentences)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize("name", SECTIONS)
def test_nothing_around_the_reports_is_told(summaries: dict[str, Summary], name: str) -> None:
    body = BODIES[name]
    for section in all_sections(summaries[name]):
        for span in (*section.sources, *(point.span for point in section.points)):
            assert body.start <= span.start < span.end <= body.end


@pytest.mark.parametrize("name", SECTIONS)
def test_numbers_of_the_samples_come_out_whole(summaries: dict[str, Summary], name: str) -> None:
    for section in all_sections(summaries[name]):
        texts = [section.summary, *(point.text for point in section.points)]
        assert not any(_CUT_NUMBER.search(clause) for text in texts for clause in clauses(text))


def test_decimals_broken_over_lines_are_read_whole(
    shared: Path, summaries: dict[str, Summary]
) -> None:
    text = sample(shared, "004")
    broken = {match.start() for match in re.finditer(r"\d+\.\n\d+%", text)}
    reading = RepairedText.of(text)
    for place in broken:
        number = text[place:].partition("%")[0].replace("\n", "") + "%"
        span = reading.read_span(Span(place, place + len(number) + 1))
        assert span is not None
        assert span.quote(reading.simplified) == number
    points = summaries["004"].sections.achievements.points
    assert any(
        figure.span.start in broken and "." in figure.value
        for point in points
        for figure in point.figures
    )


def test_the_sample_with_three_reports_has_three_parts(summaries: dict[str, Summary]) -> None:
    parts = summaries["003"].parts
    assert len(parts) == len(REPORTS_OF_003)
    # The first may begin with what stands above it.
    assert tuple(part.span.start for part in parts[1:]) == REPORTS_OF_003[1:]
    assert all(part.title.endswith(")") for part in parts[1:])
    assert all(part.sections.achievements.points for part in parts)
    for name in SECTIONS.keys() - {"003"}:
        assert summaries[name].parts == ()


NOISE_SEED = 1


@pytest.mark.parametrize("kind", NOISE)
def test_noise_costs_little(evaluation: Evaluation, kind: str) -> None:
    clean = evaluation.variants["as_is"].roles.macro3
    noisy = evaluation.variants[f"noise_{kind}"].roles
    assert noisy.macro3 >= clean - (0.04 if kind == "all" else 0.02)
    assert noisy.faults == ()


@pytest.fixture(scope="module")
def evaluation(shared: Path, tagger: TransformerTagger) -> Evaluation:
    return evaluate(list(read_gold(shared / "gold" / "dev.jsonl")), tagger, NOISE_SEED)


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
