import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from extraction.errors import (
    BrokenFileError,
    EmptyFileError,
    EncryptedFileError,
    FileTooLargeError,
    NoTextLayerError,
    UnreadableFileError,
)
from extraction.limits import ExtractionLimits
from extraction.pdf import read_pdf
from tests.extraction.files_pdf import (
    PAGE_NUMBER,
    PICTURE,
    columns,
    converted,
    encrypted_pdf,
    fodt,
    h,
    numbered,
    p,
    pdf,
    shown,
    table,
)

LIMITS = ExtractionLimits()
TITLE = "某县工业发展服务中心年度工作报告"
LONG = (
    "全年实施技改项目23个，完成投资4.56亿元，同比增长12.8%，其中设备投资占比达到61.3%；新增规模以上企业7家，"
    "累计达到58家，培育专精特新企业3家，企业研发经费投入强度提高到2.41%，带动就业1260人，亩均税收达到23.7万元，"
    "比上年提高1.9万元。"
)
MEASURES = (
    "一是完善工作机制，每月召开一次调度会，协调解决用地、用工、融资等方面的问题46个；二是强化要素保障，"
    "新增建设用地320亩，发放贷款8.9亿元；三是优化营商环境，推行“一件事一次办”，审批时限压缩40%以上，"
    "群众满意度达到98.6%。"
)
SHORT = "任务全部完成。"


def report() -> list[tuple[str, int]]:
    """Paragraphs with their outline levels, 0 for text; five pages of them."""
    found = [(TITLE, 0)]
    for part in range(1, 9):
        found.append((f"{'一二三四五六七八'[part - 1]}、第{part}项工作", 1))
        found.append((f"（一）第{part}项的情况", 2))
        found += [(f"{part}.{LONG}", 0), (MEASURES * (1 + part % 3), 0), (SHORT, 0), (LONG, 0)]
    return found


def report_texts() -> list[str]:
    return [text for text, _ in report()]


def report_body(style: str = "Body", *, outline: bool = True) -> str:
    title, *rest = report()
    return p(title[0], "Title") + "".join(
        h(text, level) if level and outline else p(text, style) for text, level in rest
    )


TWO_COLUMNS = [LONG * 2, MEASURES * 2, SHORT, LONG]
INDICATORS = [
    ["项目", "计划", "完成"],
    ["投资（亿元）", "4.0", "4.56"],
    ["企业（家）", "5", "7，其中专精特新企业3家，规模以上企业4家，均已投产"],
]
SECTIONS = [
    ["工作内容", "完成情况"],
    *(
        [f"修建农村公路工程项目第{number}标段", f"已经完成路基工程{number}公里并通过验收"]
        for number in range(1, 9)
    ),
]
LEDGER = [
    ["序号", "工作内容", "完成情况"],
    *([str(number), LONG, f"完成{number}%"] for number in range(1, 16)),
]


def rows(cells: list[list[str]]) -> list[str]:
    return ["\t".join(row) for row in cells]


def body(*texts: str) -> str:
    return "".join(p(text) for text in texts)


SOURCES: dict[str, tuple[str, list[str]]] = {
    "report": (
        fodt(report_body(), header="某县工业发展服务中心 内部资料", footer=PAGE_NUMBER),
        report_texts(),
    ),
    "space between paragraphs": (
        fodt(report_body("Flush", outline=False), footer="— <text:page-number/> —"),
        report_texts(),
    ),
    "landscape": (
        fodt(report_body(), landscape=True, footer="<text:page-number/>"),
        report_texts(),
    ),
    "one page": (fodt(body(LONG, SHORT), header="简报", footer=PAGE_NUMBER), ["简报", LONG, SHORT]),
    "two columns": (
        fodt(
            p("双栏简报", "Title")
            + columns("".join(p(text, "SmallBody") for text in TWO_COLUMNS))
            + body(MEASURES)
        ),
        ["双栏简报", *TWO_COLUMNS, MEASURES],
    ),
    "ruled table": (
        fodt(body(LONG) + table(INDICATORS) + body(MEASURES)),
        [LONG, *rows(INDICATORS), MEASURES],
    ),
    "table without rules": (
        fodt(body(LONG) + table(SECTIONS, "Bare") + body(MEASURES)),
        [LONG, *rows(SECTIONS), MEASURES],
    ),
    "table over pages": (
        fodt(body(SHORT) + table(LEDGER), header="工作台账", footer="<text:page-number/>/3"),
        [SHORT, *rows(LEDGER)],
    ),
    "list": (
        fodt(p("工作要点", "Title") + numbered([LONG, MEASURES, SHORT, LONG])),
        ["工作要点", f"1.{LONG}", f"2.{MEASURES}", f"3.{SHORT}", f"4.{LONG}"],
    ),
}


def texts(data: bytes) -> list[str]:
    return read_pdf(data, LIMITS).text.split("\n")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The sources as LibreOffice prints them."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice here to print PDF files")
    fonts = shutil.which("fc-list")
    command = [fonts or "fc-list", ":lang=zh"]
    if fonts is None or not subprocess.run(command, check=True, capture_output=True).stdout:
        pytest.skip("no Chinese font here to print PDF files with")
    sources = {name.replace(" ", "_"): source for name, (source, _) in SOURCES.items()}
    folder: Path = tmp_path_factory.mktemp("printed")
    printed = converted(sources, folder, soffice)
    return {name.replace("_", " "): data for name, data in printed.items()}


@pytest.mark.parametrize("name", SOURCES)
def test_text_is_that_of_the_report(written: dict[str, bytes], name: str) -> None:
    assert texts(written[name]) == SOURCES[name][1]


def test_outline(written: dict[str, bytes]) -> None:
    document = read_pdf(written["report"], LIMITS)
    assert [(each.span.quote(document.text), each.level) for each in document.outline] == [
        (text, level) for text, level in report() if level
    ]
    assert read_pdf(written["space between paragraphs"], LIMITS).outline == ()


def test_page_limit(written: dict[str, bytes]) -> None:
    with pytest.raises(FileTooLargeError) as raised:
        read_pdf(written["report"], ExtractionLimits(pages=4))
    assert (raised.value.limit, raised.value.allowed) == ("pages", 4)


def test_character_limit() -> None:
    with pytest.raises(FileTooLargeError) as raised:
        read_pdf(
            pdf([shown("Twelve signs"), shown("Twelve signs")]), ExtractionLimits(characters=20)
        )
    assert raised.value.limit == "characters"


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (
            [shown("Annual report", "Growth of 8.3% in 2023")],
            "Annual report\nGrowth of 8.3% in 2023",
        ),
        ([shown("A scan with text", mode=3) + PICTURE], "A scan with text"),
        ([PICTURE, shown("Only the second page")], "Only the second page"),
        ([b"BT 0.7 0.7 -0.7 0.7 90 90 Tm /F 60 Tf (DRAFT) Tj ET " + shown("Text")], "Text"),
        ([b"BT 0 12 -12 0 90 90 Tm /F 1 Tf (Turned left) Tj ET"], "Turned left"),
        ([b"BT 0 -12 12 0 90 590 Tm /F 1 Tf (Turned right) Tj ET"], "Turned right"),
        ([b"BT -12 0 0 -12 390 90 Tm /F 1 Tf (Upside down) Tj ET"], "Upside down"),
        ([b"BT /F 12 Tf 50 500 Td (A) Tj 100 0 Td (B) Tj ET"], "A\tB"),
    ],
)
def test_pages_by_hand(contents: list[bytes], expected: str) -> None:
    assert read_pdf(pdf(contents), LIMITS).text == expected


def test_page_to_turn() -> None:
    assert texts(pdf([shown("A page to turn")], page_entries="/Rotate 90")) == ["A page to turn"]


def test_cells_within_stroked_rectangles() -> None:
    boxes = b"50 400 100 40 re S 150 400 200 40 re S 50 360 100 40 re S 150 360 200 40 re S "
    cells = ((60, 415, "Item"), (160, 415, "State"), (60, 375, "Road"), (160, 375, "Done"))
    content = boxes + b"".join(
        f"BT /F 12 Tf {x} {y} Td ({text}) Tj ET ".encode() for x, y, text in cells
    )
    assert texts(pdf([content])) == ["Item\tState", "Road\tDone"]


def test_owner_password_only() -> None:
    assert texts(encrypted_pdf([shown("Printing is not allowed")])) == ["Printing is not allowed"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", BrokenFileError),
        (b"%PDF-1.7\nnothing of the kind", BrokenFileError),
        (pdf([shown("Text")])[:120], BrokenFileError),
        (pdf([shown("Text")]).replace(b"/Type/Page/Parent", b"/Type/Nope/Parent"), BrokenFileError),
        (encrypted_pdf([shown("Secret")], b"password"), EncryptedFileError),
        (pdf([PICTURE, PICTURE]), NoTextLayerError),
        (pdf([b"0 0 m 100 100 l S"]), NoTextLayerError),
        (pdf([b""]), EmptyFileError),
        (pdf([]), EmptyFileError),
    ],
)
def test_unreadable(data: bytes, error: type[UnreadableFileError]) -> None:
    with pytest.raises(error):
        read_pdf(data, LIMITS)


def test_no_error_of_an_earlier_file() -> None:
    with pytest.raises(EncryptedFileError):
        read_pdf(encrypted_pdf([shown("Secret")], b"password"), LIMITS)
    with pytest.raises(EmptyFileError):
        read_pdf(pdf([]), LIMITS)


def test_damage_never_surprises() -> None:
    chance = random.Random(1)
    whole = pdf([shown("Annual report", "Growth of 8.3%"), PICTURE + b"50 400 100 40 re S"])
    start = time.perf_counter()
    read = 0
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(data))
            length = chance.choice((1, 1, 1, 2, 20))
            data[place : place + length] = chance.randbytes(chance.choice((0, length)))
        try:
            read += bool(read_pdf(bytes(data), LIMITS).text)
        except UnreadableFileError:
            continue
    assert 50 < read < 500
    assert time.perf_counter() - start < 60
