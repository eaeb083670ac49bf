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
        (MarkLevel.PART, rf"第({_CHINESE})(?:部分|章|篇)[\s　:：、，,]*"),
        (MarkLevel.CHINESE, rf"({_CHINESE})(?:、|[.．]\s?(?![0-9０-９]))"),
        (MarkLevel.CHINESE_BRACKETED, rf"{_OPEN}\s*({_CHINESE})\s*{_CLOSE}[、.．]?"),
        (MarkLevel.DIGIT_BRACKETED, rf"{_OPEN}\s*({_DIGITS})\s*{_CLOSE}[、.．]?"),
        (MarkLevel.DIGIT_BRACKETED, rf"({_DIGITS})\s?[）)](?!\s*[、，,。；;])"),
        (MarkLevel.DIGIT_BRACKETED, rf"([{_CIRCLED}])"),
        (MarkLevel.DIGIT, rf"({_DIGITS})(?:、|[.．](?![0-9０-９])\s?)"),
        (MarkLevel.ORDINAL_WORD, rf"({_CHINESE})[是要](?!否|求|不要)[，,：:]?"),
        (MarkLevel.ORDINAL_WORD, rf"第({_CHINESE})[，,、：:]"),
    )
)
_NEIGHBOUR = re.compile(rf"({_CHINESE}|{_DIGITS})(?![一二三四五六七八九十0-9０-９.．、年月日%％])")
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

    The first member of a series of neighbours (1、2号楼, 一、二季度) is no mark.
    """
    for level, pattern in _PATTERNS:
        match = pattern.match(text, start)
        if match and (ordinal := _ordinal(match.group(1))):
            follower = _NEIGHBOUR.match(text, match.end())
            if follower and _ordinal(follower.group(1)) == ordinal + 1:
                return None
            return Mark(level, ordinal, match.end() - start)
    return None


def markdown_level_at(text: str, start: int = 0) -> Mark | None:
    """The Markdown heading mark (``#`` to ``######``) that begins at ``start``, if any."""
    match = _MARKDOWN.match(text, start)
    if match is None:
        return None
    depth = len(match.group(1))
    return Mark(MarkLevel(min(depth, MarkLevel.DIGIT)), 0, match.end() - start)


def strip_marks(text: str) -> str:
    """``text`` without the enumeration marks and bullets at its start."""
    rest = text.strip()
    while rest:
        mark = markdown_level_at(rest) or mark_at(rest)
        bullet = _BULLET.match(rest) if mark is None else None
        length = mark.length if mark else bullet.end() if bullet else 0
        remainder = rest[length:].lstrip()
        if not length or not remainder:
            return rest
        rest = remainder
    return rest
