"""The text as the model reads it, with the way back to the text as sent.

Positions never change for the outside: a ``Reading`` leaves characters out and remembers
where the others stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

# 實(shí)施 for 實施: readings that broken font mappings put behind characters.
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]{1,6}[)）]")
_TONE_MARK = re.compile(r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹ]")
_ENOUGH_PINYIN = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` for the model; ``origins[i]`` is where its character i stands in the source."""

    text: str
    origins: npt.NDArray[np.int64]

    @classmethod
    def of(cls, source: str) -> Self:
        """The reading of ``source``: without inserted pinyin."""
        kept = np.ones(len(source), dtype=bool)
        for match in _inserted_pinyin(source):
            kept[match.start() : match.end()] = False
        origins = np.flatnonzero(kept)
        return cls("".join(source[index] for index in origins), origins)


def _inserted_pinyin(source: str) -> list[re.Match[str]]:
    """Bracketed syllables after Chinese characters, if there are signs that they are pinyin.

    A text with a bracketed abbreviation or two (增长(yoy), 平台(app)) keeps them.
    """
    found = list(_PINYIN.finditer(source))
    toned = sum(bool(_TONE_MARK.search(match.group())) for match in found)
    return found if toned >= _ENOUGH_PINYIN else []
