import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.letter_spacing import letter_spacing

SIGNS = st.text(
    alphabet=st.sampled_from("工作总结张三一、，。（）12.%aB      \t\u3000\xa0\n"), max_size=120
)
WORDS = st.lists(
    st.sampled_from(["工作", "总结", "全年", "3亿元", "GDP", "一、", "。"]), max_size=40
)


def mended(text: str) -> str:
    return Reading.of(text).edited(letter_spacing(text)).text


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        ("工 作 总 结", "工作总结"),
        ("工　作　总　结", "工作总结"),
        ("工\xa0作\xa0总\xa0结", "工作总结"),
        ("政  府  工  作  报  告\n各位代表：", "政府工作报告\n各位代表："),
        ("完 成 投 资 3 亿 元", "完成投资3亿元"),
        ("完 成 投 资 12.5 亿 元", "完成投资12.5亿元"),
        ("完 成 投 资 ， 同 比 增 长", "完成投资，同比增长"),
        ("完 成 投 资， 同 比 增 长。", "完成投资，同比增长。"),
        ("各 位 代 表：\n现在开会", "各位代表：\n现在开会"),
        ("（ 一 ） 狠 抓 落 实", "（一）狠抓落实"),
        ("推 进 水 务 工 作 GDP 增 长", "推进水务工作GDP增长"),
        ("接 入 平 台 Smart Water 系 统", "接入平台Smart Water系统"),
        ("2023年 工 作 总 结", "2023年工作总结"),
        ("2023 工 作 总 结 12", "2023 工作总结 12"),
        ("全年 工 作 总 结 报告", "全年 工作总结 报告"),
        ("完 成 任 务 一、加 强 领 导", "完成任务 一、加强领导"),
        ("建 成 大 棚 3 个 ， 用 地 2 亩", "建成大棚3个，用地2亩"),
        ("江 宁 石 桥 高 速 公 路 全 线 通 车", "江宁石桥高速公路全线通车"),
    ],
)
def test_spaced_text(damaged: str, expected: str) -> None:
    assert mended(damaged) == expected


@pytest.mark.parametrize(
    "text",
    [
        "局长 张 三",
        "张 三、李 四、王 五、赵 六",
        "张 三 李 四",
        "王　强　李　明　赵　刚",
        "索 引 号：123",
        "评优人员：张 三 李 四 王 五",
        "评优人员：张 三 李 四 王 五 赵 六",
        "评优人员 陈 小 明 王 强 李 建 国",
        "单位：吨 米 度 元 个 次 台 套",
        "甲 队 胜 乙 队 负",
        "字体：大 中 小",
        "优 良 中 差",
        "一 二 三 四 五 六 日",
        "甲 乙 丙 丁",
        "1 2 3 4 5",
        "A B C D E",
        "完成目标任务 一、加强领导 二、狠抓落实",
        "于 4 月 18 日上线，比 2023 年少 3 起",
        "工\t作\t总\t结",
        "工\n作\n总\n结",
        "工 作  总   结 告",
        "",
    ],
)
def test_what_is_not_spaced_stays(text: str) -> None:
    assert mended(text) == text


@given(SIGNS)
def test_edits_are_ordered_and_take_out_blanks_only(text: str) -> None:
    edits = list(letter_spacing(text))
    assert all(earlier.end <= later.start for earlier, later in pairwise(edits))
    for edit in edits:
        assert edit.start < edit.end
        assert not edit.replacement
        assert not text[edit.start : edit.end].strip(" \u3000\xa0")


@given(WORDS)
def test_blanks_between_words_stay(words: list[str]) -> None:
    text = " ".join(words)
    assert mended(text) == text


@pytest.mark.parametrize("unit", ["工 ", "1 ", "工 作\n", "，", " ", "\n", "工， "])
def test_long_texts_take_linear_time(unit: str) -> None:
    started = time.perf_counter()
    list(letter_spacing(unit * (100_000 // len(unit))))
    assert time.perf_counter() - started < 10
