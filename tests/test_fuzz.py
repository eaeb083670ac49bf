"""The fuzzers at work, on few texts and files; and that they see what is wrong."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import fuzz_files, fuzz_texts
from benchmarks.file_seeds import OFFICE_FORMATS, seeds
from benchmarks.fuzz_files import Outcome, document_faults, file_of, read_in_fork
from benchmarks.fuzz_texts import Case, case_of, fault_of, faults, fuzz, minimised
from benchmarks.fuzzing import MemoryWatch, Share
from benchmarks.text_mutations import long_text
from extraction.document import ExtractedDocument
from extraction.extracting import Extractor
from extraction.formats import Format, detect
from extraction.limits import ExtractionLimits
from report.domain import Heading, Report, RhetoricalRole, Span
from report.judging import SentText
from report.summarising import summarise
from report.summary import NumberAudit, RoleCount, Summary, SummaryOptions
from report.tagging import Tagging
from tests.conftest import CueTagger

ROOT = Path(__file__).parent.parent
TEXT = "一、工作\n完成投资5亿元，增长3%。\n二、问题\n人手不足。"
OPTIONS = SummaryOptions(include_sentences=True)
LIMITS = ExtractionLimits()


def test_texts(cue_tagger: CueTagger, capsys: pytest.CaptureFixture[str]) -> None:
    findings = fuzz(Share(150, seed=2), cue_tagger, may_be_long=False)

    assert findings == [], capsys.readouterr().out


def test_a_long_text(cue_tagger: CueTagger) -> None:
    text = long_text(random.Random(5), longest=20_000)
    case = replace(case_of(1, 1), text=text)

    assert len(text) == 20_000
    assert len(case_of(1, 0).text) >= 20_000
    assert fault_of(case, cue_tagger) is None


def test_files() -> None:
    command = [
        sys.executable,
        "-m",
        "benchmarks.fuzz_files",
        "--count",
        "30",
        "--office-count",
        "1",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    lines = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line}
    for form in set(Format) - OFFICE_FORMATS:
        assert sum(map(int, lines[form][:-2])) == 30


def test_a_seed_makes_the_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert case_of(1, 7) == case_of(1, 7) != case_of(2, 7)
    first = [file_of(Format.DOCX, 1, number) for number in range(12)]
    monkeypatch.setattr(time, "time", lambda: 1e9)
    assert [file_of(Format.DOCX, 1, number) for number in range(12)] == first
    assert file_of(Format.DOCX, 2, 7) != first[7]


@pytest.mark.parametrize("form", sorted(set(Format) - OFFICE_FORMATS))
def test_the_files_that_are_damaged_are_sound(form: Format, tmp_path: Path) -> None:
    for data in seeds(form):
        assert detect(data, f"a.{form}") is form
        assert read_in_fork(data, f"a.{form}", tmp_path).kind == "document"


class BrokenTagger(CueTagger):
    def tag(self, report: Report) -> Tagging:
        if "5" in report.text:
            raise KeyError("5")
        return super().tag(report)


def test_an_exception_is_found_and_its_text_minimised(
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = replace(case_of(1, 1), text=TEXT)
    fault = fault_of(case, BrokenTagger())
    smallest = minimised(case, lambda candidate: fault_of(candidate, BrokenTagger()) == fault)

    assert fault is not None
    assert fault.startswith("KeyError in test_fuzz.py")
    assert len(smallest.text) == 2
    assert "5" in smallest.text
    assert not smallest.titled
    findings = fuzz(Share(40, seed=1), BrokenTagger(), may_be_long=False)
    assert {finding.fault for finding in findings} == {fault}
    assert "KeyError" in capsys.readouterr().out


class SlowTagger(CueTagger):
    def tag(self, report: Report) -> Tagging:
        end = time.process_time() + 5
        while time.process_time() < end:
            pass
        return super().tag(report)


def test_what_takes_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_texts, "_SECONDS", 0.1)
    case = Case(TEXT, OPTIONS, titled=False, outlined=False)

    assert fault_of(case, SlowTagger()) == "takes too long"


def _with(answer: Summary, **changes: object) -> Summary:
    section = replace(answer.sections.achievements, **changes)
    return replace(answer, sections=replace(answer.sections, achievements=section))


def _with_points(summary: Summary, times: int = 1, **changes: object) -> Summary:
    (point,) = summary.sections.achievements.points
    return _with(summary, points=(replace(point, **changes),) * times)


def _without(summary: Summary, index: int) -> Summary:
    sentences = list(summary.sentences or ())
    del sentences[index]
    return replace(summary, sentences=tuple(sentences))


def _turned(summary: Summary) -> Summary:
    return replace(summary, sentences=(summary.sentences or ())[::-1])


def _stretched(summary: Summary) -> Summary:
    *others, last = summary.sentences or ()
    longer = replace(last, span=Span(last.span.start, len(TEXT) + 1))
    return replace(summary, sentences=(*others, longer))


def _with_count(summary: Summary, characters: int, sentences: int) -> Summary:
    counts = dict(summary.coverage.by_role)
    counts[RhetoricalRole.PLAN] = RoleCount(characters, sentences)
    return replace(summary, coverage=replace(summary.coverage, by_role=counts))


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("achievement: a quote that is not its span", lambda it: _with_points(it, quote="别的")),
        ("achievement: a quote that is not its span", lambda it: _with_points(it, span=Span(0, 2))),
        (
            "achievement: a source beyond the text's end",
            lambda it: _with(it, sources=[Span(3, 99)]),
        ),
        ("achievement: absent, but not empty", lambda it: _with(it, sentence_count=0)),
        ("achievement: too many key points", lambda it: _with_points(it, times=6)),
        ("achievement: the summary is too long", lambda it: _with(it, summary="长" * 201)),
        ("achievement: a summary without sources", lambda it: _with(it, sources=())),
        ("visible characters between the sentences", lambda it: _without(it, 1)),
        ("visible characters behind the sentences", lambda it: _without(it, -1)),
        ("sentences in disorder or overlapping", _turned),
        ("sentences beyond the text's end", _stretched),
        (
            "numbers that are not in the source",
            lambda it: replace(it, number_audit=NumberAudit(2, 1, 0)),
        ),
        ("coverage: the characters of the roles do not add up", lambda it: _with_count(it, 99, 1)),
        ("coverage: the sentences of the roles do not add up", lambda it: _with_count(it, 4, 9)),
        ("no sentences", lambda it: replace(it, sentences=None)),
    ],
)
def test_what_is_wrong_with_an_answer_is_found(
    fault: str, change: Callable[[Summary], Summary], cue_tagger: CueTagger
) -> None:
    summary = summarise(SentText(TEXT), OPTIONS, cue_tagger)

    assert list(faults(TEXT, OPTIONS, summary)) == []
    assert fault in list(faults(TEXT, OPTIONS, change(summary)))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (ExtractedDocument("总结", (Heading(Span(0, 2), 1),)), []),
        (ExtractedDocument("总结", (Heading(Span(0, 3), 1),)), ["a heading beyond the text's end"]),
        (
            ExtractedDocument("总结", (Heading(Span(1, 2), 1), Heading(Span(0, 1), 1))),
            ["headings in disorder"],
        ),
        (ExtractedDocument("总 结", (Heading(Span(1, 2), 1),)), ["a heading without text"]),
        (ExtractedDocument("总结", (Heading(Span(0, 2), 0),)), ["a heading of no level"]),
        (ExtractedDocument("总\0"), ["NUL or surrogates"]),
        (ExtractedDocument("总\ud800"), ["NUL or surrogates"]),
        (ExtractedDocument(" "), ["a document without text"]),
        (ExtractedDocument("总" * 1_000_001), ["a text over the limit"]),
    ],
)
def test_what_is_wrong_with_a_document_is_found(
    document: ExtractedDocument, expected: list[str]
) -> None:
    assert list(document_faults(document, LIMITS)) == expected


def _raise() -> None:
    raise ZeroDivisionError


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGUSR1)


def _spin() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("deed", "fault"),
    [
        (_raise, "ZeroDivisionError in test_fuzz.py"),
        (_crash, "dies of SIGUSR1"),
        (_spin, "takes too long"),
    ],
)
def test_a_reader_that_breaks_down_is_found(
    deed: Callable[[], None], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz_files, "answer", lambda order, data: deed())
    monkeypatch.setattr(fuzz_files, "_LIMITS", ExtractionLimits(seconds=1))
    outcome = read_in_fork(b"x", "a.txt", tmp_path)

    assert outcome.fault is not None
    assert outcome.fault.startswith(fault)


def test_a_file_left_behind_is_found(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()

    assert fuzz_files._left_in(tmp_path) == "leaves lock behind"
    assert fuzz_files._left_in(tmp_path) is None


def test_an_extractor_that_disagrees_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Extractor, "extract", lambda self, data, name: ExtractedDocument("总结"))

    assert fuzz_files.extractor_fault(b"x", "a.txt", Outcome("document")) is None
    assert fuzz_files.extractor_fault(b"x", "a.txt", Outcome("EmptyFileError")) is not None


@pytest.mark.parametrize(
    ("readings", "grew"), [([400.0, 440.0], False), ([400.0, 451.0], True), ([60.0, 92.0], False)]
)
def test_growth_of_memory_is_found(readings: list[float], grew: bool) -> None:
    assert MemoryWatch(readings).grew is grew


def test_shares_are_all_of_a_run() -> None:
    shares = [Share(25, 1, first, 3) for first in range(3)]

    assert sorted(number for share in shares for number in share.numbers) == list(range(25))
    for share in shares:
        assert sum(map(share.ends_first_tenth, share.numbers)) == 1
