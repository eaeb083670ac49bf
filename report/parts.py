"""Where one text holds several reports: the places at which the next one begins.

No single sign is sure: titles are quoted and repeated, 各位代表 stands in the middle of
speeches too, and one report may have two halves, last year's and next year's, each with
a title and its own numbering. So every place with an opening is weighed by all that is
seen there (``report.part_evidence``). Only the titles of compilations are sure enough by
themselves (``report.part_compilation``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from report.domain import LabelledSentence, Report, Span
from report.part_compilation import compiled_reports
from report.part_evidence import FAR, HEAD, THRESHOLD, TITLE_HEAD, evidence, signs_around, weigh
from report.part_outline import Outline
from report.part_patterns import DOUBLED, INSTITUTION
from report.part_signs import LONGEST_SIGNATURE, OPENINGS, Sign, Unit

MIN_DISTANCE = 300
"""Of places nearer than this many characters to each other at most one is a joint."""
_CELL = 200
"""Of each so many characters one place at most is a candidate."""
_DASHES = ("—", "-")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the reports of a text.

    Attributes:
        title: its title in the sender's script, "" if it has none.
        span: from the start of its first sentence to the end of its last one.
        sentences: which of the labelled sentences are its own.
    """

    title: str
    span: Span
    sentences: range


def find_parts(report: Report, labelled: Sequence[LabelledSentence]) -> tuple[Part, ...]:
    """The reports that follow each other in a text; none if the text is a single report.

    The parts tile the text: the first begins with its first sentence, each of them ends
    where the next one begins. Takes linear time.

    Args:
        report: the segmented text.
        labelled: all its sentences in their order, with their roles.
    """
    outline = Outline.of(report.text, labelled)
    compiled = frozenset(compiled_reports(outline))
    joints = _whole_reports(outline, _joints(outline, compiled), compiled)
    if not joints:
        return ()
    bounds = [0, *joints, len(labelled)]
    return tuple(_part(report, outline, range(first, end)) for first, end in pairwise(bounds))


def _joints(outline: Outline, compiled: Set[int]) -> list[int]:
    """The units that begin another report, those with the most evidence first served.

    Those that begin one of a compilation come before all others.
    """
    weighed = []
    for index in _candidates(outline):
        weight = weigh(evidence(outline, index))
        if weight >= THRESHOLD:
            weighed.append((weight, _beginning(outline, index)))
    kept = _without_covers(outline, compiled, {index for _, index in weighed})
    for _, index in sorted(weighed, reverse=True):
        place = bisect_left(kept, index)
        near = kept[max(0, place - 1) : place + 1]
        if all(abs(outline.start(index) - outline.start(other)) >= MIN_DISTANCE for other in near):
            kept.insert(place, index)
    return kept


def _without_covers(outline: Outline, compiled: Set[int], weighed: Set[int]) -> list[int]:
    """The compiled reports but those that began before their title, with a cover letter."""
    numerals = [place for place, _ in outline.numerals]
    kept = []
    last = 0
    for index in sorted(compiled | weighed):
        start, begun = outline.start(index), outline.start(last)
        covered = (
            last not in compiled
            and last in weighed
            and start - begun >= MIN_DISTANCE
            and bisect_left(numerals, begun) == bisect_left(numerals, start)
        )
        if index in compiled and not covered:
            kept.append(index)
        last = index
    return kept


def _candidates(outline: Outline) -> Iterator[int]:
    """Of each ``_CELL`` characters the unit that looks most like a beginning, if any does.

    So that the work on each does not depend on how many there are.
    """
    best: dict[int, tuple[float, int]] = {}
    for index, unit in enumerate(outline.units):
        if index and unit.signs & OPENINGS:
            # The first of equals, as a title stands above what else opens a report.
            rank = (weigh(signs_around(outline, index)), -index)
            cell = unit.span.start // _CELL
            best[cell] = max(rank, best.get(cell, rank))
    return (-negative for _, negative in best.values())


def _beginning(outline: Outline, index: int) -> int:
    """Where the report begins whose title this is: with the institution's name above it."""
    unit = outline.units[index]
    # Unit 0, where the first report begins, begins no other one.
    if not unit.signs & {Sign.TITLE, Sign.WEAK_TITLE} or index == 1:
        return index
    above = outline.units[index - 1]
    if not _may_name_institution(above):
        return index
    if unit.content.startswith(_DASHES):
        return index - 1
    if not INSTITUTION.search(above.content):
        return index
    # The signature of the last report names its institution, and so does its text.
    earlier = outline.text[max(0, above.span.start - FAR) : above.span.start]
    return index if above.content in earlier else index - 1


def _may_name_institution(unit: Unit) -> bool:
    """Whether it is a short line that is nothing else."""
    known = unit.ending or unit.signs
    return unit.line and not known and len(unit.content) <= LONGEST_SIGNATURE


def _whole_reports(outline: Outline, joints: Sequence[int], compiled: Set[int]) -> list[int]:
    """The joints in front of what is long enough for a report, behind such a report."""
    bounds = [*joints, len(outline.units)]
    kept = [
        first
        for first, end in pairwise(bounds)
        if outline.is_report(range(first, end), compiled=first in compiled)
    ]
    while kept and not outline.is_report(range(kept[0]), compiled=kept[0] in compiled):
        del kept[0]
    return kept


def _part(report: Report, outline: Outline, sentences: range) -> Part:
    """The part that these sentences are."""
    first, last = outline.units[sentences.start], outline.units[sentences.stop - 1]
    span = Span(first.span.start, last.span.end)
    return Part(_title_as_written(report, outline, sentences.start), span, sentences)


def _title_as_written(report: Report, outline: Outline, index: int) -> str:
    """The title at or soon behind a unit, in the sender's script; "" if there is none."""
    titled = outline.title_from(index, TITLE_HEAD if index else HEAD)
    if titled is None:
        return ""
    position, title = titled
    start = report.text.index(title.text, outline.start(position))
    written = report.written[start : start + len(title.text)]
    return DOUBLED.sub("", written).strip("— ")
