"""Page numbers, running headers and form feeds taken out, and the cut sentences joined.

Three kinds of traces are known: the numbers that document-sharing sites put before every
page (…企业技术开发↵↵14、费支出…), page marks (第3页 共8页, — 3 —, Page 3 of 8, a form feed)
and lines that stand at the head or foot of every page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Self

from report.repairs.edits import Edit
from report.repairs.wrapped_lines import (
    NEVER_FIRST,
    WordPairs,
    join,
    sentence_goes_on,
    starts_item,
)

MIN_PAGE = 120
"""Fewer characters than this are no page."""
MAX_MARK_LINE = 60
"""A line with a page mark and running text next to it is not longer than this."""
_HEADER_LENGTHS = range(4, 41)
_MIN_HEADERS = 3
_MIN_OF_TOTAL = 2
_MIN_BARE = 3
_SHORT_PARAGRAPH = 64
_LONGEST_PARAGRAPH = 400
_LONGEST_PAGE = 2000

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_BLANKS = r"[ \t\u3000\xa0]"
_SITE_NUMBER = re.compile(rf"(?<![^\r\n]){_BLANKS}*(([0-9]{{1,3}})、)")
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
_FIELD = re.compile(r"(?:[^\s\u3000]|[ \xa0](?![ \xa0]))+")
_DIGITS = re.compile(r"[0-9０-９]+|\s+")
_HEADER = re.compile(
    r"(?=(?:[^\u4e00-\u9fff]*[\u4e00-\u9fff]){4})(?:[0-9０-９]{4}|[^0-9０-９])[^，。、；！？,;%％]*(?<![.．])"
)
_INNER_STOP = re.compile(r"[。！？；](?=.)")


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    """What a page break left in the text.

    Attributes:
        start: where it begins.
        end: where it ends.
        flat: whether the site ran the paragraphs of its pages together, so that the
            break stands for no line's end.
        opening: whether it stands before the first page: nothing is joined there.
    """

    start: int
    end: int
    flat: bool = False
    opening: bool = False


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A number that may be a page's: ``cut`` if a sentence goes on behind it."""

    number: int
    start: int
    end: int
    cut: bool


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text with its lines that are not blank and its pairs of characters."""

    text: str
    lines: Sequence[_Line]
    pairs: WordPairs

    @classmethod
    def of(cls, text: str) -> Self:
        """The draft of ``text``."""
        return cls(text, tuple(_lines(text)), WordPairs.of(text))

    def content(self, line: _Line) -> str:
        """What stands on ``line``."""
        return self.text[line.start : line.end]

    def neighbours(self, start: int, end: int) -> tuple[int, int]:
        """Where the text before ``start`` ends and the text behind ``end`` begins."""
        while start > 0 and self.text[start - 1].isspace():
            start -= 1
        while end < len(self.text) and self.text[end].isspace():
            end += 1
        return start, end

    def goes_on(self, end: int, start: int) -> bool:
        """Whether the sentence that breaks off at ``end`` goes on at ``start``."""
        return sentence_goes_on(self.text, end, start, self.pairs)

    def cut_by(self, index: int) -> bool:
        """Whether a sentence goes on behind the line at ``index``."""
        if not 0 < index < len(self.lines) - 1:
            return False
        return self.goes_on(self.lines[index - 1].end, self.lines[index + 1].start)


def page_breaks(text: str) -> Iterator[Edit]:
    """Take out page numbers, page marks and running headers, and join what they cut."""
    draft = _Draft.of(text)
    marks = {*_site_numbers(draft), *_page_marks(draft)}
    marks.update(_running_lines(draft, marks))
    for mark in _merged(text, marks):
        edit = _removal(draft, mark)
        if edit.start < edit.end:
            yield edit


def _lines(text: str) -> Iterator[_Line]:
    for match in _LINE.finditer(text):
        content = match.group().rstrip()
        body = content.lstrip()
        if body:
            end = match.start() + len(content)
            yield _Line(end - len(body), end)


def _merged(text: str, marks: Iterable[_Mark]) -> Iterator[_Mark]:
    """Marks with nothing but blanks between them as one."""
    last: _Mark | None = None
    for mark in sorted(marks):
        if last is None:
            last = mark
        elif mark.start <= last.end or text[last.end : mark.start].isspace():
            last = _Mark(
                last.start,
                max(last.end, mark.end),
                flat=last.flat or mark.flat,
                opening=last.opening or mark.opening,
            )
        else:
            yield last
            last = mark
    if last is not None:
        yield last


def _removal(draft: _Draft, mark: _Mark) -> Edit:
    text = draft.text
    left, right = draft.neighbours(mark.start, mark.end)
    if right == len(text):
        return Edit(left, mark.end)
    if left == 0 or mark.opening:
        return Edit(mark.start, _line_start(text, mark.end, right))
    if draft.goes_on(left, right):
        return join(text, left, right)
    if mark.flat:
        return Edit(left, right, "\n" if starts_item(text, right) else "")
    return _kept_line_break(text, mark, left, right)


def _kept_line_break(text: str, mark: _Mark, left: int, right: int) -> Edit:
    if _breaks_line(text, left, mark.start):
        return Edit(mark.start, _line_start(text, mark.end, right))
    if _breaks_line(text, mark.end, right):
        return Edit(left, mark.end)
    return Edit(left, right, "\n" if "\f" in text[mark.start : mark.end] else "")


def _breaks_line(text: str, start: int, end: int) -> bool:
    return any(sign in text[start:end] for sign in "\r\n")


def _line_start(text: str, start: int, end: int) -> int:
    """Where the line begins whose first sign is at ``end``: its indent is kept."""
    last = max(text.rfind("\n", start, end), text.rfind("\r", start, end))
    return end if last < 0 else last + 1


def _site_numbers(draft: _Draft) -> Iterator[_Mark]:
    """The numbers that a document-sharing site put before its pages."""
    candidates: dict[int, list[_Numbered]] = defaultdict(list)
    cutting: list[_Numbered] = []
    for match in _SITE_NUMBER.finditer(draft.text):
        cut = _cuts_paragraph(draft, *match.span(1))
        number = _Numbered(int(match.group(2)), *match.span(1), cut)
        candidates[number.number].append(number)
        if cut:
            cutting.append(number)
    for chain in _chains(cutting, gap=1):
        pages = [*_opening(chain, candidates[1]), *chain]
        if len(pages) > 1 and _are_pages(draft, chain, pages):
            for page in _completed(pages, candidates):
                yield _Mark(page.start, page.end, flat=True, opening=page.number == 1)


def _cuts_paragraph(draft: _Draft, start: int, end: int) -> bool:
    """Whether the number parts a sentence, in what is more than an item of a list."""
    left, right = draft.neighbours(start, end)
    if not draft.goes_on(left, right):
        return False
    begin = max(0, left - _LONGEST_PARAGRAPH)
    line = draft.text[max(begin, draft.text.rfind("\n", begin, left) + 1) : left]
    long_enough = len(line) >= _SHORT_PARAGRAPH or _INNER_STOP.search(line) is not None
    return long_enough or draft.text[right] in NEVER_FIRST


def _chains(numbers: Iterable[_Numbered], gap: int = 0) -> list[list[_Numbered]]:
    """Series of consecutive numbers, a page apart; up to ``gap`` numbers may be missing."""
    chains: list[list[_Numbered]] = []
    open_chains: dict[int, list[_Numbered]] = {}
    for number in numbers:
        for last in range(number.number - 1, number.number - 2 - gap, -1):
            chain = open_chains.get(last)
            if chain is not None and number.start - chain[-1].end >= MIN_PAGE:
                del open_chains[last]
                break
        else:
            chain = []
            chains.append(chain)
        chain.append(number)
        open_chains[number.number] = chain
    return chains


def _opening(chain: Sequence[_Numbered], ones: Sequence[_Numbered]) -> Sequence[_Numbered]:
    """The number of the first page before a series that begins with the second."""
    if chain[0].number != 2:
        return ()
    second = chain[0].start
    page = chain[1].start - second if len(chain) > 1 else _LONGEST_PAGE
    return _first_in(ones, second - int(1.6 * page), second - MIN_PAGE)


def _are_pages(draft: _Draft, chain: Sequence[_Numbered], pages: Sequence[_Numbered]) -> bool:
    """Whether the numbers of ``chain`` are pages', and not those of items without a stop.

    A comma or a closing bracket behind a number, words that they cut, or pages of one
    length tell.
    """
    seams = [draft.neighbours(number.start, number.end) for number in chain]
    if any(draft.text[right] in NEVER_FIRST for _, right in seams):
        return True
    cut_words = sum(
        draft.pairs.part_word(draft.text[left - 1], draft.text[right]) for left, right in seams
    )
    if len(chain) == 1:
        return cut_words == 1
    return cut_words >= max(2, len(chain) / 4) or _of_one_length(pages)


def _of_one_length(pages: Sequence[_Numbered]) -> bool:
    lengths = [
        (later.start - earlier.end) / (later.number - earlier.number)
        for earlier, later in pairwise(pages)
    ]
    usual = median(lengths)
    alike = sum(0.8 * usual <= length <= 1.25 * usual for length in lengths)
    exact = sum(0.97 * usual <= length <= 1.03 * usual for length in lengths)
    return (len(lengths) > 1 and exact == len(lengths)) or (
        len(lengths) > 2 and alike >= 0.8 * len(lengths)
    )


def _completed(
    pages: Sequence[_Numbered], candidates: Mapping[int, Sequence[_Numbered]]
) -> list[_Numbered]:
    """The series with the members that stand between two sentences."""
    length = median(
        (later.start - earlier.start) / (later.number - earlier.number)
        for earlier, later in pairwise(pages)
    )
    near, far = int(0.4 * length), int(1.6 * length)
    members = list(pages)
    for earlier, later in pairwise(pages):
        if later.number > earlier.number + 1:
            between = candidates.get(earlier.number + 1, ())
            members += _first_in(between, earlier.end, later.start)
    last = pages[-1]
    while found := _first_in(
        candidates.get(last.number + 1, ()), last.start + near, last.start + far
    ):
        (last,) = found
        members.append(last)
    first = pages[0]
    while found := _first_in(
        candidates.get(first.number - 1, ()), first.start - far, first.start - near
    ):
        (first,) = found
        members.append(first)
    return members


def _first_in(numbers: Sequence[_Numbered], start: int, end: int) -> Sequence[_Numbered]:
    """The first of ``numbers`` that begins in ``[start, end)``, if any."""
    index = bisect_left(numbers, start, key=lambda number: number.start)
    return numbers[index : index + 1] if index < len(numbers) and numbers[index].start < end else ()


def _page_marks(draft: _Draft) -> Iterator[_Mark]:
    """Page marks: unmistakable ones, and those that only their series gives away."""
    for sure in _SURE.finditer(draft.text):
        yield _Mark(sure.start(), sure.end())
    short = [
        index for index, line in enumerate(draft.lines) if line.end - line.start <= MAX_MARK_LINE
    ]
    yield from _marks_alone(draft, short)
    yield from _numbers_alone(draft, short)
    for index in short:
        yield from _marks_in_running_line(draft, index)


def _marks_alone(draft: _Draft, short: Iterable[int]) -> Iterator[_Mark]:
    """第3页, — 3 — and Page 3 of 8, each on a line of its own; the last may be cut off."""
    last = 0
    for index in short:
        line = draft.lines[index]
        content = draft.content(line)
        flanked = _FLANKED.fullmatch(content)
        half = _HALF_FLANKED.fullmatch(content) if last and not flanked else None
        if flanked:
            last = int(flanked.group(1))
        elif half and int(half.group(1) or half.group(2)) != last + 1:
            half = None
        if flanked or half or _NAMED.fullmatch(content):
            yield _Mark(line.start, line.end)


def _numbers_alone(draft: _Draft, short: Iterable[int]) -> Iterator[_Mark]:
    """3/8 and 3 on lines of their own, where the series shows that pages are counted."""
    by_total: dict[int, list[_Numbered]] = defaultdict(list)
    for index in short:
        line = draft.lines[index]
        match = _NUMBER_ALONE.fullmatch(draft.content(line))
        if match is None:
            continue
        number, total = int(match.group(1)), int(match.group(2) or 0)
        if not total or number <= total:
            numbered = _Numbered(number, line.start, line.end, draft.cut_by(index))
            by_total[total].append(numbered)
    for total, numbers in by_total.items():
        yield from _series_marks(numbers, _MIN_OF_TOTAL if total else _MIN_BARE)


def _series_marks(numbers: Sequence[_Numbered], least: int) -> Iterator[_Mark]:
    """The numbers that ascend a page apart, if half of them cut a sentence."""
    for chain in _chains(numbers):
        if len(chain) >= least and 2 * sum(number.cut for number in chain) >= len(chain):
            for number in chain:
                yield _Mark(number.start, number.end)


def _marks_in_running_line(draft: _Draft, index: int) -> Iterator[_Mark]:
    """A page mark beside a running header: the whole line, where it cuts a sentence."""
    line = draft.lines[index]
    fields = list(_FIELD.finditer(draft.text, line.start, line.end))
    if len(fields) < 2:
        return
    for field in fields:
        if _FLANKED.fullmatch(field.group()) or _NAMED.fullmatch(field.group()):
            cut = draft.cut_by(index)
            yield _Mark(line.start, line.end) if cut else _Mark(*field.span())


def _running_lines(draft: _Draft, marks: Iterable[_Mark]) -> Iterator[_Mark]:
    """Lines that stand, but for their digits, at the head or foot of every page."""
    marked = {mark.start for mark in marks} | {mark.end for mark in marks}
    alike: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(draft.lines):
        content = draft.content(line)
        if len(content) in _HEADER_LENGTHS and _HEADER.fullmatch(content):
            alike[_DIGITS.sub("", content)].append(index)
    for indices in alike.values():
        if len(indices) >= _MIN_HEADERS:
            yield from _headers(draft, indices, marked)


def _headers(draft: _Draft, indices: Sequence[int], marked: set[int]) -> Iterator[_Mark]:
    span = draft.lines[indices[-1]].start - draft.lines[indices[0]].start
    beside = {index for index in indices if _beside_mark(draft, index, marked)}
    inside = {index for index in indices if draft.cut_by(index)}
    if not _part_words(draft, inside):
        inside &= beside
    at_breaks = sorted(beside | inside)
    page_apart = span >= MIN_PAGE * (len(indices) - 1)
    if page_apart and len(at_breaks) >= max(_MIN_HEADERS - 1, 2 * len(indices) / 3):
        for index in at_breaks:
            yield _Mark(draft.lines[index].start, draft.lines[index].end)


def _part_words(draft: _Draft, inside: Iterable[int]) -> bool:
    """Whether the lines part words, and make none with the text on either side."""
    apart = joined = 0
    for index in inside:
        line = draft.lines[index]
        left, right = draft.text[draft.lines[index - 1].end - 1], draft.lines[index + 1].start
        apart += draft.pairs.part_word(left, draft.text[right])
        joined += draft.pairs.part_word(left, draft.text[line.start])
        joined += draft.pairs.part_word(draft.text[line.end - 1], draft.text[right])
    return apart > joined


def _beside_mark(draft: _Draft, index: int, marked: set[int]) -> bool:
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
