"""Memory for the bodies of requests, given back as soon as they are read."""

from __future__ import annotations

import mmap

from gunicorn.http.unreader import Unreader

_PIECE = 64 * 1024
_STEP = 256 * 1024


class ReceivedBody(Unreader):
    """What has come in of a body, for gunicorn's reader, which never waits for more.

    It is in pages of its own, not in the heap. A ``bytearray`` that grows keeps up to an
    eighth in reserve and leaves holes behind: of 256 MiB held, 390 MiB were resident.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pages: mmap.mmap | None = None
        self._start = 0
        self._end = 0
        self._released = 0

    def __len__(self) -> int:
        """How many bytes are held."""
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

    def clear(self) -> None:
        """Hold nothing."""
        if self._pages is not None:
            self._pages.close()
        self._pages = None
        self._start = self._end = self._released = 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next piece, which is no longer held; empty at the end."""
        if self._pages is None:
            return b""
        piece = self._pages[self._start : min(self._start + max(_PIECE, size_hint or 0), self._end)]
        self._start += len(piece)
        self._release(self._pages)
        return piece

    def _release(self, pages: mmap.mmap) -> None:
        """Give back the pages that are done with."""
        if self._start == self._end:
            self.clear()
            return
        whole = self._start - self._start % mmap.PAGESIZE
        if whole > self._released:
            pages.madvise(mmap.MADV_DONTNEED, self._released, whole - self._released)
            self._released = whole
