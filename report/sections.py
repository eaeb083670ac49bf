"""Choosing what stands for a section: its key sentences, ranked, and its summary."""

from __future__ import annotations

from dataclasses import replace

from report.audit import audit
from report.compression import SectionSummary, compress, whole_sentences
from report.domain import LabelledSentence, RhetoricalRole, Span
from report.judging import Judgement
from report.readable import readable
from report.selection import Candidate, rank, worthy

KEEPING_SHARE = 0.3
"""Weight of the log-odds that a summary keeps a sentence's words; the rest is salience."""


def key_sentences(judgement: Judgement, role: RhetoricalRole) -> list[LabelledSentence]:
    """The sentences of a section that deserve to be key points, the best first."""
    return [item.labelled for item in key_candidates(judgement, role)]


def key_candidates(judgement: Judgement, role: RhetoricalRole) -> list[Candidate]:
    """The same with all that was known when they were chosen.

    See ``report.selection.rank`` and ``report.selection.worthy``.
    """
    return worthy(rank(_candidates(judgement, role)))


def _candidates(judgement: Judgement, role: RhetoricalRole) -> list[Candidate]:
    """The sentences of a section with all that a choice needs, in their order."""
    report = judgement.report
    return [
        Candidate(
            item,
            readable(item.sentence.span.quote(report.written)),
            _worth(judgement, item.sentence.span),
            judgement.vectors[index],
        )
        for index, item in enumerate(judgement.sentences)
        if item.role is role
    ]


def _worth(judgement: Judgement, span: Span) -> float:
    salience, keeping = judgement.salience.mean(span), judgement.keeping.mean(span)
    return (1 - KEEPING_SHARE) * salience + KEEPING_SHARE * keeping


def summarise_section(judgement: Judgement, role: RhetoricalRole, budget: int) -> SectionSummary:
    """The summary of a section: its best clauses, or whole sentences if the audit fails.

    See ``report.compression.compress`` and ``report.audit``.
    """
    report = judgement.report
    composed = compress(report, judgement.of_role(role), judgement.keeping, budget)
    if audit(composed.passages).passed:
        return composed
    rebuilt = whole_sentences(report, key_sentences(judgement, role), budget)
    return replace(rebuilt, was_rebuilt=True)
