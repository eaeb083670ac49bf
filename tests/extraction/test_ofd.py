import random
import re
import time
import zipfile
from io import BytesIO

import pytest

from extraction.errors import (
    BrokenFileError,
    EncryptedFileError,
    FileTooLargeError,
    NoTextLayerError,
    UnreadableFileError,
)
from extraction.limits import ExtractionLimits
from extraction.ofd import read_ofd
from tests.extraction.files_pdf import OfdBuilder, Text, code, lines_of, ruled, wrapped, zipped

LIMITS = ExtractionLimits()
EXPECTED = [
    "一、工作成效",
    "全年完成投资23.6亿元，新开工项目17个，竣工项目9个，均按时达到年初计划的进度要求，质量全部合格。",
    "培训技术人员三百五十名，组织比武竞赛六场，选出各工种的能手二十七人，其中五人参加了省里的决赛，"
    "两人获奖；新购设备四十台套，改造厂房三千平方米，用电量下降5.8%，单位产品的成本下降3.1%。",
    "二、存在问题",
    "专业人员少，设备老化快。",
]
LINES = [line for text in EXPECTED for line in ([text] if "、" in text[:2] else wrapped(text))]


def texts(data: bytes) -> list[str]:
    return read_ofd(data, LIMITS).text.split("\n")


def report_pages() -> list[list[Text | str]]:
    return [[*lines_of(LINES[:4])], [*lines_of(LINES[4:])]]


@pytest.mark.parametrize(
    "builder",
    [
        OfdBuilder(),
        OfdBuilder(absolute=True),
        OfdBuilder(prefix="", namespace=""),
        OfdBuilder(prefix="", namespace="http://www.ofdspec.org"),
        OfdBuilder(prefix="o:", namespace="urn:other"),
    ],
    ids=["usual", "absolute paths", "no namespace", "default namespace", "other namespace"],
)
def test_report(builder: OfdBuilder) -> None:
    assert texts(builder.build(report_pages())) == EXPECTED


def test_templates_and_running_lines() -> None:
    header = Text(20, 10, (code("某某局内部资料"),))
    label = Text(20, 22, (code("工作简报"),), size=8.4)
    builder = OfdBuilder(templates=(("Background", [header]), ("Foreground", [label])))
    pages = [
        [*lines_of([f"{name}项目如期竣工。"]), Text(95, 280, (code(f"第{number}页 共3页"),))]
        for number, name in enumerate(("东区", "西区", "南区"), start=1)
    ]
    assert texts(builder.build(pages)) == [
        "东区项目如期竣工。",
        "西区项目如期竣工。",
        "南区项目如期竣工。",
    ]
    assert texts(builder.build(pages[:1])) == ["某某局内部资料", "工作简报", "东区项目如期竣工。"]


def test_documents_one_after_the_other() -> None:
    data = OfdBuilder().build([lines_of(["甲文。"])], [lines_of(["乙文。"])])
    assert texts(data) == ["甲文。", "乙文。"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (Text(20, 30, (code("增长8.3%", delta_x="4.2 4.2 2.1 1.2 2.1"),)), "增长8.3%"),
        (Text(20, 30, (code("增长8.3%", delta_x="g 2 4.2 2.1 1.2 2.1"),)), "增长8.3%"),
        (Text(20, 30, (code("增长", delta_x=""), code("8.3%", x=8.4, delta_x=""))), "增长8.3%"),
        (Text(20, 30, (code("甲项", y=4), code("乙项", y=12))), "甲项\n乙项"),
        (Text(20, 30, (code("名称"), code("数量", x=60))), "名称\t数量"),
        (Text(20, 30, (code("增长", delta_x="1"),), size=1, ctm="4.2 0 0 4.2 0 0"), "增长"),
        (
            Text(20, 30, (code("甲乙丙", y=1, delta_x="g 2 1"),), size=1, ctm="4 0 0 4 0 0"),
            "甲乙丙",
        ),
        (Text(20, 30, (code("New York", delta_x="3 1.9 3 1.2 2.1 2.1 1.4"),)), "New York"),
        (Text(20, 30, (code("完成 任务"),)), "完成 任务"),
        (Text(20, 30, (code("⼯作⻓效"),)), "工作长效"),
    ],
)
def test_text_objects(text: Text, expected: str) -> None:
    assert "\n".join(texts(OfdBuilder().build([[text]]))) == expected


def test_vertical_writing() -> None:
    columns = [
        f'<ofd:TextObject Boundary="{x} 20 8 200" Size="4"><ofd:TextCode X="0" Y="4" '
        f'DeltaY="g {len(text) - 1} 4">{text}</ofd:TextCode></ofd:TextObject>'
        for x, text in ((150, "全年工作总结如下各项"), (140, "各项任务均按期完成。"))
    ]
    assert texts(OfdBuilder().build([columns])) == ["全年工作总结如下各项", "各项任务均按期完成。"]


def test_turned_page_and_watermark() -> None:
    turned = Text(100, 20, (code("横排表格说明"),), ctm="0 1 -1 0 0 0")
    watermark = Text(50, 50, (code("内部资料"),), size=20, ctm="0.7 0.7 -0.7 0.7 0 0")
    assert texts(OfdBuilder().build([[turned, watermark]])) == ["横排表格说明"]


def test_ruled_table_with_wrapped_cell() -> None:
    lines = [ruled(20, y, 140, y) for y in (30, 40, 58)]
    lines += [ruled(x, 30, x, 58) for x in (20, 60, 140)]
    cells = [
        Text(22, 32, (code("项目"),)),
        Text(62, 32, (code("情况"),)),
        Text(22, 46, (code("道路"),)),
        Text(62, 41, (code("全长十二公里，路基工程已经全部完工，"),)),
        Text(62, 49, (code("年底通车。"),)),
    ]
    assert texts(OfdBuilder().build([[*lines, *cells]])) == [
        "项目\t情况",
        "道路\t全长十二公里，路基工程已经全部完工，年底通车。",
    ]


def test_outline() -> None:
    outlines = (
        '<ofd:OutlineElem Title="一、工作成效"><ofd:Actions><ofd:Action Event="CLICK"><ofd:Goto>'
        '<ofd:Dest Type="XYZ" PageID="10"/></ofd:Goto></ofd:Action></ofd:Actions>'
        '<ofd:OutlineElem Title="存在问题"/></ofd:OutlineElem>'
    )
    document = read_ofd(OfdBuilder(outlines=outlines).build(report_pages()), LIMITS)
    assert [(each.span.quote(document.text), each.level) for each in document.outline] == [
        ("一、工作成效", 1),
        ("二、存在问题", 2),
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", BrokenFileError),
        (b"PK\x03\x04 cut short", BrokenFileError),
        (zipped({"word/document.xml": b"<a/>"}), BrokenFileError),
        (zipped({"OFD.xml": b"<OFD/>"}), BrokenFileError),
        (zipped({"OFD.xml": b"<!DOCTYPE a><OFD/>"}), BrokenFileError),
        (zipped({"OFD.xml": b"<OFD><DocRoot>../../no.xml</DocRoot></OFD>"}), BrokenFileError),
        (zipped({"OFD.xml": b"<OFD/>", "Encryptions.xml": b"<E/>"}), EncryptedFileError),
        (OfdBuilder().build([[]]), NoTextLayerError),
        (OfdBuilder().build([[ruled(0, 0, 9, 9)]]), NoTextLayerError),
        (OfdBuilder().build([[Text(0, 0, (code("甲", delta_x="g 1"),))]]), BrokenFileError),
        (OfdBuilder().build([["<ofd:PageBlock>" * 99 + "</ofd:PageBlock>" * 99]]), BrokenFileError),
    ],
)
def test_unreadable(data: bytes, error: type[UnreadableFileError]) -> None:
    with pytest.raises(error):
        read_ofd(data, LIMITS)


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (ExtractionLimits(pages=1), "pages"),
        (ExtractionLimits(characters=50), "characters"),
        (ExtractionLimits(inflated_bytes=2_000), "inflated_bytes"),
    ],
)
def test_limits(limits: ExtractionLimits, limit: str) -> None:
    with pytest.raises(FileTooLargeError) as raised:
        read_ofd(OfdBuilder().build(report_pages()), limits)
    assert raised.value.limit == limit


def test_large_template_counts_once() -> None:
    template = lines_of(["内部资料，注意保存。" * 3] * 20)
    pages = [lines_of([f"第{name}项。"], top=250) for name in "一二三四五六七八九"]
    data = OfdBuilder(templates=(("Background", template),)).build(pages)
    with zipfile.ZipFile(BytesIO(data)) as package:
        size = sum(member.file_size for member in package.infolist())
    assert "第九项。" in read_ofd(data, ExtractionLimits(inflated_bytes=size)).text


def mutated(members: dict[str, bytes], chance: random.Random) -> bytes:
    """The package with a few signs, numbers or elements of its XML changed."""
    name = chance.choice(sorted(members))
    content = bytearray(members[name])
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(content))
        kind = chance.choice(("number",) * 6 + ("sign", "cut", "double"))
        if kind == "number":
            match = chance.choice(list(re.finditer(rb"\d+(?:\.\d+)?", content)))
            odd = (b"-1", b"0", b"1e308", b"nan", b"inf", b"999999999999", b"7", b"0.0001", b"x")
            content[match.start() : match.end()] = chance.choice(odd)
        elif kind == "sign":
            content[place] = chance.randrange(256)
        elif kind == "cut":
            del content[place : place + chance.randint(1, 40)]
        else:
            start = chance.randrange(len(content))
            content[place:place] = content[start : start + 60]
    return zipped(members | {name: bytes(content)})


def test_damage_never_surprises() -> None:
    chance = random.Random(33190)
    rules = [ruled(20, y, 140, y) for y in (130, 140, 158)]
    rules += [ruled(x, 130, x, 158) for x in (20, 60, 140)]
    pages = report_pages()
    pages[0] += rules
    whole = OfdBuilder(templates=(("Background", [Text(20, 10, (code("页眉"),))]),)).build(pages)
    with zipfile.ZipFile(BytesIO(whole)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    start = time.perf_counter()
    read = 0
    for number in range(500):
        data = mutated(members, chance)
        if number % 5 == 0:
            raw = bytearray(whole)
            for _ in range(4):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            data = bytes(raw)
        try:
            read += bool(read_ofd(data, LIMITS).text)
        except UnreadableFileError:
            continue
    assert 50 < read < 500
    assert time.perf_counter() - start < 60
