"""Gold documents: one JSON object a line, as ``docs/evaluation.md`` describes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from report.domain import RhetoricalRole, Span


class GoldFormatError(Exception):
    """A gold file is not in the documented format."""


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A labelled stretch; salience 2 belongs in a short summary, 1 is detail, 0 filler."""

    span: Span
    role: RhetoricalRole
    salience: int


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A text with every non-blank character in one labelled span.

    ``summaries`` has the reference summary of each section by its name, "" for none.
    """

    name: str
    text: str
    spans: tuple[GoldSpan, ...]
    summaries: Mapping[str, str]


def read_gold(path: Path) -> Iterator[GoldDocument]:
    """The documents of a gold file.

    Raises:
        GoldFormatError: if a line is not a document of the format; it names the line.
        OSError: if the file cannot be read.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                yield _document(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise GoldFormatError(f"line {number} of {path}: {error!r}") from error


def _document(row: Mapping[str, object]) -> GoldDocument:
    text, spans, summaries = row["text"], row["spans"], row.get("summaries", {})
    if not (isinstance(text, str) and isinstance(spans, list) and isinstance(summaries, dict)):
        raise TypeError("text must be a string, spans a list, summaries an object")
    return GoldDocument(
        str(row["id"]),
        text,
        tuple(
            GoldSpan(
                Span(span["start"], span["end"]),
                RhetoricalRole(span["role"]),
                int(span.get("salience", 0)),
            )
            for span in spans
        ),
        summaries,
    )
