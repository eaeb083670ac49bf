"""All repairs in their order, and the text that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np

from report.domain import Span, visible_span
from report.repairs.broken_numbers import broken_numbers
from report.repairs.edits import Edit, Reading
from report.repairs.entities import entities
from report.repairs.furniture import furniture
from report.repairs.invisible import invisible
from report.repairs.letter_spacing import letter_spacing
from report.repairs.marks import marks
from report.repairs.mojibake import mojibake
from report.repairs.page_breaks import page_breaks
from report.repairs.readings import readings
from report.repairs.width import width
from report.repairs.wrapped_lines import wrapped_lines
from report.script import is_traditional, simplified_characters


class RepairCode(StrEnum):
    """What can be repaired, in the order in which it is."""

    INVISIBLE = "invisible"
    ENTITIES = "entities"
    MOJIBAKE = "mojibake"
    READINGS = "readings"
    FURNITURE = "furniture"
    PAGE_BREAKS = "page_breaks"
    MARKS = "marks"
    WIDTH = "width"
    WRAPPED_LINES = "wrapped_lines"
    BROKEN_NUMBERS = "broken_numbers"
    LETTER_SPACING = "letter_spacing"
    LOST_STOPS = "lost_stops"
    TRADITIONAL = "traditional"


@dataclass(frozen=True, slots=True)
class RepairCount:
    """In how many places a repair was made; Traditional characters count one by one."""

    code: RepairCode
    count: int


@dataclass(frozen=True, slots=True)
class RepairedText:
    """A text as it was sent, and as it is read.

    Attributes:
        source: the text as sent; all positions that callers see are in it.
        reading: the text as read, in the sender's script, with the way back.
        simplified: the reading in Simplified characters, one for one.
        repairs: what was repaired; repairs that found nothing are not listed.
    """

    source: str
    reading: Reading
    simplified: str
    repairs: tuple[RepairCount, ...]

    @classmethod
    def of(cls, source: str, without: frozenset[RepairCode] = frozenset()) -> Self:
        """Repair ``source``, leaving out the repairs ``without``."""
        reading = Reading.of(source)
        counts = []
        for code, find in REPAIRS.items():
            if code in without:
                continue
            edits = list(find(reading.text))
            if edits:
                reading = reading.edited(edits)
                counts.append(RepairCount(code, len(edits)))
        simplified = reading.text
        if RepairCode.TRADITIONAL not in without and is_traditional(reading.text):
            simplified = simplified_characters(reading.text)
            changed = sum(
                sign != other for sign, other in zip(reading.text, simplified, strict=True)
            )
            counts.append(RepairCount(RepairCode.TRADITIONAL, changed))
        return cls(source, reading, simplified, tuple(counts))

    def with_edits(self, code: RepairCode, edits: Iterable[Edit]) -> RepairedText:
        """With one more repair, of which ``code`` tells the kind, of the text as it is read.

        What it inserts or replaces is the same in both scripts.
        """
        made = list(edits)
        if not made:
            return self
        return RepairedText(
            self.source,
            self.reading.edited(made),
            Reading.of(self.simplified).edited(made).text,
            (*self.repairs, RepairCount(code, len(made))),
        )

    def source_span(self, span: Span) -> Span:
        """Where ``span`` of the reading stands in the source."""
        return self.reading.source_span(span)

    def read_span(self, span: Span) -> Span | None:
        """What of ``span`` of the source is read; ``None`` if nothing is."""
        start = int(np.searchsorted(self.reading.starts, span.start, side="left"))
        end = int(np.searchsorted(self.reading.ends, span.end, side="right"))
        return Span(start, end) if start < end else None

    def unread(self, covered: Iterable[Span]) -> Iterator[Span]:
        """The stretches of the source between ``covered`` spans that have a visible character."""
        position = 0
        for span in covered:
            gap = visible_span(self.source, position, span.start)
            if gap:
                yield gap
            position = span.end
        rest = visible_span(self.source, position, len(self.source))
        if rest:
            yield rest


Repair = Callable[[str], Iterable[Edit]]
REPAIRS: dict[RepairCode, Repair] = {
    RepairCode.INVISIBLE: invisible,
    RepairCode.ENTITIES: entities,
    RepairCode.MOJIBAKE: mojibake,
    RepairCode.READINGS: readings,
    RepairCode.FURNITURE: furniture,
    RepairCode.PAGE_BREAKS: page_breaks,
    RepairCode.MARKS: marks,
    RepairCode.WIDTH: width,
    RepairCode.WRAPPED_LINES: wrapped_lines,
    RepairCode.BROKEN_NUMBERS: broken_numbers,
    RepairCode.LETTER_SPACING: letter_spacing,
}
"""The repairs that are edits, in their order."""
