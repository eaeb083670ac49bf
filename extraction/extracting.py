"""The public entrance: from a file to its text, each file read in a process of its own.

The process is a fresh interpreter (``extraction.worker``). A fork of this one would not do: a
server has threads, and torch in it. Nor would ``multiprocessing``'s fork server, which runs
the main module again for every file, and that is the server.
"""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from extraction.document import ExtractedDocument
from extraction.errors import (
    BrokenFileError,
    EmptyFileError,
    ExtractionTimeoutError,
    FileTooLargeError,
    NoTemporarySpaceError,
    UnreadableFileError,
)
from extraction.formats import extension
from extraction.limits import ExtractionLimits
from extraction.messages import Order, understood
from report.watching import UNWATCHED, Watch

_LOG = logging.getLogger(__name__)
_ROOT = Path(__file__).parent.parent
# The reader of strangers' files gets no secrets: of the environment only what programs need.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE")
_CHUNK_BYTES = 1 << 16
_PREFIX = "huibao-"
_LEFTOVER_SECONDS = 60
_LOG_TAIL_BYTES = 4096
_LOOK_SECONDS = 0.1


class Extractor:
    """Reads files; threads may share one."""

    def __init__(self, limits: ExtractionLimits | None = None) -> None:
        self._limits = limits or ExtractionLimits()

    @property
    def limits(self) -> ExtractionLimits:
        """What the reading of one file may take."""
        return self._limits

    def extract(self, data: bytes, name: str, watch: Watch = UNWATCHED) -> ExtractedDocument:
        """The document that is in a file.

        Args:
            data: the file.
            name: what its sender calls it; nothing but its extension is used.
            watch: asked now and then whether to go on; what it raises ends the reading.

        Raises:
            UnreadableFileError: if it cannot be read; the subclass says why.
            NoTemporarySpaceError: if nothing can be written to the temporary folder.
        """
        if not data:
            raise EmptyFileError
        if len(data) > self._limits.file_bytes:
            raise FileTooLargeError("file_bytes", self._limits.file_bytes)
        with (
            _room_for_files(),
            tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder,
            tempfile.TemporaryFile() as content,
            tempfile.TemporaryFile() as log,
        ):
            content.write(data)
            content.seek(0)
            order = Order(extension(name), folder, self._limits, os.getpid())
            with _worker(order, content, log) as (worker, answers):
                answer = _received(answers, time.monotonic() + self._limits.seconds, watch)
            if answer is None:
                raise ExtractionTimeoutError(self._limits.seconds)
            document = understood(answer)
            if document is None:
                _LOG.error("no answer, code %d: %s", worker.returncode, _trace(log))
                raise _breakdown(worker.returncode, self._limits)
            return document


def clear_leftovers(limits: ExtractionLimits) -> None:
    """Remove the folders of readers whose service was killed before it could.

    Those that are still in use are younger than a reading may last.
    """
    oldest = time.time() - limits.seconds - _LEFTOVER_SECONDS
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another process was quicker, or it is somebody else's
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder)


@contextmanager
def _room_for_files() -> Iterator[None]:
    """Tells an unusable temporary folder from files that cannot be read."""
    try:
        yield
    except OSError as error:
        _LOG.error("no room for temporary files: %s", error.strerror)
        raise NoTemporarySpaceError from error


@contextmanager
def _worker(
    order: Order, content: IO[bytes], log: IO[bytes]
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """A process that reads, and the pipe of its answer; afterwards it is gone with its children."""
    environment = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
    environment |= {"PYTHONPATH": str(_ROOT), "HOME": order.folder, "TMPDIR": order.folder}
    process = subprocess.Popen(  # noqa: S603 - no shell; of the sender only an extension
        [sys.executable, "-P", "-m", "extraction.worker", order.to_json()],
        stdin=content,
        stdout=subprocess.PIPE,
        stderr=log,
        bufsize=0,
        cwd=order.folder,
        env=environment,
        start_new_session=True,
    )
    answers = cast(IO[bytes], process.stdout)
    with answers:
        try:
            yield process, answers
        finally:
            # Before it is waited for: until then its number is nobody else's.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _received(answers: IO[bytes], deadline: float, watch: Watch) -> bytes | None:
    """All that is sent until the sender closes; ``None`` if it does not by ``deadline``."""
    ready = select.poll()
    ready.register(answers, select.POLLIN)
    parts: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        if not ready.poll(1000 * min(left, _LOOK_SECONDS)):
            watch.go_on()
            continue
        part = os.read(answers.fileno(), _CHUNK_BYTES)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _breakdown(code: int, limits: ExtractionLimits) -> UnreadableFileError:
    """What the end of a process that gave no answer means for its file."""
    if -code in (signal.SIGXCPU, signal.SIGALRM):
        return ExtractionTimeoutError(limits.seconds)
    if -code == signal.SIGKILL:  # not from here: the system ran out of memory
        return FileTooLargeError("memory_bytes", limits.memory_bytes)
    return BrokenFileError()


def _trace(log: IO[bytes]) -> str:
    """The places and the kind of an exception; never its message, which may quote the file."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - _LOG_TAIL_BYTES))
    lines = log.read().decode("utf-8", "replace").splitlines()
    places = [number for number, line in enumerate(lines) if line.startswith("  File ")]
    after = lines[places[-1] :] if places else []
    kinds = [line.partition(":")[0] for line in after if not line.startswith(" ")]
    return " | ".join((*(lines[number].strip() for number in places), *kinds[:1]))
