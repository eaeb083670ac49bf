"""A text as the units that the search for several reports looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from report.domain import LabelledSentence, RhetoricalRole, blank_free_length
from report.enumeration import MarkLevel, chinese_ordinal, mark_at
from report.part_patterns import SERIES
from report.part_signs import Title, Unit, read_unit

MIN_LENGTH = 200
"""A part has at least this many non-blank characters."""
MIN_SECTIONS = 120
"""A part has at least this many characters in sentences that belong to a section."""
MIN_COMPILED_LENGTH, MIN_COMPILED_SECTIONS = 100, 60
"""The same of a part whose title tells it from the others of a compilation."""
_SERIES_NAME = 6
"""How many characters tell a series of titles from another: the last ones of its name."""
_BREAKS_OFF = ("…", "...", "。。")


@dataclass(frozen=True, slots=True)
class Outline:
    """A text as units.

    Attributes:
        text: the text.
        units: its units in their order.
        substance: how many non-blank characters of each unit are a report's own.
        of_sections: how many of these stand in sentences of a section.
        numerals: places and values of its 一、 二、 三、.
        series: the units with a title that goes on the series of an earlier one.
    """

    text: str
    units: tuple[Unit, ...]
    substance: tuple[int, ...]
    of_sections: tuple[int, ...]
    numerals: tuple[tuple[int, int], ...]
    series: frozenset[int]

    @classmethod
    def of(cls, text: str, labelled: Sequence[LabelledSentence]) -> Outline:
        """The outline of a text."""
        closes = [*(item.sentence.opens_line for item in labelled), True][1:]
        units = tuple(
            read_unit(text, item.sentence.span, item.sentence.opens_line, closes_line)
            for item, closes_line in zip(labelled, closes, strict=True)
        )
        substance = tuple(_substance(units, closes))
        of_sections = tuple(
            0 if item.role is RhetoricalRole.OTHER else length
            for item, length in zip(labelled, substance, strict=True)
        )
        numerals = tuple(_numerals(text, units))
        return cls(text, units, substance, of_sections, numerals, frozenset(_series(units)))

    def start(self, index: int) -> int:
        """Where a unit begins."""
        return self.units[index].span.start

    def following(self, index: int, length: int) -> Iterator[Unit]:
        """The unit at ``index`` and those that begin fewer than ``length`` characters on."""
        end = self.start(index) + length
        for position in range(index, len(self.units)):
            if self.start(position) >= end:
                return
            yield self.units[position]

    def preceding(self, index: int, length: int) -> Iterator[Unit]:
        """The units in front that end fewer than ``length`` characters back, backwards."""
        begin = self.start(index) - length
        for position in range(index - 1, -1, -1):
            if self.units[position].span.end <= begin:
                return
            yield self.units[position]

    def title_from(self, index: int, length: int) -> tuple[int, Title] | None:
        """The first title that ``following`` units bear, and which of the units does."""
        for position, unit in enumerate(self.following(index, length), start=index):
            if unit.title is not None:
                return position, unit.title
        return None

    def is_report(self, units: range, *, compiled: bool = False) -> bool:
        """Whether these units are enough for a report, or for one of a compilation."""
        length = MIN_COMPILED_LENGTH if compiled else MIN_LENGTH
        sections = MIN_COMPILED_SECTIONS if compiled else MIN_SECTIONS
        inside = slice(units.start, units.stop)
        return sum(self.substance[inside]) >= length and sum(self.of_sections[inside]) >= sections


def _substance(units: Sequence[Unit], closes: Sequence[bool]) -> list[int]:
    """The lengths of the units, 0 in teasers: lines of other reports that break off."""
    lengths = []
    teaser = False
    for unit, closes_line in zip(reversed(units), reversed(closes), strict=True):
        teaser = unit.content.endswith(_BREAKS_OFF) if closes_line else teaser
        lengths.append(0 if teaser else blank_free_length(unit.content))
    return lengths[::-1]


def _numerals(text: str, units: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """The places and values of 一、 二、 三、 at the head of units."""
    for unit in units:
        mark = mark_at(text, unit.span.start)
        if mark and mark.level is MarkLevel.CHINESE:
            yield unit.span.start, mark.ordinal


def _series(units: Sequence[Unit]) -> Iterator[int]:
    """The units with 工作总结(二) behind 工作总结(一), or 篇二 behind 篇一."""
    last: dict[str, int] = {}
    for index, unit in enumerate(units):
        match = SERIES.fullmatch(unit.title.text) if unit.title is not None else None
        if match is None:
            continue
        number = match["front"] or match["behind"]
        ordinal = int(number) if number.isdecimal() else chinese_ordinal(number)
        name = (match["name"] or "")[-_SERIES_NAME:]
        if last.get(name) == ordinal - 1:
            yield index
        last[name] = ordinal
