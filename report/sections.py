"""Choosing what stands for a section: its key sentences, ranked, and its summary."""

from __future__ import annotations

from dataclasses import replace

from report.audit import audit
from report.compression import SectionSummary, compress, whole_sentences
from report.domain import LabelledSentence, RhetoricalRole
from report.judging import Judgement
from report.readable import readable
from report.selection import Candidate, rank


def rank_sentences(judgement: Judgement, role: RhetoricalRole) -> list[LabelledSentence]:
    """The sentences of a section, the best first; see ``report.selection.rank``."""
    return [candidate.labelled for candidate in rank(candidates(judgement, role))]


def candidates(judgement: Judgement, role: RhetoricalRole) -> list[Candidate]:
    """The sentences of a section with all that a choice needs, in their order."""
    report = judgement.report
    return [
        Candidate(
            item,
            readable(item.sentence.span.quote(report.text)),
            judgement.salience.mean(item.sentence.span),
            judgement.vectors[index],
        )
        for index, item in enumerate(judgement.sentences)
        if item.role is role
    ]


def summarise_section(judgement: Judgement, role: RhetoricalRole, budget: int) -> SectionSummary:
    """The summary of a section: its best clauses, or whole sentences if the audit fails.

    See ``report.compression.compress`` and ``report.audit``.
    """
    report = judgement.report
    members = [item for item in judgement.sentences if item.role is role]
    composed = compress(report, members, judgement.salience, judgement.keeping, budget)
    if audit(composed.passages).passed:
        return composed
    rebuilt = whole_sentences(report, rank_sentences(judgement, role), budget)
    return replace(rebuilt, was_rebuilt=True)
