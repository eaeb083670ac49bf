"""Labelled documents as training sees them: a sequence of units with a role each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from evaluation.gold import SALIENT, SECTION_NAMES, GoldDocument, GoldSpan, read_gold
from report.clauses import clauses
from report.domain import RhetoricalRole

_MAX_HEADING = 40
_SHORTEST_MATCH = 2
_KEPT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or heading; what is not known is ``None``.

    Attributes:
        text: its text.
        role: its rhetorical role.
        separator: what follows it in its document: "", a blank or newlines.
        salient: whether it belongs in a short summary of its section.
        kept: for each of its clauses, whether the reference summary has it.
    """

    text: str
    role: RhetoricalRole | None
    separator: str
    salient: bool | None = None
    kept: tuple[bool, ...] | None = None

    @property
    def is_heading(self) -> bool:
        """Whether the unit stands alone on its line like a heading."""
        return (
            "\n" in self.separator
            and len(self.text) <= _MAX_HEADING
            and not self.text.endswith(("。", "！", "？", "；", "!", ";"))
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A labelled document.

    Attributes:
        name: its name within the collection.
        source: the collection it comes from.
        group: the region or the author: what must not stand on both sides of a split.
        units: its sentences and headings in order.
    """

    name: str
    source: str
    group: str
    units: tuple[Unit, ...]


def read_labelled(paths: Iterable[Path]) -> Iterator[Document]:
    """The documents of gold files (see ``evaluation.gold``); a file is one author's.

    Raises:
        GoldFormatError: if a file is not in the format.
    """
    for path in paths:
        for document in read_gold(path):
            yield Document(document.name, "labelled", path.stem, tuple(_units(document)))


def _units(document: GoldDocument) -> Iterator[Unit]:
    for index, gold in enumerate(document.spans):
        following = document.spans[index + 1 : index + 2]
        end = following[0].span.start if following else len(document.text)
        gap = document.text[gold.span.end : end]
        yield Unit(
            gold.span.quote(document.text),
            gold.role,
            gap if gap or following else "\n",
            None if gold.salience is None else gold.salience == SALIENT,
            _kept(document, gold),
        )


def _kept(document: GoldDocument, gold: GoldSpan) -> tuple[bool, ...] | None:
    parts = clauses(gold.span.quote(document.text))
    if not any(document.summaries.values()):
        return None
    if gold.role is RhetoricalRole.OTHER:
        return (False,) * len(parts)
    reference = document.summaries.get(SECTION_NAMES[gold.role])
    return tuple(is_kept(part, reference) for part in parts) if reference else None


def is_kept(clause: str, reference: str) -> bool:
    """Whether most characters of ``clause`` stand in ``reference``, in order and not alone."""
    body = "".join(sign for sign in clause if sign.isalnum())
    if not body:
        return False
    blocks = SequenceMatcher(None, body, reference, autojunk=False).get_matching_blocks()
    matched = sum(block.size for block in blocks if block.size >= _SHORTEST_MATCH)
    return matched >= _KEPT_SHARE * len(body)
