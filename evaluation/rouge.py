"""ROUGE by character (Lin 2004), by Google's rouge-score."""

from __future__ import annotations

from dataclasses import dataclass

from rouge_score.rouge_scorer import RougeScorer


@dataclass(frozen=True, slots=True)
class RougeScores:
    """F1 of ROUGE-1, ROUGE-2 and ROUGE-L."""

    rouge1: float
    rouge2: float
    rouge_l: float


class _Characters:
    """A tokeniser that takes each non-blank character as a token."""

    def tokenize(self, text: str) -> list[str]:
        return [sign for sign in text if not sign.isspace()]


_SCORER = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=_Characters())


def rouge(reference: str, summary: str) -> RougeScores:
    """How much of ``reference`` and ``summary`` is the same, by character."""
    scores = _SCORER.score(reference, summary)
    return RougeScores(
        scores["rouge1"].fmeasure, scores["rouge2"].fmeasure, scores["rougeL"].fmeasure
    )
