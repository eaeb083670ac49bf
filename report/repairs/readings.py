"""Pinyin and zhuyin that broken font mappings put behind characters: 實(shí)施 for 實施."""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.domain import HAN, is_han
from report.repairs.edits import Edit, removals

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_TONED_SYLLABLE = rf"(?=[a-zü]{{0,5}}[{_TONED}])[a-zü{_TONED}]{{1,6}}"
# Syllables without a tone are mostly abbreviations, as (ai) and (eu), but for these words'.
_TONELESS = (
    r"(?<=[的地得])[(（]de[)）]|(?<=了)[(（]le[)）]|(?<=[着著])[(（]zhe[)）]|(?<=[们們])[(（]men[)）]"
    r"|(?<=子)[(（]zi[)）]|(?<=[么麼])[(（]me[)）]|(?<=[吗嗎])[(（]ma[)）]|(?<=[个個])[(（]ge[)）]"
)
_ZHUYIN = "˙?[ㄅ-ㄩ]{1,3}[ˊˇˋ˙]?"
# One that lost a bracket must have a tone; a lost character is a question mark.
_READING = re.compile(
    rf"(?<=[{HAN}?])(?:"
    rf"(?P<certain>[(（](?:{_TONED_SYLLABLE}|{_ZHUYIN})[)）]|{_TONED_SYLLABLE}[)）]"
    rf"|[(（]{_TONED_SYLLABLE}(?=[{HAN}])|{_ZHUYIN})"
    rf"|{_TONELESS})"
)
_ENOUGH = 3
_HAN_PER_READING = 200
"""Rarer readings are glosses of rare characters, or examples of a lesson."""
_QUOTED = re.compile(r"[“‘「『《〈\"'][^\s][”’」』》〉\"']")
_BESIDE = re.compile(rf"[{HAN})）?]")
_ALONE_IN_A_LESSON = 4
"""Every fourth character alone: there is no text in which they could have been inserted."""


def readings(text: str) -> Iterator[Edit]:
    """Leave out readings that a conversion put behind Chinese characters.

    Only where there are three with tones (or in zhuyin) and one for every 200 Chinese
    characters: a text with a bracketed abbreviation or the gloss of a rare name keeps them,
    and so does a lesson, in which the characters stand alone or between quotation marks.
    """
    found = list(_READING.finditer(text))
    inserted = [match for match in found if not _is_quoted(text, match)]
    certain = sum(match["certain"] is not None for match in inserted)
    if certain < _ENOUGH or certain * _HAN_PER_READING < sum(map(is_han, text)):
        return iter(())
    alone = sum(_is_alone(text, match) for match in found)
    if alone * _ALONE_IN_A_LESSON >= len(found):
        return iter(())
    return removals(match.span() for match in inserted)


def _is_alone(text: str, match: re.Match[str]) -> bool:
    """Whether the character is no part of a sentence: “實(shí)”, 妈(mā)、麻(má)."""
    before = text[max(0, match.start() - 2) : match.start() - 1]
    return not (_BESIDE.match(before) or _BESIDE.match(text, match.end()))


def _is_quoted(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 2) : match.start()] + text[match.end() : match.end() + 1]
    return _QUOTED.fullmatch(around) is not None
