"""A quote as the search for figures reads it: half-width, Simplified, without blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from report.decimals import BROKEN_DECIMAL
from report.domain import Span

_BLANKS = re.compile(r"\s+")
# Between two of these a blank may part two numbers or words.
_BEFORE_BLANK = re.compile(r"[A-Za-z0-9０-９.．,，:：%％‰)）]")
_AFTER_BLANK = re.compile(r"[A-Za-z0-9０-９]")
_DIGIT_BEFORE = re.compile(r"(?<![0-9０-９])[0-9０-９]$")
_DIGIT_AFTER = re.compile(r"[0-9０-９](?![0-9０-９])")
# One sign for one sign, so that positions stay: digits, letters and signs of numbers, and
# the Traditional forms of the characters that numbers, units and their company consist of.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(ord("！"), ord("～") + 1)}
_KEPT = {ord(sign) for sign in "！，：；？～"}
_TRADITIONAL = str.maketrans(
    "億萬個點兩畝噸戶項條幾餘長較達過約實現數處場臺單張輛間種樓層隻頓歲時鐘週屆輪筆棟雙級類門報評價"
    "總產業歸屬連續與為占佔於環減區縣鄉鎮國內體後從動進",
    "亿万个点两亩吨户项条几余长较达过约实现数处场台单张辆间种楼层只顿岁时钟周届轮笔栋双级类门报评价"
    "总产业归属连续与为占占于环减区县乡镇国内体后从动进",
)
_SIGNS = {
    **{code: half for code, half in _HALF_WIDTH.items() if code not in _KEPT},
    **_TRADITIONAL,
    **str.maketrans("−﹣﹪￥", "--%¥"),
}


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` to search in; ``origins[i]`` is where its sign i stands in ``source``."""

    source: str
    text: str
    origins: tuple[int, ...]

    @classmethod
    def of(cls, source: str, span: Span) -> Self:
        """The plain form of ``source[span.start:span.end]``.

        White space goes, but for one space where two numbers or words would meet; so do
        line breaks inside decimals.
        """
        origins = tuple(_kept(source, span))
        signs = (" " if source[index].isspace() else source[index] for index in origins)
        return cls(source, "".join(signs).translate(_SIGNS), origins)

    def span(self, start: int, end: int) -> Span:
        """Where ``text[start:end]`` stands in the source."""
        return Span(self.origins[start], self.origins[end - 1] + 1)

    def written(self, start: int, end: int) -> str:
        """``text[start:end]`` in the signs of the source, without blanks."""
        return "".join("".join(self.source[i] for i in self.origins[start:end]).split())


def _kept(source: str, span: Span) -> Iterator[int]:
    """The positions that the plain form keeps."""
    position = span.start
    for blank in _BLANKS.finditer(source, span.start, span.end):
        yield from range(position, blank.start())
        if _parts_words(source, blank, span):
            yield blank.start()
        position = blank.end()
    yield from range(position, span.end)


def _parts_words(source: str, blank: re.Match[str], span: Span) -> bool:
    return (
        span.start < blank.start()
        and blank.end() < span.end
        and _BEFORE_BLANK.match(source, blank.start() - 1) is not None
        and _AFTER_BLANK.match(source, blank.end()) is not None
        and not _inside_decimal(source, blank)
        and not _between_single_digits(source, blank)
    )


def _between_single_digits(source: str, blank: re.Match[str]) -> bool:
    """Whether the blank stands in a number set one digit at a time: 1 9 9 7年."""
    return (
        _DIGIT_BEFORE.search(source, max(0, blank.start() - 2), blank.start()) is not None
        and _DIGIT_AFTER.match(source, blank.end()) is not None
    )


def _inside_decimal(source: str, blank: re.Match[str]) -> bool:
    broken = BROKEN_DECIMAL.match(source, blank.start())
    return broken is not None and broken.end() == blank.end()
