"""Following the work on a text from outside: its stages, its cost, and whether to go on."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """The stages of the work on a request, in their order.

    The first two are not the domain's: a file's text is found and the model waited for
    before the work on a text begins.
    """

    EXTRACT = "extract"
    QUEUE = "queue"
    SEGMENT = "segment"
    ENCODE = "encode"
    SELECT = "select"


class Watch(Protocol):
    """Follows the work on one request, and may end it."""

    def stage(self, stage: Stage) -> AbstractContextManager[None]:
        """Entered for the time of a stage; a stage may come several times."""

    def encoded(self, windows: int, tokens: int) -> None:
        """Told after each batch of windows that the model has read."""

    def go_on(self) -> None:
        """Called often between pieces of work; what it raises ends the work."""


class Unwatched:
    """Nobody follows, and the work goes on to its end."""

    def stage(self, stage: Stage) -> AbstractContextManager[None]:
        """Nothing to enter."""
        return nullcontext()

    def encoded(self, windows: int, tokens: int) -> None:
        """Told in vain."""

    def go_on(self) -> None:
        """Always on."""


UNWATCHED = Unwatched()
