"""Page numbers, running headers and form feeds taken out, and the cut sentences joined.

Three kinds of traces are known: the numbers that document-sharing sites put before every
page, page marks, and lines that stand at the head or foot of every page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report.repairs.continuation import join, starts_item
from report.repairs.edits import Edit
from report.repairs.page_draft import Draft, Mark
from report.repairs.page_marks import page_marks
from report.repairs.running_headers import running_headers
from report.repairs.site_numbers import site_numbers


def page_breaks(text: str) -> Iterator[Edit]:
    """Take out page numbers, page marks and running headers, and join what they cut."""
    draft = Draft.of(text)
    marks = {*site_numbers(draft), *page_marks(draft)}
    marks.update(running_headers(draft, marks))
    for mark in _merged(text, marks):
        edit = _removal(draft, mark)
        if edit.start < edit.end:
            yield edit


def _merged(text: str, marks: Iterable[Mark]) -> Iterator[Mark]:
    """Marks with nothing but blanks between them as one."""
    last: Mark | None = None
    for mark in sorted(marks):
        if last is None:
            last = mark
        elif mark.start <= last.end or text[last.end : mark.start].isspace():
            last = Mark(
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


def _removal(draft: Draft, mark: Mark) -> Edit:
    """The edit that takes a mark out: with all blanks around it where a sentence goes on."""
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


def _kept_line_break(text: str, mark: Mark, left: int, right: int) -> Edit:
    """The edit that takes a mark out between two lines, which stay two."""
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
