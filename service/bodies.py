"""Reading JSON request bodies strictly."""

from __future__ import annotations

import logging
from typing import Any, BinaryIO, NoReturn

import marshmallow as ma
import orjson
from flask import Request
from gunicorn.http.errors import ParseException
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from service.problems import MalformedJsonError, ValidationFailedError

logger = logging.getLogger(__name__)

MAX_DISCARDED_BYTES = 32 * 1024 * 1024
_CHUNK = 64 * 1024


def discard_body(body: BinaryIO) -> None:
    """Read what is left of a refused body, up to ``MAX_DISCARDED_BYTES``.

    Closing a connection with unread bytes resets it, and the caller, still sending,
    would never see why it was refused.
    """
    left = MAX_DISCARDED_BYTES
    try:
        while left > 0 and (chunk := body.read(min(_CHUNK, left))):
            left -= len(chunk)
    except (ParseException, OSError):
        logger.debug("the rest of a refused body could not be read")


def _read_body(request: Request) -> bytes:
    """The whole body, also one sent in chunks, which does not say its length.

    Raises:
        RequestEntityTooLarge: if it is over the application's limit.
        MalformedJsonError: if the chunks are malformed or end too early.
    """
    limit = request.max_content_length
    if limit is None or (request.content_length or 0) > limit:
        raise RequestEntityTooLarge
    try:
        body: bytes = request.environ["wsgi.input"].read(limit + 1)
    except (ParseException, OSError) as error:
        raise MalformedJsonError from error
    if len(body) > limit:
        raise RequestEntityTooLarge
    return body


class StrictJsonParser(FlaskParser):
    """Takes ``application/json`` in UTF-8 and nothing else.

    orjson refuses what Python's json lets through: NaN, lone surrogates, invalid UTF-8,
    very deep nesting.

    Raises:
        UnsupportedMediaType: for another media type or a content encoding.
        RequestEntityTooLarge: if the body is over the limit.
        MalformedJsonError: if the body is not JSON.
        ValidationFailedError: if it does not fit the schema.
    """

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The parsed body."""
        if req.mimetype != "application/json" or req.headers.get("Content-Encoding"):
            raise UnsupportedMediaType
        try:
            return orjson.loads(_read_body(req))
        except orjson.JSONDecodeError as error:
            raise MalformedJsonError from error

    def handle_error(
        self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_: Any
    ) -> NoReturn:
        """Pass on what the schema found."""
        messages = error.messages
        raise ValidationFailedError(messages if isinstance(messages, dict) else {"": messages})
