"""Which reader reads which format."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

from extraction.document import ExtractedDocument
from extraction.errors import EmptyFileError, FileTooLargeError
from extraction.formats import Format, detect
from extraction.limits import ExtractionLimits

_Reader: TypeAlias = Callable[[bytes, ExtractionLimits], ExtractedDocument]
_Converter: TypeAlias = Callable[[bytes, str, Path, ExtractionLimits], bytes]

# Module and function, imported on use: every file is read in a fresh process, and a text file
# should not wait for the PDF library.
_READERS = {
    Format.TXT: ("extraction.plain_text", "read_plain_text"),
    Format.MD: ("extraction.markdown", "read_markdown"),
    Format.HTML: ("extraction.html", "read_html"),
    Format.DOCX: ("extraction.docx", "read_docx"),
    Format.PDF: ("extraction.pdf", "read_pdf"),
    Format.OFD: ("extraction.ofd", "read_ofd"),
    Format.RTF: ("extraction.rtf", "read_rtf"),
    Format.ODT: ("extraction.odt", "read_odt"),
}
_CONVERTED = frozenset({Format.DOC, Format.WPS})
_CONVERTER = ("extraction.office", "convert_to_docx")
# What cannot be written as UTF-8, or ends strings elsewhere.
_NO_CHARACTERS = re.compile("[\0\ud800-\udfff]")


def read(data: bytes, name: str, limits: ExtractionLimits, folder: Path) -> ExtractedDocument:
    """The document that is in a file.

    Args:
        data: the file.
        name: what it is called; only its extension counts, and only where ``data`` leaves a
            doubt.
        limits: what reading it may take.
        folder: an empty folder for temporary files.

    Raises:
        UnreadableFileError: if it cannot be read; the subclass says why.
    """
    found = detect(data, name)
    if found in _CONVERTED:
        convert = cast(_Converter, _function(*_CONVERTER))
        data, found = convert(data, f"file.{found}", folder, limits), Format.DOCX
    reader = cast(_Reader, _function(*_READERS[found]))
    document = reader(data, limits)
    if len(document.text) > limits.characters:
        raise FileTooLargeError("characters", limits.characters)
    if not document.text.strip():
        raise EmptyFileError
    return replace(document, text=_NO_CHARACTERS.sub("\ufffd", document.text))


def _function(module: str, name: str) -> object:
    return getattr(import_module(module), name)
