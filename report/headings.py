"""Which pieces of a report are headings, and which headings stand above each piece."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from report.domain import Heading, Sentence, Span
from report.enumeration import Mark, MarkLevel, mark_at, markdown_level_at

MAX_HEADING = 50
"""A line longer than this is no heading."""
MAX_LEAD = 32
"""A longer numbered sentence in front of more text on its line is a list item."""

# Not the line break of a broken decimal, nor the blank behind a mark.
_BLANK = re.compile(r"(?<![.．])\s")
_CLOSED = re.compile(r"[。！？；｡!?;][”’」』）)】》〉］\]\"'〞]*$")
_SENTENCE_PUNCTUATION = re.compile(r"[。！？；，,;]")
_NAMED_HEADING = re.compile(
    r"(?:工作)?(?:回顾|总结|情况|成效|成绩|亮点|进展|问题|不足|差距|短板|困难|打算|计划|安排|思路"
    r"|目标|任务|措施|建议|展望|部署|规划|举措|设想|风险|概况|体会|经验|做法|要求)$"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A trimmed stretch of the text and what segmentation found out about it."""

    start: int
    end: int
    line: int
    run: int
    alone: bool
    opens_line: bool


def heading_before_blank(text: str, start: int, end: int) -> int:
    """Where the heading ends that only a blank parts from its text; ``end`` if none does."""
    mark = mark_at(text, start)
    if mark is None or mark.level is MarkLevel.ORDINAL_WORD:
        return end
    blank = _BLANK.search(text, start + mark.length + 2, end)
    if blank is None or blank.start() - start > MAX_LEAD:
        return end
    if _SENTENCE_PUNCTUATION.search(text, start + mark.length, blank.start()):
        return end
    return blank.start()


def with_headings(
    text: str, pieces: Sequence[Piece], outline: Sequence[Heading] = ()
) -> Iterator[Sentence]:
    """The pieces as sentences, each with its heading level and the headings above it.

    ``outline`` has what the document itself marks as headings, in order.
    """
    declared = _levels_of_marks(text, outline)
    open_headings: list[Heading] = []
    for piece, following in zip_longest(pieces, pieces[1:]):
        mark = markdown_level_at(text, piece.start) or mark_at(text, piece.start)
        level = _declared_level(piece, declared) or _heading_level(text, piece, mark, following)
        if piece.opens_line and open_headings:
            _close_headings_of_last_line(open_headings, mark)
        if mark is not None or level is not None:
            floor = level if level is not None else int(mark.level) if mark else 0
            while open_headings and open_headings[-1].level >= floor:
                open_headings.pop()
        span = Span(piece.start, piece.end)
        closed = bool(_CLOSED.search(text, max(piece.start, piece.end - 4), piece.end))
        yield Sentence(span, tuple(open_headings), level, piece.run, piece.opens_line, closed)
        if level is not None:
            open_headings.append(Heading(span, level))


def _levels_of_marks(text: str, outline: Sequence[Heading]) -> dict[int, int]:
    """The declared levels by where their lines begin, on the scale of the marks.

    Documents count from 1, which is 一、 in most of them; where it is, MarkLevel.CHINESE.
    """
    first = next(
        (
            mark.level - heading.level
            for heading in outline
            if (mark := mark_at(text, heading.span.start))
        ),
        0,
    )
    shift = min(max(0, first), MarkLevel.CHINESE - 1)
    return {heading.span.start: heading.level + shift for heading in outline}


def _close_headings_of_last_line(open_headings: list[Heading], mark: Mark | None) -> None:
    """一是… leads hold for their own paragraph only."""
    if mark is None and open_headings[-1].level == MarkLevel.ORDINAL_WORD:
        open_headings.pop()


def _declared_level(piece: Piece, declared: Mapping[int, int]) -> int | None:
    """The level that the document gives; a whole paragraph styled as heading is none."""
    is_line = piece.alone and piece.end - piece.start <= MAX_HEADING
    return declared.get(piece.start) if is_line else None


def _heading_level(
    text: str, piece: Piece, mark: Mark | None, following: Piece | None
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
