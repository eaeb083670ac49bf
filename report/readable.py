"""Turning quotes into text that reads well, without changing what they say.

Only enumeration marks at the start and white space are ever removed, so every number of
the result stands in its quote next to the same words.
"""

from __future__ import annotations

import re

from report.enumeration import strip_marks

_BLANKS = re.compile(r"\s+")
_WORD_SIGN = re.compile(r"[A-Za-z0-9%‰)]")
_CLAUSE_END = re.compile(r"[，；;。！？!?]|,(?!\d)")
_ELLIPSIS = "…"
_FINAL_STOPS = "。！？!?…"
_OPEN_STOPS = "，,；;：:、"
_MIN_CLAUSE = 8


def readable(quote: str) -> str:
    """``quote`` on one line, without enumeration marks at its start.

    Blanks stay, as single spaces, only between two words of Latin letters or digits: a
    number never runs into the next one. A decimal broken over lines is joined again.
    """
    text = re.sub(r"(?<=\d[.．])[\r\n]+(?=\d)", "", quote.strip())
    return strip_marks(_BLANKS.sub(lambda blank: _glue(text, blank), text))


def _glue(text: str, blank: re.Match[str]) -> str:
    left, right = text[blank.start() - 1], text[blank.end()]
    return " " if _WORD_SIGN.match(left) and _WORD_SIGN.match(right) else ""


def with_full_stop(text: str) -> str:
    """``text`` ended as a sentence: a comma or colon at its end becomes 。"""
    body = text.rstrip()
    if body.endswith(tuple(_FINAL_STOPS)) or body[-2:-1] in tuple(_FINAL_STOPS):
        return body
    return body.rstrip(_OPEN_STOPS) + "。"


def shorten(text: str, budget: int) -> str:
    """The longest beginning of ``text`` that fits ``budget`` characters, ended by ….

    Cuts between clauses where one fits, else between characters, never inside a number
    or a Latin word. The … tells the reader that something was left out.
    """
    if len(text) <= budget:
        return text
    cut = budget - len(_ELLIPSIS)
    ends = [match.start() for match in _CLAUSE_END.finditer(text, _MIN_CLAUSE, cut + 1)]
    if ends:
        cut = ends[-1]
    else:
        while cut > 1 and _inside_word(text, cut):
            cut -= 1
    return text[:cut] + _ELLIPSIS


def _inside_word(text: str, cut: int) -> bool:
    joined = text[cut - 1 : cut + 1]
    return bool(re.fullmatch(r"[A-Za-z0-9０-９.．%％,]{2}", joined))
