"""The open connections of a process: their memory, and which of them is missed the least."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator

from service.server.connection import Connection, Phase

PATIENCE_SECONDS = {
    Phase.LINGERING: 1.0,
    Phase.IDLE: 1.0,
    Phase.HEAD: 1.0,
    Phase.BODY: 10.0,
    Phase.SENDING: 10.0,
}
"""For how long nobody in a phase is closed to make room for another, the least missed first."""


class OpenConnections:
    """Connections by phase, each phase in the order in which they entered it.

    Attributes:
        held: bytes they keep in memory.
    """

    def __init__(self) -> None:
        self.held = 0
        self._sizes: dict[Connection, int] = {}
        self._phases: dict[Connection, Phase] = {}
        # Of a plain dictionary the first key is slow to find once many before it are gone.
        self._members: dict[Phase, OrderedDict[Connection, None]] = {
            phase: OrderedDict() for phase in Phase
        }

    def __len__(self) -> int:
        """How many there are."""
        return len(self._phases)

    def __contains__(self, connection: Connection) -> bool:
        """Whether a connection is among them."""
        return connection in self._phases

    def __iter__(self) -> Iterator[Connection]:
        """All of them."""
        return iter(self._phases)

    def note(self, connection: Connection) -> None:
        """Note the phase and the size of a connection, be it new or known."""
        before = self._phases.get(connection)
        if before is not connection.phase:
            if before is not None:
                del self._members[before][connection]
            self._phases[connection] = connection.phase
            self._members[connection.phase][connection] = None
        self.held += connection.size - self._sizes.get(connection, 0)
        self._sizes[connection] = connection.size

    def remove(self, connection: Connection) -> None:
        """Forget a connection."""
        del self._members[self._phases.pop(connection)][connection]
        self.held -= self._sizes.pop(connection)

    def least_missed(self) -> Connection | None:
        """The one to close if there must be room for another; ``None`` if each may do well yet."""
        now = time.monotonic()
        for phase, seconds in PATIENCE_SECONDS.items():
            oldest = next(iter(self._members[phase]), None)
            if oldest is not None and oldest.since < now - seconds:
                return oldest
        return None
