import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.readable import readable, shorten, with_full_stop
from tests.numbers import numbers_in

TEXTS = st.text(
    alphabet=st.sampled_from(list("完成增长，。；,. \n一、是12358%.９A万元（）")), max_size=200
)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("一是规划引领。", "规划引领。"),
        ("（二）夯实平台", "夯实平台"),
        ("增长8.\n3%", "增长8.3%"),
        ("共有 1200\n家企业", "共有1200家企业"),
        ("R&D 经费", "R&D经费"),
        ("GB 2312 标准", "GB 2312标准"),
        ("1200 3400", "1200 3400"),
        ("10.5% 8.3%", "10.5% 8.3%"),
        ("1. 5G基站建成120个", "5G基站建成120个"),
        ("2. 2023年完成投资15亿元", "2023年完成投资15亿元"),
        ("3. 12家企业完成升级", "12家企业完成升级"),
        ("1.\n2023年完成投资15亿元", "2023年完成投资15亿元"),
        ("占比达到12.\n2024年继续", "占比达到12. 2024年继续"),
        ("占比达到12.\n24个百分点", "占比达到12.24个百分点"),
        ("１２ ３４家企业", "１２ ３４家企业"),
        ("2022 - 2023年完成 3 , 200万元", "2022 - 2023年完成3 , 200万元"),
        ("- 新增企业30家", "新增企业30家"),
        ("## 全面完成任务", "全面完成任务"),
        ("  首尾空白。\n", "首尾空白。"),
        ("今年\u3000完成", "今年完成"),
    ],
)
def test_readable(quote: str, text: str) -> None:
    assert readable(quote) == text


@given(TEXTS)
def test_readable_only_removes(quote: str) -> None:
    text = readable(quote)
    remaining = iter(quote.replace("\n", " "))
    assert all(sign in remaining for sign in text)


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("完成任务", "完成任务。"),
        ("完成任务；", "完成任务。"),
        ("完成任务，", "完成任务。"),
        ("主要是：", "主要是。"),
        ("完成任务。", "完成任务。"),
        ("好！", "好！"),
        ("他说“好。”", "他说“好。”"),
        ("略…", "略…"),
        ("目录共计!5", "目录共计!5。"),
    ],
)
def test_with_full_stop(text: str, ended: str) -> None:
    assert with_full_stop(text) == ended


@pytest.mark.parametrize(
    ("text", "budget", "shortened"),
    [
        ("够短。", 50, "够短。"),
        (
            "全年完成投资三亿元，同比增长百分之八，创历史新高",
            20,
            "全年完成投资三亿元，同比增长百分之八…",
        ),
        ("实现产值1234567.89万元以及其他", 12, "实现产值…"),
        ("没有任何标点的一段很长的文字", 8, "没有任何标点的…"),
        ("投资总额达到了1,200,300万元之多", 12, "投资总额达到了…"),
        ("全" * 48 + "1,234万元" + "工" * 60, 50, "全" * 48 + "…"),
        ("全" * 44 + "1，234万元" + "工" * 60, 50, "全" * 44 + "…"),
        ("全" * 46 + "3.5亿元" + "工" * 60, 50, "全" * 46 + "…"),
        ("全" * 46 + "三千亿元" + "工" * 60, 50, "全" * 46 + "…"),
        ("全" * 46 + "12‰" + "工" * 60, 49, "全" * 46 + "…"),
    ],
)
def test_shorten(text: str, budget: int, shortened: str) -> None:
    assert shorten(text, budget) == shortened


@given(TEXTS, st.integers(50, 120))
def test_shortened_text_fits_and_cuts_no_number(text: str, budget: int) -> None:
    shortened = shorten(text, budget)
    assert len(shortened) <= budget
    if shortened != text:
        kept = shortened.removesuffix("…")
        assert text.startswith(kept)
        assert numbers_in(kept) <= numbers_in(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("同比增长8.3%，列第18位", ["8.3%", "18"]),
        ("１５家，1,200人", ["１５", "1,200"]),
        ("三亿元", []),
    ],
)
def test_numbers_in(text: str, numbers: list[str]) -> None:
    assert sorted(numbers_in(text).elements()) == sorted(numbers)
