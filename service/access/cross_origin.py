"""Answers to web pages of other origins (CORS)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Flask
from flask_cors import CORS

ANY_ORIGIN = "*"
_PATHS = re.compile(r"/(v1/.*|openapi\.json)\Z")
_METHODS = ("GET", "POST")
_REQUEST_HEADERS = (
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Idempotency-Key",
    "X-Request-Id",
    "traceparent",
    "tracestate",
)
_RESPONSE_HEADERS = (
    "Idempotency-Replayed",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "Server-Timing",
    "WWW-Authenticate",
    "X-Request-Id",
)
_PREFLIGHT_SECONDS = 600


def allow_origins(app: Flask, origins: Sequence[str]) -> None:
    """Let pages of ``origins`` call the operations and read the answers.

    No credentials of the browser are let through: callers show a key or none.
    """
    CORS(
        app,
        resources=_PATHS,
        origins=[_pattern(origin) for origin in origins],
        methods=_METHODS,
        allow_headers=_REQUEST_HEADERS,
        expose_headers=_RESPONSE_HEADERS,
        max_age=_PREFLIGHT_SECONDS,
        send_wildcard=True,
        always_send=ANY_ORIGIN in origins,
        intercept_exceptions=False,
    )


def _pattern(origin: str) -> str | re.Pattern[str]:
    """What flask-cors shall match: it would take brackets (IPv6) for a regular expression."""
    return origin if origin == ANY_ORIGIN else re.compile(re.escape(origin) + r"\Z")
