"""Cutting a report into sentences, list items and headings with exact spans.

``segment`` never changes the text: it only finds positions. A stretch between two hard
boundaries (full stop, semicolon, end of line, enumeration mark) is a *run*. Runs that
are too long to be one sentence, as in texts that lost their full stops, are cut at
commas and blanks too; their parts keep the number of their run, so that parts with the
same role can be joined again (see ``report.labelling``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Self

from report.decimals import BROKEN_DECIMAL, CLAUSE_COMMA
from report.domain import Heading, Report, Sentence, Span
from report.enumeration import Mark, MarkLevel, mark_at, markdown_level_at

LONG_RUN = 110
"""Runs longer than this many characters are cut at weaker marks as well."""
MIN_PART = 24
"""A part of a long run is at least this long, where its marks allow."""
MAX_HEADING = 50
"""A line longer than this is no heading."""
MAX_LEAD = 32
"""A longer numbered sentence in front of more text on its line is a list item."""

_LINE_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_TERMINATORS = "。！？；｡"
_CLOSERS = "”’」』）)】》〉］]\"'〞"
_STOP = re.compile(
    rf"(?:[{_TERMINATORS}]|[!?](?=\s|$|[{_CLOSERS}])|(?<!&)(?<![A-Za-z0-9]);|;(?=\s|$))+"
    rf"[{_TERMINATORS}!?]*[{re.escape(_CLOSERS)}]*"
)
_ENTITY = re.compile(r"&[A-Za-z]{2,8};$|&#\d{1,6};$")
_BRACKETS = {"（": "）", "(": ")", "《": "》", "〔": "〕", "【": "】"}
_MAX_BRACKETED = 120
_INLINE_BOUNDARY = re.compile(r"[。！？；;!?：:，,\s”）)〞]")
_INLINE_MARK = re.compile(
    r"(?=[一二三四五六七八九十]{1,3}[、是要]|第[一二三四五六七八九十]{1,2}(?:部分|[，,、])"
    r"|[（(〔][一二三四五六七八九十]{1,3}[）)〕]|[（(〔]?[0-9０-９]{1,2}[）)〕、.．]|[①-⑳])"
)
# Never inside a number: 1,234 and 8.\n3% stay whole.
_WEAK_STOP = re.compile(rf"{CLAUSE_COMMA}|(?<!\d[.．])(?<!\s)\s+")
_LOST_STOP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_SENTENCE_PUNCTUATION = re.compile(r"[。！？；，,;]")
_NAMED_HEADING = re.compile(
    r"(?:工作)?(?:回顾|总结|情况|成效|成绩|亮点|进展|问题|不足|差距|短板|困难|打算|计划|安排|思路"
    r"|目标|任务|措施|建议|展望|部署|规划|举措|设想|风险|概况|体会|经验|做法|要求)$"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A trimmed stretch of the text and what segmentation found out about it."""

    start: int
    end: int
    line: int
    run: int
    alone: bool
    opens_line: bool


def segment(text: str, title: str = "") -> Report:
    """Cut ``text`` into sentences, list items and headings.

    The spans are ordered and disjoint, and every character outside of them is white
    space. A text of nothing but white space has no sentences.
    """
    return Report(text, tuple(_with_headings(text, list(_pieces(text)))), title)


def _pieces(text: str) -> Iterator[_Piece]:
    run = 0
    last_seen: dict[MarkLevel, int] = {}
    for number, (line_start, line_end) in enumerate(_lines(text)):
        runs = list(_runs(text, line_start, line_end, last_seen))
        for index, (start, end) in enumerate(runs):
            for part_start, part_end in _parts(text, start, end):
                yield _Piece(
                    part_start,
                    part_end,
                    number,
                    run,
                    alone=len(runs) == 1,
                    opens_line=index == 0 and part_start == start,
                )
            run += 1


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _LINE_BREAK.finditer(text):
        if BROKEN_DECIMAL.match(text, match.start()):
            continue
        yield from _trimmed(text, start, match.start())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _runs(
    text: str, start: int, end: int, last_seen: dict[MarkLevel, int]
) -> Iterator[tuple[int, int]]:
    cuts = {stop.end() for stop in _stops(text, start, end)}
    cuts |= set(_inline_marks(text, start, end, last_seen))
    bounds = [start, *sorted(cut for cut in cuts if start < cut < end), end]
    for left, right in pairwise(bounds):
        for run_start, run_end in _trimmed(text, left, right):
            heading_end = _heading_before_blank(text, run_start, run_end)
            yield from _trimmed(text, run_start, heading_end)
            yield from _at_lost_stops(text, heading_end, run_end)


def _stops(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Full stops and the like, but for those inside brackets and character entities."""
    brackets = _Brackets.of(text, start, end)
    position = start
    while match := _STOP.search(text, position, end):
        position = match.end()
        closing = brackets.closing_around(match.start())
        if closing is not None:
            position = max(closing, match.start() + 1)
        elif not _ENTITY.search(text, max(start, match.start() - 9), match.start() + 1):
            yield match


@dataclass(frozen=True, slots=True)
class _Brackets:
    """The short outermost bracketed stretches of a line, by their positions."""

    openings: tuple[int, ...]
    closings: tuple[int, ...]

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Self:
        openings: list[int] = []
        closings: list[int] = []
        position = start
        while position < end:
            closing = _BRACKETS.get(text[position])
            if closing:
                close = text.find(closing, position + 1, min(end, position + _MAX_BRACKETED))
                if close > 0:
                    openings.append(position)
                    closings.append(close)
                    position = close
            position += 1
        return cls(tuple(openings), tuple(closings))

    def closing_around(self, position: int) -> int | None:
        """Where the stretch that ``position`` lies in ends; ``None`` if it lies in none."""
        index = bisect_right(self.openings, position) - 1
        inside = index >= 0 and self.openings[index] < position < self.closings[index]
        return self.closings[index] if inside else None


def _inline_marks(
    text: str, start: int, end: int, last_seen: dict[MarkLevel, int]
) -> Iterator[int]:
    """Where numbered items begin: at the line's start and, if the series goes on, inside it."""
    for candidate in _INLINE_MARK.finditer(text, start, end):
        position = candidate.start()
        mark = mark_at(text, position)
        if mark is None:
            continue
        if position == start:
            last_seen[mark.level] = mark.ordinal
        elif _continues_series(text, position, mark, last_seen):
            last_seen[mark.level] = mark.ordinal
            yield position


def _continues_series(
    text: str, position: int, mark: Mark, last_seen: dict[MarkLevel, int]
) -> bool:
    if mark.ordinal != 1 and mark.ordinal != last_seen.get(mark.level, 0) + 1:
        return False
    if text[position - 1] in "第之" or text[position - 1].isdecimal():
        return False
    after_boundary = bool(_INLINE_BOUNDARY.match(text, position - 1))
    if mark.level in (MarkLevel.DIGIT, MarkLevel.DIGIT_BRACKETED, MarkLevel.ORDINAL_WORD):
        return after_boundary and text[position - 1] not in "，,"
    return after_boundary or mark.level is MarkLevel.CHINESE_BRACKETED


def _heading_before_blank(text: str, start: int, end: int) -> int:
    """Where the heading ends that only a blank parts from its text; ``end`` if none does."""
    mark = mark_at(text, start)
    if mark is None or mark.level is MarkLevel.ORDINAL_WORD:
        return end
    blank = re.compile(r"\s").search(text, start + mark.length + 2, end)
    if blank is None or blank.start() - start > MAX_LEAD:
        return end
    if _SENTENCE_PUNCTUATION.search(text, start + mark.length, blank.start()):
        return end
    return blank.start()


def _at_lost_stops(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A long run cut at blanks between Chinese characters: there a full stop was lost."""
    if end - start > LONG_RUN:
        for blank in _LOST_STOP.finditer(text, start, end):
            yield from _trimmed(text, start, blank.start())
            start = blank.end()
    yield from _trimmed(text, start, end)


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A run whole or, if it is too long for a sentence, cut at commas and blanks."""
    if end - start > LONG_RUN:
        brackets = _Brackets.of(text, start, end)
        for weak in _WEAK_STOP.finditer(text, start, end):
            cut = weak.end()
            if brackets.closing_around(weak.start()) is not None:
                continue
            if cut - start >= MIN_PART and end - cut >= MIN_PART:
                yield from _trimmed(text, start, cut)
                start = cut
    yield from _trimmed(text, start, end)


def _with_headings(text: str, pieces: list[_Piece]) -> Iterator[Sentence]:
    open_headings: list[Heading] = []
    for piece, following in zip_longest(pieces, pieces[1:]):
        mark = markdown_level_at(text, piece.start) or mark_at(text, piece.start)
        level = _heading_level(text, piece, mark, following)
        if piece.opens_line and open_headings:
            _close_headings_of_last_line(open_headings, mark)
        if mark is not None or level is not None:
            floor = level if level is not None else int(mark.level) if mark else 0
            while open_headings and open_headings[-1].level >= floor:
                open_headings.pop()
        span = Span(piece.start, piece.end)
        closed = bool(_STOP.search(text, max(piece.start, piece.end - 3), piece.end))
        yield Sentence(span, tuple(open_headings), level, piece.run, piece.opens_line, closed)
        if level is not None:
            open_headings.append(Heading(span, level))


def _close_headings_of_last_line(open_headings: list[Heading], mark: Mark | None) -> None:
    """一是… leads hold for their own paragraph only."""
    if mark is None and open_headings[-1].level == MarkLevel.ORDINAL_WORD:
        open_headings.pop()


def _heading_level(
    text: str, piece: _Piece, mark: Mark | None, following: _Piece | None
) -> int | None:
    content = text[piece.start : piece.end]
    same_line = following is not None and following.line == piece.line
    if mark is None:
        named = piece.alone and len(content) <= MAX_LEAD and _NAMED_HEADING.search(content)
        return int(MarkLevel.UNNUMBERED) if named else None
    if same_line and following is not None and following.run == piece.run:
        return None
    ends_sentence = bool(_SENTENCE_PUNCTUATION.search(content[-1]))
    if same_line:
        return int(mark.level) if len(content) <= MAX_LEAD else None
    if mark.level is MarkLevel.ORDINAL_WORD or not piece.alone:
        return None
    is_title = not ends_sentence and len(content) <= MAX_HEADING
    of_high_rank = mark.level <= MarkLevel.CHINESE_BRACKETED
    is_short = len(content) <= MAX_LEAD and (of_high_rank or not re.search(r"[，,；;]", content))
    return int(mark.level) if is_title or is_short else None
