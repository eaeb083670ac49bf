"""HTML, as a reader sees the page: what is hidden left out, lists numbered, table rows as lines.

The parser reports tags as it meets them and no tree is built, so that neither the depth of
the tags nor their number matters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from extraction.document import ExtractedDocument, Paragraph, document_of
from extraction.limits import ExtractionLimits
from extraction.numbering import labelled, number_text
from extraction.plain_text import Decoded, decode, decode_as, is_clear
from report.enumeration import mark_at

_UNSEEN_TAGS = frozenset(
    {"script", "style", "noscript", "template", "title", "xml", "rt", "rp"}
    | {"iframe", "object", "svg", "canvas", "audio", "video", "map"}
    | {"select", "datalist", "textarea"}
)
_UNSEEN_STYLE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|mso-element\s*:\s*(?:(?:foot|end)note|header|footer|comment))"
)
# Of pages that Word, WPS and LibreOffice made: running lines, notes and their marks.
_RUNNING_LINES = frozenset({"header", "footer"})
_NOTE = re.compile(r"(?:sdfootnote|sdendnote|ftn|edn)[0-9]+")
_NOTE_MARKS = frozenset(
    {"sdfootnoteanc", "sdendnoteanc", "MsoFootnoteReference", "MsoEndnoteReference"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PREFORMATTED = frozenset({"pre", "listing", "xmp"})
_CELLS = frozenset({"td", "th"})
_LISTS = frozenset({"ol", "ul", "menu", "dir"})
_BLOCKS = frozenset(
    {"html", "head", "body", "header", "footer", "main", "aside", "nav", "section", "article"}
    | {"p", "div", "center", "address", "blockquote", "figure", "figcaption", "hr"}
    | {"li", "dl", "dt", "dd", "details", "summary", "form", "fieldset", "legend"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr"}
    | _HEADINGS.keys()
    | _PREFORMATTED
    | _CELLS
    | _LISTS
)
_MAX_NESTED_TABLES = 20  # those further in are read as if they were no tables
_MAX_CELL_PARAGRAPHS = 10  # a cell with more lays out the page; it holds no datum
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_WIDE = re.compile(
    r"[\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
)
_BULLET = "•"
_NUMBERS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_CHINESE_NUMBERS = re.compile(
    r"list-style(?:-type)?\s*:[^;]{0,40}?(?:cjk-ideographic|(?:simp|trad)-chinese-(?:in)?formal)"
)
_INTEGER = re.compile(r"\s*(-?\d{1,9})(?!\d)")
_META_WITHIN = 4096
_META_CHARSET = re.compile(rb"<meta[^<>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)


def read_html(data: bytes, _limits: ExtractionLimits) -> ExtractedDocument:
    """The document that a page shows; headings from ``h1`` to ``h6`` make its outline."""
    decoded = _decode(data)
    document = document_of(paragraphs_of(decoded.text))
    return replace(document, encoding=decoded.encoding, encoding_guessed=decoded.guessed)


def paragraphs_of(markup: str) -> list[Paragraph]:
    """The visible paragraphs of a page or of a piece of one."""
    flow = _Flow()
    parser = etree.HTMLParser(target=flow, encoding="utf-8", remove_comments=True)
    # Bytes in an encoding of our choice: the parser would obey what the page says of itself.
    parser.feed(markup.replace("\0", "\ufffd").encode("utf-8", "replace"))
    paragraphs: list[Paragraph] = parser.close()
    return paragraphs


def _decode(data: bytes) -> Decoded:
    """The page as text: what the bytes themselves say counts more than what the page says."""
    found = decode(data)
    if not found.guessed:
        return found
    declared = _META_CHARSET.search(data[:_META_WITHIN])
    stated = decode_as(data, declared.group(1).decode("ascii", "ignore")) if declared else None
    return stated if stated is not None and is_clear(stated.text) else found


@dataclass(slots=True)
class _List:
    """A list that is open: the format of its numbers, "" for bullets, and its next number."""

    number_format: str
    following: int = 1


class _Flow:
    """Collects paragraphs from the tags and texts that the parser reports.

    A cell collects its own paragraphs, which its row then puts on one line.
    """

    def __init__(self) -> None:
        self._sinks: list[list[Paragraph]] = [[]]
        self._rows: list[list[list[Paragraph]]] = []
        self._lists: list[_List] = []
        self._lines: list[list[str]] = [[]]
        self._unseen = 0
        self._preformatted = 0
        self._tables = 0
        self._level: int | None = None
        self._label = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag opens."""
        if self._unseen or _is_unseen(tag, attributes):
            self._unseen += 1
        elif tag == "br":
            self._lines.append([])
        elif tag in _BLOCKS:
            self._flush()
            self._open_block(tag, attributes)

    def end(self, tag: str) -> None:
        """A tag closes; the parser closes all that it opened."""
        if self._unseen:
            self._unseen -= 1
        elif tag in _BLOCKS:
            self._flush()
            self._close_block(tag)

    def data(self, text: str) -> None:
        """Text, maybe only a part of it."""
        if self._unseen:
            return
        if not self._preformatted:
            self._lines[-1].append(text)
            return
        first, *others = text.split("\n")
        self._lines[-1].append(first)
        self._lines.extend([line] for line in others)

    def close(self) -> list[Paragraph]:
        """The end of the page."""
        self._flush()
        return self._sinks[0]

    def _open_block(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        elif tag in _PREFORMATTED:
            self._preformatted += 1
        elif tag in _LISTS:
            self._lists.append(_list_of(tag, attributes))
        elif tag == "li":
            self._label = self._item_label(attributes)
        else:
            self._open_table_part(tag)

    def _open_table_part(self, tag: str) -> None:
        if tag == "table":
            self._tables += 1
        elif self._tables > _MAX_NESTED_TABLES:
            return
        elif tag == "tr":
            self._rows.append([])
        elif tag in _CELLS:
            self._sinks.append([])

    def _close_block(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._level = None
        elif tag in _PREFORMATTED:
            self._preformatted -= 1
        elif tag in _LISTS:
            self._lists.pop()
        elif tag == "li":
            self._label = ""
        else:
            self._close_table_part(tag)

    def _close_table_part(self, tag: str) -> None:
        if tag == "table":
            self._tables -= 1
        elif self._tables > _MAX_NESTED_TABLES:
            return
        elif tag == "tr":
            self._sinks[-1].extend(_row(self._rows.pop()))
        elif tag in _CELLS:
            cell = self._sinks.pop()
            if self._rows:
                self._rows[-1].append(cell)
            else:
                self._sinks[-1].extend(cell)

    def _item_label(self, attributes: Mapping[str, str]) -> str:
        if not self._lists:
            return ""
        current = self._lists[-1]
        if not current.number_format:
            return _BULLET
        number = _integer(attributes.get("value"), current.following)
        current.following = number + 1
        after = "、" if current.number_format.startswith("chinese") else "."
        return number_text(number, current.number_format) + after

    def _flush(self) -> None:
        """End the paragraph; a heading is one paragraph, whatever else its tag holds."""
        text = "\n".join(_collapsed("".join(line)) for line in self._lines).strip()
        self._lines = [[]]
        if not text:
            return
        if self._label != _BULLET or mark_at(text) is None:  # lists that are numbered by hand
            text = labelled(self._label, "tab", text)
        self._label = ""
        self._sinks[-1].append(Paragraph(text, self._level))
        self._level = None


def _is_unseen(tag: str, attributes: Mapping[str, str]) -> bool:
    return (
        tag in _UNSEEN_TAGS
        or "hidden" in attributes
        or _UNSEEN_STYLE.search(attributes.get("style", "").lower()) is not None
        or attributes.get("class") in _NOTE_MARKS
        or (tag == "div" and _is_beside_text(attributes))
    )


def _is_beside_text(attributes: Mapping[str, str]) -> bool:
    """Whether a division is what an office program puts at the edges of a printed page."""
    is_note = _NOTE.fullmatch(attributes.get("id", "")) is not None
    return is_note or attributes.get("title") in _RUNNING_LINES


def _list_of(tag: str, attributes: Mapping[str, str]) -> _List:
    if tag != "ol":
        return _List("")
    if _CHINESE_NUMBERS.search(attributes.get("style", "").lower()):
        return _List("chineseCountingThousand", _integer(attributes.get("start"), 1))
    number_format = _NUMBERS.get(attributes.get("type", "1"), "decimal")
    return _List(number_format, _integer(attributes.get("start"), 1))


def _integer(text: str | None, otherwise: int) -> int:
    match = _INTEGER.match(text or "")
    return int(match.group(1)) if match else otherwise


def _row(cells: list[list[Paragraph]]) -> list[Paragraph]:
    """A row's cells as one line, or as they are if the table only lays out the page."""
    filled = [cell for cell in cells if cell]
    if len(filled) <= 1 or any(_is_layout(cell) for cell in filled):
        return [paragraph for cell in filled for paragraph in cell]
    texts = (" ".join(" ".join(item.text.split("\n")) for item in cell) for cell in cells)
    return [Paragraph("\t".join(texts))]


def _is_layout(cell: list[Paragraph]) -> bool:
    return len(cell) > _MAX_CELL_PARAGRAPHS or any(
        paragraph.level is not None or "\t" in paragraph.text for paragraph in cell
    )


def _collapsed(text: str) -> str:
    """``text`` with its blanks as a browser shows them: a line break between Han is none."""
    return _BLANKS.sub(_shown_blank, text).strip(" ")


def _shown_blank(blank: re.Match[str]) -> str:
    text, start, end = blank.string, blank.start(), blank.end()
    breaks = "\n" in blank.group() or "\r" in blank.group()
    if breaks and start and _WIDE.match(text, start - 1) and _WIDE.match(text, end):
        return ""
    return " "
