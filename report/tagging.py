"""What a model says about a report's sentences, and who can say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from report.domain import Report, RoleScores, Span
from report.watching import UNWATCHED, Watch

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Which model judged: its name and a version that changes with its weights."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Track:
    """A quantity along a text: ``values[i]`` belongs to the piece that ends at ``ends[i]``.

    Attributes:
        ends: positions after the last character of each piece, ascending.
        values: what was measured there, shape (pieces,).
    """

    ends: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]

    def mean(self, span: Span) -> float:
        """The mean over the pieces that end inside ``span``; 0 if there are none."""
        first, last = np.searchsorted(self.ends, (span.start, span.end), side="right")
        return float(self.values[first:last].mean()) if last > first else 0.0


@dataclass(frozen=True, slots=True)
class Tagging:
    """A model's judgement of a report, in the order of its sentences.

    Attributes:
        scores: the role probabilities of each sentence.
        vectors: one unit-length vector a sentence, shape (sentences, dimensions).
        salience: how much the text around a place belongs in a short summary (log-odds).
        keeping: how much a summary would keep these very words (log-odds).
    """

    scores: tuple[RoleScores, ...]
    vectors: Vectors
    salience: Track
    keeping: Track


class RoleTagger(Protocol):
    """Anything that can judge the sentences of a report."""

    @property
    def card(self) -> ModelCard:
        """Name and version of the model."""

    def tag_all(self, reports: Sequence[Report], watch: Watch = UNWATCHED) -> Sequence[Tagging]:
        """Judge every sentence of each report, all of them together.

        ``watch`` is told of each piece of work, and asked before the next.
        """

    def sentence_ends(self, text: str, watch: Watch = UNWATCHED) -> Sequence[int]:
        """Behind which characters of ``text`` a sentence ends without a mark, ascending.

        Empty if the model cannot tell. ``watch`` as in ``tag_all``.
        """
