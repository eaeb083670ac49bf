"""Reading request bodies strictly: JSON, and forms with a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request
from gunicorn.http.errors import ParseException
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from service.inflating import inflated
from service.problems import (
    MalformedFormError,
    MalformedJsonError,
    UnsupportedEncodingError,
    ValidationFailedError,
)
from service.work.requests import UploadedFile

MAX_DISCARDED_BYTES = 32 * 1024 * 1024
"""So much of a body that is too large is received and thrown away before it is refused.

Closing a connection with unread bytes resets it, and the caller, still sending, would never
see why it was refused.
"""
MAX_FORM_BYTES = 24 * 1024 * 1024
"""The largest body with a file that is read; the file itself has a lower limit."""
_MAX_FORM_PARTS = 50
_MOST_ITEMS = 100
"""Items of a list in a form that are taken apart: more than any list may have."""
_FORM_CHARSETS = ("ascii", "us-ascii", "iso-8859-1")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
# Clients generated for Python write booleans in forms as Python does.
_BOOLEANS = {"true": True, "True": True, "false": False, "False": False}
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


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a form.

    Attributes:
        name: of its field.
        content: a file, text, or what JSON text holds if the part says that it is JSON.
    """

    name: str
    content: Any
    is_json: bool = False


def _form(request: Request, body: bytes) -> list[_Part]:
    """The parts of a form, in their order.

    Raises:
        MalformedFormError: if the body is none.
    """
    boundary = request.mimetype_params.get("boundary", "").encode("latin-1", "replace")
    if not boundary:
        raise MalformedFormError
    decoder = MultipartDecoder(boundary, max_parts=_MAX_FORM_PARTS)
    try:
        decoder.receive_data(_with_utf8_heads(body, boundary))
        decoder.receive_data(None)
        return list(_parts(decoder))
    except (ValueError, RequestEntityTooLarge) as error:
        raise MalformedFormError from error


def _parts(decoder: MultipartDecoder) -> Iterator[_Part]:
    head: Field | File | None = None
    content = bytearray()
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, Field | File):
            head, content = event, bytearray()
        elif isinstance(event, Data) and head is not None:
            content += event.data
            if not event.more_data:
                yield _part(head, bytes(content))


def _part(head: Field | File, content: bytes) -> _Part:
    """A part as its head says it is to be read.

    Raises:
        MalformedFormError: if it has no name, or says that it is JSON and is not.
    """
    if not head.name:
        raise MalformedFormError
    if isinstance(head, File):
        return _Part(head.name, UploadedFile(head.filename, content))
    media_type, parameters = parse_options_header(head.headers.get("Content-Type"))
    if media_type != "application/json":
        charset = parameters.get("charset", "").lower()
        encoding = charset if charset in _FORM_CHARSETS else "utf-8"
        return _Part(head.name, content.decode(encoding, "replace"))
    try:
        return _Part(head.name, orjson.loads(content), is_json=True)
    except orjson.JSONDecodeError as error:
        raise MalformedFormError from error


def _with_utf8_heads(body: bytes, boundary: bytes) -> bytes:
    """``body`` with what is no UTF-8 in the heads of its parts made readable.

    Older clients write file names in GBK; only the extension counts.
    """
    head = re.compile(rb"--" + re.escape(boundary) + rb"\r\n(?:[^\r\n]{1,4096}\r\n){1,20}")
    return head.sub(lambda found: found.group().decode("utf-8", "replace").encode(), body)


def _items(part: _Part) -> list[Any]:
    """The items that a part adds to a list: a field may come again, or hold several."""
    if part.is_json:
        return part.content if isinstance(part.content, list) else [part.content]
    if isinstance(part.content, UploadedFile):
        return [part.content]
    return [item for item in part.content.split(",", _MOST_ITEMS) if item]


def _form_value(field: ma.fields.Field[Any] | None, part: _Part) -> Any:
    """What a form field would be in JSON; what is neither number nor boolean stays text."""
    value = part.content
    if part.is_json or isinstance(value, UploadedFile):
        return value
    if isinstance(field, ma.fields.Integer) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    if isinstance(field, ma.fields.Boolean):
        return _BOOLEANS.get(value, value)
    # What is no UTF-8 was read with replacement characters: as in JSON, it is no string.
    return None if "\ufffd" in value else value


def _without_repetitions(parts: Iterable[_Part]) -> list[_Part]:
    """The parts, each once: some generated clients send a whole list for each of its items."""
    found: list[_Part] = []
    for part in parts:
        if part not in found:
            found.append(part)
    return found


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
        parts = _form(req, _read_body(req, MAX_FORM_BYTES, MalformedFormError))
        form: dict[str, Any] = {}
        for name in sorted({part.name for part in parts}):
            field = schema.fields.get(name)
            given = [part for part in parts if part.name == name]
            if isinstance(field, ma.fields.List):
                form[name] = [item for part in _without_repetitions(given) for item in _items(part)]
                continue
            read = [_form_value(field, part) for part in given]
            # A field that is given twice is wrong; that its value is a list then tells so.
            form[name] = read if len(read) > 1 else read[0]
        return form

    def handle_error(
        self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_: Any
    ) -> NoReturn:
        """Pass on what the schema found."""
        messages = error.messages
        raise ValidationFailedError(messages if isinstance(messages, dict) else {"": messages})
