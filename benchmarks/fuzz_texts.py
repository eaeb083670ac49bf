"""Does any text break the answer? ``python -m benchmarks.fuzz_texts --count 20000 --seed 1``.

Damages invented reports at random and puts each through the whole pipeline with the shipped
model; what must hold of every answer is checked. The exit status is 1 if something did not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from types import FrameType

from benchmarks.fuzzing import Finding, MemoryWatch, Share
from benchmarks.text_mutations import long_text, mutated_text
from models.tagger import TransformerTagger, set_threads
from report.domain import Heading, RhetoricalRole, Span, blank_free_length, visible_span
from report.errors import UnusableTextError
from report.judging import SentText
from report.repairs.repairing import RepairCode
from report.summarising import summarise
from report.summary import KeyPoint, Script, Section, Sections, Summary, SummaryOptions
from report.tagging import RoleTagger

_LONG_EVERY = 500
_SECONDS, _SECONDS_A_CHARACTER = 2.0, 0.002
_MINIMISING_SECONDS = 60.0
_SHOWN = 2000
_SHOWN_OF_A_FAULT = 5
_LONGEST_HEADING = 40


@dataclass(frozen=True, slots=True)
class Case:
    """A text and how it is sent.

    Attributes:
        text: the text.
        options: what is asked for.
        titled: whether its first line is sent as its title too.
        outlined: whether its short lines are sent as headings.
    """

    text: str
    options: SummaryOptions
    titled: bool
    outlined: bool

    @property
    def sent(self) -> SentText:
        """The text with what is said about it."""
        return SentText(
            self.text,
            self.text.partition("\n")[0] if self.titled else "",
            tuple(self._headings()) if self.outlined else (),
        )

    @property
    def seconds(self) -> float:
        """How much computing it may take."""
        return _SECONDS + _SECONDS_A_CHARACTER * len(self.text)

    def _headings(self) -> Iterator[Heading]:
        start = 0
        for line in self.text.split("\n"):
            if line.strip() and len(line) <= _LONGEST_HEADING:
                lead = len(line) - len(line.lstrip())
                yield Heading(Span(start + lead, start + len(line.rstrip())), 1 + len(line) % 4)
            start += len(line) + 1

    def __str__(self) -> str:
        text = repr(self.text[:_SHOWN])
        more = f" ... {len(self.text)} characters" if len(self.text) > _SHOWN else ""
        ways = [name for name in ("titled", "outlined") if getattr(self, name)]
        options = self.options
        ways += [f"{options.max_points} points", f"{options.max_summary_chars} characters"]
        ways += [options.script, *(f"without {code}" for code in sorted(options.without))]
        return f"{text}{more} ({', '.join(ways)})"


def case_of(seed: int, number: int, *, may_be_long: bool = True) -> Case:
    """The text with that number of the run with that seed; every 500th is a long one."""
    rng = random.Random(f"{seed} {number}")
    is_long = may_be_long and number % _LONG_EVERY == 0
    text = long_text(rng) if is_long else mutated_text(rng)
    without = rng.sample(list(RepairCode), rng.choice((0, 0, 0, 1, 3, len(RepairCode))))
    options = SummaryOptions(
        max_points=rng.choice((1, 5, 5, 20)),
        max_summary_chars=rng.choice((50, 60, 200, 200, 1000)),
        include_sentences=True,
        script=rng.choice(list(Script)),
        without=frozenset(without),
    )
    return Case(text, options, titled=rng.random() < 0.2, outlined=rng.random() < 0.2)


class _OutOfTimeError(BaseException):
    """The time limit of a text; nothing between here and there may catch it."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise in what runs inside once it has computed for so long, whatever else the machine does.

    It reaches regular expressions too: the matcher looks for signals as it goes.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fault_of(case: Case, tagger: RoleTagger) -> str | None:
    """What is wrong with the answer for a text, ``None`` if nothing is."""
    try:
        with _time_limit(case.seconds):
            summary = summarise(case.sent, case.options, tagger)
    except UnusableTextError:
        return None
    except _OutOfTimeError:
        return "takes too long"
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        return f"{type(error).__name__} {_place_of(error)}"
    return next(faults(case.text, case.options, summary), None)


def _place_of(error: BaseException) -> str:
    """Where in the code an exception arose: the last place in this project's own files."""
    place, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/site-packages/" not in code.co_filename and "/lib/python" not in code.co_filename:
            place = f"in {code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return place


def faults(text: str, options: SummaryOptions, summary: Summary) -> Iterator[str]:
    """What is wrong with an answer, the gravest first."""
    yield from _sentence_faults(text, summary)
    yield from _coverage_faults(text, summary)
    for name, sections in (
        ("", summary.sections),
        *(("a part's ", part.sections) for part in summary.parts),
    ):
        for role, section in _by_role(sections).items():
            for fault in _section_faults(text, options, section):
                yield f"{name}{role}: {fault}"
    yield from _part_faults(text, summary)
    audit = summary.number_audit
    if audit.checked != audit.found:
        yield "numbers that are not in the source"
    if any(count.count < 1 for count in summary.repairs):
        yield "a repair that repaired nothing"


def _by_role(sections: Sections) -> dict[RhetoricalRole, Section]:
    return {
        RhetoricalRole.ACHIEVEMENT: sections.achievements,
        RhetoricalRole.PROBLEM: sections.problems,
        RhetoricalRole.PLAN: sections.plans,
    }


def _sentence_faults(text: str, summary: Summary) -> Iterator[str]:
    sentences = summary.sentences
    if sentences is None:
        yield "no sentences"
        return
    spans = [sentence.span for sentence in sentences]
    yield from _order_faults(spans, len(text), "sentences")
    position = 0
    for span in spans:
        if visible_span(text, position, span.start):
            yield "visible characters between the sentences"
        position = span.end
    if visible_span(text, position, len(text)):
        yield "visible characters behind the sentences"
    if any(not blank_free_length(span.quote(text)) for span in spans):
        yield "a sentence without visible characters"
    if not all(0 <= sentence.confidence <= 1 for sentence in sentences):
        yield "a confidence that is no probability"


def _order_faults(spans: list[Span], length: int, what: str) -> Iterator[str]:
    if any(first.end > second.start for first, second in pairwise(spans)):
        yield f"{what} in disorder or overlapping"
    if any(span.end > length for span in spans):
        yield f"{what} beyond the text's end"


def _coverage_faults(text: str, summary: Summary) -> Iterator[str]:
    coverage = summary.coverage
    counts = coverage.by_role.values()
    if coverage.characters != blank_free_length(text):
        yield "coverage: not as many characters as the text has"
    if coverage.characters != sum(count.characters for count in counts):
        yield "coverage: the characters of the roles do not add up"
    if coverage.sentences != sum(count.sentences for count in counts):
        yield "coverage: the sentences of the roles do not add up"
    if summary.sentences is not None and coverage.sentences != len(summary.sentences):
        yield "coverage: not as many sentences as are listed"
    for role, section in _by_role(summary.sections).items():
        count = coverage.by_role[role]
        if (section.sentence_count, section.character_count) != (count.sentences, count.characters):
            yield f"coverage: {role} is not what its section counts"


def _section_faults(text: str, options: SummaryOptions, section: Section) -> Iterator[str]:
    if not section.present and (section.summary or section.sources or section.points):
        yield "absent, but not empty"
    if any(source.end > len(text) for source in section.sources):
        yield "a source beyond the text's end"
    if section.summary and not section.sources:
        yield "a summary without sources"
    if len(section.points) > options.max_points:
        yield "too many key points"
    # In Simplified characters lengths may change.
    if options.script is Script.ORIGINAL and len(section.summary) > options.max_summary_chars:
        yield "the summary is too long"
    for point in section.points:
        yield from _point_faults(text, point)


def _point_faults(text: str, point: KeyPoint) -> Iterator[str]:
    if point.quote != point.span.quote(text) or not point.quote:
        yield "a quote that is not its span"
    if any(figure.span.end > len(text) for figure in point.figures):
        yield "a figure beyond the text's end"


def _part_faults(text: str, summary: Summary) -> Iterator[str]:
    yield from _order_faults([part.span for part in summary.parts], len(text), "parts")


def minimised(case: Case, is_faulty: Callable[[Case], bool]) -> Case:
    """The smallest case found with the same fault, by leaving out ever smaller stretches.

    After Zeller and Hildebrandt 2002 (delta debugging), for a minute of computing.
    """
    deadline = time.process_time() + _MINIMISING_SECONDS
    case = _sent_more_plainly(case, is_faulty)
    size = len(case.text) // 2
    while size and time.process_time() < deadline:
        start = 0
        while start < len(case.text) and time.process_time() < deadline:
            text = case.text[:start] + case.text[start + size :]
            if is_faulty(candidate := replace(case, text=text)):
                case = candidate
            else:
                start += size
        size //= 2
    return case


def _sent_more_plainly(case: Case, is_faulty: Callable[[Case], bool]) -> Case:
    changes: list[Callable[[Case], Case]] = [
        lambda each: replace(each, titled=False),
        lambda each: replace(each, outlined=False),
        lambda each: replace(each, options=replace(each.options, max_points=5)),
        lambda each: replace(each, options=replace(each.options, max_summary_chars=200)),
        lambda each: replace(each, options=replace(each.options, script=Script.ORIGINAL)),
        *(partial(_with_repair, code=code) for code in sorted(case.options.without)),
    ]
    for change in changes:
        if is_faulty(simpler := change(case)):
            case = simpler
    return case


def _with_repair(case: Case, *, code: RepairCode) -> Case:
    without = case.options.without - {code}
    return replace(case, options=replace(case.options, without=without))


def fuzz(share: Share, tagger: RoleTagger, *, may_be_long: bool = True) -> list[Finding]:
    """Put the texts of a share through the pipeline, and say what went wrong.

    A fault that was seen often is counted, but not minimised any more.
    """
    findings: list[Finding] = []
    started = time.process_time()
    memory = MemoryWatch()
    longest_ever = case_of(share.seed, 0).text if may_be_long else ""
    if longest_ever:  # what it takes for itself is no growth
        fault_of(_warming(longest_ever), tagger)
    for number in share.numbers:
        case = case_of(share.seed, number, may_be_long=may_be_long)
        fault = fault_of(case, tagger)
        if fault is not None:
            before = sum(finding.fault == fault for finding in findings)
            is_shown = before < _SHOWN_OF_A_FAULT
            shown = str(_smallest(case, fault, tagger)) if is_shown else "as above"
            findings.append(Finding(number, fault, shown))
            print(f"text {number}: {fault}: {shown}", flush=True)
        if share.ends_first_tenth(number):
            memory.read()
    memory.read()
    print(
        f"from {share.first} on: {len(share.numbers)} texts, "
        f"{time.process_time() - started:.0f} s of computing, {memory}",
        flush=True,
    )
    if memory.grew:
        findings.append(Finding(share.count, "memory grew", str(memory)))
    return findings


def _warming(text: str) -> Case:
    """A text of the greatest length there is, so that later ones need no more memory."""
    full = (text * (200_000 // max(1, len(text)) + 1))[:200_000]
    return Case(full, SummaryOptions(include_sentences=True), titled=False, outlined=False)


def _smallest(case: Case, fault: str, tagger: RoleTagger) -> Case:
    if fault == "takes too long":
        return case
    return minimised(case, lambda candidate: fault_of(candidate, tagger) == fault)


def _fuzz_with_the_model(share: Share) -> list[Finding]:
    set_threads(1)
    return fuzz(share, TransformerTagger.load())


def main() -> int:
    """Run the fuzzing; the exit status says whether all texts passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_texts")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    share_of = partial(Share, arguments.count, arguments.seed, processes=arguments.processes)
    shares = [share_of(first) for first in range(arguments.processes)]
    started = time.monotonic()
    if len(shares) == 1:
        findings = _fuzz_with_the_model(shares[0])
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(len(shares), mp_context=context) as pool:
            findings = [each for found in pool.map(_fuzz_with_the_model, shares) for each in found]
    print(
        f"seed {arguments.seed}: {arguments.count} texts in {time.monotonic() - started:.0f} s, "
        f"{len(findings)} findings"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
