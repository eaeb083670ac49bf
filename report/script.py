"""Traditional and Simplified characters, by OpenCC's tables."""

from __future__ import annotations

import opencc

from report.domain import is_han

_CONVERTER = opencc.OpenCC("t2s")
_TRADITIONAL_SHARE = 0.02
"""A text of which less than this changes is Simplified; its few odd characters are names."""


class _SimplifiedCharacters(dict[int, str]):
    """For ``str.translate``: each character to its Simplified form, filled as it is asked."""

    def __missing__(self, code: int) -> str:
        converted = _CONVERTER.convert(chr(code))
        self[code] = converted if len(converted) == 1 else chr(code)
        return self[code]


_SIMPLIFIED = _SimplifiedCharacters()


def simplified_characters(text: str) -> str:
    """``text`` with each Traditional character as its Simplified one, lengths unchanged.

    Character by character, so that positions stay, at the price of a few words that OpenCC
    tells apart by their neighbours: for the eyes of the model and of rules, not of people.
    """
    return text.translate(_SIMPLIFIED)


def simplified(text: str) -> str:
    """``text`` in Simplified characters, by OpenCC's phrases; lengths may change."""
    return str(_CONVERTER.convert(text))


def is_traditional(text: str) -> bool:
    """Whether ``text`` is written in Traditional characters, if only in part."""
    changed = sum(
        sign != other for sign, other in zip(text, simplified_characters(text), strict=True)
    )
    return changed > _TRADITIONAL_SHARE * sum(map(is_han, text))
