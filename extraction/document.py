"""What a reader finds in a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from report.domain import Heading, Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a document, a list item with its number or a table's row with its cells.

    Attributes:
        text: the text, automatic numbering resolved (一、, (一), 1.); may hold line breaks.
        level: the outline level if the document says that it is a heading, 1 the outermost.
    """

    text: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class ExtractedDocument:
    """The text of a file.

    Attributes:
        text: the paragraphs, one a line.
        outline: the headings that the document itself marks as such.
        encoding: the character encoding of a text file, "" for other formats.
        encoding_guessed: whether nothing in the file says that it is that encoding.
    """

    text: str
    outline: tuple[Heading, ...] = ()
    encoding: str = ""
    encoding_guessed: bool = False


def document_of(paragraphs: Iterable[Paragraph]) -> ExtractedDocument:
    """The document that ``paragraphs`` make; those without text leave an empty line."""
    lines: list[str] = []
    outline: list[Heading] = []
    position = 0
    for paragraph in paragraphs:
        text = paragraph.text.rstrip()
        if paragraph.level is not None and text.strip():
            start = position + len(text) - len(text.lstrip())
            outline.append(Heading(Span(start, position + len(text)), paragraph.level))
        lines.append(text)
        position += len(text) + 1
    return ExtractedDocument("\n".join(lines), tuple(outline))
