"""Gold documents as the web hands reports on: page marks, furniture, readings, debris.

Each kind of noise is a function of a text with roles and a random generator. A character
that replaces another keeps its role. What is put in has the role ``other`` where it stands
outside of the report (``furniture``), and none where it stands in it, so that it does not
count. The kinds are written after how such documents look, not after what the service can
mend, and share no line with the noise the model is trained on.
"""

from __future__ import annotations

import hashlib
import random
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import opencc

from evaluation import site_lines
from evaluation.gold import GoldDocument
from evaluation.variants import RoleText, as_is
from report.domain import RhetoricalRole

Noise = Callable[[RoleText, random.Random], RoleText]
"""A kind of noise."""

_SCRIPTS = ("s2t", "s2tw", "s2hk")


def noisy(document: GoldDocument, kind: str, seed: int) -> RoleText:
    """``document`` with one kind of noise, the same for the same arguments everywhere.

    Raises:
        KeyError: if there is no such kind in ``NOISE``.
    """
    digest = hashlib.sha256(f"{kind}\n{document.name}\n{seed}".encode()).digest()
    rng = random.Random(int.from_bytes(digest))  # noqa: S311  (noise, no secret)
    return NOISE[kind](as_is(document), rng)


@dataclass(frozen=True, slots=True)
class _PageStyle:
    """What stands above the first page, between two pages and below the last.

    ``page`` is the number of the page that ends, ``next`` of the one that begins, ``pages``
    of the last, ``header`` the running header.
    """

    first: str
    between: str
    last: str
    keeps_lines: bool = True


_NUMBERED = _PageStyle("1、", "\n\n{next}、", "", keeps_lines=False)
_PAGE_STYLES = (
    *(_NUMBERED,) * 4,
    _PageStyle("", "\n第{page}页 共{pages}页\n", "\n第{pages}页 共{pages}页"),
    _PageStyle("", "\n第 {page} 页 / 共 {pages} 页\n\n", "\n第 {pages} 页 / 共 {pages} 页"),
    _PageStyle("", "\n- {page} -\n", "\n- {pages} -"),
    _PageStyle("", "\n— {page} —\n", "\n— {pages} —"),
    _PageStyle("", "\n{page} / {pages}\n", "\n{pages} / {pages}"),
    _PageStyle("{header}\n", "\n{page}\n{header}\n", "\n{pages}"),
    _PageStyle("{header}\n", "\n{header}\n", ""),
    _PageStyle("", "\n{header}　　第{page}页\n", "\n{header}　　第{pages}页"),
    _PageStyle("", "\f", "\f"),
    _PageStyle("", "\n{page}\n\f", "\n{pages}\n\f"),
)
_SHORTEST_PAGE, _LONGEST_PAGE = 500, 900
_NEAR = 60
_TITLE = re.compile(
    r"\s*(\S.{4,38}(?:总结|报告|汇报|计划|打算|要点|思路|情况|安排)[）)]?)[ \t　]*[\r\n]"
)
_NEVER_FIRST = "，。、；：！？）〕》」』”’〞%％,.;:!?)"
_HANGING = re.compile(f"[{re.escape(_NEVER_FIRST)}]*")
_LINE_BREAKS = re.compile(r"[\r\n]\s*")
# What nobody ever breaks a line or a page in: an entity, a tag.
_TOKEN = re.compile(r"&#?\w{1,8};|</?\w{1,6} ?/?>|.", re.DOTALL)


def page_breaks(source: RoleText, rng: random.Random) -> RoleText:
    """With the marks of pages every 500 to 900 characters, in one style throughout.

    The numbered style of document-sharing sites mostly loses the lines of the text.
    """
    style = rng.choice(_PAGE_STYLES)
    if not style.keeps_lines and rng.random() < 0.8:
        blank = rng.choice(("", " "))
        source = _rewritten(source, _LINE_BREAKS, lambda _: blank)
    cuts = _page_cuts(source.text, style, rng)
    pages = len(cuts) + 1
    header = _title(source.text, rng.choice(site_lines.RUNNING_HEADERS))
    marks = [(0, style.first.format(header=header))]
    marks += [
        (cut, style.between.format(page=page, next=page + 1, pages=pages, header=header))
        for page, cut in enumerate(cuts, 1)
    ]
    return _inserted(
        source, [*marks, (len(source.text), style.last.format(pages=pages, header=header))]
    )


def _page_cuts(text: str, style: _PageStyle, rng: random.Random) -> list[int]:
    """Where pages end: at a fixed length if numbered, else as full as their lines allow."""
    starts = [match.start() for match in _TOKEN.finditer(text)] or [0]
    length = rng.randint(_SHORTEST_PAGE, _LONGEST_PAGE)
    slack = length - max(_SHORTEST_PAGE, length * 4 // 5) if style.keeps_lines else 0
    cuts: list[int] = []
    begin = 0
    while (end := begin + length - rng.randint(0, slack)) < starts[-1]:
        cut = starts[bisect_left(starts, end)]
        paragraph = text.rfind("\n", max(begin + _SHORTEST_PAGE, cut - _NEAR), cut)
        if style.keeps_lines and paragraph > 0 and rng.random() < 0.4:
            cut = paragraph
        begin = _end_of(_HANGING, text, cut) if style.keeps_lines else cut
        cuts.append(begin)
    return [cut for cut in cuts if cut < len(text)]


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Where a match of ``pattern`` at ``start`` ends."""
    match = pattern.match(text, start)
    return match.end() if match else start


def _title(text: str, otherwise: str) -> str:
    """The first line of ``text`` if it is a title."""
    found = _TITLE.match(text)
    return found[1] if found else otherwise


def furniture(source: RoleText, rng: random.Random) -> RoleText:
    """Between the lines of a web page, all of them ``other``."""
    title = _title(source.text, rng.choice(site_lines.TITLES))
    above, below = site_lines.around(title, rng)
    gap = rng.choice(("\n", "\n", "\n\n"))
    return _joined(_lines(above, gap), _sole(gap), source, _sole(gap), _lines(below, gap))


def _lines(lines: Iterable[str], gap: str) -> RoleText:
    text = gap.join(lines)
    return RoleText(text, tuple(None if sign == "\n" else RhetoricalRole.OTHER for sign in text))


def pinyin(source: RoleText, rng: random.Random) -> RoleText:
    """With readings in brackets behind 2 to 10 % of the characters, in zhuyin now and then.

    Mostly certain characters have their reading wherever they stand, because a font lacks
    them; else any character may.
    """
    spelling = 1 if rng.random() < 1 / 3 else 0
    opening, closing = rng.choice(("()", "()", "()", "（）"))
    budget = rng.uniform(0.02, 0.1) * len(source.text)
    readable = Counter(sign for sign in source.text if sign in _readings())
    if rng.random() < 0.75:
        chances = dict.fromkeys(_some_of(readable, budget, rng), 1.0)
    else:
        chances = dict.fromkeys(readable, budget / max(1, readable.total()))
    return _inserted(
        source,
        [
            (place, f"{opening}{_readings()[sign][spelling]}{closing}")
            for place, sign in enumerate(source.text, 1)
            if sign in chances and rng.random() < chances[sign]
        ],
    )


def _some_of(readable: Counter[str], budget: float, rng: random.Random) -> list[str]:
    """At least one of the characters, together in about ``budget`` places."""
    signs = list(readable)
    rng.shuffle(signs)
    chosen: list[str] = []
    for sign in signs:
        if not chosen or readable[sign] <= budget:
            chosen.append(sign)
            budget -= readable[sign]
    return chosen


@cache
def _readings() -> Mapping[str, tuple[str, str]]:
    """Pinyin and zhuyin of Simplified and Traditional characters."""
    found = {
        sign: (latin, zhuyin) for latin, zhuyin, signs in site_lines.READINGS for sign in signs
    }
    for script in _SCRIPTS:
        for sign in list(found):
            found.setdefault(_converter(script)(sign), found[sign])
    return found


def traditional(source: RoleText, rng: random.Random) -> RoleText:
    """In Traditional characters of the standard, Taiwan or Hong Kong, length unchanged."""
    convert = _converter(rng.choice(_SCRIPTS))
    lines = (_same_length(line, convert) for line in source.text.split("\n"))
    return RoleText("\n".join(lines), source.roles)


def _same_length(line: str, convert: Callable[[str], str]) -> str:
    converted = convert(line)
    if len(converted) == len(line):
        return converted
    by_sign = ((sign, convert(sign)) for sign in line)
    return "".join(new if len(new) == 1 else sign for sign, new in by_sign)


@cache
def _converter(script: str) -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC(script).convert
    return convert


_RESEARCH = re.compile(r"[Rr](?:&|＆)[Dd]")
_ESCAPABLE = re.compile(r"&(?!#?\w{1,8};|amp)|[“”‘’·…—\"<>]| (?=\S)|%")
_NAMES = {
    "&": ("&amp;",),
    "“": ("&ldquo;",),
    "”": ("&rdquo;",),
    "‘": ("&lsquo;",),
    "’": ("&rsquo;",),
    "·": ("&middot;", "&bull;"),
    "…": ("&hellip;",),
    "—": ("&mdash;",),
    '"': ("&quot;", "&#34;"),
    "<": ("&lt;",),
    ">": ("&gt;",),
}
_TAGS = (("", "<br/>"), ("", "<br>"), ("", "</span>"), ("", "</p>"), ("<p>", "</p>"), ("<p>", ""))
_INVISIBLE = "\u200b\u200b\u200c\ufeff\u00ad"
_FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
_HALF_WIDTH = str.maketrans("，：；（）！？％", ",:;()!?%")
_LINE = re.compile(r"[^\r\n]+")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff，。、；]{2,7}")


def entities(source: RoleText, rng: random.Random) -> RoleText:
    """With what converters, crawlers and copiers make of signs: some of these per text."""
    struck = source
    for chance, damage in _DAMAGE:
        if rng.random() < chance:
            struck = damage(struck, rng)
    return struck if struck.text != source.text else _strewn(source, rng)


def _research(source: RoleText, rng: random.Random) -> RoleText:
    spelling = rng.choice(("ramp;d", "R&amp;D", "R&ampD", "r&amp;d"))
    return _rewritten(source, _RESEARCH, lambda _: spelling)


def _exchanged(source: RoleText, rng: random.Random) -> RoleText:
    """Signs as a copier's encoding knew them: ?…? for 《…》, 〔〕 for （）, 〞 for ”."""
    table: dict[str, str | int | None] = {"《": "?", "》": "?"} if rng.random() < 0.6 else {}
    if rng.random() < 0.6:
        table |= {"（": "〔", "）": "〕", "(": "〔", ")": "〕"}
    if not table or rng.random() < 0.4:
        table |= {"”": "〞"}
    return RoleText(source.text.translate(str.maketrans(table)), source.roles)


def _escaped(source: RoleText, rng: random.Random) -> RoleText:
    names = {sign: rng.choice(forms) for sign, forms in _NAMES.items()}
    if rng.random() < 0.2:
        names["%"] = rng.choice(("&#37;", "&#x25;"))
    blanks = rng.choice((0.0, 0.5, 1.0))

    def escape(match: re.Match[str]) -> str:
        sign = match[0]
        if sign == " ":
            return "&nbsp;" if rng.random() < blanks else sign
        return names.get(sign, sign)

    return _rewritten(source, _ESCAPABLE, escape)


def _tagged(source: RoleText, rng: random.Random) -> RoleText:
    before, behind = rng.choice(_TAGS)
    share = rng.uniform(0.2, 1)
    places: list[tuple[int, str]] = []
    for line in _LINE.finditer(source.text):
        if rng.random() < share:
            places += [(line.start(), before), (line.end(), behind)]
    return _inserted(source, places)


def _strewn(source: RoleText, rng: random.Random) -> RoleText:
    """With invisible characters here and there."""
    sign = rng.choice(_INVISIBLE)
    share = rng.uniform(0.001, 0.006)
    count = max(1, round(share * len(source.text)))
    places = sorted(rng.randrange(len(source.text) + 1) for _ in range(count))
    mark = "\ufeff" if rng.random() < 0.4 else ""
    return _inserted(source, [(0, mark), *((place, sign) for place in places)])


def _blanks(source: RoleText, rng: random.Random) -> RoleText:
    """With ideographic spaces before lines and for some blanks."""
    share = rng.uniform(0.3, 1)
    spaced = _rewritten(
        source, re.compile(" "), lambda match: "　" if rng.random() < share else match[0]
    )
    starts = [line.start() for line in _LINE.finditer(spaced.text)]
    return _inserted(spaced, [(start, "　　") for start in starts if rng.random() < share])


def _widths(source: RoleText, rng: random.Random) -> RoleText:
    """With full-width digits or half-width punctuation in some of the lines."""
    table = rng.choice((_FULL_WIDTH, _HALF_WIDTH))
    share = rng.uniform(0.3, 1)
    return _rewritten(
        source,
        _LINE,
        lambda match: match[0].translate(table) if rng.random() < share else match[0],
    )


def _shifted(source: RoleText, rng: random.Random) -> RoleText:
    """With one to three runs read one byte too late, as GBK that was cut into blocks."""
    runs = list(_HAN_RUN.finditer(source.text))
    struck = {run.start() for run in rng.sample(runs, min(len(runs), rng.randint(1, 3)))}

    def shift(match: re.Match[str]) -> str:
        if match.start() not in struck:
            return match[0]
        inner = match[0].encode("gb18030")[1:-1].decode("gbk", "replace")
        return f"?{inner}?".replace("\ufffd", "?").replace("？", "?")

    return _rewritten(source, _HAN_RUN, shift)


# Escapes come late: nobody strikes the inside of an entity.
_DAMAGE: tuple[tuple[float, Noise], ...] = (
    (0.1, _shifted),
    (0.3, _widths),
    (0.5, _exchanged),
    (0.7, _research),
    (0.25, _blanks),
    (0.35, _strewn),
    (0.5, _escaped),
    (0.3, _tagged),
)


_STOP = re.compile("。")
_STOP_OR_SEMICOLON = re.compile("[。；]")
_DECIMAL_POINT = re.compile(r"(?<=\d[.．])(?=\d)")
_NARROW = re.compile("[ -~]")


def lost_stops(source: RoleText, rng: random.Random) -> RoleText:
    """Without all or most of the full stops, and of the semicolons now and then."""
    share = 1.0 if rng.random() < 1 / 3 else rng.uniform(0.7, 0.95)
    instead = rng.choice(("", "", " "))
    stops = _STOP_OR_SEMICOLON if rng.random() < 0.2 else _STOP
    return _rewritten(source, stops, lambda match: instead if rng.random() < share else match[0])


@dataclass(frozen=True, slots=True)
class _Layout:
    """Lines of ``width`` full-width characters; ``hangs``: no line begins with a comma."""

    width: int
    indent: str
    gap: bool
    hangs: bool
    broken_decimals: float


def wrapped_lines(source: RoleText, rng: random.Random) -> RoleText:
    """With lines of a fixed width, as copied out of a printed page or a mail."""
    layout = _Layout(
        width=rng.randint(28, 46),
        indent=rng.choice(("", "", "　　", "    ")),
        gap=rng.random() < 0.4,
        hangs=rng.random() < 0.7,
        broken_decimals=rng.uniform(0.3, 1) if rng.random() < 1 / 3 else 0,
    )
    points = {
        match.start()
        for match in _DECIMAL_POINT.finditer(source.text)
        if rng.random() < layout.broken_decimals
    }
    paragraphs = list(_LINE.finditer(source.text))
    places: list[tuple[int, str]] = []
    for before, paragraph in zip((None, *paragraphs), paragraphs, strict=False):
        if before and layout.gap and paragraph.start() == before.end() + 1:
            places.append((before.end(), "\n"))
        indent = "" if paragraph[0][0].isspace() else layout.indent
        places.append((paragraph.start(), indent))
        places += [(place, "\n") for place in _breaks(paragraph, len(indent), layout, points)]
    return _inserted(source, places)


def _breaks(paragraph: re.Match[str], indent: int, layout: _Layout, points: set[int]) -> list[int]:
    """Where the lines of a paragraph end before its own end."""
    places = []
    column = float(indent)
    for token in _TOKEN.finditer(paragraph.string, paragraph.start(), paragraph.end()):
        width = _width(token[0])
        full = column + width > layout.width and not (layout.hangs and token[0] in _NEVER_FIRST)
        if full or token.start() in points:
            places.append(token.start())
            column = 0
        column += width
    return places


def _width(token: str) -> float:
    """In full-width characters; an entity is as wide as its sign, a tag has no width."""
    if len(token) > 1:
        return 1 if token[0] == "&" else 0
    return 0.5 if _NARROW.match(token) else 1


def everything(source: RoleText, rng: random.Random) -> RoleText:
    """Struck by each kind, in the order in which they befall a document.

    First what happens to the text itself (stops, entities), then its pages or its lines
    (either: texts with numbered pages have lost their lines), then the site's furniture.
    The script and the readings come last, because a site converts the whole page it shows,
    with its own lines.
    """
    layout = rng.choice((wrapped_lines, page_breaks))
    noisy_text = source
    for kind in (lost_stops, entities, layout, furniture, traditional, pinyin):
        noisy_text = kind(noisy_text, rng)
    return noisy_text


NOISE: Mapping[str, Noise] = MappingProxyType(
    {
        "page_breaks": page_breaks,
        "furniture": furniture,
        "pinyin": pinyin,
        "traditional": traditional,
        "entities": entities,
        "lost_stops": lost_stops,
        "wrapped_lines": wrapped_lines,
        "all": everything,
    }
)
"""The kinds of noise by name."""


def _rewritten(
    source: RoleText, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]
) -> RoleText:
    """With each match replaced; its role is that of the match's first character."""
    parts: list[RoleText] = []
    end = 0
    for match in pattern.finditer(source.text):
        parts.append(_part(source, end, match.start()))
        new = replacement(match)
        same_length = len(new) == len(match[0])
        roles = source.roles[match.start() : match.end()]
        parts.append(RoleText(new, roles if same_length else roles[:1] * len(new)))
        end = match.end()
    return _joined(*parts, _part(source, end, len(source.text)))


def _inserted(source: RoleText, places: Iterable[tuple[int, str]]) -> RoleText:
    """With texts without a role put in at ascending positions."""
    parts: list[RoleText] = []
    end = 0
    for place, text in places:
        parts += [_part(source, end, place), _sole(text)]
        end = place
    return _joined(*parts, _part(source, end, len(source.text)))


def _part(source: RoleText, start: int, end: int) -> RoleText:
    return RoleText(source.text[start:end], source.roles[start:end])


def _sole(text: str) -> RoleText:
    return RoleText(text, (None,) * len(text))


def _joined(*parts: RoleText) -> RoleText:
    return RoleText(
        "".join(part.text for part in parts),
        tuple(role for part in parts for role in part.roles),
    )
