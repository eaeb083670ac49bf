"""Whether a confidence of 0.8 is right in eight of ten cases.

Expected calibration error with bins of equal width (Naeini et al. 2015; Guo et al. 2017,
arXiv:1706.04599), over sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.judged import JudgedDocument

BINS = 10


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The sentences whose confidence lies in [low, high): how sure, how often right."""

    low: float
    high: float
    sentences: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The reliability of the confidences and their expected calibration error."""

    bins: tuple[ReliabilityBin, ...]
    expected_error: float


def calibration(documents: Sequence[JudgedDocument]) -> Calibration:
    """Compare the confidence of every sentence that has a gold role with its correctness."""
    judged = [
        (labelled.confidence, gold is labelled.role)
        for document in documents
        for labelled, gold in zip(document.judgement.sentences, document.gold_roles(), strict=True)
        if gold is not None
    ]
    bins = []
    for number in range(BINS):
        members = [
            (sure, right) for sure, right in judged if min(int(sure * BINS), BINS - 1) == number
        ]
        if members:
            confidence = sum(sure for sure, _ in members) / len(members)
            accuracy = sum(right for _, right in members) / len(members)
            low, high = number / BINS, (number + 1) / BINS
            bins.append(ReliabilityBin(low, high, len(members), confidence, accuracy))
    error = sum(item.sentences * abs(item.confidence - item.accuracy) for item in bins)
    return Calibration(tuple(bins), error / max(1, len(judged)))
