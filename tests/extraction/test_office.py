import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import olefile
import pytest

from extraction import office
from extraction.errors import (
    BrokenFileError,
    ConverterMissingError,
    EncryptedFileError,
    ExtractionTimeoutError,
    FileTooLargeError,
)
from extraction.limits import ExtractionLimits
from extraction.office import convert_to_docx, find_soffice
from tests.extraction.test_odt import BODY, converted, flat

LIMITS = ExtractionLimits(seconds=120)
FLAGS_AT = 0x0B  # the higher byte of the flags


def word_file(body: str = BODY) -> bytes:
    return converted(flat(body), "fodt", "doc")


def document_xml(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as container:
        return container.read("word/document.xml").decode()


def with_flag(data: bytes, flag: int) -> bytes:
    """A Word file with a bit of the FIB's flags set."""
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        head = container.openstream("WordDocument").read(32)
    at = data.index(head) + FLAGS_AT
    return data[:at] + bytes([data[at] | flag]) + data[at + 1 :]


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A web server at a port of this machine, and what it is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - the names of http.server

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("name", ["doc", "wps", "file.doc"])
def test_word_and_kingsoft_files(name: str, tmp_path: Path) -> None:
    text = document_xml(convert_to_docx(word_file(), name, tmp_path, LIMITS))

    assert "主要工作" in text
    assert "比上年多" in text


def test_nothing_is_fetched(tmp_path: Path) -> None:
    with listening() as (port, asked):
        linked = (
            '<text:p>图<draw:frame svg:width="2cm" svg:height="2cm" text:anchor-type="as-char">'
            f'<draw:image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://127.0.0.1:'
            f'{port}/picture.png"/></draw:frame>片</text:p>'
        )
        data = word_file(linked)
        assert str(port).encode() in data or str(port).encode("utf-16-le") in data
        asked.clear()

        text = document_xml(convert_to_docx(data, "doc", tmp_path, LIMITS))

    assert "片" in text
    assert asked == []


def test_everything_stays_in_the_folder(tmp_path: Path) -> None:
    convert_to_docx(word_file(), "../../../evil", tmp_path, LIMITS)

    assert {path.name for path in tmp_path.iterdir()} >= {"input.doc", "output", "profile"}


def test_protected_by_a_password(tmp_path: Path) -> None:
    with pytest.raises(EncryptedFileError):
        convert_to_docx(with_flag(word_file(), 0x01), "doc", tmp_path, LIMITS)


def test_recommended_read_only_is_no_password(tmp_path: Path) -> None:
    assert convert_to_docx(with_flag(word_file(), 0x04), "doc", tmp_path, LIMITS)


@pytest.mark.parametrize(
    "data", [b"", b"{\\rtf1 a}", b"<html><img src='http://127.0.0.1/'></html>", olefile.MAGIC * 99]
)
def test_what_is_no_word_file_never_gets_to_libreoffice(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "find_soffice", lambda: pytest.fail("asked for"))

    with pytest.raises(BrokenFileError):
        convert_to_docx(data, "doc", tmp_path, LIMITS)


def test_damaged_file(tmp_path: Path) -> None:
    data = word_file()

    with pytest.raises(BrokenFileError):
        convert_to_docx(data[:512] + bytes(len(data) - 512), "doc", tmp_path, LIMITS)


def command(folder: Path, script: str) -> str:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = word_file()
    monkeypatch.setattr(office, "_COMMANDS", ("no-such-command",))

    assert find_soffice() is None
    with pytest.raises(ConverterMissingError, match=r"\.wps "):
        convert_to_docx(data, "总结.wps", tmp_path, LIMITS)


@pytest.mark.parametrize(
    ("script", "limits", "error"),
    [
        ("exit 0", LIMITS, BrokenFileError),
        ("exit 77", LIMITS, BrokenFileError),
        ("mkdir output; : > output/input.docx", LIMITS, BrokenFileError),
        (
            "mkdir output; echo long > output/input.docx",
            ExtractionLimits(inflated_bytes=3),
            FileTooLargeError,
        ),
        ("exec sleep 60", ExtractionLimits(seconds=0.2), ExtractionTimeoutError),
    ],
)
def test_libreoffice_that_fails(
    script: str,
    limits: ExtractionLimits,
    error: type[Exception],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = word_file()
    monkeypatch.setattr(office, "_COMMANDS", (command(tmp_path, script),))

    with pytest.raises(error):
        convert_to_docx(data, "doc", tmp_path, limits)


def test_one_that_does_not_terminate_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = word_file()
    stubborn = "trap '' TERM; echo $$ > pid; while :; do sleep 0.1; done"
    monkeypatch.setattr(office, "_COMMANDS", (command(tmp_path, stubborn),))
    monkeypatch.setattr(office, "_SECONDS_TO_TERMINATE", 0.2)

    with pytest.raises(ExtractionTimeoutError):
        convert_to_docx(data, "doc", tmp_path, ExtractionLimits(seconds=0.5))

    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()


def test_libreoffice_itself_does_not_outlive_its_time(tmp_path: Path) -> None:
    data = word_file()

    with pytest.raises(ExtractionTimeoutError):
        convert_to_docx(data, "doc", tmp_path, ExtractionLimits(seconds=0.3))

    marker = str(tmp_path).encode()
    commands = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            commands.append(path.read_bytes())
        except OSError:
            continue
    assert not [line for line in commands if marker in line]
