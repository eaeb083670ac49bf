"""The use case: a text in, its achievements, problems and plans out.

Summaries are extractive: they consist of clauses of the report (or, where not even one
fits, of the marked beginning of one), in the report's order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from report.audit import audit
from report.compression import SectionSummary
from report.domain import SECTION_ROLES, LabelledSentence, Report, RhetoricalRole, is_han
from report.errors import BlankTextError, NoChineseTextError, TextTooLongError
from report.figures import figures
from report.judging import Judgement, judge
from report.notices import notices
from report.sections import key_candidates, summarise_section
from report.selection import Candidate, in_order
from report.summary import (
    Coverage,
    KeyPoint,
    NumberAudit,
    RoleCount,
    RoledSentence,
    Section,
    Sections,
    Summary,
    SummaryOptions,
)
from report.tagging import RoleTagger

MAX_TEXT_CHARACTERS = 200_000
_CONFIDENCE_DIGITS = 4


def summarise(text: str, options: SummaryOptions, tagger: RoleTagger, title: str = "") -> Summary:
    """Split a report into achievements, problems and plans, and summarise each.

    ``title`` is context for the model, if the text does not begin with it.

    Raises:
        BlankTextError: if there is nothing but white space.
        TextTooLongError: if the text has more than ``MAX_TEXT_CHARACTERS``.
        NoChineseTextError: if it has no Chinese character.
    """
    _check(text)
    return summarise_judged(judge(text, tagger, _context(text, title.strip())), options)


def summarise_judged(judgement: Judgement, options: SummaryOptions) -> Summary:
    """The answer for a report that the model has judged."""
    report, sentences = judgement.report, judgement.sentences
    composed = {
        role: summarise_section(judgement, role, options.max_summary_chars)
        for role in SECTION_ROLES
    }
    sections = Sections(
        *(_section(judgement, role, composed[role], options) for role in SECTION_ROLES)
    )
    return Summary(
        judgement.model,
        sections,
        _coverage(report, sentences),
        _audit(composed.values()),
        _roled(report, sentences) if options.include_sentences else None,
        tuple(notices(report, sentences, [r for r in SECTION_ROLES if composed[r].was_cut])),
    )


def _context(text: str, title: str) -> str:
    """``title``, unless the text begins with it anyway."""
    return "" if text.lstrip().startswith(title) else title


def _check(text: str) -> None:
    length = len(text.strip())
    if not length:
        raise BlankTextError
    if length > MAX_TEXT_CHARACTERS:
        raise TextTooLongError(MAX_TEXT_CHARACTERS, length)
    if not any(map(is_han, text)):
        raise NoChineseTextError


def _section(
    judgement: Judgement, role: RhetoricalRole, composed: SectionSummary, options: SummaryOptions
) -> Section:
    report = judgement.report
    points = in_order(key_candidates(judgement, role)[: options.max_points])
    members = judgement.of_role(role)
    return Section(
        composed.text,
        composed.sources,
        tuple(_key_point(report, candidate) for candidate in points),
        len(members),
        sum(member.length(report.text) for member in members),
    )


def _audit(composed: Collection[SectionSummary]) -> NumberAudit:
    counts = [audit(summary.passages) for summary in composed]
    return NumberAudit(
        sum(count.checked for count in counts),
        sum(count.found for count in counts),
        sum(summary.was_rebuilt for summary in composed),
    )


def _key_point(report: Report, candidate: Candidate) -> KeyPoint:
    sentence = candidate.labelled.sentence
    return KeyPoint(
        candidate.text,
        sentence.span.quote(report.text),
        sentence.span,
        round(candidate.labelled.confidence, _CONFIDENCE_DIGITS),
        _headings(report, candidate.labelled),
        figures(report.text, sentence.span),
    )


def _roled(report: Report, sentences: Sequence[LabelledSentence]) -> tuple[RoledSentence, ...]:
    return tuple(
        RoledSentence(
            item.sentence.span,
            item.role,
            round(item.confidence, _CONFIDENCE_DIGITS),
            _headings(report, item),
        )
        for item in sentences
    )


def _headings(report: Report, labelled: LabelledSentence) -> tuple[str, ...]:
    """The headings above a sentence, each on one line, outermost first."""
    return tuple(
        " ".join(heading.span.quote(report.text).split()) for heading in labelled.sentence.headings
    )


def _coverage(report: Report, sentences: Sequence[LabelledSentence]) -> Coverage:
    by_role = {}
    for role in RhetoricalRole:
        lengths = [item.length(report.text) for item in sentences if item.role is role]
        by_role[role] = RoleCount(sum(lengths), len(lengths))
    return Coverage(sum(count.characters for count in by_role.values()), len(sentences), by_role)
