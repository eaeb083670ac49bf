"""Settings, and the only reader of the environment."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Self
from urllib.parse import urlsplit

from extraction.limits import ExtractionLimits
from models.shipped import SHIPPED_CHECKPOINT
from service.cores import available_cores

PREFIX = "HUIBAO_"
PROBE_THREADS = 2
MAX_FILE_BYTES = ExtractionLimits().file_bytes
"""More does not fit the largest request body that is read."""
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
LOG_FORMATS = ("auto", "json", "console")
_ORIGIN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[a-z0-9_.-]+|\[[0-9a-f:]+\])(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class SettingsError(Exception):
    """An environment variable has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs. Each field is read from ``HUIBAO_`` and its name in capitals.

    Attributes:
        host: address to listen on.
        port: port to listen on.
        operations_port: a port of their own for probes and metrics, without keys; 0 for none.
        model: folder or hub id of the checkpoint.
        workers: processes; each holds its own copy of the model.
        queue: requests of a process that may wait for its model while it judges another.
        threads: requests a process reads, refuses or answers at once.
        torch_threads: threads of one forward pass; 0 shares the cores among the workers.
        connections: connections a process holds at once, most of them idle.
        timeout: seconds after which a request that has no answer yet is given up.
        receive_timeout: seconds in which a whole request must have come in.
        worker_timeout: seconds after which a worker that no longer responds is replaced.
        drain_seconds: how long after SIGTERM requests are still accepted, with readiness
            already off, so that load balancers can turn away first.
        graceful_timeout: seconds that accepted requests get to finish after that; not less than
            ``timeout``, or the longest are cut off.
        max_file_bytes: the largest file that is read.
        file_timeout: seconds that reading a file may take.
        file_places: requests with files that a process has under way at once.
        api_keys: keys as ``service.access.authentication`` reads them, apart by commas or blanks.
        api_keys_file: a file of keys, one a line, read again when it changes.
        allow_anonymous: whether to serve without keys on an address others can reach.
        open_metrics: whether metrics need no key on the main port.
        rate_limit: requests a key may make, such as ``60/minute``; empty for no limit.
        rate_limit_storage: where they are counted: ``memory://``, each process on its own, or
            the address of a redis server.
        idempotency_seconds: how long an answer is kept for its ``Idempotency-Key``.
        cache_seconds: how long equal requests are answered alike without work; 0 for never.
        cache_bytes: memory of a process for kept answers.
        cors_origins: origins whose pages may call, apart by commas or blanks; empty for none.
        log_level: least severe level that is logged.
        log_format: ``json``, ``console``, or ``auto``: console in a terminal.
        tracing_endpoint: where OpenTelemetry traces go (OTLP over HTTP); empty for nowhere.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    operations_port: int = 0
    model: str = str(SHIPPED_CHECKPOINT)
    workers: int = 1
    queue: int = 2
    threads: int = 32
    torch_threads: int = 0
    connections: int = 1000
    timeout: int = 120
    receive_timeout: int = 30
    worker_timeout: int = 60
    drain_seconds: int = 2
    graceful_timeout: int = 120
    max_file_bytes: int = ExtractionLimits().file_bytes
    file_timeout: int = int(ExtractionLimits().seconds)
    file_places: int = 2
    api_keys: str = field(default="", repr=False)
    api_keys_file: str = ""
    allow_anonymous: bool = False
    open_metrics: bool = False
    rate_limit: str = ""
    rate_limit_storage: str = field(default="memory://", repr=False)
    idempotency_seconds: int = 3600
    cache_seconds: int = 0
    cache_bytes: int = 64 * 1024 * 1024
    cors_origins: str = ""
    log_level: str = "info"
    log_format: str = "auto"
    tracing_endpoint: str = ""

    def __post_init__(self) -> None:
        for name in ("port", "operations_port"):
            _require(name, 0 <= getattr(self, name) <= 65535, "between 0 and 65535")
        for name in ("torch_threads", "queue", "drain_seconds", "cache_seconds"):
            _require(name, getattr(self, name) >= 0, "0 or more")
        for name in _POSITIVE:
            _require(name, getattr(self, name) >= 1, "at least 1")
        _require(
            "threads",
            self.threads > self.places + self.file_places + PROBE_THREADS,
            f"more than {PREFIX}QUEUE, {PREFIX}FILE_PLACES and {1 + PROBE_THREADS} together",
        )
        is_own = not self.operations_port or self.operations_port != self.port
        _require("operations_port", is_own, f"another port than {PREFIX}PORT")
        _require("connections", self.connections > self.threads, f"more than {PREFIX}THREADS")
        _require(
            "max_file_bytes", 1 <= self.max_file_bytes <= MAX_FILE_BYTES, f"1 to {MAX_FILE_BYTES}"
        )
        _require(
            "tracing_endpoint",
            not self.tracing_endpoint or _is_web_address(self.tracing_endpoint),
            "an address that begins with http:// or https://",
        )
        _require("log_level", self.log_level in LOG_LEVELS, f"one of {', '.join(LOG_LEVELS)}")
        _require("log_format", self.log_format in LOG_FORMATS, f"one of {', '.join(LOG_FORMATS)}")
        _require(
            "cors_origins",
            all(map(_is_origin, self.allowed_origins)),
            "* or origins such as https://app.example.cn or http://localhost:3000",
        )
        _require(
            "allow_anonymous",
            self.allow_anonymous or self.has_keys or _is_loopback(self.host),
            f"1 to listen on {self.host} without {PREFIX}API_KEYS or {PREFIX}API_KEYS_FILE",
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; variables that are absent or empty keep their defaults.

        Raises:
            SettingsError: if a value is malformed or out of range; it names the variable.
        """
        given: dict[str, str | int | bool] = {}
        for item in fields(cls):
            value = environment.get(PREFIX + item.name.upper(), "").strip()
            if value:
                given[item.name] = _READERS[str(item.type)](item.name, value)
        return cls(**given)  # type: ignore[arg-type]

    @property
    def has_keys(self) -> bool:
        """Whether callers need a key."""
        return bool(self.api_keys or self.api_keys_file)

    @property
    def places(self) -> int:
        """How many requests for the model a process admits: one in work, the others waiting."""
        return 1 + self.queue

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The origins whose pages may call."""
        return tuple(item for item in re.split(r"[,\s]+", self.cors_origins) if item)

    @property
    def extraction_limits(self) -> ExtractionLimits:
        """The limits of one file."""
        return ExtractionLimits(file_bytes=self.max_file_bytes, seconds=float(self.file_timeout))

    @property
    def bind(self) -> list[str]:
        """Where gunicorn listens; IPv6 addresses in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        ports = (self.port, self.operations_port) if self.operations_port else (self.port,)
        return [f"{host}:{port}" for port in ports]

    @property
    def threads_of_model(self) -> int:
        """Threads of one forward pass, with 0 resolved to this worker's share of the cores."""
        return self.torch_threads or max(1, available_cores() // self.workers)


_POSITIVE = (
    "workers",
    "timeout",
    "receive_timeout",
    "worker_timeout",
    "graceful_timeout",
    "file_timeout",
    "file_places",
    "idempotency_seconds",
    "cache_bytes",
)


def _is_origin(text: str) -> bool:
    """Whether browsers send this very text as an ``Origin``."""
    found = _ORIGIN.fullmatch(text)
    if not found:
        return text == "*"
    port = found["port"]
    return port is None or (int(port) <= 65535 and _DEFAULT_PORTS.get(found["scheme"]) != port)


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _text(_: str, value: str) -> str:
    return value


def _integer(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        message = f"{PREFIX}{name.upper()} must be a whole number, not {value!r}"
        raise SettingsError(message) from None


def _boolean(name: str, value: str) -> bool:
    try:
        return _BOOLEANS[value.lower()]
    except KeyError:
        message = f"{PREFIX}{name.upper()} must be one of {', '.join(_BOOLEANS)}, not {value!r}"
        raise SettingsError(message) from None


_READERS: dict[str, Callable[[str, str], str | int | bool]] = {
    "str": _text,
    "int": _integer,
    "bool": _boolean,
}


def _require(name: str, condition: bool, allowed: str) -> None:
    if not condition:
        raise SettingsError(f"{PREFIX}{name.upper()} must be {allowed}")
