"""What a model says about a report's sentences, and who can say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from report.domain import Report, RoleScores

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Which model judged: its name and a version that changes with its weights."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Tagging:
    """A model's judgement of a report, in the order of its sentences.

    Attributes:
        scores: the role probabilities of each sentence.
        vectors: one unit-length vector a sentence, shape (sentences, dimensions).
    """

    scores: tuple[RoleScores, ...]
    vectors: Vectors


class RoleTagger(Protocol):
    """Anything that can judge the sentences of a report."""

    @property
    def card(self) -> ModelCard:
        """Name and version of the model."""

    def tag(self, report: Report) -> Tagging:
        """Judge every sentence of ``report``."""
