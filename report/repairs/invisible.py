"""Characters that nobody sees, and line breaks and bullets in odd clothes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.domain import HAN
from report.repairs.edits import Edit

_LINE_BREAKS = "\x0b\x85\u2028\u2029"
# What Word leaves in a text taken from its files: the end of a table's cell, and the
# hyphen that does not break; without it 2020-2022 would become one number.
_STAND_INS = {"\x07": "\t", "\x1e": "-", **dict.fromkeys(_LINE_BREAKS, "\n")}
_VARIATION_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNSEEN = (
    "\x00-\x06\x08\x0e-\x1d\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
# Word and WPS keep the signs of symbol fonts (Symbol, Wingdings) at U+F020 to U+F0FF.
# The rest of the private use area stays: rare characters of names stand there too.
_SYMBOLS = "\uf020-\uf0ff"
_BULLET = "•"
_UNWANTED = re.compile(
    rf"(?P<lead>(?:\A|(?<=[\n\r\f{_LINE_BREAKS}]))[ \t\xa0\u3000{_UNSEEN}]*+)(?=[{_SYMBOLS}])"
    rf"|[\x07\x1e{_LINE_BREAKS}]"
    rf"|(?<=[{HAN}])[{_UNSEEN}{_SYMBOLS}{_VARIATION_SELECTORS}]+"
    rf"|[{_UNSEEN}{_SYMBOLS}]"
)
_UNSEEN_SIGN = re.compile(rf"[{_UNSEEN}]")


def invisible(text: str) -> Iterator[Edit]:
    """Leave out what is not seen; give line breaks and bullets their usual signs.

    Zero-width characters, marks of the writing direction, soft hyphens, control
    characters and variation selectors behind Chinese characters go. Unusual line breaks
    become line feeds; a sign of a symbol font becomes a bullet at a line's start and goes
    elsewhere.
    """
    bullet = -1
    for match in _UNWANTED.finditer(text):
        start, end = match.span()
        if match["lead"] is not None:
            bullet = end
            for sign in _UNSEEN_SIGN.finditer(text, start, end):
                yield Edit(sign.start(), sign.end())
        else:
            yield Edit(start, end, _BULLET if start == bullet else _STAND_INS.get(text[start], ""))
