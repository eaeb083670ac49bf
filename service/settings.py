"""Settings, and the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

from extraction.limits import ExtractionLimits
from models.shipped import SHIPPED_CHECKPOINT

PREFIX = "HUIBAO_"
PROBE_THREADS = 2
MAX_FILE_BYTES = ExtractionLimits().file_bytes
"""More does not fit the largest request body that is read."""
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


class SettingsError(Exception):
    """An environment variable has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs. Each field is read from ``HUIBAO_`` and its name in capitals.

    Attributes:
        host: address to listen on.
        port: port to listen on.
        model: folder or hub id of the checkpoint.
        workers: processes; each holds its own copy of the model.
        threads: connections a process serves at once. All but two may wait for the model,
            which judges one report at a time; two are left for probes.
        torch_threads: threads of one forward pass; 0 shares the cores among the workers.
        timeout: seconds after which a worker that no longer responds is replaced.
        drain_seconds: how long after SIGTERM requests are still accepted, with readiness
            already off, so that load balancers can turn away first.
        graceful_timeout: seconds that accepted requests get to finish after that.
        max_file_bytes: the largest file that is read.
        file_timeout: seconds that reading a file may take.
        log_level: least severe level that is logged.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    model: str = str(SHIPPED_CHECKPOINT)
    workers: int = 1
    threads: int = 32
    torch_threads: int = 0
    timeout: int = 120
    drain_seconds: int = 2
    graceful_timeout: int = 60
    max_file_bytes: int = ExtractionLimits().file_bytes
    file_timeout: int = int(ExtractionLimits().seconds)
    log_level: str = "info"

    def __post_init__(self) -> None:
        _require("port", 0 <= self.port <= 65535, "between 0 and 65535")
        _require("workers", self.workers >= 1, "at least 1")
        _require("threads", self.threads > PROBE_THREADS, f"more than {PROBE_THREADS}")
        _require("torch_threads", self.torch_threads >= 0, "0 or more")
        _require("timeout", self.timeout >= 1, "at least 1")
        _require("drain_seconds", self.drain_seconds >= 0, "0 or more")
        _require("graceful_timeout", self.graceful_timeout >= 1, "at least 1")
        _require(
            "max_file_bytes", 1 <= self.max_file_bytes <= MAX_FILE_BYTES, f"1 to {MAX_FILE_BYTES}"
        )
        _require("file_timeout", self.file_timeout >= 1, "at least 1")
        _require("log_level", self.log_level in LOG_LEVELS, f"one of {', '.join(LOG_LEVELS)}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; variables that are absent or empty keep their defaults.

        Raises:
            SettingsError: if a value is malformed or out of range; it names the variable.
        """
        given: dict[str, str | int] = {}
        for field in fields(cls):
            value = environment.get(PREFIX + field.name.upper(), "").strip()
            if value:
                given[field.name] = _integer(field.name, value) if field.type == "int" else value
        return cls(**given)  # type: ignore[arg-type]

    @property
    def capacity(self) -> int:
        """How many requests for the model a process admits."""
        return self.threads - PROBE_THREADS

    @property
    def extraction_limits(self) -> ExtractionLimits:
        """The limits of one file."""
        return ExtractionLimits(file_bytes=self.max_file_bytes, seconds=float(self.file_timeout))

    @property
    def bind(self) -> str:
        """Where gunicorn listens; an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def threads_of_model(self) -> int:
        """Threads of one forward pass, with 0 resolved to this worker's share of the cores."""
        available = len(os.sched_getaffinity(0))
        return self.torch_threads or max(1, available // self.workers)


def _integer(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        message = f"{PREFIX}{name.upper()} must be a whole number, not {value!r}"
        raise SettingsError(message) from None


def _require(name: str, condition: bool, allowed: str) -> None:
    if not condition:
        raise SettingsError(f"{PREFIX}{name.upper()} must be {allowed}")
