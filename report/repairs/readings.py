"""Pinyin and zhuyin that broken font mappings put behind characters: 實(shí)施 for 實施."""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.domain import is_han
from report.repairs.edits import Edit, removals

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_TONED_SYLLABLE = rf"(?=[a-zü]{{0,5}}[{_TONED}])[a-zü{_TONED}]{{1,6}}"
# The brackets of (yoy) and (app) hold no syllables.
_TONELESS_SYLLABLE = r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouüv]{1,3}(?:ng?|r)?"
_ZHUYIN = "˙?[ㄅ-ㄩ]{1,3}[ˊˇˋ˙]?"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# One that lost a bracket must have a tone; a lost character is a question mark.
_READING = re.compile(
    rf"(?<=[{_HAN}?])(?:"
    rf"(?P<certain>[(（](?:{_TONED_SYLLABLE}|{_ZHUYIN})[)）]|{_TONED_SYLLABLE}[)）]"
    rf"|[(（]{_TONED_SYLLABLE}(?=[{_HAN}])|{_ZHUYIN})"
    rf"|[(（]{_TONELESS_SYLLABLE}[)）])"
)
_ENOUGH = 3
_HAN_PER_READING = 200
"""Rarer readings are glosses of rare characters, or examples of a lesson."""


def readings(text: str) -> Iterator[Edit]:
    """Leave out readings that a conversion put behind Chinese characters.

    Only where there are three with tones (or in zhuyin) and one for every 200 Chinese
    characters: a text with a bracketed abbreviation or the gloss of a rare name keeps them.
    """
    found = list(_READING.finditer(text))
    certain = sum(match["certain"] is not None for match in found)
    if certain < _ENOUGH or certain * _HAN_PER_READING < sum(map(is_han, text)):
        return iter(())
    return removals(match.span() for match in found)
