import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.document import Paragraph
from extraction.layout import (
    Bookmark,
    Box,
    Glyph,
    Page,
    PlacedParagraph,
    ordinary,
    paragraphs_of,
    with_levels,
)

WIDTH, HEIGHT, EM = 400.0, 600.0, 10.0
LEFT, COLUMNS = 50.0, 30


def line(text: str, y: float, x: float = LEFT, size: float = EM) -> list[Glyph]:
    """Signs side by side: Chinese an em wide, others half of one; ideographic blanks indent."""
    glyphs: list[Glyph] = []
    spaced = False
    for sign in text:
        advance = size if ord(sign) >= 0x2E80 else size / 2
        if not sign.isspace():
            glyphs.append(Glyph(x, y, advance, size, sign, spaced))
        spaced = sign.isspace()
        x += size if sign == "\u3000" else advance
    return glyphs


def page(*rows: str, top: float = 120, step: float = 15, rules: Iterable[Box] = ()) -> Page:
    glyphs = [glyph for i, row in enumerate(rows) for glyph in line(row, top + step * i)]
    return Page(WIDTH, HEIGHT, tuple(glyphs), tuple(rules))


def with_more(laid: Page, *more: list[Glyph]) -> Page:
    glyphs = (*laid.glyphs, *(glyph for glyphs in more for glyph in glyphs))
    return Page(laid.width, laid.height, glyphs, laid.rules)


def texts(*pages: Page) -> list[str]:
    return [paragraph.text for paragraph in paragraphs_of(pages)]


def width(text: str) -> float:
    """The width of a text in ems."""
    return sum(1 if ord(sign) >= 0x2E80 else 0.5 for sign in text)


def full(start: str, end: str = "") -> str:
    """A line as long as the page is wide."""
    filling = COLUMNS - width(start + end)
    signs = "工作" * COLUMNS
    return start + signs[: int(filling)] + ("1" if filling % 1 else "") + end


FIRST, NEXT = full("　　全年"), full("继续")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([FIRST, NEXT, "完成。"], [FIRST + NEXT + "完成。"]),
        ([FIRST, "完成。", "　　明年打算。"], [FIRST + "完成。", "明年打算。"]),
        ([FIRST, "　　另起一段。", FIRST], [FIRST, "另起一段。", FIRST]),
        ([full("全年", "。"), "顶格的下一行。"], [full("全年", "。") + "顶格的下一行。"]),
        (["一、成效", FIRST, "完成。"], ["一、成效", FIRST + "完成。"]),
        ([FIRST, full("继续", "。"), "二、问题"], [FIRST + full("继续", "。"), "二、问题"]),
    ],
)
def test_wrapped_lines(rows: list[str], expected: list[str]) -> None:
    assert texts(page(*rows)) == [text.lstrip() for text in expected]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (full("　　增长", "8."), "3%。", True),
        (full("　　增长", "8"), ".3%。", True),
        (full("　　共计", "12"), "34人。", True),
        # The number would not have fitted into the line before.
        (full("　　金额")[:-4], "123456.78万元。", True),
        (full("　　金额")[:-4], "共计三万元。", False),
        (full("　　印发")[:-1], "《办法》。", True),
    ],
)
def test_lines_parted_at_numbers(first: str, second: str, joined: bool) -> None:
    expected = [first + second] if joined else [first, second]
    assert texts(page(first, second)) == [text.lstrip() for text in expected]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("the develop-", "ment of roads", ["the development of roads"]),
        ("after COVID-", "19 had gone", ["after COVID-19 had gone"]),
        ("the growth of", "all the roads", ["the growth of all the roads"]),
        ("the growth of", "工作", ["the growth of工作"]),
    ],
)
def test_latin_lines(first: str, second: str, expected: list[str]) -> None:
    narrow = Page(2 * LEFT + EM * width(first), HEIGHT, page(first, second).glyphs)
    assert texts(narrow) == expected


@pytest.mark.parametrize(
    "rows",
    [
        (full("1.甲", "。"), full("2.乙", "。")),
        (full("一、甲", "。"), full("二、乙", "。")),
        (full("（1）甲"), full("（2）乙")),
        (full("全年", "。"), full("（一）乙")),
        (full("● 甲"), full("● 乙")),
    ],
)
def test_items_begin_paragraphs(rows: tuple[str, str]) -> None:
    assert texts(page(*rows)) == list(rows)


@pytest.mark.parametrize(
    "rows",
    [
        (full("　　包括", "；"), full("2.乙"), "等。"),
        (full("　　包括", "；"), full("二是乙"), "等。"),
        (full("措施", "；"), full("二是乙"), "等。"),
        (full("　　投资"), "2.5万人。"),
        (full("● 甲"), "　乙。"),
        (full("1.甲"), "　乙。"),
    ],
)
def test_numbers_and_indents_inside_paragraphs(rows: tuple[str, ...]) -> None:
    assert texts(page(*rows)) == ["".join(row.strip() for row in rows)]


def test_larger_line_and_distant_line() -> None:
    title = line(full("标题")[:20], 100, size=15)
    laid = with_more(page(full("正文"), full("正文"), "完。", top=120), line("脚注。", 300))
    laid = Page(WIDTH, HEIGHT, (*title, *laid.glyphs))
    assert texts(laid) == [full("标题")[:20], full("正文") * 2 + "完。", "脚注。"]
    apart = page(full("甲"), full("乙"), full("丙"), full("丁"))
    apart = with_more(apart, line("戊。", 120 + 3 * 15 + 30))
    assert texts(apart) == [full("甲") + full("乙") + full("丙") + full("丁"), "戊。"]


def test_centred_title_over_two_lines() -> None:
    title = line(full("关于"), 100) + line("的工作总结", 115, x=LEFT + 12.5 * EM)
    assert texts(Page(WIDTH, HEIGHT, tuple(title))) == [full("关于") + "的工作总结"]


def test_paragraph_over_page_break() -> None:
    assert texts(page(FIRST, NEXT), page(NEXT, "完成。")) == [
        FIRST.strip() + NEXT + NEXT + "完成。"
    ]
    assert paragraphs_of([page(FIRST), page("　　另起。")]) == (
        PlacedParagraph(FIRST.strip(), 0),
        PlacedParagraph("另起。", 1),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成 任务", "完成 任务"),
        ("完成23 个", "完成23 个"),
        ("New York", "New York"),
        ("增长8.3%", "增长8.3%"),
        ("项目　　　数量", "项目\t数量"),
        ("1.　　　项目", "1.项目"),
        ("●　　　项目", "● 项目"),
        ("总　结", "总 结"),
    ],
)
def test_blanks_within_lines(text: str, expected: str) -> None:
    assert texts(page(text)) == [expected]


def test_small_gaps_next_to_latin_are_no_blanks() -> None:
    glyphs = line("共", 100) + line("23", 100, x=LEFT + 12) + line("个", 100, x=LEFT + 24)
    assert texts(Page(WIDTH, HEIGHT, tuple(glyphs))) == ["共23个"]


def test_second_print_of_bold_type() -> None:
    assert texts(with_more(page("加粗的标题"), line("加粗的标题", 120.3, x=LEFT + 0.4))) == [
        "加粗的标题"
    ]


def test_signs_of_another_font_fill_their_gaps() -> None:
    quoted = (
        line("推行", 120)
        + line("一网", 120, x=LEFT + 2.5 * EM)
        + line("改革", 120, x=LEFT + 5 * EM)
    )
    quotes = [Glyph(LEFT + x * EM, 120, EM / 2, EM, sign) for x, sign in ((2, "“"), (4.5, "”"))]
    assert texts(Page(WIDTH, HEIGHT, (*quoted, *quotes))) == ["推行“一网”改革"]


def test_signs_over_one_another_keep_their_order() -> None:
    stamp = line("已审核", 121, x=LEFT + 1.3 * EM)
    assert texts(with_more(page("全年完成投资。"), stamp)) == ["全年完成投资。已审核"]


def test_signature_at_the_right_margin() -> None:
    signature = ("某县水务局", "2031年12月26日")
    rows = [
        line(text, 150 + 15 * i, WIDTH - LEFT - width(text) * EM)
        for i, text in enumerate(signature)
    ]
    assert texts(with_more(page(FIRST, "完成。"), *rows)) == [FIRST.lstrip() + "完成。", *signature]


def test_raised_numbers_stay_in_their_line() -> None:
    glyphs = (
        line("面积五万m", 120) + line("2", 116, x=LEFT + 4.5 * EM, size=6) + line("。", 120, x=98)
    )
    assert texts(Page(WIDTH, HEIGHT, tuple(glyphs))) == ["面积五万m2。"]


# Columns.


def column(text: str, x: float, top: float, ems: int = 14) -> list[Glyph]:
    rows = [text[start : start + ems] for start in range(0, len(text), ems)]
    return [glyph for i, row in enumerate(rows) for glyph in line(row, top + 15 * i, x)]


PROSE = "全年完成投资，新建道路，改造学校，各项任务如期完成，群众较为满意；"


@pytest.mark.parametrize("shift", [0, 7], ids=["on the same lines", "between the lines"])
def test_two_columns_under_a_title(shift: float) -> None:
    first, second = PROSE * 4 + "甲。", PROSE * 3 + "乙。"
    glyphs = [
        *line("关于全年工作情况的总结报告", 100, x=LEFT + 85),
        *column(first + second[:20], LEFT, 130),
        *column(second[20:], LEFT + 16 * EM, 130 + shift),
        *line(full("末尾"), 400),
    ]
    assert texts(Page(WIDTH, HEIGHT, tuple(glyphs))) == [
        "关于全年工作情况的总结报告",
        first + second,
        full("末尾"),
    ]


def test_columns_row_by_row_in_the_file() -> None:
    left, right = column(PROSE * 3, LEFT, 130), column(PROSE * 3, LEFT + 16 * EM, 130)
    glyphs = sorted(left + right, key=lambda glyph: (glyph.y, glyph.x))
    assert texts(Page(WIDTH, HEIGHT, tuple(glyphs))) == [PROSE * 3] * 2


def test_tables_are_no_columns() -> None:
    rows = [f"修建农村公路工程第{n}标段　　　　完成路基工程并通过了验收" for n in "一二三四五六"]
    assert texts(page(*rows)) == [row.replace("　　　　", "\t") for row in rows]


# Ruled tables.


def rules_of(xs: list[float], ys: list[float]) -> list[Box]:
    across = [Box(xs[0], y, xs[-1], y) for y in ys]
    return across + [Box(x, ys[0], x, ys[-1]) for x in xs]


def test_ruled_table() -> None:
    laid = page(rules=rules_of([50, 100, 200, 350], [100, 120, 160, 180]))
    cells = [
        *[line(text, 114, x) for text, x in (("项目", 55), ("数量", 105), ("说明", 205))],
        line("道路", 144, 55),
        *[line("完成路基和路", 136, 205), line("面", 151, 205)],
        line("学校", 174, 55),
        line("3", 174, 105),
    ]
    # The text of the middle row's last cell does not fill its line: 路 and 面 stay apart.
    laid = with_more(laid, *cells, line("表外的话。", 220))
    assert texts(laid) == [
        "项目\t数量\t说明",
        "道路\t\t完成路基和路\n面",
        "学校\t3\t",
        "表外的话。",
    ]


def test_merged_cells() -> None:
    rules = [
        *[Box(50, y, 350, y) for y in (100, 120, 160)],
        Box(150, 140, 350, 140),
        *[Box(x, 100, x, 160) for x in (50, 350)],
        *[Box(x, 120, x, 160) for x in (150, 250)],
    ]
    cells = [
        line("年度考核情况登记表", 114, 150),
        line("指标", 144, 60),
        *[line("投资", 134, 160), line("四亿", 134, 260)],
        *[line("税收", 154, 160), line("一亿", 154, 260)],
    ]
    assert texts(with_more(page(rules=rules), *cells)) == [
        "年度考核情况登记表",
        "指标\t投资\t四亿",
        "税收\t一亿",
    ]


def test_paragraphs_inside_a_cell_and_frame_without_cells() -> None:
    text = [full("全年")[:20], "完成。", "　　明年。"]
    glyphs = [line("总结", 120, 55), *(line(row, 120 + 15 * i, 145) for i, row in enumerate(text))]
    laid = with_more(page(rules=rules_of([50, 140, 350], [100, 200])), *glyphs)
    assert texts(laid) == ["总结\t" + text[0] + "完成。\n明年。"]
    framed = page(FIRST, "完成。", rules=rules_of([40, 44, 360], [90, 300]))
    assert texts(framed) == [FIRST.strip() + "完成。"]


def test_row_that_the_page_break_cuts() -> None:
    rules = rules_of([50, 100, 200], [100, 140])
    first = with_more(
        page(rules=rules), line("一", 114, 55), line("完成道路的", 114, 105), line("养", 130, 105)
    )
    second = with_more(page(rules=rules), line("护", 114, 105))
    assert texts(first, second) == ["一\t完成道路的\n养护"]


# Running headers and footers.


def numbered_pages(*bodies: str, header: str = "", footer: str = "") -> list[Page]:
    return [
        with_more(
            page(body, top=200),
            line(header.replace("N", str(n)), 40, 80),
            line(footer.replace("N", str(n)).replace("M", str(len(bodies))), 570, 180),
        )
        for n, body in enumerate(bodies, start=1)
    ]


@pytest.mark.parametrize(
    ("header", "footer"),
    [
        ("某某局工作报告", "N"),
        ("某某局工作报告", "第N页 共M页"),
        ("", "第N页"),
        ("", "- N -"),
        ("", "— N —"),
        ("", "N/M"),
        ("", "Page N of M"),
        ("第N期", "内部资料 N"),
    ],
)
def test_running_lines_go(header: str, footer: str) -> None:
    bodies = ("甲文。", "乙文。", "丙文。")
    assert texts(*numbered_pages(*bodies, header=header, footer=footer)) == list(bodies)


@pytest.mark.parametrize(
    ("header", "footer", "stays"),
    [
        ("某某局工作报告", "第N页", "某某局工作报告"),
        ("", "N", ""),
        ("", "第N页 共M页", ""),
        ("2023年度", "-N-", "2023年度"),
    ],
)
def test_one_page_loses_only_its_page_mark(header: str, footer: str, stays: str) -> None:
    expected = [text for text in (stays, "正文。") if text]
    assert texts(*numbered_pages("正文。", header=header, footer=footer)) == expected


def test_repeated_words_in_the_middle_and_other_numbers_stay() -> None:
    pages = [page("同样的话。", top=300) for _ in range(4)]
    assert texts(*pages) == ["同样的话。"] * 4
    odd = [with_more(page("文。", top=200), line(number, 570)) for number in ("17", "3", "250")]
    assert texts(*odd) == ["文。", "17", "文。", "3", "文。", "250"]


def test_repeated_lines_that_are_not_set_off_stay() -> None:
    rows = ("　　本页同样的第一行。", "　　又一行。", "　　再一行。", "　　末一行。")
    pages = [with_more(page(*rows, top=70), line("简报", 40, 180)) for _ in range(4)]
    assert texts(*pages) == [row.strip() for row in rows] * 4


def test_header_rows_of_tables_stay() -> None:
    rules = rules_of([50, 200, 350], [30, 50, 70])
    pages = [
        with_more(
            page(rules=rules),
            *[line("项目", 44, 60), line("数量", 44, 210)],
            *[line(name, 64, 60), line("三", 64, 210)],
        )
        for name in ("道路", "学校", "医院")
    ]
    assert texts(*pages) == [
        "项目\t数量",
        "道路\t三",
        "项目\t数量",
        "学校\t三",
        "项目\t数量",
        "医院\t三",
    ]


# Directions, characters, outlines.


def turned(laid: Page, angle: int) -> Page:
    """The page as it is in a file whose text runs in another direction."""
    places = {
        90: lambda x, y: (laid.height - y, x),
        180: lambda x, y: (laid.width - x, laid.height - y),
        270: lambda x, y: (y, laid.width - x),
    }
    glyphs = []
    for g in laid.glyphs:
        x, y = places[angle](g.x, g.y)
        glyphs.append(Glyph(x, y, g.advance, g.size, g.text, g.spaced, angle))
    sideways = angle != 180
    size = (laid.height, laid.width) if sideways else (laid.width, laid.height)
    return Page(*size, tuple(glyphs))


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_pages(angle: int) -> None:
    assert texts(turned(page(FIRST, NEXT, "完成。"), angle)) == [FIRST.strip() + NEXT + "完成。"]


def test_vertical_writing() -> None:
    rows = ("全年的各项工作进展顺利", "如期完成了任务。")
    glyphs = [
        Glyph(300 - 20 * i, 120 + EM * j, EM, EM, sign)
        for i, row in enumerate(rows)
        for j, sign in enumerate(row)
    ]
    assert texts(Page(WIDTH, HEIGHT, tuple(glyphs))) == list(rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("⼯作⾏动", "工作行动"),
        ("⻓期", "长期"),
        ("⻔⻋⻅⻚⻛⻢⺠", "门车见页风马民"),
        ("更\uf901", "更更"),
        ("\uf0b7", "•"),
        ("１２％Ａ①㎡", "１２％Ａ①㎡"),
        ("工\u200b作\x07", "工作"),
    ],
)
def test_ordinary_characters(text: str, expected: str) -> None:
    assert ordinary(text) == expected


def test_levels_by_words_and_page() -> None:
    paragraphs = [
        PlacedParagraph("一、成效", 0),
        PlacedParagraph("正文", 0),
        PlacedParagraph("一、成效", 1),
        PlacedParagraph("二、问 题", 2),
    ]
    bookmarks = [Bookmark("成效", 1, 1), Bookmark("二、问题", 2, None), Bookmark("没有", 1, 0)]
    assert list(with_levels(paragraphs, bookmarks)) == [
        Paragraph("一、成效"),
        Paragraph("正文"),
        Paragraph("一、成效", 1),
        Paragraph("二、问 题", 2),
    ]


# Whatever comes.

NUMBERS = st.one_of(
    st.floats(-50, 700), st.sampled_from([0.0, 1e-9, 1e9, float("nan"), float("inf")])
)
GLYPHS = st.builds(
    Glyph,
    NUMBERS,
    NUMBERS,
    st.one_of(st.floats(0, 30), NUMBERS),
    st.one_of(st.floats(1, 30), NUMBERS),
    st.sampled_from("工作。，（1.a-●\uf0b7⼯ \u200b"),
    st.booleans(),
    st.sampled_from([0, 0, 0, 90, 180, 270]),
)
BOXES = st.builds(Box, NUMBERS, NUMBERS, NUMBERS, NUMBERS).filter(
    lambda box: box.left <= box.right and box.top <= box.bottom
)


@given(st.lists(st.tuples(st.lists(GLYPHS, max_size=40), st.lists(BOXES, max_size=8)), max_size=4))
def test_nothing_is_invented(pages: list[tuple[list[Glyph], list[Box]]]) -> None:
    laid = [Page(WIDTH, HEIGHT, tuple(glyphs), tuple(rules)) for glyphs, rules in pages]
    signs = {sign for glyphs, _ in pages for glyph in glyphs for sign in ordinary(glyph.text)}
    for text in texts(*laid):
        assert text
        assert set(text) <= signs | set(" \t\n")


@pytest.mark.parametrize("kind", ["scattered", "one line", "tables", "columns"])
def test_full_pages_take_linear_time(kind: str) -> None:
    def laid(count: int) -> Page:
        rules: list[Box] = []
        if kind == "scattered":
            glyphs = [Glyph(i * 37 % 400, i * 91 % 600, 9, 10, "工") for i in range(count)]
        elif kind == "one line":
            glyphs = [Glyph(i * 0.01, 300, 0.01, 10, "工") for i in range(count)]
        elif kind == "tables":
            tables = count // 10
            for i in range(tables):
                rules += rules_of([50, 200, 350], [i * 40.0, i * 40 + 20.0])
            glyphs = [Glyph(60, i * 4.0, 9, 10, "工") for i in range(count)]
        else:
            glyphs = [
                Glyph(50 + i % 2 * 160 + i // 2 % 14 * 10, i // 28 * 15, 10, 10, "，")
                for i in range(count)
            ]
        return Page(WIDTH, HEIGHT, tuple(glyphs), tuple(rules))

    def seconds(count: int) -> float:
        sheet = laid(count)
        start = time.process_time()
        paragraphs_of([sheet])
        return time.process_time() - start

    seconds(500)
    assert seconds(16_000) < 40 * max(seconds(2_000), 0.01)
