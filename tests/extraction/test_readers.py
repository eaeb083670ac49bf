from pathlib import Path

import pytest

from extraction.document import ExtractedDocument
from extraction.errors import EmptyFileError, FileTooLargeError, UnsupportedFormatError
from extraction.limits import ExtractionLimits
from extraction.readers import read

LIMITS = ExtractionLimits()


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        ("一、总结\r\n完成".encode(), "a.txt", "一、总结\r\n完成"),
        ("# 总结\n**完成**".encode(), "a.md", "总结\n完成"),
        ("<html><h1>总结</h1><p>完成".encode(), "a.doc", "总结\n完成"),
        (rb"{\rtf1\ansi\ansicpg936 \'d7\'dc\'bd\'e1}", "a.doc", "总结"),
        (
            "总\0结如下：一、完成情况，二、存在问题".encode(),
            "a",
            "总\ufffd结如下：一、完成情况，二、存在问题",
        ),
        (b"<p>&#xDC00;&#55357;x", "a.html", "\ufffd\ufffdx"),
    ],
)
def test_each_format_has_its_reader(data: bytes, name: str, text: str, tmp_path: Path) -> None:
    assert read(data, name, LIMITS, tmp_path).text == text


@pytest.mark.parametrize(("ending", "called"), [("doc", "file.doc"), ("wps", "file.wps")])
def test_old_office_files_are_converted(
    ending: str, called: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def convert(data: bytes, name: str, folder: Path, limits: ExtractionLimits) -> bytes:
        assert (name, folder, limits) == (called, tmp_path, LIMITS)
        return b"converted " + data

    monkeypatch.setattr("extraction.readers.detect", lambda data, name: name.rpartition(".")[2])
    monkeypatch.setattr("extraction.office.convert_to_docx", convert)
    monkeypatch.setattr("extraction.docx.read_docx", lambda data, limits: _document(data))
    assert read(b"old", f"../x.{ending}", LIMITS, tmp_path).text == "converted old"


def _document(data: bytes) -> object:
    return ExtractedDocument(data.decode())


def test_texts_over_the_limit_are_refused(tmp_path: Path) -> None:
    limits = ExtractionLimits(characters=4)
    assert read("四个汉字".encode(), "a.txt", limits, tmp_path).text == "四个汉字"
    with pytest.raises(FileTooLargeError, match="characters 最多 4"):
        read("五个汉字多".encode(), "a.txt", limits, tmp_path)


def test_a_page_that_shows_nothing_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyFileError):
        read("<html><p hidden>隐</p>".encode(), "a.html", LIMITS, tmp_path)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormatError):
        read(b"MZ" + bytes(200), "a.txt", LIMITS, tmp_path)
