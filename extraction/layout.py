"""From signs with positions to paragraphs in reading order, for PDF and OFD pages.

The steps, each on what the one before it made: signs to *runs* (neighbours on a baseline),
runs to *blocks* (columns and ruled tables), blocks to *lines*, lines to paragraphs. All
lengths are in the unit of the page, with the origin at its top left corner; what counts as
near or far is measured in ems, the size of the type.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile, zip_longest
from statistics import median

from extraction.document import Paragraph
from report.enumeration import Mark, MarkLevel, mark_at, strip_marks

CELL_GAP = 1.5
"""A gap of this many ems within a line parts two cells of a table."""
_RUN_GAP = 1.0
_WORD_GAP = 3.0
_FARTHEST = 1e6
_BELOW_BASELINE = 0.12
_INDENT = 1.2
_SAME_EDGE = 0.8
_FAR = 6.0
"""No first line and no hanging one is indented by so many ems; signatures at the right are."""
_LINE_GAP = 1.6
_MAX_STEPS = 60
_MAX_CELLS = 20_000
_EDGE = 0.15
"""Running headers and footers stand in this share of the page's height."""
_SET_OFF = 1.4
_WIDEST_SPACING = 2.0
_MAX_RUNNING_LINES = 4

_RADICALS = str.maketrans(
    "⺁⺒⺝⺟⺠⺬⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂巳月母民示虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄斉齐歯齿竜龙龜亀龟",
)
_SYMBOL_BULLETS = dict.fromkeys(range(0xF000, 0xF100), "•")
_NO_WIDTH = dict.fromkeys((*range(0x20), 0x7F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFFFE))
_TRANSLATION = {**_RADICALS, **_SYMBOL_BULLETS, **_NO_WIDTH, 0xAD: "-"}
_COMPATIBILITY = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
_WIDE = re.compile(r"[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60“”‘’…—·]")
_SOMETIMES_WIDE = frozenset("“”‘’…—·")
_NEVER_FIRST = frozenset("，。；：、！？）》〉】〕」』”’…,.;:!?)]}%％‰")
_AFTER_NUMBERS = frozenset(".．、)）")
_LONGEST_NUMBER = 6
_NEVER_LAST = frozenset("（《〈【〔「『“‘([{")
_STOPS = frozenset("。！？；：.!?;:”）")
_CLAUSE_ENDS = frozenset("，。；：、,.;")
_BULLET = re.compile(r"[-•●○■□▪◆◇➢✓]")
_NUMBER = re.compile(r"[0-9０-９]+")
_PAGE_MARK = re.compile(
    r"第[0-9０-９一二三四五六七八九十百]+页(?:[,，/／]?共[0-9０-９一二三四五六七八九十百]+页)?"
    r"|[-—–－·~]+[0-9０-９]+[-—–－·~]+|[0-9０-９]+[/／][0-9０-９]+"
    r"|page[0-9]+(?:of[0-9]+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A sign on a page.

    Attributes:
        x: where it begins on its baseline.
        y: the height of the baseline.
        advance: its width in the direction of writing.
        size: the size of the type.
        text: the sign; more than one for a ligature.
        spaced: whether a blank stands before it in the file.
        angle: direction of writing in degrees clockwise: 0, 90, 180 or 270.
    """

    x: float
    y: float
    advance: float
    size: float
    text: str
    spaced: bool = False
    angle: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; as a ruling line it is as good as flat."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its size, its signs in the order of the file, and its ruling lines."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedParagraph:
    """A paragraph, and the number of the page, from 0, that it begins on."""

    text: str
    page: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the document's outline; ``page`` from 0, if the entry says."""

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class _Run:
    """Signs that follow each other on a baseline, without the gaps that tables have."""

    glyphs: tuple[Glyph, ...]
    left: float
    right: float
    top: float
    bottom: float
    size: float

    @classmethod
    def of(cls, glyphs: Sequence[Glyph]) -> _Run:
        size = max(glyph.size for glyph in glyphs)
        bottom = glyphs[0].y + _BELOW_BASELINE * size
        left = min(glyph.x for glyph in glyphs)
        right = max(glyph.x + glyph.advance for glyph in glyphs)
        return cls(tuple(glyphs), left, right, bottom - size, bottom, size)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def edge(self) -> float:
        """Where it ends, apart from a full stop or the like that may hang over the margin."""
        last = self.glyphs[-1]
        return self.right - last.advance if last.text[-1] in _NEVER_FIRST else self.right


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block, or a row of a table.

    ``opening`` is the width of what can not be parted at the start.
    """

    cells: tuple[str, ...]
    left: float
    right: float
    bottom: float
    size: float
    opening: float
    ruled: bool = False
    indent: float = 0.0
    slack: float = 0.0
    page: int = 0
    column: int = 0

    @property
    def text(self) -> str:
        return "\t".join(self.cells)

    @property
    def tabular(self) -> bool:
        return self.ruled or len(self.cells) > 1

    @property
    def centred(self) -> bool:
        return self.indent > 2 * self.size and abs(self.indent - self.slack) < self.size


@dataclass(frozen=True, slots=True)
class _Block:
    """Runs to read from top to bottom; ``narrow`` if it is a column of several."""

    runs: tuple[_Run, ...]
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class _Grid:
    """A ruled table: where its rules are, and which cells have none between them."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    roots: tuple[int, ...]

    def cell_at(self, x: float, y: float) -> int | None:
        """The number of the cell around a point, that of the first one for merged cells."""
        column = bisect_right(self.columns, x) - 1
        row = bisect_right(self.rows, y) - 1
        width = len(self.columns) - 1
        if not (0 <= column < width and 0 <= row < len(self.rows) - 1):
            return None
        return self.roots[row * width + column]

    def left_of(self, cell: int) -> float:
        """Where a cell begins."""
        return self.columns[cell % (len(self.columns) - 1)]

    def is_narrow(self, cell: int) -> bool:
        """Whether a cell is no frame around all that there is."""
        width = self.right_of(cell) - self.left_of(cell)
        return width < 0.9 * (self.columns[-1] - self.columns[0])

    def right_of(self, cell: int) -> float:
        """Where a cell, with those merged into it, ends."""
        width = len(self.columns) - 1
        last = cell
        while (last + 1) % width and self.roots[last + 1] == cell:
            last += 1
        return self.columns[last % width + 1]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page in upright runs; ``em`` is the usual size of its type."""

    number: int
    page: Page
    runs: tuple[_Run, ...]
    grids: tuple[_Grid, ...]
    em: float

    @classmethod
    def of(cls, page: Page, number: int) -> _Sheet:
        runs = tuple(_runs(page.glyphs))
        em = median(run.size for run in runs) if runs else 1.0
        return cls(number, page, runs, tuple(_grids(page.rules, em)), em)

    def grid_around(self, run: _Run) -> _Grid | None:
        """The grid that has a run, all of it, in its cells."""
        # Grids lie below each other.
        index = bisect_right(self.grids, run.middle, key=lambda grid: grid.rows[0]) - 1
        grid = self.grids[index] if index >= 0 else None
        if grid is None or any(_cell_of(glyph, grid) is None for glyph in run.glyphs):
            return None
        return grid


@dataclass(frozen=True, slots=True)
class _Table:
    """A ruled table, and what is in its cells by their numbers."""

    grid: _Grid
    cells: dict[int, tuple[_Run, ...]]


def paragraphs_of(pages: Iterable[Page]) -> tuple[PlacedParagraph, ...]:
    """The paragraphs of ``pages`` in reading order, without running headers and footers.

    The rows of tables are paragraphs whose cells are parted by tabs. A paragraph that goes
    on over a page break is one paragraph.
    """
    sheets = [
        _Sheet.of(turned, number)
        for number, page in enumerate(pages)
        for turned in _upright_pages(page)
    ]
    sheets = _without_running_lines(sheets)
    lines: list[_Line] = []
    for sheet, margins in zip(sheets, _margins(sheets), strict=True):
        for block in _blocks(sheet):
            laid = _table_lines(block) if isinstance(block, _Table) else _lines(block, margins)
            column = lines[-1].column + 1 if lines else 0
            new = [replace(line, page=sheet.number, column=column) for line in laid]
            if lines and new and _is_cut_row(lines[-1], new[0]):
                lines[-1] = _mended(lines[-1], new.pop(0))
            lines.extend(new)
    return tuple(
        PlacedParagraph(_joined(paragraph), paragraph[0].page) for paragraph in _grouped(lines)
    )


def with_levels(
    paragraphs: Iterable[PlacedParagraph], bookmarks: Iterable[Bookmark]
) -> Iterator[Paragraph]:
    """The paragraphs, with the level of the bookmark that has their words, if one has."""
    waiting: defaultdict[str, deque[Bookmark]] = defaultdict(deque)
    for bookmark in bookmarks:
        waiting[_words(bookmark.title)].append(bookmark)
    for paragraph in paragraphs:
        entries = waiting.get(_words(paragraph.text))
        if entries and entries[0].page in (None, paragraph.page):
            yield Paragraph(paragraph.text, entries.popleft().level)
        else:
            yield Paragraph(paragraph.text)


def _words(text: str) -> str:
    return "".join(strip_marks(ordinary(text)).split())


def ordinary(text: str) -> str:
    """``text`` in ordinary characters: no radicals and compatibility forms of ideographs.

    The signs of symbol fonts become bullets; signs without width are left out.
    """
    return _COMPATIBILITY.sub(
        lambda match: unicodedata.normalize("NFKC", match.group()), text.translate(_TRANSLATION)
    )


# Pages: upright, in runs, without what repeats.


def _upright_pages(page: Page) -> Iterator[Page]:
    """The page turned so that its text is upright; text in other directions as pages after it."""
    by_angle: defaultdict[int, list[Glyph]] = defaultdict(list)
    for glyph in page.glyphs:
        text = ordinary(glyph.text)
        if text.strip() and _is_sound(glyph):
            by_angle[glyph.angle].append(glyph if text == glyph.text else replace(glyph, text=text))
    for angle, glyphs in sorted(by_angle.items(), key=lambda item: -len(item[1])):
        turn = 90 if angle == 0 and _is_vertical(glyphs) else angle
        yield _turned(replace(page, glyphs=tuple(glyphs)), turn)
    if not by_angle:
        yield replace(page, glyphs=())


def _is_sound(glyph: Glyph) -> bool:
    # Comparisons with what is no number are false.
    return (
        -_FARTHEST < glyph.x < _FARTHEST
        and -_FARTHEST < glyph.y < _FARTHEST
        and -_FARTHEST < glyph.advance < _FARTHEST
        and 1 / _FARTHEST < glyph.size < _FARTHEST
    )


def _is_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Whether upright signs mostly stand below each other."""
    below = beside = 0
    for first, second in pairwise(glyphs):
        if abs(second.y - first.y) < 0.3 * first.size:
            beside += 1
        elif abs(second.x - first.x) < 0.3 * first.size and 0 < second.y - first.y < 2 * first.size:
            below += 1
    return below > 10 and below > 2 * beside


def _turned(page: Page, angle: int) -> Page:
    if angle == 0:
        return page
    width, height = (page.width, page.height) if angle == 180 else (page.height, page.width)

    def point(x: float, y: float) -> tuple[float, float]:
        if angle == 90:
            return y, page.width - x
        return (page.width - x, page.height - y) if angle == 180 else (page.height - y, x)

    glyphs = []
    for glyph in page.glyphs:
        x, y = point(glyph.x, glyph.y)
        glyphs.append(replace(glyph, x=x, y=y, angle=0))
    rules = []
    for rule in page.rules:
        (x0, y0), (x1, y1) = point(rule.left, rule.top), point(rule.right, rule.bottom)
        rules.append(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return Page(width, height, tuple(glyphs), tuple(rules))


def _runs(glyphs: Iterable[Glyph]) -> Iterator[_Run]:
    """The signs in runs; those that the file gives out of order make short ones."""
    current: list[Glyph] = []
    for glyph in glyphs:
        if current and not _follows(current[-1], glyph):
            yield _Run.of(current)
            current = []
        current.append(glyph)
    if current:
        yield _Run.of(current)


def _follows(first: Glyph, second: Glyph) -> bool:
    size = max(first.size, second.size)
    gap = (second.x - first.x - first.advance) / size
    widest = _WORD_GAP if _is_word_gap(first, second) else _RUN_GAP
    return abs(second.y - first.y) < 0.3 * size and -0.5 < gap < widest


def _is_word_gap(first: Glyph, second: Glyph) -> bool:
    """Whether only a blank between Latin words is there, however wide justified lines make it."""
    return second.spaced and second.text[0].isalpha() and _is_latin(first) and _is_latin(second)


def _is_latin(glyph: Glyph) -> bool:
    return not (_is_wide(glyph) or glyph.text[-1].isdecimal())


def _rows(runs: Iterable[_Run]) -> list[list[_Run]]:
    """Runs side by side, from top to bottom; those of a row from left to right."""
    rows: list[list[_Run]] = []
    tallest: _Run | None = None
    for run in sorted(runs, key=lambda run: run.middle):
        if tallest is not None and abs(run.middle - tallest.middle) < 0.5 * tallest.size:
            rows[-1].append(run)
            tallest = max(tallest, run, key=lambda run: run.size)
        else:
            rows.append([run])
            tallest = run
    return [_without_doubles(sorted(row, key=lambda run: run.left)) for row in rows]


def _without_doubles(row: list[_Run]) -> list[_Run]:
    """A row without the second prints that stand for bold type."""
    kept = row[:1]
    for run in row[1:]:
        last = kept[-1]
        if run.left - last.left > 0.3 * run.size or _signs(run) != _signs(last):
            kept.append(run)
    return kept


def _signs(run: _Run) -> str:
    return "".join(glyph.text for glyph in run.glyphs)


# Running headers and footers.


@dataclass(frozen=True, slots=True)
class _EdgeRow:
    """A row near the top or bottom of a page.

    Attributes:
        runs: its runs.
        words: its words without digits and blanks, "" if there are only digits and signs.
        height: where it is, in hundredths of the page.
        offset: if it is a bare number, that less the number of the page.
        marks_page: whether it says that it is the number of the page.
        apart: whether it is set off from the row next to it by distance or size.
    """

    runs: tuple[_Run, ...]
    words: str
    height: int
    offset: int | None
    marks_page: bool
    apart: bool


def _without_running_lines(sheets: list[_Sheet]) -> list[_Sheet]:
    edges = [[_edge_rows(sheet, at_top=top) for top in (True, False)] for sheet in sheets]
    rows = [row for sides in edges for side in sides for row in side]
    places = Counter((row.words, row.height) for row in rows if row.words)
    offsets = Counter(row.offset for row in rows if row.offset is not None)
    few = len(sheets) < 3
    enough = 2 if len(sheets) < 5 else 3

    def is_number(row: _EdgeRow) -> bool:
        if row.marks_page or row.offset is None:
            return row.marks_page
        return row.offset == 1 if few else offsets[row.offset] >= enough

    def repeats(row: _EdgeRow) -> bool:
        near = sum(places[row.words, row.height + step] for step in (-1, 0, 1))
        return bool(row.words) and not few and near >= enough

    def running(side: list[_EdgeRow]) -> list[_EdgeRow]:
        outermost = side[:_MAX_RUNNING_LINES]
        found = list(takewhile(lambda row: is_number(row) or repeats(row), outermost))
        while found and not (found[-1].apart or is_number(found[-1])):
            found.pop()
        return found

    kept = []
    for sheet, sides in zip(sheets, edges, strict=True):
        gone = {id(run) for side in sides for row in running(side) for run in row.runs}
        runs = tuple(run for run in sheet.runs if id(run) not in gone)
        kept.append(replace(sheet, runs=runs))
    return kept


def _edge_rows(sheet: _Sheet, *, at_top: bool) -> list[_EdgeRow]:
    """The rows at one edge of a page down to the first table, the outermost first."""
    height = max(sheet.page.height, sheet.em)
    rows = _raw_rows(sheet.runs)
    middles = [row[0].middle for row in rows]
    distances = [second - first for first, second in pairwise(middles)]
    usual = min(median(distances or [math.inf]), _WIDEST_SPACING * sheet.em)
    if not at_top:
        rows.reverse()
    found: list[_EdgeRow] = []
    for row, inner in zip_longest(rows, rows[1:]):
        middle = row[0].middle
        depth = middle if at_top else height - middle
        if depth > _EDGE * height or any(sheet.grid_around(run) for run in row):
            break
        distant = inner is None or abs(inner[0].middle - middle) > _SET_OFF * usual
        sized = abs(row[0].size - sheet.em) > 0.08 * sheet.em
        found.append(_edge_row(row, round(100 * middle / height), sheet.number, distant or sized))
    return found


def _raw_rows(runs: Iterable[_Run]) -> list[list[_Run]]:
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: run.middle):
        if rows and abs(run.middle - rows[-1][0].middle) < 0.5 * rows[-1][0].size:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _edge_row(row: list[_Run], height: int, page: int, apart: bool) -> _EdgeRow:
    text = _compact(row)
    offset = int(text) - page if text.isdecimal() and len(text) < 5 else None
    words = _NUMBER.sub("#", text)
    return _EdgeRow(
        runs=tuple(row),
        words=words if any(sign.isalpha() for sign in words) else "",
        height=height,
        offset=offset,
        marks_page=bool(_PAGE_MARK.fullmatch(text)),
        apart=apart,
    )


def _compact(row: Iterable[_Run]) -> str:
    return "".join("".join(_signs(run) for run in row).split())


# Blocks: columns and tables.


@dataclass(frozen=True, slots=True)
class _Margins:
    """Where lines begin and end."""

    left: float
    right: float


def _margins(sheets: Sequence[_Sheet]) -> Iterator[_Margins]:
    """The margins of each page: its own, or those that pages as wide as it have."""
    own = [_own_margins(sheet) for sheet in sheets]
    alike: defaultdict[int, list[int]] = defaultdict(list)
    for index, sheet in enumerate(sheets):
        alike[_whole(sheet.page.width)].append(index)
    usual: dict[int, _Margins] = {}
    for width, indices in alike.items():
        known = [margins for index in indices if (margins := own[index])]
        usual[width] = (
            _Margins(median(each.left for each in known), median(each.right for each in known))
            if known
            else _likely_margins([sheets[index] for index in indices])
        )
    for sheet, margins in zip(sheets, own, strict=True):
        others = usual[_whole(sheet.page.width)]
        left = min((run.left for run in sheet.runs), default=others.left)
        right = max((run.edge for run in sheet.runs), default=others.right)
        yield margins or _Margins(min(left, others.left), max(right, others.right))


def _whole(width: float) -> int:
    return round(width) if math.isfinite(width) else 0


def _own_margins(sheet: _Sheet) -> _Margins | None:
    """The margins that several lines of a page keep to, if they do."""
    width = sheet.page.width
    if len(sheet.runs) < 4:
        return None
    left = min(run.left for run in sheet.runs)
    right = max(run.edge for run in sheet.runs)
    at_left = sum(run.left - left < 0.5 * sheet.em for run in sheet.runs)
    at_right = sum(right - run.edge < 1.2 * sheet.em for run in sheet.runs)
    if at_left < 2 or at_right < 2 or right < width - left - _EDGE * width:
        return None
    return _Margins(left, right)


def _likely_margins(sheets: Sequence[_Sheet]) -> _Margins:
    """The margins of pages with few lines: as wide on the right as on the left."""
    width, em = sheets[0].page.width, sheets[0].em
    left = min((run.left for sheet in sheets for run in sheet.runs), default=0.0)
    right = max((run.edge for sheet in sheets for run in sheet.runs), default=width)
    if _INDENT * em < left - (width - right) < 2 * _INDENT * em:
        return _Margins(width - right, right)  # all lines are first lines
    return _Margins(left, max(right, width - left))


def _blocks(sheet: _Sheet) -> Iterator[_Block | _Table]:
    """The blocks of a page in reading order."""
    tables, rest = _tables(sheet)
    level = [r for r in sheet.page.rules if r.right - r.left > r.bottom - r.top]
    items: list[_Run | _Table | Box] = [*rest, *tables, *level]
    items.sort(key=_height)
    gutter = _gutter(rest, items, sheet.em)
    for band, table in _bands(items, gutter):
        left, right = _sides(band, gutter)
        if _are_columns(left, right, sheet.em):
            yield _Block(left, narrow=True)
            yield _Block(right, narrow=True)
        elif band:
            yield _Block(tuple(band))
        if table is not None:
            yield table


def _height(item: _Run | _Table | Box) -> float:
    if isinstance(item, _Run):
        return item.middle
    return item.grid.rows[0] if isinstance(item, _Table) else item.top


def _sides(band: Iterable[_Run], gutter: float) -> tuple[tuple[_Run, ...], tuple[_Run, ...]]:
    """The runs to the left and to the right of a gutter."""
    runs = tuple(band)
    return (
        tuple(run for run in runs if run.right <= gutter),
        tuple(run for run in runs if run.left >= gutter),
    )


def _gutter(runs: Sequence[_Run], items: Sequence[_Run | _Table | Box], em: float) -> float:
    """The place between two columns that parts most of the text; a margin if there is none."""
    left = min((run.left for run in runs), default=0.0)
    right = max((run.right for run in runs), default=0.0)
    best, most = left - em, 0
    steps = min(_MAX_STEPS, int(0.3 * (right - left) / (0.5 * em)))
    for step in range(steps + 1):
        place = left + 0.35 * (right - left) + 0.5 * em * step
        parted = sum(
            len(band) for band, _ in _bands(items, place) if _are_columns(*_sides(band, place), em)
        )
        if parted > most:
            best, most = place, parted
    return best


def _bands(
    items: Iterable[_Run | _Table | Box], gutter: float
) -> Iterator[tuple[list[_Run], _Table | None]]:
    """Stretches of a page between what crosses ``gutter``, each with the table after it.

    Neighbouring runs that cross make a stretch of their own.
    """
    band: list[_Run] = []
    crossed = False
    for item in items:
        if isinstance(item, _Table):
            yield band, item
            band = []
            continue
        crosses = item.left < gutter < item.right
        if isinstance(item, Box):
            if crosses and band:
                yield band, None
                band = []
            continue
        if band and crosses != crossed:
            yield band, None
            band = []
        band.append(item)
        crossed = crosses
    if band:
        yield band, None


def _are_columns(left: Sequence[_Run], right: Sequence[_Run], em: float) -> bool:
    """Whether two stretches side by side are columns of running text, not cells."""
    if len(left) < 3 or len(right) < 2:
        return False
    gap = min(run.left for run in right) - max(run.right for run in left)
    overlap = min(run.top for run in right) < max(run.bottom for run in left)
    if gap < 0.8 * em or not overlap:
        return False
    return _is_running_text(left, em, 3, 0.5) and _is_running_text(right, em, 2, 0.3)


def _is_running_text(runs: Sequence[_Run], em: float, least: int, share: float) -> bool:
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    if right - left < 8 * em:
        return False
    rows = _rows(runs)
    full = sum(right - row[-1].right <= 2 * em for row in rows)
    gaps = sum(
        any(second.left - first.right > CELL_GAP * em for first, second in pairwise(row))
        for row in rows
    )
    clauses = sum(glyph.text in _CLAUSE_ENDS for run in runs for glyph in run.glyphs)
    lines = len(rows)
    return (
        lines >= least and full >= share * lines and gaps <= 0.2 * lines and clauses >= 0.25 * lines
    )


def _tables(sheet: _Sheet) -> tuple[list[_Table], list[_Run]]:
    """The ruled tables of a page with what is in them, and the runs outside of them."""
    inside: defaultdict[int, list[_Run]] = defaultdict(list)
    outside: list[_Run] = []
    for run in sheet.runs:
        grid = sheet.grid_around(run)
        (outside if grid is None else inside[id(grid)]).append(run)
    tables: list[_Table] = []
    for grid in sheet.grids:
        cells: defaultdict[int, list[Glyph]] = defaultdict(list)
        for run in inside[id(grid)]:
            for glyph in run.glyphs:
                cell = _cell_of(glyph, grid)
                if cell is not None:
                    cells[cell].append(glyph)
        if len(cells) > 1 or any(grid.is_narrow(cell) for cell in cells):
            tables.append(_Table(grid, {cell: tuple(_runs(some)) for cell, some in cells.items()}))
        else:
            outside.extend(inside[id(grid)])
    return tables, outside


def _cell_of(glyph: Glyph, grid: _Grid) -> int | None:
    return grid.cell_at(glyph.x + glyph.advance / 2, glyph.y - 0.35 * glyph.size)


def _grids(rules: Iterable[Box], em: float) -> Iterator[_Grid]:
    """The grids that ruling lines make: groups that overlap in height, with inner verticals."""
    group: list[Box] = []
    bottom = -math.inf
    for rule in sorted(rules, key=lambda rule: rule.top):
        if rule.top > bottom + 0.3 * em:
            yield from _grid(group, em)
            group = []
        group.append(rule)
        bottom = max(bottom, rule.bottom) if len(group) > 1 else rule.bottom
    yield from _grid(group, em)


def _grid(rules: list[Box], em: float) -> Iterator[_Grid]:
    across = [rule for rule in rules if rule.right - rule.left >= rule.bottom - rule.top]
    down = [rule for rule in rules if rule.right - rule.left < rule.bottom - rule.top]
    rows = _places([(rule.top + rule.bottom) / 2 for rule in across], 0.3 * em)
    columns = _places([(rule.left + rule.right) / 2 for rule in down], 0.3 * em)
    if len(rows) < 2 or len(columns) < 3 or len(rows) * len(columns) > _MAX_CELLS:
        return
    floors = _covered(
        rows, columns, [((r.top + r.bottom) / 2, r.left, r.right) for r in across], 0.3 * em
    )
    walls = _covered(
        columns, rows, [((r.left + r.right) / 2, r.top, r.bottom) for r in down], 0.3 * em
    )
    yield _Grid(tuple(columns), tuple(rows), _roots(len(rows) - 1, len(columns) - 1, floors, walls))


def _places(values: list[float], tolerance: float) -> list[float]:
    """``values`` in order, without those that are as good as the one before."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > tolerance:
            places.append(value)
    return places


def _covered(
    places: list[float],
    steps: list[float],
    rules: list[tuple[float, float, float]],
    tolerance: float,
) -> set[tuple[int, int]]:
    """The stretches between ``steps`` that rules at ``places`` cover, as (place, stretch)."""
    by_place: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for place, start, end in rules:
        by_place[max(0, bisect_right(places, place) - 1)].append((start, end))
    covered: set[tuple[int, int]] = set()
    for place_number, stretches in by_place.items():
        for start, end in _merged(stretches, tolerance):
            first = max(0, bisect_right(steps, start + tolerance) - 1)
            for step in range(first, len(steps) - 1):
                if steps[step + 1] > end + tolerance:
                    break
                if steps[step] >= start - tolerance:
                    covered.add((place_number, step))
    return covered


def _merged(
    stretches: list[tuple[float, float]], tolerance: float
) -> Iterator[tuple[float, float]]:
    stretches.sort()
    start, end = stretches[0]
    for next_start, next_end in stretches[1:]:
        if next_start > end + tolerance:
            yield start, end
            start, end = next_start, next_end
        end = max(end, next_end)
    yield start, end


def _roots(
    rows: int, columns: int, floors: set[tuple[int, int]], walls: set[tuple[int, int]]
) -> tuple[int, ...]:
    """For each cell the first one of those that no rule parts it from."""
    roots = list(range(rows * columns))

    def root(cell: int) -> int:
        while roots[cell] != cell:
            roots[cell] = roots[roots[cell]]
            cell = roots[cell]
        return cell

    def merge(first: int, second: int) -> None:
        low, high = sorted((root(first), root(second)))
        roots[high] = low

    for cell in range(rows * columns):
        row, column = divmod(cell, columns)
        if column and (column, row) not in walls:
            merge(cell - 1, cell)
        if row and (row, column) not in floors:
            merge(cell - columns, cell)
    return tuple(root(cell) for cell in range(rows * columns))


# Lines.


def _table_lines(table: _Table) -> Iterator[_Line]:
    """The rows of a table; a cell's paragraphs stay apart by line breaks."""
    width = len(table.grid.columns) - 1
    order = sorted(set(table.grid.roots))
    for _, row in groupby(order, key=lambda cell: cell // width):
        texts = tuple(_cell_text(table, cell) for cell in row)
        if any(texts):
            yield _Line(texts, 0, 0, 0, 1, 0, ruled=True)


def _is_cut_row(last: _Line, first: _Line) -> bool:
    """Whether the first row of a page is what is left of the last one of the page before.

    The page break cut a cell of it; the first one, with the number or name, was short enough.
    """
    same_table = last.ruled and first.ruled and len(last.cells) == len(first.cells)
    if not same_table or first.page != last.page + 1 or first.cells[0]:
        return False
    return all(above for above, below in zip(last.cells, first.cells, strict=True) if below)


def _mended(last: _Line, first: _Line) -> _Line:
    cells = zip(last.cells, first.cells, strict=True)
    return replace(last, cells=tuple(_text_of([cell for cell in pair if cell]) for pair in cells))


def _cell_text(table: _Table, cell: int) -> str:
    runs = table.cells.get(cell)
    if not runs:
        return ""
    left = min(run.left for run in runs)
    padding = left - table.grid.left_of(cell)
    right = max(table.grid.right_of(cell) - padding, *(run.edge for run in runs))
    lines = list(_lines(_Block(runs), _Margins(left, right)))
    if right - left < 8 * lines[0].size:
        return _joined(lines)
    return "\n".join(_joined(paragraph) for paragraph in _grouped(lines))


def _lines(block: _Block, margins: _Margins) -> Iterator[_Line]:
    """The lines of a block, measured against its margins."""
    lines = [_line(row) for row in _rows(block.runs)]
    left, right = margins.left, margins.right
    if block.narrow:
        left = min(line.left for line in lines)
        right = max(run.edge for run in block.runs)
    for line in lines:
        yield replace(line, indent=line.left - left, slack=right - line.right)


def _line(row: list[_Run]) -> _Line:
    glyphs = _in_order(row)
    size = median(glyph.size for glyph in glyphs)
    cells: list[list[str]] = [[glyphs[0].text]]
    for first, second in pairwise(glyphs):
        gap = (second.x - first.x - first.advance) / size
        widest = _WORD_GAP if _is_word_gap(first, second) else CELL_GAP
        if gap > widest and not _is_mark("".join(cells[-1])):
            cells.append([])
        elif _has_blank(first, second, gap) and not _is_numbered(cells[-1], second):
            cells[-1].append(" ")
        cells[-1].append(second.text)
    return _Line(
        cells=tuple("".join(cell) for cell in cells),
        left=row[0].left,
        right=max(run.right for run in row),
        bottom=max(glyph.y for glyph in glyphs),
        size=size,
        opening=_opening(glyphs),
    )


def _in_order(row: list[_Run]) -> list[Glyph]:
    """The signs of a row; those of another font, that a file gives apart, in their gaps.

    Where signs are printed over one another there are no gaps to fill, and runs stay together.
    """
    as_given = [glyph for run in row for glyph in run.glyphs]
    placed = sorted(as_given, key=lambda glyph: glyph.x)
    fits = all(
        second.x - first.x > 0.5 * min(first.advance, second.advance)
        for first, second in pairwise(placed)
    )
    return placed if fits else as_given


def _is_mark(text: str) -> bool:
    """Whether the text is nothing but a number or a bullet, as lists have before a tab."""
    mark = mark_at(text)
    return bool(_BULLET.fullmatch(text)) or (mark is not None and mark.length == len(text))


def _has_blank(first: Glyph, second: Glyph, gap: float) -> bool:
    """Whether a blank stands between two signs that are ``gap`` ems apart."""
    if gap > 0.8:
        return True
    if (
        _is_wide(first)
        or _is_wide(second)
        or (first.text[-1] in ".．" and second.text[0].isdecimal())
    ):
        return second.spaced and gap > 0.15
    return gap > 0.2 or second.spaced


def _is_wide(glyph: Glyph) -> bool:
    """Whether a sign is as wide as an ideograph; quotation marks are in some fonts."""
    if glyph.text[0] in _SOMETIMES_WIDE and glyph.advance < 0.75 * glyph.size:
        return False
    return bool(_WIDE.match(glyph.text))


def _is_numbered(cell: Sequence[str], sign: Glyph) -> bool:
    """Whether a sign follows its item's number, as close as it would be typed: 1.总结."""
    if len(cell) > _LONGEST_NUMBER or cell[-1] not in _AFTER_NUMBERS or not _is_wide(sign):
        return False
    return _is_mark("".join(cell))


def _opening(glyphs: Sequence[Glyph]) -> float:
    """The width of what can not be parted at the start of a line."""
    end = 0
    while end < len(glyphs) and glyphs[end].text[-1] in _NEVER_LAST:
        end += 1
    if end < len(glyphs) and not _WIDE.match(glyphs[end].text):
        while _is_inside_word(glyphs, end):
            end += 1
    end += 1
    while end < len(glyphs) and glyphs[end].text[0] in _NEVER_FIRST:
        end += 1
    last = glyphs[min(end, len(glyphs)) - 1]
    return last.x + last.advance - glyphs[0].x


def _is_inside_word(glyphs: Sequence[Glyph], index: int) -> bool:
    if index + 1 >= len(glyphs):
        return False
    first, second = glyphs[index], glyphs[index + 1]
    gap = (second.x - first.x - first.advance) / first.size
    return not second.spaced and gap < 0.2 and not _WIDE.match(second.text)


# Paragraphs.


def _grouped(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """The lines of each paragraph."""
    distances = [
        (second.bottom - first.bottom) / second.size
        for first, second in pairwise(lines)
        if first.column == second.column and not second.tabular
    ]
    usual = median([distance for distance in distances if 0 < distance < 4] or [1.5])
    paragraph: list[_Line] = []
    for line in lines:
        if paragraph and not _continues(paragraph, line, usual):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _continues(paragraph: list[_Line], line: _Line, usual: float) -> bool:
    """Whether a line goes on with a paragraph; ``usual`` is the distance of lines in ems."""
    last = paragraph[-1]
    if last.tabular or line.tabular:
        return False
    if last.slack > line.opening + 0.3 * line.size:
        return False
    if abs(last.size - line.size) > 0.12 * last.size:
        return False
    distance = (line.bottom - last.bottom) / line.size
    if line.column == last.column and distance > _LINE_GAP * usual:
        return False
    return not _opens_item(paragraph, line) and _is_aligned(paragraph, line)


def _is_aligned(paragraph: list[_Line], line: _Line) -> bool:
    first, last = paragraph[0], paragraph[-1]
    shift = (line.indent - last.indent) / line.size
    if len(paragraph) > 1:
        return abs(shift) < _SAME_EDGE
    if line.centred and last.text[-1] not in _STOPS:
        return True
    if last.indent >= _FAR * last.size:
        return abs(shift) < _SAME_EDGE
    if shift >= _SAME_EDGE:
        return _opens_with_mark(first) and shift < _FAR
    return shift <= -_SAME_EDGE or line.indent < _INDENT * line.size


def _opens_with_mark(line: _Line) -> bool:
    return bool(_BULLET.match(line.text)) or mark_at(line.text) is not None


def _opens_item(paragraph: list[_Line], line: _Line) -> bool:
    """Whether a line begins with a number or bullet that is no part of the running text.

    Where first lines are indented, a number at the margin may well stand inside a sentence
    that the line's end parted; there only the marks of headings count.
    """
    first, last = paragraph[0], paragraph[-1]
    mark = _item_mark(line)
    beside_first = abs(line.indent - first.indent) < _SAME_EDGE * line.size
    if mark is None:
        return bool(_BULLET.match(line.text)) and beside_first
    before = _item_mark(first)
    if beside_first and before and (before.level, before.ordinal + 1) == (mark.level, mark.ordinal):
        return True
    if last.text[-1] not in _STOPS:
        return False
    return beside_first or mark.level <= MarkLevel.CHINESE_BRACKETED


def _item_mark(line: _Line) -> Mark | None:
    """The mark of a list item or heading; 一是 and 第一， open clauses as often."""
    mark = mark_at(line.text)
    return None if mark is None or mark.level is MarkLevel.ORDINAL_WORD else mark


def _joined(lines: Sequence[_Line]) -> str:
    return _text_of([line.text for line in lines])


def _text_of(lines: Sequence[str]) -> str:
    """The lines as one."""
    parts: list[str] = []
    for line in lines:
        if parts:
            joint = _joint(parts[-1][-2:], line)
            if joint is None:
                parts[-1] = parts[-1][:-1]
            elif joint:
                parts[-1] += joint
        parts.append(line)
    return "".join(parts)


def _joint(end: str, start: str) -> str | None:
    """What stands between two lines of a paragraph; ``None`` if a hyphen goes.

    Args:
        end: the last two signs of the first line.
        start: the second line.
    """
    first, second = end[-1], start[0]
    if _WIDE.match(first) or _WIDE.match(second):
        return ""
    if first == "-" and end[0].isalpha() and second.islower():
        return None
    whole = first.isdecimal() or (first in ".．," and end[0].isdecimal())
    in_number = (whole and second.isdecimal()) or (first.isdecimal() and second in ".．")
    return "" if in_number or first in "-/" else " "
