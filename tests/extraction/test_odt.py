import io
import random
import subprocess
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import pytest

from extraction.document import ExtractedDocument, Paragraph
from extraction.errors import (
    BrokenFileError,
    EncryptedFileError,
    FileTooLargeError,
    UnreadableFileError,
)
from extraction.limits import ExtractionLimits
from extraction.odt import list_item, read_odt, table_row
from extraction.office import find_soffice

LIMITS = ExtractionLimits()
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("svg", "svg-compatible"),
        ("fo", "xsl-fo-compatible"),
    )
) + (
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)

STYLES = """
<text:outline-style style:name="Outline">
 <text:outline-level-style text:level="1" style:num-format="一, 二, 三, ..." style:num-suffix="、"/>
 <text:outline-level-style text:level="2" style:num-format="一, 二, 三, ..."
  style:num-prefix="（" style:num-suffix="）"/>
</text:outline-style>
<style:style style:name="Standard" style:family="paragraph"/>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph"
 style:default-outline-level="1"/>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:default-outline-level="2"/>
"""
AUTOMATIC = """
<style:style style:name="Hidden" style:family="text">
 <style:text-properties text:display="none"/>
</style:style>
<style:style style:name="Unnumbered" style:family="paragraph" style:list-style-name=""
 style:parent-style-name="Heading_20_1"/>
<text:list-style style:name="Digits">
 <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
 <text:list-level-style-number text:level="2" style:num-format="1" style:num-prefix="（"
  style:num-suffix="）"/>
</text:list-style>
<text:list-style style:name="Dots">
 <text:list-level-style-bullet text:level="1" text:bullet-char="•"/>
</text:list-style>
"""
BODY = """
<text:h text:outline-level="1" text:style-name="Heading_20_1">主要工作</text:h>
<text:h text:outline-level="2" text:style-name="Heading_20_2">项目建设</text:h>
<text:p>全年建成桥梁12座<text:note text:note-class="footnote" text:id="n1"><text:note-citation>1\
</text:note-citation><text:note-body><text:p>脚注里的话</text:p></text:note-body></text:note>，\
比上年多3座。</text:p>
<text:list text:style-name="Digits">
 <text:list-item><text:p>修路八公里。</text:p>
  <text:list><text:list-item><text:p>村道五公里；</text:p></text:list-item>
   <text:list-item><text:p>巷道三公里。</text:p></text:list-item></text:list></text:list-item>
 <text:list-item><text:p>植树<text:span text:style-name="Hidden">隐藏的字</text:span>千棵。</text:p>
 </text:list-item>
</text:list>
<text:h text:outline-level="2" text:style-name="Heading_20_2">民生保障</text:h>
<text:list text:style-name="Dots">
 <text:list-item><text:p>发放补助；</text:p></text:list-item>
 <text:list-item><text:p>修缮房屋。</text:p></text:list-item>
</text:list>
<table:table table:name="T"><table:table-column table:number-columns-repeated="2"/>
 <table:table-row><table:table-cell><text:p>指标</text:p></table:table-cell>
  <table:table-cell><text:p>完成</text:p></table:table-cell></table:table-row>
 <table:table-row><table:table-cell><text:p>就业</text:p></table:table-cell>
  <table:table-cell><text:p>300人</text:p></table:table-cell></table:table-row>
</table:table>
<text:h text:outline-level="1" text:style-name="Heading_20_1">存在问题</text:h>
<text:p>资金<office:annotation><dc:creator>甲</dc:creator><text:p>批注</text:p></office:annotation>\
仍有缺口，𬭎区尤甚。</text:p>
"""
PLAIN = """一、主要工作
（一）项目建设
全年建成桥梁12座，比上年多3座。
1.修路八公里。
（1）村道五公里；
（2）巷道三公里。
2.植树千棵。
（二）民生保障
• 发放补助；
• 修缮房屋。
指标	完成
就业	300人
二、存在问题
资金仍有缺口，𬭎区尤甚。"""
OUTLINE = [("一、主要工作", 1), ("（一）项目建设", 2), ("（二）民生保障", 2), ("二、存在问题", 1)]


def flat(body: str, automatic: str = AUTOMATIC, styles: str = STYLES) -> bytes:
    """A flat OpenDocument text."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {NAMESPACES}'
        ' office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:styles>{styles}</office:styles>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    ).encode()


def zipped(body: str, **members: str) -> bytes:
    """An .odt with its styles in a file of their own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        container.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES}>"
            f"<office:automatic-styles>{AUTOMATIC}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        container.writestr(
            "styles.xml",
            f"<office:document-styles {NAMESPACES}><office:styles>{STYLES}</office:styles>"
            "</office:document-styles>",
        )
        for name, content in members.items():
            container.writestr(name.replace("__", "/") + ".xml", content)
    return buffer.getvalue()


@cache
def converted(source: bytes, source_suffix: str, suffix: str, filter_name: str = "") -> bytes:
    """``source`` as LibreOffice converts it; skips the test where there is no LibreOffice."""
    command = find_soffice()
    if command is None:
        pytest.skip("LibreOffice (soffice) is not installed: its files cannot be made")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"source.{source_suffix}")
        path.write_bytes(source)
        arguments = [
            *(command, "--headless", f"-env:UserInstallation=file://{folder}/profile"),
            *([f"--infilter={filter_name}"] if filter_name else []),
            *("--convert-to", suffix, "--outdir", f"{folder}/out", str(path)),
        ]
        subprocess.run(arguments, check=True, capture_output=True, timeout=120)
        return Path(folder, "out", f"source.{suffix}").read_bytes()


def outline(document: ExtractedDocument) -> list[tuple[str, int]]:
    return [(heading.span.quote(document.text), heading.level) for heading in document.outline]


def mutations(data: bytes, count: int) -> list[bytes]:
    """Copies of ``data`` with bytes changed, left out, repeated or cut off."""
    chance = random.Random(2024)
    copies = []
    for _ in range(count):
        copy = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(copy))
            length = chance.randint(1, 40)
            match chance.randrange(4):
                case 0:
                    copy[at] = chance.randrange(256)
                case 1:
                    del copy[at : at + length]
                case 2:
                    copy[at:at] = copy[at : at + length] * chance.randint(1, 5)
                case _:
                    del copy[max(at, len(copy) // 2) :]
        copies.append(bytes(copy))
    return copies


def lines(body: str) -> list[str]:
    return read_odt(flat(body), LIMITS).text.split("\n")


@pytest.mark.parametrize("make", [flat, zipped])
def test_text_and_outline(make) -> None:
    document = read_odt(make(BODY), LIMITS)

    assert document.text == PLAIN
    assert outline(document) == OUTLINE


def test_a_file_that_libreoffice_wrote() -> None:
    document = read_odt(converted(flat(BODY), "fodt", "odt"), LIMITS)

    assert document.text == PLAIN
    assert outline(document) == OUTLINE


def test_a_web_page_that_libreoffice_converted() -> None:
    page = """<html><head><meta charset="utf-8"></head><body><h1>二〇二四年总结</h1>
    <h2>一、成绩</h2><p>产值增长8%。</p><ol><li>开源</li><li>节流<ol type="a"><li>水</li></ol></ol>
    <table><tr><td>项目</td><td>数</td></tr></table></body></html>"""
    made = converted(page.encode(), "html", "odt", "HTML (StarWriter)")

    document = read_odt(made, LIMITS)

    assert document.text.split("\n") == [
        *("二〇二四年总结", "一、成绩", "产值增长8%。"),
        *("1.开源", "2.节流", "a.水", "项目\t数", ""),
    ]
    assert outline(document) == [("二〇二四年总结", 1), ("一、成绩", 2)]


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ("甲  乙\n 丙", "甲 乙 丙"),
        (" <text:span> 甲</text:span> 乙", "甲 乙"),
        ('甲<text:s text:c="3"/>乙<text:s/>丙', "甲   乙 丙"),
        ("甲<text:tab/>乙", "甲\t乙"),
        ("　　甲乙", "　　甲乙"),
        ("甲<!-- 注 -->乙<?p i?>丙", "甲乙丙"),
        ("<text:ruby><text:ruby-base>汉</text:ruby-base><text:ruby-text>hàn</text:ruby-text>"
         "</text:ruby>字", "汉字"),
        ('甲<text:hidden-text text:is-hidden="true">乙</text:hidden-text>丙', "甲丙"),
        ('甲<text:hidden-paragraph text:is-hidden="true"/>', ""),
        ('<text:change-start text:change-id="1"/>甲<text:change-end text:change-id="1"/>', "甲"),
        ("甲<draw:frame><draw:image><office:binary-data>aGk=</office:binary-data></draw:image>"
         "<svg:title>图</svg:title></draw:frame>乙", "甲乙"),
    ],
)  # fmt: skip
def test_characters(paragraph: str, text: str) -> None:
    assert lines(f"<text:p>{paragraph}</text:p>")[0] == text


def test_line_breaks_stay_in_their_paragraph() -> None:
    document = read_odt(
        flat('<text:h text:outline-level="2">甲<text:line-break/>乙</text:h>'), LIMITS
    )

    assert outline(document) == [("（一）甲\n乙", 2)]


@pytest.mark.parametrize(
    "left_out",
    [
        "<text:table-of-content><text:index-body><text:p>目录</text:p></text:index-body>"
        "</text:table-of-content>",
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>删去</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>",
        '<text:section text:display="none"><text:p>藏</text:p></text:section>',
    ],
)
def test_left_out(left_out: str) -> None:
    assert lines(f"<text:p>前</text:p>{left_out}<text:p>后</text:p>") == ["前", "后"]


def test_sections_and_text_boxes_are_read() -> None:
    box = "<draw:frame> <draw:text-box> <text:p>框中</text:p> </draw:text-box> </draw:frame>"
    body = f"<text:section><text:p>锚{box}点</text:p></text:section><text:p>后</text:p>"

    assert lines(body) == ["锚点", "框中", "后"]


LISTS = """
<text:list-style style:name="L">
 <text:list-level-style-number text:level="1" style:num-format="{format}"
  style:num-prefix="{prefix}" style:num-suffix="{suffix}" text:start-value="{start}"/>
 <text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"
  style:num-suffix="."/>
</text:list-style>
"""


def items(*texts: str, attributes: str = 'text:style-name="L"') -> str:
    content = "".join(f"<text:list-item><text:p>{text}</text:p></text:list-item>" for text in texts)
    return f"<text:list {attributes}>{content}</text:list>"


def labels(body: str, number_format="1", prefix="", suffix="、", start=1) -> list[str]:
    style = LISTS.format(format=number_format, prefix=prefix, suffix=suffix, start=start)
    return read_odt(flat(body, style), LIMITS).text.split("\n")


@pytest.mark.parametrize(
    ("number_format", "prefix", "suffix", "start", "expected"),
    [
        ("一, 二, 三, ...", "", "、", 1, ["一、甲", "二、乙"]),
        ("一, 二, 三, ...", "（", "）", 10, ["（十）甲", "（十一）乙"]),
        ("①, ②, ③, ...", "", "", 1, ["①甲", "②乙"]),
        ("甲, 乙, 丙, ...", "", "、", 1, ["甲、甲", "乙、乙"]),
        ("壹, 贰, 叁, ...", "", "、", 1, ["壹、甲", "贰、乙"]),
        ("I", "", ".", 3, ["III.甲", "IV.乙"]),
        ("a", "", ")", 1, ["a)甲", "b)乙"]),
        ("一, 二, 三, ...", "第", "章", 1, ["第一章 甲", "第二章 乙"]),
        ("", "", ".", 1, ["甲", "乙"]),
        ("子虚", "", ".", 1, ["1.甲", "2.乙"]),
    ],
)
def test_number_formats(number_format, prefix, suffix, start, expected) -> None:
    assert labels(items("甲", "乙"), number_format, prefix, suffix, start) == expected


CONTINUED = 'text:style-name="L" text:continue-numbering="true"'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (items("甲") + items("乙"), ["1、甲", "1、乙"]),
        (items("甲") + items("乙", attributes=CONTINUED), ["1、甲", "2、乙"]),
        (
            items("甲", attributes='text:style-name="L" xml:id="a"')
            + items("乙")
            + items("丙", attributes='text:style-name="L" text:continue-list="a"'),
            ["1、甲", "1、乙", "2、丙"],
        ),
        (items("甲", "", "丙"), ["1、甲", "", "3、丙"]),
        (
            items("甲").replace("<text:list-item>", '<text:list-item text:start-value="7">'),
            ["7、甲"],
        ),
        (items("甲</text:p><text:p>甲续", "乙"), ["1、甲", "甲续", "2、乙"]),
        (
            '<text:list text:style-name="L"><text:list-header><text:p>题</text:p>'
            f"</text:list-header></text:list>{items('甲', attributes=CONTINUED)}",
            ["题", "1、甲"],
        ),
        (
            items(f"甲</text:p>{items('子', attributes='')}<text:p>甲续", "乙"),
            ["1、甲", "1.1.子", "甲续", "2、乙"],
        ),
        (
            items("甲")
            + f"<text:list {CONTINUED}><text:list-item>{items('子', '丑', attributes='')}"
            "</text:list-item></text:list>",
            ["1、甲", "1.1.子", "1.2.丑"],
        ),
        (
            items("甲<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>"),
            ["1、甲", "框"],
        ),
        (
            '<text:numbered-paragraph text:list-id="n" text:style-name="L"><text:p>甲</text:p>'
            "</text:numbered-paragraph>" * 2,
            ["1、甲", "2、甲"],
        ),
        (items("2024年"), ["1、2024年"]),
    ],
)
def test_list_numbers(body: str, expected: list[str]) -> None:
    assert labels(body) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("%1%、", "一、甲"), ("第%1%条", "第一条 甲"), ("(%1%)", "(一)甲"), ("%1%.%2%", "一.甲")],
)
def test_number_patterns(pattern: str, expected: str) -> None:
    style = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1"'
        f' style:num-format="一, 二, 三, ..." loext:num-list-format="{pattern}"/></text:list-style>'
    )

    assert read_odt(flat(items("甲"), style), LIMITS).text == expected


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ('<text:h text:outline-level="1" text:style-name="Unnumbered">前言</text:h>', ["前言"]),
        ('<text:h text:outline-level="1" text:is-list-header="true">前言</text:h>', ["前言"]),
        (
            '<text:h text:outline-level="1" text:restart-numbering="true"'
            ' text:start-value="5">甲</text:h><text:h>乙</text:h>',
            ["五、甲", "六、乙"],
        ),
        ('<text:h text:outline-level="9">无号</text:h>', ["无号"]),
        (
            '<text:list text:style-name="Outline"><text:list-item><text:h>甲</text:h>'
            "</text:list-item></text:list><text:h>乙</text:h>",
            ["一、甲", "二、乙"],
        ),
    ],
)
def test_heading_numbers(headings: str, expected: list[str]) -> None:
    document = read_odt(flat(headings), LIMITS)

    assert document.text.split("\n") == expected
    assert [text for text, _ in outline(document)] == expected


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (f"<table:table-row>{cell('甲')}<table:covered-table-cell><text:p>藏</text:p>"
         f"</table:covered-table-cell>{cell('乙')}</table:table-row>", ["甲\t乙"]),
        (f'<table:table-row table:number-rows-repeated="3">{cell("甲")}{cell("乙")}'
         "</table:table-row>", ["甲\t乙"] * 3),
        (f"""<table:table-row>{cell('甲', 'table:number-columns-repeated="2"')}{cell('乙')}"""
         "</table:table-row>", ["甲\t甲\t乙"]),
        (f"<table:table-header-rows><table:table-row>{cell('甲')}{cell('乙')}</table:table-row>"
         "</table:table-header-rows>", ["甲\t乙"]),
        (f"<table:table-row>{cell('道路</text:p><text:p>桥梁')}{cell('丙')}</table:table-row>",
         ["道路 桥梁\t丙"]),
        (f"<table:table-row>{cell('总</text:p><text:p>结')}{cell('丙')}</table:table-row>",
         ["总结\t丙"]),
        (f"<table:table-row>{cell('总</text:p><text:p>结')}"
         f"{cell('长' * 60 + '</text:p><text:p>短')}</table:table-row>", ["总结", "长" * 60, "短"]),
        (f"<table:table-row>{cell('')}{cell('甲</text:p><text:p>乙')}</table:table-row>",
         ["甲", "乙"]),
        (f"<table:table-row>{cell('')}</table:table-row>", []),
        (f"<table:table-row><table:table-cell><table:table><table:table-row>{cell('甲')}"
         f"{cell('乙')}</table:table-row></table:table></table:table-cell>{cell('丙')}"
         "</table:table-row>", ["甲\t乙\t丙"]),
    ],
)  # fmt: skip
def test_tables(rows: str, expected: list[str]) -> None:
    assert lines(f"<table:table>{rows}</table:table><text:p>后</text:p>") == [*expected, "后"]


def test_headings_in_a_layout_table_stay_headings() -> None:
    heading = Paragraph("一、总结", 1)

    assert table_row([[], [heading, Paragraph("甲")]]) == [heading, Paragraph("甲")]


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("\uf0b7", "甲", "• 甲"),
        ("1.", "  ", "  "),
        ("", " 甲", " 甲"),
        ("1.", "2024年", "1. 2024年"),
    ],
)
def test_list_item(label: str, text: str, expected: str) -> None:
    assert list_item(label, "tab", text) == expected


def test_old_manifest_with_a_document_type_is_no_obstacle() -> None:
    manifest = '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD" "Manifest.dtd"><m/>'

    assert read_odt(zipped(BODY, **{"META-INF__manifest": manifest}), LIMITS).text == PLAIN


def test_encrypted() -> None:
    manifest = "<m><manifest:encryption-data/></m>"

    with pytest.raises(EncryptedFileError):
        read_odt(zipped(BODY, **{"META-INF__manifest": manifest}), LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"<a/>",
        b"<a",
        flat(BODY).replace(b"office:text>", b"office:spreadsheet>"),
        flat(BODY).replace(
            b"<office:document", b'<!DOCTYPE d [<!ENTITY e "x">]><office:document', 1
        ),
        flat("<text:section>" * 100_000 + "</text:section>" * 100_000),
    ],
)
def test_broken(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        read_odt(data, LIMITS)


@pytest.mark.parametrize(
    "body",
    [
        "<text:p>" + '<text:s text:c="999999999"/>' * 2 + "</text:p>",
        "<text:p/>" * 2_000,
        '<table:table-row table:number-rows-repeated="99999999"><table:table-cell>' * 5
        + "<text:p>长</text:p>"
        + "</table:table-cell></table:table-row>" * 5,
    ],
    ids=["blanks", "paragraphs", "rows"],
)
def test_what_swells(body: str) -> None:
    with pytest.raises(FileTooLargeError):
        read_odt(flat(body), ExtractionLimits(characters=1_000))


def test_archive_that_unpacks_to_too_much() -> None:
    with pytest.raises(FileTooLargeError):
        read_odt(
            zipped("<text:p>" + "甲" * 100_000 + "</text:p>"), ExtractionLimits(inflated_bytes=9)
        )


@pytest.mark.parametrize("make", [flat, zipped])
def test_damaged_files_raise_nothing_else(make) -> None:
    for data in mutations(make(BODY), 250):
        try:
            document = read_odt(data, LIMITS)
        except UnreadableFileError:
            continue
        assert all(heading.span.quote(document.text).strip() for heading in document.outline)
