"""Does any file break the readers? ``python -m benchmarks.fuzz_files --count 2000 --seed 1``.

Damages sound files of every format at random and reads each in a process of its own, forked
from this one under the limits of ``extraction.worker``; some of them through the real
``Extractor`` too. What must hold of every answer is checked. Files with findings are kept in
``build/fuzz``; the exit status is 1 if there are any.
"""

from __future__ import annotations

import argparse
import logging
import math
import multiprocessing
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from itertools import chain, pairwise
from pathlib import Path
from typing import NoReturn

from benchmarks.file_mutations import mutated_file
from benchmarks.file_seeds import OFFICE_FORMATS, seeds
from benchmarks.fuzzing import Finding, MemoryWatch, Share
from extraction.document import ExtractedDocument
from extraction.errors import (
    BrokenFileError,
    ExtractionTimeoutError,
    FileTooLargeError,
    UnreadableFileError,
)
from extraction.extracting import Extractor
from extraction.formats import Format
from extraction.limits import ExtractionLimits
from extraction.messages import Order, understood
from extraction.worker import answer, confine

_LIMITS = ExtractionLimits(seconds=10)
_SECONDS_A_BYTE = 1e-4
"""What a reader may take beyond that for large files: slow is no fault, quadratic is."""
_PATIENCE = 6
"""How many times as long it may last, as others use the processor too."""
_EXTRACTOR_LIMITS = ExtractionLimits(seconds=90)
_EXTRACTOR_SHARE = 0.03
_KEPT = Path("build") / "fuzz"
_CHUNK_BYTES = 1 << 16
_LOG_BYTES = 3000
_MODULES = ("docx", "html", "markdown", "odt", "ofd", "office", "pdf", "plain_text", "rtf")
_NO_CHARACTERS = frozenset(map(chr, (0, *range(0xD800, 0xE000))))
_DOCUMENT = "document"
# What a process may die of that reads too much or for too long.
_OUT_OF_TIME = (signal.SIGXCPU, signal.SIGALRM)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading a file.

    Attributes:
        kind: "document", or the class of the error.
        fault: what is wrong with that, ``None`` if nothing is.
        seconds: how long it computed.
        log: what the process wrote before it died, if it did.
    """

    kind: str
    fault: str | None = None
    seconds: float = 0.0
    log: str = ""


def file_of(form: Format, seed: int, number: int) -> tuple[bytes, str]:
    """The file with that number of the run with that seed, and its name."""
    rng = random.Random(f"{seed} {form} {number}")
    data = mutated_file(form, rng.choice(seeds(form)), rng)
    ending = rng.choice((*Format, "", "xyz")) if rng.random() < 0.05 else form
    return data, f"file.{ending}"


def document_faults(document: ExtractedDocument, limits: ExtractionLimits) -> Iterator[str]:
    """What is wrong with a document."""
    text, spans = document.text, [heading.span for heading in document.outline]
    if not text.strip():
        yield "a document without text"
    if len(text) > limits.characters:
        yield "a text over the limit"
    if not _NO_CHARACTERS.isdisjoint(text):
        yield "NUL or surrogates"
    if any(span.end > len(text) for span in spans):
        yield "a heading beyond the text's end"
    if any(first.end > second.start for first, second in pairwise(spans)):
        yield "headings in disorder"
    if any(not span.quote(text).strip() for span in spans):
        yield "a heading without text"
    if any(heading.level < 1 for heading in document.outline):
        yield "a heading of no level"


def read_in_fork(data: bytes, name: str, folder: Path) -> Outcome:
    """Read a file in a fork of this process, which loaded the readers before."""
    allowed = math.ceil(_LIMITS.seconds + _SECONDS_A_BYTE * len(data))
    limits = replace(_LIMITS, seconds=allowed)
    order = Order(name.rpartition(".")[2], str(folder), limits, os.getpid())
    with tempfile.TemporaryFile() as log:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _read_and_exit(order, data, writing, log.fileno())
        os.close(writing)
        received = _received(reading, time.monotonic() + _PATIENCE * allowed)
        os.close(reading)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_BYTES))
        trace = log.read().decode("utf-8", "replace")
    seconds = usage.ru_utime + usage.ru_stime
    if received is None:
        return Outcome(ExtractionTimeoutError.__name__, "hangs", seconds)
    return _judged(received, os.waitstatus_to_exitcode(status), seconds, trace)


def _read_and_exit(order: Order, data: bytes, writing: int, log: int) -> NoReturn:
    """What ``extraction.worker`` does; its limit of time counts computing, not waiting."""
    code = 1
    try:
        os.setsid()
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ["TMPDIR"] = tempfile.tempdir = order.folder
        os.chdir(order.folder)
        confine(order.limits)
        signal.alarm(0)
        seconds = int(order.limits.seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        made = answer(order, data)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(made)
        code = 0
    except BaseException:  # noqa: BLE001 - it is what is looked for, and here it ends
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(code)


def _received(reading: int, deadline: float) -> bytes | None:
    """All that is sent until the sender closes; ``None`` if it does not by ``deadline``."""
    ready = select.poll()
    ready.register(reading, select.POLLIN)
    parts: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not ready.poll(1000 * left):
            return None
        part = os.read(reading, _CHUNK_BYTES)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _judged(received: bytes, code: int, seconds: float, trace: str) -> Outcome:
    try:
        document = understood(received)
    except UnreadableFileError as error:
        return Outcome(type(error).__name__, None, seconds)
    except ValueError as error:
        return Outcome(_DOCUMENT, f"answers what makes no document: {error}", seconds)
    if document is not None:
        return Outcome(_DOCUMENT, next(document_faults(document, _LIMITS), None), seconds)
    if -code in _OUT_OF_TIME:
        return Outcome(ExtractionTimeoutError.__name__, "takes too long", seconds)
    if code < 0:
        fault = f"dies of {signal.Signals(-code).name}"
        return Outcome(BrokenFileError.__name__, fault, seconds, trace)
    last = (trace.strip().splitlines() or ["no trace"])[-1].partition(":")[0]
    place = [line.strip() for line in trace.splitlines() if line.startswith("  File ")]
    own = [line for line in place if "/extraction/" in line] or place or [""]
    where = own[-1].rpartition("/")[2].replace('"', "")
    return Outcome(BrokenFileError.__name__, f"{last} in {where}", seconds, trace)


def extractor_fault(data: bytes, name: str, outcome: Outcome) -> str | None:
    """What the real ``Extractor`` does otherwise than the fork did."""
    try:
        document = Extractor(_EXTRACTOR_LIMITS).extract(data, name)
    except UnreadableFileError as error:
        kind = type(error).__name__
    else:
        fault = next(document_faults(document, _EXTRACTOR_LIMITS), None)
        if fault:
            return f"by the Extractor: {fault}"
        kind = _DOCUMENT
    # A process that begins with more in it gets less far with the same memory or time.
    bounded = {ExtractionTimeoutError.__name__, FileTooLargeError.__name__}
    if kind != outcome.kind and not {kind, outcome.kind} & bounded:
        return f"by the Extractor: {kind}, in a fork: {outcome.kind}"
    return None


@dataclass(slots=True)
class Tally:
    """What came of the files of a format."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    findings: list[Finding] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one file."""
        self.outcomes[outcome.kind] += 1
        self.slowest = max(self.slowest, outcome.seconds)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.outcomes + other.outcomes,
            max(self.slowest, other.slowest),
            self.findings + other.findings,
        )


Tallies = dict[str, Tally]


@dataclass(frozen=True, slots=True)
class _Run:
    """What is to be done: which formats, and of those of LibreOffice how many files."""

    formats: tuple[Format, ...]
    office_count: int

    def due(self, number: int) -> Iterator[Format]:
        """The formats that have a file of that number."""
        for form in self.formats:
            if form not in OFFICE_FORMATS or number < self.office_count:
                yield form


def fuzz(share: Share, formats: Sequence[Format], office_count: int) -> Tallies:
    """Read the files of a share, and say what came of them, format by format.

    The findings about the fuzzing process itself are under "all".
    """
    for module in _MODULES:
        import_module(f"extraction.{module}")
    logging.getLogger("extraction").setLevel(logging.CRITICAL)
    run = _Run(tuple(formats), office_count)
    tallies: Tallies = {**{form: Tally() for form in formats}, "all": Tally()}
    memory = MemoryWatch()
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="huibao-fuzz-") as name:
        os.environ["TMPDIR"] = tempfile.tempdir = name
        try:
            for number in share.numbers:
                for form in run.due(number):
                    _try(form, share.seed, number, tallies[form])
                if share.ends_first_tenth(number):
                    memory.read()
        finally:
            tempfile.tempdir = before
            del os.environ["TMPDIR"]
    memory.read()
    print(f"from {share.first} on: {memory}", flush=True)
    if memory.grew:
        tallies["all"].findings.append(Finding(share.count, "memory grew", str(memory)))
    return tallies


def _try(form: Format, seed: int, number: int, tally: Tally) -> None:
    """Read one file, and note what came of it."""
    data, name = file_of(form, seed, number)
    private = Path(tempfile.gettempdir())
    folder = private / "reader"
    folder.mkdir()
    try:
        outcome = read_in_fork(data, name, folder)
    finally:
        shutil.rmtree(folder)
    tally.add(outcome)
    found = [outcome.fault, _left_in(private)]
    if random.Random(f"{seed} {form} {number} again").random() < _EXTRACTOR_SHARE:
        found += [extractor_fault(data, name, outcome), _left_in(private)]
    for fault in filter(None, found):
        path = _keep(data, f"{form}-{seed}-{number}{Path(name).suffix}")
        tally.findings.append(Finding(number, fault, str(path)))
        print(f"{path}: {fault} ({outcome.seconds:.1f} s)\n{outcome.log}", end="", flush=True)


def _left_in(folder: Path) -> str | None:
    left = sorted(path.name for path in folder.iterdir())
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return f"leaves {', '.join(left)} behind" if left else None


def _keep(data: bytes, name: str) -> Path:
    _KEPT.mkdir(parents=True, exist_ok=True)
    path = _KEPT / name
    path.write_bytes(data)
    return path


def print_table(tallies: Tallies) -> None:
    """Print what came of the files, a line for each format."""
    kinds = sorted(set(chain.from_iterable(tally.outcomes for tally in tallies.values())))
    heads = [kind.removesuffix("Error") for kind in kinds]
    print("  ".join((f"{'':6}", *heads, "slowest s", "findings")))
    for name, tally in tallies.items():
        counts = [
            f"{tally.outcomes[kind]:{len(head)}}" for kind, head in zip(kinds, heads, strict=True)
        ]
        print(
            "  ".join((f"{name:6}", *counts, f"{tally.slowest:9.2f}", f"{len(tally.findings):8}"))
        )


def main() -> int:
    """Run the fuzzing; the exit status says whether all files passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_files")
    parser.add_argument("--count", type=int, default=2000, help="files of each format")
    parser.add_argument("--office-count", type=int, default=50, help="of doc and wps")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=list(Format), nargs="+")
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    share_of = partial(Share, arguments.count, arguments.seed, processes=arguments.processes)
    shares = [share_of(first) for first in range(arguments.processes)]
    formats = tuple(map(Format, arguments.format or Format))
    work = partial(fuzz, formats=formats, office_count=arguments.office_count)
    started = time.monotonic()
    if len(shares) == 1:
        done = [work(shares[0])]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(len(shares), mp_context=context) as pool:
            done = list(pool.map(work, shares))
    tallies = {name: sum((each[name] for each in done), Tally()) for name in done[0]}
    print_table(tallies)
    findings = sum(len(tally.findings) for tally in tallies.values())
    print(f"seed {arguments.seed}: {time.monotonic() - started:.0f} s, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
