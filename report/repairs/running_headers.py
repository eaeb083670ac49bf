"""Running headers and footers: lines that stand at the head or foot of every page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from report.repairs.page_draft import Draft, Mark
from report.repairs.page_series import MIN_PAGE

_LENGTHS = range(4, 41)
"""How many characters a running header has."""
_MIN_HEADERS = 3
"""A line that stands in a text less often is no running header."""
_SHARE_AT_BREAKS = 2 / 3
"""The share of them that must stand at page breaks."""

_DIGITS = re.compile(r"[0-9０-９]+|\s+")
_HEADER = re.compile(
    r"(?=(?:[^\u4e00-\u9fff]*[\u4e00-\u9fff]){4})(?:[0-9０-９]{4}|[^0-9０-９])[^，。、；！？,;%％]*(?<![.．])"
)


def running_headers(draft: Draft, marks: Iterable[Mark]) -> Iterator[Mark]:
    """Lines that stand, but for their digits, at the head or foot of every page.

    Args:
        draft: the text.
        marks: what else page breaks left in it.
    """
    marked = {mark.start for mark in marks} | {mark.end for mark in marks}
    alike: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(draft.lines):
        content = draft.content(line)
        if len(content) in _LENGTHS and _HEADER.fullmatch(content):
            alike[_DIGITS.sub("", content)].append(index)
    for indices in alike.values():
        if len(indices) >= _MIN_HEADERS:
            yield from _headers(draft, indices, marked)


def _headers(draft: Draft, indices: Sequence[int], marked: set[int]) -> Iterator[Mark]:
    """Those of the lines alike that stand at a page break, if most do and a page apart."""
    span = draft.lines[indices[-1]].start - draft.lines[indices[0]].start
    beside = {index for index in indices if _beside_mark(draft, index, marked)}
    inside = {index for index in indices if draft.cut_by(index)}
    if not _part_words(draft, inside):
        inside &= beside
    at_breaks = sorted(beside | inside)
    page_apart = span >= MIN_PAGE * (len(indices) - 1)
    if page_apart and len(at_breaks) >= max(_MIN_HEADERS - 1, _SHARE_AT_BREAKS * len(indices)):
        for index in at_breaks:
            yield Mark(draft.lines[index].start, draft.lines[index].end)


def _part_words(draft: Draft, inside: Iterable[int]) -> bool:
    """Whether the lines part words, and make none with the text on either side."""
    apart = joined = 0
    for index in inside:
        line = draft.lines[index]
        left, right = draft.text[draft.lines[index - 1].end - 1], draft.lines[index + 1].start
        apart += draft.pairs.part_word(left, draft.text[right])
        joined += draft.pairs.part_word(left, draft.text[line.start])
        joined += draft.pairs.part_word(draft.text[line.end - 1], draft.text[right])
    return apart > joined


def _beside_mark(draft: Draft, index: int, marked: set[int]) -> bool:
    """Whether only blanks, or a form feed, stand between the line and a page mark."""
    line = draft.lines[index]
    before = draft.lines[index - 1].end if index else 0
    after = draft.lines[index + 1].start if index + 1 < len(draft.lines) else len(draft.text)
    return (
        before in marked
        or after in marked
        or "\f" in draft.text[before : line.start]
        or "\f" in draft.text[line.end : after]
    )
