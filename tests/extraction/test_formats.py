import io
import struct
import zipfile

import olefile
import pytest

from extraction.errors import (
    BrokenFileError,
    EmptyFileError,
    EncryptedFileError,
    UnreadableFileError,
    UnsupportedFormatError,
)
from extraction.formats import Format, detect, extension

TEXT = "青禾县档案馆工作总结：接收档案1.2万卷。"


def zip_of(**members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as container:
        for name, content in members.items():
            container.writestr(name, content)
    return target.getvalue()


def docx() -> bytes:
    return zip_of(**{"[Content_Types].xml": "", "word/document.xml": ""})


def compound_of(stream: str, content: bytes = b"") -> bytes:
    """A compound file of three sectors: the allocation table, the directory, one stream."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    content = content.ljust(4096, b"\0")
    header = olefile.MAGIC + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    chain = [table, end, *range(3, 10), end]
    sectors = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    directory = _entry("Root Entry", 5, end, 0, child=1) + _entry(stream, 2, 2, len(content))
    return header + sectors + directory.ljust(512, b"\0") + content


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
    return head + links + bytes(36) + struct.pack("<IQ", start, size)


WORD = compound_of("WordDocument", struct.pack("<5HH", 0xA5EC, 0xC1, 0, 0, 0, 0))
LOCKED_WORD = compound_of("WordDocument", struct.pack("<5HH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100))


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (TEXT.encode(), "a.txt", Format.TXT),
        (TEXT.encode(), "", Format.TXT),
        (TEXT.encode("gbk"), "总结", Format.TXT),
        (TEXT.encode("utf-16-le"), "a.txt", Format.TXT),
        (TEXT.encode(), "a.doc", Format.TXT),
        (TEXT.encode(), "a.md", Format.MD),
        (b"# 1\n<div>2</div>", "a.MARKDOWN", Format.MD),
        (b"<div>1</div>", "a.md", Format.MD),
        (TEXT.encode(), "a.htm", Format.HTML),
        (b"\n<!DOCTYPE html><html></html>", "a.txt", Format.HTML),
        (b'<html xmlns:o="urn:x"><body>1', "a.doc", Format.HTML),
        ("<html><p>总结".encode("utf-16"), "a.doc", Format.HTML),
        (b'<?xml version="1.0"?><html xmlns="x">1</html>', "a", Format.HTML),
        (b"<!-- c --><TABLE><tr><td>1", "a.doc", Format.HTML),
        ("<总结>一、工作".encode(), "a.txt", Format.TXT),
        (b"{\\rtf1 x}", "a.doc", Format.RTF),
        (b"%PDF-1.7 x", "a.pdf", Format.PDF),
        (b"junk\0" * 100 + b"%PDF-1.4", "a.txt", Format.PDF),
        (docx(), "a.doc", Format.DOCX),
        (docx(), "a.pdf", Format.DOCX),
        (zip_of(**{"OFD.xml": ""}), "a.zip", Format.OFD),
        (
            zip_of(**{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}),
            "a",
            Format.ODT,
        ),
        (zip_of(**{"content.xml": ""}), "a", Format.ODT),
        (WORD, "a.doc", Format.DOC),
        (WORD, "a.txt", Format.DOC),
        (WORD, "a.WPS", Format.WPS),
        (compound_of("CONTENTS"), "a.wps", Format.WPS),
    ],
)
def test_formats(data: bytes, name: str, expected: Format) -> None:
    assert detect(data, name) is expected


@pytest.mark.parametrize(
    "data",
    [
        zip_of(**{"[Content_Types].xml": "", "xl/workbook.xml": ""}),
        zip_of(**{"[Content_Types].xml": "", "ppt/presentation.xml": ""}),
        zip_of(**{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}),
        zip_of(a="b"),
        compound_of("Workbook"),
        compound_of("PowerPoint Document"),
        compound_of("Thumbs"),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\x06\0\0\0" + bytes(range(256)),
        b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(255, 0, -1)) * 4,
        b"\x7fELF\2\1\1" + b"\0" * 60,
        b"MZ\x90\0\3\0\0\0" + b"\0" * 60,
        b"\x1f\x8b\x08" + bytes(range(128, 256)) * 4,
        b"some text" + b"\0" * 300,
        b"<svg xmlns='x'></svg>",
        b"<?xml version='1.0'?><w:wordDocument/>",
        b"%!PS-Adobe-3.0\n",
        b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.doc", "a.pdf", "x"])
def test_what_cannot_be_read(data: bytes, name: str) -> None:
    with pytest.raises(
        UnsupportedFormatError, match=r"txt、md、html、docx、doc、wps、pdf、ofd、rtf"
    ):
        detect(data, name)


@pytest.mark.parametrize("data", [b"", b"  \n", "\ufeff \u3000\n".encode(), b"\xff\xfe"])
def test_nothing_to_read(data: bytes) -> None:
    with pytest.raises(EmptyFileError):
        detect(data, "a.txt")


@pytest.mark.parametrize(
    ("data", "name"),
    [(compound_of("EncryptedPackage"), "a.docx"), (LOCKED_WORD, "a.doc"), (LOCKED_WORD, "a.wps")],
)
def test_locked_files(data: bytes, name: str) -> None:
    with pytest.raises(EncryptedFileError):
        detect(data, name)


@pytest.mark.parametrize(
    "data", [docx()[:60], b"PK\x03\x04", olefile.MAGIC, olefile.MAGIC + b"\xff" * 3000]
)
def test_broken_containers(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        detect(data, "a.docx")


@pytest.mark.parametrize("whole", [WORD, LOCKED_WORD, docx(), zip_of(mimetype="x")])
def test_damage_never_raises_anything_but_our_errors(whole: bytes) -> None:
    step = max(1, len(whole) // 150)
    for position in range(8, len(whole), step):
        damaged = whole[:position] + b"\xfe" + whole[position + 1 :]
        for data in (damaged, whole[:position]):
            try:
                detect(data, "a.doc")
            except UnreadableFileError:
                continue


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("总结.DOCX", "docx"),
        ("a.b.txt", "txt"),
        ("../../etc/passwd", ""),
        ("a", ""),
        ("", ""),
        (".md", "md"),
        ("a.文档", ""),
        ("a.t\0", ""),
        ("a.txt\n", ""),
        ("a." + "x" * 99, ""),
    ],
)
def test_extensions(name: str, expected: str) -> None:
    assert extension(name) == expected
