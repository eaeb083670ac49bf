"""Telling the formats of files apart: by what is in them, by their name only as a last resort.

Files named .doc that are really RTF, HTML or .docx are everyday fare.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from enum import StrEnum

import olefile

from extraction.errors import (
    BrokenFileError,
    EmptyFileError,
    EncryptedFileError,
    UnsupportedFormatError,
)
from extraction.plain_text import decode, is_clear


class Format(StrEnum):
    """A format that can be read."""

    TXT = "txt"
    MD = "md"
    HTML = "html"
    DOCX = "docx"
    DOC = "doc"
    WPS = "wps"
    PDF = "pdf"
    OFD = "ofd"
    RTF = "rtf"
    ODT = "odt"


_UNSUPPORTED = f"不支持这种文件格式，能读取的有：{'、'.join(Format)}。"
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_RTF_MAGIC = b"{\\rtf"
_PDF_MAGIC = b"%PDF-"
_PDF_MAGIC_WITHIN = 1024  # what PDF readers allow before it
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})\Z")
_TEXT_EXTENSIONS = {
    "md": Format.MD,
    "markdown": Format.MD,
    "html": Format.HTML,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
}
_BEGINNING = 4096
_HTML = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|title|meta|div|p|table|h[1-6])(?=[\s>/])", re.IGNORECASE
)
_OTHER_TEXT_FORMATS = re.compile(r"<\?xml|<svg|%!PS|MIME-Version:", re.IGNORECASE)
_ODF_TEXT = b"application/vnd.oasis.opendocument.text"
_OLE_OTHERS = ("Workbook", "Book", "PowerPoint Document", "VisioDocument")
_FIB_FLAGS_AT, _FIB_ENCRYPTED = 10, 0x0100  # [MS-DOC] 2.5.2 FibBase, fEncrypted


def extension(name: str) -> str:
    """The extension of a file's name in lower case without its dot, "" if there is none."""
    match = _EXTENSION.search(name)
    return match.group(1).lower() if match else ""


def detect(data: bytes, name: str) -> Format:
    """The format of a file.

    Raises:
        EmptyFileError: if there is nothing in the file.
        UnsupportedFormatError: if it is of no format that can be read.
        EncryptedFileError: if it is an Office file that is locked with a password.
        BrokenFileError: if it is a container that cannot be opened.
    """
    if not data.strip():
        raise EmptyFileError
    if data.startswith(olefile.MAGIC):
        return _compound_format(data, extension(name))
    if data.startswith(_ZIP_MAGIC):
        return _zip_format(data)
    if data.lstrip()[: len(_RTF_MAGIC)] == _RTF_MAGIC:
        return Format.RTF
    if _PDF_MAGIC in data[:_PDF_MAGIC_WITHIN]:
        return Format.PDF
    return _text_format(data, extension(name))


def _zip_format(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            names = container.namelist()
            mimetype = _mimetype(container)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise BrokenFileError from error
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return Format.DOCX
    if "OFD.xml" in names:
        return Format.OFD
    if "content.xml" in names and (not mimetype or mimetype.startswith(_ODF_TEXT)):
        return Format.ODT
    raise UnsupportedFormatError(_UNSUPPORTED)


def _mimetype(container: zipfile.ZipFile) -> bytes:
    """What an OpenDocument container says it is; stored, by its standard, never compressed."""
    stored = [
        member
        for member in container.infolist()
        if member.filename == "mimetype"
        and member.compress_type == zipfile.ZIP_STORED
        and not member.flag_bits & 1
    ]
    if not stored:
        return b""
    with container.open(stored[0]) as member:
        return member.read(100)


def _compound_format(data: bytes, ending: str) -> Format:
    """The format of an OLE compound file: Word 97-2003, WPS, or something locked or foreign."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            if container.exists("EncryptedPackage"):
                raise EncryptedFileError
            is_word = container.exists("WordDocument")
            is_other = any(container.exists(stream) for stream in _OLE_OTHERS)
            if is_word:
                _refuse_encrypted(container.openstream("WordDocument").read(_FIB_FLAGS_AT + 2))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        raise BrokenFileError from error
    if ending == Format.WPS and not is_other:
        return Format.WPS
    if is_word:
        return Format.DOC
    raise UnsupportedFormatError(_UNSUPPORTED)


def _refuse_encrypted(head: bytes) -> None:
    if int.from_bytes(head[_FIB_FLAGS_AT:], "little") & _FIB_ENCRYPTED:
        raise EncryptedFileError


def _text_format(data: bytes, ending: str) -> Format:
    text = decode(data).text
    if not text.strip():
        raise EmptyFileError
    if not is_clear(text):
        raise UnsupportedFormatError(_UNSUPPORTED)
    beginning = text[:_BEGINNING].lstrip()
    if _looks_like_html(beginning, ending):
        return Format.HTML
    if _OTHER_TEXT_FORMATS.match(beginning):
        raise UnsupportedFormatError(_UNSUPPORTED)
    return _TEXT_EXTENSIONS.get(ending, Format.TXT)


def _looks_like_html(beginning: str, ending: str) -> bool:
    """Whether a tag of HTML opens the text; in Markdown that would be no more than a detail."""
    if ending in ("md", "markdown") or not beginning.startswith("<"):
        return False
    return _HTML.search(beginning) is not None
