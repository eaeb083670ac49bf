"""Taking in one HTTP request until it is whole, without a thread that waits for it.

Only where a request ends is found here; gunicorn's parser reads it.
"""

from __future__ import annotations

import re
from typing import Any

from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import (
    ChunkMissingTerminator,
    InvalidChunkSize,
    InvalidHeader,
    LimitRequestHeaders,
)
from gunicorn.http.message import Request

from service.bodies import MAX_DISCARDED_BYTES, MAX_FORM_BYTES
from service.server.received_bytes import ReceivedBytes

MAX_HEAD_BYTES = 64 * 1024
"""The longest head of a request, and the longest trailers, whatever their number of fields."""
_MAX_CHUNK_LINE = 4096
# No line of a head may end with a line feed alone; a head with one would never seem to end.
_END_OF_HEAD = re.compile(rb"\r\n\r\n|(?<!\r)\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;|\r\n)")


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
        self._received = ReceivedBytes()
        self._searched = 0
        self._body: _KnownLength | _Chunks | None = None
        self.request: Any = None
        self.complete = False

    @property
    def size(self) -> int:
        """The bytes it keeps in memory."""
        return len(self._received)

    @property
    def awaits_continue(self) -> bool:
        """Whether the caller asks to be told that it may send the body."""
        expects = self.request is not None and self.request._expected_100_continue
        return bool(expects) and not self.complete and not len(self._received)

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
        self._received.append(data)
        if self.request is None:
            self._find_head()
        if self._body is None:
            return b""
        end = self._body.end(self._received)
        if end is None:
            return b""
        self.complete = True
        if self._body.cut_short:
            self.request.force_close()
        self.told_to_continue()
        return self._received.take_from(end)

    def _find_head(self) -> None:
        end = self._received.search(_END_OF_HEAD, max(0, self._searched - 3))
        self._searched = len(self._received)
        if (end or self._searched) > MAX_HEAD_BYTES:
            message = f"a head of more than {MAX_HEAD_BYTES} bytes"
            raise LimitRequestHeaders(message)
        if end is None:
            return
        head = self._received.take(end)
        if not head.endswith(b"\r\n"):
            message = "bare LF as line terminator"
            raise InvalidHeader(message)
        self._received.unread(head)
        self.request = Request(self._config, self._received, self._client)
        self._body = _body_of(self.request)


class _KnownLength:
    """A body whose length the head tells; one too long for any use is not kept.

    Attributes:
        cut_short: whether only the beginning is waited for.
    """

    def __init__(self, length: int, awaited: bool) -> None:
        self._kept = length <= MAX_FORM_BYTES
        # Who asks first is not told to send what would only be thrown away.
        self._length = length if self._kept or not awaited else 0
        self._thrown_away = 0
        self.cut_short = self._length != length or length > MAX_DISCARDED_BYTES

    def end(self, received: ReceivedBytes) -> int | None:
        """Where the body ends in ``received``; ``None`` if that has not come in."""
        end = min(self._length, MAX_DISCARDED_BYTES) - self._thrown_away
        if len(received) >= end:
            return end
        if not self._kept:
            self._thrown_away += len(received)
            received.clear()
        return None


class _Chunks:
    """A body in chunks.

    Attributes:
        cut_short: whether it was longer than what is waited for.
    """

    def __init__(self) -> None:
        self._at = 0
        self.cut_short = False

    def end(self, received: ReceivedBytes) -> int | None:
        """Where the body ends in ``received``; ``None`` if that has not come in.

        Raises:
            ParseException: if there is no chunk where one must be.
        """
        end = self._end_of_last(received)
        if end is None and len(received) >= MAX_DISCARDED_BYTES:
            self.cut_short = True
            return len(received)
        return end

    def _end_of_last(self, received: ReceivedBytes) -> int | None:
        while (line_end := self._line_end(received)) is not None:
            size = self._size(received, line_end)
            if size == 0:
                return _end_of_trailers(received, line_end)
            after = line_end + 2 + size + 2
            if len(received) < after:
                return None
            if received.peek(after - 2, after) != b"\r\n":
                raise ChunkMissingTerminator(b"")
            self._at = after
        return None

    def _line_end(self, received: ReceivedBytes) -> int | None:
        line_end = received.find(b"\r\n", self._at, self._at + _MAX_CHUNK_LINE)
        if line_end < 0 and len(received) - self._at >= _MAX_CHUNK_LINE:
            raise InvalidChunkSize(b"")
        return line_end if line_end >= 0 else None

    def _size(self, received: ReceivedBytes, line_end: int) -> int:
        found = _CHUNK_SIZE.match(received.peek(self._at, line_end + 2))
        if not found:
            raise InvalidChunkSize(b"")
        return int(found[1], 16)


def _end_of_trailers(received: ReceivedBytes, line_end: int) -> int | None:
    end = received.find(b"\r\n\r\n", line_end, len(received))
    if end < 0 and len(received) - line_end > MAX_HEAD_BYTES:
        message = f"trailers of more than {MAX_HEAD_BYTES} bytes"
        raise LimitRequestHeaders(message)
    return end + 4 if end >= 0 else None


def _body_of(request: Any) -> _KnownLength | _Chunks:
    reader = request.body.reader
    if isinstance(reader, ChunkedReader):
        return _Chunks()
    return _KnownLength(reader.length, request._expected_100_continue)
