"""Cutting a sentence into clauses: what a summary keeps or drops as a whole."""

from __future__ import annotations

import re

from report.brackets import Brackets
from report.decimals import CLAUSE_COMMA

_QUOTES = {"“": "”〞〝＂", "‘": "’", "「": "」", "『": "』"}
_LONGEST_QUOTE = 60
_CLAUSE_END = re.compile(
    rf"(?:{CLAUSE_COMMA}|[。！？；｡]|[!?;](?![A-Za-z0-9])|(?<![0-9０-９])[：:]|[：:](?![0-9０-９]))"
    r"+[”’」』）)】》\"']*"
)


def clauses(text: str) -> list[str]:
    """The clauses of ``text``, each with the mark that ends it; joined they are ``text``.

    Marks inside brackets and quotation marks do not end a clause, nor does the comma of
    1,234 or the colon of 9:30.
    """
    brackets = Brackets.of(text, 0, len(text))
    parts: list[str] = []
    start = 0
    for match in _CLAUSE_END.finditer(text):
        if brackets.closing_around(match.start()) is None and not _inside_quotes(
            text[start : match.start()]
        ):
            parts.append(text[start : match.end()])
            start = match.end()
    if start < len(text):
        parts.append(text[start:])
    return parts


def _inside_quotes(clause: str) -> bool:
    """Whether a quotation mark of ``clause`` is still open at its end, and not for long."""
    for left, closers in _QUOTES.items():
        opened = clause.rfind(left)
        closed = max(clause.rfind(right) for right in closers)
        if closed < opened and len(clause) - opened <= _LONGEST_QUOTE:
            return True
    return False
