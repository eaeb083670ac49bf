"""What the fuzzers of texts and of files share: findings, and resident memory."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

_ALLOWED_GROWTH = 1.05
_ALLOWED_MEBIBYTES = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What should not have happened.

    Attributes:
        number: which text or file of the run it was; with the run's seed it makes it again.
        fault: what is wrong, in few words; the same for what is wrong in the same way.
        detail: what shows it: the smallest text, or the path of the file.
    """

    number: int
    fault: str
    detail: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one process does of a run: every ``processes``-th from ``first`` on.

    Attributes:
        count: how many the run has.
        seed: what they are made from, together with their number.
        first: the first of the share.
        processes: how many shares there are.
    """

    count: int
    seed: int
    first: int = 0
    processes: int = 1

    @property
    def numbers(self) -> range:
        """Their numbers in the run."""
        return range(self.first, self.count, self.processes)

    def ends_first_tenth(self, number: int) -> bool:
        """Whether ``number`` is the last of the first tenth of the share."""
        return number == self.numbers[max(1, len(self.numbers) // 10) - 1]


@dataclass(slots=True)
class MemoryWatch:
    """Resident memory of this process after the first tenth of its work and at its end."""

    readings: list[float] = field(default_factory=list)

    def read(self) -> None:
        """Note how much it is now."""
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        self.readings.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)

    @property
    def grew(self) -> bool:
        """Whether the last reading is more than 5 % and 30 MiB above the first."""
        allowed = self.readings[0] * _ALLOWED_GROWTH + _ALLOWED_MEBIBYTES
        return self.readings[-1] > allowed

    def __str__(self) -> str:
        return " -> ".join(f"{reading:.1f}" for reading in self.readings) + " MiB resident"
