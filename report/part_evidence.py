"""How much speaks for a unit of a text as the beginning of another report.

All that is seen there is weighed: how the text in front of it ends, how the text behind
it begins, whose places and institutions are spoken of on each side, and how much the
words change (Hearst 1997, TextTiling). The weights are those of a logistic regression
(L2, C = 1), fitted on some 6,700 such places in half of the documents at hand: in random
concatenations of two to five of them, with and without their line breaks and with titles
of a series (篇二, 工作总结(二)), in documents left alone, and in documents with title-like
lines put into them. ``evaluation.joints`` measures the result on the other half.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from report.part_outline import Outline
from report.part_patterns import INSTITUTION, NOTES, PLACE_NAMES, SELF_NAMES
from report.part_signs import HEADS, LONGEST_TITLE, TITLES, Sign, Unit

HEAD = 300
"""How far behind its beginning a report's openings are looked for, in characters."""
TITLE_HEAD = 60
"""How far behind its beginning a report's title is looked for."""
FAR = 3000
"""How far names and the words of titles are compared."""
_DATED_HEAD = 120
"""How far behind its beginning a date is a report's own."""
_TAIL = 150
"""How far in front of a report the end of the last one is looked for."""
_NEAR = 500
"""How far all words are compared."""
_FEWEST_NAMES = 3
"""Fewer names on one side say nothing."""
_FEW_WORDS = 3
"""A title of so few words is told by the line above it as well."""
_MANY_NEW_WORDS, _MANY_TAKEN_UP = 6, 3
"""From so many on, a title's new words and those of them taken up behind it count in full."""
_USUAL_LIKENESS = 0.6
"""How like the names on the two sides of a place inside a report usually are."""

THRESHOLD = 0.5
"""A report begins where the evidence weighs this much."""
_BIAS = -10.5
_WEIGHTS: Mapping[Sign, float] = {
    Sign.TITLE: 1.3,
    Sign.WEAK_TITLE: -0.7,
    Sign.INLINE_TITLE: -0.6,
    Sign.NUMBERED: 2.7,
    Sign.NEXT_NUMBER: 1.9,
    Sign.SALUTATION: 1.8,
    Sign.EXCLAMATION: -1.5,
    Sign.ADDRESSEE: 4.3,
    Sign.VENUE: 1.5,
    Sign.REPRESENTING: 4.8,
    Sign.REPORTING: 2.0,
    Sign.FORMULA: 0.9,
    Sign.HEADED: 0.4,
    Sign.NEW_WORDS: 1.0,
    Sign.TAKEN_UP: 2.5,
    Sign.SIGNED: 1.7,
    Sign.CLOSED: 1.3,
    Sign.TAILED: 1.3,
    Sign.NUMBERING_GOES_ON: -2.8,
    Sign.OTHER_PLACES: 1.8,
    Sign.OTHER_SELVES: 1.4,
    Sign.NOVELTY: 6.2,
    Sign.DEPTH: 6.2,
}

Evidence = dict[Sign, float]
"""How strongly each sign is seen, mostly from 0 to 1."""

_OF_TITLES = TITLES | {Sign.NUMBERED}
_STRONGEST_FIRST = (Sign.TITLE, Sign.INLINE_TITLE, Sign.WEAK_TITLE)


def weigh(evidence: Evidence) -> float:
    """The logarithm of the odds that a report begins where this is seen."""
    # The order of the signs, a set of strings, differs from process to process.
    return math.fsum((_BIAS, *(_WEIGHTS[sign] * value for sign, value in evidence.items())))


def evidence(outline: Outline, index: int) -> Evidence:
    """All that speaks for the unit as the beginning of a report, or against it."""
    return signs_around(outline, index) | _title_words(outline, index) | _contrast(outline, index)


def signs_around(outline: Outline, index: int) -> Evidence:
    """The openings at and behind the unit, and the endings in front of it."""
    found = set(_opening_signs(outline, index))
    if Sign.REPRESENTING in found:
        found.discard(Sign.EXCLAMATION)
    strongest = next((kind for kind in _STRONGEST_FIRST if kind in found), None)
    found -= TITLES - {strongest}
    if outline.units[index].signs & HEADS:
        found.add(Sign.HEADED)
    if index in outline.series:
        found.add(Sign.NEXT_NUMBER)
    found |= {unit.ending for unit in outline.preceding(index, _TAIL) if unit.ending is not None}
    return dict.fromkeys(found, 1.0)


def _opening_signs(outline: Outline, index: int) -> Iterator[Sign]:
    """The signs of the head that begins at the unit: of its first line, and of what follows."""
    start = outline.start(index)
    for unit in outline.following(index, HEAD):
        distance = unit.span.start - start
        signs = unit.signs
        if distance:
            signs -= {Sign.SIGNED}
        if distance > TITLE_HEAD:
            signs -= _OF_TITLES
        yield from signs
        # A date soon behind the title is the report's own; a later one ends the last report.
        if unit.ending is Sign.CLOSED or (unit.ending is Sign.SIGNED and distance > _DATED_HEAD):
            return


def _title_words(outline: Outline, index: int) -> Evidence:
    """How many words of the title are new to the text, and taken up behind it.

    A running title is not new, and 2023年工作总结 has no words but of the line above it.
    """
    titled = outline.title_from(index, TITLE_HEAD)
    if titled is None:
        return {}
    position, title = titled
    above = outline.units[position - 1]
    words = _bigrams(NOTES.sub("", title.head))
    if len(words) <= _FEW_WORDS:
        words += _institution_words(above)
    start = min(outline.start(index), above.span.start)
    before = outline.text[max(0, start - FAR) : start]
    body = outline.start(position) + len(title.text)
    after = outline.text[body : body + FAR]
    new = [word for word in words if word not in before]
    return {
        Sign.NEW_WORDS: min(1.0, len(new) / _MANY_NEW_WORDS),
        Sign.TAKEN_UP: min(1.0, sum(word in after for word in new) / _MANY_TAKEN_UP),
    }


def _institution_words(above: Unit) -> list[str]:
    """The words of the line above a title, if it names an institution."""
    named = len(above.content) <= LONGEST_TITLE and INSTITUTION.search(above.content)
    return _bigrams(above.content) if named else []


def _contrast(outline: Outline, index: int) -> Evidence:
    """How the text changes at the unit."""
    start, text = outline.start(index), outline.text
    before, after = text[max(0, start - FAR) : start], text[start : start + FAR]
    # A joint is new against what stands around it: some texts change at every section.
    novelty = _novelty(text, start)
    around = (_novelty(text, max(0, start - _NEAR)) + _novelty(text, start + _NEAR)) / 2
    return {
        Sign.OTHER_PLACES: _change(PLACE_NAMES.findall(before), PLACE_NAMES.findall(after)),
        Sign.OTHER_SELVES: _change(SELF_NAMES.findall(before), SELF_NAMES.findall(after)),
        Sign.NOVELTY: novelty,
        Sign.DEPTH: novelty - around,
        Sign.NUMBERING_GOES_ON: float(_numbering_goes_on(outline, start)),
    }


def _numbering_goes_on(outline: Outline, start: int) -> bool:
    """Whether the next of 一、 二、 三、 follows the last one in front of ``start``."""
    following = bisect_left(outline.numerals, (start, 0))
    if not 0 < following < len(outline.numerals):
        return False
    return outline.numerals[following][1] == outline.numerals[following - 1][1] + 1


def _novelty(text: str, place: int) -> float:
    """How much the words differ before and after a place, from 0 to 1."""
    before, after = text[max(0, place - _NEAR) : place], text[place : place + _NEAR]
    return 1.0 - _cosine(Counter(_bigrams(before)), Counter(_bigrams(after)))


def _change(before: Sequence[str], after: Sequence[str]) -> float:
    """How much the names differ, 0 where nothing can be said for want of names."""
    if min(len(before), len(after)) < _FEWEST_NAMES:
        return 0.0
    return _USUAL_LIKENESS - _cosine(Counter(before), Counter(after))


def _bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters: a stand-in for words."""
    return ["".join(pair) for pair in pairwise("".join(text.split()))]


def _cosine(left: Counter[str], right: Counter[str]) -> float:
    """The likeness of two sides, 0 if they share nothing."""
    shared = sum(count * right[key] for key, count in left.items() if key in right)
    if not shared:
        return 0.0
    squares = (sum(count * count for count in counts.values()) for counts in (left, right))
    return shared / math.sqrt(math.prod(squares))
