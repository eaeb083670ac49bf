"""A board on which the worker processes tell each other how busy they are."""

from __future__ import annotations

import mmap
import struct
import time
from collections.abc import Collection
from functools import cache

_ABSENT = 255
_LOADING = 254
_BUSIEST = 253
_TIME = struct.Struct("d")
_SILENCE_SECONDS = 1.0
"""A worker tells its load several times a second, unless it hangs."""
_PLACES_A_WORKER = 4
"""During a reload there are old and new workers, and more reloads may follow."""


class WorkerBoard:
    """Memory that all workers share; made before they are forked.

    Args:
        workers: how many there are, but for reloads.
    """

    def __init__(self, workers: int) -> None:
        self.size = _PLACES_A_WORKER * workers
        # For each place when its load was told, the load, and whether it is about to be left;
        # then whether any worker has ever served.
        self._memory = mmap.mmap(-1, (_TIME.size + 2) * self.size + 1)
        self._loads = _TIME.size * self.size
        self._leaving = self._loads + self.size
        self._memory[self._loads : self._leaving] = bytes([_ABSENT]) * self.size

    @property
    def loads(self) -> bytes:
        """The requests in hand at each place, or that it is absent or loading."""
        return self._memory[self._loads : self._leaving]

    @property
    def has_served(self) -> bool:
        """Whether any worker has ever had its model."""
        return bool(self._memory[-1])

    def free_place(self, taken: Collection[BoardPlace]) -> BoardPlace:
        """A place that is none of those taken; the last one is shared if there is none."""
        numbers = {place.number for place in taken}
        last = self.size - 1
        return BoardPlace(self, next((n for n in range(last) if n not in numbers), last))

    def note_served(self) -> None:
        """A worker has its model."""
        self._memory[-1] = True

    def write(self, number: int, load: int) -> None:
        """Tell the load at a place."""
        _TIME.pack_into(self._memory, _TIME.size * number, time.monotonic())
        self._memory[self._loads + number] = load

    def silent_seconds(self, number: int) -> float:
        """How long nothing has been told at a place."""
        [told] = _TIME.unpack_from(self._memory, _TIME.size * number)
        return time.monotonic() - float(told)

    def mark_leaving(self, number: int, leaving: bool) -> None:
        """Tell whether a place is about to be left."""
        self._memory[self._leaving + number] = leaving

    def is_leaving(self, number: int) -> bool:
        """Whether a place is about to be left."""
        return bool(self._memory[self._leaving + number])


class BoardPlace:
    """What one worker tells the others.

    Attributes:
        board: the board.
        number: which place of the board it is.
    """

    def __init__(self, board: WorkerBoard, number: int) -> None:
        self.board = board
        self.number = number

    def enter(self) -> None:
        """A worker begins here, without its model so far."""
        self.board.mark_leaving(self.number, leaving=False)
        self.board.write(self.number, _LOADING)

    def tell(self, requests: int) -> None:
        """Tell how many requests are in hand."""
        self.board.write(self.number, min(requests, _BUSIEST))

    def leave_soon(self) -> None:
        """This worker has been asked to end."""
        self.board.mark_leaving(self.number, leaving=True)

    def leave(self) -> None:
        """There is no such worker any more."""
        self.board.write(self.number, _ABSENT)

    def others_are_freer(self) -> bool:
        """Whether another worker has less to do, and is not hanging."""
        loads = self.board.loads
        own = loads[self.number]
        return any(
            load < own and self.board.silent_seconds(number) < _SILENCE_SECONDS
            for number, load in enumerate(loads)
        )

    def replacement_is_loading(self) -> bool:
        """Whether another worker is loading its model and none is ready that stays."""
        staying = [
            load
            for number, load in enumerate(self.board.loads)
            if number != self.number and not self.board.is_leaving(number)
        ]
        return _LOADING in staying and min(staying) >= _LOADING


@cache
def shared_board(workers: int) -> WorkerBoard:
    """The one board of this process and those it forks, also when it reads its settings again."""
    return WorkerBoard(workers)
