"""PDF and OFD files for the tests: by LibreOffice, or by hand."""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

# Writer documents. One file is all XML, so that the tests say what is in it.

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("draw", "drawing"),
    )
)
_PARAGRAPH = (
    '<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties '
    '{layout}/><style:text-properties fo:font-size="{size}pt" style:font-size-asian="{size}pt"/>'
    "</style:style>"
)
_STYLES = "".join(
    _PARAGRAPH.format(name=name, layout=layout, size=size)
    for name, layout, size in (
        ("Body", 'fo:text-indent="24pt" fo:text-align="justify"', 12),
        ("Flush", 'fo:text-align="justify" fo:margin-bottom="12pt"', 12),
        ("Title", 'fo:text-align="center" fo:margin-bottom="12pt"', 22),
        ("Heading", 'fo:text-indent="24pt"', 12),
        ("Small", "", 9),
        ("SmallBody", 'fo:text-indent="20pt" fo:text-align="justify"', 10),
        ("Cell", "", 10.5),
        ("Centre", 'fo:text-align="center"', 9),
    )
)


def fodt(body: str, *, header: str = "", footer: str = "", landscape: bool = False) -> str:
    """A Writer document in A4 with a header and footer on every page."""
    size = (841.9, 595.3) if landscape else (595.3, 841.9)
    head = f'<style:header><text:p text:style-name="Small">{header}</text:p></style:header>'
    foot = f'<style:footer><text:p text:style-name="Centre">{footer}</text:p></style:footer>'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {_NAMESPACES} office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="F"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 svg:font-family="'WenQuanYi Zen Hei'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph">
<style:paragraph-properties style:writing-mode="page" fo:line-height="150%"/>
<style:text-properties style:font-name="F" style:font-name-asian="F" fo:font-size="12pt"
 fo:language="en" fo:country="US" style:language-asian="zh" style:country-asian="CN"/>
</style:default-style>{_STYLES}</office:styles>
<office:automatic-styles>
<style:page-layout style:name="pl"><style:page-layout-properties fo:page-width="{size[0]}pt"
 fo:page-height="{size[1]}pt" fo:margin-top="36pt" fo:margin-bottom="36pt" fo:margin-left="80pt"
 fo:margin-right="80pt"/>
<style:header-style><style:header-footer-properties fo:min-height="30pt"
 fo:margin-bottom="10pt"/></style:header-style>
<style:footer-style><style:header-footer-properties fo:min-height="30pt"
 fo:margin-top="10pt"/></style:footer-style></style:page-layout>
<style:style style:name="Columns" style:family="section"><style:section-properties>
<style:columns fo:column-count="2" fo:column-gap="20pt"/></style:section-properties></style:style>
<style:style style:name="Lined" style:family="table-cell">
<style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="3pt"/></style:style>
<style:style style:name="Bare" style:family="table-cell">
<style:table-cell-properties fo:border="none" fo:padding="3pt"/></style:style>
<text:list-style style:name="Numbers"><text:list-level-style-number text:level="1"
 style:num-format="1" style:num-suffix="."><style:list-level-properties
 text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment
 text:label-followed-by="listtab" text:list-tab-stop-position="36pt" fo:text-indent="-36pt"
 fo:margin-left="36pt"/></style:list-level-properties></text:list-level-style-number>
</text:list-style></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pl">
{head if header else ""}{foot if footer else ""}</style:master-page></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""


PAGE_NUMBER = "第<text:page-number/>页 共<text:page-count/>页"


def p(text: str, style: str = "Body") -> str:
    return f'<text:p text:style-name="{style}">{escape(text)}</text:p>'


def h(text: str, level: int) -> str:
    return f'<text:h text:style-name="Heading" text:outline-level="{level}">{escape(text)}</text:h>'


def columns(body: str) -> str:
    return f'<text:section text:style-name="Columns" text:name="s">{body}</text:section>'


def table(rows: Sequence[Sequence[str]], cell: str = "Lined") -> str:
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell table:style-name="{cell}">{p(text, "Cell")}</table:table-cell>'
            for text in row
        )
        + "</table:table-row>"
        for row in rows
    )
    columns_ = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f"<table:table>{columns_}{body}</table:table>"


def numbered(items: Sequence[str]) -> str:
    """A list numbered 1. 2. 3., the numbers hanging."""
    body = "".join(f"<text:list-item>{p(item, 'Cell')}</text:list-item>" for item in items)
    return f'<text:list text:style-name="Numbers">{body}</text:list>'


def converted(sources: dict[str, str], folder: Path, soffice: str) -> dict[str, bytes]:
    """Writer documents as PDF files, by the same names."""
    paths = []
    for name, source in sources.items():
        paths.append(folder / f"{name}.fodt")
        paths[-1].write_text(source, encoding="utf-8")
    subprocess.run(
        [
            soffice,
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to",
            "pdf:writer_pdf_Export",
            "--outdir",
            str(folder),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return {name: (folder / f"{name}.pdf").read_bytes() for name in sources}


# PDF files by hand.


def pdf(
    contents: Iterable[bytes],
    *,
    page_entries: str = "",
    trailer: str = "",
    seal: Callable[[int, bytes], bytes] = lambda number, stream: stream,
) -> bytes:
    """A PDF with a page for each content stream.

    Objects: 1 catalog, 2 pages, 3 Helvetica, then a page and its stream by turns.

    Args:
        contents: the content streams.
        page_entries: more entries of the page dictionaries.
        trailer: more entries of the trailer.
        seal: what encrypts a stream, given the number of its object.
    """
    streams = list(contents)
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(streams)))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for index, stream in enumerate(streams):
        sealed = seal(5 + 2 * index, stream)
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Contents {5 + 2 * index} 0 R"
            f"/Resources<</Font<</F 3 0 R>>>>{page_entries}>>".encode()
        )
        bodies.append(b"<</Length %d>>stream\n%s\nendstream" % (len(sealed), sealed))
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(
        f"trailer<</Size {len(bodies) + 1}/Root 1 0 R{trailer}>>\n"
        f"startxref\n{start}\n%%EOF".encode()
    )
    return out.getvalue()


_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def encrypted_pdf(contents: Iterable[bytes], password: bytes = b"") -> bytes:
    """A PDF in the oldest encryption there is (RC4, 40 bits); without a password anyone reads."""
    owner, file_id, rights = b"\x07" * 32, b"\x01" * 16, -4
    padded = (password + _PADDING)[:32]
    key = _md5(padded + owner + struct.pack("<i", rights) + file_id)[:5]
    trailer = (
        f"/ID[<{file_id.hex()}><{file_id.hex()}>]/Encrypt<</Filter/Standard/V 1/R 2"
        f"/O<{owner.hex()}>/U<{_rc4(key, _PADDING).hex()}>/P {rights}>>"
    )

    def seal(number: int, stream: bytes) -> bytes:
        return _rc4(_md5(key + struct.pack("<I", number)[:3] + b"\0\0")[:10], stream)

    return pdf(contents, trailer=trailer, seal=seal)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def shown(*lines: str, mode: int = 0) -> bytes:
    """A content stream with Latin lines, 20 apart; ``mode`` 3 is invisible."""
    moves = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    return f"BT /F 12 Tf {mode} Tr 50 550 Td {moves}ET".encode()


PICTURE = b"q 300 0 0 400 50 100 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID 00FF00FF> EI Q"

# OFD files: the parts of the standard that the reader goes by.


@dataclass(frozen=True)
class Text:
    """A TextObject: its boundary's corner, its font size and its TextCode elements."""

    x: float
    y: float
    codes: tuple[str, ...]
    size: float = 4.2
    ctm: str = ""

    def xml(self, prefix: str) -> str:
        ctm = f' CTM="{self.ctm}"' if self.ctm else ""
        codes = "".join(self.codes).replace("ofd:", prefix)
        return (
            f'<{prefix}TextObject ID="9" Boundary="{self.x} {self.y} 170 8" Font="3" '
            f'Size="{self.size}"{ctm}><{prefix}FillColor Value="0 0 0"/>{codes}'
            f"</{prefix}TextObject>"
        )


def code(text: str, x: float = 0, y: float = 4, delta_x: str | None = None) -> str:
    """A TextCode; its signs stand 4.2 apart if ``delta_x`` does not say otherwise."""
    if delta_x is None:
        delta_x = f"g {len(text) - 1} 4.2" if len(text) > 1 else ""
    delta = f' DeltaX="{delta_x}"' if delta_x else ""
    return f'<ofd:TextCode X="{x}" Y="{y}"{delta}>{escape(text)}</ofd:TextCode>'


def lines_of(text: Sequence[str], *, top: float = 30, left: float = 20) -> list[Text]:
    """Lines of type 4.2 mm high, 8 mm apart; blanks at the start are ems of indentation."""
    return [
        Text(left + 4.2 * (len(line) - len(line.lstrip())), top + 8 * i, (code(line.strip()),))
        for i, line in enumerate(text)
    ]


def wrapped(paragraph: str, width: int = 40) -> list[str]:
    """A paragraph in lines of ``width`` signs, the first indented by two."""
    signs = "\u2003\u2003" + paragraph
    return [signs[start : start + width] for start in range(0, len(signs), width)]


def ruled(x0: float, y0: float, x1: float, y1: float) -> str:
    """A PathObject: a straight line."""
    return (
        f'<ofd:PathObject ID="8" Boundary="{x0} {y0} {x1 - x0} {y1 - y0}" LineWidth="0.2">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


@dataclass
class OfdBuilder:
    """An OFD package.

    Attributes:
        prefix: the namespace prefix of the elements, "" for a default namespace.
        namespace: the namespace, "" for none.
        absolute: whether the paths in the package begin at its root.
        templates: the content of the templates, each with its ZOrder.
        outlines: elements inside of Outlines.
    """

    prefix: str = "ofd:"
    namespace: str = "http://www.ofdspec.org/2016"
    absolute: bool = False
    templates: tuple[tuple[str, Sequence[Text]], ...] = ()
    outlines: str = ""

    def build(self, *documents: Sequence[Sequence[Text | str]]) -> bytes:
        """A package with documents of pages of objects."""
        members: dict[str, str] = {}
        roots = []
        for number, pages in enumerate(documents):
            folder = f"Doc_{number}/"
            base = f"/{folder}" if self.absolute else ""
            roots.append(f"<ofd:DocRoot>{'/' if self.absolute else ''}{folder}Document.xml")
            for index, (_, objects) in enumerate(self.templates):
                members[f"{folder}Tpls/Tpl_{index}/Content.xml"] = self._page(objects, "")
            uses = "".join(
                f'<ofd:Template TemplateID="{90 + index}" ZOrder="{order}"/>'
                for index, (order, _) in enumerate(self.templates)
            )
            for index, objects in enumerate(pages):
                members[f"{folder}Pages/Page_{index}/Content.xml"] = self._page(objects, uses)
            members[f"{folder}Document.xml"] = self._document(base, len(pages))
        bodies = "".join(
            f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>{root}"
            "</ofd:DocRoot></ofd:DocBody>"
            for root in roots
        )
        members["OFD.xml"] = self._root("OFD", bodies, ' Version="1.0" DocType="OFD"')
        return zipped({name: text.encode() for name, text in members.items()})

    def _document(self, base: str, pages: int) -> str:
        templates = "".join(
            f'<ofd:TemplatePage ID="{90 + index}" ZOrder="{order}" '
            f'BaseLoc="{base}Tpls/Tpl_{index}/Content.xml"/>'
            for index, (order, _) in enumerate(self.templates)
        )
        entries = "".join(
            f'<ofd:Page ID="{10 + index}" BaseLoc="{base}Pages/Page_{index}/Content.xml"/>'
            for index in range(pages)
        )
        return self._root(
            "Document",
            "<ofd:CommonData><ofd:MaxUnitID>100</ofd:MaxUnitID><ofd:PageArea>"
            "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
            f"{templates}</ofd:CommonData><ofd:Pages>{entries}</ofd:Pages>"
            f"<ofd:Outlines>{self.outlines}</ofd:Outlines>",
        )

    def _page(self, objects: Sequence[Text | str], uses: str) -> str:
        body = "".join(
            each.xml(self.prefix) if isinstance(each, Text) else each for each in objects
        )
        return self._root(
            "Page",
            f'{uses}<ofd:Content><ofd:Layer ID="5" Type="Body"><ofd:PageBlock ID="6">{body}'
            "</ofd:PageBlock></ofd:Layer></ofd:Content>",
        )

    def _root(self, name: str, body: str, attributes: str = "") -> str:
        xmlns = "xmlns" + (f":{self.prefix[:-1]}" if self.prefix else "")
        declaration = f' {xmlns}="{self.namespace}"' if self.namespace else ""
        text = f"<ofd:{name}{declaration}{attributes}>{body}</ofd:{name}>"
        text = text.replace("<ofd:", f"<{self.prefix}").replace("</ofd:", f"</{self.prefix}")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()
