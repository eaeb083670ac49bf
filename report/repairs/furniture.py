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
    ENOUGH,
    MAX_LINE,
    MAX_SHORT,
    OF_SITES,
    Kind,
    SiteLine,
    are_terms,
    line_bounds,
    plain_form,
)
from report.repairs.snippets import listed_from, snippets

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

_PASSED_IN_HEAD = OF_SITES | {Kind.SOURCE, Kind.FAINT, Kind.NEUTRAL}
_SIGNS_IN_HEAD = _PASSED_IN_HEAD
"""Two of them show that where it is from is said by a site."""
_SPREAD_IN_HEAD = frozenset((Kind.FAINT, Kind.NEUTRAL))
_SPREAD_IN_TAIL = frozenset((Kind.FAINT,))
_BELOW_OPENINGS = frozenset((Kind.SHORT, Kind.NEUTRAL, Kind.TERM))
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
    spans = list(_joined(plain, [*head, *_below(plain, below_head)]))
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
    signs = sum(line.kind in _SIGNS_IN_HEAD for line in lines)
    gone = [
        line.kind in OF_SITES or (line.kind is Kind.SOURCE and signs >= ENOUGH) for line in lines
    ]
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
        below_terms = line.kind is Kind.TERMS or (below_terms and line.kind in OF_SITES)
        lines.append(line)
    return lines, first


def _sure_in_head(line: SiteLine, below_terms: bool) -> SiteLine:
    """The line, surely a site's if its standing above a report shows that it is."""
    of_terms = below_terms and line.kind is Kind.TERM
    if of_terms or line.names_file or line.names_medium:
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


def _below(plain: str, bounds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What goes of the lines below the head: furniture, openings of other documents."""
    skipped = max(0, len(bounds) - MAX_LINES)
    lines = [SiteLine.of(plain, bound) for bound in bounds[skipped:]]
    openings = _openings(plain, lines)
    for place in openings:
        lines[place] = replace(lines[place], kind=Kind.CERTAIN)
    first = _first_of_tail(lines)
    tail, last = lines[first:], lines[first - 1] if first else None
    gone = _gone_from(tail, last.raw if last else "")
    if openings:
        _leave_out_shorts(tail, gone, openings[-1] + 1 - first)
    places = [(lines[place].start, lines[place].end) for place in openings if place < first]
    if last is not None and all(gone):
        places += _end_of_report(plain, last, above_site=bool(gone))
    return [*places, *_places(tail, gone)]


def _openings(plain: str, lines: Sequence[SiteLine]) -> list[int]:
    """Which lines are openings of other documents, and their titles."""
    certain = [line.weight >= ENOUGH for line in lines]
    above = plain[: lines[0].start] if lines else ""
    series = snippets([line.raw for line in lines], certain, above, _first_of_tail(lines))
    return [place for places in series for place in places]


def _leave_out_shorts(lines: Sequence[SiteLine], gone: list[bool], start: int) -> None:
    """Short lines that say nothing of a report go from ``start`` on, below the openings."""
    for index in range(start, len(lines)) if start > 0 else ():
        line = lines[index]
        gone[index] |= line.kind in _BELOW_OPENINGS and line.may_go and not line.reports


def _first_of_tail(lines: Sequence[SiteLine]) -> int:
    """Where the lines begin that stand below the report's text."""
    plains = 0
    for index in range(len(lines) - 1, -1, -1):
        plains += lines[index].kind is Kind.PLAIN
        if lines[index].kind is Kind.TEXT or plains > _MAX_PASSED_PLAIN:
            return index + 1
    return 0


def _end_of_report(plain: str, line: SiteLine, *, above_site: bool) -> Iterator[tuple[int, int]]:
    """The furniture that stands behind the report's text on its last line."""
    start = max(line.start, line.end - MAX_LINE)
    begin = suffix_start(plain, start, line.end, above_site=above_site)
    if line.start < begin < line.end:
        yield begin, line.end


def _gone_from(lines: Sequence[SiteLine], above: str) -> list[bool]:
    """What goes of the lines below the report's text; ``above`` is its last line."""
    headers = list(_headers(lines))
    gone = [False] * len(lines)
    for cluster in _clusters(lines, headers):
        if _are_believed(lines, cluster):
            for index in cluster:
                gone[index] = True
    for index, header in enumerate(headers):
        if header is not None and gone[header]:
            gone[index] = True
    _leave_out_other_documents(lines, gone, above)
    _spread(lines, gone, _SPREAD_IN_TAIL)
    _fill(lines, gone)
    return gone


def _headers(lines: Sequence[SiteLine]) -> Iterator[int | None]:
    """For each line where the name stands of the list or terms of use that it belongs to.

    A list ends at a line that reads like a report's.
    """
    header: int | None = None
    kind: Kind | None = None
    for index, line in enumerate(lines):
        if line.kind in (Kind.LIST, Kind.TERMS):
            header, kind = index, line.kind
        elif header is None and line.kind is Kind.CERTAIN and are_terms(line.content):
            header, kind = index, Kind.TERMS
        elif kind is Kind.LIST and line.reports:
            header = kind = None
        listed = kind is Kind.LIST and line.may_go and line.kind is not Kind.PLAIN
        term = kind is Kind.TERMS and line.kind is Kind.TERM
        yield header if listed or term else None


def _clusters(lines: Sequence[SiteLine], headers: Sequence[int | None]) -> Iterator[list[int]]:
    """The indices of the lines of sites that stand together.

    Signatures part them, and more than a few other lines.
    """
    cluster: list[int] = []
    others = 0
    for index, line in enumerate(lines):
        if line.kind in OF_SITES and not _heads_report(lines, index):
            cluster.append(index)
            others = 0
        elif headers[index] is None:
            others += 1
        if cluster and (others > _MAX_SANDWICHED or not line.may_go):
            yield cluster
            cluster = []
    if cluster:
        yield cluster


def _heads_report(lines: Sequence[SiteLine], index: int) -> bool:
    """Whether what may be the name of a site's list stands above a line of the report."""
    line = lines[index]
    headed = index + 1 < len(lines) and lines[index + 1].reports
    return line.kind is Kind.LIST and line.weight < ENOUGH and headed


def _are_believed(lines: Sequence[SiteLine], cluster: Sequence[int]) -> bool:
    """Whether there are signs enough that the lines of ``cluster`` are a site's.

    Terms of use and buttons that only their words show to be such are no signs for each
    other.
    """
    signs = sum(lines[index].weight for index in cluster)
    claims = sum(lines[index].kind is Kind.CLAIM for index in cluster)
    faint = any(
        line.kind is Kind.FAINT and line.weight
        for index in cluster
        for line in (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2])
    )
    return signs > 0 and signs + claims + faint >= ENOUGH


def _leave_out_other_documents(lines: Sequence[SiteLine], gone: list[bool], above: str) -> None:
    """Titles of other documents go, above what goes at the very end."""
    end = len(lines)
    while end and gone[end - 1]:
        end -= 1
    first = listed_from([line.content for line in lines[:end]], above)
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
            line.kind in _FILLED and line.may_go and not line.reports for line in between
        ):
            gone[index - len(between) : index] = [True] * len(between)
        above = index
