"""The folder in which the processes of the service share their metrics.

prometheus-client keeps the values of each process in files there, which any of them can add
up. It looks the folder up in the environment, as soon as it is imported.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "huibao-metrics-"
_LOCK = "lock"
_LEFTOVER_SECONDS = 60
"""Younger folders may be about to be locked."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - made with mkdtemp


@cache
def create_metrics_folder() -> Path:
    """Create the folder for this process and those it forks; call it before they start.

    It is on memory where that can be, and locked as long as one of them lives: those that
    are not locked are leftovers of services that were killed, and are removed.
    """
    parent = _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    for leftover in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, or another process was quicker
            _remove_if_left(leftover)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    _lock(folder)
    os.environ[_VARIABLE] = str(folder)
    return folder


def remove_metrics_folder() -> None:
    """Remove the folder when the service ends."""
    shutil.rmtree(create_metrics_folder(), ignore_errors=True)


def shared_metrics_folder() -> Path | None:
    """The folder of this process and its siblings; ``None`` if it is on its own."""
    folder = os.environ.get(_VARIABLE)
    return Path(folder) if folder else None


def _lock(folder: Path) -> int:
    """Lock a folder until this process and those that it forks have ended.

    Raises:
        BlockingIOError: if it is locked.
    """
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _remove_if_left(folder: Path) -> None:
    if folder.stat().st_mtime > time.time() - _LEFTOVER_SECONDS:
        return
    lock = _lock(folder)
    try:
        shutil.rmtree(folder)
    finally:
        os.close(lock)
