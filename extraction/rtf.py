r"""Rich Text Format.

A reader of its own rather than striprtf, which drops the numbers of list items, text boxes and
outline levels, keeps hidden and deleted text, takes half of a pair of surrogates for a
character, and has expressions that take quadratic time. Here a file is read in one pass, and
groups are kept on a stack, not by recursion.

Text that is no ASCII comes as ``\uN`` with a fallback to be skipped, or as bytes in the code
page of the font or, failing that, of the document.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from extraction.document import ExtractedDocument, Paragraph, document_of
from extraction.errors import BrokenFileError, FileTooLargeError
from extraction.limits import ExtractionLimits
from extraction.odt import list_item, table_row

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\\rtf")
_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\(.)|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)",
    re.DOTALL,
)
_WORD, _ARGUMENT, _BYTE, _SYMBOL, _BRACE, _TEXT = range(1, 7)  # the groups of _TOKEN
_IN_SKIPPED_GROUP = re.compile(rb"\\bin([0-9]{1,10}) ?|\\.|[{}]", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s?([1-9])", re.IGNORECASE)
_SKIPPED = frozenset(
    b"annotation atnauthor atnid colortbl filetbl footer footerf footerl footerr footnote generator"
    b" header headerf headerl headerr info listoverridetable listpicture listtable nonesttables"
    b" nonshppict objdata pict pn pnseclvl revtbl rsidtbl rxe shprslt sp tc tcn txe xe".split()
)
_KEPT_THOUGH_STARRED = frozenset(
    b"do dptxbxtext fldinst nesttableprops pntext shpinst shptxt ud".split()
)
_CODE_PAGES = {
    936: "gb18030",
    10002: "big5",
    10008: "gb18030",
    54936: "gb18030",
    65001: "utf-8",
}
_CHARSETS = {
    77: "mac_roman",
    79: "big5",
    85: "gb18030",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
_SYMBOL_CHARSET = 2
_SIGNS = {
    b"tab": "\t",
    b"line": "\n",
    b"softline": "\n",
    b"lbr": "\n",
    b"page": "\n",
    b"column": "\n",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"emspace": "\u2003",
    b"enspace": "\u2002",
    b"qmspace": "\u2005",
}
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"\t": "\t"}
_MAX_NESTING = 16  # of tables in tables, and of text boxes in text boxes
_MAX_INSTRUCTION = 256
_BODY_TEXT = 9  # the outline level of what is no heading


def read_rtf(data: bytes, limits: ExtractionLimits) -> ExtractedDocument:
    """The text of an RTF file; list items have the numbers that the file writes out for them.

    Left out: notes, comments, deleted and hidden text, tables of contents, headers, footers and
    pictures. Text boxes follow the paragraph they are anchored to.

    Raises:
        BrokenFileError: if the file is no RTF.
        FileTooLargeError: if it has too many characters.
    """
    if not _BEGINNING.match(data):
        raise BrokenFileError
    return document_of(_Reader(data, limits.characters).paragraphs())


class _Reading(Enum):
    """What the text of a group is."""

    TEXT = auto()
    FONTS = auto()
    STYLES = auto()
    INSTRUCTION = auto()
    NOTHING = auto()


@dataclass(slots=True)
class _Flow:
    """Paragraphs one after the other: the body, a text box or the label of a list item.

    ``tables`` are the rows that are open, the outermost first: their cells, the last of which
    is open too. ``boxes`` is what follows the paragraph that is being read.
    """

    is_label: bool = False
    parts: list[str] = field(default_factory=list)
    label: tuple[str, str] = ("", "nothing")
    paragraphs: list[Paragraph] = field(default_factory=list)
    boxes: list[Paragraph] = field(default_factory=list)
    tables: list[list[list[Paragraph]]] = field(default_factory=list)
    in_row: bool = False
    nesting: int = 0

    def text(self) -> str:
        """The text since the last end of a paragraph."""
        text = "".join(self.parts)
        self.parts.clear()
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text

    def end_paragraph(self, level: int | None, depth: int) -> None:
        """End a paragraph in the table at ``depth``, 0 if in none."""
        self.open_tables(max(depth, 1 if self.in_row else 0))
        self._sink().append(Paragraph(list_item(*self.label, self.text()), level))
        self._sink().extend(self.boxes)
        self.boxes.clear()
        self.label = ("", "nothing")

    def end_open_paragraph(self, level: int | None, depth: int) -> None:
        """End the paragraph if there is anything in it."""
        if self.boxes or any(map(str.strip, self.parts)):
            self.end_paragraph(level, depth)
        self.parts.clear()

    def open_tables(self, depth: int) -> None:
        """Close the rows of the tables deeper than ``depth``, and open those that are missing."""
        while len(self.tables) > depth:
            row = table_row(self.tables.pop())
            self._sink().extend(row)
        while len(self.tables) < depth:
            self.tables.append([[]])

    def _sink(self) -> list[Paragraph]:
        return self.tables[-1][-1] if self.tables else self.paragraphs


@dataclass(slots=True)
class _Field:
    """A field, and how its instruction begins."""

    instruction: str = ""


@dataclass(slots=True)
class _State:
    """What a group inherits from the one around it."""

    flow: _Flow
    reading: _Reading = _Reading.TEXT
    field: _Field | None = None
    font: int | None = None
    fallback: int = 1
    hidden: bool = False
    deleted: bool = False
    level: int | None = None
    depth: int = 0


class _Reader:
    """Reads a file token by token."""

    def __init__(self, data: bytes, characters: int) -> None:
        self._data = data
        self._position = 0
        self._characters = self._left = characters
        self._state = _State(_Flow())
        self._stack: list[_State] = []
        self._bytes = bytearray()
        self._to_skip = 0
        self._starred = False
        self._code_page: str | None = None
        self._default_font: int | None = None
        self._charsets: dict[int, int] = {}
        self._font_entry = 0
        self._levels: dict[int, int | None] = {}
        self._style_entry = 0
        self._style_name = ""
        self._words = self._word_table()

    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs of the file.

        Raises:
            FileTooLargeError: if they have more characters than allowed.
        """
        body = self._state.flow
        while token := _TOKEN.match(self._data, self._position):
            self._position = token.end()
            if token.lastindex == _TEXT:
                self._add_bytes(token[_TEXT], token[_TEXT])
            elif token.lastindex == _BYTE:
                self._add_bytes(bytes.fromhex(token[_BYTE].decode("ascii")), b"?")
            elif token.lastindex is not None:
                self._flush_before(token)
                if self._control(token):
                    break
        self._flush()
        body.end_open_paragraph(self._state.level, self._state.depth)
        body.open_tables(0)
        return body.paragraphs

    def _flush_before(self, token: re.Match[bytes]) -> None:
        """End the run of bytes, but for the escaped signs that are the second byte of a pair."""
        if token.lastindex != _SYMBOL or token[_SYMBOL] not in b"\\{}":
            self._flush()

    def _control(self, token: re.Match[bytes]) -> bool:
        """Handle a control word, a control symbol or a brace; whether the document ends."""
        if token.lastindex == _BRACE:
            self._to_skip = 0
            return self._open() if token[_BRACE] == b"{" else self._close()
        if token.lastindex == _SYMBOL:
            self._symbol(token[_SYMBOL])
        else:
            self._to_skip = 0
            self._word(token[_WORD], token[_ARGUMENT])
        return False

    # Groups

    def _open(self) -> bool:
        state = self._state
        self._stack.append(state)
        self._state = replace(state)
        if state.reading is _Reading.STYLES:
            self._style_entry, self._style_name = 0, ""
        return False

    def _close(self) -> bool:
        """Leave a group; whether it was the whole document."""
        closed = self._state
        if len(self._stack) <= 1:
            return True
        self._state = self._stack.pop()
        self._starred = False
        if self._state.reading is _Reading.STYLES:
            self._end_style()
        if closed.flow is not self._state.flow:
            self._end_flow(closed)
        elif closed.reading is not self._state.reading and closed.field is not None:
            self._add(_overstruck(closed.field.instruction))
        return False

    def _end_flow(self, closed: _State) -> None:
        flow, outer = closed.flow, self._state.flow
        if flow.is_label:
            label = flow.text()
            if label.strip():
                kind = {"\t": "tab", " ": "space"}.get(label[-1], "nothing")
                outer.label = (label.strip(), kind)
            return
        flow.end_open_paragraph(closed.level, closed.depth)
        flow.open_tables(0)
        outer.boxes.extend(flow.paragraphs)

    def _end_style(self) -> None:
        heading = _HEADING_STYLE.match(self._style_name.strip())
        if heading and self._style_entry not in self._levels:
            self._levels[self._style_entry] = int(heading[1])

    def _skip_group(self) -> None:
        """Go to the brace that closes the group."""
        depth = 0
        while token := _IN_SKIPPED_GROUP.search(self._data, self._position):
            if token[1]:
                self._position = token.end() + int(token[1])
                continue
            if token[0] == b"}":
                if depth == 0:
                    self._position = token.start()
                    return
                depth -= 1
            elif token[0] == b"{":
                depth += 1
            self._position = token.end()
        self._position = len(self._data)

    # Text

    def _add_bytes(self, content: bytes, skipped_as: bytes) -> None:
        """Add bytes of the text, but for what follows a code point for old readers."""
        if self._to_skip:
            skipped = min(self._to_skip, len(skipped_as))
            self._to_skip -= skipped
            content = content[skipped:]
        self._bytes += content

    def _flush(self) -> None:
        if self._bytes:
            content = bytes(self._bytes)
            self._bytes.clear()
            if self._state.reading is not _Reading.NOTHING:
                self._add(self._decoded(content))

    def _add(self, text: str) -> None:
        state = self._state
        if state.reading is _Reading.TEXT:
            if not (state.hidden or state.deleted):
                self._spend(len(text))
                state.flow.parts.append(text)
        elif state.reading is _Reading.STYLES:
            self._style_name = (self._style_name + text)[:_MAX_INSTRUCTION]
        elif state.reading is _Reading.INSTRUCTION and state.field is not None:
            instruction = (state.field.instruction + text)[:_MAX_INSTRUCTION]
            state.field.instruction = instruction.lstrip()

    def _spend(self, characters: int) -> None:
        self._left -= characters
        if self._left < 0:
            raise FileTooLargeError("characters", self._characters)

    def _decoded(self, content: bytes) -> str:
        font = self._default_font if self._state.font is None else self._state.font
        charset = self._charsets.get(-1 if font is None else font, 0)
        if charset == _SYMBOL_CHARSET and self._state.flow.is_label:
            return "•" if content.strip() else ""
        return _CONTROL.sub("", _decoded(content, self._candidates(charset)))

    def _candidates(self, charset: int) -> list[str]:
        """Encodings to be tried: that of the font, that of the document, what is usual."""
        own = [codec for codec in (_CHARSETS.get(charset), self._code_page) if codec]
        return own or ["gb18030", "cp1252"]

    # Control words

    def _symbol(self, symbol: bytes) -> None:
        if symbol in b"\\{}":
            self._add_bytes(symbol, symbol)
            return
        self._to_skip = 0
        if symbol == b"*":
            self._starred = True
        elif symbol in b"\r\n":
            self._end_paragraph()
        elif symbol in _SYMBOLS:
            self._add(_SYMBOLS[symbol])

    def _word(self, word: bytes, argument: bytes | None) -> None:
        starred, self._starred = self._starred, False
        if word in _SKIPPED or (starred and word not in _KEPT_THOUGH_STARRED):
            self._skip_group()
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif handle := self._words.get(word):
            handle(None if argument is None else int(argument))

    def _word_table(self) -> dict[bytes, Callable[[int | None], None]]:
        return {
            b"par": lambda _: self._end_paragraph(),
            b"sect": lambda _: self._end_paragraph(),
            b"pard": lambda _: self._reset_paragraph(),
            b"plain": lambda _: self._reset_characters(),
            b"cell": lambda _: self._end_cell(1),
            b"nestcell": lambda _: self._end_cell(max(2, self._state.depth)),
            b"row": lambda _: self._end_row(1),
            b"nestrow": lambda _: self._end_row(max(2, self._state.depth)),
            b"trowd": lambda _: self._begin_row(),
            b"intbl": lambda _: self._in_table(max(1, self._state.depth)),
            b"itap": self._in_table,
            b"u": self._unicode,
            b"uc": self._set_fallback,
            b"bin": self._skip_binary,
            b"f": self._set_font,
            b"deff": self._set_default_font,
            b"fcharset": self._set_charset,
            b"ansicpg": self._set_code_page,
            b"s": self._set_style,
            b"outlinelevel": self._set_level,
            b"v": self._set_hidden,
            b"deleted": self._set_deleted,
            b"fonttbl": lambda _: self._read_as(_Reading.FONTS),
            b"stylesheet": lambda _: self._read_as(_Reading.STYLES),
            b"upr": lambda _: self._read_as(_Reading.NOTHING),
            b"ud": lambda _: self._read_as(_Reading.TEXT),
            b"do": lambda _: self._read_as(_Reading.NOTHING),
            b"shpinst": lambda _: self._read_as(_Reading.NOTHING),
            b"shptxt": lambda _: self._begin_flow(is_label=False),
            b"dptxbxtext": lambda _: self._begin_flow(is_label=False),
            b"listtext": lambda _: self._begin_flow(is_label=True),
            b"pntext": lambda _: self._begin_flow(is_label=True),
            b"field": lambda _: self._begin_field(),
            b"fldinst": lambda _: self._read_as(_Reading.INSTRUCTION),
            b"fldrslt": lambda _: self._begin_result(),
        }

    def _read_as(self, reading: _Reading) -> None:
        self._state.reading = reading

    def _begin_flow(self, *, is_label: bool) -> None:
        """Begin a text box or a label: the group, which must not be the whole document."""
        outer = self._state.flow
        if outer.nesting == _MAX_NESTING:
            self._skip_group()
        elif len(self._stack) > 1 and self._stack[-1].flow is outer:
            self._state.flow = _Flow(is_label, nesting=outer.nesting + 1)
            self._state.depth = 0
            self._state.reading = _Reading.TEXT

    def _begin_field(self) -> None:
        self._state.field = _Field()

    def _begin_result(self) -> None:
        opened = self._state.field
        if opened and opened.instruction.split(" ", 1)[0].upper() == "TOC":
            self._skip_group()

    # Paragraphs and tables

    def _end_paragraph(self) -> None:
        state = self._state
        if state.reading is _Reading.TEXT and not state.flow.is_label:
            self._spend(1)
            state.flow.end_paragraph(state.level, state.depth)

    def _end_cell(self, depth: int) -> None:
        state = self._state
        if state.reading is _Reading.TEXT and not state.flow.is_label:
            self._spend(1)
            flow = state.flow
            flow.end_open_paragraph(state.level, depth)
            flow.open_tables(depth)
            flow.tables[-1].append([])

    def _end_row(self, depth: int) -> None:
        state = self._state
        if state.reading is _Reading.TEXT and not state.flow.is_label:
            state.flow.end_open_paragraph(state.level, depth)
            state.flow.open_tables(depth - 1)
            state.flow.in_row = False

    def _begin_row(self) -> None:
        self._state.flow.in_row = True

    def _in_table(self, depth: int | None) -> None:
        if depth:
            self._state.depth = min(max(depth, 0), _MAX_NESTING)

    def _reset_paragraph(self) -> None:
        self._state.level = None
        self._state.depth = 0

    def _set_style(self, style: int | None) -> None:
        if self._state.reading is _Reading.STYLES:
            self._style_entry = style or 0
        else:
            self._state.level = self._levels.get(style or 0)

    def _set_level(self, level: int | None) -> None:
        outline = level + 1 if level is not None and 0 <= level < _BODY_TEXT else None
        if self._state.reading is _Reading.STYLES:
            self._levels[self._style_entry] = outline
        else:
            self._state.level = outline

    # Characters

    def _reset_characters(self) -> None:
        self._state.hidden = self._state.deleted = False
        self._state.font = None

    def _set_hidden(self, on: int | None) -> None:
        self._state.hidden = on != 0

    def _set_deleted(self, on: int | None) -> None:
        self._state.deleted = on != 0

    def _unicode(self, code: int | None) -> None:
        self._to_skip = self._state.fallback
        if code is not None and -0x8000 <= code <= 0x10FFFF:
            self._add(_CONTROL.sub("", chr(code + 0x10000 if code < 0 else code)))

    def _set_fallback(self, length: int | None) -> None:
        self._state.fallback = max(0, 1 if length is None else length)

    def _skip_binary(self, length: int | None) -> None:
        self._position += max(0, length or 0)

    def _set_font(self, font: int | None) -> None:
        if self._state.reading is _Reading.FONTS:
            self._font_entry = font or 0
        else:
            self._state.font = font

    def _set_default_font(self, font: int | None) -> None:
        self._default_font = font

    def _set_charset(self, charset: int | None) -> None:
        if self._state.reading is _Reading.FONTS:
            self._charsets[self._font_entry] = charset or 0

    def _set_code_page(self, code_page: int | None) -> None:
        name = _CODE_PAGES.get(code_page or 0, f"cp{code_page}")
        try:
            codecs.lookup(name)
        except LookupError:
            return
        self._code_page = name


def _overstruck(instruction: str) -> str:
    r"""The text in EQ \o(\s\up 10(hàn),汉): what older Word makes 拼音指南 and 带圈字符 of."""
    instruction = instruction.rstrip()
    if instruction.startswith("EQ ") and "\\o" in instruction and instruction.endswith(")"):
        return instruction[:-1].rpartition(",")[2]
    return ""


def _decoded(content: bytes, candidates: list[str]) -> str:
    """``content`` in the first encoding that it is free of errors in."""
    for codec in candidates:
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    # A byte alone is no Chinese character: é, ° or the like.
    alone = sum(byte >= 0x80 for byte in content) == 1
    return content.decode("cp1252" if alone else candidates[0], "replace")
