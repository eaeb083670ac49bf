"""The process that reads one file and ends: ``python -m extraction.worker ORDER``.

It gets the file on its standard input and answers on its standard output.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from pathlib import Path

from extraction.errors import FileTooLargeError, UnreadableFileError
from extraction.limits import ExtractionLimits
from extraction.messages import Order, answer_of, refusal_of
from extraction.readers import read

_GRACE_SECONDS = 2  # by then the parent would have killed this process, if it still lived
_PR_SET_PDEATHSIG = 1  # of Linux' prctl
_CPUS = 2  # LibreOffice computes in more than one thread


def confine(limits: ExtractionLimits) -> None:
    """Put this process, and all that it starts, under limits that the system enforces."""
    pages_in_use = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    memory = pages_in_use * resource.getpagesize() + limits.memory_bytes
    seconds = math.ceil(limits.seconds) + _GRACE_SECONDS
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, limits.inflated_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # At the softer limit comes SIGXCPU, which says what happened; at the harder SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds * _CPUS, seconds * _CPUS + 1))
    signal.alarm(seconds)


def die_with_parent(parent: int) -> None:
    """See to it that this process and all that it starts end if the one that asked does."""
    signal.signal(signal.SIGTERM, _end_all)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before that was said
        _end_all()


def _end_all(*_: object) -> None:
    os.killpg(0, signal.SIGKILL)


def answer(order: Order, data: bytes) -> bytes:
    """What reading ``data`` comes to, as it is sent."""
    try:
        return answer_of(read(data, f".{order.extension}", order.limits, Path(order.folder)))
    except UnreadableFileError as error:
        return refusal_of(error)
    except MemoryError:
        return refusal_of(FileTooLargeError("memory_bytes", order.limits.memory_bytes))


def main() -> None:
    """Read the file and send the answer."""
    order = Order.from_json(sys.argv[1])
    die_with_parent(order.parent)
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not get into the answer
    confine(order.limits)
    made = answer(order, sys.stdin.buffer.read())
    # Not with the pipe open already: once it closes, the parent kills this process, and that
    # must not be while it says what went wrong.
    with os.fdopen(answers, "wb") as pipe:
        pipe.write(made)


if __name__ == "__main__":
    main()
