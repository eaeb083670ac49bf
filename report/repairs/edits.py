"""Edits of a text, and the way back from an edited text to its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from report.domain import Span

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Edit:
    """``text[start:end]`` becomes ``replacement``; an insertion has ``start == end``."""

    start: int
    end: int
    replacement: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text made from a source by edits.

    Attributes:
        text: the text to read.
        starts: where each of its characters begins in the source, ascending.
        ends: where each of its characters ends in the source, ascending. An inserted
            character begins and ends at the same place.
    """

    text: str
    starts: Positions
    ends: Positions

    @classmethod
    def of(cls, source: str) -> Self:
        """The source as it is."""
        positions = np.arange(len(source) + 1, dtype=np.int64)
        return cls(source, positions[:-1], positions[1:])

    def edited(self, edits: Iterable[Edit]) -> Reading:
        """This reading with ``edits`` of its text made; they are ordered and disjoint.

        A replacement as long as what it replaces stands character for character. Of
        any other the first character stands for all that was replaced.
        """
        pieces: list[str] = []
        starts: list[Positions] = []
        ends: list[Positions] = []
        position = 0
        for edit in edits:
            pieces += (self.text[position : edit.start], edit.replacement)
            starts += (self.starts[position : edit.start], self._edited_starts(edit))
            ends += (self.ends[position : edit.start], self._edited_ends(edit))
            position = edit.end
        if not pieces:
            return self
        return Reading(
            "".join((*pieces, self.text[position:])),
            np.concatenate((*starts, self.starts[position:])),
            np.concatenate((*ends, self.ends[position:])),
        )

    def _edited_starts(self, edit: Edit) -> Positions:
        if len(edit.replacement) == edit.end - edit.start:
            return self.starts[edit.start : edit.end]
        places = np.full(len(edit.replacement), self._end(edit), dtype=np.int64)
        places[:1] = self._begin(edit)
        return places

    def _edited_ends(self, edit: Edit) -> Positions:
        if len(edit.replacement) == edit.end - edit.start:
            return self.ends[edit.start : edit.end]
        return np.full(len(edit.replacement), self._end(edit), dtype=np.int64)

    def _begin(self, edit: Edit) -> int:
        """Where an edit begins in the source."""
        if edit.start < edit.end:
            return int(self.starts[edit.start])
        return int(self.ends[edit.start - 1]) if edit.start else 0

    def _end(self, edit: Edit) -> int:
        """Where an edit ends in the source."""
        return int(self.ends[edit.end - 1]) if edit.start < edit.end else self._begin(edit)

    def is_inserted(self, span: Span) -> bool:
        """Whether nothing of ``span`` of the text stands in the source."""
        return bool(self.starts[span.start] >= self.ends[span.end - 1])

    def source_span(self, span: Span) -> Span:
        """Where ``span`` of the text stands in the source.

        What was left out inside of it is part of it, what was left out at its ends not.
        """
        start, end = int(self.starts[span.start]), int(self.ends[span.end - 1])
        first = span.start
        while start >= end and first:  # nothing but later characters of one replacement
            first -= 1
            start = int(self.starts[first])
        return Span(start, end)


def removals(spans: Iterable[tuple[int, int]]) -> Iterator[Edit]:
    """Edits that leave out ``spans``."""
    return (Edit(start, end) for start, end in spans)
