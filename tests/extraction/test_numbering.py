import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.numbering import (
    MAX_LEVEL_TEXT,
    Counters,
    Level,
    NumberedList,
    labelled,
    number_text,
)
from report.enumeration import MarkLevel, chinese_ordinal, mark_at

OFFICIAL = {
    0: Level("chineseCounting", "%1、"),
    1: Level("chineseCounting", "（%2）"),
    2: Level("decimal", "%3."),
}
GOLDEN = [
    ("decimal", 12, "12"),
    ("decimalZero", 3, "03"),
    ("decimalZero", 123, "123"),
    ("decimalFullWidth", 10, "１０"),
    ("decimalEnclosedCircle", 1, "①"),
    ("decimalEnclosedCircleChinese", 20, "⑳"),
    ("decimalEnclosedCircle", 50, "㊿"),
    ("decimalEnclosedCircle", 51, "51"),
    ("decimalEnclosedParen", 3, "⑶"),
    ("decimalEnclosedFullstop", 20, "⒛"),
    ("decimalEnclosedFullstop", 21, "21"),
    ("ideographEnclosedCircle", 10, "㊉"),
    ("numberInDash", 5, "- 5 -"),
    ("chineseCounting", 1, "一"),
    ("chineseCounting", 10, "十"),
    ("chineseCounting", 11, "十一"),
    ("chineseCounting", 20, "二十"),
    ("chineseCounting", 99, "九十九"),
    ("chineseCounting", 101, "一〇一"),
    ("chineseCountingThousand", 10, "十"),
    ("chineseCountingThousand", 100, "一百"),
    ("chineseCountingThousand", 101, "一百零一"),
    ("chineseCountingThousand", 110, "一百一十"),
    ("chineseCountingThousand", 1010, "一千零一十"),
    ("chineseCountingThousand", 2001, "二千零一"),
    ("chineseCountingThousand", 10_000, "一万"),
    ("chineseCountingThousand", 10_010, "一万零一十"),
    ("chineseCountingThousand", 123_456, "一十二万三千四百五十六"),
    ("chineseCountingThousand", 10**8, "100000000"),
    ("taiwaneseCountingThousand", 20_000, "二萬"),
    ("taiwaneseCounting", 12, "十二"),
    ("chineseLegalSimplified", 1, "壹"),
    ("chineseLegalSimplified", 10, "壹拾"),
    ("chineseLegalSimplified", 12, "壹拾贰"),
    ("chineseLegalSimplified", 305, "叁佰零伍"),
    ("ideographLegalTraditional", 3, "參"),
    ("japaneseCounting", 10, "十"),
    ("japaneseCounting", 21, "二十一"),
    ("japaneseCounting", 101, "百一"),
    ("japaneseCounting", 1110, "千百十"),
    ("ideographDigital", 10, "一〇"),
    ("ideographDigital", 23, "二三"),
    ("japaneseDigitalTenThousand", 11, "一一"),
    ("ideographTraditional", 3, "丙"),
    ("ideographTraditional", 11, "11"),
    ("ideographZodiac", 12, "亥"),
    ("ideographZodiacTraditional", 1, "甲子"),
    ("ideographZodiacTraditional", 60, "癸亥"),
    ("upperRoman", 1994, "MCMXCIV"),
    ("lowerRoman", 4, "iv"),
    ("upperRoman", 4000, "4000"),
    ("upperLetter", 1, "A"),
    ("lowerLetter", 26, "z"),
    ("upperLetter", 27, "AA"),
    ("lowerLetter", 54, "bbb"),
    ("lowerLetter", 781, "781"),
    ("ordinal", 1, "1st"),
    ("ordinal", 12, "12th"),
    ("ordinal", 23, "23rd"),
    ("none", 3, ""),
    ("bullet", 3, ""),
    ("hebrew1", 7, "7"),
    ("", 7, "7"),
    ("upperRoman", 0, "0"),
    ("chineseCounting", 0, "零"),
    ("chineseCounting", -1, "-1"),
]


@pytest.mark.parametrize(("fmt", "value", "expected"), GOLDEN)
def test_number_text(fmt: str, value: int, expected: str) -> None:
    assert number_text(value, fmt) == expected


@given(st.sampled_from([fmt for fmt, _, text in GOLDEN if text]), st.integers(-5, 10**12))
def test_every_number_is_short_and_visible(fmt: str, value: int) -> None:
    assert 1 <= len(number_text(value, fmt).strip()) <= 30


@pytest.mark.parametrize(
    "fmt", ["chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"]
)
def test_chinese_numbers_are_read_back(fmt: str) -> None:
    assert [chinese_ordinal(number_text(value, fmt)) for value in range(1, 100)] == [*range(1, 100)]


def labels(levels: dict[int, Level], *depths: int) -> list[str]:
    counters = Counters()
    numbered = NumberedList("1", "0", levels, {})
    return [counters.next_label(numbered, depth) for depth in depths]


@pytest.mark.parametrize(
    ("levels", "depths", "expected"),
    [
        (
            OFFICIAL,
            (0, 1, 2, 2, 1, 2, 0, 1),
            ["一、", "（一）", "1.", "2.", "（二）", "1.", "二、", "（一）"],
        ),
        (OFFICIAL, (0, 2, 2, 0, 2), ["一、", "1.", "2.", "二、", "1."]),
        (OFFICIAL, (1, 1, 0, 1), ["（一）", "（二）", "二、", "（一）"]),
        (OFFICIAL, (0, 2, 2, 1, 2), ["一、", "1.", "2.", "（二）", "1."]),
        (OFFICIAL, (0, 5), ["一、", ""]),
        (
            {0: Level("chineseCounting", "第%1章"), 1: Level("decimal", "%1.%2", legal=True)},
            (0, 1, 1, 0, 1),
            ["第一章", "1.1", "1.2", "第二章", "2.1"],
        ),
        (
            {0: Level("upperLetter", "%1"), 1: Level("decimal", "%1-%2")},
            (1, 0, 1),
            ["A-1", "B", "B-1"],
        ),
        ({0: Level("decimal", "（%1）", start=5)}, (0, 0), ["（5）", "（6）"]),
        (
            {0: Level("decimal", "%1."), 1: Level("decimal", "第%2条", restart=0)},
            (0, 1, 0, 1, 1),
            ["1.", "第1条", "2.", "第2条", "第3条"],
        ),
        (
            {
                0: Level("decimal", "%1."),
                1: Level("decimal", "%2)"),
                2: Level("decimal", "（%3）", restart=1),
            },
            (0, 1, 2, 1, 2, 0, 2),
            ["1.", "1)", "（1）", "2)", "（2）", "2.", "（1）"],
        ),
        ({0: Level("bullet", "•"), 1: Level("bullet", "%1")}, (0, 0, 1), ["•", "•", "%1"]),
        ({0: Level("none", "附件："), 1: Level("decimal", "%1%2%9")}, (0, 1), ["附件：", "1"]),
    ],
)
def test_labels(levels: dict[int, Level], depths: tuple[int, ...], expected: list[str]) -> None:
    assert labels(levels, *depths) == expected


def test_lists_of_one_kind_go_on_counting_unless_they_restart() -> None:
    counters = Counters()
    first, going_on = (NumberedList(name, "0", OFFICIAL, {}) for name in "12")
    anew = NumberedList("3", "0", OFFICIAL, {0: 1})
    other = NumberedList("4", "9", OFFICIAL, {})
    order = (first, first, going_on, anew, anew, first, other)
    assert [counters.next_label(numbered, 0) for numbered in order] == [
        *("一、", "二、", "三、", "一、", "二、", "三、", "一、")
    ]


def test_a_restarted_level_restarts_again_below_the_next_number() -> None:
    counters = Counters()
    numbered = NumberedList("1", "0", OFFICIAL, {1: 3})
    assert [counters.next_label(numbered, depth) for depth in (0, 1, 1, 0, 1)] == [
        *("一、", "（三）", "（四）", "二、", "（三）")
    ]


def test_a_long_pattern_is_cut() -> None:
    assert len(labels({0: Level("decimal", "第" * 10_000)}, 0)[0]) == MAX_LEVEL_TEXT


@pytest.mark.parametrize(
    ("number", "styles", "expected"),
    [("a", ("标题二", "标题一"), 1), ("b", ("我的", "标题一"), 0), ("c", (), 2), ("d", ("无",), 2)],
)
def test_depth_by_linked_style(number: str, styles: tuple[str, ...], expected: int) -> None:
    levels = {0: Level(style="标题一"), 1: Level(style="标题二")}
    assert NumberedList(number, "0", levels, {}).depth_of(styles, 2) == expected


@pytest.mark.parametrize(
    ("label", "suffix", "text", "expected"),
    [
        ("一、", "tab", "总结", "一、总结"),
        ("（一）", "tab", "\u3000总结", "（一）总结"),
        ("1.", "tab", "总结", "1.总结"),
        ("1.", "tab", "“双随机”监管", "1.“双随机”监管"),
        ("1.", "tab", "2024年", "1. 2024年"),
        ("1.", "nothing", "2024年", "1. 2024年"),
        ("1", "nothing", "总结", "1总结"),
        ("1.1", "tab", "总结", "1.1 总结"),
        ("第一章", "tab", "总则", "第一章 总则"),
        ("第一章", "nothing", "总则", "第一章总则"),
        ("一、", "space", "总结", "一、 总结"),
        ("①", "tab", "总结", "①总结"),
        ("•", "tab", "总结", "• 总结"),
        ("  ", "tab", " 总结", " 总结"),
        ("3.", "tab", "", "3."),
    ],
)
def test_labelled(label: str, suffix: str, text: str, expected: str) -> None:
    assert labelled(label, suffix, text) == expected


@pytest.mark.parametrize(
    ("fmt", "pattern", "mark"),
    [
        ("chineseCounting", "%1、", MarkLevel.CHINESE),
        ("japaneseCounting", "（%1）", MarkLevel.CHINESE_BRACKETED),
        ("decimal", "%1.", MarkLevel.DIGIT),
        ("decimal", "（%1）", MarkLevel.DIGIT_BRACKETED),
        ("decimalEnclosedCircleChinese", "%1", MarkLevel.DIGIT_BRACKETED),
        ("chineseCountingThousand", "第%1章", MarkLevel.PART),
    ],
)
@pytest.mark.parametrize("text", ["工作回顾", "2024年工作回顾"])
def test_numbers_are_marks_to_the_segmenter(
    fmt: str, pattern: str, mark: MarkLevel, text: str
) -> None:
    for ordinal, label in enumerate(labels({0: Level(fmt, pattern)}, *[0] * 20), 1):
        found = mark_at(labelled(label, "tab", text))
        assert found is not None
        assert (found.level, found.ordinal) == (mark, ordinal)
