"""A bounded number of places, each held by one request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class OverloadedError(Exception):
    """All places are taken.

    Attributes:
        retry_after: seconds after which one is likely to be free.
    """

    def __init__(self, retry_after: float) -> None:
        super().__init__("all places are taken")
        self.retry_after = retry_after


class Places:
    """Places that requests hold while they are under way.

    Args:
        count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = count
        self._lock = threading.Lock()

    @property
    def free(self) -> int:
        """How many are free at this moment."""
        return self._free

    @contextmanager
    def hold(self, retry_after: float) -> Iterator[None]:
        """Hold one of the places.

        Raises:
            OverloadedError: at once, if none is free.
        """
        with self._lock:
            if not self._free:
                raise OverloadedError(retry_after)
            self._free -= 1
        try:
            yield
        finally:
            with self._lock:
                self._free += 1
