"""What callers ask for, after validation."""

from __future__ import annotations

from dataclasses import dataclass

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
