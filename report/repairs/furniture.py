"""What web sites put around a report: left out at both ends of the text, never inside.

Lines are looked at from each end inwards up to the first that reads like a report. Of
those passed, only the ones that are surely a site's go; a title, a letter, a signature
stay. A text that has nothing else keeps everything.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from report.enumeration import mark_at
from report.repairs.edits import Edit, removals
from report.repairs.shared_lines import prefix_end, suffix_start
from report.repairs.site_lines import (
    MAX_LINE,
    MAX_SHORT,
    OF_SITES,
    Kind,
    SiteLine,
    are_terms,
    line_bounds,
    plain_form,
)
from report.repairs.snippets import (
    listed_from,
    opens_with_title,
    series_from,
    snippets_from,
)

MAX_LINES = 160
"""As deep into a text as furniture is looked for, in lines from each end."""
_MIN_REPORT = 40
"""Fewer Chinese characters than this are no report."""
_MAX_HEAD_SHORTS = 8
"""As many titles and words of a page may stand above the text."""
_MAX_PASSED_PLAIN = 3
"""As many plain sentences may stand among the furniture below the text."""
_MAX_SANDWICHED = 3
"""As many short lines may go between furniture above and below them."""

_PASSED_IN_HEAD = OF_SITES | {Kind.FAINT, Kind.NEUTRAL}
_SPREAD_IN_HEAD = frozenset((Kind.FAINT, Kind.NEUTRAL))
_SPREAD_IN_TAIL = frozenset((Kind.FAINT,))
_FILLED = frozenset((Kind.SOURCE, Kind.NEUTRAL, Kind.SHORT, Kind.TERM))
_BLANKS = re.compile(r"[^\S\n\r]*(?:\s*[\n\r])?")
_HAN_SIGN = re.compile(r"[\u4e00-\u9fff]")


def furniture(text: str) -> Iterator[Edit]:
    """Leave out what a web site put around the report, and openings of other documents.

    Nothing is left out where no report would remain.
    """
    plain = plain_form(text)
    bounds = line_bounds(plain)
    head = _head(plain, bounds)
    below_head = bounds[bisect_left(bounds, (head[-1][1], 0)) if head else 0 :]
    series = _series_of_snippets(plain, below_head)
    tail = [*_tail(plain, below_head[:series]), *below_head[series:]]
    spans = list(_joined(plain, [*head, *tail]))
    return removals(spans if _report_remains(plain, spans) else ())


def _report_remains(plain: str, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether there are enough Chinese characters outside of ``spans``."""
    edges = ((0, 0), *spans, (len(plain), len(plain)))
    kept = (plain[end:start] for (_, end), (start, _) in pairwise(edges))
    return sum(len(_HAN_SIGN.findall(piece)) for piece in kept) >= _MIN_REPORT


def _joined(plain: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """``spans`` with the blanks behind them, those as one that only blanks part.

    The indent of a line that stays is not left out.
    """
    runs: list[tuple[int, int]] = []
    for start, end in spans:
        touches = bool(runs) and not plain[runs[-1][1] : start].strip()
        runs.append((runs.pop()[0] if touches else start, end))
    for start, end in runs:
        blanks = _BLANKS.match(plain, end)
        yield start, blanks.end() if blanks else end


def _head(plain: str, bounds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What goes of the lines above the report, and from the front of its first one."""
    lines, first = _head_lines(plain, bounds)
    gone = [line.kind in OF_SITES for line in lines]
    _fill_values(lines, gone)
    _spread(lines, gone, _SPREAD_IN_HEAD)
    places = list(_places(lines, gone))
    if first is not None:
        end = prefix_end(plain, first.start, min(first.end, first.start + MAX_LINE))
        if first.start < end < first.end:
            insort(places, (first.start, end))
    return places


def _head_lines(
    plain: str, bounds: Sequence[tuple[int, int]]
) -> tuple[list[SiteLine], SiteLine | None]:
    """The lines in front of the report's text, and the first one that is no site's."""
    lines: list[SiteLine] = []
    first: SiteLine | None = None
    below_terms = False
    shorts = 0
    for bound in bounds[:MAX_LINES]:
        line = _sure_in_head(SiteLine.of(plain, bound), below_terms)
        if line.kind not in _PASSED_IN_HEAD:
            first = first or line
            shorts += 1
            if shorts > _MAX_HEAD_SHORTS or not _may_precede(line):
                break
        below_terms = line.kind is Kind.TERMS or (below_terms and line.kind is Kind.SURE)
        lines.append(line)
    return lines, first


def _sure_in_head(line: SiteLine, below_terms: bool) -> SiteLine:
    """The line, surely a site's if its standing above a report shows that it is."""
    of_terms = below_terms and line.kind is Kind.TERM
    if of_terms or line.kind is Kind.SOURCE or line.names_file:
        return replace(line, kind=Kind.SURE)
    return line


def _may_precede(line: SiteLine) -> bool:
    """Whether furniture may follow below ``line``: a title, or words of a page."""
    if line.kind not in (Kind.SHORT, Kind.TERM) or mark_at(line.raw):
        return False
    return len(line.raw) <= MAX_SHORT and not line.has_sentence


def _fill_values(lines: Sequence[SiteLine], gone: list[bool]) -> None:
    """A value on its own line goes, between its label and another one."""
    labels = [line.is_label for line in lines]
    for index in range(1, len(lines)):
        closed = index + 1 < len(lines) and (labels[index + 1] or gone[index + 1])
        if labels[index - 1] and (closed or lines[index].kind is Kind.NEUTRAL):
            gone[index - 1] = gone[index] = True


def _tail(plain: str, bounds: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What goes of the lines below the report, and from the end of its last one."""
    lines, last = _tail_lines(plain, bounds)
    gone = _gone_below_headers(lines)
    _leave_out_other_documents(lines, gone)
    _spread(lines, gone, _SPREAD_IN_TAIL)
    _fill(lines, gone)
    if last is not None and all(gone):
        start = suffix_start(plain, max(last.start, last.end - MAX_LINE), last.end)
        if last.start < start < last.end:
            yield start, last.end
    yield from _places(lines, gone)


def _tail_lines(
    plain: str, bounds: Sequence[tuple[int, int]]
) -> tuple[list[SiteLine], SiteLine | None]:
    """The lines below the report's text, and its last line if it is not too far up."""
    lines: list[SiteLine] = []
    plains = 0
    for bound in reversed(bounds[-MAX_LINES:]):
        line = SiteLine.of(plain, bound)
        plains += line.kind is Kind.PLAIN
        if line.kind is Kind.TEXT or plains > _MAX_PASSED_PLAIN:
            return lines[::-1], line
        lines.append(line)
    return lines[::-1], None


def _series_of_snippets(plain: str, bounds: Sequence[tuple[int, int]]) -> int:
    """How many of the lines stand above a series of other documents' openings."""
    skipped = max(0, len(bounds) - MAX_LINES)
    return skipped + series_from([plain[start:end] for start, end in bounds[skipped:]])


def _gone_below_headers(lines: Sequence[SiteLine]) -> list[bool]:
    """What is a site's, and what stands below the name of a list or of terms of use."""
    gone: list[bool] = []
    header: Kind | None = None
    for line in lines:
        if line.kind in (Kind.LIST, Kind.TERMS):
            header = line.kind
        elif header is None and are_terms(line.content):
            header = Kind.TERMS
        listed = header is Kind.LIST and line.may_go and line.kind is not Kind.PLAIN
        term = header is Kind.TERMS and line.kind is Kind.TERM
        other = listed or term or opens_with_title(line.raw)
        gone.append(line.kind in OF_SITES or other)
    return gone


def _leave_out_other_documents(lines: Sequence[SiteLine], gone: list[bool]) -> None:
    """Openings and titles of other documents go, above what goes at the very end."""
    end = len(lines)
    while end and gone[end - 1]:
        end -= 1
    first = min(
        snippets_from([line.raw for line in lines[:end]], gone),
        listed_from([line.content for line in lines[:end]]),
    )
    gone[first:end] = [True] * (end - first)


def _places(lines: Sequence[SiteLine], gone: Sequence[bool]) -> Iterator[tuple[int, int]]:
    return ((line.start, line.end) for line, goes in zip(lines, gone, strict=True) if goes)


def _spread(lines: Sequence[SiteLine], gone: list[bool], kinds: frozenset[Kind]) -> None:
    """Lines of ``kinds`` go with a neighbour."""
    size = len(lines)
    for order in (range(size), reversed(range(size))):
        beside = False
        for index in order:
            spreads = lines[index].kind in kinds and lines[index].may_go
            gone[index] = beside = gone[index] or (beside and spreads)


def _fill(lines: Sequence[SiteLine], gone: list[bool]) -> None:
    """A few short lines go if there is furniture both above and below them."""
    above: int | None = None
    for index, goes in enumerate(list(gone)):
        if not goes:
            continue
        between = lines[above + 1 : index] if above is not None else ()
        if len(between) <= _MAX_SANDWICHED and all(
            line.kind in _FILLED and line.may_go for line in between
        ):
            gone[index - len(between) : index] = [True] * len(between)
        above = index
