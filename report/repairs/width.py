"""Letters, digits and signs of full width, and blanks between Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.domain import HAN
from report.repairs.edits import Edit

_FULL_WIDTH_SHIFT = ord("Ａ") - ord("A")
_ALNUM = "0-9A-Za-z０-９Ａ-Ｚａ-ｚ"
_BLANKS = " \t\xa0\u2000-\u200a\u202f\u205f\u3000"
# ． and － have other uses between Chinese characters (a mark's dot, a dash).
_WIDE = re.compile(
    rf"[０-９Ａ-Ｚａ-ｚ％＋／＝＆]+|(?<=[{_ALNUM}])[．－](?=[{_ALNUM}])"
    rf"|(?<=[{HAN}])[{_BLANKS}]++(?=[{HAN}])"
)


def width(text: str) -> Iterator[Edit]:
    """Make full-width letters, digits and signs half-width; blanks between Han one blank.

    Punctuation stays as it is, and so do ordinary blanks and the indents of lines.
    """
    for match in _WIDE.finditer(text):
        found = match.group()
        replacement = " " if found.isspace() else _narrow(found)
        if found.strip(" "):
            yield Edit(match.start(), match.end(), replacement)


def _narrow(signs: str) -> str:
    return "".join(chr(ord(sign) - _FULL_WIDTH_SHIFT) for sign in signs)
