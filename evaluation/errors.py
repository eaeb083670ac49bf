"""The errors that cost most: long sentences, surely judged and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.judged import JudgedDocument
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
            item.sentence.span,
            item.sentence.span.quote(document.source.text),
            gold,
            item.role,
            item.confidence,
        )
        for document in documents
        for item, gold in zip(document.judgement.sentences, document.gold_roles(), strict=True)
        if gold is not None and gold is not item.role
    ]
    return sorted(errors, key=lambda error: -len(error.span) * error.confidence)
