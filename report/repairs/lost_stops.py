"""Full stops that were lost: where the model sees that a sentence ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from report.domain import blank_free_length
from report.repairs.edits import Edit

_MARKS = re.compile(r"[。！？；;!?\r\n]+")
_LONG = 200
_LONG_SHARE = 0.25
"""Clean reports have at most a few per cent of their characters in such long stretches."""
_SHORT = 60
_ENDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9%％)）》”’]")
_GOES_ON = re.compile(r"\s*+(?:[，,、；;：:。！？!?.()（）》”’%％〔]|$)")


def lacks_stops(text: str) -> bool:
    """Whether so much of ``text`` has no mark for so long that full stops must be missing."""
    lengths = [blank_free_length(run) for run in _MARKS.split(text)]
    return sum(run for run in lengths if run > _LONG) > _LONG_SHARE * sum(lengths)


def lost_stops(text: str, ends: Sequence[int]) -> Iterator[Edit]:
    """Put a full stop where a sentence ends, in stretches that are long for one sentence.

    Args:
        text: the text.
        ends: positions behind which a sentence ends, ascending, as the model sees it.
    """
    for start, end in _long_stretches(text):
        for place in ends[bisect_right(ends, start) : bisect_left(ends, end)]:
            if may_end(text, place):
                yield Edit(place, place, "。")


def may_end(text: str, place: int) -> bool:
    """Whether a sentence may have ended before ``place``: there is no mark on either side."""
    return bool(_ENDS.match(text, place - 1)) and not _GOES_ON.match(text, place)


def _long_stretches(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _MARKS.finditer(text):
        if mark.start() - start > _SHORT:
            yield start, mark.start()
        start = mark.end()
    if len(text) - start > _SHORT:
        yield start, len(text)
