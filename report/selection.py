"""Choosing the sentences of a summary: salient, not repetitive, within a budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from report.domain import LabelledSentence, blank_free_length
from report.readable import shorten, with_full_stop
from report.tagging import Vectors

BREVITY = 1.0
"""Penalty of long sentences in summaries, see ``rank``."""
REDUNDANCY = 1.0
"""Weight of the similarity to what is already chosen (lambda of MMR, scaled to salience)."""
_MIN_POINT = 8
_MAX_RANKED = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be chosen: its readable text, how salient, which direction."""

    labelled: LabelledSentence
    text: str
    salience: float
    vector: Vectors


def rank(candidates: Sequence[Candidate], brevity: float = 0.0) -> list[Candidate]:
    """The best first, each penalised for what it repeats of those before it.

    Maximal marginal relevance (Carbonell and Goldstein 1998). Scraps of a few
    characters are candidates only if there is nothing else; of sentences that read the
    same, only the first is.

    Args:
        candidates: the sentences of a section.
        brevity: penalty per unit of the natural logarithm of a sentence's length, for
            choosing under a budget of characters.
    """
    distinct = list({item.text: item for item in reversed(candidates)}.values())[::-1]
    worthy = [item for item in distinct if blank_free_length(item.text) >= _MIN_POINT]
    pool = worthy or distinct
    if not pool:
        return []
    vectors = np.stack([item.vector for item in pool])
    gains = np.array([item.salience - brevity * math.log(len(item.text)) for item in pool])
    repeated = np.zeros(len(pool))
    ranked: list[Candidate] = []
    for _ in range(min(len(pool), _MAX_RANKED)):
        best = int(np.argmax(gains - REDUNDANCY * repeated))
        ranked.append(pool[best])
        gains[best] = -np.inf
        repeated = np.maximum(repeated, vectors @ pool[best].vector)
    return ranked


def in_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates in the order of the report."""
    return sorted(candidates, key=lambda item: item.labelled.sentence.span.start)


def compose(ranked: Sequence[Candidate], budget: int) -> tuple[str, bool]:
    """A summary of at most ``budget`` characters, and whether a sentence had to be cut.

    The best sentences that fit, joined in the report's order. If not even one fits, the
    marked beginning of the best.
    """
    chosen: list[Candidate] = []
    left = budget
    for candidate in ranked:
        needed = len(with_full_stop(candidate.text))
        if needed <= left:
            chosen.append(candidate)
            left -= needed
    if chosen:
        return "".join(with_full_stop(item.text) for item in in_order(chosen)), False
    return (shorten(ranked[0].text, budget), True) if ranked else ("", False)
