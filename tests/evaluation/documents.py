"""Small gold documents and judgements of them, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluation.gold import GoldDocument, GoldSpan
from evaluation.judged import JudgedDocument
from evaluation.variants import as_is
from report.domain import LabelledSentence, RhetoricalRole, Span
from report.judging import Judgement
from report.repairs.repairing import RepairedText
from report.segmentation import segment
from report.tagging import ModelCard, Track, Vectors

NOTHING = Track(np.zeros(0, np.int64), np.zeros(0, np.float32))


def gold(
    text: str,
    *parts: tuple[str, RhetoricalRole, int | None],
    name: str = "d",
    **summaries: str,
) -> GoldDocument:
    """A gold document with ``parts`` of its text labelled, in their order."""
    spans, position = [], 0
    for quote, role, salience in parts:
        start = text.index(quote, position)
        position = start + len(quote)
        spans.append(GoldSpan(Span(start, position), role, salience))
    return GoldDocument(name, text, tuple(spans), summaries)


def judged(
    document: GoldDocument,
    *roles: RhetoricalRole,
    confidences: Sequence[float] = (),
    vectors: Vectors | None = None,
) -> JudgedDocument:
    """The document as if a model had found these roles, all with certainty by default."""
    report = segment(document.text)
    sure = confidences or [1.0] * len(roles)
    sentences = tuple(
        LabelledSentence(sentence, role, confidence)
        for sentence, role, confidence in zip(report.sentences, roles, sure, strict=True)
    )
    directions = np.eye(len(roles), dtype=np.float32) if vectors is None else vectors
    judgement = Judgement(
        RepairedText.of(document.text),
        report,
        sentences,
        directions,
        NOTHING,
        NOTHING,
        ModelCard("hand", "1"),
    )
    return JudgedDocument(document, as_is(document), judgement)
