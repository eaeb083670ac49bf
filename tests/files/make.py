"""Makes the files beside it: one report in every format that is read; see README.md.

Run ``python -m tests.files.make``. It needs LibreOffice, python-docx, OpenCC, Pillow and
pypdfium2, and a Chinese font.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph
from opencc import OpenCC

from extraction.office import find_soffice
from tests.extraction.files_pdf import OfdBuilder, Text, code, lines_of, ruled, wrapped
from tests.files.report import (
    COMMENT,
    DELETED,
    FOOTNOTE,
    HEADER,
    INSERTED,
    NOTED,
    REPORT,
    Line,
    plain_text,
)

FOLDER = Path(__file__).parent
PASSWORD = "123456"  # nobody's: what it protects stands in report.txt

ROWS = [line.text.split("\t") for line in REPORT if line.kind == "row"]
LEVELS = {"heading": 1, "subheading": 2}

# --- Word ------------------------------------------------------------------------------------

_STYLES = {
    "title": "Title",
    "heading": "Heading 1",
    "subheading": "Heading 2",
    "item": "List Number",
}
_SIZES = {"Normal": 16, "Title": 22, "Heading 1": 16, "Heading 2": 16, "Header": 9, "Footer": 9}
_SIZES |= {"Table Grid": 12}
_DEPTHS = {"heading": 0, "subheading": 1, "item": 2}
_MARKS = (("chineseCounting", "%1、", "nothing"), ("chineseCounting", "（%2）", "nothing"))
_MARKS += (("decimal", "%3.", "tab"),)
_WIDTHS = (60, 32, 32, 32)
_RAISED = '<w:vertAlign w:val="superscript"/>'
_SMALL = '<w:sz w:val="18"/>'


@dataclass(frozen=True)
class _Extras:
    """What the Word file has beside the text: a footnote, tracked changes."""

    noted: bool
    tracked: bool


def word_file(*, tracked: bool = False, columns: int = 1) -> WordDocument:
    """The report as a Word file whose numbers are all automatic.

    Args:
        tracked: with a tracked deletion and insertion, which else are accepted.
        columns: columns of the page; only a page of one has the footnote and the table.
    """
    document = Document()
    _set_up_page(document)
    _number(document)
    _running_lines(document)
    for line in REPORT:
        if line.kind == "row":
            if columns == 1:
                _add_row(document, line.text.split("\t"))
            continue
        paragraph = document.add_paragraph(style=_STYLES.get(line.kind))
        _lay_out(paragraph, line)
        _write(document, paragraph, line.text, _Extras(noted=columns == 1, tracked=tracked))
    if columns > 1:
        layout = document.sections[0]._sectPr
        layout.append(parse_xml(f'<w:cols {nsdecls("w")} w:num="{columns}" w:space="425"/>'))
    return document


def _add_row(document: WordDocument, cells: Sequence[str]) -> None:
    """Add a row to the table; the first one begins it."""
    if not document.tables:
        table = document.add_table(0, len(cells), "Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, _WIDTHS, strict=True):
            column.width = Mm(width)
    for cell, text, width in zip(document.tables[0].add_row().cells, cells, _WIDTHS, strict=True):
        cell.width = Mm(width)
        cell.text = text


def _set_up_page(document: WordDocument) -> None:
    """A4 with the margins and sizes of type of official documents (GB/T 9704)."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    document.styles["Normal"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for name, size in _SIZES.items():
        document.styles[name].font.size = Pt(size)


def _number(document: WordDocument) -> None:
    """The list 一、（一）1., its levels tied to styles."""
    names = ("Heading1", "Heading2", "ListNumber")
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>'
        f'<w:pStyle w:val="{name}"/><w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/>'
        '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="640"/></w:pPr></w:lvl>'
        for depth, ((fmt, text, suffix), name) in enumerate(zip(_MARKS, names, strict=True))
    )
    numbering = document.part.numbering_part.element
    kind = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">'
    kind += '<w:multiLevelType w:val="multilevel"/>'
    numbering.insert(0, parse_xml(f"{kind}{levels}</w:abstractNum>"))
    number = f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'
    numbering.append(parse_xml(number))
    for kind, depth in _DEPTHS.items():
        properties = document.styles[_STYLES[kind]].element.get_or_add_pPr()
        for old in properties.findall(qn("w:numPr")):
            properties.remove(old)
        properties._insert_numPr(_numbered(depth))


def _numbered(depth: int) -> BaseOxmlElement:
    return parse_xml(
        f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>'
    )


def _running_lines(document: WordDocument) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = HEADER
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("第")
    number = "<w:r><w:t>1</w:t></w:r>"
    field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE">{number}</w:fldSimple>'
    footer._p.append(parse_xml(field))
    footer.add_run("页")


def _lay_out(paragraph: WordParagraph, line: Line) -> None:
    if line.kind == "point":  # numbered by itself, not by a style
        paragraph._p.get_or_add_pPr()._insert_numPr(_numbered(1))
    elif line.kind == "text":
        paragraph.paragraph_format.first_line_indent = Pt(32)
    if line.kind == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif line.kind == "title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write(document: WordDocument, paragraph: WordParagraph, text: str, extras: _Extras) -> None:
    """The text, with the footnote, the comment and the changes where they belong."""
    noted, _, after_note = text.partition(NOTED)
    commented, inserted, rest = text.partition(INSERTED)
    if after_note and extras.noted:
        paragraph.add_run(noted + NOTED)
        _add_footnote(document, paragraph)
        paragraph.add_run(after_note)
    elif inserted:
        document.add_comment(paragraph.add_run(commented), text=COMMENT, author="校对")
        if extras.tracked:
            _add_change(paragraph, "del", f"<w:delText>{DELETED}</w:delText>")
            _add_change(paragraph, "ins", f"<w:t>{INSERTED}</w:t>")
        else:
            paragraph.add_run(INSERTED)
        paragraph.add_run(rest)
    else:
        paragraph.add_run(text)


def _add_change(paragraph: WordParagraph, kind: str, content: str) -> None:
    stamp = f'w:id="{900 + len(paragraph._p)}" w:author="校对" w:date="2024-12-20T09:00:00Z"'
    change = f"<w:{kind} {nsdecls('w')} {stamp}><w:r>{content}</w:r></w:{kind}>"
    paragraph._p.append(parse_xml(change))


def _add_footnote(document: WordDocument, paragraph: WordParagraph) -> None:
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p>'
        "</w:footnote>"
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    content = (
        f'<w:footnotes {nsdecls("w")}>{separators}<w:footnote w:id="1"><w:p><w:r>'
        f"<w:rPr>{_SMALL}{_RAISED}</w:rPr><w:footnoteRef/></w:r><w:r><w:rPr>{_SMALL}</w:rPr>"
        f'<w:t xml:space="preserve"> {FOOTNOTE}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        content.encode(),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    mark = f'<w:rPr>{_RAISED}</w:rPr><w:footnoteReference w:id="1"/>'
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{mark}</w:r>"))


# --- LibreOffice -----------------------------------------------------------------------------

_FILTERS = {
    "doc": "doc:MS Word 97",
    "odt": "odt",
    "rtf": "rtf:Rich Text Format",
    "html": "html:HTML (StarWriter)",
    "pdf": "pdf:writer_pdf_Export",
}
_PDF_PASSWORD = (
    f'{{"EncryptFile":{{"type":"boolean","value":"true"}},'
    f'"DocumentOpenPassword":{{"type":"string","value":"{PASSWORD}"}}}}'
)


def _soffice(profile: Path, *arguments: str) -> None:
    command = find_soffice()
    if command is None:
        raise SystemExit("LibreOffice is missing")
    environment = f"-env:UserInstallation={profile.as_uri()}"
    subprocess.run([command, "--headless", environment, *arguments], check=True, timeout=180)


def convert(source: Path, extension: str, folder: Path, options: str = "") -> Path:
    """A file in another format, by LibreOffice; ``options`` are those of the filter."""
    out = folder / f"to-{extension}"
    wanted = ":".join(filter(None, (_FILTERS[extension], options)))
    _soffice(folder / "profile", "--convert-to", wanted, "--outdir", str(out), str(source))
    return out / f"{source.stem}.{extension}"


def protect(source: Path, target: Path) -> None:
    """A Word file with a password; LibreOffice sets none from the command line."""
    command = shutil.which("msoffcrypto-tool")
    if command is None:
        raise SystemExit("msoffcrypto-tool is missing")
    arguments = [command, "-e", "-p", PASSWORD, str(source), str(target)]
    subprocess.run(arguments, check=True, timeout=60)


def scan(source: Path, target: Path) -> None:
    """The first page of a PDF as a picture of a page, as a scanner makes it."""
    with pypdfium2.PdfDocument(source) as document:
        picture = document[0].render(scale=100 / 72).to_pil().convert("1")
    picture.save(target, "PDF", resolution=100)


# --- by hand ---------------------------------------------------------------------------------

_LINE, _TOP, _LAST = 8, 30, 270
_EDGES = (20, 90, 120, 150, 190)


def ofd_file() -> bytes:
    """The report in lines of 40 signs on pages with a header and a page number; a ruled table."""
    pages: list[list[Text | str]] = [[]]
    top = _TOP
    for line in REPORT:
        pieces = _pieces(line)
        if line.kind == "row":
            pages[-1] += _ofd_row(line.text.split("\t"), top, first=line.text == "\t".join(ROWS[0]))
            top += _LINE
            continue
        for piece in pieces:
            if top > _LAST:
                pages.append([])
                top = _TOP
            left = 20 + 4.2 * ((40 - len(piece)) / (1 if line.kind == "right" else 2))
            left = left if line.kind in {"right", "title"} else 20
            pages[-1] += lines_of([piece], top=top, left=left)
            top += _LINE
    for number, page in enumerate(pages, 1):
        page.append(Text(95, 284, (code(f"第{number}页"),)))
    header = Text(20, 12, (code(HEADER),), size=3.2)
    return OfdBuilder(templates=(("Background", [header]),)).build(pages)


def _pieces(line: Line) -> Sequence[str]:
    text = line.number + line.text
    return [text] if line.kind in {"title", "flush", "right", "row"} else wrapped(text)


def _ofd_row(cells: Sequence[str], top: float, *, first: bool) -> Iterator[Text | str]:
    for edge, cell in zip(_EDGES, cells, strict=False):
        yield Text(edge + 2, top, (code(cell),))
    yield ruled(_EDGES[0], top + _LINE - 1, _EDGES[-1], top + _LINE - 1)
    if first:
        yield ruled(_EDGES[0], top - 1, _EDGES[-1], top - 1)
    for edge in _EDGES:
        yield ruled(edge, top - 1, edge, top + _LINE - 1)


def markdown() -> str:
    """The report as Markdown: headings by #, items by its numbered lists, a table."""
    parts = []
    for line in REPORT:
        match line.kind:
            case "title":
                parts.append(f"# {line.text}\n")
            case "heading" | "subheading":
                parts.append(f"{'#' * (1 + LEVELS[line.kind])} {line.number}{line.text}\n")
            case "item":
                label, stop, rest = line.text.partition("。")
                parts.append(f"{line.number} **{label}{stop}**{rest}\n")
            case "row":
                parts.append("| " + " | ".join(line.text.split("\t")) + " |")
                if line.text == "\t".join(ROWS[0]):
                    parts.append("|" + " --- |" * len(ROWS[0]))
                if line.text == "\t".join(ROWS[-1]):
                    parts.append("")
            case _:
                parts.append(f"{line.number}{line.text}\n")
    return "\n".join(parts)


def texts() -> Iterator[tuple[str, bytes]]:
    """The report as text files, by name."""
    text = plain_text()
    windows = text.replace("\n", "\r\n")
    yield "report.txt", text.encode()
    yield "report-bom.txt", windows.encode("utf-8-sig")
    yield "report-utf16.txt", windows.encode("utf-16")
    yield "report-gb18030.txt", windows.encode("gb18030")
    yield "report-big5.txt", OpenCC("s2tw").convert(windows).encode("big5")
    yield "report.md", markdown().encode()


def main() -> None:
    """Make all files anew."""
    for name, content in texts():
        (FOLDER / name).write_bytes(content)
    (FOLDER / "report.ofd").write_bytes(ofd_file())
    Document().save(FOLDER / "empty.docx")
    word_file(tracked=True).save(FOLDER / "report.docx")
    protect(FOLDER / "report.docx", FOLDER / "encrypted.docx")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for extension in ("doc", "odt", "rtf"):
            shutil.copy(convert(FOLDER / "report.docx", extension, folder), FOLDER)
        shutil.copy(FOLDER / "report.doc", FOLDER / "report.wps")
        accepted, columns = folder / "report.docx", folder / "report-columns.docx"
        word_file().save(accepted)
        word_file(columns=2).save(columns)
        for source, extension in ((accepted, "html"), (accepted, "pdf"), (columns, "pdf")):
            shutil.copy(convert(source, extension, folder), FOLDER)
        locked = convert(accepted, "pdf", folder, _PDF_PASSWORD)
        shutil.copy(locked, FOLDER / "encrypted.pdf")
        scan(FOLDER / "report.pdf", FOLDER / "scan.pdf")


if __name__ == "__main__":
    main()
