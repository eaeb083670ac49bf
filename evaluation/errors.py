"""The errors that cost most: long sentences, surely judged and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.judged import JudgedDocument, majority_role
from report.domain import RhetoricalRole, Span


@dataclass(frozen=True, slots=True)
class RoleError:
    """A sentence with another role than the gold has for most of it."""

    document: str
    span: Span
    quote: str
    gold: RhetoricalRole
    predicted: RhetoricalRole
    confidence: float


def role_errors(documents: Sequence[JudgedDocument]) -> list[RoleError]:
    """All wrongly judged sentences, those with the most characters times confidence first."""
    errors = [
        RoleError(
            document.gold.name,
            entry.span,
            entry.span.quote(document.source.text),
            gold,
            entry.role,
            entry.confidence,
        )
        for document in documents
        for entry in document.judgement.ledger()
        if (gold := majority_role(document.source, entry.span)) and gold is not entry.role
    ]
    return sorted(errors, key=lambda error: -len(error.span) * error.confidence)
