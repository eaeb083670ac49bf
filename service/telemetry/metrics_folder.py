"""The folder in which the processes of the service share their metrics.

prometheus-client keeps the values of each process in files there, which any of them can add
up. It looks the folder up in the environment, as soon as it is imported.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "huibao-metrics-"
_LOCK = "lock"
_LEFTOVER_SECONDS = 60
"""Younger folders may be about to be locked."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - made with mkdtemp
_RESERVED_BYTES = {
    "counter": 512 * 1024,
    "histogram": 128 * 1024,
    "gauge_livesum": 8 * 1024,
    "gauge_livemax": 8 * 1024,
}
"""Size of a process's file of each type. With a value for every route, method and status of the
service, also of those that never go together, the first two use 410 and 55 KiB."""
_USED = struct.Struct("i")
"""What each file begins with: how many of its bytes are used."""
_EMPTY_BYTES = 8


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


def reserve_metrics_space(folder: Path) -> None:
    """Make the files of this process as large as they will ever be; call it before its metrics.

    prometheus-client writes in memory mapped from files with holes. On a full file system a
    write in a hole kills the process; these files have none.

    Raises:
        OSError: if there is no space.
    """
    for file_type, size in _RESERVED_BYTES.items():
        path = folder / f"{file_type}_{os.getpid()}.db"
        # One is there if a dead process had the same id. Its counts go on.
        new = path if path.exists() else path.with_suffix(".new")
        try:
            with new.open("a+b") as file:
                os.posix_fallocate(file.fileno(), 0, size)
        except OSError:
            path.with_suffix(".new").unlink(missing_ok=True)
            raise
        new.rename(path)  # now those who add up all files may read it


def release_metrics_space(folder: Path, process: int) -> None:
    """Shorten the files of a process that has ended to what it used of them."""
    for path in folder.glob(f"*_{process}.db"):
        with suppress(OSError), path.open("r+b") as file:
            file.truncate(max(_used_bytes(file), _EMPTY_BYTES))


def _used_bytes(file: BinaryIO) -> int:
    start = file.read(_USED.size)
    return int(_USED.unpack(start)[0]) if len(start) == _USED.size else 0


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
