"""Taking in one HTTP request until it is whole, without a thread that waits for it.

Where a request ends is found here, and bodies in chunks are put together; gunicorn's parser
reads heads and trailers.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Any

from gunicorn.http.body import CHUNK_EXT_RE, Body, ChunkedReader, LengthReader
from gunicorn.http.errors import (
    ChunkMissingTerminator,
    InvalidChunkExtension,
    InvalidChunkSize,
    InvalidHeader,
    LimitRequestHeaders,
)
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

from service.bodies import MAX_DISCARDED_BYTES, MAX_FORM_BYTES
from service.server.received_body import ReceivedBody

MAX_HEAD_BYTES = 64 * 1024
"""The longest head of a request, and the longest trailers, whatever their number of fields."""
_MAX_CHUNK_LINE = 4096
# No line of a head may end with a line feed alone; a head with one would never seem to end.
_END_OF_HEAD = re.compile(rb"\r\n\r\n|(?<!\r)\n")
_FREE_CHUNKS = 10_000
_LEAST_CHUNK = 64
"""A body may have ``_FREE_CHUNKS``, and one more for each so many bytes: each costs some
microseconds of the thread that serves all connections."""
_CRLF = b"\r\n"
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:[ \t]*(;[^\r\n]*))?\r\n")


class IncomingRequest:
    """A request of which more comes in until it is complete.

    Args:
        config: gunicorn's configuration.
        client: the address of the caller.

    Attributes:
        request: gunicorn's request, once its head is complete; its body can be read once the
            whole request is.
        complete: whether all is here. A body that is longer than any the service reads counts
            as complete at ``MAX_DISCARDED_BYTES``; the request then closes the connection.
    """

    def __init__(self, config: Any, client: Any) -> None:
        self._config = config
        self._client = client
        self._received = bytearray()
        self._searched = 0
        self._body: _KnownLength | _Chunks | None = None
        self.request: Any = None
        self.complete = False

    @property
    def size(self) -> int:
        """The bytes it keeps in memory."""
        return len(self._received) + (len(self._body.content) if self._body else 0)

    @property
    def awaits_continue(self) -> bool:
        """Whether the caller asks to be told that it may send the body."""
        expects = self.request is not None and self.request._expected_100_continue
        return bool(expects) and not self.complete and not self.size

    def told_to_continue(self) -> None:
        """The caller has been told; gunicorn need not."""
        self.request._expected_100_continue = False

    def feed(self, data: bytes) -> bytes:
        """Take in more of it.

        Returns:
            what came after its end.

        Raises:
            ParseException: if it is no HTTP request.
        """
        self._received += data
        if self.request is None:
            self._find_head()
        if self._body is None or not self._body.take_in(self._received):
            return b""
        self.complete = True
        if self._body.cut_short:
            self.request.force_close()
        self.told_to_continue()
        content = self._body.content
        self.request.body = Body(LengthReader(content, len(content)))
        return _taken(self._received, len(self._received))

    def discard(self) -> None:
        """Give its memory back, even if others still refer to it."""
        self._received.clear()
        if self._body is not None:
            self._body.content.clear()

    def _find_head(self) -> None:
        found = _END_OF_HEAD.search(self._received, max(0, self._searched - 3))
        self._searched = len(self._received)
        end = found.end() if found else self._searched
        if end > MAX_HEAD_BYTES:
            message = f"a head of more than {MAX_HEAD_BYTES} bytes"
            raise LimitRequestHeaders(message)
        if not found:
            return
        head = _taken(self._received, end)
        if not head.endswith(_CRLF):
            message = "bare LF as line terminator"
            raise InvalidHeader(message)
        self.request = Request(self._config, IterUnreader(iter([head])), self._client)
        if self.request.version >= (1, 1) and "HOST" not in dict(self.request.headers):
            message = "no Host"
            raise InvalidHeader(message)
        self._body = _body_of(self.request)


class _KnownLength:
    """A body whose length the head tells; one too long for any use is not kept.

    Attributes:
        content: what has come of it.
        cut_short: whether only the beginning is waited for.
    """

    def __init__(self, length: int, awaited: bool) -> None:
        self._kept = length <= MAX_FORM_BYTES
        # Who asks first is not told to send what would only be thrown away.
        self._length = min(length, MAX_DISCARDED_BYTES) if self._kept or not awaited else 0
        self._came = 0
        self.content = ReceivedBody()
        self.cut_short = self._length != length

    def take_in(self, received: bytearray) -> bool:
        """Take what belongs to the body; whether it is whole."""
        data = _taken(received, self._length - self._came)
        self._came += len(data)
        if self._kept:
            self.content.append(data)
        return self._came == self._length


class _ChunkPhase(Enum):
    """What comes next of a body in chunks."""

    SIZE = auto()
    DATA = auto()
    DATA_END = auto()
    TRAILERS = auto()
    OVER = auto()


class _Chunks:
    """A body in chunks (RFC 9112, 7.1), which are put together as they come.

    Attributes:
        content: what they hold so far.
        cut_short: whether it was longer than what is waited for.
    """

    def __init__(self, request: Any) -> None:
        self._request = request
        self._left = 0
        self._chunks = 0
        self._phase = _ChunkPhase.SIZE
        self._came = 0
        self.content = ReceivedBody()
        self.cut_short = False

    def take_in(self, received: bytearray) -> bool:
        """Take what belongs to the body; whether it is whole.

        Raises:
            ParseException: if there is no chunk where one must be.
        """
        before = len(received)
        steps = {
            _ChunkPhase.SIZE: self._take_size,
            _ChunkPhase.DATA: self._take_data,
            _ChunkPhase.DATA_END: self._take_data_end,
            _ChunkPhase.TRAILERS: self._take_trailers,
        }
        while self._phase is not _ChunkPhase.OVER and steps[self._phase](received):
            pass
        self._came += before - len(received)
        self.cut_short = self._phase is not _ChunkPhase.OVER and self._came >= MAX_DISCARDED_BYTES
        return self._phase is _ChunkPhase.OVER or self.cut_short

    def _take_size(self, received: bytearray) -> bool:
        end = received.find(_CRLF, 0, _MAX_CHUNK_LINE)
        if end < 0:
            if len(received) >= _MAX_CHUNK_LINE:
                raise InvalidChunkSize(b"")
            return False
        found = _CHUNK_LINE.fullmatch(_taken(received, end + len(_CRLF)))
        if not found:
            raise InvalidChunkSize(b"")
        if found[2] and not CHUNK_EXT_RE.fullmatch(found[2]):
            raise InvalidChunkExtension(b"")
        self._chunks += 1
        if self._chunks > _FREE_CHUNKS + len(self.content) // _LEAST_CHUNK:
            raise InvalidChunkSize(b"")
        self._left = int(found[1], 16)
        self._phase = _ChunkPhase.DATA if self._left else _ChunkPhase.TRAILERS
        return True

    def _take_data(self, received: bytearray) -> bool:
        data = _taken(received, self._left)
        self._left -= len(data)
        # One byte more than any body may have tells that it has too many.
        self.content.append(data[: max(0, MAX_FORM_BYTES + 1 - len(self.content))])
        if self._left:
            return False
        self._phase = _ChunkPhase.DATA_END
        return True

    def _take_data_end(self, received: bytearray) -> bool:
        if len(received) < len(_CRLF):
            return False
        if _taken(received, len(_CRLF)) != _CRLF:
            raise ChunkMissingTerminator(b"")
        self._phase = _ChunkPhase.SIZE
        return True

    def _take_trailers(self, received: bytearray) -> bool:
        if received.startswith(_CRLF):
            del received[: len(_CRLF)]
            self._phase = _ChunkPhase.OVER
            return True
        end = received.find(_CRLF + _CRLF)
        if end < 0:
            if len(received) > MAX_HEAD_BYTES:
                message = f"trailers of more than {MAX_HEAD_BYTES} bytes"
                raise LimitRequestHeaders(message)
            return False
        trailers = _taken(received, end)
        if trailers.count(b"\n") != trailers.count(_CRLF):
            message = "bare LF as line terminator"
            raise InvalidHeader(message)
        # They are not used, but those that must not be here are an attack.
        self._request.parse_headers(trailers, from_trailer=True)
        del received[: len(_CRLF + _CRLF)]
        self._phase = _ChunkPhase.OVER
        return True


def _body_of(request: Any) -> _KnownLength | _Chunks:
    reader = request.body.reader
    if isinstance(reader, ChunkedReader):
        return _Chunks(request)
    return _KnownLength(reader.length, request._expected_100_continue)


def _taken(received: bytearray, count: int) -> bytes:
    """The first ones of ``received``, which no longer holds them."""
    data = bytes(memoryview(received)[:count])
    del received[: len(data)]
    return data
