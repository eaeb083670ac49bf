"""Whether a sentence goes on behind a break in the text, and how the two halves are joined."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from report.domain import is_han
from report.enumeration import mark_at
from report.repairs.edits import Edit

CLOSERS = "”’」』）)】》〉］]〞"
"""What closes a quotation or a bracket."""
OPENERS = "“‘「『（(【《〈［[〔"
"""What no line ends with."""
NEVER_FIRST = frozenset(f"{CLOSERS}，。、；：！？,;％%‰")
"""What no line begins with."""
COMMAS = "，、,"
PAUSE = re.compile(r"[。！？；，,;]")
INNER_STOP = re.compile(r"[。！？；](?=.)")
"""The end of a sentence that another one follows."""

_PAGE_LINE = 80
"""How far back the line before a page break is looked at."""
_HEADING_WIDTH = 24
"""A heading without a number is narrower than this many full-width characters."""
_LONGEST_STOP = 5
"""How many signs a stop may have with the quotes and brackets that it closes."""
_PAIRS_OF_CHANCE = 20_000
"""In this many characters any two stand side by side once by chance."""

_CLOSED = re.compile(rf"(?:[。！？!?；;：:…｡]|(?<![0-9０-９])[.．])[{re.escape(CLOSERS)}\"']*$")
_BULLET = re.compile(
    r"[-*+•●○■□▪◆◇➢✓]\s|[•●○■□▪◆◇➢✓#>|]|——|[-=_*]{3}|\[[ x\]]|附件?[:：0-9]|注[:：]"
)


@dataclass(frozen=True, slots=True)
class WordPairs:
    """The pairs of neighbouring characters of a text: a stand-in for its words.

    Attributes:
        counts: how often each pair stands in the text.
        needed: how often one must stand there to be of a word.
    """

    counts: Counter[tuple[str, str]]
    needed: int

    @classmethod
    def of(cls, text: str) -> Self:
        """The pairs of ``text``; the longer it is, the more often chance makes a pair."""
        return cls(Counter(pairwise(text)), 1 + len(text) // _PAIRS_OF_CHANCE)

    def part_word(self, left: str, right: str) -> bool:
        """Whether a break between ``left`` and ``right`` parts what stands together elsewhere."""
        return (is_han(left) or is_han(right)) and self.counts[left, right] >= self.needed


def join(text: str, end: int, start: int) -> Edit:
    """The edit that makes ``text[:end]`` and ``text[start:]`` one; Latin words stay two."""
    left, right = text[end - 1], text[start]
    latin = right.isascii() and right.isalpha() and left.isascii() and not left.isdigit()
    return Edit(end, start, " " if latin and left not in "([-/" else "")


def starts_item(text: str, start: int) -> bool:
    """Whether a heading, a list item, a bullet or a table row begins at ``start``."""
    return mark_at(text, start) is not None or _BULLET.match(text, start) is not None


def is_closed(text: str, end: int) -> bool:
    """Whether ``text[:end]`` ends with a full stop, a colon or the like."""
    return _CLOSED.search(text, max(0, end - _LONGEST_STOP), end) is not None


def width(content: str) -> float:
    """The width of ``content`` in Chinese characters; an ASCII one takes half the room."""
    return len(content) - len(content.encode("ascii", "ignore")) / 2


def sentence_goes_on(text: str, end: int, start: int, pairs: WordPairs) -> bool:
    """Whether a sentence that ``text[:end]`` breaks off goes on at ``start``.

    What stands between is no part of the text: a page mark, a running header. ``pairs``
    are those of ``text``.
    """
    if end <= 0 or start >= len(text):
        return False
    if text[start] in NEVER_FIRST:
        return text[start] in CLOSERS or not is_closed(text, end)
    if text[end - 1] in OPENERS:
        return True
    if is_closed(text, end) or starts_item(text, start) or _indented(text, start):
        return False
    if text[end - 1] in COMMAS or pairs.part_word(text[end - 1], text[start]):
        return True
    return not _heading_before(text, end)


def _indented(text: str, start: int) -> bool:
    blanks = text[max(0, start - 2) : start]
    return blanks.endswith(("\u3000", "\t", "  ", "\xa0\xa0"))


def _heading_before(text: str, end: int) -> bool:
    """Whether a short line without any pause, a heading or a title, ends at ``end``."""
    begin = max(0, end - _PAGE_LINE)
    line_start = max(text.rfind(sign, begin, end) for sign in "\r\n\f") + 1
    if not line_start and begin:  # the line begins farther back
        return False
    line = text[line_start:end].strip()
    if PAUSE.search(line):
        return False
    return width(line) < _HEADING_WIDTH or mark_at(line) is not None
