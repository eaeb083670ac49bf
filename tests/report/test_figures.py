import re
import time
import unicodedata
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.domain import Span
from report.figures import Figure, FigureKind, figures
from tests.report.golden_figures import GOLDEN


def figures_of(text: str) -> tuple[Figure, ...]:
    return figures(text, Span(0, len(text)))


def quantities(text: str) -> list[tuple[str, str]]:
    return [(figure.value, figure.unit) for figure in figures_of(text)]


def parsed(expected: str) -> list[list[str]]:
    return [figure.split(" ") for figure in expected.split("|")] if expected else []


def test_the_golden_figures_are_found_and_no_others() -> None:
    found = expected = common = 0
    for text, line in GOLDEN:
        wanted = Counter((value, unit.replace("_", "")) for value, unit, *_ in parsed(line))
        got = Counter(quantities(text))
        found += got.total()
        expected += wanted.total()
        common += (wanted & got).total()
    assert common / found >= 0.97
    assert common / expected >= 0.97


@pytest.mark.parametrize(("text", "line"), [pair for pair in GOLDEN if pair[1]])
def test_kinds_and_indicators(text: str, line: str) -> None:
    for figure, (_, _, kind, indicator) in zip(figures_of(text), parsed(line), strict=True):
        assert kind in ("?", figure.kind.value)
        assert indicator in ("?", figure.indicator or "_")


@pytest.mark.parametrize(
    ("text", "expressions"),
    [
        ("产值同比增长8.3%，列全省第18位", ["同比增长8.3%", "列全省第18位"]),
        ("投资近1.2亿元", ["近1.2亿元"]),
        ("走访企业300 多家", ["300多家"]),
        ("增长8.\n3%以上", ["增长8.3%以上"]),
        ("新增１５ 家", ["１５家"]),
        ("较上年提高0.3个百分点", ["较上年提高0.3个百分点"]),
        ("2023年完成", ["2023年"]),
        ("建成30万吨级码头", ["30万吨级"]),
    ],
)
def test_text_is_the_expression_as_written(text: str, expressions: list[str]) -> None:
    assert [figure.text for figure in figures_of(text)] == expressions


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("产值列全省第18位", ["第18位"]),
        ("投资近1.2 亿元左右", ["1.2 亿元"]),
        ("增长百分之八点三", ["百分之八点三"]),
        ("增长8.\n3%", ["8.\n3%"]),
        ("打造5至8个示范点", ["5", "8个"]),
        ("净出口-3.2%", ["-3.2%"]),
        ("全国前10名", ["10名"]),
    ],
)
def test_span_is_the_number_with_its_unit(text: str, quotes: list[str]) -> None:
    assert [figure.span.quote(text) for figure in figures_of(text)] == quotes


def test_figures_are_those_of_the_span_only() -> None:
    text = "新增企业12家，增长8%。新增项目3个。"
    sentence = Span(text.index("新增项目"), len(text))
    (figure,) = figures(text, sentence)
    start = text.index("3个")
    span = Span(start, start + 2)
    assert figure == Figure("3个", "3", "个", "项目", FigureKind.COUNT, span)


def test_indicator_does_not_come_from_an_earlier_sentence() -> None:
    assert [figure.indicator for figure in figures_of("税收3亿元。增长5%。")] == ["税收", ""]


def test_a_rank_by_the_words_before_it() -> None:
    (figure,) = figures_of("产量在全市居18位")
    assert (figure.kind, figure.indicator) == (FigureKind.RANK, "产量")


def test_a_list_that_does_not_match_its_figures_is_one_indicator() -> None:
    (figure,) = figures_of("工业、技改投资分别增长10%以上")
    assert figure.indicator == "工业、技改投资"


def test_a_numeral_too_long_to_be_a_number_is_no_figure() -> None:
    assert quantities("三千二百" * 10 + "家") == []


SIGNS = (
    "0123456789０５９.．,，%％‰一二三十百千万亿两点零〇第前近多余家个元年月日号位名人至到"
    "-—、。“”《》（）:∶/+ \n"
)
WORDS = ("增长", "分别", "百分之", "全省", "同比", "亿元", "个百分点", "公里", "指数为")
TEXTS = st.lists(st.sampled_from((*SIGNS, *WORDS)), min_size=1, max_size=60).map("".join)


@given(TEXTS, st.integers(0, 20), st.integers(0, 20))
def test_spans_are_ordered_and_inside(text: str, left: int, right: int) -> None:
    start, end = left, len(text) - right
    if start >= end:
        return
    position = start
    for figure in figures(text, Span(start, end)):
        assert position <= figure.span.start < figure.span.end <= end
        position = figure.span.end


@given(TEXTS)
def test_values_are_the_numbers_of_the_quotes(text: str) -> None:
    for figure in figures_of(text):
        quote = unicodedata.normalize("NFKC", "".join(figure.span.quote(text).split()))
        assert re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", figure.value)
        number = re.match(r"(?:第|百分之|千分之|万分之)?(-?[0-9][0-9,]*(?:\.[0-9]+)?)", quote)
        if number:
            assert Decimal(number.group(1).replace(",", "")) == Decimal(figure.value)


@given(TEXTS)
def test_units_stand_behind_their_numbers(text: str) -> None:
    for figure in figures_of(text):
        assert figure.text
        assert not re.search(r"\s", figure.text + figure.unit + figure.indicator)


def seconds(text: str) -> float:
    """The processor's time for the figures of ``text``."""
    started = time.process_time()
    figures_of(text)
    return time.process_time() - started


PIECES = "1|1,|123,|三|二十家|第1、|1:|5年、|达到|增长|1 |“|分别1、|三至|《|a1"


@pytest.mark.parametrize("piece", PIECES.split("|"))
def test_long_texts_take_linear_time(piece: str) -> None:
    texts = [piece * (length // len(piece)) + "增长5%" for length in (12_500, 100_000)]
    short, long = (seconds(text) for text in texts)
    assert long < 16 * short + 0.5


def test_mixed_long_text_is_read_within_seconds() -> None:
    signs = "0123456789,，.万亿元%三百十家年月日第前到至-:“《增长分别"
    text = "".join(signs[index * index % 9973 % len(signs)] for index in range(200_000))
    assert seconds(text) < 5
