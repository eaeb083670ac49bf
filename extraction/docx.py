"""Word files (.docx, .docm), as Word, WPS and LibreOffice write them.

The tree of ``word/document.xml`` is walked here and not by python-docx, whose paragraphs know
nothing of automatic numbers, text boxes, content controls and tracked insertions, and which
parses every part of the package by its own rules. Of the package only the document, its styles
and its numbering are unpacked.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml import etree

from extraction.archives import Archive
from extraction.document import ExtractedDocument, Paragraph, document_of
from extraction.errors import BrokenFileError, EncryptedFileError, FileTooLargeError
from extraction.limits import ExtractionLimits
from extraction.markup import parse_xml
from extraction.numbering import Counters, Level, NumberedList, labelled, number_text
from report.domain import is_han

MAX_NESTING = 40
"""Tables and text boxes inside one another."""
MAX_STYLE_CHAIN = 30
"""Styles based on one another; what lies further up is not seen."""
PROSE_CELL = 60
"""A table cell of several paragraphs and more characters than this is prose, not a value."""
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
}
_TEXTS = tuple(f"{{{namespace}}}t" for namespace in _PREFIXES)
_PROPERTIES = frozenset(
    ("pPr", "rPr", "sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr")
)
_LEFT_OUT = _PROPERTIES | {"rubyPr", "rt", "del", "moveFrom", "delText", "delInstrText"}
_LEAVES = frozenset({"t", "m:t", "instrText"})
_BLOCKS = frozenset({"p", "tbl"})
_FALSE = frozenset({"0", "false", "off", "none"})
_SIGNS = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
    "m:den": "/",
    "m:sup": "^",
}
_LINE_BREAKS = re.compile(r"[\r\n][ \t\r\n]*")
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(
    r"(?:toc|contents|(?:WPSOffice手动)?目录)\s*(?:[1-9]|heading|标题)", re.IGNORECASE
)
_CONTENTS_TITLES = frozenset({"目录", "目次"})
_CIRCLES = frozenset("○〇◯")


def _symbols(*ranges: tuple[int, str]) -> dict[int, str]:
    return {first + place: sign for first, signs in ranges for place, sign in enumerate(signs)}


_SYMBOLS: Mapping[str, Mapping[int, str]] = {
    "symbol": _symbols(
        (0xA3, "≤"), (0xAE, "→"), (0xB0, "°±"), (0xB3, "≥×"), (0xB7, "•÷≠"), (0xDE, "⇒")
    ),
    "wingdings": _symbols(
        *((0x6C, "●"), (0x6E, "■□"), (0x75, "◆"), (0x81, "①②③④⑤⑥⑦⑧⑨⑩"), (0x9F, "•")),
        *((0xA7, "▪□"), (0xD8, "➢"), (0xE0, "→"), (0xFB, "✗✓"), (0xFD, "☒☑")),
    ),
    "wingdings 2": _symbols((0x50, "✓☒☑"), (0x6A, "①②③④⑤⑥⑦⑧⑨⑩"), (0xA3, "□")),
}
_BULLET_FONTS = ("symbol", "wingdings", "webdings")


def read_docx(data: bytes, limits: ExtractionLimits) -> ExtractedDocument:
    """The text of a Word file, automatic numbers resolved, and the outline it marks.

    Left out are tables of contents, deleted and hidden text, comments, notes, headers and
    footers.

    Raises:
        BrokenFileError: if the file is damaged or no Word file.
        EncryptedFileError: if it is protected by a password.
        FileTooLargeError: if it unpacks to more, or has more text, than the limits allow.
    """
    if data.startswith(_OLE_MAGIC) and _ENCRYPTED_PACKAGE in data:
        raise EncryptedFileError
    archive = Archive.of(data, limits)
    main = _related(archive, "", "officeDocument", "word/document.xml")
    if main is None:
        raise BrokenFileError
    body = _child(parse_xml(archive.read(main)), "body")
    if body is None:
        raise BrokenFileError
    styles = _styles(_part(archive, main, "styles"))
    lists = _lists(_part(archive, main, "numbering"), styles)
    return document_of(_paragraphs(body, styles, lists, limits))


def _paragraphs(
    body: etree._Element,
    styles: _Styles,
    lists: Mapping[str, NumberedList],
    limits: ExtractionLimits,
) -> list[Paragraph]:
    walk = _Walk(styles, lists, limits, _Fields())
    paragraphs = _without_title_of_contents(walk.blocks(body))
    if walk.fields.hide:
        # A field that never ends would swallow the rest of the document.
        walk = _Walk(styles, lists, limits, _Fields(trusted=False))
        paragraphs = _without_title_of_contents(walk.blocks(body))
    return paragraphs


def _without_title_of_contents(blocks: Iterable[Paragraph | None]) -> list[Paragraph]:
    """The paragraphs without the word 目录 above the table of contents (``None``)."""
    kept: list[Paragraph] = []
    for block in blocks:
        if block is not None:
            kept.append(block)
            continue
        while kept and not kept[-1].text.strip():
            kept.pop()
        if kept and "".join(kept[-1].text.split()) in _CONTENTS_TITLES:
            kept.pop()
    return kept


# --- the package -----------------------------------------------------------------------------


def _part(archive: Archive, main: str, kind: str) -> etree._Element | None:
    name = _related(archive, main, kind, f"word/{kind}.xml")
    return None if name is None else parse_xml(archive.read(name))


def _related(archive: Archive, source: str, kind: str, usual: str) -> str | None:
    """The member that ``source`` has a relation of ``kind`` to, or the one usually named so."""
    folder, name = posixpath.split(source)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations in archive.names:
        for relation in parse_xml(archive.read(relations)):
            target = posixpath.join("/", folder, relation.get("Target") or "")
            member = posixpath.normpath(target).lstrip("/")
            if (relation.get("Type") or "").endswith(f"/{kind}") and member in archive.names:
                return member
    return usual if usual in archive.names else None


# --- elements --------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _short(tag: str) -> str:
    namespace, _, local = tag[1:].rpartition("}")
    prefix = _PREFIXES.get(namespace)
    return "" if prefix is None else prefix + local


def _name(element: etree._Element) -> str:
    """Its name without the namespace of WordprocessingML, "" if it is of none known here."""
    tag = element.tag
    return _short(tag) if isinstance(tag, str) else ""  # comments have functions for tags


def _attribute(element: etree._Element | None, name: str) -> str:
    """An attribute of the element's own namespace, "" if it has none."""
    if element is None:
        return ""
    value: str | None = element.get(f"{element.tag.rpartition('}')[0]}}}{name}")
    return value or ""


def _child(element: etree._Element | None, *path: str) -> etree._Element | None:
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if _name(child) == name), None)
    return element


def _value(element: etree._Element | None, *path: str) -> str:
    return _attribute(_child(element, *path), "val")


def _whole_number(text: str) -> int | None:
    return int(text) if len(text) < 10 and text.isascii() and text.isdecimal() else None


def _switched(element: etree._Element | None, *path: str) -> bool | None:
    """Whether a property is switched on; ``None`` if nothing is said of it."""
    switch = _child(element, *path)
    return None if switch is None else _attribute(switch, "val").lower() not in _FALSE


def _text_of(element: etree._Element) -> str:
    return "".join(element.itertext())


def _inside(element: etree._Element, name: str) -> Iterable[etree._Element]:
    """The children that are to be read of an element that is only a wrapper."""
    if name in _LEFT_OUT or name in _LEAVES:
        return ()
    if name == "sdt" and _is_no_content(_child(element, "sdtPr")):
        return ()
    if name == "fldSimple" and _is_contents(_attribute(element, "instr")):
        return ()
    if name == "mc:AlternateContent":
        # The same content for newer and older readers: the first that has text.
        branches = (branch for branch in element if next(branch.iter(*_TEXTS), None) is not None)
        return tuple(next(branches, ()))
    return tuple(element)


def _is_no_content(properties: etree._Element | None) -> bool:
    """Whether a content control holds a table of contents, or only a prompt to fill it in."""
    gallery = _value(properties, "docPartObj", "docPartGallery")
    return gallery == "Table of Contents" or bool(_switched(properties, "showingPlcHdr"))


def _is_contents(instruction: str) -> bool:
    return instruction.split(maxsplit=1)[:1] == ["TOC"]


def _stops(parent: etree._Element, names: frozenset[str]) -> Iterator[etree._Element]:
    """The outermost elements with one of ``names``, in order, whatever wraps them."""
    stack = [*reversed(tuple(parent))]
    while stack:
        element = stack.pop()
        name = _name(element)
        if name in names:
            yield element
        else:
            stack.extend(reversed(tuple(_inside(element, name))))


# --- styles ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Membership:
    """The list and the level that a paragraph or a style names, as far as it does.

    Attributes:
        number: the list, "0" for none; "" if it is not said.
        depth: the level, the outermost 0.
        styles: the styles that may be linked to a level of the list, the nearest first.
    """

    number: str = ""
    depth: int | None = None
    styles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Style:
    """What counts here of a style and those it is based on.

    Attributes:
        level: its outline level; ``None`` for body text.
        membership: the list it is numbered by.
        hidden: whether its text is hidden.
        contents: whether it is a style of tables of contents.
    """

    level: int | None = None
    membership: _Membership = _Membership()
    hidden: bool = False
    contents: bool = False


class _Styles:
    """The styles of a document by their identifiers."""

    def __init__(self, elements: Mapping[str, etree._Element], default: str) -> None:
        self._elements = elements
        self._default = default
        self._resolved: dict[str, _Style] = {}

    def of_paragraph(self, properties: etree._Element | None) -> _Style:
        """The style of the paragraph that has these properties."""
        return self.named(_value(properties, "pStyle") or self._default)

    def named(self, identifier: str) -> _Style:
        """A style with what it inherits."""
        if identifier not in self._resolved:
            self._resolved[identifier] = self._resolve(identifier)
        return self._resolved[identifier]

    def _resolve(self, identifier: str) -> _Style:
        chain: list[str] = []
        while identifier and identifier not in chain and len(chain) < MAX_STYLE_CHAIN:
            chain.append(identifier)
            identifier = _value(self._elements.get(identifier), "basedOn")
        style = _Style()
        for link in reversed(chain):
            style = self._derived(style, link)
        return style

    def _derived(self, base: _Style, identifier: str) -> _Style:
        element = self._elements.get(identifier)
        name = _value(element, "name") or identifier
        properties = _child(element, "pPr")
        level = _level_named(name) or base.level
        hidden = _switched(element, "rPr", "vanish")
        return _Style(
            _outline_level(properties, level),
            _membership(properties, base.membership, identifier),
            base.hidden if hidden is None else hidden,
            base.contents or _CONTENTS_STYLE.fullmatch(name) is not None,
        )


def _styles(root: etree._Element | None) -> _Styles:
    elements: dict[str, etree._Element] = {}
    default = ""
    for style in () if root is None else _stops(root, frozenset({"style"})):
        identifier = _attribute(style, "styleId")
        elements[identifier] = style
        is_default = _attribute(style, "default").lower() not in {"", *_FALSE}
        if is_default and _attribute(style, "type") == "paragraph":
            default = identifier
    return _Styles(elements, default)


def _level_named(name: str) -> int | None:
    match = _HEADING_STYLE.fullmatch(name)
    return int(match.group(1)) if match else None


def _outline_level(properties: etree._Element | None, inherited: int | None) -> int | None:
    """The outline level, 1 the outermost; the file counts from 0, and 9 is body text."""
    level = _whole_number(_value(properties, "outlineLvl"))
    if level is None:
        return inherited
    return level + 1 if level < 9 else None


def _membership(
    properties: etree._Element | None, base: _Membership, style: str = ""
) -> _Membership:
    numbering = _child(properties, "numPr")
    if numbering is None:
        return replace(base, styles=(style, *base.styles)) if style and base.number else base
    number = _value(numbering, "numId")
    depth = _whole_number(_value(numbering, "ilvl"))
    if number:
        return _Membership(number, depth, (style,) if style else ())
    return replace(base, depth=depth, styles=(style, *base.styles) if style else ())


# --- lists -----------------------------------------------------------------------------------


def _lists(root: etree._Element | None, styles: _Styles) -> dict[str, NumberedList]:
    """The lists of a document by their numbers, those that refer to a list style resolved."""
    children = () if root is None else tuple(_stops(root, frozenset({"abstractNum", "num"})))
    kinds = {
        _attribute(child, "abstractNumId"): child
        for child in children
        if _name(child) == "abstractNum"
    }
    numbers = {_attribute(child, "numId"): child for child in children if _name(child) == "num"}
    by_style = {
        link: kind for kind, element in kinds.items() if (link := _value(element, "styleLink"))
    }
    levels: dict[str, dict[int, Level]] = {}
    lists: dict[str, NumberedList] = {}
    for number, element in numbers.items():
        kind = _value(element, "abstractNumId")
        link = _value(kinds.get(kind), "numStyleLink")
        if link:
            styled = numbers.get(styles.named(link).membership.number)
            kind = by_style.get(link) or _value(styled, "abstractNumId")
        if kind not in levels:
            levels[kind] = _levels(kinds.get(kind))
        lists[number] = _list(number, kind, levels[kind], element)
    return lists


def _list(
    number: str, kind: str, levels: Mapping[int, Level], element: etree._Element
) -> NumberedList:
    own_levels = dict(levels)
    restarts: dict[int, int] = {}
    for override in _stops(element, frozenset({"lvlOverride"})):
        own_levels.update(_levels(override))
        depth = _whole_number(_attribute(override, "ilvl"))
        start = _whole_number(_value(override, "startOverride"))
        if depth is not None and start is not None:
            restarts[depth] = start
    return NumberedList(number, kind, own_levels, restarts)


def _levels(parent: etree._Element | None) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for element in () if parent is None else _stops(parent, frozenset({"lvl"})):
        depth = _whole_number(_attribute(element, "ilvl"))
        if depth is not None and depth < 9:
            levels[depth] = _level(element)
    return levels


def _level(element: etree._Element) -> Level:
    start = _whole_number(_value(element, "start"))
    formats = (_attribute(fmt, "val") for fmt in element.iter() if _name(fmt) == "numFmt")
    # Newer formats are "custom", with an older one beside it for readers such as this.
    fmt = next((name for name in formats if name != "custom"), "decimal")
    text = _value(element, "lvlText")
    return Level(
        fmt=fmt,
        text=_bullet(text, element) if fmt == "bullet" else text,
        start=1 if start is None else start,
        restart=_whole_number(_value(element, "lvlRestart")),
        legal=bool(_switched(element, "isLgl")),
        suffix=_value(element, "suff") or "tab",
        style=_value(element, "pStyle"),
    )


def _bullet(text: str, element: etree._Element) -> str:
    """The bullet in a sign that any font has."""
    fonts = _child(element, "rPr", "rFonts")
    names = {_attribute(fonts, kind).lower() for kind in ("ascii", "hAnsi")}
    symbolic = any(name.startswith(_BULLET_FONTS) for name in names)
    if text and (symbolic or any("\ue000" <= sign <= "\uf8ff" for sign in text)):
        return "•"
    return "○" if text == "o" else text  # Word's hollow bullet is the letter of a typewriter font


# --- fields ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Field:
    instruction: list[str]
    hides: bool = True
    has_result: bool = False


class _Fields:
    """The fields that are open at a place; they may run over many paragraphs.

    Between its begin and its separator a field shows nothing, from there to its end its result,
    but for tables of contents.
    """

    def __init__(self, *, trusted: bool = True) -> None:
        self._open: list[_Field] = []
        self._hiding = 0
        self._trusted = trusted

    @property
    def hide(self) -> bool:
        """Whether text that stands here is not shown."""
        return self._trusted and self._hiding > 0

    def instruct(self, text: str) -> None:
        """Take a piece of the instruction of the innermost field."""
        if self._open and not self._open[-1].has_result:
            self._open[-1].instruction.append(text)

    def step(self, kind: str) -> str:
        """Begin, separate or end a field; gives the text that its instruction stands for."""
        if kind == "begin":
            self._open.append(_Field([]))
            self._hiding += 1
        elif kind == "separate" and self._open:
            self._separate(self._open[-1])
        elif kind == "end" and self._open:
            field = self._open.pop()
            self._hiding -= field.hides
            if not field.has_result:
                return _overlaid("".join(field.instruction))
        return ""

    def _separate(self, field: _Field) -> None:
        field.has_result = True
        if field.hides and not _is_contents("".join(field.instruction)):
            field.hides = False
            self._hiding -= 1


def _overlaid(instruction: str) -> str:
    r"""The character that an ``EQ \o`` field draws in a circle, or with its sound above it."""
    if instruction.split(maxsplit=1)[:1] != ["EQ"] or r"\o" not in instruction:
        return ""
    above, _, base = instruction.rpartition(",")
    base = base.strip(" )")
    number = _whole_number(base)
    if number is not None and above.strip()[-1:] in _CIRCLES:
        return number_text(number, "decimalEnclosedCircle")
    return base


# --- paragraphs ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """What is found in a paragraph.

    Attributes:
        text: its text without a number.
        boxes: the text boxes that hang on it.
        properties: its ``w:pPr``.
        style: its style.
        in_contents: whether it is a line of a table of contents.
        runs_on: whether its end is deleted, so that it goes on in the next paragraph.
    """

    text: str
    boxes: list[etree._Element]
    properties: etree._Element | None
    style: _Style
    in_contents: bool
    runs_on: bool


class _Walk:
    """One reading of a document from its beginning to its end."""

    def __init__(
        self,
        styles: _Styles,
        lists: Mapping[str, NumberedList],
        limits: ExtractionLimits,
        fields: _Fields,
    ) -> None:
        self.fields = fields
        self._styles = styles
        self._lists = lists
        self._counters = Counters()
        self._limit = limits.characters
        self._left = limits.characters

    def blocks(
        self, parent: etree._Element, nesting: int = 0, *, in_cell: bool = False
    ) -> Iterator[Paragraph | None]:
        """The paragraphs, table rows and text boxes in a body, a cell or a text box.

        ``None`` stands for a paragraph of a table of contents.
        """
        if nesting > MAX_NESTING:
            raise BrokenFileError
        carried = ""
        for element in _stops(parent, _BLOCKS):
            if _name(element) == "tbl":
                yield from self._table(element, nesting)
                continue
            read = self._read(element)
            if read.runs_on:
                carried += read.text
            elif read.in_contents:
                yield None
            else:
                yield self._paragraph(carried + read.text, read, in_cell=in_cell)
                carried = ""
            for box in read.boxes:
                yield from self._box(box, nesting)
        if carried:
            self._spend(len(carried) + 1)
            yield Paragraph(carried)

    def _box(self, box: etree._Element, nesting: int) -> Iterator[Paragraph | None]:
        """The paragraphs of a text box, whose lists are not those of the text around it."""
        outer, self._counters = self._counters, Counters()
        yield from self.blocks(box, nesting + 1)
        self._counters = outer

    def _read(self, element: etree._Element) -> _Read:
        properties = _child(element, "pPr")
        style = self._styles.of_paragraph(properties)
        in_field = self.fields.hide
        text, boxes = self._content(element, hidden=style.hidden)
        in_field = in_field or self.fields.hide
        mark = _child(properties, "rPr")
        return _Read(
            text,
            boxes,
            properties,
            style,
            in_contents=style.contents or (in_field and not text.strip()),
            runs_on=any(_child(mark, change) is not None for change in ("del", "moveFrom")),
        )

    def _paragraph(self, text: str, read: _Read, *, in_cell: bool) -> Paragraph:
        membership = _membership(read.properties, read.style.membership)
        numbered = self._lists.get(membership.number)
        if numbered is not None:
            depth = numbered.depth_of(membership.styles, membership.depth or 0)
            label = self._counters.next_label(numbered, depth)
            # A number alone is the column of numbers in a table; elsewhere it says nothing.
            if label and (text.strip() or (in_cell and numbered.levels[depth].fmt != "bullet")):
                text = labelled(label, numbered.levels[depth].suffix, text)
        self._spend(len(text) + 1)
        return Paragraph(text, _outline_level(read.properties, read.style.level))

    def _spend(self, characters: int) -> None:
        self._left -= characters
        if self._left < -1:  # the last paragraph has no line break
            raise FileTooLargeError("characters", self._limit)

    def _content(
        self, paragraph: etree._Element, *, hidden: bool
    ) -> tuple[str, list[etree._Element]]:
        """The text of a paragraph, and the text boxes that hang on it."""
        parts: list[str] = []
        boxes: list[etree._Element] = []
        stack = [(child, hidden) for child in reversed(tuple(paragraph))]
        while stack:
            element, hidden = stack.pop()
            name = _name(element)
            if name == "r":
                hidden = self._is_hidden(element, hidden)
            piece = self._piece(element, name)
            if piece and not hidden and not self.fields.hide:
                parts.append(piece)
            if name == "txbxContent":
                boxes.extend([element] * (not hidden and not self.fields.hide))
            else:
                stack.extend((child, hidden) for child in reversed(tuple(_inside(element, name))))
        return "".join(parts), boxes

    def _is_hidden(self, run: etree._Element, inherited: bool) -> bool:
        properties = _child(run, "rPr")
        own = _switched(properties, "vanish")
        if own is not None:
            return own
        style = _value(properties, "rStyle")
        return inherited or (bool(style) and self._styles.named(style).hidden)

    def _piece(self, element: etree._Element, name: str) -> str:
        """What an element itself adds to the text, if it is shown."""
        if name in {"t", "m:t"}:
            return _LINE_BREAKS.sub(" ", _text_of(element))
        if name == "sym":
            return _symbol(element)
        if name == "fldChar":
            return self.fields.step(_attribute(element, "fldCharType"))
        if name == "instrText":
            self.fields.instruct(_text_of(element))
        return _SIGNS.get(name, "")

    # --- tables ---

    def _table(self, table: etree._Element, nesting: int) -> Iterator[Paragraph]:
        for row in _stops(table, frozenset({"tr"})):
            properties = _child(row, "trPr")
            if _child(properties, "del") is None and not _switched(properties, "hidden"):
                cells = [
                    self._cell(cell, nesting)
                    for cell in _stops(row, frozenset({"tc"}))
                    if _child(cell, "tcPr", "cellDel") is None
                ]
                yield from _row(cells)

    def _cell(self, cell: etree._Element, nesting: int) -> list[Paragraph]:
        """The paragraphs of a cell with text; none if it continues the cell above or before."""
        for kind in ("vMerge", "hMerge"):
            merge = _child(cell, "tcPr", kind)
            if merge is not None and _attribute(merge, "val") != "restart":
                return []
        blocks = self.blocks(cell, nesting + 1, in_cell=True)
        return [block for block in blocks if block is not None and block.text.strip()]


def _row(cells: list[list[Paragraph]]) -> Iterator[Paragraph]:
    """A row as one line, but the paragraphs of a cell of prose, and of a lone cell, as such.

    Forms such as 年度考核表 hold the whole report in one cell, beside its label.
    """
    filled = [cell for cell in cells if cell]
    if len(filled) > 1 and not any(_is_prose(cell) for cell in filled):
        yield Paragraph("\t".join(_one_line(cell) for cell in cells))
        return
    for cell in filled:
        if len(cell) == 1 or len(cells) == 1 or _is_prose(cell):
            yield from cell
        else:
            yield Paragraph(_one_line(cell))


def _is_prose(cell: list[Paragraph]) -> bool:
    """Whether it has several lines that are long, or rows of a table in a table."""
    lines = sum(paragraph.text.count("\n") + 1 for paragraph in cell)
    characters = sum(len(paragraph.text) for paragraph in cell)
    return lines > 1 and (
        characters > PROSE_CELL or any("\t" in paragraph.text for paragraph in cell)
    )


def _one_line(cell: list[Paragraph]) -> str:
    lines = [line.strip() for paragraph in cell for line in paragraph.text.split("\n")]
    lines = [line for line in lines if line]
    upright = all(len(line) == 1 and is_han(line) for line in lines)  # 总 above 结 is 总结
    return ("" if upright else " ").join(lines)


def _symbol(element: etree._Element) -> str:
    """A sign given by its place in a font; "" if no other font has it."""
    try:
        code = int(_attribute(element, "char")[:8], 16)
    except ValueError:
        return ""
    font = _SYMBOLS.get(_attribute(element, "font").lower())
    if font is not None or 0xE000 <= code <= 0xF8FF:
        return (font or {}).get(code & 0xFF, "")
    sign = chr(code) if 0 <= code <= 0x10FFFF else ""
    return sign if sign.isprintable() else ""
