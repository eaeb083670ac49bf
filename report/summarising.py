"""The use case: a text in, its achievements, problems and plans out.

Summaries are extractive: they consist of clauses of the report (or, where not even one
fits, of the marked beginning of one), in the report's order.
"""

from __future__ import annotations

from collections.abc import Collection

from report.audit import audit
from report.compression import SectionSummary
from report.domain import SECTION_ROLES, RhetoricalRole, Span, blank_free_length, is_han
from report.errors import BlankTextError, NoChineseTextError, TextTooLongError
from report.judging import JudgedPart, Judgement, SentText, judge
from report.notices import notices
from report.presenting import coverage, in_script, key_point, roled_sentences
from report.sections import key_candidates, summarise_section
from report.selection import in_order
from report.summary import (
    NumberAudit,
    ReportPart,
    Section,
    Sections,
    Summary,
    SummaryOptions,
)
from report.tagging import RoleTagger
from report.watching import UNWATCHED, Stage, Watch

MAX_TEXT_CHARACTERS = 200_000


def summarise(
    sent: SentText, options: SummaryOptions, tagger: RoleTagger, watch: Watch = UNWATCHED
) -> Summary:
    """Split a report into achievements, problems and plans, and summarise each.

    ``watch`` follows the work, and may end it.

    Raises:
        BlankTextError: if there is nothing but white space.
        TextTooLongError: if the text has more than ``MAX_TEXT_CHARACTERS``.
        NoChineseTextError: if it has no Chinese character.
    """
    require_usable(sent.text)
    judgement = judge(sent, tagger, options.without, watch)
    with watch.stage(Stage.SELECT):
        return summarise_judged(judgement, options, watch)


def summarise_judged(
    judgement: Judgement, options: SummaryOptions, watch: Watch = UNWATCHED
) -> Summary:
    """The answer for a text that the model has judged."""
    composed = _composed(judgement, options, watch)
    ledger = judgement.ledger()
    return Summary(
        judgement.model,
        _sections(judgement, composed, options),
        tuple(_part(judgement, part, options, watch) for part in judgement.parts),
        judgement.repaired.repairs,
        coverage(judgement, ledger),
        {
            role: tuple(item.confidence for item in judgement.of_role(role))
            for role in RhetoricalRole
        },
        _audit(composed.values()),
        roled_sentences(judgement, ledger, options.script) if options.include_sentences else None,
        tuple(
            notices(
                judgement.report,
                judgement.sentences,
                [role for role in SECTION_ROLES if composed[role].was_cut],
            )
        ),
    )


def require_usable(text: str) -> None:
    """Refuse a text that cannot be summarised.

    Raises:
        UnusableTextError: if it is blank, too long, or not Chinese.
    """
    length = len(text.strip())
    if not length:
        raise BlankTextError
    if length > MAX_TEXT_CHARACTERS:
        raise TextTooLongError(MAX_TEXT_CHARACTERS, length)
    if not any(map(is_han, text)):
        raise NoChineseTextError


def _composed(
    judgement: Judgement, options: SummaryOptions, watch: Watch
) -> dict[RhetoricalRole, SectionSummary]:
    composed: dict[RhetoricalRole, SectionSummary] = {}
    for role in SECTION_ROLES:
        watch.go_on()
        composed[role] = summarise_section(judgement, role, options.max_summary_chars)
    return composed


def _sections(
    judgement: Judgement,
    composed: dict[RhetoricalRole, SectionSummary],
    options: SummaryOptions,
) -> Sections:
    return Sections(*(_section(judgement, role, composed[role], options) for role in SECTION_ROLES))


def _part(
    judgement: Judgement, part: JudgedPart, options: SummaryOptions, watch: Watch
) -> ReportPart:
    """One of several reports, with its own sections."""
    own = judgement.within(part)
    spans = [own.source_span(own.sentences[place]) for place in (0, -1)]
    return ReportPart(
        in_script(part.title, options.script),
        Span(spans[0].start, spans[1].end),
        _sections(own, _composed(own, options, watch), options),
    )


def _section(
    judgement: Judgement, role: RhetoricalRole, composed: SectionSummary, options: SummaryOptions
) -> Section:
    points = in_order(key_candidates(judgement, role)[: options.max_points])
    spans = [judgement.source_span(member) for member in judgement.of_role(role)]
    return Section(
        in_script(composed.text, options.script),
        tuple(judgement.repaired.source_span(span) for span in composed.sources),
        tuple(key_point(judgement, candidate, options.script) for candidate in points),
        len(spans),
        sum(blank_free_length(span.quote(judgement.repaired.source)) for span in spans),
    )


def _audit(composed: Collection[SectionSummary]) -> NumberAudit:
    counts = [audit(summary.passages) for summary in composed]
    return NumberAudit(
        sum(count.checked for count in counts),
        sum(count.found for count in counts),
        sum(summary.was_rebuilt for summary in composed),
    )
