"""The numbers that document-sharing sites put before every page: …技术开发↵↵14、费支出…."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from report.repairs.continuation import INNER_STOP, NEVER_FIRST
from report.repairs.page_draft import Draft, Mark
from report.repairs.page_series import MIN_PAGE, Numbered, chains, first_in

_SHORT_PARAGRAPH = 64
"""A shorter paragraph may be an item of a list."""
_LONGEST_PARAGRAPH = 400
"""How far back a paragraph is looked at."""
_LONGEST_PAGE = 2000
_MISSING = 1
"""How many numbers may be missing in a row: those that stand between two sentences."""
# Shares of the usual length of a page: where the next one may begin, what is like it.
_NEAREST, _FARTHEST = 0.4, 1.6
_ALIKE = (0.8, 1.25)
_EXACT = (0.97, 1.03)
_MOST = 0.8
"""The share of pages that must be alike."""
_MIN_CUT_WORDS, _SHARE_OF_CUT_WORDS = 2, 1 / 4

_ENDS_ITEM = frozenset("，、；：,;:")
_BLANKS = r"[ \t\u3000\xa0]"
_SITE_NUMBER = re.compile(rf"(?<![^\r\n]){_BLANKS}*(([0-9]{{1,3}})、)")


def site_numbers(draft: Draft) -> Iterator[Mark]:
    """The numbers that a document-sharing site put before its pages."""
    candidates: dict[int, list[Numbered]] = defaultdict(list)
    cutting: list[Numbered] = []
    for match in _SITE_NUMBER.finditer(draft.text):
        cut = _cuts_paragraph(draft, *match.span(1))
        number = Numbered(int(match.group(2)), *match.span(1), cut)
        candidates[number.number].append(number)
        if cut:
            cutting.append(number)
    for chain in chains(cutting, gap=_MISSING):
        opening = _opening(chain, candidates.get(1, ()))
        pages = [opening, *chain] if opening is not None else chain
        if len(pages) > 1 and _are_pages(draft, chain, pages):
            for page in _completed(pages, candidates):
                yield Mark(page.start, page.end, flat=True, opening=page.number == 1)


def _cuts_paragraph(draft: Draft, start: int, end: int) -> bool:
    """Whether the number parts a sentence, in what is more than an item of a list."""
    left, right = draft.neighbours(start, end)
    if not draft.goes_on(left, right):
        return False
    begin = max(0, left - _LONGEST_PARAGRAPH)
    line = draft.text[max(begin, draft.text.rfind("\n", begin, left) + 1) : left]
    long_enough = len(line) >= _SHORT_PARAGRAPH or INNER_STOP.search(line) is not None
    return long_enough or draft.text[right] in NEVER_FIRST


def _opening(chain: Sequence[Numbered], ones: Sequence[Numbered]) -> Numbered | None:
    """The number of the first page before a series that begins with the second."""
    if chain[0].number != 2:
        return None
    second = chain[0].start
    page = chain[1].start - second if len(chain) > 1 else _LONGEST_PAGE
    return first_in(ones, second - int(_FARTHEST * page), second - MIN_PAGE)


def _are_pages(draft: Draft, chain: Sequence[Numbered], pages: Sequence[Numbered]) -> bool:
    """Whether the numbers of ``chain`` are pages', and not those of items without a stop.

    A comma or a closing bracket behind a number, or words that they cut, tell. Pages of
    one length do if they cut a word at least: items may be of one length as well.
    """
    seams = [draft.neighbours(number.start, number.end) for number in chain]
    if any(draft.text[right] in NEVER_FIRST for _, right in seams):
        return True
    cut_words = sum(
        draft.text[left - 1] not in _ENDS_ITEM
        and draft.pairs.part_word(draft.text[left - 1], draft.text[right])
        for left, right in seams
    )
    if len(chain) == 1:
        return cut_words == 1
    enough = max(_MIN_CUT_WORDS, _SHARE_OF_CUT_WORDS * len(chain))
    return cut_words >= enough or (cut_words > 0 and _of_one_length(pages))


def _of_one_length(pages: Sequence[Numbered]) -> bool:
    """Whether two pages or more are as good as equal, or of three or more most alike."""
    lengths = [
        (later.start - earlier.end) / (later.number - earlier.number)
        for earlier, later in pairwise(pages)
    ]
    exact, alike = _similar(lengths, _EXACT), _similar(lengths, _ALIKE)
    return (len(lengths) > 1 and exact == len(lengths)) or (
        len(lengths) > 2 and alike >= _MOST * len(lengths)
    )


def _similar(lengths: Sequence[float], shares: tuple[float, float]) -> int:
    """How many of ``lengths`` are within these shares of the usual one."""
    usual = median(lengths)
    least, most = shares
    return sum(least * usual <= length <= most * usual for length in lengths)


def _completed(
    pages: Sequence[Numbered], candidates: Mapping[int, Sequence[Numbered]]
) -> list[Numbered]:
    """The series with the members that stand between two sentences."""
    length = median(
        (later.start - earlier.start) / (later.number - earlier.number)
        for earlier, later in pairwise(pages)
    )
    return [
        *pages,
        *_between(pages, candidates),
        *_beyond(pages[-1], 1, length, candidates),
        *_beyond(pages[0], -1, length, candidates),
    ]


def _between(
    pages: Sequence[Numbered], candidates: Mapping[int, Sequence[Numbered]]
) -> Iterator[Numbered]:
    """The numbers that are missing in the series."""
    for earlier, later in pairwise(pages):
        if later.number > earlier.number + 1:
            found = first_in(candidates.get(earlier.number + 1, ()), earlier.end, later.start)
            if found is not None:
                yield found


def _beyond(
    page: Numbered, step: int, length: float, candidates: Mapping[int, Sequence[Numbered]]
) -> Iterator[Numbered]:
    """The numbers that go the series on from ``page``: behind it (1) or in front (-1)."""
    reach = (int(_NEAREST * length), int(_FARTHEST * length))
    found: Numbered | None = page
    while found is not None:
        start, end = sorted(found.start + step * distance for distance in reach)
        found = first_in(candidates.get(found.number + step, ()), start, end)
        if found is not None:
            yield found
