"""Character-level precision, recall and F1 of the roles, pooled over documents.

Blank characters do not count. Pooling means that each character of the set counts the
same, however long its document is.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from evaluation.gold import GoldDocument
from evaluation.variants import RoleText
from report.domain import SECTION_ROLES, LabelledSentence, RhetoricalRole

Labeller = Callable[[str], Sequence[LabelledSentence]]
"""Segments a text and decides its roles."""


@dataclass(frozen=True, slots=True)
class RoleScore:
    """Precision, recall and F1 of one role, each 0 where it is undefined."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class DocumentFaults:
    """Sections that a document has not but was given, and has but was denied."""

    document: str
    invented: tuple[RhetoricalRole, ...]
    missed: tuple[RhetoricalRole, ...]


@dataclass(slots=True)
class Confusion:
    """Counts of characters by (gold role, predicted role)."""

    counts: Counter[tuple[RhetoricalRole, RhetoricalRole]] = field(default_factory=Counter)

    def add(self, source: RoleText, labelled: Iterable[LabelledSentence]) -> None:
        """Count the characters of one document."""
        for item in labelled:
            for index in range(item.sentence.span.start, item.sentence.span.end):
                gold = source.roles[index]
                if gold is not None and not source.text[index].isspace():
                    self.counts[gold, item.role] += 1

    def score(self, role: RhetoricalRole) -> RoleScore:
        """Precision, recall and F1 of ``role``."""
        right = self.counts[role, role]
        predicted = sum(self.counts[gold, role] for gold in RhetoricalRole)
        wanted = sum(self.counts[role, guess] for guess in RhetoricalRole)
        precision = right / predicted if predicted else 0.0
        recall = right / wanted if wanted else 0.0
        total = predicted + wanted
        return RoleScore(precision, recall, 2 * right / total if total else 0.0)

    def macro3(self) -> float:
        """The mean F1 of achievement, problem and plan."""
        return sum(self.score(role).f1 for role in SECTION_ROLES) / len(SECTION_ROLES)


@dataclass(frozen=True, slots=True)
class RoleResult:
    """The scores of one variant of a gold set."""

    scores: dict[RhetoricalRole, RoleScore]
    macro3: float
    by_document: dict[str, float]
    faults: tuple[DocumentFaults, ...]
    characters_per_second: float


def score_roles(
    documents: Sequence[GoldDocument],
    variant: Callable[[GoldDocument], RoleText],
    label: Labeller,
) -> RoleResult:
    """Label every document in one variant and compare with the gold roles."""
    pooled = Confusion()
    accuracy: dict[str, float] = {}
    faults: list[DocumentFaults] = []
    characters, seconds = 0, 0.0
    for document in documents:
        source = variant(document)
        started = time.perf_counter()
        labelled = label(source.text)
        seconds += time.perf_counter() - started
        characters += len(source.text)
        mine = Confusion()
        mine.add(source, labelled)
        pooled.counts.update(mine.counts)
        right = sum(count for (gold, guess), count in mine.counts.items() if gold is guess)
        accuracy[document.name] = right / max(1, mine.counts.total())
        fault = _faults(document.name, source, labelled)
        if fault.invented or fault.missed:
            faults.append(fault)
    return RoleResult(
        {role: pooled.score(role) for role in RhetoricalRole},
        pooled.macro3(),
        accuracy,
        tuple(faults),
        characters / seconds if seconds else 0.0,
    )


def _faults(name: str, source: RoleText, labelled: Iterable[LabelledSentence]) -> DocumentFaults:
    wanted = {role for role in source.roles if role is not None}
    given = {item.role for item in labelled}
    return DocumentFaults(
        name,
        tuple(role for role in SECTION_ROLES if role in given - wanted),
        tuple(role for role in SECTION_ROLES if role in wanted - given),
    )
