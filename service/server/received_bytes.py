"""Memory for what comes in over a connection, given back as soon as it is read."""

from __future__ import annotations

import mmap
import re

from gunicorn.http.unreader import Unreader

_PIECE = 64 * 1024
_STEP = 256 * 1024


class ReceivedBytes(Unreader):
    """Bytes that have come in, for gunicorn's parser, which never waits for more.

    They are in pages of their own, not in the heap. A ``bytearray`` that grows keeps up to an
    eighth in reserve and leaves holes behind: of 256 MiB held, 390 MiB were resident.

    Positions count from the first byte that has not been taken.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pages: mmap.mmap | None = None
        self._start = 0
        self._end = 0
        self._released = 0

    def __len__(self) -> int:
        """How many are held."""
        return self._end - self._start

    def append(self, data: bytes) -> None:
        """Hold ``data`` behind the others."""
        end = self._end + len(data)
        if not data:
            return
        if self._pages is None:
            self._pages = mmap.mmap(-1, max(_PIECE, end), flags=mmap.MAP_PRIVATE)
        elif end > len(self._pages):
            self._pages.resize(end - end % _STEP + _STEP)
        self._pages[self._end : end] = data
        self._end = end

    def find(self, wanted: bytes, start: int, stop: int) -> int:
        """Where ``wanted`` first stands wholly inside of the range; -1 if nowhere."""
        if self._pages is None:
            return -1
        found = self._pages.find(wanted, self._start + start, min(self._start + stop, self._end))
        return found - self._start if found >= 0 else -1

    def search(self, pattern: re.Pattern[bytes], start: int) -> int | None:
        """Where the first match from ``start`` on ends."""
        found = self._pages and pattern.search(self._pages, self._start + start, self._end)
        return found.end() - self._start if found else None

    def peek(self, start: int, stop: int) -> bytes:
        """Those of a range, which stay."""
        if self._pages is None:
            return b""
        return self._pages[self._start + start : min(self._start + stop, self._end)]

    def take(self, count: int) -> bytes:
        """The first ones, which are no longer held."""
        taken = self.peek(0, count)
        self._start += len(taken)
        self._release()
        return taken

    def clear(self) -> None:
        """Hold nothing."""
        if self._pages is not None:
            self._pages.close()
        self._pages = None
        self._start = self._end = self._released = 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next piece; empty at the end."""
        return self.take(max(_PIECE, size_hint or 0))

    def _release(self) -> None:
        """Give back the pages that are done with."""
        if self._pages is None or self._start == self._end:
            self.clear()
            return
        whole = self._start - self._start % mmap.PAGESIZE
        if whole > self._released:
            self._pages.madvise(mmap.MADV_DONTNEED, self._released, whole - self._released)
            self._released = whole
