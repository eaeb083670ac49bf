"""Hard-wrapped lines joined again, and single line breaks that cut a sentence.

Two kinds of texts are mended. In a *wrapped* stretch most lines that do not end a
sentence end near the same right edge: what reaches the edge goes on in the next line.
Elsewhere a break is taken out only where the sentence clearly goes on: a mark that cannot
open a line or close one, a comma, or a paragraph of several sentences that stops inside
of a word the text has elsewhere as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from report.enumeration import mark_at
from report.repairs.continuation import (
    CLOSERS,
    COMMAS,
    INNER_STOP,
    NEVER_FIRST,
    OPENERS,
    PAUSE,
    WordPairs,
    is_closed,
    join,
    width,
)
from report.repairs.edits import Edit
from report.repairs.typesetting import (
    MAX_EDGE,
    Line,
    Setting,
    begins_anew,
    stretch_settings,
    typeset_lines,
)

_SLACK = 2.0
"""How uneven the edge is: paper squeezes and stretches lines a little."""
_LOST_INDENT = 2.5
"""How much shorter the first line of a paragraph is whose indent was lost."""
_SENTENCE_SLACK = 8.0
"""How much shorter a line may be that surely breaks off its second sentence."""
_COMMA_LINE, _PARTED_COMMA_LINE = 20, 30
"""From which width on a line with a comma at its end is cut: the second above an empty line."""
_PARAGRAPH = 40
"""From which width on a line may be a paragraph of several sentences."""
_MANY_CUTS = 3
"""From how many cut words on a text has lost its layout."""

_ROW = re.compile(r"[|\t]")
_SALUTATION = re.compile(r"尊敬|敬爱|亲爱|各位|同志|女士|先生")
_DANGLING_MARK = re.compile(r"[。；][一二三四五六七八九十]{1,2}[是要]$")
_LONGEST_DANGLING_MARK = 4
_TOKEN = re.compile(
    r"(?:[0-9A-Za-z０-９.．%％&+/-]{1,12}|.)[，。、；：！？”’」』）)】》〉,;:]{0,3}"
)


def wrapped_lines(text: str) -> Iterator[Edit]:
    """Join the lines that hard line breaks part inside of a sentence or paragraph."""
    lines = list(typeset_lines(text))
    if len(lines) < 2:
        return
    pairs = WordPairs.of(text)
    settings = stretch_settings(text, lines, pairs)
    cut_paragraphs = _cut_paragraphs(text, lines, pairs)
    for index, (line, following) in enumerate(pairwise(lines)):
        setting = settings[index] if settings[index] is settings[index + 1] else None
        if (
            index in cut_paragraphs
            or _cut_at_marks(text, line, following)
            or (setting is not None and _wraps(text, line, following, setting, pairs))
        ):
            yield join(text, line.end, following.start)


def _cut_at_marks(text: str, line: Line, following: Line) -> bool:
    """Whether the signs on both sides of the break show that it cuts a sentence."""
    last, first = text[line.end - 1], text[following.start]
    if first in NEVER_FIRST:
        return first in CLOSERS or not is_closed(text, line.end)
    if last in OPENERS:
        return True
    if begins_anew(text, following, line.indent):
        return False
    mark_from = max(line.start, line.end - _LONGEST_DANGLING_MARK)
    if _DANGLING_MARK.search(text, mark_from, line.end):
        return True
    needed = _PARTED_COMMA_LINE if following.parted else _COMMA_LINE
    return (
        last in COMMAS
        and line.width() >= needed
        and not _SALUTATION.match(text, line.start)
        and not _ROW.search(text, line.start, line.end)
    )


def _cut_paragraphs(text: str, lines: Sequence[Line], pairs: WordPairs) -> set[int]:
    """The paragraphs of several sentences whose last one stops at a break and goes on.

    Mostly it must stop inside of a word. Where that happens often, the text has lost its
    layout, and any paragraph that ends without a stop is cut.
    """
    candidates = [
        index
        for index, (line, following) in enumerate(pairwise(lines))
        if _may_be_cut(text, line, following)
    ]
    sure = {
        index
        for index in candidates
        if pairs.part_word(text[lines[index].end - 1], text[lines[index + 1].start])
    }
    of_sentences = {index for index in candidates if _has_sentences(text, lines[index])}
    layout_is_lost = len(sure) >= _MANY_CUTS and 2 * len(sure) >= len(of_sentences)
    return sure | of_sentences if layout_is_lost else sure


def _may_be_cut(text: str, line: Line, following: Line) -> bool:
    last, first = text[line.end - 1], text[following.start]
    if following.parted or line.width() < _PARAGRAPH or not (last.isalnum() and first.isalnum()):
        return False
    if begins_anew(text, following, line.indent) or _ROW.search(text, line.start, line.end):
        return False
    return line.width() > MAX_EDGE or _has_sentences(text, line)


def _has_sentences(text: str, line: Line) -> bool:
    """Whether a sentence ends on the line and another one begins."""
    return INNER_STOP.search(text, line.start, line.end) is not None


def _wraps(text: str, line: Line, following: Line, setting: Setting, pairs: WordPairs) -> bool:
    """Whether ``line`` reaches the edge and its paragraph goes on in ``following``."""
    if following.parted and not setting.spaced:
        return False
    if begins_anew(text, following, setting.indent):
        return False
    token = _TOKEN.match(text, following.start)
    # What would still have been free behind the first token of the next line.
    room = setting.edge.room_behind(line) - (width(token.group()) if token else 1.0)
    if is_closed(text, line.end):
        return setting.indented and room <= _SLACK and text[line.end - 1] in "。；"
    cuts_word = pairs.part_word(text[line.end - 1], text[following.start])
    if _has_sentences(text, line):
        return room <= (_SENTENCE_SLACK if cuts_word else _SLACK + _LOST_INDENT)
    is_heading = mark_at(text, line.start) and not PAUSE.search(text, line.start, line.end)
    return room <= _SLACK and (cuts_word or not is_heading)
