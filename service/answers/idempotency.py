"""The ``Idempotency-Key`` header (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import re

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
KEY_PATTERN = r"""^(?:[!#-+\x2D-\[\]-~]{1,255}|"(?:[!#-\[\]-~]|\\["\\]){1,255}")$"""
"""Visible ASCII: as it is, without quotes, backslashes and commas, or as a string of RFC 9651."""
_KEY = re.compile(KEY_PATTERN)
_ESCAPED = re.compile(r"\\(.)")


class MalformedIdempotencyKeyError(Exception):
    """The header is no key."""


class IdempotencyKeyReusedError(Exception):
    """The key was given with another request before."""


class IdempotencyConflictError(Exception):
    """The request that the key was first given with is still under way."""


def idempotency_key(header: str) -> str:
    """The key that a header names; quoted or not, it is the same one.

    Raises:
        MalformedIdempotencyKeyError: if it names none.
    """
    if not _KEY.fullmatch(header):
        raise MalformedIdempotencyKeyError
    return _ESCAPED.sub(r"\1", header[1:-1]) if header.startswith('"') else header
