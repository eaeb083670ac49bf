"""What a line is, seen by itself: a web site's, a report's, or what may be either."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from report.enumeration import MarkLevel, mark_at
from report.repairs import site_vocabulary as site
from report.repairs.snippets import is_cut_off, is_title
from report.script import simplified_characters

MAX_LINE = 400
"""A longer line is text; only its very ends may be a site's."""
MAX_SHORT = 60
"""A longer line is no title, signature or cell."""
_MAX_TERM = 200
"""A longer line is no sentence of terms of use."""
_MIN_TERM = 8
_MAX_PLAIN = 120
"""A longer line is a report's."""
_CERTAIN_TOPICS = 3
"""A notice that speaks of so many things of sites is no report's."""
_COMMA_LINE = 25
"""So long a line with a comma is no title, but text."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH |= dict.fromkeys(map(ord, "│┃丨∣"), ord("|"))
_HALF_WIDTH |= dict.fromkeys(map(ord, "﹥›»"), ord(">"))
_HALF_WIDTH |= dict.fromkeys(map(ord, "﹕∶︰"), ord(":"))
_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_BULLET_SIGN = re.compile(r"[-*·•●○■□▪◆◇>#\s]+")
_LIST_COMMA = re.compile(r"[、,;]")
_SENTENCE_SIGN = re.compile(r"[。;!?]")


class Kind(Enum):
    """What a line is, seen by itself."""

    CERTAIN = auto()  # nobody but a site writes it
    SURE = auto()  # a site's, if there is another sign of one
    CLAIM = auto()  # a site's, if there is a sign of another kind: terms of use, 免费下载
    LIST = auto()  # titles of other documents follow
    TERMS = auto()  # terms of use follow
    FAINT = auto()  # a site's, if beside what is
    SOURCE = auto()  # a site's, if above the report
    NEUTRAL = auto()  # a number, a date
    TERM = auto()  # a site's, if below the name of terms of use
    CUT_OFF = auto()
    SHORT = auto()  # a title, a signature, a cell
    PLAIN = auto()  # a sentence that no report needs to have written
    TEXT = auto()


OF_SITES = frozenset((Kind.CERTAIN, Kind.SURE, Kind.CLAIM, Kind.LIST, Kind.TERMS))
"""What a site's lines are."""
ENOUGH = 2
"""Signs of this weight together are believed to be a site's."""
_NEVER_DOUBTED = frozenset((Kind.CERTAIN, Kind.LIST, Kind.TERMS))
_DOUBTED = frozenset((Kind.SURE, Kind.CLAIM, Kind.SOURCE, Kind.FAINT))
"""What is not believed of a line that says what a report does."""
_WEIGHTS = {Kind.CERTAIN: ENOUGH, Kind.SURE: 1, Kind.LIST: 1, Kind.TERMS: 1, Kind.FAINT: 1}
_BY_PATTERN = (
    (site.CERTAIN_LINE, Kind.CERTAIN),
    (site.LIST_HEADER, Kind.LIST),
    (site.TERMS_HEADER, Kind.TERMS),
    (site.LIST_LINE, Kind.SURE),
    (site.LABEL, Kind.SURE),
    (site.EMPTY_LABEL, Kind.SURE),
    (site.FAINT_LINE, Kind.FAINT),
    (site.MARKED_LINE, Kind.SURE),
)
_TOKENS = (
    (site.LEAD, Kind.SURE),
    (site.CERTAIN, Kind.CERTAIN),
    (site.SURE, Kind.SURE),
    (site.PHRASE, Kind.SURE),
    (site.SOURCE, Kind.SOURCE),
    (site.FAINT, Kind.FAINT),
    (site.NEUTRAL, Kind.NEUTRAL),
)
_BY_STRENGTH = (Kind.CERTAIN, Kind.SURE, Kind.CLAIM, Kind.SOURCE, Kind.FAINT, Kind.NEUTRAL)
_OUTER_MARKS = frozenset(
    (MarkLevel.PART, MarkLevel.CHINESE, MarkLevel.CHINESE_BRACKETED, MarkLevel.ORDINAL_WORD)
)


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A line that is not blank: its place without blanks around it, and what it is."""

    start: int
    end: int
    raw: str
    kind: Kind

    @classmethod
    def of(cls, plain: str, bounds: tuple[int, int]) -> SiteLine:
        """The line of ``plain`` that stands at ``bounds``."""
        start, end = bounds
        raw = plain[start:end]
        return cls(start, end, raw, kind_of(raw) if len(raw) <= MAX_LINE else Kind.TEXT)

    @property
    def content(self) -> str:
        """The line without its bullet or number."""
        return _without_bullet(self.raw)

    @property
    def weight(self) -> int:
        """How much it tells of a site, from 0 to ``ENOUGH``; a bulleted line is an item."""
        if self.kind is Kind.LIST and site.OWN_LIST.search(self.raw):
            return ENOUGH
        weight = _WEIGHTS.get(self.kind, 0)
        is_item = weight < ENOUGH and self.kind is not Kind.LIST and self.content != self.raw
        return 0 if is_item else weight

    @property
    def is_numbered(self) -> bool:
        """Whether it begins with a mark, as the items of a report do."""
        return _is_numbered(self.raw)

    @property
    def reports(self) -> bool:
        """Whether it says what a report does, and is no document's title."""
        return _reports(self.content) and not is_title(self.content)

    @property
    def may_go(self) -> bool:
        """Whether furniture around it makes it furniture."""
        return not site.SIGNATURE.fullmatch(self.raw)

    @property
    def names_file(self) -> bool:
        """Whether it is the name of a file."""
        return len(self.raw) <= MAX_LINE and site.FILE_NAME.fullmatch(self.content) is not None

    @property
    def names_medium(self) -> bool:
        """Whether it says from which newspaper, site or office a page is."""
        return self.kind is Kind.SOURCE and site.MEDIUM.fullmatch(self.content) is not None

    @property
    def is_label(self) -> bool:
        """Whether it is the label of a field whose value stands elsewhere."""
        return site.EMPTY_LABEL.fullmatch(self.raw) is not None

    @property
    def has_sentence(self) -> bool:
        """Whether a sentence ends on it."""
        return _SENTENCE_SIGN.search(self.raw) is not None


def plain_form(text: str) -> str:
    """``text`` in Simplified characters with half-width signs, its length unchanged."""
    return simplified_characters(text).translate(_HALF_WIDTH)


def line_bounds(plain: str) -> list[tuple[int, int]]:
    """The lines of ``plain`` that are not blank, without the blanks around them."""
    bounds = []
    for match in _LINE.finditer(plain):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        if start < match.end():
            bounds.append((start, match.start() + len(line.rstrip())))
    return bounds


def kind_of(line: str) -> Kind:
    """What ``line`` of at most ``MAX_LINE`` signs is."""
    content = _without_bullet(line)
    kind = _kind_of_site(content)
    if kind in _NEVER_DOUBTED:
        return kind
    if kind is None or _is_numbered(line) or (kind in _DOUBTED and _reports(content)):
        mark = mark_at(line)
        return Kind.TEXT if mark and mark.level in _OUTER_MARKS else _kind_of_words(line)
    return kind


def _kind_of_site(content: str) -> Kind | None:
    """What ``content`` is if it is a site's, or may be."""
    for pattern, kind in _BY_PATTERN:
        if pattern.fullmatch(content):
            return kind
    notice = site.NOTICE.fullmatch(content)
    found = _kind_of_notice(notice[1]) if notice else _kind_of_tokens(content)
    if found is not None:
        return found
    if are_terms(content):
        return Kind.CERTAIN if site.CERTAIN_TERMS.search(content) else Kind.CLAIM
    worded = site.WORDED_LINE.fullmatch(content) and not site.REPORTS.search(content)
    return Kind.SURE if worded else None


def _kind_of_notice(notice: str) -> Kind | None:
    """What a notice is, by how many things it speaks of that only sites speak of."""
    topics = len(set(site.SITE_TOPIC.findall(notice)))
    if topics >= _CERTAIN_TOPICS and not site.REPORTS.search(notice):
        return Kind.CERTAIN
    return Kind.SURE if topics > 1 or site.SITE_SPEAKS.search(notice) else None


def _reports(content: str) -> bool:
    return site.REPORT_SENSE.search(content) is not None


def _is_numbered(line: str) -> bool:
    """Whether ``line`` has a number, with or without a bullet before it."""
    return mark_at(line, _behind(_BULLET_SIGN, line, 0, len(line))) is not None


def _kind_of_words(line: str) -> Kind:
    """What a line is that no pattern knows."""
    if site.SIGNATURE.fullmatch(line):
        return Kind.SHORT
    reports = site.REPORTS.search(line) is not None
    if len(line) <= _MAX_TERM and site.SITE_TOPIC.search(line) and not reports:
        return Kind.TERM
    if is_cut_off(line):
        return Kind.CUT_OFF
    if len(line) <= MAX_SHORT and not _SENTENCE_SIGN.search(line):
        return Kind.SHORT if len(line) < _COMMA_LINE or "," not in line else Kind.TEXT
    return Kind.TEXT if reports or len(line) > _MAX_PLAIN else Kind.PLAIN


def _kind_of_tokens(content: str) -> Kind | None:
    """What ``content`` is, if nothing but what furniture is made of."""
    kinds, end = tokens(content, 0, len(content))
    if end < len(content) or not kinds:
        return None
    row_of_buttons = kinds.count(Kind.FAINT) > 1 and site.BUTTON.match(content) is not None
    if row_of_buttons or (len(kinds) > 1 and not OF_SITES.isdisjoint(kinds)):
        return Kind.SURE if _LIST_COMMA.search(content) else Kind.CERTAIN
    strongest = min(kinds, key=_BY_STRENGTH.index)
    of_fields = strongest is Kind.SOURCE and content.count(":") > 1
    return Kind.SURE if of_fields else strongest


def tokens(plain: str, start: int, stop: int) -> tuple[list[Kind], int]:
    """The kinds of the tokens from ``start`` on, and where they and what parts them end."""
    kinds: list[Kind] = []
    while True:
        start = _behind(site.SEPARATOR, plain, start, stop)
        found = _token_at(plain, start, stop)
        if found is None:
            return kinds, start
        kind, start = found
        kinds.append(kind)
        # The name of a file is a token behind another one only.
        separated = _behind(site.SEPARATOR, plain, start, stop)
        file = site.FILE.match(plain, separated, stop)
        start = file.end() if file else start


def _behind(pattern: re.Pattern[str], plain: str, start: int, stop: int) -> int:
    """Where the match of ``pattern`` at ``start`` ends; ``start`` if there is none."""
    match = pattern.match(plain, start, stop)
    return match.end() if match else start


def _token_at(plain: str, start: int, stop: int) -> tuple[Kind, int] | None:
    for pattern, kind in _TOKENS:
        match = pattern.match(plain, start, stop)
        if match and match.end() > start:
            return _kind_of_phrase(match[0]) if pattern is site.PHRASE else kind, match.end()
    return None


def _kind_of_phrase(phrase: str) -> Kind:
    if site.CERTAIN_WORDS.search(phrase):
        return Kind.CERTAIN
    return Kind.CLAIM if site.SITE_WORDS.search(phrase) else Kind.FAINT


def are_terms(content: str) -> bool:
    """Whether ``content`` is a sentence of a site's terms of use."""
    return (
        len(content) >= _MIN_TERM
        and _speaks_of_site(content)
        and site.DEMANDS.search(content) is not None
        and site.REPORTS.search(content) is None
    )


def _speaks_of_site(content: str) -> bool:
    """Whether a site speaks, and of two different things at least."""
    speaker = site.SITE_SPEAKS.search(content)
    return speaker is not None and len({speaker.group(), *site.SITE_TOPIC.findall(content)}) > 1


def _without_bullet(line: str) -> str:
    return line[_behind(site.BULLET, line, 0, len(line)) :]
