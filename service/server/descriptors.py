"""How many files and connections the system lets a process have open."""

from __future__ import annotations

import resource
import sys

_SPARE = 200
"""Descriptors for all but connections: libraries, files being read, the log, the threads."""


def raise_descriptor_limit() -> int:
    """Let this process, and those it starts, have open as many as it may allow itself.

    Returns:
        the limit that then holds.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):  # some systems do not take their own hard limit
        return _finite(soft)
    return _finite(hard)


def connections_within(limit: int, wanted: int) -> int:
    """How many connections of ``wanted`` a process may hold with ``limit`` descriptors."""
    return max(1, min(wanted, limit - _SPARE))


def _finite(limit: int) -> int:
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit
