"""Gold documents: one JSON object a line, as ``docs/evaluation.md`` describes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from report.domain import RhetoricalRole, Span

SECTION_NAMES = {
    RhetoricalRole.ACHIEVEMENT: "achievements",
    RhetoricalRole.PROBLEM: "problems",
    RhetoricalRole.PLAN: "plans",
}
"""What the section of a role is called."""
SALIENCES = (0, 1, 2)
SALIENT = 2
"""The salience of what belongs in a short summary."""


class GoldFormatError(Exception):
    """A gold file is not in the documented format."""


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A labelled stretch.

    ``salience`` 2 belongs in a short summary, 1 is detail, 0 filler; ``None`` if unknown.
    """

    span: Span
    role: RhetoricalRole
    salience: int | None


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
    """The documents of a gold file; ``gold.schema.json`` describes a line of it.

    Raises:
        GoldFormatError: if a line is not a document of the format; it names the line.
        OSError: if the file cannot be read.
    """
    # Not splitlines(): the strings of a line may hold a line separator (U+2028) as it is.
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if line.strip():
            try:
                yield _document(json.loads(line.decode("utf-8")))
            except (ValueError, KeyError, TypeError) as error:
                raise GoldFormatError(f"line {number} of {path}: {error!r}") from error


def _document(row: Mapping[str, object]) -> GoldDocument:
    name, text, spans = row["id"], row["text"], row["spans"]
    if not (isinstance(name, str) and isinstance(text, str) and isinstance(spans, list)):
        raise TypeError("id and text must be strings, spans a list")
    labelled = tuple(map(_span, spans))
    _check_places(labelled, text)
    return GoldDocument(name, text, labelled, _summaries(row.get("summaries", {})))


def _span(row: Mapping[str, Any]) -> GoldSpan:
    start, end, salience = row["start"], row["end"], row.get("salience")
    if not (type(start) is int and type(end) is int):
        raise TypeError(f"start and end must be integers: {start!r}, {end!r}")
    if salience is not None and (type(salience) is not int or salience not in SALIENCES):
        raise ValueError(f"salience must be 0, 1, 2 or null: {salience!r}")
    return GoldSpan(Span(start, end), RhetoricalRole(row["role"]), salience)


def _check_places(spans: Sequence[GoldSpan], text: str) -> None:
    if not spans:
        raise ValueError("a document needs a span")
    for left, right in pairwise(spans):
        if right.span.start < left.span.end:
            raise ValueError(f"spans must be ordered and disjoint: {left.span}, {right.span}")
    if spans[-1].span.end > len(text):
        raise ValueError(f"{spans[-1].span} ends behind the text of {len(text)} characters")


def _summaries(row: object) -> Mapping[str, str]:
    if not (isinstance(row, dict) and all(isinstance(value, str) for value in row.values())):
        raise TypeError("summaries must be an object of strings")
    unknown = row.keys() - SECTION_NAMES.values()
    if unknown:
        raise ValueError(f"no sections: {', '.join(sorted(unknown))}")
    return row
