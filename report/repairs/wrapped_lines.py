"""Hard-wrapped lines joined again, and single line breaks that cut a sentence.

Two kinds of texts are mended. In a *wrapped* stretch most lines that do not end a
sentence end near the same right edge: what reaches the edge goes on in the next line.
Elsewhere a break is taken out only where the sentence clearly goes on: a mark that cannot
open a line or close one, a comma, or a paragraph of several sentences that stops inside
of a word the text has elsewhere as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from report.domain import is_han
from report.enumeration import mark_at
from report.repairs.edits import Edit

MAX_EDGE = 64
"""No page is set wider than this many full-width characters."""
MIN_EDGE = 16
"""Shorter lines of one width are verse, cells or addresses."""
EDGE_DEPTH = 3.0
"""Lines end within this width of the edge: a number or a mark is not parted."""
_SLACK = 2.0
"""How uneven the edge is: paper squeezes and stretches lines a little."""
_LOST_INDENT = 2.5
"""How much shorter the first line of a paragraph is whose indent was lost."""
_SENTENCE_SLACK = 8.0
"""How much shorter a line may be that surely breaks off its second sentence."""
_MIN_AT_EDGE = 4
_MAX_STRETCH_LINE = 2 * MAX_EDGE
"""Two lines that a repaired page break has already joined; longer lines are not wrapped."""
_COMMA_LINE = 20
_PARTED_COMMA_LINE = 30
_PARAGRAPH = 40
_HEADING_WIDTH = 24

_CLOSERS = "”’」』）)】》〉］]〞"
_OPENERS = "“‘「『（(【《〈［[〔"
NEVER_FIRST = frozenset(f"{_CLOSERS}，。、；：！？,;％%‰")
_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_CLOSED = re.compile(rf"(?:[。！？!?；;：:…｡]|(?<![0-9０-９])[.．])[{re.escape(_CLOSERS)}\"']*$")
_INNER_STOP = re.compile(r"[。！？；](?=.)")
_PAUSE = re.compile(r"[。！？；，,;]")
_COMMA = "，、,"
_BULLET = re.compile(
    r"[-*+•●○■□▪◆◇➢✓]\s|[•●○■□▪◆◇➢✓#>|]|——|[-=_*]{3}|\[[ x\]]|附件?[:：0-9]|注[:：]"
)
_ROW = re.compile(r"[|\t]")
_SALUTATION = re.compile(r"尊敬|敬爱|亲爱|各位|同志|女士|先生")
_DANGLING_MARK = re.compile(r"[。；][一二三四五六七八九十]{1,2}[是要]$")
_TOKEN = re.compile(
    r"(?:[0-9A-Za-z０-９.．%％&+/-]{1,12}|.)[，。、；：！？”’」』）)】》〉,;:]{0,3}"
)
_PAGE_LINE = 80
"""How far back the line before a page break is looked at."""


@dataclass(frozen=True, slots=True)
class WordPairs:
    """The pairs of neighbouring characters of a text: a stand-in for its words."""

    counts: Counter[tuple[str, str]]
    needed: int

    @classmethod
    def of(cls, text: str) -> Self:
        """The pairs of ``text``; the longer it is, the more often chance makes a pair."""
        return cls(Counter(pairwise(text)), 1 + len(text) // 20_000)

    def part_word(self, left: str, right: str) -> bool:
        """Whether a break between ``left`` and ``right`` parts what stands together elsewhere."""
        return (is_han(left) or is_han(right)) and self.counts[left, right] >= self.needed


@dataclass(frozen=True, slots=True)
class _Line:
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

    def width(self, narrow_width: float = 0.5) -> float:
        """Its width in Chinese characters, if an ASCII one takes ``narrow_width``."""
        return self.size - self.narrow * (1 - narrow_width)


@dataclass(frozen=True, slots=True)
class _Edge:
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
    def of(cls, lines: Sequence[_Line], narrow_width: float) -> Self:
        """The edge that most of ``lines`` end at; one that none does if there is none."""
        widths = (line.width(narrow_width) for line in lines)
        counts = Counter(width for width in widths if MIN_EDGE <= width <= MAX_EDGE)
        steps = range(int(2 * EDGE_DEPTH) + 1)
        ends = {edge: sum(counts[edge - step / 2] for step in steps) for edge in list(counts)}
        best = max(ends, key=lambda edge: (ends[edge], edge), default=0.0)
        return cls(best, narrow_width, ends.get(best, 0))

    def ends(self, line: _Line) -> bool:
        """Whether ``line`` ends at the edge."""
        return self.width - EDGE_DEPTH <= line.width(self.narrow_width) <= self.width

    def room_behind(self, line: _Line) -> float:
        """How much would still have fitted on ``line``."""
        return self.width - line.width(self.narrow_width)


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a wrapped stretch is set.

    Attributes:
        edge: the edge that its lines reach.
        indent: the usual indent of its lines.
        spaced: whether an empty line stands after every line.
        indented: whether its paragraphs begin with an indent.
    """

    edge: _Edge
    indent: float
    spaced: bool
    indented: bool


def wrapped_lines(text: str) -> Iterator[Edit]:
    """Join the lines that hard line breaks part inside of a sentence or paragraph."""
    lines = list(_lines(text))
    if len(lines) < 2:
        return
    pairs = WordPairs.of(text)
    settings = _settings(text, lines, pairs)
    cut_paragraphs = _cut_paragraphs(text, lines, pairs)
    for index, (line, following) in enumerate(pairwise(lines)):
        setting = settings[index] if settings[index] is settings[index + 1] else None
        if (
            index in cut_paragraphs
            or _cut_at_marks(text, line, following)
            or (setting is not None and _wraps(text, line, following, setting, pairs))
        ):
            yield join(text, line.end, following.start)


def join(text: str, end: int, start: int) -> Edit:
    """The edit that makes ``text[:end]`` and ``text[start:]`` one; Latin words stay two."""
    left, right = text[end - 1], text[start]
    latin = right.isascii() and right.isalpha() and left.isascii() and not left.isdigit()
    return Edit(end, start, " " if latin and left not in "([-/" else "")


def starts_item(text: str, start: int) -> bool:
    """Whether a heading, a list item, a bullet or a table row begins at ``start``."""
    return mark_at(text, start) is not None or _BULLET.match(text, start) is not None


def sentence_goes_on(text: str, end: int, start: int, pairs: WordPairs) -> bool:
    """Whether a sentence that ``text[:end]`` breaks off goes on at ``start``.

    What stands between is no part of the text: a page mark, a running header. ``pairs``
    are those of ``text``.
    """
    if end <= 0 or start >= len(text):
        return False
    if text[start] in NEVER_FIRST:
        return text[start] in _CLOSERS or not _closed(text, end)
    if text[end - 1] in _OPENERS:
        return True
    if _closed(text, end) or starts_item(text, start) or _indented(text, start):
        return False
    if text[end - 1] in _COMMA or pairs.part_word(text[end - 1], text[start]):
        return True
    return not _heading_before(text, end)


def _closed(text: str, end: int) -> bool:
    return _CLOSED.search(text, max(0, end - 5), end) is not None


def _indented(text: str, start: int) -> bool:
    blanks = text[max(0, start - 2) : start]
    return blanks.endswith(("\u3000", "\t", "  ", "\xa0\xa0"))


def _heading_before(text: str, end: int) -> bool:
    """Whether a short line without any pause, a heading or a title, ends at ``end``."""
    begin = max(0, end - _PAGE_LINE)
    line_start = max(text.rfind(sign, begin, end) for sign in "\r\n\f") + 1
    if not line_start and begin:
        return False
    line = text[line_start:end].strip()
    if _PAUSE.search(line):
        return False
    return _width(line) < _HEADING_WIDTH or mark_at(line) is not None


def _width(content: str) -> float:
    return len(content) - len(content.encode("ascii", "ignore")) / 2


def _lines(text: str) -> Iterator[_Line]:
    last_end = 0
    for match in _LINE.finditer(text):
        content = match.group().rstrip()
        body = content.lstrip()
        if not body:
            continue
        end = match.start() + len(content)
        start = end - len(body)
        breaks = max(text.count("\n", last_end, start), text.count("\r", last_end, start))
        indent = _width(content[: start - match.start()])
        narrow = len(content.encode("ascii", "ignore"))
        yield _Line(start, end, len(content), narrow, indent, parted=breaks > 1)
        last_end = end


def _opens_paragraph(text: str, line: _Line, usual_indent: float) -> bool:
    ideographic = line.indent > 0 and text[line.start - 1] == "\u3000"
    return ideographic or line.indent > usual_indent + 0.5


def _cut_at_marks(text: str, line: _Line, following: _Line) -> bool:
    """Whether the signs on both sides of the break show that it cuts a sentence."""
    last, first = text[line.end - 1], text[following.start]
    if first in NEVER_FIRST:
        return first in _CLOSERS or not _closed(text, line.end)
    if last in _OPENERS:
        return True
    if starts_item(text, following.start) or _opens_paragraph(text, following, line.indent):
        return False
    if _DANGLING_MARK.search(text, max(line.start, line.end - 4), line.end):
        return True
    needed = _PARTED_COMMA_LINE if following.parted else _COMMA_LINE
    return (
        last in _COMMA
        and line.width() >= needed
        and not _SALUTATION.match(text, line.start)
        and not _ROW.search(text, line.start, line.end)
    )


def _cut_paragraphs(text: str, lines: Sequence[_Line], pairs: WordPairs) -> set[int]:
    """The paragraphs of several sentences whose last one stops at a break and goes on.

    Mostly it must stop inside of a word. Where that happens often, the text has lost its
    layout, and any paragraph that ends without a stop is cut.
    """
    candidates = [
        index
        for index, (line, following) in enumerate(pairwise(lines))
        if _may_be_cut(text, line, following)
    ]
    sure = {
        index
        for index in candidates
        if pairs.part_word(text[lines[index].end - 1], text[lines[index + 1].start])
    }
    of_sentences = [
        index
        for index in candidates
        if _INNER_STOP.search(text, lines[index].start, lines[index].end)
    ]
    often = len(sure) >= 3 and 2 * len(sure) >= len(of_sentences)
    return sure | set(of_sentences) if often else sure


def _may_be_cut(text: str, line: _Line, following: _Line) -> bool:
    last, first = text[line.end - 1], text[following.start]
    if following.parted or line.width() < _PARAGRAPH or not (last.isalnum() and first.isalnum()):
        return False
    if starts_item(text, following.start) or _opens_paragraph(text, following, line.indent):
        return False
    if _ROW.search(text, line.start, line.end):
        return False
    return line.width() > MAX_EDGE or bool(_INNER_STOP.search(text, line.start, line.end))


def _settings(text: str, lines: Sequence[_Line], pairs: WordPairs) -> list[_Setting | None]:
    """For every line how the stretch it belongs to is set; ``None`` if it is not wrapped."""
    settings: list[_Setting | None] = []
    stretch: list[_Line] = []
    for line in lines:
        if line.width() <= _MAX_STRETCH_LINE:
            stretch.append(line)
            continue
        settings += [_setting(text, stretch, pairs)] * len(stretch)
        settings.append(None)
        stretch = []
    settings += [_setting(text, stretch, pairs)] * len(stretch)
    return settings


def _setting(text: str, lines: Sequence[_Line], pairs: WordPairs) -> _Setting | None:
    breaks = [
        (line, following)
        for line, following in pairwise(lines)
        if not _closed(text, line.end) and not starts_item(text, following.start)
    ]
    edge = max(
        (_Edge.of([line for line, _ in breaks], narrow_width) for narrow_width in (0.5, 1.0)),
        key=lambda edge: edge.lines,
    )
    at_edge = [pair for pair in breaks if edge.ends(pair[0])]
    if not _is_wrapped(text, lines, edge) or not _cuts_words(text, at_edge, pairs):
        return None
    indent = Counter(line.indent for line in lines).most_common(1)[0][0]
    parted = sum(following.parted for _, following in at_edge)
    return _Setting(
        edge,
        indent,
        spaced=parted >= 0.8 * len(at_edge),
        indented=_paragraphs_indented(text, lines, edge, indent),
    )


def _is_wrapped(text: str, lines: Sequence[_Line], edge: _Edge) -> bool:
    """Whether next to no line goes beyond the edge, and what reaches it seldom ends there."""
    beyond = sum(edge.room_behind(line) < -1 for line in lines)
    closed = sum(edge.ends(line) and _closed(text, line.end) for line in lines)
    unclosed = sum(not _closed(text, line.end) for line in lines)
    return (
        edge.lines >= max(_MIN_AT_EDGE, 0.4 * unclosed)
        and 10 * beyond <= len(lines)
        and 2 * closed <= edge.lines
    )


def _cuts_words(text: str, breaks: Sequence[tuple[_Line, _Line]], pairs: WordPairs) -> bool:
    """Whether enough of ``breaks`` stand where a sentence is sure or likely to go on."""
    sure = sum(_surely_cuts(text, line, following, pairs) for line, following in breaks)
    likely = sum(
        _PAUSE.search(text, line.start, line.end) is not None and text[following.end - 1] in "。；"
        for line, following in breaks
    )
    return sure >= max(2, 0.15 * len(breaks)) or likely >= max(3, 0.3 * len(breaks))


def _surely_cuts(text: str, line: _Line, following: _Line, pairs: WordPairs) -> bool:
    last, first = text[line.end - 1], text[following.start]
    return (
        last in _COMMA
        or last in _OPENERS
        or first in NEVER_FIRST
        or (last.isdecimal() and is_han(first))
        or pairs.part_word(last, first)
    )


def _paragraphs_indented(
    text: str, lines: Sequence[_Line], edge: _Edge, usual_indent: float
) -> bool:
    openings = [
        following
        for line, following in pairwise(lines)
        if edge.room_behind(line) > EDGE_DEPTH and _closed(text, line.end)
    ]
    indented = sum(_opens_paragraph(text, line, usual_indent) for line in openings)
    return indented >= max(2, 0.7 * len(openings))


def _wraps(text: str, line: _Line, following: _Line, setting: _Setting, pairs: WordPairs) -> bool:
    """Whether ``line`` reaches the edge and its paragraph goes on in ``following``."""
    if following.parted and not setting.spaced:
        return False
    if starts_item(text, following.start) or _opens_paragraph(text, following, setting.indent):
        return False
    token = _TOKEN.match(text, following.start)
    room = setting.edge.room_behind(line) - (_width(token.group()) if token else 1.0)
    if _closed(text, line.end):
        return setting.indented and room <= _SLACK and text[line.end - 1] in "。；"
    cuts_word = pairs.part_word(text[line.end - 1], text[following.start])
    if _INNER_STOP.search(text, line.start, line.end):
        return room <= (_SENTENCE_SLACK if cuts_word else _SLACK + _LOST_INDENT)
    is_heading = mark_at(text, line.start) and not _PAUSE.search(text, line.start, line.end)
    return room <= _SLACK and (cuts_word or not is_heading)
