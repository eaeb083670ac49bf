"""Numbers as reports write them, and their values as decimal numbers in ASCII digits.

The patterns are for text whose digits are half-width (see ``report.plain``).
"""

from __future__ import annotations

import re
from decimal import Decimal

import cn2an

ARABIC = r"(?:[0-9]{1,3}(?:[,，][0-9]{3}(?![0-9]))++|[0-9]++)(?:[.·][0-9]++)?+"
"""Pattern of a number in digits, with grouping commas and a decimal part."""
CHINESE = (
    r"(?:[〇○零一二三四五六七八九两十百万亿]|千(?![瓦伏克卡赫]))++"
    r"(?:点[〇○零一二三四五六七八九]++(?:万亿|[万亿])?+)?+"
)
"""Pattern of a Chinese numeral; the 千 of 千瓦 and the like is not part of it."""
MAGNITUDE = r"(?:万[多余]?亿|[百千][万亿]|[百千万亿])"
"""Pattern of the magnitude that the unit of a number in digits begins with: 3万, 2千亿."""

_LONGEST = 20
_POWERS = {"": 0, "万": 4, "亿": 8, "万亿": 12}
_LARGE = re.compile(r"(?:万亿|万|亿)$")
# What cn2an reads though it is no single number: 两三, 三五百 and 万一.
_NO_NUMBER = re.compile(r"[〇○零一二三四五六七八九两]{2}|[万亿][^万亿]")
_YEAR = re.compile(r"(?:一九|二[〇○零])[〇○零一二三四五六七八九]{2}")


def arabic_value(number: str) -> str:
    """The value of a number in digits: no grouping commas, no leading zeros."""
    plain = re.sub(r"[,，]", "", number).replace("·", ".")
    return re.sub(r"^0+(?=[0-9])", "", plain)


def chinese_value(numeral: str) -> tuple[str, str] | None:
    """The value of a Chinese numeral, and the 万 or 亿 at its end that the value leaves out.

    ``None`` if it is no single number: 两三 and 三五百 only estimate, and numerals read
    one by one (一二三) are a number only in years.
    """
    if len(numeral) > _LONGEST or (_NO_NUMBER.match(numeral) and not _YEAR.fullmatch(numeral)):
        return None
    found = _LARGE.search(numeral)
    large = found.group() if found else ""
    rest = numeral.removesuffix(large)
    if set(rest) & {"万", "亿"}:
        whole = _converted(numeral)
        value = None if whole is None else whole.scaleb(-_POWERS[large])
    else:
        value = _converted(rest or "一")
    return None if value is None else (_plain(value), large)


def _plain(value: Decimal) -> str:
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _converted(numeral: str) -> Decimal | None:
    whole = f"一{numeral}" if numeral[0] in "百千万亿" else numeral
    try:
        return Decimal(str(cn2an.cn2an(whole.replace("○", "〇"), "normal")))
    except (ValueError, ArithmeticError, LookupError, TypeError):
        return None
