"""What callers ask for, after validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from report.judging import SentText
from report.summary import SummaryOptions


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """A report to summarise and how."""

    sent: SentText
    options: SummaryOptions


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came: its name, of which only the extension counts, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileSummaryRequest:
    """A file with a report to summarise and how."""

    file: UploadedFile
    title: str
    options: SummaryOptions


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One text of a batch.

    Attributes:
        id: what the caller calls it.
        request: what is asked for, ``None`` if that does not fit the schema.
        faults: marshmallow's messages about it, by their place in the request.
        refused: the item as it was sent, if it does not fit.
    """

    id: str
    request: SummaryRequest | None
    faults: Mapping[Any, Any]
    refused: object = None


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """Several reports to summarise, each as asked."""

    items: tuple[BatchItem, ...]
