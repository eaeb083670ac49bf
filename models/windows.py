"""Packing token sequences into overlapping windows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """The token range ``[start, end)`` that one forward pass sees."""

    start: int
    end: int

    def weight(self, position: int) -> float:
        """How much to trust the token at ``position``: its distance from the nearer edge.

        A token at the edge sees context on one side only. Counted from 1, so that a
        window of one token still counts.
        """
        return float(min(position - self.start, self.end - 1 - position) + 1)


def pack(length: int, size: int, overlap: int) -> list[Window]:
    """Windows of at most ``size`` tokens that cover ``length`` tokens.

    Neighbours share at least ``overlap`` tokens and all windows are about equally long,
    so that the last one is no fragment without context.

    Raises:
        ValueError: if ``overlap`` is negative or not smaller than ``size``.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"overlap {overlap} does not fit windows of {size}")
    if length <= size:
        return [Window(0, length)] if length else []
    count = -(-(length - overlap) // (size - overlap))
    last_start = length - size
    starts = [round(index * last_start / (count - 1)) for index in range(count)]
    return [Window(start, start + size) for start in starts]
