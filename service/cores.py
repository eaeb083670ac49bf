"""How many cores this process may use, also inside of a container with a limit."""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Microseconds of all cores together in each period, and the period (Linux, cgroup version 2)."""


def available_cores(quota: Path = _QUOTA) -> int:
    """The cores that the scheduler gives us, or fewer where a quota allows less.

    A container with ``--cpus 2`` runs on all cores of its machine, but only for so long:
    more threads than its share would wait for each other.
    """
    cores = len(os.sched_getaffinity(0))
    try:
        allowed, period = quota.read_text(encoding="ascii").split()
        return max(1, min(cores, ceil(int(allowed) / int(period))))
    except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max": no quota
        return cores
