"""Request bodies that were compressed with gzip (RFC 1952)."""

from __future__ import annotations

import zlib

from werkzeug.exceptions import RequestEntityTooLarge

_MAX_MEMBERS = 1000
"""Members of one body: enough for blocks of 64 KiB, as parallel compressors write them."""
_CHUNK = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class MalformedGzipError(Exception):
    """The body is not gzip, is damaged, or ends too early."""


def inflated(body: bytes, limit: int) -> bytes:
    """What ``body`` holds; never more than a byte over ``limit`` is inflated.

    Raises:
        RequestEntityTooLarge: if that is over ``limit`` bytes.
        MalformedGzipError: if the body is not whole and undamaged gzip.
    """
    found = bytearray()
    position = 0
    for _ in range(_MAX_MEMBERS):
        position = _inflate_member(body, position, found, limit)
        if position == len(body):
            return bytes(found)
    raise MalformedGzipError


def _inflate_member(body: bytes, start: int, found: bytearray, limit: int) -> int:
    """Add what the member at ``start`` holds to ``found``, and tell where it ends.

    In pieces, because zlib copies what follows a member: many small members in a long
    body would take a time that grows with the square of its length.
    """
    inflater = zlib.decompressobj(wbits=_GZIP)
    position = start
    while not inflater.eof:
        piece = body[position : position + _CHUNK]
        if not piece:
            raise MalformedGzipError
        try:
            found += inflater.decompress(piece, limit + 1 - len(found))
        except zlib.error as error:
            raise MalformedGzipError from error
        if len(found) > limit:
            raise RequestEntityTooLarge
        position += len(piece) - len(inflater.unused_data)
    return position
