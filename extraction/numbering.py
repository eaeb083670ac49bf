"""Automatic numbering of Word files: what stands in front of a paragraph.

A file says only "level 2 of list 7"; the text 一、, （一） or 1. is made here, from the format
of the level and from counters that run through the document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from report.domain import is_han

MAX_LEVEL_TEXT = 255
"""A level's pattern is cut to this length, so that it cannot blow up the text."""
_PLACEHOLDER = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_SIMPLIFIED = ("零一二三四五六七八九", "十百千万")
_TRADITIONAL = ("零一二三四五六七八九", "十百千萬")
_LEGAL_SIMPLIFIED = ("零壹贰叁肆伍陆柒捌玖", "拾佰仟万")
_LEGAL_TRADITIONAL = ("零壹貳參肆伍陸柒捌玖", "拾佰仟萬")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_PARENTHESISED = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_WITH_FULL_STOP = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_CIRCLED_HAN = "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_MAX_ROMAN = 3999
_MAX_LETTERS = 780  # Word repeats a letter 30 times at the most: AA is 27, AAA 53
_UNNUMBERED = frozenset({"none", "bullet"})
_NO_GAP_AFTER = frozenset(
    "、，：；。）)】〕］]｝}》" + _CIRCLED + _PARENTHESISED + _WITH_FULL_STOP + _CIRCLED_HAN
)


def number_text(value: int, fmt: str) -> str:
    """``value`` in a number format of Office Open XML (``ST_NumberFormat``).

    Formats that are not known, and values that a format has no sign for, give decimal digits;
    ``none`` and ``bullet`` give nothing.
    """
    if fmt in _UNNUMBERED:
        return ""
    write = _FORMATS.get(fmt)
    if write is None or value < 0:
        return str(value)
    return write(value) or str(value)


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if 0 < value <= len(signs) else ""


def _positional(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value))


def _counting(value: int) -> str:
    """十一, 九十九 but 一〇〇: what Word makes of ``chineseCounting``."""
    return _positional(value) if value >= 100 else _thousands(*_SIMPLIFIED)(value)


def _thousands(digits: str, units: str, *, bare_ten: bool = True) -> Callable[[int], str]:
    def write(value: int) -> str:
        if value == 0:
            return digits[0]
        if bare_ten and 10 <= value < 20:
            return units[0] + (digits[value - 10] if value > 10 else "")
        high, low = divmod(value, 10_000)
        if high >= 10_000:
            return ""
        text = _group(high, digits, units) + units[3] if high else ""
        return text + (digits[0] if high and 0 < low < 1000 else "") + _group(low, digits, units)

    return write


def _group(value: int, digits: str, units: str) -> str:
    """A value below 10,000; ``units`` begins with ten, hundred, thousand."""
    text = ""
    skipped = False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit == 0:
            skipped = bool(text)
            continue
        text += (digits[0] if skipped else "") + digits[digit] + (units[power - 1] if power else "")
        skipped = False
    return text


def _japanese(value: int) -> str:
    """百一, 千百十: without 一 before a unit and without a sign for zero."""
    if not 0 < value < 10_000:
        return "〇" if value == 0 else ""
    text = ""
    for power, unit in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
        digit = value // 10**power % 10
        text += ("" if digit == 1 and unit else _DIGITS[digit]) + unit if digit else ""
    return text


def _roman(value: int) -> str:
    text = ""
    if value <= _MAX_ROMAN:
        for worth, signs in _ROMAN:
            text += signs * (value // worth)
            value %= worth
    return text


def _letters(value: int) -> str:
    if not 0 < value <= _MAX_LETTERS:
        return ""
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _sexagenary(value: int) -> str:
    return _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12] if 0 < value <= 60 else ""


def _ordinal(value: int) -> str:
    ending = "th" if 10 < value % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda value: str(value).translate(_FULL_WIDTH),
    "numberInDash": lambda value: f"- {value} -",
    "decimalEnclosedCircle": _one_of(_CIRCLED),
    "decimalEnclosedCircleChinese": _one_of(_CIRCLED),
    "decimalEnclosedParen": _one_of(_PARENTHESISED),
    "decimalEnclosedFullstop": _one_of(_WITH_FULL_STOP),
    "ideographEnclosedCircle": _one_of(_CIRCLED_HAN),
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": _thousands(*_SIMPLIFIED),
    "taiwaneseCountingThousand": _thousands(*_TRADITIONAL),
    "chineseLegalSimplified": _thousands(*_LEGAL_SIMPLIFIED, bare_ten=False),
    "ideographLegalTraditional": _thousands(*_LEGAL_TRADITIONAL, bare_ten=False),
    "japaneseCounting": _japanese,
    "ideographDigital": _positional,
    "taiwaneseDigital": _positional,
    "japaneseDigitalTenThousand": _positional,
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
    "ideographZodiacTraditional": _sexagenary,
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "ordinal": _ordinal,
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        fmt: the number format.
        text: the pattern, such as ``第%1章``; ``%1`` is the number of the outermost level. Of
            a bullet, the bullet.
        start: the first number.
        restart: the one-based level whose advance restarts this one, 0 if none does;
            ``None`` if each of the levels above does.
        legal: whether the numbers of all levels are written in decimal digits.
        suffix: what stands between number and paragraph: ``tab``, ``space`` or ``nothing``.
        style: the paragraph style that the level is linked to, "" if none.
    """

    fmt: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False
    suffix: str = "tab"
    style: str = ""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list (``w:num``).

    Attributes:
        name: its own name.
        counters: the name of the counters, which several lists may share.
        levels: its levels, the outermost 0.
        restarts: the numbers that levels begin with when this list first uses them.
    """

    name: str
    counters: str
    levels: Mapping[int, Level]
    restarts: Mapping[int, int]

    def depth_of(self, styles: Iterable[str], otherwise: int) -> int:
        """The level linked to the first of ``styles`` that any is linked to."""
        linked = {level.style: depth for depth, level in self.levels.items()}
        return next((linked[style] for style in styles if style in linked), otherwise)


class Counters:
    """How far each list has come, paragraph by paragraph."""

    def __init__(self) -> None:
        self._values: dict[str, dict[int, int]] = {}
        self._used: set[tuple[str, int]] = set()

    def next_label(self, numbered: NumberedList, depth: int) -> str:
        """The number or bullet of the next paragraph at level ``depth``, "" if it has none."""
        level = numbered.levels.get(depth)
        if level is None:
            return ""
        values = self._values.setdefault(numbered.counters, {})
        for above in range(depth):
            # A level that is skipped counts as begun: Word and LibreOffice go on from it.
            values.setdefault(above, _start(numbered, above))
        values[depth] = self._advanced(numbered, depth, values.get(depth))
        for deeper in [other for other in values if other > depth]:
            if _restarts(numbered.levels.get(deeper), depth):
                del values[deeper]
        return _label(numbered, depth, values)

    def _advanced(self, numbered: NumberedList, depth: int, value: int | None) -> int:
        first_use = (numbered.name, depth) not in self._used
        self._used.add((numbered.name, depth))
        if value is None or (first_use and depth in numbered.restarts):
            return _start(numbered, depth)
        return value + 1


def _restarts(level: Level | None, advanced: int) -> bool:
    return level is None or level.restart is None or advanced < level.restart


def _start(numbered: NumberedList, depth: int) -> int:
    level = numbered.levels.get(depth)
    return numbered.restarts.get(depth, level.start if level else 1)


def _label(numbered: NumberedList, depth: int, values: Mapping[int, int]) -> str:
    level = numbered.levels[depth]

    def number(match: re.Match[str]) -> str:
        place = int(match.group(1)) - 1
        placed = numbered.levels.get(place)
        if place > depth or placed is None or placed.fmt in _UNNUMBERED:
            return ""  # an unnumbered level stays so where level.legal asks for digits
        return number_text(values[place], "decimal" if level.legal else placed.fmt)

    text = level.text[:MAX_LEVEL_TEXT]
    return text if level.fmt == "bullet" else _PLACEHOLDER.sub(number, text)


def labelled(label: str, suffix: str, text: str) -> str:
    """``text`` behind its number, set as it would be typed: 一、总结, 1. 2024年, 第一章 总则.

    Args:
        label: the number or bullet; if it is blank, ``text`` is given back.
        suffix: ``tab``, ``space`` or ``nothing``, as in ``Level``.
        text: the paragraph.
    """
    label = label.strip()
    if not label:
        return text
    text = text.lstrip()
    return label + (" " if text and _has_gap(label[-1], suffix, text[0]) else "") + text


def _has_gap(last: str, suffix: str, first: str) -> bool:
    if last in ".．" or (last.isascii() and last.isalnum()):
        if first.isascii() and first.isalnum():
            return True  # 1.2024年 would read as a decimal
        if last in ".．" and suffix == "tab":
            return not is_han(first) and first not in "“《（【"
    return suffix == "space" or (suffix == "tab" and last not in _NO_GAP_AFTER)
