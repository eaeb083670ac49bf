"""The words of the domain, as immutable values.

Positions are half-open ranges of Unicode code points. Those of an answer are in the text
exactly as the user sent it, so ``text[span.start:span.end]`` is always the quoted source;
those of a ``Report`` are in its own text, which repairs may have made of what was sent (see
``report.repairs``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_INVISIBLE = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+"
)


HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters (see ``is_han``), for a character class of a regular expression."""


class RhetoricalRole(StrEnum):
    """What a sentence of a work report does (the annotation guideline's A, P, L, O)."""

    ACHIEVEMENT = "achievement"
    PROBLEM = "problem"
    PLAN = "plan"
    OTHER = "other"


SECTION_ROLES = (RhetoricalRole.ACHIEVEMENT, RhetoricalRole.PROBLEM, RhetoricalRole.PLAN)
"""The roles that make a section of the answer; ``other`` makes none."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range ``[start, end)`` of code points.

    Raises:
        ValueError: if the range is empty, reversed or negative.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def quote(self, text: str) -> str:
        """The part of ``text`` that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading above a sentence; ``level`` 1 is the outermost."""

    span: Span
    level: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One unit of a report: a sentence, a list item or a heading.

    Attributes:
        span: where it stands in the report's text.
        headings: the headings above it, outermost first (its own line excluded).
        level: the heading's level if the unit is a heading, else ``None``.
        run: number of the stretch between two hard boundaries (a full stop, a line's
            end) that the unit is part of. Units share a number only where a very long
            stretch without a full stop was cut at weaker marks.
        opens_line: whether it is the first unit of its line.
        closed: whether it ends with a full stop, a semicolon or the like.
    """

    span: Span
    headings: tuple[Heading, ...]
    level: int | None
    run: int
    opens_line: bool
    closed: bool

    @property
    def is_heading(self) -> bool:
        """Whether the unit is a heading."""
        return self.level is not None


@dataclass(frozen=True, slots=True)
class Report:
    """A segmented text: its sentences are ordered, disjoint, and cover all non-blanks.

    Attributes:
        text: the text as it is read: repaired, in Simplified characters.
        sentences: its sentences; their spans are positions in ``text``.
        written: the same in the sender's script, character for character.
        title: what the sender says the report is called, "" if nothing.
    """

    text: str
    sentences: tuple[Sentence, ...]
    written: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class RoleScores:
    """Probabilities of the four roles; they sum to 1."""

    achievement: float
    problem: float
    plan: float
    other: float

    def of(self, role: RhetoricalRole) -> float:
        """The probability of ``role``."""
        return float(getattr(self, role.value))


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with the role decided for it and the probability of that role."""

    sentence: Sentence
    role: RhetoricalRole
    confidence: float


def blank_free_length(text: str) -> int:
    """The number of visible characters of ``text``: neither white space nor control signs."""
    return len(_INVISIBLE.sub("", text))


def visible_span(text: str, start: int, end: int) -> Span | None:
    """``text[start:end]`` without invisible characters at its ends; ``None`` if nothing is left."""
    lead = _INVISIBLE.match(text, start, end)
    first = lead.end() if lead else start
    while end > first and _INVISIBLE.match(text, end - 1, end):
        end -= 1
    return Span(first, end) if first < end else None


def is_han(sign: str) -> bool:
    """Whether ``sign`` is a Chinese character (CJK Unified Ideographs, all extensions)."""
    code = ord(sign)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x323AF
    )
