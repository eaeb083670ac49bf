"""A board on which the worker processes tell each other how busy they are."""

from __future__ import annotations

import mmap
from collections.abc import Collection
from functools import cache

_ABSENT = 255
_LOADING = 254
_BUSIEST = 253
_PLACES_A_WORKER = 4
"""During a reload there are old and new workers, and more reloads may follow."""


class WorkerBoard:
    """Memory that all workers share; made before they are forked.

    Args:
        workers: how many there are, but for reloads.
    """

    def __init__(self, workers: int) -> None:
        self.size = _PLACES_A_WORKER * workers
        # For each place its load and whether it is about to leave; whether any has ever served.
        self._memory = mmap.mmap(-1, 2 * self.size + 1)
        self._memory[: self.size] = bytes([_ABSENT]) * self.size

    @property
    def loads(self) -> bytes:
        """The requests in hand at each place, or that it is absent or loading."""
        return self._memory[: self.size]

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
        self._memory[number] = load

    def mark_leaving(self, number: int, leaving: bool) -> None:
        """Tell whether a place is about to be left."""
        self._memory[self.size + number] = leaving

    def is_leaving(self, number: int) -> bool:
        """Whether a place is about to be left."""
        return bool(self._memory[self.size + number])


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
        """Whether another worker has less to do."""
        loads = self.board.loads
        return min(loads) < loads[self.number]

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
