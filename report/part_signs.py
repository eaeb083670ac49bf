"""The signs that a unit of a text bears of a report that begins or ends there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from report import part_patterns as patterns
from report.domain import Span
from report.enumeration import mark_at

LONGEST_TITLE = 60
"""A title has at most this many characters."""
LONGEST_SIGNATURE = 45
"""A line that signs a report, or names its institution, has at most this many characters."""
_SHORTEST_TITLE, _SHORTEST_INLINE_TITLE = 4, 6
_LONGEST_LINE, _LONGEST_ENDING = 90, 200
_BODY = 160
"""How far into a unit openings are looked for, in characters."""
_BEHIND_NUMBER = 60
"""How far behind a cut-off number a title is read on."""
_REPEATED = 3
"""How many characters of a title show behind it that the text takes it up."""
_MARKS = "#*> 　\t"


class Sign(StrEnum):
    """What speaks for a place as the beginning of a report, or against it."""

    TITLE = "title"
    WEAK_TITLE = "weak_title"
    INLINE_TITLE = "inline_title"
    NUMBERED = "numbered"
    NEXT_NUMBER = "next_number"
    SALUTATION = "salutation"
    EXCLAMATION = "exclamation"
    ADDRESSEE = "addressee"
    VENUE = "venue"
    REPRESENTING = "representing"
    REPORTING = "reporting"
    FORMULA = "formula"
    HEADED = "headed"
    NEW_WORDS = "new_words"
    TAKEN_UP = "taken_up"
    SIGNED = "signed"
    CLOSED = "closed"
    TAILED = "tailed"
    NUMBERING_GOES_ON = "numbering_goes_on"
    OTHER_PLACES = "other_places"
    OTHER_SELVES = "other_selves"
    NOVELTY = "novelty"
    DEPTH = "depth"


TITLES = frozenset({Sign.TITLE, Sign.WEAK_TITLE, Sign.INLINE_TITLE})
"""The kinds of titles."""
HEADS = TITLES | {Sign.SALUTATION, Sign.ADDRESSEE}
"""What stands at the very head of a report."""
OPENINGS = HEADS | {Sign.REPRESENTING, Sign.REPORTING, Sign.FORMULA}
"""What makes a unit a candidate for the beginning of a report."""

_KINDS = (
    # The first one for lines with an enumeration mark in front as well.
    (patterns.NUMBERED_TITLE, Sign.TITLE),
    (patterns.TITLE, Sign.TITLE),
    (patterns.WEAK_TITLE, Sign.WEAK_TITLE),
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title: what stands in front of its 总结 or 报告, and which kind of title it is."""

    text: str
    head: str
    kind: Sign


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence with the signs it bears itself.

    Attributes:
        span: where it stands.
        content: its text without the marks around it.
        line: whether it is a line of its own.
        signs: how it opens a report.
        title: the title it is or begins with.
        ending: how it ends one.
    """

    span: Span
    content: str
    line: bool
    signs: frozenset[Sign]
    title: Title | None
    ending: Sign | None


def read_unit(text: str, span: Span, opens_line: bool, closes_line: bool) -> Unit:
    """The unit at ``span`` of ``text`` with its signs.

    Args:
        text: the whole text.
        span: where the unit stands.
        opens_line: whether it is the first unit of its line.
        closes_line: whether it is the last one.
    """
    content = span.quote(text).strip(_MARKS)
    read = content
    if not closes_line and _number_is_cut_off(text, span, content):
        read += text[span.end : span.end + _BEHIND_NUMBER]
    title, behind_signature = _title(read, closes_line)
    body = read[:_BODY]
    signs = {Sign.SIGNED} if behind_signature else set()
    if title is not None:
        signs |= _signs_of_title(title)
        if title.kind is Sign.INLINE_TITLE:
            body = read[read.index(title.text) + len(title.text) :][:_BODY]
            signs |= {Sign.VENUE} if patterns.VENUE.match(body) else set()
    elif closes_line:
        signs.update(_signs_of_line(content))
    signs.update(_openings(body))
    line = opens_line and closes_line
    return Unit(span, content, line, frozenset(signs), title, _ending(content, line))


def _number_is_cut_off(text: str, span: Span, content: str) -> bool:
    """Whether the number of 工作总结(二) was taken for the number of what follows it."""
    number = patterns.CUT_NUMBER.match(text, span.end)
    return number is not None and patterns.ENDS_AS_TITLE.search(content) is not None


def _signs_of_title(title: Title) -> set[Sign]:
    if patterns.BARE_NUMBER.fullmatch(title.text):
        # 篇二 alone says too little to be weighed; report.part_compilation sees what follows it.
        return set()
    numbered = patterns.NUMBERED.fullmatch(title.text)
    return {title.kind, Sign.NUMBERED} if numbered else {title.kind}


def _title(content: str, closes_line: bool) -> tuple[Title | None, bool]:
    """The title a unit is or begins with, and whether the last report's signature is in front.

    The line's end is lost between them where texts were put together without one.
    """
    numbered = mark_at(content) is not None
    readings = [(content, False)]
    signature = None if numbered else patterns.LEADING_SIGNATURE.match(content)
    if signature:
        readings.insert(0, (content[signature.end() :].lstrip(_MARKS), True))
    if closes_line:
        for text, behind_signature in readings:
            if found := _line_title(text, numbered):
                return found, behind_signature
    if not numbered:
        for text, behind_signature in readings:
            if found := _inline_title(text):
                return found, behind_signature
    return None, False


def _line_title(line: str, numbered: bool) -> Title | None:
    """The title that ``line`` is; an enumeration mark in front makes it a heading."""
    if match := patterns.BARE_NUMBER.fullmatch(line):
        return Title(line, match["head"], Sign.TITLE)
    if not _SHORTEST_TITLE <= len(line) <= LONGEST_TITLE:
        return None
    kinds = _KINDS[:1] if numbered else _KINDS
    for pattern, kind in kinds:
        if match := pattern.fullmatch(line):
            return Title(line, match["head"], kind)
    return None


def _inline_title(text: str) -> Title | None:
    """The title that ``text`` begins with."""
    match = patterns.INLINE_TITLE.match(text)
    if match is None and (match := patterns.REPEATED_TITLE.match(text)):
        # XX公司2023年工作总结XX公司成立于…
        taken_up = text.startswith(match["head"][:_REPEATED], match.end())
        match = match if taken_up else None
    if match is None or match.end() < _SHORTEST_INLINE_TITLE:
        return None
    return Title(match.group(), match["head"], Sign.INLINE_TITLE)


def _openings(body: str) -> Iterator[Sign]:
    if salutation := patterns.SALUTATION.match(body):
        # 各位代表！ stands in the middle of speeches as well.
        yield Sign.SALUTATION if salutation.group()[-1] in "：:" else Sign.EXCLAMATION
    if patterns.REPRESENTING.search(body):
        yield Sign.REPRESENTING
    if patterns.REPORTING.search(body):
        yield Sign.REPORTING
    if patterns.FORMULA.match(body):
        yield Sign.FORMULA


def _signs_of_line(content: str) -> Iterator[Sign]:
    if len(content) > _LONGEST_LINE:
        return
    if patterns.VENUE.fullmatch(content):
        yield Sign.VENUE
    if patterns.ADDRESSEE.fullmatch(content):
        yield Sign.ADDRESSEE


def _ending(content: str, line: bool) -> Sign | None:
    if line and len(content) <= LONGEST_SIGNATURE and patterns.SIGNED.fullmatch(content):
        return Sign.SIGNED
    if len(content) <= _LONGEST_ENDING and patterns.CLOSED.search(content):
        return Sign.CLOSED
    return Sign.TAILED if patterns.TAILED.match(content) else None
