"""Sound files of every format, for fuzzing."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from extraction.formats import Format
from tests.extraction import files_docx, files_pdf

OFFICE_FORMATS = frozenset({Format.DOC, Format.WPS})
"""The formats that are read through LibreOffice."""

_FILES = Path(__file__).parent.parent / "tests" / "files"
_LARGEST = 150_000
_LINES = (
    "某某区2024年工作总结",
    "一、主要工作",
    "全年完成投资23.6亿元，同比增长8.2%，新开工项目17个，竣工9个。",
    "（一）企业服务",
    "走访企业300家，解决问题126个，办结率98.4%。",
    "二、存在问题",
    "专业人员少，设备老化快，资金仍有缺口。",
    "三、下一步打算",
    "力争2025年完成投资25亿元，新增规上企业12家。",
)
_HTML = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>总结</title>
<style>p{{color:red}}</style><script>if (a<b) c();</script></head><body>
<h1>{0}</h1><div class="x"><h2>{1}</h2><p>{2}<br>{4}&nbsp;&#20013;&hellip;</p>
<ol start="3"><li>{3}<ul><li>{5}</ul><li value=9>{6}</ol>
<table><tr><th>指标<th>数值</tr><tr><td rowspan=2>投资<td>23.6亿元</td></tr></table>
<ruby>总<rt>zǒng</rt>结</ruby><span hidden>隐</span><pre>{7}
 {8}</pre></div></body></html>"""
_MARKDOWN = """# {0}

## {1}

{2}**加粗**和*斜体*，`代码`，[链接](http://example.org "题")。

1. {3}
   - {4}
2. {5}

> {6}

| 指标 | 数值 |
|:---|---:|
| 投资 | 23.6亿元 |

```text
{7}
```

<div>{8}</div>

[1]: http://example.org
"""
_RTF_HEAD = (
    rb"{\rtf1\ansi\ansicpg936\uc2\deff1{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset134 Song;}}"
    rb"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}{\info{\title x}}"
)
_RTF_TAIL = (
    rb"\trowd\cellx100\cellx200 a\cell b\cell\row{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}"
    rb"{\listtext 1.\tab}c\par{\footnote note}{\pict\bin4 }}}}{\v hidden}\u24635\'d7\'dc\par}"
)
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODT_NAMESPACES = " ".join(
    f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "text", "table", "style")
)


def seeds(form: Format) -> tuple[bytes, ...]:
    """Sound files of a format: those of the tests, and some made here."""
    found = tuple(
        path.read_bytes()
        for path in sorted(_FILES.glob(f"report*.{form}"))
        if path.stat().st_size <= _LARGEST
    )
    return found + _made(form)


@cache
def _made(form: Format) -> tuple[bytes, ...]:
    return _MAKERS[form]() if form in _MAKERS else ()


def _texts() -> tuple[bytes, ...]:
    text = "\n".join(_LINES)
    return tuple(text.encode(code, "replace") for code in ("utf-8", "gb18030", "utf-16"))


def _markdowns() -> tuple[bytes, ...]:
    return (_MARKDOWN.format(*_LINES).encode(),)


def _pages() -> tuple[bytes, ...]:
    text = _HTML.format(*_LINES)
    return text.encode(), text.replace("utf-8", "gbk").encode("gbk", "replace")


def _docxs() -> tuple[bytes, ...]:
    return files_docx.numbered_report(), _docx()


def _docx() -> bytes:
    body = "".join(
        (
            files_docx.p(_LINES[0], style="h1"),
            files_docx.p(files_docx.field("PAGE", files_docx.run("3")), _LINES[2]),
            f'<w:p><w:ins w:id="1"><w:r><w:t>{_LINES[4]}</w:t></w:r></w:ins>'
            f'<w:del w:id="2"><w:r><w:delText>{_LINES[6]}</w:delText></w:r></w:del></w:p>',
            files_docx.table(
                files_docx.row("指标", files_docx.cell(files_docx.table(files_docx.row("a", "b"))))
            ),
            f"<w:sdt><w:sdtContent>{files_docx.p(_LINES[8])}</w:sdtContent></w:sdt>",
        )
    )
    styles = files_docx.style("h0", "heading 1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>')
    return files_docx.package(body, styles=styles + files_docx.style("h1", "a", based_on="h0"))


def _rtfs() -> tuple[bytes, ...]:
    body = b"".join(rb"\pard\s1 " + _rtf_text(line) + rb"\par" + b"\n" for line in _LINES)
    return (_RTF_HEAD + body + _RTF_TAIL,)


def _rtf_text(text: str) -> bytes:
    return b"".join(
        rb"\'%02x" % byte if byte >= 0x80 else bytes([byte]) for byte in text.encode("gbk")
    )


def _odt_body() -> str:
    paragraphs = "".join(f"<text:p>{escape(line)}<text:s/></text:p>" for line in _LINES[2:])
    return (
        f'<text:h text:outline-level="1">{_LINES[0]}</text:h>{paragraphs}'
        '<text:list text:style-name="L"><text:list-item><text:p>甲</text:p><text:list>'
        "<text:list-item><text:p>乙</text:p></text:list-item></text:list></text:list-item>"
        "</text:list><table:table><table:table-row><table:table-cell "
        'table:number-columns-repeated="2"><text:p>丙</text:p></table:table-cell>'
        "</table:table-row></table:table><text:p>丁<text:note><text:note-body><text:p>注"
        "</text:p></text:note-body></text:note></text:p>"
    )


_ODT_STYLES = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
    'style:num-format="1" style:num-suffix="."/></text:list-style>'
)


def _odts() -> tuple[bytes, ...]:
    head = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODT_NAMESPACES}>'
    content = (
        f"{head}<office:automatic-styles>{_ODT_STYLES}</office:automatic-styles><office:body>"
        f"<office:text>{_odt_body()}</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text", 0)
        package.writestr("content.xml", content)
    return (out.getvalue(),)


def _pdfs() -> tuple[bytes, ...]:
    latin = [files_pdf.shown("Report of 2024", "12.5% more", "1. Next year")]
    return (
        files_pdf.pdf([*latin, files_pdf.PICTURE + latin[0]]),
        files_pdf.encrypted_pdf(latin),
        _chinese_pdf(),
    )


def _chinese_pdf() -> bytes:
    """A PDF with a Chinese font that is not embedded, bookmarks, a table and a packed stream."""
    lines = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td " for line in _LINES)
    ruled = "".join(f"50 {y} m 350 {y} l S " for y in (100, 120, 140)) + "50 100 300 40 re S "
    stream = zlib.compress(f"BT /F 9 Tf 30 550 Td {lines}ET {ruled}".encode())
    title = ("\ufeff" + _LINES[1]).encode("utf-16-be").hex()
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R/Outlines 7 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        b"/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>",
        b"<</Type/Outlines/First 8 0 R/Last 8 0 R/Count 1>>",
        f"<</Title<{title}>/Parent 7 0 R/Dest[3 0 R/Fit]>>".encode(),
    )
    out = b"%PDF-1.5\n"
    for number, body in enumerate(bodies, start=1):
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return out + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(bodies) + 1)


def _ofds() -> tuple[bytes, ...]:
    header = files_pdf.Text(20, 10, (files_pdf.code("某某局资料"),))
    builder = files_pdf.OfdBuilder(
        templates=(("Background", [header]),),
        outlines='<ofd:OutlineElem Title="一、主要工作"><ofd:Actions><ofd:Action><ofd:Goto>'
        '<ofd:Dest PageID="10"/></ofd:Goto></ofd:Action></ofd:Actions></ofd:OutlineElem>',
    )
    page: list[files_pdf.Text | str] = [
        *files_pdf.lines_of(_LINES),
        files_pdf.ruled(20, 200, 180, 200),
    ]
    return builder.build([page, page[:3]]), files_pdf.OfdBuilder().build([page], [page])


_MAKERS: dict[Format, Callable[[], tuple[bytes, ...]]] = {
    Format.TXT: _texts,
    Format.MD: _markdowns,
    Format.HTML: _pages,
    Format.DOCX: _docxs,
    Format.RTF: _rtfs,
    Format.ODT: _odts,
    Format.PDF: _pdfs,
    Format.OFD: _ofds,
}
