"""Page marks: 第3页 共8页, — 3 —, Page 3 of 8, 3/8, a form feed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from report.repairs.page_draft import Draft, Mark
from report.repairs.page_series import Numbered, chains

MAX_MARK_LINE = 60
"""A line with a page mark and running text next to it is not longer than this."""
_MIN_OF_TOTAL, _MIN_BARE = 2, 3
"""How many numbers, 3/8 and 3, make a series that shows that pages are counted."""

_NUMBER = r"[0-9０-９]{1,4}"
_GAP = r"\s{0,3}"
_OF_TOTAL = rf"第{_GAP}{_NUMBER}{_GAP}页{_GAP}[,，/／、|]?{_GAP}共{_GAP}{_NUMBER}{_GAP}页"
_SURE = re.compile(rf"{_OF_TOTAL}|\f+")
_DASHES = r"[-—–－―─·•~～]{1,3}"
_NAMED = re.compile(
    rf"[-—–－―─·•（(\[【]{{0,3}}{_GAP}(?:{_OF_TOTAL}"
    rf"|第{_GAP}{_NUMBER}{_GAP}页(?:{_GAP}[/／]{_GAP}{_NUMBER})?"
    rf"|共{_GAP}{_NUMBER}{_GAP}页{_GAP}[,，/／、|]?{_GAP}第{_GAP}{_NUMBER}{_GAP}页"
    rf"|(?:Page|PAGE|page){_GAP}{_NUMBER}(?:{_GAP}(?:of|OF|/){_GAP}{_NUMBER})?"
    rf"){_GAP}[-—–－―─·•）)\]】]{{0,3}}"
)
_FLANKED = re.compile(rf"{_DASHES}{_GAP}({_NUMBER}){_GAP}{_DASHES}")
_HALF_FLANKED = re.compile(rf"{_DASHES}{_GAP}({_NUMBER})|({_NUMBER}){_GAP}{_DASHES}")
_NUMBER_ALONE = re.compile(rf"([0-9０-９]{{1,3}})(?:{_GAP}[/／]{_GAP}([0-9０-９]{{1,3}}))?")
# Two blanks part the fields of a line, one does not.
_FIELD = re.compile(r"(?:[^\s\u3000]|[ \xa0](?![ \xa0]))+")


def page_marks(draft: Draft) -> Iterator[Mark]:
    """Page marks: unmistakable ones, and those that only their series gives away."""
    for sure in _SURE.finditer(draft.text):
        yield Mark(sure.start(), sure.end())
    short = [
        index for index, line in enumerate(draft.lines) if line.end - line.start <= MAX_MARK_LINE
    ]
    yield from _marks_alone(draft, short)
    yield from _numbers_alone(draft, short)
    for index in short:
        yield from _marks_in_running_line(draft, index)


def _marks_alone(draft: Draft, short: Iterable[int]) -> Iterator[Mark]:
    """第3页, — 3 — and Page 3 of 8, each on a line of its own; the last may be cut off."""
    last = 0
    for index in short:
        line = draft.lines[index]
        content = draft.content(line)
        if flanked := _FLANKED.fullmatch(content):
            last = int(flanked.group(1))
        if flanked or _is_next_half(content, last) or _NAMED.fullmatch(content):
            yield Mark(line.start, line.end)


def _is_next_half(content: str, last: int) -> bool:
    """Whether this is — 4 or 4 —, where 3 was the last whole one's number."""
    half = _HALF_FLANKED.fullmatch(content) if last else None
    return half is not None and int(half.group(1) or half.group(2)) == last + 1


def _numbers_alone(draft: Draft, short: Iterable[int]) -> Iterator[Mark]:
    """3/8 and 3 on lines of their own, where the series shows that pages are counted."""
    by_total: dict[int, list[Numbered]] = defaultdict(list)
    for index in short:
        line = draft.lines[index]
        match = _NUMBER_ALONE.fullmatch(draft.content(line))
        if match is None:
            continue
        number, total = int(match.group(1)), int(match.group(2) or 0)
        if not total or number <= total:
            numbered = Numbered(number, line.start, line.end, draft.cut_by(index))
            by_total[total].append(numbered)
    for total, numbers in by_total.items():
        yield from _series_marks(numbers, _MIN_OF_TOTAL if total else _MIN_BARE)


def _series_marks(numbers: Sequence[Numbered], least: int) -> Iterator[Mark]:
    """The numbers that ascend a page apart, if half of them cut a sentence."""
    for chain in chains(numbers):
        if len(chain) >= least and 2 * sum(number.cut for number in chain) >= len(chain):
            for number in chain:
                yield Mark(number.start, number.end)


def _marks_in_running_line(draft: Draft, index: int) -> Iterator[Mark]:
    """A page mark beside a running header: the whole line, where it cuts a sentence."""
    line = draft.lines[index]
    fields = list(_FIELD.finditer(draft.text, line.start, line.end))
    if len(fields) < 2:
        return
    for field in fields:
        if _FLANKED.fullmatch(field.group()) or _NAMED.fullmatch(field.group()):
            cut = draft.cut_by(index)
            yield Mark(line.start, line.end) if cut else Mark(*field.span())
