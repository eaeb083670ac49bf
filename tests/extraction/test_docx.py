import io
import random
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement

from extraction.docx import MAX_NESTING, read_docx
from extraction.errors import (
    BrokenFileError,
    EncryptedFileError,
    FileTooLargeError,
    UnreadableFileError,
)
from extraction.limits import ExtractionLimits
from tests.extraction.files_docx import (
    NUMBERED_REPORT,
    OFFICIAL_LIST,
    STRICT,
    TRANSITIONAL,
    a_list,
    cell,
    field,
    item,
    kind_of_list,
    level,
    numbered_report,
    p,
    package,
    row,
    run,
    style,
    table,
    unzipped,
    xml,
    zipped,
)

LIMITS = ExtractionLimits()
BREAK = "<w:r><w:br/></w:r>"


def text_of(body: str, **parts: str) -> str:
    return read_docx(package(body, **parts), LIMITS).text


def outline_of(body: str, **parts: str) -> list[tuple[str, int]]:
    document = read_docx(package(body, **parts), LIMITS)
    return [(heading.span.quote(document.text), heading.level) for heading in document.outline]


def switched(name: str, value: str) -> str:
    return f'<w:{name} w:val="{value}"/>'


def box(*blocks: str) -> str:
    inner = f"<w:txbxContent>{''.join(blocks)}</w:txbxContent>"
    return (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:docPr descr="一张图片"/><a:graphic>'
        f"<wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphic></wp:anchor></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def sdt(inner: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def symbol(font: str, char: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (("完成", "投资。"), "完成投资。"),
        (('<w:hyperlink w:anchor="a">' + run("办法") + "</w:hyperlink>", "印发"), "办法印发"),
        (("增长", f'<w:ins w:id="1">{run("8%")}</w:ins>', "。"), "增长8%。"),
        (("增长", "<w:del><w:r><w:delText>7%</w:delText></w:r></w:del>", "。"), "增长。"),
        (("甲", f"<w:del>{run('乙')}</w:del>", f"<w:moveFrom>{run('丙')}</w:moveFrom>"), "甲"),
        ((f"<w:moveTo>{run('丙')}</w:moveTo>",), "丙"),
        ((f"<w:smartTag><w:smartTag>{run('北京')}</w:smartTag></w:smartTag>", "市"), "北京市"),
        ((sdt(run("张三")), "同志"), "张三同志"),
        ((sdt(run("单击此处输入文字。"), "<w:showingPlcHdr/>"), "同志"), "同志"),
        (("甲", "<w:r><w:tab/></w:r>", "乙", BREAK, "丙"), "甲\t乙\n丙"),
        (("甲", '<w:r><w:br w:type="page"/></w:r>', "乙<w:cr/>"), "甲\n乙"),
        (("2024", "<w:r><w:noBreakHyphen/></w:r>", "12"), "2024-12"),
        (("软", "<w:r><w:softHyphen/></w:r>", "件"), "软件"),
        (("说明", '<w:r><w:footnoteReference w:id="2"/></w:r>', "。"), "说明。"),
        (("说明", '<w:r><w:commentReference w:id="2"/><w:annotationRef/></w:r>', "。"), "说明。"),
        (("甲\n    乙",), "甲 乙"),
        (("甲<!-- 批注 -->乙",), "甲乙"),
        ((run("甲", "<w:vanish/>"), "乙"), "乙"),
        ((run("甲", switched("vanish", "0")), "乙"), "甲乙"),
        ((run("甲", switched("vanish", "true")), "乙"), "乙"),
        (
            (
                "<w:r><w:ruby><w:rubyPr/><w:rt>"
                + run("zhèn")
                + "</w:rt><w:rubyBase>"
                + run("圳")
                + "</w:rubyBase></w:ruby></w:r>",
            ),
            "圳",
        ),
        (("<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>", "为总量"), "a+b为总量"),
        (
            (
                "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>"
                "<m:den><m:r><m:t>3</m:t></m:r></m:den></m:f></m:oMath>",
            ),
            "1/3",
        ),
        (
            (
                "<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e>"
                "<m:sup><m:r><m:t>3</m:t></m:r></m:sup></m:sSup></m:oMath>",
            ),
            "10^3",
        ),
        ((field(" PAGEREF _Toc1 ", run("12")), "页"), "12页"),
        (("第", field(" PAGE "), "页"), "第页"),
        ((field(f" IF {field('DATE', run('1日'))} = 2 ", run("是")),), "是"),
        (('<w:fldSimple w:instr=" DATE ">' + run("1日") + "</w:fldSimple>",), "1日"),
        ((field(r" eq \o\ac(○,3) ".replace("eq", "EQ")), "开工"), "③开工"),
        ((field(r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(zhèn),圳)"), "市"), "圳市"),
        ((symbol("Wingdings", "F06C"), "开工"), "●开工"),
        ((symbol("Symbol", "F0B3"), "10"), "≥10"),
        ((symbol("Wingdings", "F0FE"), "是"), "☑是"),
        ((symbol("Webdings", "F021"), "是"), "是"),
        ((symbol("宋体", "2460"), "是"), "①是"),
        ((symbol("宋体", "D800"), symbol("宋体", "x"), symbol("宋体", "FFFFFFFFF"), "是"), "是"),
        (
            (
                "<w:r><mc:AlternateContent><mc:Choice Requires='w16se'/><mc:Fallback><w:t>😊</w:t>"
                "</mc:Fallback></mc:AlternateContent></w:r>",
            ),
            "😊",
        ),
    ],
)
def test_what_a_paragraph_says(content: tuple[str, ...], expected: str) -> None:
    assert text_of(p(*content).replace("<w:cr/></w:t>", "</w:t><w:cr/>")) == expected


def test_strict_files_say_the_same() -> None:
    parts = unzipped(numbered_report())
    strict = {
        name: content.replace(TRANSITIONAL.encode(), STRICT.encode())
        for name, content in parts.items()
    }
    assert strict != parts
    document = read_docx(zipped(strict), LIMITS)
    assert document.text == NUMBERED_REPORT
    assert document == read_docx(numbered_report(), LIMITS)


def test_paragraphs_of_a_body_in_order() -> None:
    body = p("甲") + p() + sdt(p("乙") + table(row("一", "二"))) + f"<w:ins>{p('丙')}</w:ins>"
    assert text_of(body + "<w:sectPr/>") == "甲\n\n乙\n一\t二\n丙"


def test_text_boxes_follow_their_paragraph_once() -> None:
    body = p(box(p("红头"), table(row("甲", "乙"))), "标题") + p("正文")
    assert text_of(body) == "标题\n红头\n甲\t乙\n正文"


def test_text_boxes_count_for_themselves() -> None:
    body = item("甲", 1) + p(box(item("一", 1), item("二", 1))) + item("乙", 1)
    read = text_of(body, numbering=OFFICIAL_LIST + a_list(1, 0))
    assert read == "一、甲\n\n一、一\n二、二\n二、乙"


def test_deleted_ends_join_paragraphs() -> None:
    ends = "<w:rPr><w:del/></w:rPr>"
    gone = item("删", 1).replace("<w:pPr>", f"<w:pPr>{ends}").replace(run("删"), "")
    body = (
        p("完成", properties=ends) + p("投资。") + gone + item("甲", 1) + p("尾", properties=ends)
    )
    numbering = OFFICIAL_LIST + a_list(1, 0)
    assert text_of(body, numbering=numbering) == "完成投资。\n一、甲\n尾"


# --- tables ---


PROSE = ("本年度，本人认真履行岗位职责，完成各项任务。", "一、主要工作", "共走访企业二十家。" * 5)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((row("指标", "数值"), row("投资", "3亿元")), "指标\t数值\n投资\t3亿元"),
        ((row("甲", "", "丙"),), "甲\t\t丙"),
        ((row("", "", ""), row("甲", "乙")), "甲\t乙"),
        ((row(cell("跨列", properties=switched("gridSpan", "2")), "乙"),), "跨列\t乙"),
        (
            (
                row(cell("甲", properties=switched("vMerge", "restart")), "1", "2"),
                row(cell("甲", properties="<w:vMerge/>"), "3", "4"),
                row(cell("甲", properties=switched("vMerge", "continue")), "5", "6"),
            ),
            "甲\t1\t2\n\t3\t4\n\t5\t6",
        ),
        ((row(cell("投资", "（亿元）"), "3"),), "投资 （亿元）\t3"),
        ((row(cell("总", "结"), "3"),), "总结\t3"),
        ((row(cell("1", "2"), "3"),), "1 2\t3"),
        ((row("甲", cell(p("乙方", BREAK, "丙方"))),), "甲\t乙方 丙方"),
        ((row(cell("总", "结"), cell(*PROSE)),), "\n".join(("总结", *PROSE))),
        ((row(cell("甲", "乙")),), "甲\n乙"),
        ((row("外", cell(table(row("甲", "乙"), row("丙", "丁")))),), "外\n甲\t乙\n丙\t丁"),
        ((row("外", cell(table(row("甲", "乙")))),), "外\t甲\t乙"),
        ((sdt(row("甲", sdt(cell("乙")).join(("<w:tc>", "</w:tc>")))),), "甲\t乙"),
        ((row("甲", "乙").replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>"),), ""),
        ((row("甲", "乙").replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>"),), ""),
        ((row("甲", cell("乙", properties="<w:cellDel/>"), "丙"),), "甲\t丙"),
    ],
)
def test_tables(rows: tuple[str, ...], expected: str) -> None:
    assert text_of(table(*rows)) == expected


def test_numbers_of_rows_are_kept_and_empty_items_left_out() -> None:
    numbering = kind_of_list(0, level(0, "decimal", "%1")) + a_list(1, 0)
    body = item("", 1) + table(row(cell(item("", 1)), "甲"), row(cell(item("", 1)), "乙"))
    assert text_of(body, numbering=numbering) == "\n2\t甲\n3\t乙"


def test_headings_in_a_layout_table() -> None:
    body = table(row(cell(p("一、工作", properties=switched("outlineLvl", "0")), "正文")))
    assert outline_of(body) == [("一、工作", 1)]


# --- numbering ---


def test_a_numbered_report() -> None:
    document = read_docx(numbered_report(), LIMITS)
    assert document.text == NUMBERED_REPORT
    headings = [heading.span.quote(document.text) for heading in document.outline]
    assert headings == ["一、主要工作", "二、存在问题"]


HEADINGS = kind_of_list(
    0,
    level(0, "japaneseCounting", "第%1章", '<w:pStyle w:val="1"/>'),
    level(1, "decimal", "%1.%2", '<w:pStyle w:val="2"/><w:isLgl/><w:suff w:val="space"/>'),
)
HEADING_STYLES = style("1", "heading 1", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
HEADING_STYLES += style(
    "2", "标题 2", '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>', based_on="1"
)
HEADING_STYLES += style("mine", "我的标题", based_on="2")
NOT_NUMBERED = "<w:numPr><w:numId w:val='0'/></w:numPr>"


def test_numbers_of_styles() -> None:
    body = "".join(
        (
            p("总则", style="1"),
            p("目的", style="2"),
            p("依据", style="mine"),
            p("无号", style="1", properties=NOT_NUMBERED),
            p("分则", style="1"),
            p("适用", style="2"),
        )
    )
    numbering = HEADINGS + a_list(1, 0)
    assert text_of(body, numbering=numbering, styles=HEADING_STYLES) == (
        "第一章 总则\n1.1 目的\n1.2 依据\n无号\n第二章 分则\n2.1 适用"
    )
    assert [depth for _, depth in outline_of(body, styles=HEADING_STYLES)] == [1, 2, 2, 1, 1, 2]


@pytest.mark.parametrize(
    ("numbering", "body", "expected"),
    [
        (
            OFFICIAL_LIST + a_list(1, 0) + a_list(2, 0),
            item("甲", 1) + item("乙", 2),
            "一、甲\n二、乙",
        ),
        (
            OFFICIAL_LIST
            + a_list(1, 0)
            + a_list(
                2,
                0,
                '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>',
            ),
            item("甲", 1) + item("乙", 2) + item("丙", 2),
            "一、甲\n一、乙\n二、丙",
        ),
        (
            OFFICIAL_LIST
            + a_list(
                1,
                0,
                '<w:lvlOverride w:ilvl="0">'
                + level(0, "decimal", "%1)", '<w:start w:val="3"/>')
                + "</w:lvlOverride>",
            ),
            item("甲", 1),
            "3)甲",
        ),
        (
            kind_of_list(0, '<w:numStyleLink w:val="公文"/>')
            + kind_of_list(1, '<w:styleLink w:val="公文"/>', level(0, "decimal", "%1、"))
            + a_list(1, 0)
            + a_list(2, 1),
            item("甲", 1),
            "1、甲",
        ),
        (kind_of_list(0, '<w:numStyleLink w:val="无"/>') + a_list(1, 0), item("甲", 1), "甲"),
        (OFFICIAL_LIST, item("甲", 1), "甲"),
        (OFFICIAL_LIST + a_list(1, 7), item("甲", 1), "甲"),
        (OFFICIAL_LIST + a_list(1, 0), item("甲", 1, 8), "甲"),
        (
            kind_of_list(0, level(0, "bullet", "\uf06c")) + a_list(1, 0),
            item("甲", 1),
            "• 甲",
        ),
        (
            kind_of_list(
                0, level(0, "bullet", "Ø", '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>')
            )
            + a_list(1, 0),
            item("甲", 1),
            "• 甲",
        ),
        (kind_of_list(0, level(0, "bullet", "o")) + a_list(1, 0), item("甲", 1), "○ 甲"),
        (kind_of_list(0, level(0, "bullet", "★")) + a_list(1, 0), item("甲", 1), "★ 甲"),
        (
            kind_of_list(
                0,
                '<w:lvl w:ilvl="0"><mc:AlternateContent><mc:Choice Requires="w14">'
                '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback>'
                '<w:numFmt w:val="decimalZero"/></mc:Fallback></mc:AlternateContent>'
                '<w:lvlText w:val="%1、"/></w:lvl>',
            )
            + a_list(1, 0),
            item("甲", 1),
            "01、甲",
        ),
        (
            kind_of_list(0, level(0, "decimal", "%1、", f'<w:start w:val="{"9" * 5000}"/>'))
            + a_list(1, 0),
            item("甲", 1),
            "1、甲",
        ),
    ],
)
def test_lists(numbering: str, body: str, expected: str) -> None:
    assert text_of(body, numbering=numbering) == expected


# --- outline, hidden styles, contents ---


@pytest.mark.parametrize(
    ("paragraph", "styles", "expected"),
    [
        (p("甲", properties=switched("outlineLvl", "2")), "", 3),
        (p("甲", properties=switched("outlineLvl", "9")), style("1", "heading 1"), None),
        (p("甲", style="1", properties=switched("outlineLvl", "9")), style("1", "heading 1"), None),
        (p("甲", style="1"), style("1", "heading 3"), 3),
        (p("甲", style="1"), style("1", "标题 2"), 2),
        (p("甲", style="1"), style("1", "标题 2 字符"), None),
        (p("甲", style="a"), style("1", "Heading 1") + style("a", "公文标题", based_on="1"), 1),
        (p("甲", style="Heading2"), "", 2),
        (p("甲", style="a"), style("a", "a", based_on="b") + style("b", "b", based_on="a"), None),
        (
            p("甲", style="a"),
            style("a", "正文标题", f"<w:pPr>{switched('outlineLvl', '1')}</w:pPr>"),
            2,
        ),
        (
            p("甲"),
            style("a", "正文", f"<w:pPr>{switched('outlineLvl', '1')}</w:pPr>").replace(
                "<w:style ", '<w:style w:default="1" '
            ),
            2,
        ),
    ],
)
def test_outline_levels(paragraph: str, styles: str, expected: int | None) -> None:
    expected_outline = [] if expected is None else [("甲", expected)]
    assert outline_of(paragraph, styles=styles) == expected_outline


def test_hidden_by_style() -> None:
    styles = style("a", "批示", "<w:rPr><w:vanish/></w:rPr>")
    shown = run("丙", switched("rStyle", "a") + switched("vanish", "0"))
    body = p("甲", run("乙", switched("rStyle", "a")), shown) + p("丁", style="a")
    assert text_of(body, styles=styles).rstrip() == "甲丙"


CONTENTS_STYLE = style("t", "toc 1")


@pytest.mark.parametrize(
    "contents",
    [
        sdt(
            p("目录") + p("一、工作\t1"),
            '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>',
        ),
        p("目\u3000录") + p() + p("一、工作\t1", style="t") + p("二、打算\t2", style="t"),
        p("目录") + p(field(r' TOC \o "1-3" ', run("一、工作"), "</w:p><w:p>", run("二、打算"))),
        p('<w:fldSimple w:instr=" TOC ">' + run("一、工作") + "</w:fldSimple>"),
    ],
)
def test_contents_are_left_out(contents: str) -> None:
    body = p("总结") + contents + p("正文")
    assert text_of(body, styles=CONTENTS_STYLE).replace("\n\n", "\n") == "总结\n正文"


def test_a_field_without_end_swallows_nothing() -> None:
    begins = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    )
    assert text_of(p("甲", begins) + item("乙", 1), numbering=OFFICIAL_LIST + a_list(1, 0)) == (
        "甲\n一、乙"
    )
    ends = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert text_of(p("甲", ends) + p(ends, "乙")) == "甲\n乙"


# --- files of python-docx ---


def test_a_file_of_python_docx() -> None:
    document = docx.Document()
    document.add_heading("某局工作总结", 0)
    document.add_heading("一、主要工作", 1)
    paragraph = document.add_paragraph("完成投资")
    paragraph.add_run("3亿元").bold = True
    paragraph.add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("走访企业", style="List Bullet")
    document.add_paragraph("开工项目", style="List Number")
    document.add_paragraph("完工项目", style="List Number")
    merged = document.add_table(2, 2)
    merged.cell(0, 0).merge(merged.cell(1, 0)).text = "甲"
    merged.cell(0, 1).text, merged.cell(1, 1).text = "乙", "丙"
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.add_comment(paragraph.runs, text="批注")
    control = OxmlElement("w:sdt")
    control.append(OxmlElement("w:sdtContent"))
    moved = document.add_paragraph("控件内")
    moved._p.addprevious(control)
    control[0].append(moved._p)
    buffer = io.BytesIO()
    document.save(buffer)
    read = read_docx(buffer.getvalue(), LIMITS)
    assert read.text == (
        "某局工作总结\n一、主要工作\n完成投资3亿元\n• 走访企业\n1.开工项目\n2.完工项目\n"
        "甲\t乙\n丙\n控件内"
    )
    assert [heading.level for heading in read.outline] == [1]


# --- what cannot be read ---


def with_part(name: str, content: bytes | None) -> bytes:
    parts = unzipped(numbered_report())
    if content is None:
        del parts[name]
    else:
        parts[name] = content
    return zipped(parts)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        "某局工作总结".encode(),
        numbered_report()[:-40],
        numbered_report()[: len(numbered_report()) // 2],
        zipped({"hello.txt": b"hello"}),
        with_part("word/document.xml", None),
        with_part("word/document.xml", b"<w:document"),
        with_part("word/document.xml", b"<document><body/></document>"),
        with_part("word/document.xml", xml("document", "")),
        with_part("word/styles.xml", b"<"),
        with_part("word/numbering.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        with_part("word/document.xml", b"<a>" * 100_000 + b"</a>" * 100_000),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
    ],
)
def test_broken_files(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        read_docx(data, LIMITS)


def test_encrypted_files() -> None:
    sealed = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedFileError):
        read_docx(sealed, LIMITS)
    locked = bytearray(numbered_report())
    for place in range(len(locked) - 4):
        if locked[place : place + 4] == b"PK\x01\x02":
            locked[place + 8] |= 1
    with pytest.raises(EncryptedFileError):
        read_docx(bytes(locked), LIMITS)


@pytest.mark.parametrize("name", ["word/styles.xml", "word/numbering.xml", "_rels/.rels"])
def test_parts_that_may_be_missing(name: str) -> None:
    assert "走访企业300家。" in read_docx(with_part(name, None), LIMITS).text


def test_parts_of_other_names() -> None:
    parts = unzipped(numbered_report())
    parts["word/document2.xml"] = parts.pop("word/document.xml")
    parts["word/_rels/document2.xml.rels"] = parts.pop("word/_rels/document.xml.rels").replace(
        b"numbering.xml", b"/lists/numbering2.xml"
    )
    parts["lists/numbering2.xml"] = parts.pop("word/numbering.xml")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"document.xml", b"document2.xml")
    assert read_docx(zipped(parts), LIMITS).text == NUMBERED_REPORT


def test_only_the_parts_that_count_are_unpacked() -> None:
    data = with_part("word/media/image1.png", bytes(3_000_000))
    with pytest.raises(FileTooLargeError):
        read_docx(data, ExtractionLimits(inflated_bytes=1_000_000))
    damaged = with_part("word/header1.xml", b"<")
    assert read_docx(damaged, LIMITS).text == NUMBERED_REPORT


def test_no_more_characters_than_allowed() -> None:
    data = numbered_report()
    length = len(NUMBERED_REPORT)
    assert read_docx(data, ExtractionLimits(characters=length)).text == NUMBERED_REPORT
    with pytest.raises(FileTooLargeError, match="characters"):
        read_docx(data, ExtractionLimits(characters=length - 1))


def test_numbers_cannot_blow_up_the_text() -> None:
    numbering = kind_of_list(0, level(0, "decimal", "第" * 100_000)) + a_list(1, 0)
    body = item("甲", 1) * 5000
    with pytest.raises(FileTooLargeError):
        read_docx(package(body, numbering=numbering), LIMITS)


def nested_tables(depth: int) -> str:
    inner = p("甲")
    for _ in range(depth):
        inner = table(row(cell(inner)))
    return inner


def test_tables_in_tables() -> None:
    assert text_of(nested_tables(MAX_NESTING)) == "甲"
    with pytest.raises(BrokenFileError):
        text_of(nested_tables(MAX_NESTING + 1))
    boxes = p("甲")
    for _ in range(MAX_NESTING + 1):
        boxes = p(f"<w:txbxContent>{boxes}</w:txbxContent>")
    with pytest.raises(BrokenFileError):
        text_of(boxes)


DEEP = 80


@pytest.mark.parametrize(
    "body",
    [
        "<w:sdt><w:sdtContent>" * DEEP + p("甲") + "</w:sdtContent></w:sdt>" * DEEP,
        "<w:p>" + "<w:ins>" * DEEP + run("甲") + "</w:ins>" * DEEP + "</w:p>",
        "<w:p>" * DEEP + run("甲") + "</w:p>" * DEEP,
        "<w:p><w:r>" + "<w:t>" * DEEP + "甲" + "</w:t>" * DEEP + "</w:r></w:p>",
    ],
)
def test_wrappers_in_wrappers(body: str) -> None:
    assert text_of(body) == "甲"


@pytest.mark.parametrize(
    "body",
    [
        p("甲" * 900_000),
        p("完成投资3亿元。") * 60_000,
        p(*(["甲"] * 60_000)),
        p('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 100_000) + p() * 20_000,
        table(row(*(["甲"] * 50)) * 1000),
        p("甲", properties="<w:rPr><w:del/></w:rPr>") * 50_000,
        p(style="s0") * 20_000,
    ],
)
def test_time_is_linear(body: str) -> None:
    styles = "".join(style(f"s{n}", f"样式{n}", based_on=f"s{n + 1}") for n in range(3000))
    data = package(body, styles=styles)
    begun = time.perf_counter()
    read_docx(data, LIMITS)
    assert time.perf_counter() - begun < 20


# --- fuzzing ---


def kitchen_sink() -> bytes:
    """Something of everything."""
    body = "".join(
        (
            p("总结", style="1"),
            p(box(p("红头")), field("TOC", run("目录")), symbol("Wingdings", "F06C")),
            item("甲", 1) + item("乙", 1, 1),
            sdt(table(row(cell("甲", properties="<w:vMerge/>"), cell(table(row("乙", "丙")))))),
            p(run("隐", "<w:vanish/>"), "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"),
        )
    )
    return package(body, numbering=HEADINGS + a_list(1, 0), styles=HEADING_STYLES)


def mutated(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(changed))
        action = dice.randrange(4)
        if action == 0:
            changed[place] = dice.randrange(256)
        elif action == 1:
            del changed[place : place + dice.randint(1, 30)]
        elif action == 2:
            changed[place:place] = changed[place : place + dice.randint(1, 30)]
        else:
            changed[place] = ord(dice.choice('0123456789-<>/"% x\0'))
    return bytes(changed)


def reads_or_refuses(data: bytes) -> bool:
    try:
        document = read_docx(data, LIMITS)
    except UnreadableFileError:
        return False
    document.text.encode()
    assert all(heading.span.end <= len(document.text) for heading in document.outline)
    return True


@pytest.mark.parametrize("data", [numbered_report(), kitchen_sink()])
def test_damaged_bytes(data: bytes) -> None:
    dice = random.Random(0)
    for _ in range(500):
        reads_or_refuses(mutated(data, dice))


@pytest.mark.parametrize("data", [numbered_report(), kitchen_sink()])
def test_damaged_xml(data: bytes) -> None:
    dice = random.Random(1)
    parts = unzipped(data)
    names = sorted(parts)
    read = 0
    for _ in range(500):
        name = dice.choice(names)
        read += reads_or_refuses(zipped({**parts, name: mutated(parts[name], dice)}))
    assert read > 50  # not all of them fail at the parser


def test_a_lying_container() -> None:
    data = bytearray(numbered_report())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as container:
        offset = container.getinfo("word/document.xml").header_offset
    for place in range(offset, offset + 60):
        changed = bytearray(data)
        changed[place] ^= 0xFF
        reads_or_refuses(bytes(changed))


# --- files of LibreOffice ---

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="soffice is not on this machine")

FLAT_ODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles><text:list-style style:name="L">
<text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..."
 style:num-suffix="、"/>
<text:list-level-style-number text:level="2" style:num-format="一, 二, 三, ..."
 style:num-prefix="（" style:num-suffix="）"/>
<text:list-level-style-number text:level="3" style:num-format="1" style:num-suffix="."/>
</text:list-style></office:automatic-styles>
<office:body><office:text>
<text:h text:outline-level="1">工作总结</text:h>
<text:list text:style-name="L">
<text:list-item><text:p>主要工作</text:p><text:list>
<text:list-item><text:p>项目建设</text:p><text:list>
<text:list-item><text:p>开工项目。</text:p></text:list-item>
<text:list-item><text:p>2024年完工项目。</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>企业服务</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>存在问题</text:p></text:list-item>
</text:list></office:text></office:body></office:document>"""
ODT_TEXT = """工作总结
一、主要工作
（一）项目建设
1.开工项目。
2. 2024年完工项目。
（二）企业服务
二、存在问题"""
RTF = r"""{\rtf1\ansi\ansicpg936\uc1
{\*\listtable{\list\listtemplateid1
{\listlevel\levelnfc37\leveljc0\levelfollow0\levelstartat1
{\leveltext\'02\'00\u12289 ?;}{\levelnumbers\'01;}}
{\listlevel\levelnfc37\leveljc0\levelfollow0\levelstartat1
{\leveltext\'03\u-248 ?\'01\u-247 ?;}{\levelnumbers\'02;}}
{\listlevel\levelnfc0\leveljc0\levelfollow0\levelstartat1
{\leveltext\'02\'02.;}{\levelnumbers\'01;}}
\listid1}}
{\*\listoverridetable{\listoverride\listid1\listoverridecount0\ls1}}
\pard\plain\outlinelevel0\ls1\ilvl0 \u30002 ?\par
\pard\plain\ls1\ilvl1 \u20057 ?\par
\pard\plain\ls1\ilvl2 \u19993 ?\par
\pard\plain\ls1\ilvl2 2024\u24180 ?\par
\pard\plain\ls1\ilvl0 \u19969 ?\par}"""
RTF_TEXT = "一、甲\n（一）乙\n1.丙\n2. 2024年\n二、丁"
HTML = """<html><head><meta charset="utf-8"></head><body><h2>工作总结</h2>
<ol><li>开工项目</li><li>完工项目<ul><li>走访企业</li></ul></li></ol>
<table><tr><td>甲</td><td>乙</td></tr></table><p>以上。</p></body></html>"""
HTML_TEXT = "工作总结\n1.开工项目\n2.完工项目\n• 走访企业\n甲\t乙\n以上。"


def converted(source: bytes, folder: Path, *endings: str) -> bytes:
    """``source``, saved by LibreOffice in one format after the other."""
    assert SOFFICE is not None
    path = folder / f"file.{endings[0]}"
    path.write_bytes(source)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for ending in endings[1:]:
        out = folder / f"to-{path.suffix[1:]}-{ending}"
        command = [SOFFICE, profile, "--headless", "--writer", "--convert-to", ending]
        subprocess.run(
            [*command, "--outdir", str(out), str(path)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        path = out / f"file.{ending}"
    return path.read_bytes()


@needs_libreoffice
@pytest.mark.parametrize(
    ("source", "endings", "expected"),
    [
        (FLAT_ODT.encode(), ("fodt", "docx"), ODT_TEXT),
        (RTF.encode("ascii"), ("rtf", "docx"), RTF_TEXT),
        (HTML.encode(), ("html", "docx"), HTML_TEXT),
        (numbered_report(), ("docx", "odt", "docx"), NUMBERED_REPORT),
        (numbered_report(), ("docx", "doc", "docx"), NUMBERED_REPORT),
    ],
)
def test_files_of_libreoffice(
    source: bytes, endings: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    document = read_docx(converted(source, tmp_path, *endings), LIMITS)
    lines = [line for line in document.text.split("\n") if line.strip()]
    assert "\n".join(lines) == expected
    assert document.outline
