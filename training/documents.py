"""Labelled documents as training sees them: a sequence of units with a role each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report.domain import RhetoricalRole

_ROLE_LETTERS = {
    "A": RhetoricalRole.ACHIEVEMENT,
    "P": RhetoricalRole.PROBLEM,
    "L": RhetoricalRole.PLAN,
    "O": RhetoricalRole.OTHER,
}
_MAX_HEADING = 40


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or heading; ``role`` is ``None`` where the label is unknown.

    ``separator`` is what follows the unit in its document: "", a blank or newlines.
    """

    text: str
    role: RhetoricalRole | None
    separator: str

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
    """A labelled document; ``source`` names the collection it comes from."""

    name: str
    source: str
    units: tuple[Unit, ...]


def read_bureau_style(folder: Path) -> Iterator[Document]:
    """The documents of a folder with one JSON Lines file each: text, role letter, sep.

    Raises:
        KeyError: if a line lacks a field or has an unknown role letter.
    """
    for path in sorted(folder.glob("*.jsonl")):
        rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
        units = tuple(Unit(row["text"], _ROLE_LETTERS[row["role"]], row["sep"]) for row in rows)
        yield Document(path.stem, folder.name, units)
