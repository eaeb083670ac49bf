"""PDF files: signs, ruling lines and bookmarks by PDFium; ``extraction.layout`` reads on."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice, pairwise

import pypdfium2
from pypdfium2 import PdfiumError, raw

from extraction.document import ExtractedDocument, document_of
from extraction.errors import (
    BrokenFileError,
    EmptyFileError,
    EncryptedFileError,
    FileTooLargeError,
    NoTextLayerError,
)
from extraction.layout import Bookmark, Box, Glyph, Page, paragraphs_of, with_levels
from extraction.limits import ExtractionLimits

_MAX_BOOKMARKS = 5_000
_MAX_OBJECTS = 20_000
"""Pages with more drawings than this are maps or charts: their lines rule no tables."""
_MAX_SEGMENTS = 200
_THIN = 3.0
_LEAST_LENGTH = 4.0
_SLANTED = 15
_HYPHEN_AT_LINE_END = 0x02
_CHINESE_SIGNS = "\u2e80"
_SURROGATES = range(0xD800, 0xE000)


def read_pdf(data: bytes, limits: ExtractionLimits) -> ExtractedDocument:
    """The text of a PDF file, paragraph by paragraph.

    Titles of the file's bookmarks that are lines of the text become its outline. Text that
    is invisible, as scanners lay it under the picture, is read like any other.

    Raises:
        EncryptedFileError: if it takes a password to open it.
        BrokenFileError: if the file, or a page of it, is damaged.
        FileTooLargeError: if it has more pages or characters than the limits allow.
        NoTextLayerError: if there are drawings or pictures on the pages, but no text.
        EmptyFileError: if there is nothing on the pages.
    """
    # Not by PdfDocument(data): for files without pages that goes by the error of an earlier file.
    handle = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not handle:
        protected = raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise EncryptedFileError if protected else BrokenFileError
    with pypdfium2.PdfDocument(handle) as document:
        try:
            return _document(document, limits)
        except PdfiumError as error:
            raise BrokenFileError from error


def _document(document: pypdfium2.PdfDocument, limits: ExtractionLimits) -> ExtractedDocument:
    if len(document) > limits.pages:
        raise FileTooLargeError("pages", limits.pages)
    pages: list[Page] = []
    drawn = False
    left = limits.characters
    for number in range(len(document)):
        page = document[number]
        pages.append(_page(page, left))
        left -= len(pages[-1].glyphs)
        if left < 0:
            raise FileTooLargeError("characters", limits.characters)
        drawn = drawn or raw.FPDFPage_CountObjects(page) > 0
        page.close()
    paragraphs = () if _is_unreadable(pages) else paragraphs_of(pages)
    if not paragraphs:
        raise NoTextLayerError if drawn else EmptyFileError
    return document_of(with_levels(paragraphs, _bookmarks(document)))


def _is_unreadable(pages: list[Page]) -> bool:
    """Whether most signs stand for no character: their fonts do not say for which."""
    unknown = sum(glyph.text == "\ufffd" for page in pages for glyph in page.glyphs)
    return 2 * unknown > sum(len(page.glyphs) for page in pages)


def _bookmarks(document: pypdfium2.PdfDocument) -> Iterator[Bookmark]:
    for entry in islice(document.get_toc(), _MAX_BOOKMARKS):
        target = entry.get_dest()
        try:
            title = entry.get_title()
        except UnicodeDecodeError:
            continue
        yield Bookmark(title, entry.level + 1, target.get_index() if target else None)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a page lies in its own coordinates, which begin at the bottom."""

    left: float
    bottom: float
    right: float
    top: float

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        return Box(left - self.left, self.top - top, right - self.left, self.top - bottom)


def _page(page: pypdfium2.PdfPage, most: int) -> Page:
    """A page with ``most`` signs at the most, and one more if it has more."""
    frame = _Frame(*page.get_bbox())
    text_page = page.get_textpage()
    signs = _Signs(text_page, frame)
    glyphs = tuple(islice(signs.glyphs(text_page.count_chars()), most + 1))
    text_page.close()
    rules = tuple(islice(_rules(page, frame), _MAX_OBJECTS))
    return Page(frame.right - frame.left, frame.top - frame.bottom, glyphs, rules)


class _Blank(IntEnum):
    """Whether a blank stands before a sign: one of the file, or one that PDFium put in.

    PDFium puts one into every gap, and drops that of the file next to it. Only between Latin
    words is it to be believed: Chinese next to Latin has small gaps without a blank.
    """

    NONE = 0
    GUESSED = 1
    WRITTEN = 2


class _Signs:
    """The signs of a page, asked from PDFium one by one."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, frame: _Frame) -> None:
        self._page = text_page.raw
        self._frame = frame
        # What PDFium writes its answers into; made once, as pages have thousands of signs.
        self._matrix, self._box = raw.FS_MATRIX(), raw.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def glyphs(self, count: int) -> Iterator[Glyph]:
        """The first ``count`` signs but for blanks, slanted ones, and those that are nowhere."""
        blank = _Blank.NONE
        last = ""
        high = 0
        for index in range(count):
            code = raw.FPDFText_GetUnicode(self._page, index)
            if code in _SURROGATES:
                high, code = code, _whole_character(high, code)
                if not code:
                    continue
            text = self._text(index, code)
            if text.isspace():
                blank = max(blank, self._blank(index))
                continue
            guessed = blank is _Blank.GUESSED and _are_latin(last, text)
            glyph = self._glyph(index, text, spaced=guessed or blank is _Blank.WRITTEN)
            if glyph is not None:
                yield glyph
                blank, last = _Blank.NONE, text

    def _text(self, index: int, code: int) -> str:
        if code == _HYPHEN_AT_LINE_END:
            return "-"
        if not code or code > 0x10FFFF:
            return "\ufffd"
        return "\ufffd" if raw.FPDFText_HasUnicodeMapError(self._page, index) == 1 else chr(code)

    def _blank(self, index: int) -> _Blank:
        generated = raw.FPDFText_IsGenerated(self._page, index) == 1
        return _Blank.GUESSED if generated else _Blank.WRITTEN

    def _glyph(self, index: int, text: str, *, spaced: bool) -> Glyph | None:
        matrix, box = self._matrix, self._box
        found = (
            raw.FPDFText_GetMatrix(self._page, index, matrix)
            and raw.FPDFText_GetLooseCharBox(self._page, index, box)
            and raw.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        )
        direction = _direction(matrix.a, matrix.b) if found else None
        if direction is None:
            return None
        size = raw.FPDFText_GetFontSize(self._page, index) * math.hypot(matrix.c, matrix.d)
        across = direction in (0, 180)
        return Glyph(
            x=self._x.value - self._frame.left,
            y=self._frame.top - self._y.value,
            advance=abs(box.right - box.left if across else box.top - box.bottom),
            size=abs(size),
            text=text,
            spaced=spaced,
            angle=direction,
        )


def _are_latin(first: str, second: str) -> bool:
    return first < _CHINESE_SIGNS and second < _CHINESE_SIGNS


def _whole_character(high: int, low: int) -> int:
    """The character of two surrogates; 0 if they are no pair."""
    if 0xD800 <= high < 0xDC00 <= low:
        return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
    return 0


def _direction(a: float, b: float) -> int | None:
    """The direction of writing, clockwise in steps of 90 degrees; ``None`` if it is slanted."""
    if b == 0 and 0 < a < math.inf:
        return 0
    if not (math.isfinite(a) and math.isfinite(b)):
        return None
    degrees = -math.degrees(math.atan2(b, a))
    nearest = 90 * round(degrees / 90)
    return nearest % 360 if abs(degrees - nearest) <= _SLANTED else None


def _rules(page: pypdfium2.PdfPage, frame: _Frame) -> Iterator[Box]:
    """The ruling lines of a page: thin shapes, and the level and upright strokes of others."""
    count = raw.FPDFPage_CountObjects(page)
    if count > _MAX_OBJECTS:
        return
    for index in range(count):
        shape = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(shape) == raw.FPDF_PAGEOBJ_PATH:
            yield from _rules_of(shape, frame)


def _rules_of(shape: raw.FPDF_PAGEOBJECT, frame: _Frame) -> Iterator[Box]:
    bounds = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(shape, *bounds):
        return
    left, bottom, right, top = (bound.value for bound in bounds)
    if _is_rule(left, bottom, right, top):
        yield frame.box(left, bottom, right, top)
    elif _is_stroked(shape):
        points = list(_points(shape))
        for (x0, y0, _), (x1, y1, drawn) in pairwise(points):
            edge = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
            if drawn and _is_rule(*edge):
                yield frame.box(*edge)


def _is_rule(left: float, bottom: float, right: float, top: float) -> bool:
    width, height = right - left, top - bottom
    return min(width, height) <= _THIN and _LEAST_LENGTH <= max(width, height) < math.inf


def _is_stroked(shape: raw.FPDF_PAGEOBJECT) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(shape, fill, stroke)) and bool(stroke.value)


def _points(shape: raw.FPDF_PAGEOBJECT) -> Iterator[tuple[float, float, bool]]:
    """The points of a path on the page, and whether a straight line leads to each."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(shape, matrix)
    start: tuple[float, float] | None = None
    for index in range(min(raw.FPDFPath_CountSegments(shape), _MAX_SEGMENTS)):
        segment = raw.FPDFPath_GetPathSegment(shape, index)
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        yield *point, kind == raw.FPDF_SEGMENT_LINETO
        if start and raw.FPDFPathSegment_GetClose(segment):
            yield *start, True
