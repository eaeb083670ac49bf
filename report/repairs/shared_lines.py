"""Where a web site's words stand on one line with the text of a report."""

from __future__ import annotations

import re

from report.repairs.site_lines import OF_SITES, Kind, kind_of, tokens
from report.repairs.site_vocabulary import PAGES_BEFORE_TITLE, PHRASE

_MAX_PIECES = 40
"""As many words are looked at from the end of a line."""
_MAX_GROUP = 8
"""As many words may be one phrase of a site."""

_PIECE = re.compile(r"[^\s。!?]+[。!?]*")


def prefix_end(plain: str, start: int, stop: int) -> int:
    """Where the furniture ends that stands in front of the text on its line.

    Returns:
        A position in ``plain[start:stop]``, ``start`` if there is no furniture.
    """
    pages = PAGES_BEFORE_TITLE.match(plain, start, stop)
    if pages:
        return pages.end()
    kinds, end = tokens(plain, start, stop)
    # A phrase of buttons alone may be the report's own words.
    told = len(kinds) > 1 or not PHRASE.match(plain, start, stop)
    return end if Kind.SURE in kinds and told else start


def suffix_start(plain: str, start: int, stop: int) -> int:
    """Where the furniture begins that stands behind the text on its line.

    Returns:
        A position in ``plain[start:stop]``, ``stop`` if there is no furniture.
    """
    pieces = [match.start() for match in _PIECE.finditer(plain, start, stop)][-_MAX_PIECES:]
    begin = stop
    while size := _last_group(plain, pieces, begin, sure=begin < stop):
        begin = pieces[-size]
        del pieces[-size:]
    return begin


def _last_group(plain: str, pieces: list[int], end: int, *, sure: bool) -> int:
    """How many of the last words are a phrase of a site; 0 if they are none.

    Args:
        plain: the text.
        pieces: where its words begin.
        end: where the last of them ends.
        sure: whether what follows them is surely a site's.
    """
    for size in range(1, min(_MAX_GROUP, len(pieces)) + 1):
        kind = kind_of(plain[pieces[-size] : end].strip())
        if kind in OF_SITES or (kind is Kind.FAINT and sure):
            return size
    return 0
