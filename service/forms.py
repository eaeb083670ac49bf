"""Forms with files (``multipart/form-data``, RFC 7578), in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
import orjson
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from service.problems import MalformedFormError
from service.work.requests import UploadedFile

_MAX_PARTS = 50
_MOST_ITEMS = 100
"""Items of a list in a form that are taken apart: more than any list may have."""
_CHARSETS = ("ascii", "us-ascii", "iso-8859-1")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
# Clients generated for Python write booleans in forms as Python does.
_BOOLEANS = {"true": True, "True": True, "false": False, "False": False}


@dataclass(frozen=True, slots=True)
class FormPart:
    """A part of a form.

    Attributes:
        name: of its field.
        content: a file, text, or what JSON text holds if the part says that it is JSON.
    """

    name: str
    content: Any
    is_json: bool = False


def form_parts(body: bytes, boundary: str) -> list[FormPart]:
    """The parts of a form, in their order.

    Args:
        body: the whole form.
        boundary: what stands between its parts.

    Raises:
        MalformedFormError: if the body is no form, or has too many parts.
    """
    between = boundary.encode("latin-1", "replace")
    if not between:
        raise MalformedFormError
    decoder = MultipartDecoder(between, max_parts=_MAX_PARTS)
    try:
        decoder.receive_data(_with_utf8_heads(body, between))
        decoder.receive_data(None)
        return list(_parts(decoder))
    except (ValueError, RequestEntityTooLarge) as error:
        raise MalformedFormError from error


def _parts(decoder: MultipartDecoder) -> Iterator[FormPart]:
    head: Field | File | None = None
    content = bytearray()
    while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
        if isinstance(event, Field | File):
            head, content = event, bytearray()
        elif isinstance(event, Data) and head is not None:
            content += event.data
            if not event.more_data:
                yield _part(head, bytes(content))


def _part(head: Field | File, content: bytes) -> FormPart:
    """A part as its head says it is to be read.

    Raises:
        MalformedFormError: if it has no name, or says that it is JSON and is not.
    """
    if not head.name:
        raise MalformedFormError
    if isinstance(head, File):
        return FormPart(head.name, UploadedFile(head.filename, content))
    media_type, parameters = parse_options_header(head.headers.get("Content-Type"))
    if media_type != "application/json":
        charset = parameters.get("charset", "").lower()
        encoding = charset if charset in _CHARSETS else "utf-8"
        return FormPart(head.name, content.decode(encoding, "replace"))
    try:
        return FormPart(head.name, orjson.loads(content), is_json=True)
    except orjson.JSONDecodeError as error:
        raise MalformedFormError from error


def _with_utf8_heads(body: bytes, boundary: bytes) -> bytes:
    """``body`` with what is no UTF-8 in the heads of its parts made readable.

    Older clients write file names in GBK; only the extension counts.
    """
    head = re.compile(rb"--" + re.escape(boundary) + rb"\r\n(?:[^\r\n]{1,4096}\r\n){1,20}")
    return head.sub(lambda found: found.group().decode("utf-8", "replace").encode(), body)


def form_value(field: ma.fields.Field[Any] | None, parts: Sequence[FormPart]) -> Any:
    """What the parts of a field would be in JSON, one after the other or by commas if it is a list.

    A field that is given twice is wrong; that its value is a list then tells so.
    """
    if isinstance(field, ma.fields.List):
        return [item for part in _without_repetitions(parts) for item in _items(part)]
    values = [_value(field, part) for part in parts]
    return values if len(values) > 1 else values[0]


def _items(part: FormPart) -> list[Any]:
    """The items that a part adds to a list."""
    if part.is_json:
        return part.content if isinstance(part.content, list) else [part.content]
    if isinstance(part.content, UploadedFile):
        return [part.content]
    return [item for item in part.content.split(",", _MOST_ITEMS) if item]


def _value(field: ma.fields.Field[Any] | None, part: FormPart) -> Any:
    """What a part would be in JSON; what is neither number nor boolean stays text."""
    value = part.content
    if part.is_json or isinstance(value, UploadedFile):
        return value
    if isinstance(field, ma.fields.Integer) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    if isinstance(field, ma.fields.Boolean):
        return _BOOLEANS.get(value, value)
    # What is no UTF-8 was read with replacement characters: as in JSON, it is no string.
    return None if "\ufffd" in value else value


def _without_repetitions(parts: Iterable[FormPart]) -> list[FormPart]:
    """The parts; a list in JSON once, though some clients send it whole for each of its items."""
    found: list[FormPart] = []
    for part in parts:
        if not part.is_json or part not in found:
            found.append(part)
    return found
