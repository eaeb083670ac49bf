"""From the judgement of what was read to what callers see: positions and quotes as sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from report.domain import LabelledSentence, RhetoricalRole, blank_free_length
from report.figures import Figure, figures
from report.judging import Judgement, LedgerEntry
from report.script import simplified
from report.selection import Candidate
from report.summary import Coverage, KeyPoint, RoleCount, RoledSentence, Script

_CONFIDENCE_DIGITS = 4


def in_script(text: str, script: Script) -> str:
    """``text`` in the script that was asked for."""
    return simplified(text) if script is Script.SIMPLIFIED else text


def key_point(judgement: Judgement, candidate: Candidate, script: Script) -> KeyPoint:
    """A chosen sentence as a key point."""
    span = judgement.source_span(candidate.labelled)
    return KeyPoint(
        in_script(candidate.text, script),
        span.quote(judgement.repaired.source),
        span,
        round(candidate.labelled.confidence, _CONFIDENCE_DIGITS),
        _headings(judgement, candidate.labelled, script),
        _figures(judgement, candidate.labelled, script),
    )


def _figures(judgement: Judgement, item: LabelledSentence, script: Script) -> tuple[Figure, ...]:
    return tuple(
        replace(
            figure,
            text=in_script(figure.text, script),
            indicator=in_script(figure.indicator, script),
            span=judgement.repaired.source_span(figure.span),
        )
        for figure in figures(judgement.report.written, item.sentence.span)
    )


def _headings(judgement: Judgement, item: LabelledSentence, script: Script) -> tuple[str, ...]:
    """The headings above a sentence, each on one line, outermost first."""
    written = judgement.report.written
    return tuple(
        in_script(" ".join(heading.span.quote(written).split()), script)
        for heading in item.sentence.headings
    )


def roled_sentences(
    judgement: Judgement, ledger: Sequence[LedgerEntry], script: Script
) -> tuple[RoledSentence, ...]:
    """All of the text, stretch by stretch."""
    return tuple(
        RoledSentence(
            entry.span,
            entry.role,
            round(entry.confidence, _CONFIDENCE_DIGITS),
            _headings(judgement, entry.sentence, script) if entry.sentence else (),
        )
        for entry in ledger
    )


def coverage(judgement: Judgement, ledger: Sequence[LedgerEntry]) -> Coverage:
    """How much of the text as sent has which role."""
    by_role = {}
    for role in RhetoricalRole:
        lengths = [
            blank_free_length(entry.span.quote(judgement.repaired.source))
            for entry in ledger
            if entry.role is role
        ]
        by_role[role] = RoleCount(sum(lengths), len(lengths))
    return Coverage(sum(count.characters for count in by_role.values()), len(ledger), by_role)
