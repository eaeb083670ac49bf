"""How well the key points of a section match what annotators hold salient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evaluation.gold import GoldDocument
from report.domain import RhetoricalRole, Span
from report.summary import Section, Summary

SALIENT = 2


@dataclass(frozen=True, slots=True)
class PointScore:
    """Shares of characters: of the points that are salient, and of the salient in points."""

    precision: float
    recall: float


@dataclass(slots=True)
class _Tally:
    """Characters chosen, salient, and both."""

    chosen: int = 0
    salient: int = 0
    both: int = 0

    def score(self) -> PointScore:
        return PointScore(self.both / max(1, self.chosen), self.both / max(1, self.salient))


def score_points(
    documents: Sequence[GoldDocument], summarise: Callable[[str], Summary]
) -> dict[RhetoricalRole, PointScore]:
    """Precision and recall of the points of each section, pooled over the documents."""
    tallies = {
        RhetoricalRole.ACHIEVEMENT: _Tally(),
        RhetoricalRole.PROBLEM: _Tally(),
        RhetoricalRole.PLAN: _Tally(),
    }
    for document in documents:
        sections = summarise(document.text).sections
        by_role: dict[RhetoricalRole, Section] = {
            RhetoricalRole.ACHIEVEMENT: sections.achievements,
            RhetoricalRole.PROBLEM: sections.problems,
            RhetoricalRole.PLAN: sections.plans,
        }
        for role, section in by_role.items():
            salient = _characters(
                gold.span
                for gold in document.spans
                if gold.role is role and gold.salience == SALIENT
            )
            chosen = _characters(point.span for point in section.points)
            tallies[role].chosen += len(chosen)
            tallies[role].salient += len(salient)
            tallies[role].both += len(chosen & salient)
    return {role: tally.score() for role, tally in tallies.items()}


def _characters(spans: Iterable[Span]) -> set[int]:
    return {index for span in spans for index in range(span.start, span.end)}
