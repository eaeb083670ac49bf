"""Following the work on one request: how long it takes, and whether anybody still waits."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from report.summary import Summary
from report.watching import Stage

RECEIVED = "huibao.received"
"""The key in a WSGI environ: when the whole request had come in, by the monotonic clock."""
# A caller that closes its socket looks the same as one that only stops sending. Linux tells.
_HALF_CLOSED = getattr(select, "POLLRDHUP", 0)


class WorkStoppedError(Exception):
    """The work on a request was ended before it was done."""


class DeadlineExceededError(WorkStoppedError):
    """The request has taken longer than it may."""


class CallerGoneError(WorkStoppedError):
    """The caller has closed the connection."""


class RequestWatch:
    """A watch (see ``report.watching``) of one request; used by one thread at a time.

    Args:
        deadline: when the work must be done, by the monotonic clock.
        caller_is_gone: whether nobody waits for the answer any more.
        span: entered around each stage, for tracing.

    Attributes:
        windows: windows that the model has read.
        tokens: tokens in them.
        summaries: the reports that were summarised.
        pause: called between pieces of work, where others may be let go first.
    """

    def __init__(
        self,
        deadline: float,
        caller_is_gone: Callable[[], bool],
        span: Callable[[Stage], AbstractContextManager[object]] = lambda _: nullcontext(),
    ) -> None:
        self._deadline = deadline
        self._caller_is_gone = caller_is_gone
        self._span = span
        self._seconds: dict[Stage, float] = {}
        self._running: list[Stage] = []
        self._since = 0.0
        self.windows = 0
        self.tokens = 0
        self.summaries: list[Summary] = []
        self.pause: Callable[[], None] = no_pause

    @property
    def seconds(self) -> dict[Stage, float]:
        """How long each stage took so far; a stage inside of another is not counted twice."""
        return dict(self._seconds)

    @property
    def busy_seconds(self) -> float:
        """How long the stages took in which something was done, not waited for."""
        return sum(taken for stage, taken in self._seconds.items() if stage is not Stage.QUEUE)

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Measure a stage.

        Raises:
            WorkStoppedError: if the request should not go on; see ``go_on``.
        """
        self.require_wanted()
        with self._span(stage):
            self._switch()
            self._running.append(stage)
            try:
                yield
            finally:
                self._switch()
                self._running.pop()

    def encoded(self, windows: int, tokens: int) -> None:
        """Count what the model has read."""
        self.windows += windows
        self.tokens += tokens

    def go_on(self) -> None:
        """Let others go first where that is fair, and see whether to go on.

        Raises:
            DeadlineExceededError: past the deadline.
            CallerGoneError: if nobody waits for the answer.
        """
        self.require_wanted()
        self.pause()

    def require_wanted(self) -> None:
        """See whether to go on; raises as ``go_on`` does."""
        if time.monotonic() > self._deadline:
            raise DeadlineExceededError
        if self._caller_is_gone():
            raise CallerGoneError

    def _switch(self) -> None:
        """Give the time since the last change of stages to the innermost that is running."""
        now = time.perf_counter()
        if self._running:
            stage = self._running[-1]
            self._seconds[stage] = self._seconds.get(stage, 0.0) + now - self._since
        self._since = now


def is_closed(connection: socket.socket) -> bool:
    """Whether the other end of a connection has closed it."""
    poll = select.poll()
    try:
        # A hang-up and errors are told in any case.
        poll.register(connection, _HALF_CLOSED)
    except ValueError:  # closed on our side already
        return True
    return bool(poll.poll(0))


def no_pause() -> None:
    """Nobody else is waiting."""
