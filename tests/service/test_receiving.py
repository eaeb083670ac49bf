"""Finding where requests end, whatever the pieces they come in."""

from __future__ import annotations

import random

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import LimitRequestHeaders, NoMoreData, ParseException
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from hypothesis import given
from hypothesis import strategies as st

from service.bodies import MAX_DISCARDED_BYTES
from service.server.receiving import MAX_HEAD_BYTES, IncomingRequest

CLIENT = ("127.0.0.1", 1)
CONFIG = Config()


def incoming() -> IncomingRequest:
    return IncomingRequest(CONFIG, CLIENT)


@st.composite
def requests(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A request, and its body."""
    parts = draw(st.lists(st.binary(min_size=1, max_size=300), max_size=5))
    body = b"".join(parts)
    head = b"POST /a HTTP/1.1\r\nHost: x\r\n"
    if draw(st.booleans()):
        return head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body), body
    ends = draw(st.sampled_from((b"\r\n", b"A: b\r\n\r\n", b"A: b\r\nC: d\r\n\r\n")))
    extension = draw(st.sampled_from((b"", b";a", b' ; a="b"')))
    chunks = b"".join(b"%X%s\r\n%s\r\n" % (len(part), extension, part) for part in parts)
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n" + ends, body


@given(st.lists(requests(), min_size=1, max_size=3), st.integers(1, 400))
def test_requests_in_pieces_are_found_again(sent: list[tuple[bytes, bytes]], step: int) -> None:
    stream = b"".join(request for request, _ in sent)
    found, current, at, surplus = [], incoming(), 0, b""
    while at < len(stream) or surplus:
        data, surplus = surplus, b""
        if not data:
            data, at = stream[at : at + step], at + step
        surplus = current.feed(data)
        if current.complete:
            found.append(current.request.body.read())
            assert not current.request.body.failed
            assert current.size == 0
            current = incoming()
    assert found == [body for _, body in sent]


@pytest.mark.parametrize("step", [65_536, 262_144, 1_000_000])
def test_long_bodies_come_back_as_they_were_sent(step: int) -> None:
    body = random.Random(step).randbytes(3_000_000)
    stream = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n%sGET" % body
    current = incoming()
    surplus = [current.feed(stream[at : at + step]) for at in range(0, len(stream), step)]
    assert current.complete
    assert surplus[-1] == b"GET"
    assert current.request.body.read(1000) == body[:1000]
    assert current.size < len(body)
    assert current.request.body.read() == body[1000:]
    assert current.size == 0


@given(st.binary(max_size=400))
def test_anything_is_a_request_or_unfinished_or_refused(data: bytes) -> None:
    for head in (b"", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"):
        try:
            surplus = incoming().feed(head + data)
        except ParseException:
            continue
        assert data.endswith(surplus)


EXTENSIONS = (b"", b"", b"", b";a", b" ;a=b", b';a="x;y"', b";", b" ", b";\x80")
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_a_body_may_have_many_chunks_if_they_are_not_tiny() -> None:
    request = incoming()
    request.feed(CHUNKED + b"50\r\n" + b"a" * 0x50 + b"\r\n")
    for _ in range(100):
        request.feed((b"50\r\n" + b"a" * 0x50 + b"\r\n") * 500)
    request.feed(b"0\r\n\r\n")
    assert len(request.request.body.read()) == 0x50 * 50_001
    with pytest.raises(ParseException):
        feed_for_ever(incoming(), CHUNKED, b"1\r\na\r\n" * 1000, 12 * 6000)


def read_by_gunicorn(stream: bytes) -> bytes | None:
    """The body of a request as gunicorn alone reads it; ``None`` if it refuses."""
    try:
        body: bytes = Request(CONFIG, IterUnreader(iter([stream])), CLIENT).body.read()
    except (ParseException, NoMoreData):
        return None
    return body


def read_by_us(stream: bytes, step: int) -> bytes | None:
    request = incoming()
    try:
        for at in range(0, len(stream), step):
            request.feed(stream[at : at + step])
            if request.complete:
                body: bytes = request.request.body.read()
                return body
    except ParseException:
        return None
    return None


@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=30), st.sampled_from(EXTENSIONS))),
    st.sampled_from((b"", b"A: b\r\n", b"Host: b\r\n", b"A b\r\n", b"A: b\nC: d\r\n")),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from((b"\r", b"\n", b"5", b";", b"")))),
    st.integers(1, 40),
)
def test_chunks_are_read_or_refused_as_by_gunicorn(
    chunks: list[tuple[bytes, bytes]], trailers: bytes, faults: list[tuple[int, bytes]], step: int
) -> None:
    body = b"".join(b"%X%s\r\n%s\r\n" % (len(part), end, part) for part, end in chunks)
    body += b"0\r\n%s\r\n" % trailers
    for place, byte in faults[:2]:
        body = body[:place] + byte + body[place + 1 :]
    stream = CHUNKED + body
    assert read_by_us(stream, step) == read_by_gunicorn(stream)


@pytest.mark.parametrize(
    "chunks",
    [
        b"5;a\nb\r\nhello\r\n0\r\n\r\n",
        b"5;a\rb\r\nhello\r\n0\r\n\r\n",
        b"5 \r\nhello\r\n0\r\n\r\n",
        b"0\r\nContent-Length: 5\r\n\r\n",
        b"0\r\nA: b\nC: d\r\n\r\n",
    ],
)
def test_what_others_may_read_in_another_way_is_refused_even_if_nobody_reads_it(
    chunks: bytes,
) -> None:
    with pytest.raises(ParseException):
        incoming().feed(CHUNKED + chunks)


def test_a_body_that_nobody_read_is_given_back() -> None:
    request = incoming()
    request.feed(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + b"a" * 300_000)
    assert request.size == 300_000
    request.discard()
    assert request.size == 0


def test_heads_and_trailers_have_an_end() -> None:
    fields = b"A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n" * 100
    with pytest.raises(LimitRequestHeaders):
        feed_for_ever(incoming(), b"GET / HTTP/1.1\r\nHost: x\r\n", fields, MAX_HEAD_BYTES)
    chunked = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    with pytest.raises(LimitRequestHeaders):
        feed_for_ever(incoming(), chunked, fields, MAX_HEAD_BYTES)


def feed_for_ever(request: IncomingRequest, first: bytes, rest: bytes, most: int) -> None:
    request.feed(first)
    for _ in range(2 + most // len(rest)):
        request.feed(rest)


@pytest.mark.parametrize("length", [MAX_DISCARDED_BYTES, MAX_DISCARDED_BYTES + 1])
def test_a_body_too_long_for_any_use_is_taken_but_not_kept(length: int) -> None:
    request = incoming()
    request.feed(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length)
    piece = b"a" * (1 << 20)
    for _ in range(32):
        assert not request.complete
        request.feed(piece)
        assert request.size <= len(piece)
    assert request.complete
    assert request.request.should_close() is (length > MAX_DISCARDED_BYTES)


def test_who_asks_whether_to_send_too_much_is_not_told_to() -> None:
    request = incoming()
    head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
    request.feed(head + b"Content-Length: 99999999\r\n\r\n")
    assert request.complete
    assert request.request.should_close()
    modest = incoming()
    modest.feed(head + b"Content-Length: 9\r\n\r\n")
    assert modest.awaits_continue
