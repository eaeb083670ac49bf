"""Where the documents for training come from."""

from __future__ import annotations

from pathlib import Path

from training.documents import Document, read_labelled
from training.offset_labels import read_offset_labels
from training.weak_labels import read_government_reports

DEFAULT_DATA = Path(__file__).parent / "data"
DEFAULT_VALIDATION = Path(__file__).parent / "validation"
"""Labelled documents that are never trained on."""
_GOVERNMENT = ("city-2024", "province-2025", "province-2026", "national")
_OFFSET_LABELS = "government.labels"


def read_government(corpus: Path) -> list[Document]:
    """The government work reports below ``corpus``, with weak labels."""
    return [document for name in _GOVERNMENT for document in read_government_reports(corpus / name)]


def read_people_labelled(data: Path, corpus: Path) -> list[Document]:
    """What was labelled sentence by sentence: whole documents, and stretches of ``corpus``."""
    documents = list(read_labelled(sorted(data.glob("*.jsonl"))))
    if (data / _OFFSET_LABELS).exists():
        documents += read_offset_labels(data / _OFFSET_LABELS, corpus)
    return documents
