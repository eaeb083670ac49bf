"""The number audit: every number of a summary stands in the source it was made from.

Numbers are those in digits, and Chinese numerals in front of a common unit. Each is
compared together with its magnitude and the first character of its unit, so that 12家 does
not pass for 12%, nor 3亿元 for 3亿吨. The audit trusts no other module's idea of what a
source says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from report.decimals import BROKEN_DECIMAL

_UNIT = r"(?:[十百千万亿]*+(?:个?百分点|[%％‰\u4e00-\u9fffA-Za-z])|[十百千万亿]++)?"
_NUMBER = re.compile(
    r"(?:(?:(?<![0-9０-９%％])[-−])?[0-9０-９]++(?:[,，][0-9０-９]{3}(?![0-9０-９]))*+(?:[.．][0-9０-９]++)*+"
    r"|百分之[〇零一二两三四五六七八九十百点]++|[〇零一二两三四五六七八九十百千万亿]{2,}+"
    r"|[一二两三四五六七八九十](?=[家名人个项亿万成倍元亩次件位]))"
    rf"{_UNIT}"
)
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u200b-\u200f\u2060\ufeff]+")
_NUMERALS = "0-9０-９〇零一二两三四五六七八九十百千万亿"
_BLANKS_BEFORE_UNIT = re.compile(rf"(?<=[{_NUMERALS}个])\s+(?=[%％‰\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a summary and the quote it was made from."""

    text: str
    quote: str


@dataclass(frozen=True, slots=True)
class NumberCount:
    """How many numbers passages have, and how many of these stand in their quotes."""

    checked: int
    found: int

    @property
    def passed(self) -> bool:
        """Whether all do."""
        return self.checked == self.found


def audit(passages: Iterable[Passage]) -> NumberCount:
    """Look for each number of each passage in its quote."""
    checked = found = 0
    for passage in passages:
        wanted = numbers_in(_closed_up(passage.text))
        checked += wanted.total()
        found += (wanted & numbers_in(_closed_up(passage.quote))).total()
    return NumberCount(checked, found)


def _closed_up(text: str) -> str:
    """``text`` with its numbers in one piece, together with their units."""
    return _BLANKS_BEFORE_UNIT.sub("", BROKEN_DECIMAL.sub("", _UNSEEN.sub("", text)))


def numbers_in(text: str) -> Counter[str]:
    """How often each number, with what follows it, stands in ``text``."""
    return Counter(_NUMBER.findall(text))
