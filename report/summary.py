"""The answer for one report, as immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from report.domain import RhetoricalRole, Span
from report.figures import Figure
from report.repairs.repairing import RepairCode, RepairCount
from report.tagging import ModelCard


class WarningCode(StrEnum):
    """What a caller may want to know about an answer."""

    ENCODING_GUESSED = "encoding_guessed"
    LOW_CONFIDENCE = "low_confidence"
    MOSTLY_NOT_CHINESE = "mostly_not_chinese"
    NO_SECTIONS = "no_sections"
    SUMMARY_SHORTENED = "summary_shortened"


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: its code and a message for people."""

    code: WarningCode
    message: str


class Script(StrEnum):
    """The characters that an answer is written in; quotes are always as sent."""

    ORIGINAL = "original"
    SIMPLIFIED = "simplified"


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """What the answer shall be like.

    Attributes:
        max_points: key points of each section, at most.
        max_summary_chars: characters of each summary, at most.
        include_sentences: whether all sentences are listed.
        script: what summaries and key points are written in.
        without: repairs not to make.
    """

    max_points: int = 5
    max_summary_chars: int = 200
    include_sentences: bool = False
    script: Script = Script.ORIGINAL
    without: frozenset[RepairCode] = frozenset()


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """A sentence that a careful reader would keep.

    ``text`` is its readable form, repaired; ``quote`` and ``span`` are of the text as sent.
    """

    text: str
    quote: str
    span: Span
    confidence: float
    headings: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the three sections. If it is absent, all of it is empty.

    ``sources`` are the sentences that ``summary`` was made from.
    """

    summary: str
    sources: tuple[Span, ...]
    points: tuple[KeyPoint, ...]
    sentence_count: int
    character_count: int

    @property
    def present(self) -> bool:
        """Whether the report has this section."""
        return self.sentence_count > 0


@dataclass(frozen=True, slots=True)
class Sections:
    """The three sections of every answer."""

    achievements: Section
    problems: Section
    plans: Section


@dataclass(frozen=True, slots=True)
class ReportPart:
    """One of several reports in a text: where it stands, and its own sections."""

    title: str
    span: Span
    sections: Sections


@dataclass(frozen=True, slots=True)
class RoledSentence:
    """A sentence or heading with its role and the headings above it, or what was not read."""

    span: Span
    role: RhetoricalRole
    confidence: float
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleCount:
    """How much of the report has one role; characters do not count blanks."""

    characters: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was judged: all of the report, and the parts add up to it."""

    characters: int
    sentences: int
    by_role: Mapping[RhetoricalRole, RoleCount]


@dataclass(frozen=True, slots=True)
class NumberAudit:
    """The number audit of the summaries, see ``report.audit``.

    ``rebuilt`` counts the summaries that were made of whole sentences because the audit
    found fault with the compressed one; ``checked`` and ``found`` count the numbers of
    the final summaries.
    """

    checked: int
    found: int
    rebuilt: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole answer; ``sentences`` is ``None`` unless they were asked for.

    ``parts`` is empty if the text is one report. ``confidences`` are those of the sentences
    that were judged, by their roles.
    """

    model: ModelCard
    sections: Sections
    parts: tuple[ReportPart, ...]
    repairs: tuple[RepairCount, ...]
    coverage: Coverage
    confidences: Mapping[RhetoricalRole, tuple[float, ...]]
    number_audit: NumberAudit
    sentences: tuple[RoledSentence, ...] | None
    notices: tuple[Notice, ...]
