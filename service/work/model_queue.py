"""A bounded line in front of the model, which serves one request at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from report.watching import Stage
from service.work.places import Places
from service.work.request_watch import RequestWatch, no_pause

_LOOK_SECONDS = 0.1
"""How often one who waits looks whether it is still worth it."""
WINDOWS_A_TURN = 32
"""Windows of text (some 12,000 characters) after which a long request lets others go first."""
_NEWEST_WEIGHT = 0.2
_SECONDS_AT_FIRST = 0.5


class ModelQueue:
    """Requests hold a place while they are under way, and have turns at the model.

    Args:
        places: how many requests may be under way, the one at the model included.
    """

    def __init__(self, places: int) -> None:
        self._places = Places(places)
        self._line: deque[object] = deque()
        self._changed = threading.Condition()
        self._seconds_a_turn = _SECONDS_AT_FIRST

    @property
    def waiting(self) -> int:
        """How many are waiting for a turn."""
        return max(0, len(self._line) - 1)

    def place(self) -> AbstractContextManager[None]:
        """Hold one of the places.

        Raises:
            OverloadedError: at once, if none is free.
        """
        return self._places.hold(self.retry_after)

    @property
    def is_full(self) -> bool:
        """Whether all places are taken at this moment."""
        return not self._places.free

    @property
    def retry_after(self) -> float:
        """Seconds after which a place is likely to be free."""
        return self._seconds_a_turn * self._places.count

    @contextmanager
    def turn(self, watch: RequestWatch) -> Iterator[None]:
        """Have the model for oneself, first come, first served.

        After ``WINDOWS_A_TURN`` windows ``watch.go_on`` passes the model on and waits again.

        Raises:
            WorkStoppedError: if the wait is no longer worth it.
        """
        ticket = object()
        self._line_up(ticket, watch)
        seen, before = watch.windows, watch.busy_seconds

        def pause() -> None:
            nonlocal seen
            if watch.windows - seen >= WINDOWS_A_TURN and len(self._line) > 1:
                self._leave(ticket)
                self._line_up(ticket, watch)
                seen = watch.windows

        watch.pause = pause
        try:
            yield
        finally:
            watch.pause = no_pause
            self._leave(ticket)
            spent = watch.busy_seconds - before
            self._seconds_a_turn += _NEWEST_WEIGHT * (spent - self._seconds_a_turn)

    def _line_up(self, ticket: object, watch: RequestWatch) -> None:
        with watch.stage(Stage.QUEUE), self._changed:
            self._line.append(ticket)
            try:
                while self._line[0] is not ticket:
                    self._changed.wait(_LOOK_SECONDS)
                    watch.require_wanted()
            except BaseException:
                self._leave(ticket)
                raise

    def _leave(self, ticket: object) -> None:
        with self._changed:
            if ticket in self._line:
                self._line.remove(ticket)
                self._changed.notify_all()
