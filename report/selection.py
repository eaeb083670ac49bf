"""Ranking the sentences of a section: salient, and not repetitive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from report.domain import LabelledSentence, blank_free_length
from report.tagging import Vectors

REDUNDANCY = 1.0
"""Weight of the similarity to what is already chosen (lambda of MMR, scaled to salience)."""
_ALWAYS = 2
_MIN_POINT = 8
_MAX_RANKED = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be chosen.

    Attributes:
        labelled: the sentence.
        text: its readable text.
        salience: how much it deserves to be a key point (log-odds).
        vector: its direction, of unit length.
    """

    labelled: LabelledSentence
    text: str
    salience: float
    vector: Vectors


def rank(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best first, each penalised for what it repeats of those before it.

    Maximal marginal relevance (Carbonell and Goldstein 1998). Scraps of a few
    characters are candidates only if there is nothing else; of sentences that read the
    same, only the first is.
    """
    distinct = list({item.text: item for item in reversed(candidates)}.values())[::-1]
    worthy = [item for item in distinct if blank_free_length(item.text) >= _MIN_POINT]
    pool = worthy or distinct
    if not pool:
        return []
    vectors = np.stack([item.vector for item in pool])
    gains = np.array([item.salience for item in pool])
    repeated = np.zeros(len(pool))
    ranked: list[Candidate] = []
    for _ in range(min(len(pool), _MAX_RANKED)):
        best = int(np.argmax(gains - REDUNDANCY * repeated))
        ranked.append(pool[best])
        gains[best] = -np.inf
        repeated = np.maximum(repeated, vectors @ pool[best].vector)
    return ranked


def worthy(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Those of ``ranked`` that are more likely salient than not; the first two in any case."""
    return [item for place, item in enumerate(ranked) if place < _ALWAYS or item.salience >= 0]


def in_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates in the order of the report."""
    return sorted(candidates, key=lambda item: item.labelled.sentence.span.start)
