"""Reading JSON request bodies strictly."""

from __future__ import annotations

from typing import Any, BinaryIO, NoReturn

import marshmallow as ma
import orjson
from flask import Request
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from service.problems import MalformedJsonError, ValidationFailedError

MAX_DISCARDED_BYTES = 32 * 1024 * 1024
_CHUNK = 64 * 1024


def discard_body(body: BinaryIO) -> None:
    """Read what is left of a refused body, up to ``MAX_DISCARDED_BYTES``.

    Closing a connection with unread bytes resets it, and the caller, still sending,
    would never see why it was refused.
    """
    left = MAX_DISCARDED_BYTES
    while left > 0 and (chunk := body.read(min(_CHUNK, left))):
        left -= len(chunk)


class StrictJsonParser(FlaskParser):
    """Takes ``application/json`` in UTF-8 and nothing else.

    orjson refuses what Python's json lets through: NaN, lone surrogates, invalid UTF-8,
    very deep nesting.

    Raises:
        UnsupportedMediaType: for another media type or a content encoding.
        MalformedJsonError: if the body is not JSON.
        ValidationFailedError: if it does not fit the schema.
    """

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The parsed body."""
        if req.mimetype != "application/json" or req.headers.get("Content-Encoding"):
            raise UnsupportedMediaType
        try:
            return orjson.loads(req.get_data(cache=False))
        except orjson.JSONDecodeError as error:
            raise MalformedJsonError from error

    def handle_error(
        self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_: Any
    ) -> NoReturn:
        """Pass on what the schema found."""
        messages = error.messages
        raise ValidationFailedError(messages if isinstance(messages, dict) else {"": messages})
