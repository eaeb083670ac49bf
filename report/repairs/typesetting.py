"""How hard-wrapped lines are set: their right edge, their indents, the lines between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from report.domain import is_han
from report.repairs.continuation import (
    COMMAS,
    NEVER_FIRST,
    OPENERS,
    PAUSE,
    WordPairs,
    is_closed,
    starts_item,
    width,
)

MAX_EDGE = 64
"""No page is set wider than this many full-width characters."""
MIN_EDGE = 16
"""Shorter lines of one width are verse, cells or addresses."""
EDGE_DEPTH = 3.0
"""Lines end within this width of the edge: a number or a mark is not parted."""
HALF_WIDTH, FULL_WIDTH = 0.5, 1.0
"""How much of a Chinese character's room an ASCII one may take."""
_MAX_STRETCH_LINE = 2 * MAX_EDGE
"""Two lines that a repaired page break has already joined; longer lines are not wrapped."""
_INDENT_SLACK = 0.5
"""Indents that differ by more are different."""

# What shows that a stretch is wrapped, in lines and in shares of lines.
_MIN_AT_EDGE, _SHARE_AT_EDGE = 4, 0.4
_BEYOND_EDGE = 1
"""How far beyond the edge a line ends that was not wrapped at it."""
_LINES_TO_ONE_BEYOND = 10
_MIN_SURE, _SHARE_SURE = 2, 0.15
_MIN_LIKELY, _SHARE_LIKELY = 3, 0.3
# What shows that empty lines part no paragraphs, and that indents do.
_SHARE_SPACED = 0.8
_MIN_INDENTED, _SHARE_INDENTED = 2, 0.7

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    Attributes:
        start: where its content begins.
        end: where its content ends.
        size: how many characters it has, the blanks before its content included.
        narrow: how many of them are ASCII, which take half the room of a Chinese one.
        indent: the room that the blanks before its content take.
        parted: whether an empty line stands above it.
    """

    start: int
    end: int
    size: int
    narrow: int
    indent: float
    parted: bool

    def width(self, narrow_width: float = HALF_WIDTH) -> float:
        """Its width in Chinese characters, if an ASCII one takes ``narrow_width``."""
        return self.size - self.narrow * (1 - narrow_width)


Break = tuple[Line, Line]
"""The lines in front of a line break and behind it."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of wrapped lines.

    Attributes:
        width: how wide the widest lines are that end at it.
        narrow_width: the width of an ASCII character: a half on paper, 1 where a
            programme broke the lines at a number of characters.
        lines: how many lines that end no sentence end at it.
    """

    width: float
    narrow_width: float
    lines: int

    @classmethod
    def of(cls, lines: Sequence[Line], narrow_width: float) -> Self:
        """The edge that most of ``lines`` end at; one that none does if there is none."""
        widths = (line.width(narrow_width) for line in lines)
        counts = Counter(width for width in widths if MIN_EDGE <= width <= MAX_EDGE)
        # Widths are multiples of a half.
        depths = [step / 2 for step in range(int(2 * EDGE_DEPTH) + 1)]
        ends = {edge: sum(counts[edge - depth] for depth in depths) for edge in list(counts)}
        best = max(ends, key=lambda edge: (ends[edge], edge), default=0.0)
        return cls(best, narrow_width, ends.get(best, 0))

    def ends(self, line: Line) -> bool:
        """Whether ``line`` ends at the edge."""
        return self.width - EDGE_DEPTH <= line.width(self.narrow_width) <= self.width

    def room_behind(self, line: Line) -> float:
        """How much would still have fitted on ``line``."""
        return self.width - line.width(self.narrow_width)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a wrapped stretch is set.

    Attributes:
        edge: the edge that its lines reach.
        indent: the usual indent of its lines.
        spaced: whether an empty line stands after every line.
        indented: whether its paragraphs begin with an indent.
    """

    edge: Edge
    indent: float
    spaced: bool
    indented: bool


def typeset_lines(text: str) -> Iterator[Line]:
    """The lines of ``text`` that are not blank."""
    last_end = 0
    for match in _LINE.finditer(text):
        content = match.group().rstrip()
        body = content.lstrip()
        if not body:
            continue
        end = match.start() + len(content)
        start = end - len(body)
        breaks = max(text.count("\n", last_end, start), text.count("\r", last_end, start))
        indent = width(content[: start - match.start()])
        narrow = len(content.encode("ascii", "ignore"))
        yield Line(start, end, len(content), narrow, indent, parted=breaks > 1)
        last_end = end


def begins_anew(text: str, line: Line, usual_indent: float) -> bool:
    """Whether ``line`` begins an item or, by its indent, a paragraph."""
    return starts_item(text, line.start) or _opens_paragraph(text, line, usual_indent)


def _opens_paragraph(text: str, line: Line, usual_indent: float) -> bool:
    ideographic = line.indent > 0 and text[line.start - 1] == "\u3000"
    return ideographic or line.indent > usual_indent + _INDENT_SLACK


def stretch_settings(text: str, lines: Sequence[Line], pairs: WordPairs) -> list[Setting | None]:
    """For every line how the stretch it belongs to is set; ``None`` if it is not wrapped."""
    settings: list[Setting | None] = []
    stretch: list[Line] = []
    for line in lines:
        if line.width() <= _MAX_STRETCH_LINE:
            stretch.append(line)
            continue
        settings += [_setting(text, stretch, pairs)] * len(stretch)
        settings.append(None)
        stretch = []
    settings += [_setting(text, stretch, pairs)] * len(stretch)
    return settings


def _setting(text: str, lines: Sequence[Line], pairs: WordPairs) -> Setting | None:
    breaks = [
        (line, following)
        for line, following in pairwise(lines)
        if not is_closed(text, line.end) and not starts_item(text, following.start)
    ]
    ended = [line for line, _ in breaks]
    edge = max(
        (Edge.of(ended, narrow_width) for narrow_width in (HALF_WIDTH, FULL_WIDTH)),
        key=lambda edge: edge.lines,
    )
    at_edge = [(line, following) for line, following in breaks if edge.ends(line)]
    if not _is_wrapped(text, lines, edge) or not _cuts_words(text, at_edge, pairs):
        return None
    indent = Counter(line.indent for line in lines).most_common(1)[0][0]
    parted = sum(following.parted for _, following in at_edge)
    return Setting(
        edge,
        indent,
        spaced=parted >= _SHARE_SPACED * len(at_edge),
        indented=_paragraphs_indented(text, lines, edge, indent),
    )


def _is_wrapped(text: str, lines: Sequence[Line], edge: Edge) -> bool:
    """Whether next to no line goes beyond the edge, and what reaches it seldom ends there."""
    beyond = sum(edge.room_behind(line) < -_BEYOND_EDGE for line in lines)
    closed = sum(edge.ends(line) and is_closed(text, line.end) for line in lines)
    unclosed = sum(not is_closed(text, line.end) for line in lines)
    return (
        edge.lines >= max(_MIN_AT_EDGE, _SHARE_AT_EDGE * unclosed)
        and _LINES_TO_ONE_BEYOND * beyond <= len(lines)
        and 2 * closed <= edge.lines
    )


def _cuts_words(text: str, breaks: Sequence[Break], pairs: WordPairs) -> bool:
    """Whether enough of ``breaks`` stand where a sentence is sure or likely to go on."""
    sure = sum(_surely_cuts(text, line, following, pairs) for line, following in breaks)
    likely = sum(
        PAUSE.search(text, line.start, line.end) is not None and text[following.end - 1] in "。；"
        for line, following in breaks
    )
    return sure >= max(_MIN_SURE, _SHARE_SURE * len(breaks)) or likely >= max(
        _MIN_LIKELY, _SHARE_LIKELY * len(breaks)
    )


def _surely_cuts(text: str, line: Line, following: Line, pairs: WordPairs) -> bool:
    last, first = text[line.end - 1], text[following.start]
    return (
        last in COMMAS
        or last in OPENERS
        or first in NEVER_FIRST
        or (last.isdecimal() and is_han(first))
        or pairs.part_word(last, first)
    )


def _paragraphs_indented(text: str, lines: Sequence[Line], edge: Edge, usual_indent: float) -> bool:
    """Whether what follows a short line that ends a sentence mostly has an indent."""
    openings = [
        following
        for line, following in pairwise(lines)
        if edge.room_behind(line) > EDGE_DEPTH and is_closed(text, line.end)
    ]
    indented = sum(_opens_paragraph(text, line, usual_indent) for line in openings)
    return indented >= max(_MIN_INDENTED, _SHARE_INDENTED * len(openings))
