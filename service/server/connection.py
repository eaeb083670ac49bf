"""One connection of a caller: what it has sent, what it is yet to be sent, and until when."""

from __future__ import annotations

import socket
import time
from enum import Enum, auto
from typing import Any

from service.problems import MalformedHttpError
from service.server.receiving import IncomingRequest

_READ_BYTES = 256 * 1024
_LINGER_SECONDS = 2.0
_REST_SECONDS = 0.25
"""How long the next request of a caller that has been told to wait is left unread.

The answer itself goes out at once; but callers that ask again at once, again and again, would
take the time of the very work that they wait for.
"""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Phase(Enum):
    """What a connection is waiting for."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    WORKING = auto()
    SENDING = auto()
    RESTING = auto()
    LINGERING = auto()
    CLOSED = auto()


class Connection:
    """A connection that no thread ever waits for.

    In the phase ``WORKING`` it belongs to the thread that answers, otherwise to the main one.

    Args:
        connected: the socket.
        client: the address of the caller.
        server: the address it called.
        config: gunicorn's configuration.
        seconds: how long a whole request, and a whole answer, may be under way.

    Attributes:
        phase: what it is waiting for.
        since: when the phase began, by the monotonic clock.
        begun: when the first of the current request came in, or the connection began.
        deadline: when the phase must be over; of no meaning in ``WORKING`` and ``CLOSED``.
    """

    def __init__(
        self, connected: socket.socket, client: Any, server: Any, config: Any, seconds: float
    ) -> None:
        connected.setblocking(False)
        self.socket = connected
        self.client = client
        self.server = server
        self._config = config
        self._seconds = seconds
        self._surplus = b""
        self._outgoing = memoryview(b"")
        self._closes = False
        self._rests = False
        self._incoming = IncomingRequest(config, client)
        self._received = 0
        self._enter(Phase.IDLE, seconds)
        self.begun = self.since

    @property
    def size(self) -> int:
        """The bytes it keeps in memory; while a request is worked on, as when that began."""
        return self._received + len(self._surplus) + len(self._outgoing)

    @property
    def request(self) -> Any:
        """The request as gunicorn reads it, once one has come in."""
        return self._incoming.request

    @property
    def pipelined(self) -> bool:
        """Whether something of the next request has been received already."""
        return bool(self._surplus)

    @property
    def receiving(self) -> bool:
        """Whether a part of a request has come in, and the rest has not."""
        return self.phase in (Phase.HEAD, Phase.BODY)

    def receive(self) -> None:
        """Take in what has come; a request that is whole then begins the phase ``WORKING``.

        Raises:
            ParseException: if it is no HTTP request.
            MalformedHttpError: if it ends in the middle.
            OSError: if the connection broke.
        """
        try:
            data = self._surplus or self.socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        self._surplus = b""
        if data and self.phase is not Phase.LINGERING:
            self._take_in(data)
        elif not data:
            self._end()

    def _take_in(self, data: bytes) -> None:
        if self.phase is Phase.IDLE:
            self._enter(Phase.HEAD, self._seconds)
            self.begun = self.since
        self._surplus = self._incoming.feed(data)
        self._received = self._incoming.size
        if self._incoming.complete:
            self._enter(Phase.WORKING)
        elif self.phase is Phase.HEAD and self.request is not None:
            # One deadline holds for the whole request.
            self._enter(Phase.BODY, self.deadline - time.monotonic())
        if self._incoming.awaits_continue:
            self._incoming.told_to_continue()
            self.socket.send(_CONTINUE)

    def _end(self) -> None:
        if self.receiving:
            raise MalformedHttpError
        self.close()

    def answer(self, answer: bytes, *, closes: bool, rests: bool = False) -> None:
        """Send an answer as far as it is taken at once; ``go_on`` does the rest.

        Args:
            answer: the whole of it.
            closes: whether the connection ends with it.
            rests: whether it tells the caller to wait.

        Raises:
            OSError: if the connection broke.
        """
        self._outgoing = memoryview(answer)
        self._closes = closes
        self._rests = rests
        self._send()

    def _send(self) -> None:
        try:
            sent = self.socket.send(self._outgoing)
        except (BlockingIOError, InterruptedError):
            return
        self._outgoing = self._outgoing[sent:]

    def go_on(self) -> None:
        """Send more of the answer; after its end turn to the next request, or to closing.

        Raises:
            OSError: if the connection broke.
        """
        if self._outgoing:
            self._send()
        if not self._outgoing:
            self._sent()
        elif self.phase is not Phase.SENDING:
            self._expect_request()
            self._enter(Phase.SENDING, self._seconds)

    def _sent(self) -> None:
        if self._closes:
            # Closing with unread bytes would reset the connection, and with it the answer.
            self.socket.shutdown(socket.SHUT_WR)
            self._surplus = b""
            self._expect_request()
            self._enter(Phase.LINGERING, _LINGER_SECONDS)
        else:
            self._expect_request()
            if self._rests:
                self._enter(Phase.RESTING, _REST_SECONDS)
            else:
                self.await_next()

    def await_next(self) -> None:
        """Wait for the next request."""
        self._enter(Phase.IDLE, self._config.keepalive)

    def close(self) -> None:
        """Have it closed, by whoever watches it."""
        self._incoming.discard()
        self._enter(Phase.CLOSED)

    def _expect_request(self) -> None:
        """Forget the last request, and its memory."""
        self._incoming.discard()
        self._incoming = IncomingRequest(self._config, self.client)
        self._received = 0

    def _enter(self, phase: Phase, seconds: float = 0.0) -> None:
        self.phase = phase
        self.since = time.monotonic()
        self.deadline = self.since + seconds
