"""A report gets the same answer from a file of any format as from its plain text.

The files and how they were made: tests/files/README.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opencc import OpenCC

from extraction.document import ExtractedDocument
from extraction.errors import (
    EmptyFileError,
    EncryptedFileError,
    NoTextLayerError,
    UnreadableFileError,
)
from extraction.extracting import Extractor
from extraction.office import find_soffice
from models.tagger import TransformerTagger
from report.domain import RhetoricalRole, Span
from report.judging import SentText
from report.summarising import summarise
from report.summary import KeyPoint, Summary, SummaryOptions
from tests.files.report import COMMENT, DELETED, FOOTNOTE, HEADER, NOTED, REPORT, plain_text

FILES = Path(__file__).parent / "files"
PLAIN = plain_text().split("\n")
HEADINGS = [f"{line.number}{line.text}" for line in REPORT if line.kind.endswith("heading")]
PAGE_NUMBER = re.compile(r"第\s*\d+\s*页")
MOST_BYTES = 150_000


# What a format cannot say: the lines of the plain text as it has them, None for one it has not.


def all_of_it() -> list[str | None]:
    return list(PLAIN)


def in_traditional() -> list[str | None]:
    """Big5 has no Simplified characters."""
    convert = OpenCC("s2tw").convert
    return [convert(line) for line in PLAIN]


def with_digits_only() -> list[str | None]:
    """LibreOffice writes all automatic numbers into HTML as <ol>: 一、 and （一） become 1."""
    digits = {
        mark: f"{i}."
        for i, sign in enumerate("一二三四", 1)
        for mark in (f"{sign}、", f"（{sign}）")
    }
    return [digits.get(line.number, line.number) + line.text for line in REPORT]


def with_note_mark() -> list[str | None]:
    """On a page the mark of a footnote is a small number, as that of m² is."""
    return [line.replace(NOTED, f"{NOTED}1") for line in PLAIN]


def without_table() -> list[str | None]:
    """The pages in two columns were made without the table."""
    return [None if line.kind == "row" else line.number + line.text for line in REPORT]


@dataclass(frozen=True)
class Case:
    """A file and what sets it apart from the plain text.

    Attributes:
        name: the file.
        lines: the lines of the plain text as this file has them.
        more: lines that it has besides.
        outline: the headings that it marks as such, by their lines in the plain text.
        encoding: as in ``ExtractedDocument``.
        encoding_guessed: as in ``ExtractedDocument``.
    """

    name: str
    lines: Callable[[], list[str | None]] = all_of_it
    more: tuple[str, ...] = ()
    outline: tuple[str, ...] = ()
    encoding: str = ""
    encoding_guessed: bool = False

    @property
    def data(self) -> bytes:
        return (FILES / self.name).read_bytes()

    @property
    def needs_libreoffice(self) -> bool:
        return self.name.endswith((".doc", ".wps"))


MARKED = tuple(HEADINGS)
CASES = [
    Case("report.docx", outline=MARKED),
    Case("report.doc", outline=MARKED),
    Case("report.wps", outline=MARKED),
    Case("report.odt", outline=MARKED),
    Case("report.rtf", outline=MARKED),
    Case("report.html", with_digits_only, outline=MARKED, encoding="utf-8"),
    # The footnote stands at the end of its page, and there it is read.
    Case("report.pdf", with_note_mark, more=(f"1{FOOTNOTE}",), outline=MARKED),
    Case("report-columns.pdf", without_table, outline=MARKED),
    Case("report.ofd"),
    Case("report.md", outline=(PLAIN[0], *MARKED), encoding="utf-8"),
    Case("report.txt", encoding="utf-8"),
    Case("report-bom.txt", encoding="utf-8"),
    Case("report-utf16.txt", encoding="utf-16-le"),
    Case("report-gb18030.txt", encoding="gb18030", encoding_guessed=True),
    Case("report-big5.txt", in_traditional, encoding="cp950", encoding_guessed=True),
]
SAME_TEXT = [case for case in CASES if case.lines is all_of_it]


@dataclass(frozen=True)
class Answer:
    """A file's text and its summary; its lines are known by their numbers in the plain text.

    ``lines`` are those that it should have.
    """

    lines: list[str | None]
    document: ExtractedDocument
    summary: Summary

    @property
    def text(self) -> str:
        return self.document.text

    def line_of(self, span: Span) -> int:
        """The line that a span begins in; -1 if the plain text has no such line."""
        start = self.text.rfind("\n", 0, span.start) + 1
        line = self.text[start:].partition("\n")[0].strip()
        return self.lines.index(line) if line in self.lines else -1

    def roles(self) -> dict[int, list[RhetoricalRole]]:
        """The roles of the sentences of each line, in their order."""
        roles = defaultdict(list)
        for sentence in self.summary.sentences or ():
            roles[self.line_of(sentence.span)].append(sentence.role)
        return roles

    def headings(self) -> dict[int, list[list[str]]]:
        """The headings above the sentences of each line, in the words of the plain text."""
        headings = defaultdict(list)
        for sentence in self.summary.sentences or ():
            above = [self.in_plain_words(heading) for heading in sentence.headings]
            headings[self.line_of(sentence.span)].append(above)
        return headings

    def in_plain_words(self, heading: str) -> str:
        """A heading, a line or the beginning of one, as the plain text has it."""
        for line, plain in zip(self.lines, PLAIN, strict=True):
            if plain.startswith(heading):
                return heading
            if line is not None and line.startswith(heading):
                return plain[: len(plain) - len(line) + len(heading)]
        raise AssertionError(heading)

    def points(self) -> list[KeyPoint]:
        """The key points of the three sections."""
        sections = self.summary.sections
        return [
            *sections.achievements.points,
            *sections.problems.points,
            *sections.plans.points,
        ]


Reading = Callable[[Case], Answer]


@pytest.fixture(scope="module")
def read(tagger: TransformerTagger) -> Reading:
    """Reads and summarises a file, each only once."""
    extractor = Extractor()
    answers: dict[str, Answer] = {}

    def answer(case: Case) -> Answer:
        if case.needs_libreoffice and find_soffice() is None:
            pytest.skip(f"LibreOffice is not installed: {case.name} is not read")
        if case.name not in answers:
            document = extractor.extract(case.data, case.name)
            sent = SentText(document.text, "", document.outline)
            summary = summarise(sent, SummaryOptions(include_sentences=True), tagger)
            answers[case.name] = Answer(case.lines(), document, summary)
        return answers[case.name]

    return answer


def of_plain_text(read: Reading) -> Answer:
    return read(next(case for case in CASES if case.name == "report.txt"))


def each(cases: list[Case]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


@each(CASES)
def test_text_line_by_line(case: Case, read: Reading) -> None:
    lines = [line for line in read(case).text.splitlines() if line.strip()]
    assert [line for line in lines if line not in case.more] == [
        line for line in case.lines() if line is not None
    ]
    assert len(lines) == len(set(lines))
    assert set(case.more) <= set(lines)


@each(CASES)
def test_outline_and_encoding(case: Case, read: Reading) -> None:
    answer = read(case)
    found = answer.document.outline
    assert [answer.in_plain_words(item.span.quote(answer.text)) for item in found] == list(
        case.outline
    )
    if found:
        levels = [1 + ("（" in line) for line in MARKED]
        assert [item.level - found[-1].level + 1 for item in found][-len(MARKED) :] == levels
    document = answer.document
    assert (document.encoding, document.encoding_guessed) == (case.encoding, case.encoding_guessed)


@each(CASES)
def test_nothing_from_beside_the_text(case: Case, read: Reading) -> None:
    text = read(case).text
    for words in (HEADER, COMMENT, DELETED):
        assert words not in text
    assert PAGE_NUMBER.search(text) is None
    assert (FOOTNOTE in text) == any(FOOTNOTE in line for line in case.more)


@each(CASES)
def test_roles(case: Case, read: Reading) -> None:
    roles, expected = read(case).roles(), of_plain_text(read).roles()
    for number, line in enumerate(case.lines()):
        if line is not None:
            assert roles[number] == expected[number], line


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_headings_above(case: Case, read: Reading) -> None:
    headings, expected = read(case).headings(), of_plain_text(read).headings()
    for number, line in enumerate(case.lines()):
        if line is not None:
            assert headings[number] == expected[number], line


def said(point: KeyPoint) -> tuple[object, ...]:
    """A key point but for its place, which other line ends shift."""
    figures = [(figure.text, figure.value, figure.indicator) for figure in point.figures]
    return point.quote, point.text, point.confidence, figures


@each(SAME_TEXT)
def test_key_points_and_summaries(case: Case, read: Reading) -> None:
    answer, expected = read(case), of_plain_text(read)
    assert [said(point) for point in answer.points()] == [
        said(point) for point in expected.points()
    ]
    for name in ("achievements", "problems", "plans"):
        section, other = (getattr(each.summary.sections, name) for each in (answer, expected))
        assert section.summary == other.summary


@each(CASES)
def test_quotes_are_the_spans_of_the_text(case: Case, read: Reading) -> None:
    answer = read(case)
    points = answer.points()
    assert points
    for point in points:
        assert point.span.quote(answer.text) == point.quote
        assert answer.line_of(point.span) >= 0
    spans = [sentence.span for sentence in answer.summary.sentences or ()]
    quoted = "".join(span.quote(answer.text) for span in spans)
    assert "".join(quoted.split()) == "".join(answer.text.split())


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("scan.pdf", NoTextLayerError),
        ("encrypted.pdf", EncryptedFileError),
        ("encrypted.docx", EncryptedFileError),
        ("empty.docx", EmptyFileError),
    ],
)
def test_files_that_have_no_text(name: str, error: type[UnreadableFileError]) -> None:
    with pytest.raises(error):
        Extractor().extract((FILES / name).read_bytes(), name)


def test_the_files_are_those_of_this_report_and_small() -> None:
    assert (FILES / "report.txt").read_text(encoding="utf-8") == plain_text()
    assert all(path.stat().st_size < MOST_BYTES for path in FILES.iterdir() if path.is_file())
