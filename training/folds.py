"""Splitting the documents into folds of whole regions and whole voices.

A model is judged on regions and authors it never saw: all reports of one region fall
into the same fold, and so do all documents of one author.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from training.documents import Document

FOLDS = 3


def fold_of(document: Document) -> int:
    """The fold of a document, from 0 to ``FOLDS`` - 1, the same in every run."""
    return zlib.crc32(document.group.encode()) % FOLDS


def inside(documents: Iterable[Document], fold: int) -> list[Document]:
    """The documents of one fold: what a run is validated on."""
    return [document for document in documents if fold_of(document) == fold]


def outside(documents: Iterable[Document], fold: int | None) -> list[Document]:
    """The documents of all other folds, or all if ``fold`` is ``None``."""
    return [document for document in documents if fold is None or fold_of(document) != fold]
