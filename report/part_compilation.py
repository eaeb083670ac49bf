"""The titles of compilations: reports of several offices or persons, one behind the other.

办公室2023年工作总结 and 财务科2023年工作总结 are often short and much the same in their words
(``report.part_evidence`` sees no change), but their titles say who reports, and each numbers
its sections from 一、 on. The halves of one report, last year's and next year's, do not name
another reporter, and its chapters do not begin with a title line of their own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from report import part_patterns as patterns
from report.enumeration import Mark, MarkLevel, mark_at
from report.part_outline import MIN_COMPILED_LENGTH, Outline
from report.part_signs import LONGEST_SIGNATURE, Sign, Title, Unit

_RESTART = 400
"""How far behind its title a report's first section begins at most, in characters."""
_LONGEST_NAME = 24
"""A line that says who reports has at most this many characters."""

_Places = Mapping[MarkLevel, Sequence[tuple[int, int]]]
"""Where the enumeration marks of each level stand, and their numbers."""


@dataclass(frozen=True, slots=True)
class _Heading:
    """A title that is a line of its own.

    Attributes:
        place: where it begins.
        first: the unit its report begins with: the title, or the reporter's name above it.
        reporter: who reports, "" if it is not said.
        form: the title without the reporter and without its number.
        in_series: whether its number, 篇二, is the next one.
        signed: whether a signature or a date stands right above.
    """

    place: int
    first: int
    reporter: str
    form: str
    in_series: bool
    signed: bool

    @property
    def is_full(self) -> bool:
        """Whether no chapter of a report would be called so."""
        return bool(patterns.YEAR.search(self.form) or patterns.DUTY.search(self.form))


@dataclass(slots=True)
class _Reading:
    """What was read of the current report: its title, and how far its numbering came."""

    heading: _Heading | None = None
    level: MarkLevel | None = None
    last: int = 0
    reporters: set[str] = field(default_factory=set)

    def read_mark(self, mark: Mark) -> None:
        """Only the outermost numbering counts."""
        if self.level is None or mark.level <= self.level:
            self.level, self.last = mark.level, mark.ordinal

    def end(self) -> None:
        """The current report ends: its reporter is known from now on."""
        if self.heading is not None:
            self.reporters.add(self.heading.reporter)

    def begin(self, heading: _Heading) -> None:
        """A report begins with this title."""
        self.heading, self.level, self.last = heading, None, 0

    def ends_before(self, heading: _Heading, places: _Places) -> bool:
        """Whether the current report ends where this title stands."""
        if self.heading is None:
            return False
        if self.restarts(heading, places):
            return self._is_another(self.heading, heading)
        following = self._next_of_level(heading.place, places)
        goes_on = following is not None and following[1] != 1
        far = heading.place - self.heading.place >= MIN_COMPILED_LENGTH
        return far and not goes_on and self._is_alike(self.heading, heading)

    def takes_title(self, heading: _Heading, places: _Places) -> bool:
        """Whether the title, which ends no report, is the current one's own."""
        # Of several titles above the text the last one is; a list of contents, 一、 二、 三、,
        # may stand in front.
        return self.level is None or (self.heading is None and self.restarts(heading, places))

    def restarts(self, heading: _Heading, places: _Places) -> bool:
        """Whether the outermost numbering begins again behind the title."""
        following = self._next_of_level(heading.place, places)
        return (
            following is not None
            and following[1] == 1 < self.last
            and following[0] - heading.place <= _RESTART
        )

    def _next_of_level(self, place: int, places: _Places) -> tuple[int, int] | None:
        if self.level is None:
            return None
        marks = places[self.level]
        following = bisect_right(marks, (place, 0))
        return marks[following] if following < len(marks) else None

    def _is_another(self, current: _Heading, heading: _Heading) -> bool:
        """Whether the title is another report's, if the numbering begins again behind it."""
        if heading.in_series or self._names_another(current, heading):
            return True
        if heading.signed and heading.form == current.form:
            return True
        if not heading.reporter or heading.reporter != current.reporter:
            return False
        # 办公室2023年工作总结 behind 办公室2022年工作总结.
        bare, other_bare = (patterns.YEAR.sub("", item.form) for item in (current, heading))
        return heading.form != current.form and bare == other_bare

    def _is_alike(self, current: _Heading, heading: _Heading) -> bool:
        """Whether the titles are sisters: but for who reports the same, and full ones."""
        return (
            heading.is_full
            and heading.form == current.form
            and bool(heading.in_series or current.reporter)
            and (heading.in_series or self._names_another(current, heading))
        )

    def _names_another(self, current: _Heading, heading: _Heading) -> bool:
        """Whether the title names a reporter that no report so far had."""
        known = heading.reporter in self.reporters or heading.reporter == current.reporter
        return bool(heading.reporter) and not known


def compiled_reports(outline: Outline) -> Iterator[int]:
    """The units with which another report of a compilation begins, in order.

    A title is taken for that of another report if it is a line of its own, names another
    reporter or has the next number of a series (篇二), and the outermost numbering begins
    again behind it; without numbers if it is the last title with another name.
    """
    marks = [mark_at(unit.content) if unit.title is None else None for unit in outline.units]
    places = _places(outline, marks)
    reading = _Reading()
    for index, mark in enumerate(marks):
        if mark:
            reading.read_mark(mark)
            continue
        heading = _heading(outline, index, reading.heading)
        if heading is None:
            continue
        if reading.ends_before(heading, places):
            reading.end()
            reading.begin(heading)
            yield heading.first
        elif reading.takes_title(heading, places):
            reading.begin(heading)


def _places(outline: Outline, marks: Sequence[Mark | None]) -> _Places:
    places: dict[MarkLevel, list[tuple[int, int]]] = {}
    for index, mark in enumerate(marks):
        if mark:
            places.setdefault(mark.level, []).append((outline.start(index), mark.ordinal))
    return places


def _heading(outline: Outline, index: int, current: _Heading | None) -> _Heading | None:
    """The title that the unit is, if it is one and a line of its own."""
    unit = outline.units[index]
    title = unit.title
    if title is None or not unit.line or title.kind is not Sign.TITLE:
        return None
    if title.text != unit.content:
        return None
    number = patterns.NUMBER_IN_FRONT.match(title.text)
    text = title.text[number.end() :] if number else title.text
    reporter = _reporter_in(text, title)
    first = index
    if not reporter:
        reporter, first = _reporter_around(outline, index, current)
    form = "".join(text.replace(reporter, "", 1).split()).strip("（）()")
    numbered = index in outline.series and patterns.SAMPLE_NUMBER.match(title.text)
    signed = index > 0 and first == index and _is_signature(outline.units[index - 1], current)
    place = outline.start(index)
    return _Heading(place, first, reporter, form, bool(numbered), signed)


def _reporter_in(text: str, title: Title) -> str:
    """Who reports by a title, "" if it does not say so."""
    if match := patterns.REPORTER_AND_YEAR.match(text):
        reporter = match["reporter"]
        return "" if patterns.TOPIC.search(reporter) else reporter
    remark = patterns.REMARK.search(text)
    if remark and _is_reporter(remark["reporter"]):
        return remark["reporter"]
    if match := patterns.REPORTER_AND_MATTER.fullmatch(patterns.PERIOD.sub("", title.head)):
        reporter = match["reporter"]
        personal = patterns.DUTY.search(text) and patterns.PERSON.fullmatch(reporter)
        return reporter if personal or patterns.OFFICE.search(reporter) else ""
    return ""


def _reporter_around(outline: Outline, index: int, current: _Heading | None) -> tuple[str, int]:
    """Who reports by the line above or below a title, and with which unit that begins."""
    above = outline.units[index - 1] if index else None
    if above and _is_office(above) and not _is_signature(above, current):
        return above.content, index - 1
    below = outline.units[index + 1] if index + 1 < len(outline.units) else None
    if below and _is_name(below) and _is_reporter(below.content.strip("（）()")):
        return below.content, index
    return "", index


def _is_name(unit: Unit) -> bool:
    """Whether it is a short line that may be a name."""
    return unit.line and not unit.ending and not unit.signs and len(unit.content) <= _LONGEST_NAME


def _is_office(unit: Unit) -> bool:
    return _is_name(unit) and patterns.OFFICE.search(unit.content) is not None


def _is_reporter(name: str) -> bool:
    return bool(patterns.PERSON.fullmatch(name) or patterns.OFFICE.search(name))


def _is_signature(unit: Unit, current: _Heading | None) -> bool:
    """Whether the unit signs the current report: with a date, or with its reporter's name."""
    if unit.ending is Sign.SIGNED:
        return True
    if current is None or not current.reporter or len(unit.content) > LONGEST_SIGNATURE:
        return False
    return unit.content.endswith(current.reporter) or current.reporter.endswith(unit.content)
