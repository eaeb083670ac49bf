"""OFD files (GB/T 33190): XML pages in a ZIP package; ``extraction.layout`` reads on.

Elements are known by their local names, as producers differ in the namespace. Annotations,
signatures with their seals, and attachments are left out.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from extraction.archives import Archive
from extraction.document import ExtractedDocument, document_of
from extraction.errors import (
    BrokenFileError,
    EncryptedFileError,
    FileTooLargeError,
    NoTextLayerError,
)
from extraction.layout import Bookmark, Box, Glyph, Page, paragraphs_of, with_levels
from extraction.limits import ExtractionLimits
from extraction.markup import parse_xml

_ENTRY = "OFD.xml"
_CIPHERS = "encryptions.xml"
"""The entry of encrypted packages (GM/T 0099)."""
_MAX_DEPTH = 64
_SLANTED = 15
_THIN = 1.0
_WIDEST = 1.2
_PATH_PART = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def read_ofd(data: bytes, limits: ExtractionLimits) -> ExtractedDocument:
    """The text of an OFD file, paragraph by paragraph; several documents one after the other.

    Raises:
        EncryptedFileError: if the package is encrypted.
        BrokenFileError: if it is damaged, or lacks a page that it names.
        FileTooLargeError: if it has more pages or characters than the limits allow, or unpacks
            to more.
        NoTextLayerError: if there is no text on its pages.
    """
    package = _Package.of(data, limits)
    pages: list[Page] = []
    bookmarks: list[Bookmark] = []
    roots = list(_all(package.parse(_ENTRY, ""), "DocRoot"))
    if not roots:
        raise BrokenFileError
    for root in roots:
        document = _Document.of(package, root)
        bookmarks.extend(document.bookmarks(len(pages)))
        for page in document.pages():
            pages.append(page)
            _check(pages, limits)
    paragraphs = paragraphs_of(pages)
    if not paragraphs:
        raise NoTextLayerError
    return document_of(with_levels(paragraphs, bookmarks))


def _check(pages: Sequence[Page], limits: ExtractionLimits) -> None:
    if len(pages) > limits.pages:
        raise FileTooLargeError("pages", limits.pages)
    if sum(len(page.glyphs) for page in pages) > limits.characters:
        raise FileTooLargeError("characters", limits.characters)


@dataclass(frozen=True, slots=True)
class _Package:
    """The members of the package by their paths in small letters, without a root slash."""

    archive: Archive
    names: dict[str, str]

    @classmethod
    def of(cls, data: bytes, limits: ExtractionLimits) -> _Package:
        archive = Archive.of(data, limits)
        names = {_path(name).lower(): name for name in archive.names}
        if _CIPHERS in names:
            raise EncryptedFileError
        return cls(archive, names)

    def locate(self, location: str, folder: str) -> str:
        """The path of a member that a file in ``folder`` names.

        Raises:
            BrokenFileError: if there is no such member.
        """
        location = location.strip()
        for path in (_path(posixpath.join(folder, location)), _path(location)):
            if path.lower() in self.names:
                return path
        raise BrokenFileError

    def parse(self, location: str, folder: str) -> etree._Element:
        """The root of the XML member that a file in ``folder`` names."""
        return parse_xml(self.archive.read(self.names[self.locate(location, folder).lower()]))


def _path(location: str) -> str:
    return posixpath.normpath(posixpath.join("/", location.replace("\\", "/"))).lstrip("/")


def _name(element: etree._Element) -> str:
    """The local name of an element; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in element.iter() if _name(each) == name)


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in element if _name(each) == name)


def _numbers(text: str | None) -> list[float]:
    """The numbers of an attribute.

    Raises:
        BrokenFileError: if they are none.
    """
    try:
        return [float(part) for part in (text or "").split()]
    except ValueError as error:
        raise BrokenFileError from error


@dataclass(frozen=True, slots=True)
class _Document:
    """A document of the package: its main part, and the folder that it is in."""

    package: _Package
    root: etree._Element
    folder: str

    @classmethod
    def of(cls, package: _Package, location: etree._Element) -> _Document:
        path = package.locate(location.text or "", "")
        return cls(package, package.parse(path, ""), posixpath.dirname(path))

    def pages(self) -> Iterator[Page]:
        templates = _Templates(self)
        size = self._size(self.root) or (210.0, 297.0)
        for entry in self._entries():
            content = self.content(entry)
            objects = _Objects()
            for layer in self._layers(content, templates):
                objects.add_all(layer)
            width, height = self._size(content) or size
            yield Page(width, height, tuple(objects.glyphs), tuple(objects.rules))

    def _entries(self) -> Iterator[etree._Element]:
        for pages in _children(self.root, "Pages"):
            yield from _children(pages, "Page")

    def content(self, entry: etree._Element) -> etree._Element:
        """What the entry of a page or template stands for."""
        return self.package.parse(entry.get("BaseLoc") or "", self.folder)

    def _layers(self, page: etree._Element, templates: _Templates) -> Iterator[etree._Element]:
        """The contents of a page and its templates, what is behind first."""
        behind: list[etree._Element] = []
        before: list[etree._Element] = []
        for use in _children(page, "Template"):
            for order, content in templates.used_by(use):
                (before if order == "Foreground" else behind).append(content)
        for source in (*behind, page, *before):
            yield from _children(source, "Content")

    @staticmethod
    def _size(element: etree._Element) -> tuple[float, float] | None:
        """Width and height of the page area that ``element`` says, if it does."""
        for box in _all(element, "PhysicalBox"):
            numbers = _numbers(box.text)
            if len(numbers) == 4 and all(0 < number < 1e5 for number in numbers[2:]):
                return numbers[2], numbers[3]
        return None

    def bookmarks(self, first_page: int) -> Iterator[Bookmark]:
        """The outline; the document's pages are counted from ``first_page``."""
        numbers = {
            entry.get("ID"): first_page + index for index, entry in enumerate(self._entries())
        }
        for outlines in _children(self.root, "Outlines"):
            pending = [(element, 1) for element in reversed(list(outlines))]
            while pending:
                element, level = pending.pop()
                if _name(element) != "OutlineElem":
                    continue
                pending.extend((child, level + 1) for child in reversed(list(element)))
                yield Bookmark(element.get("Title") or "", level, _target(element, numbers))


class _Templates:
    """The template pages of a document, each read once, when it is first used."""

    def __init__(self, document: _Document) -> None:
        self._document = document
        self._entries = {
            entry.get("ID"): entry
            for common in _children(document.root, "CommonData")
            for entry in _children(common, "TemplatePage")
        }
        self._contents: dict[str | None, etree._Element] = {}

    def used_by(self, use: etree._Element) -> Iterator[tuple[str | None, etree._Element]]:
        """ZOrder and content of the template that ``use`` names, if there is one."""
        name = use.get("TemplateID")
        entry = self._entries.get(name)
        if entry is None:
            return
        if name not in self._contents:
            self._contents[name] = self._document.content(entry)
        yield use.get("ZOrder") or entry.get("ZOrder"), self._contents[name]


def _target(element: etree._Element, numbers: dict[str | None, int]) -> int | None:
    for actions in _children(element, "Actions"):
        for destination in _all(actions, "Dest"):
            return numbers.get(destination.get("PageID"))
    return None


class _Objects:
    """What is on a page, gathered from its layers."""

    def __init__(self) -> None:
        self.glyphs: list[Glyph] = []
        self.rules: list[Box] = []

    def add_all(self, container: etree._Element, depth: int = 0) -> None:
        """Add the objects in a layer or block.

        Raises:
            BrokenFileError: if blocks lie in blocks endlessly.
        """
        if depth > _MAX_DEPTH:
            raise BrokenFileError
        for element in container:
            name = _name(element)
            if name in ("Layer", "PageBlock"):
                self.add_all(element, depth + 1)
            elif name == "TextObject":
                self.glyphs.extend(_glyphs(element))
            elif name == "PathObject":
                self.rules.extend(_rules(element))


@dataclass(frozen=True, slots=True)
class _Placing:
    """From the coordinates of an object to those of the page."""

    x: float
    y: float
    matrix: tuple[float, float, float, float, float, float]

    @classmethod
    def of(cls, element: etree._Element) -> _Placing:
        boundary = _numbers(element.get("Boundary"))
        if len(boundary) < 2:
            raise BrokenFileError
        matrix = _numbers(element.get("CTM"))
        if len(matrix) != 6:
            matrix = [1, 0, 0, 1, 0, 0]
        a, b, c, d, e, f = matrix
        return cls(boundary[0], boundary[1], (a, b, c, d, e, f))

    def point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return self.x + a * x + c * y + e, self.y + b * x + d * y + f


def _glyphs(element: etree._Element) -> Iterator[Glyph]:
    placing = _Placing.of(element)
    a, b, c, d, _, _ = placing.matrix
    direction = _direction(a, b)
    sizes = _numbers(element.get("Size"))
    if direction is None or not sizes:
        return
    wide = math.hypot(a, b)
    stretch = next(iter(_numbers(element.get("HScale"))), 1.0)
    spaced = False
    for sign, x, y, advance in _signs(element, sizes[0], stretch):
        if sign.isspace():
            spaced = True
            continue
        left, baseline = placing.point(x, y)
        yield Glyph(
            x=left,
            y=baseline,
            advance=advance * wide,
            size=sizes[0] * math.hypot(c, d),
            text=sign,
            spaced=spaced,
            angle=direction,
        )
        spaced = False


def _direction(a: float, b: float) -> int | None:
    """The direction of writing in steps of 90 degrees; ``None`` if it is slanted."""
    if not (math.isfinite(a) and math.isfinite(b)):
        return None
    degrees = math.degrees(math.atan2(b, a))
    nearest = 90 * round(degrees / 90)
    return nearest % 360 if abs(degrees - nearest) <= _SLANTED else None


def _signs(
    element: etree._Element, size: float, stretch: float
) -> Iterator[tuple[str, float, float, float]]:
    """The signs of a TextObject, where each begins, and its width.

    The standard gives only the distances of signs. Where it leaves the last sign's width open,
    that is an em for Chinese and half of one for other signs.
    """
    x = y = 0.0
    for code in _children(element, "TextCode"):
        x = next(iter(_numbers(code.get("X"))), x)
        y = next(iter(_numbers(code.get("Y"))), y)
        text = [sign for sign in "".join(code.itertext()) if sign not in "\r\n\t"]
        steps_x = _steps(code.get("DeltaX"), len(text))
        steps_y = _steps(code.get("DeltaY"), len(text))
        at_x, at_y = x, y
        for index, sign in enumerate(text):
            own = size * stretch * (1.0 if ord(sign) >= 0x2E80 else 0.5)
            across = steps_x[index] if index < len(steps_x) else (0.0 if steps_y else own)
            yield sign, at_x, at_y, _advance(own, across, size * stretch)
            at_x += across
            at_y += steps_y[index] if index < len(steps_y) else 0.0


def _advance(own: float, step: float, em: float) -> float:
    """The width of a sign: what is left of the step to the next one is a gap only if it is wide."""
    return step if 0 < step <= _WIDEST * em else own


def _steps(text: str | None, most: int) -> list[float]:
    """The distances of a DeltaX or DeltaY: numbers, and "g n d" for n times d.

    Raises:
        BrokenFileError: if it is neither.
    """
    parts = iter((text or "").split())
    steps: list[float] = []
    for part in parts:
        if len(steps) >= most:
            break
        if part == "g":
            count, step = _numbers(next(parts, "")), _numbers(next(parts, ""))
            if not count or not step or not 0 <= count[0] < 1e9:
                raise BrokenFileError
            steps.extend(step * min(int(count[0]), most))
        else:
            steps.extend(_numbers(part))
    return steps


def _rules(element: etree._Element) -> Iterator[Box]:
    """The ruling lines of a PathObject: a thin shape, or its level and upright strokes."""
    placing = _Placing.of(element)
    points = [
        (*placing.point(x, y), drawn)
        for data in _children(element, "AbbreviatedData")
        for x, y, drawn in _points(data.text or "")
    ]
    if not points or not all(abs(x) < 1e6 and abs(y) < 1e6 for x, y, _ in points):
        return
    whole = _box([(x, y) for x, y, _ in points])
    if _is_rule(whole):
        yield whole
    elif element.get("Stroke") != "false":
        for (x0, y0, _), (x1, y1, drawn) in pairwise(points):
            if drawn and _is_rule(edge := _box([(x0, y0), (x1, y1)])):
                yield edge


def _box(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _is_rule(box: Box) -> bool:
    width, height = box.right - box.left, box.bottom - box.top
    return min(width, height) <= _THIN < max(width, height)


def _points(path: str) -> Iterator[tuple[float, float, bool]]:
    """The points that the operators of a path lead to, and whether by a straight line."""
    parts = _PATH_PART.findall(path)
    start = (0.0, 0.0)
    index = 0
    while index < len(parts):
        operator = parts[index]
        count = _OPERANDS.get(operator)
        operands = parts[index + 1 : index + 1 + (count or 0)]
        if count is None or len(operands) < count or any(part.isalpha() for part in operands):
            index += 1
            continue
        index += 1 + count
        if count == 0:
            yield *start, True
            continue
        x, y = float(operands[-2]), float(operands[-1])
        if operator in "SM":
            start = x, y
        yield x, y, operator == "L"
