"""Markdown, as it reads when rendered: numbered lists, table rows, no marks of emphasis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token

from extraction.document import ExtractedDocument, Paragraph, document_of
from extraction.html import paragraphs_of
from extraction.limits import ExtractionLimits
from extraction.numbering import labelled
from extraction.plain_text import decode

# Blocks deeper than this would be lost. Within a line nothing is, but opening brackets without
# closing ones take so many times as long.
_MAX_NESTING, _MAX_NESTING_IN_LINE = 100, 20
_BLOCKS = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table").disable("inline")
_LINES = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING_IN_LINE}).enable("strikethrough")
_FENCE = "---"
_MAX_FRONT_MATTER = 100
_BREAKS = frozenset({"softbreak", "hardbreak"})
_TEXTS = frozenset({"text", "code_inline"})
# Where Chinese signs begin.
_CHINESE_SIGNS = "\u2e80"


def _emphasis(state: StateInline, silent: bool) -> bool:
    """The parser's rule for ``*``, but next to Chinese signs only blanks keep it from working.

    By CommonMark it does not end between punctuation and a letter, which Han characters are:
    **重点工程提速。**总投资… would keep its stars.
    """
    start, first = state.pos, len(state.delimiters)
    if not emphasis.tokenize(state, silent):
        return False
    before, after = state.src[max(0, start - 1) : start], state.src[state.pos : state.pos + 1]
    if state.src[start] == "*" and max(before, after) >= _CHINESE_SIGNS:
        for delimiter in state.delimiters[first:]:
            delimiter.open = bool(after.strip())
            delimiter.close = bool(before.strip())
    return True


_LINES.inline.ruler.at("emphasis", _emphasis)


def read_markdown(data: bytes, _limits: ExtractionLimits) -> ExtractedDocument:
    """The document that a Markdown file (CommonMark with tables) is; front matter is plain."""
    decoded = decode(data)
    front_matter, body = _parted(decoded.text)
    paragraphs = [Paragraph(line) for line in front_matter]
    paragraphs.extend(_Flow().paragraphs(_parsed(body)))
    return replace(
        document_of(paragraphs), encoding=decoded.encoding, encoding_guessed=decoded.guessed
    )


def _parsed(text: str) -> list[Token]:
    references: dict[str, object] = {}
    tokens = _BLOCKS.parse(text, references)
    for token in tokens:
        if token.type == "inline":
            token.children = _LINES.parseInline(token.content, references)[0].children
    return tokens


def _parted(text: str) -> tuple[list[str], str]:
    """The lines of the YAML front matter, and what follows it."""
    lines = text.split("\n", _MAX_FRONT_MATTER)
    if lines[0].rstrip() == _FENCE:
        for number, line in enumerate(lines[1:_MAX_FRONT_MATTER], 1):
            if line.rstrip() == _FENCE:
                return [line.rstrip() for line in lines[1:number]], "\n".join(lines[number + 1 :])
    return [], text


@dataclass(slots=True)
class _List:
    """A list that is open: the number of its next item, ``None`` if it has bullets."""

    following: int | None


class _Flow:
    """Makes paragraphs of the tokens of a parsed text."""

    def __init__(self) -> None:
        self._lists: list[_List] = []
        self._cells: list[str] | None = None
        self._prefix = ""
        self._level: int | None = None

    def paragraphs(self, tokens: list[Token]) -> Iterator[Paragraph]:
        """What the tokens say, paragraph by paragraph."""
        for token in tokens:
            if token.type == "inline":
                yield from self._inline(token)
            elif token.type in ("fence", "code_block"):
                yield self._paragraph(token.content.rstrip("\n"))
            elif token.type == "html_block":
                yield from paragraphs_of(token.content)
            elif token.type == "tr_close":
                yield from self._row()
            else:
                self._note(token)

    def _note(self, token: Token) -> None:
        """Remember what a token says of those that follow."""
        match token.type:
            case "heading_open" | "heading_close":
                self._level = int(token.tag[1:]) if token.nesting > 0 else None
            case "tr_open":
                self._cells = []
            case "list_item_open":
                self._prefix += self._item_prefix(token)
            case "list_item_close":
                self._prefix = ""
            case "bullet_list_open":
                self._lists.append(_List(None))
            case "ordered_list_open":
                self._lists.append(_List(int(token.attrs.get("start", 1))))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()

    def _item_prefix(self, token: Token) -> str:
        current = self._lists[-1]
        if current.following is None:
            return f"{token.markup} "
        number = current.following
        current.following += 1
        return f"{number}{token.markup} "

    def _inline(self, token: Token) -> Iterator[Paragraph]:
        text = _text(token.children or [])
        if self._cells is not None:
            self._cells.append(" ".join(text.split()))
        elif text.strip():
            # A line under several lines of text is far oftener a ruler than their underlining.
            yield self._paragraph(text, None if "\n" in text else self._level)

    def _row(self) -> Iterator[Paragraph]:
        cells, self._cells = self._cells or [], None
        if any(cells):
            yield self._paragraph("\t".join(cells))

    def _paragraph(self, text: str, level: int | None = None) -> Paragraph:
        prefix, self._prefix = self._prefix, ""
        return Paragraph(labelled(prefix, "tab", text), level)


def _text(tokens: list[Token]) -> str:
    """The text of a paragraph's parts: of links their words, of pictures and HTML tags nothing."""
    parts: list[str] = []
    for token in tokens:
        if token.type in _TEXTS:
            parts.append(token.content)
        elif token.type in _BREAKS or token.content.lower().startswith("<br"):
            parts.append("\n")
    return "".join(parts)
