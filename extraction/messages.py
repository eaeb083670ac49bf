"""What passes between the process that wants a file read and the one that reads it.

JSON, not pickles: what reads the files of strangers must not be able to send objects.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from extraction import errors
from extraction.document import ExtractedDocument
from extraction.errors import UnreadableFileError
from extraction.limits import ExtractionLimits
from report.domain import Heading, Span


@dataclass(frozen=True, slots=True)
class Order:
    """What a reading process is told, besides the file itself.

    Attributes:
        extension: the extension of the file's name, "" if it has none.
        folder: where it may write, and nowhere else.
        limits: what the reading may take.
        parent: the number of the process that gives the order.
    """

    extension: str
    folder: str
    limits: ExtractionLimits
    parent: int

    def to_json(self) -> str:
        """The order as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Order:
        """The order that ``text`` is."""
        fields = json.loads(text)
        limits = ExtractionLimits(**fields["limits"])
        return cls(fields["extension"], fields["folder"], limits, fields["parent"])


def answer_of(document: ExtractedDocument) -> bytes:
    """A document as it is sent."""
    outline = [
        (heading.span.start, heading.span.end, heading.level) for heading in document.outline
    ]
    answer = {
        "text": document.text,
        "outline": outline,
        "encoding": document.encoding,
        "encoding_guessed": document.encoding_guessed,
    }
    return json.dumps(answer).encode("ascii")


def refusal_of(error: UnreadableFileError) -> bytes:
    """An error as it is sent."""
    refusal = {"error": type(error).__name__, "message": str(error), "fields": vars(error)}
    return json.dumps(refusal).encode("ascii")


def understood(answer: bytes) -> ExtractedDocument | None:
    """The document that was sent; ``None`` if the sender ended before it had sent everything.

    Raises:
        UnreadableFileError: if that is what was sent.
    """
    try:
        content = json.loads(answer)
    except ValueError:
        return None
    if "error" in content:
        raise _error(content["error"], content["message"], content["fields"])
    outline = tuple(Heading(Span(start, end), level) for start, end, level in content["outline"])
    return ExtractedDocument(
        content["text"], outline, content["encoding"], content["encoding_guessed"]
    )


def _error(name: str, message: str, fields: dict[str, object]) -> UnreadableFileError:
    kind = getattr(errors, name)
    if not issubclass(kind, UnreadableFileError):
        raise TypeError(f"not an error of reading: {name}")
    # Not by calling the class: the arguments of __init__ differ from class to class.
    made: UnreadableFileError = kind.__new__(kind, message)
    vars(made).update(fields)
    return made
