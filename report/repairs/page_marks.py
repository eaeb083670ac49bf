"""Page marks: 第3页 共8页, — 3 —, Page 3 of 8, 3/8, a form feed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from report.repairs.continuation import PAUSE
from report.repairs.page_draft import Draft, Mark
from report.repairs.page_series import Numbered, chains

MAX_MARK_LINE = 60
"""A line with a page mark and running text next to it is not longer than this."""
_MAX_CELL = 12
"""A line between such short ones is a cell of a table."""
_MIN_OF_TOTAL, _MIN_BARE = 2, 3
"""How many numbers, 3/8 and 3, make a series that shows that pages are counted."""

_NUMBER = r"[0-9０-９]{1,4}"
_GAP = r"\s{0,3}"
_OF_TOTAL = rf"第{_GAP}{_NUMBER}{_GAP}页{_GAP}[,，/／、|]?{_GAP}共{_GAP}{_NUMBER}{_GAP}页"
_IN_LINE = re.compile(
    rf"第{_GAP}({_NUMBER}){_GAP}页(?P<gap>{_GAP}[,，/／、|]?{_GAP})共{_GAP}({_NUMBER}){_GAP}页"
)
_FORM_FEED = re.compile(r"\f+")
# What goes on behind a page that the report itself speaks of: 第3页共8页时发现缺损.
_SPEAKS_OF_PAGE = re.compile(r"[时的中处有为上内起后前和与及至到是均都缺未已被、，,（(]")
_ENDS = frozenset("。！？；：;!?:")
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
_BAR = re.compile(r"[|｜\t]")
_NUMBER_ALONE = re.compile(rf"([0-9０-９]{{1,3}})(?:{_GAP}[/／]{_GAP}([0-9０-９]{{1,3}}))?")
# Two blanks part the fields of a line, one does not.
_FIELD = re.compile(r"(?:[^\s\u3000]|[ \xa0](?![ \xa0]))+")


def page_marks(draft: Draft) -> Iterator[Mark]:
    """Page marks: unmistakable ones, and those that only their series gives away."""
    for feed in _FORM_FEED.finditer(draft.text):
        yield Mark(feed.start(), feed.end())
    yield from _marks_of_total(draft)
    short = [
        index for index, line in enumerate(draft.lines) if line.end - line.start <= MAX_MARK_LINE
    ]
    counted = _is_counted(draft, short)
    yield from _marks_alone(draft, short, counted=counted)
    yield from _numbers_alone(draft, short)
    for index in short:
        yield from _marks_in_running_line(draft, index, counted=counted)


def _marks_of_total(draft: Draft) -> Iterator[Mark]:
    """第3页 共8页, also inside a line, where it is no part of the sentence."""
    found = list(_IN_LINE.finditer(draft.text))
    pages: dict[int, set[int]] = defaultdict(set)
    for match in found:
        pages[int(match[3])].add(int(match[1]))
    for match in found:
        counted = len(pages[int(match[3])]) > 1
        if counted or _stands_apart(draft, match) or _parts_sentence(draft, match):
            yield Mark(match.start(), match.end())


def _stands_apart(draft: Draft, match: re.Match[str]) -> bool:
    """Whether a break, a blank or the end of a sentence parts the mark from both sides."""
    text, start, end = draft.text, match.start(), match.end()
    before = start == 0 or text[start - 1].isspace() or text[start - 1] in _ENDS
    behind = end == len(text) or text[end].isspace()
    flanked = before and behind
    return flanked or (before and not _SPEAKS_OF_PAGE.match(text, end))


def _parts_sentence(draft: Draft, match: re.Match[str]) -> bool:
    """Whether the sentence makes sense without the mark."""
    left, right = draft.neighbours(match.start(), match.end())
    if right == len(draft.text) or _SPEAKS_OF_PAGE.match(draft.text, right):
        return False
    parted = draft.text[left - 1], draft.text[right]
    return bool(match["gap"]) or (left > 0 and draft.pairs.part_word(*parted))


def _marks_alone(draft: Draft, short: Iterable[int], *, counted: bool) -> Iterator[Mark]:
    """第3页, — 3 — and Page 3 of 8, each on a line of its own; the last may be cut off."""
    last = 0
    for index in short:
        line = draft.lines[index]
        content = draft.content(line)
        flanked = _FLANKED.fullmatch(content)
        if flanked and not counted and _is_cell(draft, index):
            continue
        if flanked:
            last = int(flanked.group(1))
        if flanked or _is_next_half(content, last) or _NAMED.fullmatch(content):
            yield Mark(line.start, line.end)


def _is_counted(draft: Draft, short: Iterable[int]) -> bool:
    """Whether there are two flanked numbers or more, one behind the other."""
    numbers = {
        int(match.group(1))
        for index in short
        for match in _FLANKED.finditer(draft.content(draft.lines[index]))
    }
    return any(number + 1 in numbers for number in numbers)


def _is_cell(draft: Draft, index: int) -> bool:
    """Whether the lines around are a table's: with bars, or as short as cells."""
    around = [draft.content(line) for line in draft.lines[max(0, index - 1) : index + 2 : 2]]
    barred = any(_BAR.search(content) for content in around)
    narrow = all(len(content) <= _MAX_CELL and not PAUSE.search(content) for content in around)
    return barred or (len(around) > 1 and narrow)


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


def _marks_in_running_line(draft: Draft, index: int, *, counted: bool) -> Iterator[Mark]:
    """A page mark beside a running header: the whole line, where it cuts a sentence."""
    line = draft.lines[index]
    fields = list(_FIELD.finditer(draft.text, line.start, line.end))
    if len(fields) < 2:
        return
    for field in fields:
        alone = counted and _FLANKED.fullmatch(field.group())
        if alone or _NAMED.fullmatch(field.group()):
            cut = draft.cut_by(index)
            yield Mark(line.start, line.end) if cut else Mark(*field.span())
