"""Turning quotes into text that reads well, without changing what they say.

Only enumeration marks at the start and white space are ever removed, and white space
never where two numbers would meet: every number of the result stands in its quote next
to the same words.
"""

from __future__ import annotations

import re

from report.decimals import BROKEN_DECIMAL, CLAUSE_COMMA
from report.enumeration import strip_marks

_BLANKS = re.compile(r"[\s\x1c-\x1f]+")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u200b-\u200f\u2060\ufeff]+")
# Between two of these a blank may part words, numbers or the ends of a range.
_JOINABLE = re.compile(r"[A-Za-z0-9０-９.．,，:：%％‰)）~～\-–—]")
_CLAUSE_END = re.compile(rf"[；;。！？!?]|{CLAUSE_COMMA}")
_UNBREAKABLE = re.compile(
    r"[A-Za-z0-9０-９.．,，%％‰]+(?:个百分点|[十百千万亿]*[\u4e00-\u9fff]?)"
    r"|[一二三四五六七八九十百千万亿零〇两]+[\u4e00-\u9fff]?"
)
_ELLIPSIS = "…"
_FINAL_STOPS = "。！？!?…"
_CLOSERS = "”’」』）)】》\"'"
_OPEN_STOPS = "，,；;：:、"
_MIN_CLAUSE = 8


def readable(quote: str) -> str:
    """``quote`` on one line, without enumeration marks at its start."""
    return on_one_line(strip_marks(quote))


def on_one_line(quote: str) -> str:
    """``quote`` on one line and without invisible signs.

    Blanks stay, as single spaces, only between words of Latin letters, numbers and the
    signs that join them. A decimal broken over lines is joined again.
    """
    text = BROKEN_DECIMAL.sub("", _UNSEEN.sub("", quote))
    return _BLANKS.sub(lambda blank: _glue(text, blank), text)


def _glue(text: str, blank: re.Match[str]) -> str:
    left, right = text[: blank.start()][-1:], text[blank.end() : blank.end() + 1]
    return " " if _JOINABLE.match(left) and _JOINABLE.match(right) else ""


def with_full_stop(text: str) -> str:
    """``text`` ended as a sentence: a comma or colon at its end becomes 。"""
    body = text.rstrip()
    if body.rstrip(_CLOSERS).endswith(tuple(_FINAL_STOPS)):
        return body
    return body.rstrip(_OPEN_STOPS) + "。"


def shorten(text: str, budget: int) -> str:
    """The longest beginning of ``text`` that fits ``budget`` characters, ended by ….

    Cuts between clauses where one fits, else between characters, never inside a number,
    between a number and its unit, or inside a Latin word. The … tells the reader that
    something was left out.
    """
    if len(text) <= budget:
        return text
    cut = budget - len(_ELLIPSIS)
    ends = [match.start() for match in _CLAUSE_END.finditer(text, _MIN_CLAUSE)]
    fitting = [end for end in ends if end <= cut]
    return text[: fitting[-1] if fitting else _between_words(text, cut)] + _ELLIPSIS


def _between_words(text: str, cut: int) -> int:
    """The last place up to ``cut`` that is not inside a number or word."""
    for match in _UNBREAKABLE.finditer(text):
        if match.start() < cut < match.end():
            return match.start()
        if match.start() >= cut:
            break
    return cut
