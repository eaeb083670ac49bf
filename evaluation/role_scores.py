"""Character-level precision, recall and F1 of the roles, pooled over documents.

Blank characters do not count. Pooling means that each character of the set counts the
same, however long its document is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.judged import JudgedDocument
from report.domain import SECTION_ROLES, RhetoricalRole


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

    def add(self, document: JudgedDocument) -> None:
        """Count the characters of one document."""
        source = document.source
        for entry in document.judgement.ledger():
            for index in range(entry.span.start, entry.span.end):
                gold = source.roles[index]
                if gold is not None and not source.text[index].isspace():
                    self.counts[gold, entry.role] += 1

    def score(self, role: RhetoricalRole) -> RoleScore:
        """Precision, recall and F1 of ``role``."""
        right = self.counts[role, role]
        predicted = sum(self.counts[gold, role] for gold in RhetoricalRole)
        wanted = sum(self.counts[role, guess] for guess in RhetoricalRole)
        precision = right / predicted if predicted else 0.0
        recall = right / wanted if wanted else 0.0
        total = predicted + wanted
        return RoleScore(precision, recall, 2 * right / total if total else 0.0)

    def accuracy(self) -> float:
        """The share of characters with the right role."""
        right = sum(count for (gold, guess), count in self.counts.items() if gold is guess)
        return right / max(1, self.counts.total())

    def macro3(self) -> float:
        """The mean F1 of achievement, problem and plan."""
        return sum(self.score(role).f1 for role in SECTION_ROLES) / len(SECTION_ROLES)


@dataclass(frozen=True, slots=True)
class RoleResult:
    """The scores of one variant of a gold set; accuracies are shares of characters."""

    scores: dict[RhetoricalRole, RoleScore]
    macro3: float
    accuracy_by_document: dict[str, float]
    faults: tuple[DocumentFaults, ...]


def score_roles(documents: Sequence[JudgedDocument]) -> RoleResult:
    """Compare the judged roles with the gold roles."""
    pooled = Confusion()
    accuracies: dict[str, float] = {}
    faults: list[DocumentFaults] = []
    for document in documents:
        mine = Confusion()
        mine.add(document)
        pooled.counts.update(mine.counts)
        accuracies[document.gold.name] = mine.accuracy()
        fault = _faults(document)
        if fault.invented or fault.missed:
            faults.append(fault)
    return RoleResult(
        {role: pooled.score(role) for role in RhetoricalRole},
        pooled.macro3(),
        accuracies,
        tuple(faults),
    )


def _faults(document: JudgedDocument) -> DocumentFaults:
    wanted = {role for role in document.source.roles if role is not None}
    given = {item.role for item in document.judgement.sentences}
    return DocumentFaults(
        document.gold.name,
        tuple(role for role in SECTION_ROLES if role in given - wanted),
        tuple(role for role in SECTION_ROLES if role in wanted - given),
    )
