"""Reading request bodies strictly: JSON, and forms with a file (see ``service.forms``)."""

from __future__ import annotations

from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request
from gunicorn.http.errors import ParseException
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from service.forms import form_parts, form_value
from service.inflating import inflated
from service.problems import (
    MalformedFormError,
    MalformedJsonError,
    UnsupportedEncodingError,
    ValidationFailedError,
)

MAX_DISCARDED_BYTES = 32 * 1024 * 1024
"""So much of a body that is too large is received and thrown away before it is refused.

Closing a connection with unread bytes resets it, and the caller, still sending, would never
see why it was refused.
"""
MAX_FORM_BYTES = 24 * 1024 * 1024
"""The largest body with a file that is read; the file itself has a lower limit."""
_GZIP_NAMES = ("gzip", "x-gzip")  # two names of one encoding, says RFC 9110


def _read_body(request: Request, limit: int | None, malformed: type[Exception]) -> bytes:
    """The whole body, also one sent in chunks, which does not say its length; inflated.

    Raises:
        UnsupportedEncodingError: if it is compressed in another way than gzip.
        RequestEntityTooLarge: if it is over ``limit``, as it comes or inflated.
        MalformedGzipError: if it is damaged gzip.
        malformed: if the chunks are malformed or end too early.
    """
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding and encoding not in _GZIP_NAMES:
        raise UnsupportedEncodingError
    if limit is None or (request.content_length or 0) > limit:
        raise RequestEntityTooLarge
    try:
        body: bytes = request.environ["wsgi.input"].read(limit + 1)
    except (ParseException, OSError) as error:
        raise malformed from error
    if len(body) > limit:
        raise RequestEntityTooLarge
    return inflated(body, limit) if encoding in _GZIP_NAMES else body


class StrictParser(FlaskParser):
    """Takes what an operation is declared to take and nothing else.

    JSON is ``application/json`` in UTF-8; orjson refuses what Python's json lets through:
    NaN, lone surrogates, invalid UTF-8, very deep nesting. Files come in
    ``multipart/form-data``, and stay in memory. Both may be compressed with gzip.

    Raises:
        UnsupportedMediaType: for another media type or content encoding.
        RequestEntityTooLarge: if the body is over the limit, as it comes or inflated.
        MalformedGzipError: if the body says it is gzip and is not.
        MalformedJsonError: if the body is not JSON.
        MalformedFormError: if the body is not such a form.
        ValidationFailedError: if it does not fit the schema.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"files": None}

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The parsed body."""
        if req.mimetype != "application/json":
            raise UnsupportedMediaType
        try:
            return orjson.loads(_read_body(req, req.max_content_length, MalformedJsonError))
        except orjson.JSONDecodeError as error:
            raise MalformedJsonError from error

    def load_files(self, req: Request, schema: ma.Schema) -> Any:
        """The fields of a form with files; those that are no text are read as in JSON.

        A part may be JSON itself, as clients made by openapi-generator send lists and enums.
        """
        if req.mimetype != "multipart/form-data":
            raise UnsupportedMediaType
        body = _read_body(req, MAX_FORM_BYTES, MalformedFormError)
        parts = form_parts(body, req.mimetype_params.get("boundary", ""))
        return {
            name: form_value(schema.fields.get(name), [part for part in parts if part.name == name])
            for name in sorted({part.name for part in parts})
        }

    def handle_error(
        self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_: Any
    ) -> NoReturn:
        """Pass on what the schema found."""
        messages = error.messages
        raise ValidationFailedError(messages if isinstance(messages, dict) else {"": messages})
