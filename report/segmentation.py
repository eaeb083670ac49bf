"""Cutting a report into sentences, list items and headings with exact spans.

``segment`` never changes the text: it only finds positions. A stretch between two hard
boundaries (full stop, semicolon, end of line, enumeration mark) is a *run*. Runs that
are too long to be one sentence, as in texts that lost their full stops, are cut at
commas and blanks too; their parts keep the number of their run, so that parts with the
same role can be joined again (see ``report.labelling``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from report.brackets import Brackets
from report.decimals import BROKEN_DECIMAL, CLAUSE_COMMA
from report.domain import Heading, Report, visible_span
from report.enumeration import Mark, MarkLevel, mark_at
from report.headings import Piece, heading_before_blank, with_headings

LONG_RUN = 110
"""Runs longer than this many characters are cut at weaker marks as well."""
MIN_PART = 24
"""A part of a long run is at least this long, where its marks allow."""
_LINE_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_TERMINATORS = "。！？；｡"
_CLOSERS = "”’」』）)】》〉］]\"'〞"
_STOP = re.compile(
    rf"(?:[{_TERMINATORS}]|[!?](?=\s|$|[{_CLOSERS}])|(?<!&)(?<![A-Za-z0-9]);|;(?=\s|$))+"
    rf"[{_TERMINATORS}!?]*[{re.escape(_CLOSERS)}]*"
)
_ENTITY = re.compile(r"&[A-Za-z]{2,8};$|&#\d{1,6};$")
_INLINE_BOUNDARY = re.compile(r"[。！？；;!?：:，,\s”）)〞]")
_INLINE_MARK = re.compile(
    r"(?=[一二三四五六七八九十]{1,3}[、是要]|第[一二三四五六七八九十]{1,2}(?:部分|[，,、])"
    r"|[（(〔][一二三四五六七八九十]{1,3}[）)〕]|[（(〔]?[0-9０-９]{1,2}[）)〕、.．]|[①-⑳])"
)
# Never inside a number: 1,234 and 8.\n3% stay whole.
_WEAK_STOP = re.compile(rf"{CLAUSE_COMMA}|(?<!\d[.．])(?<!\s)\s+")
_LOST_STOP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


def segment(
    text: str, title: str = "", written: str | None = None, outline: Sequence[Heading] = ()
) -> Report:
    """Cut ``text`` into sentences, list items and headings.

    The spans are ordered and disjoint, and every character outside of them is white
    space. A text of nothing but white space has no sentences.

    Args:
        text: the text to read, in Simplified characters.
        title: what the sender says it is called.
        written: the same in the sender's script, if that is another one.
        outline: lines of ``text`` that are headings for sure, whatever they look like.
    """
    sentences = tuple(with_headings(text, list(_pieces(text)), outline))
    return Report(text, sentences, text if written is None else written, title)


def _pieces(text: str) -> Iterator[Piece]:
    run = 0
    last_seen: dict[MarkLevel, int] = {}
    for number, (line_start, line_end) in enumerate(_lines(text)):
        runs = list(_runs(text, line_start, line_end, last_seen))
        for index, (start, end) in enumerate(runs):
            for part_start, part_end in _parts(text, start, end):
                yield Piece(
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
    span = visible_span(text, start, end)
    if span:
        yield span.start, span.end


def _runs(
    text: str, start: int, end: int, last_seen: dict[MarkLevel, int]
) -> Iterator[tuple[int, int]]:
    cuts = {stop.end() for stop in _stops(text, start, end)}
    cuts |= set(_inline_marks(text, start, end, last_seen))
    bounds = [start, *sorted(cut for cut in cuts if start < cut < end), end]
    for left, right in pairwise(bounds):
        for run_start, run_end in _trimmed(text, left, right):
            heading_end = heading_before_blank(text, run_start, run_end)
            yield from _trimmed(text, run_start, heading_end)
            yield from _at_lost_stops(text, heading_end, run_end)


def _stops(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Full stops and the like, but for those inside brackets and character entities."""
    brackets = Brackets.of(text, start, end)
    position = start
    while match := _STOP.search(text, position, end):
        position = match.end()
        closing = brackets.closing_around(match.start())
        if closing is not None:
            position = max(closing, match.start() + 1)
        elif not _ENTITY.search(text, max(start, match.start() - 9), match.start() + 1):
            yield match


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
        brackets = Brackets.of(text, start, end)
        for weak in _WEAK_STOP.finditer(text, start, end):
            cut = weak.end()
            if brackets.closing_around(weak.start()) is not None:
                continue
            if cut - start >= MIN_PART and end - cut >= MIN_PART:
                yield from _trimmed(text, start, cut)
                start = cut
    yield from _trimmed(text, start, end)
