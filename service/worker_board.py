"""A board on which the worker processes tell each other how busy they are."""

from __future__ import annotations

import mmap
from collections.abc import Collection

_ABSENT = 255
_LOADING = 254
_BUSIEST = 253


class WorkerBoard:
    """Memory that all workers share; made before they are forked.

    Args:
        workers: how many there are; at times, as during a reload, there are more.
    """

    def __init__(self, workers: int) -> None:
        self._loads = mmap.mmap(-1, 4 * workers)
        self._loads[:] = bytes([_ABSENT]) * len(self._loads)

    def free_place(self, taken: Collection[BoardPlace]) -> BoardPlace:
        """A place that is none of those taken; the last one is shared if there is none."""
        numbers = {place.number for place in taken}
        last = len(self._loads) - 1
        return BoardPlace(self._loads, next((n for n in range(last) if n not in numbers), last))


class BoardPlace:
    """What one worker tells the others.

    Attributes:
        number: which place of the board it is.
    """

    def __init__(self, loads: mmap.mmap, number: int) -> None:
        self._loads = loads
        self.number = number

    def tell(self, requests: int, *, loading: bool) -> None:
        """Tell how many requests are in hand, or that the model is not there yet."""
        self._loads[self.number] = _LOADING if loading else min(requests, _BUSIEST)

    def leave(self) -> None:
        """There is no such worker any more."""
        self._loads[self.number] = _ABSENT

    def others_are_freer(self) -> bool:
        """Whether another worker has less to do."""
        return min(self._loads[:]) < self._loads[self.number]
