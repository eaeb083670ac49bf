"""Who makes room when all connections are taken, with a loop of a few connections."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from gunicorn.config import Config

from service.server.connection import Connection, Phase
from service.server.connection_loop import ConnectionLoop
from service.server.open_connections import PATIENCE_SECONDS

CONNECTIONS = 4
SHORT, LONG = 0.3, 0.9
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class FewDescriptors(socket.socket):
    """A listener without descriptors once there are so many connections."""

    open_connections: Callable[[], int] = staticmethod(lambda: 0)
    most = CONNECTIONS

    def accept(self) -> tuple[socket.socket, object]:
        if self.open_connections() >= self.most:
            raise OSError(errno.EMFILE, "too many open files")
        return super().accept()


class Site:
    """A loop that answers at once, and its callers."""

    def __init__(self, stack: ExitStack, connections: int) -> None:
        self._stack = stack
        self.listener = stack.enter_context(closing(FewDescriptors()))
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(50)
        self.told: list[int] = []
        self.answer = ANSWER
        config = Config()
        config.set("worker_connections", connections)
        config.set("keepalive", 75)
        self.loop = ConnectionLoop(
            [self.listener], config, 30, self._work, self._refuse, self._leave
        )
        self.listener.open_connections = lambda: self.loop.connections

    def _work(self, connection: Connection) -> None:
        connection.answer(self.answer, closes=False)
        self.loop.finished(connection, None)

    def _refuse(self, connection: Connection, error: Exception) -> None:
        connection.answer(type(error).__name__.encode(), closes=True)

    def _leave(self, in_hand: int) -> bool:
        self.told.append(in_hand)
        return False

    def call(self, data: bytes = b"") -> socket.socket:
        caller = socket.create_connection(self.listener.getsockname())
        self._stack.enter_context(caller)
        caller.sendall(data)
        caller.setblocking(False)
        return caller

    def turn_for(self, seconds: float) -> None:
        """Let time pass."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.loop.wake()
            self.loop.turn()
            time.sleep(0.005)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    for phase in PATIENCE_SECONDS:
        seconds = LONG if phase in (Phase.BODY, Phase.SENDING) else SHORT
        monkeypatch.setitem(PATIENCE_SECONDS, phase, seconds)


@pytest.fixture(params=["all are taken", "no descriptors"])
def site(request: pytest.FixtureRequest, stack: ExitStack) -> Iterator[Site]:
    full = request.param == "all are taken"
    site = Site(stack, CONNECTIONS if full else 100)
    site.listener.most = 100 if full else CONNECTIONS
    yield site
    site.loop.close()


def heard(caller: socket.socket) -> bytes | None:
    """What a caller has been sent; ``None`` for nothing, empty if it was closed so."""
    try:
        return caller.recv(65536)
    except BlockingIOError:
        return None


def test_nobody_who_has_just_come_makes_room(stack: ExitStack) -> None:
    site = Site(stack, CONNECTIONS)
    callers = [site.call(b"G") for _ in range(CONNECTIONS)]
    site.turn_for(0.1)
    late = site.call(GET)
    site.turn_for(0.05)
    assert [heard(caller) for caller in [*callers, late]] == [None] * (CONNECTIONS + 1)
    assert site.told[-1] > 253  # or the other processes would leave those who connect to it
    site.loop.close()


def test_the_idle_go_before_half_heads_and_those_before_bodies(site: Site) -> None:
    body, head, other = site.call(BODY), site.call(b"G"), site.call(b"GE")
    idle = site.call(GET)
    site.turn_for(LONG + 0.1)
    assert heard(idle) == ANSWER
    gone: list[bytes | None] = []
    for leaves in (idle, head, other):
        caller = site.call(BODY)
        site.turn_for(0.05)
        gone.append(heard(leaves))
        assert heard(caller) is None
        assert site.loop.connections <= CONNECTIONS
    assert gone == [b"", b"RequestTimeoutError", b"RequestTimeoutError"]
    assert heard(body) is None
    late = site.call(GET)
    site.turn_for(0.05)
    assert heard(late) == ANSWER
    assert heard(body) == b"RequestTimeoutError"
    assert heard(body) == b""


def test_a_request_that_has_come_is_not_lost_when_room_is_made(stack: ExitStack) -> None:
    site = Site(stack, CONNECTIONS)
    callers = [site.call(GET) for _ in range(CONNECTIONS)]
    site.turn_for(SHORT + 0.1)
    assert [heard(caller) for caller in callers] == [ANSWER] * CONNECTIONS
    late = site.call(GET)  # seen before what the oldest connection sends
    callers[0].sendall(GET)
    site.turn_for(0.1)
    assert heard(callers[0]) == ANSWER
    assert heard(late) == ANSWER
    assert [heard(caller) for caller in callers[1:]].count(b"") == 1
    site.loop.close()


def test_more_half_heads_than_connections_hold_nobody_up_for_long(site: Site) -> None:
    for _ in range(5 * CONNECTIONS // 4):
        site.call(b"G")
    late = site.call(GET)
    # Running out of descriptors while all are new makes a pause of a second.
    site.turn_for(SHORT + 1.3)
    assert heard(late) == ANSWER


def test_endless_bodies_hold_nobody_up_for_long(site: Site) -> None:
    callers = [site.call(BODY) for _ in range(CONNECTIONS)]
    site.turn_for(LONG / 2)
    for caller in callers:
        caller.sendall(b"a")
    site.turn_for(LONG / 2 + 0.1)
    late = site.call(GET)
    site.turn_for(0.1)
    assert heard(late) == ANSWER
    assert [heard(caller) for caller in callers[:1]] == [b"RequestTimeoutError"]


def test_who_does_not_read_the_answer_makes_room_last(stack: ExitStack) -> None:
    site = Site(stack, 1)
    site.answer = bytes(30_000_000)
    reader = site.call(GET)
    site.turn_for(SHORT + 0.1)
    late = site.call(GET)
    site.turn_for(0.1)
    assert heard(late) is None
    site.turn_for(LONG)
    assert heard(late)
    assert heard(reader)
    site.loop.close()
