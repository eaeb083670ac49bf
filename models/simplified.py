"""Traditional characters as Simplified ones, so that the model reads one script only."""

from __future__ import annotations

import opencc


class SimplifiedCharacters(dict[int, str]):
    """For ``str.translate``: each character to its Simplified form, lengths unchanged.

    Character by character, by OpenCC's table: the offsets of the text stay what they are,
    at the price of a few words that OpenCC tells apart by their neighbours.
    """

    def __init__(self) -> None:
        super().__init__()
        self._converter = opencc.OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        converted = self._converter.convert(chr(code))
        self[code] = converted if len(converted) == 1 else chr(code)
        return self[code]
