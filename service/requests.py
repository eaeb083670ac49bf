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
