"""Where a web site's words stand on one line with the text of a report."""

from __future__ import annotations

import re

from report.repairs.site_lines import ENOUGH, OF_SITES, Kind, SiteLine, tokens
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
    return end if told and not OF_SITES.isdisjoint(kinds) else start


def suffix_start(plain: str, start: int, stop: int, *, above_site: bool) -> int:
    """Where the furniture begins that stands behind the text on its line.

    Args:
        plain: the text.
        start: where the line begins.
        stop: where it ends.
        above_site: whether the line below is a site's; without one, what stands behind
            the text needs a second sign of a site.

    Returns:
        A position in ``plain[start:stop]``, ``stop`` if there is no furniture.
    """
    pieces = [match.start() for match in _PIECE.finditer(plain, start, stop)][-_MAX_PIECES:]
    begin = stop
    weight = 1 if above_site else 0
    while group := _last_group(plain, pieces, begin, sure=begin < stop):
        size, signs = group
        weight += signs
        begin = pieces[-size]
        del pieces[-size:]
    return begin if weight >= ENOUGH else stop


def _last_group(plain: str, pieces: list[int], end: int, *, sure: bool) -> tuple[int, int] | None:
    """How many of the last words are a phrase of a site, and how much it tells of one.

    Args:
        plain: the text.
        pieces: where its words begin.
        end: where the last of them ends.
        sure: whether what follows them is a site's.
    """
    for size in range(1, min(_MAX_GROUP, len(pieces)) + 1):
        begin = pieces[-size]
        phrase = SiteLine.of(plain, (begin, begin + len(plain[begin:end].rstrip())))
        if phrase.kind in OF_SITES or (phrase.kind is Kind.FAINT and sure):
            return size, phrase.weight
    return None
