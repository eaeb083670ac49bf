"""OpenDocument text (.odt, and .fodt, which is the same in one XML file).

A walk of its own over the XML rather than odfdo: odfdo unpacks and parses without limits, and
resolves no automatic numbering, which is what the headings of a Chinese report consist of.
The walk does not recurse, and nothing is repeated beyond the limit of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from extraction.archives import Archive
from extraction.document import ExtractedDocument, Paragraph, document_of
from extraction.errors import BrokenFileError, EncryptedFileError, FileTooLargeError
from extraction.limits import ExtractionLimits
from extraction.markup import parse_xml
from extraction.numbering import labelled, number_text
from report.domain import is_han

_ODF = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _TABLE = f"{_ODF}office:1.0}}", f"{_ODF}text:1.0}}", f"{_ODF}table:1.0}}"
_STYLE, _DRAW, _SVG = f"{_ODF}style:1.0}}", f"{_ODF}drawing:1.0}}", f"{_ODF}svg-compatible:1.0}}"
_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"

_PARAGRAPHS = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
_ROW, _CELL = f"{_TABLE}table-row", f"{_TABLE}table-cell"
_LISTS = frozenset({f"{_TEXT}list", f"{_TEXT}numbered-paragraph"})
_LEFT_OUT = frozenset(
    {f"{_TEXT}{index}" for index in ("table-of-content", "alphabetical-index", "bibliography")}
    | {f"{_TEXT}{kind}-index" for kind in ("illustration", "table", "object", "user")}
    | {f"{_TEXT}{part}" for part in ("tracked-changes", "note", "ruby-text", "script")}
    | {f"{_OFFICE}{part}" for part in ("annotation", "forms", "binary-data", "event-listeners")}
    | {f"{_DRAW}{part}" for part in ("object", "object-ole", "image", "plugin", "applet")}
    | {f"{_SVG}title", f"{_SVG}desc", f"{_TABLE}covered-table-cell", f"{_TABLE}title"}
)
_BLANKS = re.compile(r"[ \t\r\n]+")
_PLACE = re.compile(r"%(\d{1,2})%")
_FORMATS = {
    "1": "decimal",
    "i": "lowerRoman",
    "I": "upperRoman",
    "a": "lowerLetter",
    "A": "upperLetter",
    "01, 02, 03, ...": "decimalZero",
    "１, ２, ３, ...": "decimalFullWidth",
    "①, ②, ③, ...": "decimalEnclosedCircle",
    "一, 二, 三, ...": "chineseCounting",
    "甲, 乙, 丙, ...": "ideographTraditional",
    "子, 丑, 寅, ...": "ideographZodiac",
    "壹, 贰, 叁, ...": "chineseLegalSimplified",
    "壹, 貳, 參, ...": "ideographLegalTraditional",
}
_PROSE_CELL = 60
_MAX_REPEATS = 64
_MAX_BLANKS = 1_000
_MAX_NUMBER = 32_767
_MAX_ANCESTORS = 16


def read_odt(data: bytes, limits: ExtractionLimits) -> ExtractedDocument:
    """The text of an OpenDocument text file, zipped or flat.

    Left out: notes, comments, tracked deletions, indexes, hidden text, headers and footers.
    Text boxes follow the paragraph they are anchored to.

    Raises:
        BrokenFileError: if the file is damaged or no OpenDocument text.
        EncryptedFileError: if it is protected by a password.
        FileTooLargeError: if it unpacks to more than the limit, or has too many characters.
    """
    content, styles = _roots(data, limits)
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise BrokenFileError
    walk = _Walk(_Styles.of(content, styles), limits.characters)
    return document_of(walk.paragraphs(body))


def list_item(label: str, suffix: str, text: str) -> str:
    """A list item: its number or bullet in front of its text, as one would type it.

    An item without text has no label; bullets of symbol fonts become •. ``suffix`` is what
    stands between the two in the file: ``tab``, ``space`` or ``nothing``.
    """
    if not text.strip():
        return text
    plain = "".join("•" if unicodedata.category(sign) == "Co" else sign for sign in label)
    return labelled(plain, suffix, text)


def table_row(cells: Sequence[Sequence[Paragraph]]) -> list[Paragraph]:
    """A row of a table as one line, its cells joined by tabs.

    The paragraphs of a cell alone in its row, or of a cell of prose, stay what they are: forms
    such as 年度考核表 hold the whole report in one cell, beside its label.
    """
    contents = [[paragraph for paragraph in cell if paragraph.text.strip()] for cell in cells]
    filled = [content for content in contents if content]
    if len(filled) > 1 and not any(map(_is_prose, filled)):
        return [Paragraph("\t".join(map(_one_line, contents)))]
    row: list[Paragraph] = []
    for content in filled:
        whole = len(content) == 1 or len(filled) == 1 or _is_prose(content)
        row.extend(content if whole else [Paragraph(_one_line(content))])
    return row


def _is_prose(cell: Sequence[Paragraph]) -> bool:
    """Whether it has several lines that are long, or rows of a table in a table."""
    lines = sum(paragraph.text.count("\n") + 1 for paragraph in cell)
    characters = sum(len(paragraph.text) for paragraph in cell)
    in_table = any("\t" in paragraph.text for paragraph in cell)
    return lines > 1 and (characters > _PROSE_CELL or in_table)


def _one_line(cell: Sequence[Paragraph]) -> str:
    lines = [line.strip() for paragraph in cell for line in paragraph.text.split("\n")]
    lines = [line for line in lines if line]
    upright = all(len(line) == 1 and is_han(line) for line in lines)  # 总 above 结 is 总结
    return ("" if upright else " ").join(lines)


def _roots(data: bytes, limits: ExtractionLimits) -> tuple[etree._Element, etree._Element | None]:
    """The roots of the content and of the styles, if these are in a file of their own."""
    if data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return parse_xml(data), None
    archive = Archive.of(data, limits)
    manifest = "META-INF/manifest.xml"
    # Not parsed: manifests of OpenOffice.org declare a document type.
    if manifest in archive.names and b"encryption-data" in archive.read(manifest):
        raise EncryptedFileError
    content = parse_xml(archive.read("content.xml"))
    has_styles = "styles.xml" in archive.names
    return content, parse_xml(archive.read("styles.xml")) if has_styles else None


def _whole_number(element: etree._Element, name: str, default: int, highest: int) -> int:
    """The value of an attribute, at most ``highest``; ``default`` if it has no number."""
    value = element.get(name, "")
    # int() takes quadratic time for long numerals.
    return min(int(value), highest) if value.isdecimal() and len(value) < 10 else default


@dataclass(frozen=True, slots=True)
class _Level:
    """How the items of one level of a list are numbered."""

    bullet: str
    number_format: str
    prefix: str
    suffix: str
    pattern: str | None
    displayed: int
    start: int
    followed_by: str

    @classmethod
    def of(cls, element: etree._Element) -> _Level:
        tag = etree.QName(element).localname
        alignment = element.find(
            f"{_STYLE}list-level-properties/{_STYLE}list-level-label-alignment"
        )
        followed_by = (
            alignment.get(f"{_TEXT}label-followed-by", "") if alignment is not None else ""
        )
        pattern = element.get(f"{_LOEXT}num-list-format", element.get(f"{_STYLE}num-list-format"))
        return cls(
            element.get(f"{_TEXT}bullet-char", "•") if "bullet" in tag or "image" in tag else "",
            element.get(f"{_STYLE}num-format", ""),
            element.get(f"{_STYLE}num-prefix", ""),
            element.get(f"{_STYLE}num-suffix", ""),
            pattern,
            _whole_number(element, f"{_TEXT}display-levels", 1, 10),
            _whole_number(element, f"{_TEXT}start-value", 1, _MAX_NUMBER),
            "tab" if followed_by in ("", "listtab") else followed_by,
        )


_Levels = dict[int, _Level]


@dataclass(frozen=True, slots=True)
class _Label:
    """A number or bullet, and what follows it: ``tab``, ``space`` or ``nothing``."""

    text: str
    followed_by: str


_NO_LABEL = _Label("", "nothing")


def _levels(element: etree._Element) -> _Levels:
    return {
        _whole_number(child, f"{_TEXT}level", 1, 10): _Level.of(child)
        for child in element.iterchildren(tag=etree.Element)
    }


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str
    hidden: bool | None
    list_style: str | None


@dataclass(slots=True)
class _Styles:
    """What the styles say about numbering and about hidden text."""

    lists: dict[str, _Levels] = field(default_factory=dict)
    outline: str = "Outline"
    _styles: dict[tuple[str, str], _Style] = field(default_factory=dict)

    @classmethod
    def of(cls, content: etree._Element, styles: etree._Element | None) -> _Styles:
        found = cls()
        containers = [content.find(f"{_OFFICE}{kind}styles") for kind in ("", "automatic-")]
        if styles is not None:
            containers.insert(0, styles.find(f"{_OFFICE}styles"))
        for container in containers:
            for element in () if container is None else container.iterchildren(tag=etree.Element):
                found._add(element)
        return found

    def _add(self, element: etree._Element) -> None:
        name = element.get(f"{_STYLE}name", "")
        if element.tag == f"{_TEXT}outline-style":
            self.outline = name or self.outline
            self.lists[self.outline] = _levels(element)
        elif element.tag == f"{_TEXT}list-style":
            self.lists[name] = _levels(element)
        elif element.tag == f"{_STYLE}style":
            properties = element.find(f"{_STYLE}text-properties")
            display = None if properties is None else properties.get(f"{_TEXT}display")
            self._styles[element.get(f"{_STYLE}family", ""), name] = _Style(
                element.get(f"{_STYLE}parent-style-name", ""),
                None if display is None else display == "none",
                element.get(f"{_STYLE}list-style-name"),
            )

    def is_hidden(self, family: str, name: str) -> bool:
        """Whether the style, or the one that it inherits this from, hides the text."""
        return next((s.hidden for s in self._chain(family, name) if s.hidden is not None), False)

    def list_style(self, name: str) -> str | None:
        """The list style of a paragraph style; "" if it says that there is to be none."""
        chain = self._chain("paragraph", name)
        return next((s.list_style for s in chain if s.list_style is not None), None)

    def _chain(self, family: str, name: str) -> Iterator[_Style]:
        for _ in range(_MAX_ANCESTORS):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = style.parent


@dataclass(slots=True)
class _Counters:
    """The numbers that a list has come to, by level."""

    reached: dict[int, int] = field(default_factory=dict)

    def advance(self, level: int, levels: _Levels, number: int | None) -> None:
        """Go to the next item of ``level``, or to ``number`` if the item says so."""
        if number is None:
            known = levels.get(level)
            number = self.reached.get(level, (known.start if known else 1) - 1) + 1
        self.reached = {k: v for k, v in self.reached.items() if k < level} | {level: number}

    def label(self, level: int, levels: _Levels) -> _Label:
        """The label of the item that ``level`` has come to: 一、 or (2) or 1.3 or a bullet."""
        own = levels.get(level)
        if own is None:
            return _NO_LABEL
        return _Label(own.bullet or self._numbers(own, level, levels), own.followed_by)

    def _numbers(self, own: _Level, level: int, levels: _Levels) -> str:
        if own.pattern is not None:
            label = _PLACE.sub(lambda place: self._number(int(place[1]), levels), own.pattern)
        else:
            shown = range(max(1, level - own.displayed + 1), level + 1)
            numbers = ".".join(filter(None, (self._number(k, levels) for k in shown)))
            label = f"{own.prefix}{numbers}{own.suffix}"
        # Levels without numbers often keep the full stop that would have followed.
        return label if any(map(str.isalnum, label)) else ""

    def _number(self, level: int, levels: _Levels) -> str:
        known = levels.get(level)
        if known is None or known.bullet or not known.number_format:
            return ""
        value = self.reached.get(level, known.start)
        return number_text(value, _FORMATS.get(known.number_format, "decimal"))


@dataclass(slots=True)
class _List:
    """A list that is open, and the item that it is at."""

    style: str
    depth: int
    counters: _Counters
    numbers_next: bool = False
    item_number: int | None = None
    item_style: str | None = None


@dataclass(slots=True)
class _OpenParagraph:
    """A paragraph that is being read; ``place`` is kept for it in ``sink``."""

    sink: list[Paragraph | None]
    place: int
    level: int | None
    label: _Label
    hidden: bool
    parts: list[str] = field(default_factory=list)
    after_blank: bool = True

    def add(self, text: str) -> int:
        """Add character data, its white space collapsed; returns how much that comes to."""
        text = _BLANKS.sub(" ", text)
        if self.after_blank:
            text = text.removeprefix(" ")
        if text:
            self.after_blank = text.endswith(" ")
            self.parts.append(text)
        return len(text)

    def close(self) -> None:
        if not self.hidden:
            text = list_item(self.label.text, self.label.followed_by, "".join(self.parts))
            self.sink[self.place] = Paragraph(text, self.level)


class _Walk:
    """Reads the body of a text element by element."""

    def __init__(self, styles: _Styles, characters: int) -> None:
        self._styles = styles
        self._characters = self._left = characters
        self._sinks: list[list[Paragraph | None]] = [[]]
        self._rows: list[list[list[Paragraph]]] = []
        # None where text boxes and tables begin: what they hold is none of the list's around.
        self._lists: list[_List | None] = [None]
        self._texts: list[_OpenParagraph | None] = [None]
        self._counters_by_id: dict[str, _Counters] = {}
        self._counters_by_style: dict[str, _Counters] = {}
        self._outline = _Counters()
        self._begin: dict[str, Callable[[etree._Element], None]] = {
            f"{_TEXT}p": self._begin_paragraph,
            f"{_TEXT}h": self._begin_paragraph,
            f"{_TEXT}list": self._begin_list,
            f"{_TEXT}numbered-paragraph": self._begin_numbered_paragraph,
            f"{_TEXT}list-item": self._begin_item,
            f"{_TEXT}list-header": self._begin_list_header,
            f"{_TEXT}s": self._blanks,
            f"{_TEXT}tab": lambda _: self._insert("\t"),
            f"{_TEXT}line-break": lambda _: self._insert("\n"),
            f"{_TEXT}hidden-paragraph": self._hide_paragraph,
            _ROW: lambda _: self._rows.append([]),
            _CELL: lambda _: self._sinks.append([]),
        }

    def paragraphs(self, body: etree._Element) -> list[Paragraph]:
        """The paragraphs of ``body``.

        Raises:
            FileTooLargeError: if they have more characters than allowed.
        """
        walker = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start" and not self._enter(element):
                walker.skip_subtree()
            elif event != "start":
                if event == "end" and element.tag not in _LEFT_OUT:
                    self._leave(element)
                self._characters_of(element.tail)
        return _kept(self._sinks[0])

    def _enter(self, element: etree._Element) -> bool:
        if element.tag in _LEFT_OUT:
            return False
        if _separates(element):
            self._texts.append(None)
            self._lists.append(None)
        if begin := self._begin.get(element.tag):
            begin(element)
        if self._is_hidden(element):
            return False
        self._characters_of(element.text)
        return True

    def _leave(self, element: etree._Element) -> None:
        if element.tag in _PARAGRAPHS and (paragraph := self._texts.pop()):
            paragraph.close()
        elif element.tag in _LISTS:
            self._lists.pop()
        elif element.tag == _CELL:
            self._leave_cell(element)
        elif element.tag == _ROW:
            self._leave_row(element)
        if _separates(element):
            self._texts.pop()
            self._lists.pop()

    def _is_hidden(self, element: etree._Element) -> bool:
        if element.tag in _PARAGRAPHS:
            paragraph = self._texts[-1]
            return paragraph is not None and paragraph.hidden
        if element.tag == f"{_TEXT}span":
            return self._styles.is_hidden("text", element.get(f"{_TEXT}style-name", ""))
        return (
            element.get(f"{_TEXT}is-hidden") == "true" or element.get(f"{_TEXT}display") == "none"
        ) and element.tag in (f"{_TEXT}section", f"{_TEXT}hidden-text")

    # Text

    def _begin_paragraph(self, element: etree._Element) -> None:
        self._spend(1)
        level = None
        if element.tag == f"{_TEXT}h":
            level = max(1, _whole_number(element, f"{_TEXT}outline-level", 1, 10))
        style = element.get(f"{_TEXT}style-name", "")
        hidden = self._styles.is_hidden("paragraph", style)
        label = _NO_LABEL if hidden else self._label(element, style, level)
        self._spend(len(label.text))
        sink = self._sinks[-1]
        self._texts.append(_OpenParagraph(sink, len(sink), level, label, hidden))
        sink.append(None)

    def _characters_of(self, text: str | None) -> None:
        paragraph = self._texts[-1]
        if text and paragraph is not None:
            self._spend(paragraph.add(text))

    def _insert(self, text: str) -> None:
        if paragraph := self._texts[-1]:
            self._spend(len(text))
            paragraph.parts.append(text)

    def _blanks(self, element: etree._Element) -> None:
        self._insert(" " * _whole_number(element, f"{_TEXT}c", 1, _MAX_BLANKS))

    def _hide_paragraph(self, element: etree._Element) -> None:
        if element.get(f"{_TEXT}is-hidden") == "true" and (paragraph := self._texts[-1]):
            paragraph.hidden = True

    def _spend(self, characters: int) -> None:
        self._left -= characters
        if self._left < 0:
            raise FileTooLargeError("characters", self._characters)

    # Lists

    def _label(self, element: etree._Element, style: str, level: int | None) -> _Label:
        """The number of a paragraph or heading; counts it."""
        if element.get(f"{_TEXT}is-list-header") == "true":
            return _NO_LABEL
        current = self._lists[-1]
        if current is None:
            return _NO_LABEL if level is None else self._outline_label(element, style, level)
        if not current.numbers_next:
            return _NO_LABEL
        current.numbers_next = False
        name = current.item_style or current.style or self._styles.list_style(style) or ""
        levels = self._styles.lists.get(name, {})
        current.counters.advance(current.depth, levels, current.item_number)
        return current.counters.label(current.depth, levels)

    def _outline_label(self, element: etree._Element, style: str, level: int) -> _Label:
        if self._styles.list_style(style) == "":
            return _NO_LABEL
        levels = self._styles.lists.get(self._styles.outline, {})
        number = None
        if element.get(f"{_TEXT}restart-numbering") == "true":
            number = _whole_number(element, f"{_TEXT}start-value", 1, _MAX_NUMBER)
        self._outline.advance(level, levels, number)
        return self._outline.label(level, levels)

    def _begin_list(self, element: etree._Element) -> None:
        outer = self._lists[-1]
        style = element.get(f"{_TEXT}style-name", outer.style if outer else "")
        counters = outer.counters if outer else self._continued(element, style)
        self._counters_by_style[style] = counters
        if identity := element.get(_ID):
            self._counters_by_id[identity] = counters
        self._lists.append(_List(style, outer.depth + 1 if outer else 1, counters))

    def _continued(self, element: etree._Element, style: str) -> _Counters:
        """The counters of the list that this one goes on with, or new ones."""
        known = None
        if style == self._styles.outline:
            known = self._outline
        elif earlier := element.get(f"{_TEXT}continue-list"):
            known = self._counters_by_id.get(earlier)
        elif element.get(f"{_TEXT}continue-numbering") == "true":
            known = self._counters_by_style.get(style)
        return known or _Counters()

    def _begin_numbered_paragraph(self, element: etree._Element) -> None:
        identity = element.get(f"{_TEXT}list-id", "")
        opened = _List(
            element.get(f"{_TEXT}style-name", ""),
            max(1, _whole_number(element, f"{_TEXT}level", 1, 10)),
            self._counters_by_id.setdefault(identity, _Counters()),
        )
        self._lists.append(opened)
        self._begin_item(element)

    def _begin_item(self, element: etree._Element) -> None:
        if current := self._lists[-1]:
            number = _whole_number(element, f"{_TEXT}start-value", -1, _MAX_NUMBER)
            current.item_number = None if number < 0 else number
            current.item_style = element.get(f"{_TEXT}style-override")
            current.numbers_next = True

    def _begin_list_header(self, element: etree._Element) -> None:
        if current := self._lists[-1]:
            current.numbers_next = False

    # Tables

    def _leave_cell(self, element: etree._Element) -> None:
        cell = _kept(self._sinks.pop())
        if not self._rows:
            self._sinks[-1].extend(cell)
            return
        repeats = self._repeats(element, f"{_TABLE}number-columns-repeated", cell)
        self._rows[-1].extend([cell] * repeats)

    def _leave_row(self, element: etree._Element) -> None:
        row = table_row(self._rows.pop())
        repeats = self._repeats(element, f"{_TABLE}number-rows-repeated", row)
        self._sinks[-1].extend(row * repeats)

    def _repeats(self, element: etree._Element, name: str, what: Sequence[Paragraph]) -> int:
        repeats = max(1, _whole_number(element, name, 1, _MAX_REPEATS))
        self._spend((repeats - 1) * (1 + sum(len(paragraph.text) + 1 for paragraph in what)))
        return repeats


def _separates(element: etree._Element) -> bool:
    """Whether text inside ``element`` is no part of the paragraph or list around it."""
    return element.tag == f"{_TABLE}table" or str(element.tag).startswith(_DRAW)


def _kept(paragraphs: list[Paragraph | None]) -> list[Paragraph]:
    return [paragraph for paragraph in paragraphs if paragraph is not None]
