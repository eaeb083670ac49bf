"""Bracketed stretches of a line."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Self

_PAIRS = {"（": "）", "(": ")", "《": "》", "〔": "〕", "【": "】"}
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Brackets:
    """The short outermost bracketed stretches of a line, by their positions."""

    openings: tuple[int, ...]
    closings: tuple[int, ...]

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Self:
        """The brackets of ``text[start:end]``; unpaired and far apart ones do not count."""
        openings: list[int] = []
        closings: list[int] = []
        position = start
        while position < end:
            closing = _PAIRS.get(text[position])
            if closing:
                close = text.find(closing, position + 1, min(end, position + _LONGEST))
                if close > 0:
                    openings.append(position)
                    closings.append(close)
                    position = close
            position += 1
        return cls(tuple(openings), tuple(closings))

    def closing_around(self, position: int) -> int | None:
        """Where the stretch that ``position`` lies in ends; ``None`` if it lies in none."""
        index = bisect_right(self.openings, position) - 1
        inside = index >= 0 and self.openings[index] < position < self.closings[index]
        return self.closings[index] if inside else None
