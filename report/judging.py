"""From a text to its sentences with their roles: the part of the work that needs the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from report.domain import LabelledSentence, Report, RhetoricalRole
from report.labelling import decide
from report.segmentation import segment
from report.tagging import ModelCard, RoleTagger, Track, Vectors


@dataclass(frozen=True, slots=True)
class Judgement:
    """A report as judged.

    Attributes:
        report: the segmented report.
        sentences: its sentences with their decided roles.
        vectors: one unit-length vector a sentence, shape (sentences, dimensions).
        salience: see ``report.tagging.Tagging``.
        keeping: see ``report.tagging.Tagging``.
        model: who judged.
    """

    report: Report
    sentences: tuple[LabelledSentence, ...]
    vectors: Vectors
    salience: Track
    keeping: Track
    model: ModelCard

    def of_role(self, role: RhetoricalRole) -> list[LabelledSentence]:
        """The sentences of a role, in their order."""
        return [item for item in self.sentences if item.role is role]


def judge(text: str, tagger: RoleTagger, title: str = "") -> Judgement:
    """Segment ``text``, let the model judge it, and decide the role of each sentence."""
    report = segment(text, title)
    tagging = tagger.tag(report)
    sentences = decide(report, tagging.scores)
    vectors = _joined_vectors(report, sentences, tagging.vectors)
    return Judgement(report, sentences, vectors, tagging.salience, tagging.keeping, tagger.card)


def _joined_vectors(
    report: Report, sentences: tuple[LabelledSentence, ...], vectors: Vectors
) -> Vectors:
    """The vectors of the joined sentences: the means of their parts' vectors."""
    if not sentences:
        return vectors
    first_part = {part.span.start: index for index, part in enumerate(report.sentences)}
    starts = [first_part[item.sentence.span.start] for item in sentences]
    sums = np.add.reduceat(vectors, starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-9), dtype=np.float32)
