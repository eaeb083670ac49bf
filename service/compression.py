"""Compression of answers."""

from __future__ import annotations

import gzip
from functools import partial

import brotli
from flask import Flask, Response, request

from service.problems import MEDIA_TYPE

MIN_BYTES = 1024
"""Shorter answers are not compressed."""
_IDENTITY = "identity"
_ENCODERS = {
    "br": partial(brotli.compress, quality=4),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
"""The encodings, the one that is preferred first."""
_MEDIA_TYPES = {
    "application/json",
    MEDIA_TYPE,
    "application/yaml",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
}


def compress_answers(app: Flask) -> None:
    """Compress long answers as far as their callers accept that."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in _MEDIA_TYPES:
        return response
    response.vary.add("Accept-Encoding")
    accepted = request.accept_encodings.best_match((*_ENCODERS, _IDENTITY), _IDENTITY)
    if accepted == _IDENTITY or response.is_streamed or response.content_encoding:
        return response
    body = response.get_data()
    if len(body) >= MIN_BYTES:
        response.set_data(_ENCODERS[accepted](body))
        response.content_encoding = accepted
        _weaken_tag(response)
    return response


def _weaken_tag(response: Response) -> None:
    """A strong entity tag would say that the bytes are those of the plain answer."""
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)
