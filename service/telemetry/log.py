"""Logging: one line a request, never a report's text.

All code logs by the standard library; structlog writes the lines, those of libraries and of
gunicorn too: JSON for machines, columns for people at a terminal.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import orjson
import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from service.settings import SettingsError
from service.telemetry.request_record import RequestRecord

logger = logging.getLogger(__name__)

_QUIET = ("urllib3", "filelock", "flask-limiter")
"""Libraries whose lesser messages quote what is sent, or tell addresses."""
_FIRST = ("timestamp", "level", "message")
_NEVER_QUOTING = (SettingsError, ImportError, OSError)
_LIBRARIES = ("transformers", "huggingface_hub")
"""Libraries that bring their own handlers."""


def logging_configuration(level: str, line_format: str) -> dict[str, Any]:
    """What ``logging.config.dictConfig`` needs to log to standard error from ``level`` on.

    Args:
        level: the least severe level.
        line_format: ``json``, ``console``, or ``auto``: console in a terminal.
    """
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _annotations(),
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_renderers(line_format),
        ],
    }
    handler = {"class": "logging.StreamHandler", "formatter": "lines", "stream": sys.stderr}
    through: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": formatter},
        "handlers": {"stderr": handler},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": through | {"level": level.upper()},
            "gunicorn.access": through,
            **{name: {"level": "WARNING"} for name in _QUIET},
        },
    }


def adopt_libraries() -> None:
    """Have the libraries that are loaded by now log through our handler."""
    logging.captureWarnings(True)
    for name in _LIBRARIES:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True


def log_request(record: RequestRecord) -> None:
    """Write the line of a request.

    No address: behind a proxy it is the proxy's, and else it is personal data.
    """
    fields: dict[str, object] = {
        "method": record.method,
        "route": record.route,
        "status": record.status,
        "milliseconds": _milliseconds(record.seconds),
        "request_id": record.request_id,
        "trace_id": record.trace_id,
        "client": record.client,
        "problem": record.problem,
        "answer_source": record.source,
        "stages": {str(stage): _milliseconds(took) for stage, took in record.stages.items()},
        "reports": len(record.summaries),
        "characters": record.characters,
        "windows": record.windows,
    }
    told = {name: value for name, value in fields.items() if value}
    logger.info("%s %s %d", record.method, record.route, record.status, extra=told)


def _milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 1)


def _annotations() -> list[Processor]:
    """What every line tells besides its message."""
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.CallsiteParameterAdder(
            [structlog.processors.CallsiteParameter.PROCESS]
        ),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_exception,
    ]


def _add_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Tell the type and the frames of an exception; its message might quote the report."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if not isinstance(error, BaseException):
        return event
    frames = "".join(traceback.format_tb(error.__traceback__))
    message = f": {error}" if isinstance(error, _NEVER_QUOTING) else ""
    event["exception"] = f"{type(error).__name__}{message} at\n{frames}"
    return event


def _renderers(line_format: str) -> list[Processor]:
    at_terminal = sys.stderr.isatty()
    if line_format == "console" or (line_format == "auto" and at_terminal):
        return [
            structlog.dev.ConsoleRenderer(
                colors=at_terminal,
                sort_keys=False,
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    return [
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(serializer=_json),
    ]


def _json(event: EventDict, **_: object) -> str:
    first = {name: event.pop(name) for name in _FIRST if name in event}
    return orjson.dumps(first | dict(event), default=str).decode()
