"""A text as the search for page breaks reads it, and what page breaks leave in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from report.repairs.continuation import WordPairs, sentence_goes_on

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """What a page break left in the text.

    Attributes:
        start: where it begins.
        end: where it ends.
        flat: whether the site ran the paragraphs of its pages together, so that the
            break stands for no line's end.
        opening: whether it stands before the first page: nothing is joined there.
    """

    start: int
    end: int
    flat: bool = False
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Where a line stands, without the blanks around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A text with its lines that are not blank and its pairs of characters."""

    text: str
    lines: Sequence[Line]
    pairs: WordPairs

    @classmethod
    def of(cls, text: str) -> Self:
        """The draft of ``text``."""
        return cls(text, tuple(_lines(text)), WordPairs.of(text))

    def content(self, line: Line) -> str:
        """What stands on ``line``."""
        return self.text[line.start : line.end]

    def neighbours(self, start: int, end: int) -> tuple[int, int]:
        """Where the text before ``start`` ends and the text behind ``end`` begins."""
        while start > 0 and self.text[start - 1].isspace():
            start -= 1
        while end < len(self.text) and self.text[end].isspace():
            end += 1
        return start, end

    def goes_on(self, end: int, start: int) -> bool:
        """Whether the sentence that breaks off at ``end`` goes on at ``start``."""
        return sentence_goes_on(self.text, end, start, self.pairs)

    def cut_by(self, index: int) -> bool:
        """Whether a sentence goes on behind the line at ``index``."""
        if not 0 < index < len(self.lines) - 1:
            return False
        return self.goes_on(self.lines[index - 1].end, self.lines[index + 1].start)


def _lines(text: str) -> Iterator[Line]:
    for match in _LINE.finditer(text):
        content = match.group().rstrip()
        body = content.lstrip()
        if body:
            end = match.start() + len(content)
            yield Line(end - len(body), end)
