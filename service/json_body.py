"""Reading JSON request bodies strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import orjson
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from service.problems import MalformedJsonError, ValidationFailedError

if TYPE_CHECKING:
    import marshmallow as ma
    from flask import Request


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
