"""Ways a gold document may arrive: as it is, without headings, lines or full stops.

A variant removes characters only, so every character that is left keeps its role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from evaluation.gold import GoldDocument
from report.domain import RhetoricalRole
from report.segmentation import segment


@dataclass(frozen=True, slots=True)
class RoleText:
    """A text and the role of each of its characters; ``None`` outside of all spans."""

    text: str
    roles: tuple[RhetoricalRole | None, ...]


def as_is(document: GoldDocument) -> RoleText:
    """The document unchanged."""
    roles: list[RhetoricalRole | None] = [None] * len(document.text)
    for gold in document.spans:
        roles[gold.span.start : gold.span.end] = [gold.role] * len(gold.span)
    return RoleText(document.text, tuple(roles))


def headings_stripped(document: GoldDocument) -> RoleText:
    """Without numbered or named headings that stand alone on their line."""
    text = document.text
    doomed: set[int] = set()
    for sentence in segment(text).sentences:
        span = sentence.span
        ends_line = span.end == len(text) or text[span.end : span.end + 4].lstrip(" \t\u3000")[
            :1
        ] in ("\r", "\n")
        if sentence.is_heading and sentence.opens_line and ends_line:
            doomed.update(range(span.start, span.end))
    return _without(as_is(document), doomed)


def one_line(document: GoldDocument) -> RoleText:
    """Without any line breaks."""
    return _without_signs(as_is(document), "\r\n")


def no_full_stops(document: GoldDocument) -> RoleText:
    """Without 。"""
    return _without_signs(as_is(document), "。")


VARIANTS: dict[str, Callable[[GoldDocument], RoleText]] = {
    "as_is": as_is,
    "headings_stripped": headings_stripped,
    "one_line": one_line,
    "no_full_stops": no_full_stops,
}


def _without_signs(source: RoleText, signs: str) -> RoleText:
    return _without(source, {i for i, sign in enumerate(source.text) if sign in signs})


def _without(source: RoleText, doomed: Iterable[int]) -> RoleText:
    gone = set(doomed)
    kept = [index for index in range(len(source.text)) if index not in gone]
    return RoleText(
        "".join(source.text[index] for index in kept),
        tuple(source.roles[index] for index in kept),
    )
