"""Enumeration marks of Chinese official writing: 第一部分, 一、, （一）, 1., （1）, ①, 一是.

The order of the marks follows GB/T 9704 (layout of official documents): 一、 above （一）
above 1. above （1）; 第一部分 stands above them all, 一是 and 第一， below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

_CHINESE_DIGITS = "一二三四五六七八九"
_CHINESE = r"[一二三四五六七八九十]{1,3}"
_OPEN, _CLOSE = r"[（(〔\[【]", r"[）)〕\]】]"
_DIGITS = r"[0-9０-９]{1,2}"
_NUMERAL = r"[0-9０-９一二三四五六七八九十百千万]"
_NOT_IN_A_WORD = r"(?![否求素件点义务害塞闻领旨紧么强道])"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class MarkLevel(IntEnum):
    """Heading levels, the outermost first."""

    PART = 1
    UNNUMBERED = 2
    CHINESE = 3
    CHINESE_BRACKETED = 4
    DIGIT = 5
    DIGIT_BRACKETED = 6
    ORDINAL_WORD = 7


@dataclass(frozen=True, slots=True)
class Mark:
    """An enumeration mark: its level, its number and its length in characters."""

    level: MarkLevel
    ordinal: int
    length: int


_PATTERNS: tuple[tuple[MarkLevel, re.Pattern[str]], ...] = tuple(
    (level, re.compile(pattern))
    for level, pattern in (
        (MarkLevel.PART, rf"第({_CHINESE})(?:部分|[章篇](?![章节幅文]))[\s　:：、，,]*"),
        (MarkLevel.CHINESE, rf"({_CHINESE})(?:、|[.．]\s?(?!{_NUMERAL}))"),
        (MarkLevel.CHINESE_BRACKETED, rf"{_OPEN}\s*({_CHINESE})\s*{_CLOSE}[、.．]?"),
        (MarkLevel.DIGIT_BRACKETED, rf"{_OPEN}\s*({_DIGITS})\s*{_CLOSE}[、.．]?"),
        (MarkLevel.DIGIT_BRACKETED, rf"({_DIGITS})\s?[）)](?!\s*[、，,。；;])"),
        (MarkLevel.DIGIT_BRACKETED, rf"([{_CIRCLED}])(?![{_CIRCLED}])"),
        (MarkLevel.DIGIT, rf"({_DIGITS})(?:、|[.．](?![0-9０-９])\s?)"),
        (MarkLevel.ORDINAL_WORD, rf"({_CHINESE})(?:是(?![否非])|要{_NOT_IN_A_WORD})[，,：:]?"),
        (MarkLevel.ORDINAL_WORD, rf"第({_CHINESE})[，,、：:]"),
    )
)
# What follows the first member of a series: 1、[2号楼], 一、[二季度], 第一、[第二产业].
_SERIES = re.compile(
    rf"第?({_CHINESE}|{_DIGITS}|[百千万])"
    r"(?=[、，和及至到\-—~～月季日号级类批期产度区等层楼组班届次部条线标段])"
)
_MARKDOWN = re.compile(r"(#{1,6})\s+")
_BULLET = re.compile(r"(?:[-*–]\s+|——\s*|[•●○■□▪◆◇·➢✓]\s*)(?=\S)")


def chinese_ordinal(numeral: str) -> int:
    """The value of a Chinese numeral from 一 to 九十九; 0 if it is malformed."""
    tens, ten, units = numeral.rpartition("十")
    if tens not in ("", *_CHINESE_DIGITS) or units not in ("", *_CHINESE_DIGITS):
        return 0
    unit_value = _CHINESE_DIGITS.find(units) + 1 if units else 0
    ten_value = (_CHINESE_DIGITS.find(tens) + 1 if tens else 1) if ten else 0
    return 10 * ten_value + unit_value


def _ordinal(numeral: str) -> int:
    if numeral in _CIRCLED:
        return _CIRCLED.index(numeral) + 1
    return int(numeral) if numeral.isdecimal() else chinese_ordinal(numeral)


def mark_at(text: str, start: int = 0) -> Mark | None:
    """The enumeration mark that begins at ``start``, if there is one.

    The first member of a series (1、2号楼, 一、三季度, 第一、第二产业) is no mark.
    """
    for level, pattern in _PATTERNS:
        match = pattern.match(text, start)
        if match and (ordinal := _ordinal(match.group(1))):
            if _begins_series(text, match.end(), ordinal):
                return None
            return Mark(level, ordinal, match.end() - start)
    return None


def _begins_series(text: str, end: int, ordinal: int) -> bool:
    follower = _SERIES.match(text, end)
    return follower is not None and (
        follower.group(1) in "百千万" or _ordinal(follower.group(1)) > ordinal
    )


def markdown_level_at(text: str, start: int = 0) -> Mark | None:
    """The Markdown heading mark (``#`` to ``######``) that begins at ``start``, if any."""
    match = _MARKDOWN.match(text, start)
    if match is None:
        return None
    depth = len(match.group(1))
    return Mark(MarkLevel(min(depth, MarkLevel.DIGIT)), 0, match.end() - start)


def strip_marks(text: str) -> str:
    """``text`` without the enumeration marks and bullets at its start.

    Of each level one mark at the most: what looks like a second one is content.
    """
    rest = text.strip()
    stripped: set[MarkLevel | None] = set()
    while True:
        mark = markdown_level_at(rest) or mark_at(rest)
        bullet = _BULLET.match(rest) if mark is None else None
        level = mark.level if mark else None
        length = mark.length if mark else bullet.end() if bullet else 0
        remainder = rest[length:].lstrip()
        if not length or not remainder or level in stripped:
            return rest
        stripped.add(level)
        rest = remainder
