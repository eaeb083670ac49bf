"""Whether a caller is still there."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from service.work.request_watch import is_closed

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(params=["unix", "tcp"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Our end and theirs."""
    if request.param == "unix":
        ours, theirs = socket.socketpair()
    else:
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            theirs = socket.create_connection(listener.getsockname())
            ours, _ = listener.accept()
    with ours, theirs:
        yield ours, theirs


def test_one_that_waits_is_there(pair: Pair) -> None:
    ours, theirs = pair
    assert not is_closed(ours)
    theirs.sendall(b"the next request")
    assert not is_closed(ours)
    ours.sendall(b"an answer")
    assert not is_closed(ours)
    ours.setblocking(False)
    assert not is_closed(ours)


def test_one_that_has_closed_is_gone_even_with_something_unread(pair: Pair) -> None:
    ours, theirs = pair
    theirs.sendall(b"the next request")
    theirs.close()
    assert is_closed(ours)
    assert is_closed(ours)


def test_one_that_has_reset_is_gone() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    with ours:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        assert is_closed(ours)


def test_a_connection_that_we_have_closed_is_gone(pair: Pair) -> None:
    ours, _ = pair
    ours.close()
    assert is_closed(ours)


def test_numbers_of_files_over_a_thousand_are_no_trouble(pair: Pair) -> None:
    ours, theirs = pair
    with ExitStack() as stack:
        while ours.fileno() < 1100:
            ours = stack.enter_context(ours.dup())
        assert not is_closed(ours)
        theirs.close()
        assert is_closed(ours)
