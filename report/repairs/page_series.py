"""Series of numbers that ascend a page apart."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MIN_PAGE = 120
"""Fewer characters than this are no page."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number that may be a page's: ``cut`` if a sentence goes on behind it."""

    number: int
    start: int
    end: int
    cut: bool


def chains(numbers: Iterable[Numbered], gap: int = 0) -> list[list[Numbered]]:
    """Series of consecutive numbers, a page apart; up to ``gap`` numbers may be missing."""
    found: list[list[Numbered]] = []
    open_chains: dict[int, list[Numbered]] = {}
    for number in numbers:
        for last in range(number.number - 1, number.number - 2 - gap, -1):
            chain = open_chains.get(last)
            if chain is not None and number.start - chain[-1].end >= MIN_PAGE:
                del open_chains[last]
                break
        else:
            chain = []
            found.append(chain)
        chain.append(number)
        open_chains[number.number] = chain
    return found


def first_in(numbers: Sequence[Numbered], start: int, end: int) -> Numbered | None:
    """The first of ``numbers``, which ascend, that begins in ``[start, end)``, if any."""
    index = bisect_left(numbers, start, key=lambda number: number.start)
    return numbers[index] if index < len(numbers) and numbers[index].start < end else None
