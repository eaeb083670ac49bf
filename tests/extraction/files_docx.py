"""Word files built part by part, with the XML that Word, WPS and LibreOffice write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_NAMESPACES = {
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "v": "urn:schemas-microsoft-com:vml",
}
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def xml(name: str, inner: str, namespace: str = TRANSITIONAL) -> bytes:
    """A part whose root is ``w:name``."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:{name} xmlns:w="{namespace}" {declared}>{inner}</w:{name}>'
    ).encode()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The parts in a ZIP file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The parts of a ZIP file."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist()}


def package(
    body: str, *, styles: str = "", numbering: str = "", namespace: str = TRANSITIONAL
) -> bytes:
    """A Word file with this inside of ``w:body``, ``w:styles`` and ``w:numbering``."""
    kinds = {"styles": styles, "numbering": numbering}
    present = {kind: inner for kind, inner in kinds.items() if inner}
    parts = {
        "[Content_Types].xml": _content_types(present),
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/document.xml": xml("document", f"<w:body>{body}</w:body>", namespace),
        "word/_rels/document.xml.rels": _relations({kind: f"{kind}.xml" for kind in present}),
    }
    for kind, inner in present.items():
        parts[f"word/{kind}.xml"] = xml(kind, inner, namespace)
    return zipped(parts)


def _relations(targets: Mapping[str, str]) -> bytes:
    relations = "".join(
        f'<Relationship Id="r{index}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for index, (kind, target) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'.encode()


def _content_types(kinds: Mapping[str, str]) -> bytes:
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{_CONTENT_TYPE}.{kind}+xml"/>'
        for kind in kinds
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" '
        f'ContentType="{_CONTENT_TYPE}.document.main+xml"/>{overrides}</Types>'
    ).encode()


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs and other XML; what is no XML becomes a run."""
    inner = "".join(part if part.startswith("<") else run(part) for part in content)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inner}</w:p>"


def item(text: str, number: int, depth: int = 0, *, style: str = "") -> str:
    """A paragraph of a list."""
    numbered = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(text, style=style, properties=numbered)


def level(depth: int, fmt: str, text: str, more: str = "") -> str:
    """A level of a list: its format, its pattern and whatever else it has."""
    start = "" if "<w:start " in more else '<w:start w:val="1"/>'
    return (
        f'<w:lvl w:ilvl="{depth}">{start}{more}'
        f'<w:numFmt w:val="{fmt}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def kind_of_list(number: int, *inner: str) -> str:
    """An abstract list."""
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(inner)}</w:abstractNum>'


def a_list(number: int, kind: int, overrides: str = "") -> str:
    """A list of that abstract list."""
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{overrides}</w:num>'


def style(identifier: str, name: str, inner: str = "", *, based_on: str = "") -> str:
    """A paragraph style."""
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{identifier}">'
        f'<w:name w:val="{name}"/>{base}{inner}</w:style>'
    )


def table(*rows: str) -> str:
    """A table of rows made by ``row``."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def row(*cells: str) -> str:
    """A row; what is no XML becomes a cell."""
    made = (part if part.startswith("<w:tc>") else cell(part) for part in cells)
    return f"<w:tr>{''.join(made)}</w:tr>"


def cell(*blocks: str, properties: str = "") -> str:
    """A cell of blocks; what is no XML becomes a paragraph."""
    inner = "".join(block if block.startswith("<") else p(block) for block in blocks)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def field(instruction: str, *result: str) -> str:
    """A field with its result."""
    shown = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{"".join(result)}'
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        f'{shown if result else ""}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


OFFICIAL_LIST = kind_of_list(
    0,
    level(0, "chineseCounting", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "decimal", "（%4）"),
)
"""一、（一）1.（1）: the order of marks of official documents."""


def numbered_report() -> bytes:
    """A report whose numbers are all automatic, with a table and headings."""
    body = "".join(
        (
            p("某局2024年工作总结"),
            item("主要工作", 1, style="h1"),
            item("项目建设", 1, 1),
            item("开工项目12个。", 1, 2),
            item("2024年完工项目8个。", 1, 2),
            item("企业服务", 1, 1),
            item("走访企业300家。", 1, 2),
            table(row("指标", "数值"), row("投资", "3亿元")),
            item("存在问题", 1, style="h1"),
            item("人手不足", 1, 1),
            p("以上。"),
        )
    )
    return package(
        body,
        styles=style("h1", "heading 1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
        numbering=OFFICIAL_LIST + a_list(1, 0),
    )


NUMBERED_REPORT = """某局2024年工作总结
一、主要工作
（一）项目建设
1.开工项目12个。
2. 2024年完工项目8个。
（二）企业服务
1.走访企业300家。
指标\t数值
投资\t3亿元
二、存在问题
（一）人手不足
以上。"""
"""The text of ``numbered_report``."""
