from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.audit import audit
from report.clauses import clauses
from report.compression import SectionSummary, compress, whole_sentences
from report.domain import LabelledSentence, RhetoricalRole
from report.segmentation import segment
from report.tagging import Track

NEUTRAL = Track(np.zeros(0, np.int64), np.zeros(0, np.float32))


def members(text: str) -> list[LabelledSentence]:
    return [
        LabelledSentence(sentence, RhetoricalRole.ACHIEVEMENT, 0.9)
        for sentence in segment(text).sentences
    ]


def keeping(text: str, **worth: float) -> Track:
    """Log-odds of the clauses that contain a word; -3 for all others."""
    ends, values, end = [], [], 0
    for clause in clauses(text):
        end += len(clause)
        ends.append(end)
        values.append(next((v for word, v in worth.items() if word in clause), -3.0))
    return Track(np.array(ends), np.array(values, dtype=np.float32))


def summary(text: str, budget: int = 100, **worth: float) -> SectionSummary:
    return compress(segment(text), members(text), keeping(text, **worth), budget)


def test_the_best_clauses_are_kept_in_their_order() -> None:
    text = "围绕中心工作，新增企业21家，氛围浓厚。获批国家级平台2个，各方反映良好。"
    made = summary(text, 企业=1.0, 平台=2.0)
    assert made.text == "新增企业21家；获批国家级平台2个。"
    assert [span.quote(text) for span in made.sources] == [
        "围绕中心工作，新增企业21家，氛围浓厚。",
        "获批国家级平台2个，各方反映良好。",
    ]
    assert not made.was_cut


def test_a_clause_brings_along_what_it_cannot_stand_without() -> None:
    text = "全市实现产值168亿元，同比增长4.6%，居全省第三；其他工作稳步推进。"
    assert summary(text, 第三=3.0).text == "全市实现产值168亿元，同比增长4.6%，居全省第三。"
    assert summary(text, budget=16, 第三=3.0, 其他=0.0).text == "其他工作稳步推进。"


def test_enumeration_marks_do_not_dangle() -> None:
    text = "一是人才不足，引进难；二是经费紧张，缺口120万元。"
    made = summary(text, 人才=1.0, 缺口=2.0)
    assert made.text == "人才不足；缺口120万元。"


def test_poor_clauses_do_not_fill_the_budget() -> None:
    assert summary("新增企业21家，氛围浓厚，反响热烈。", 企业=1.0).text == "新增企业21家。"


def test_a_section_of_poor_clauses_still_has_a_summary() -> None:
    assert summary("各项工作有序开展。").text == "各项工作有序开展。"


def test_figures_are_not_told_twice() -> None:
    text = "新增企业21家，成效明显。全年新增企业21家，名列前茅。引进人才35名。"
    made = summary(text, 全年=1.0, 企业=2.0, 人才=0.5)
    assert made.text == "新增企业21家；引进人才35名。"


def test_if_no_clause_fits_the_best_is_cut_and_marked() -> None:
    text = "建成" + "国家级高新技术产业创新示范" * 4 + "基地。"
    made = summary(text, budget=50, 建成=1.0)
    assert made.was_cut
    assert made.text.endswith("…")
    assert len(made.text) <= 50


def test_nothing_makes_nothing() -> None:
    report = segment("好。")
    assert compress(report, [], NEUTRAL, 100).text == ""
    assert whole_sentences(report, [], 100) == SectionSummary("", (), (), was_cut=False)


def test_whole_sentences_come_in_order_and_fit() -> None:
    text = "一、新增企业21家，总数138家。获批平台2个。引进人才35名。"
    ranked = [members(text)[index] for index in (2, 0, 1)]
    made = whole_sentences(segment(text), ranked, 22)
    assert made.text == "获批平台2个。引进人才35名。"
    assert whole_sentences(segment(text), ranked, 5).was_cut


NUMBERS = st.sampled_from(["12家", "3.5亿元", "8.\n3%", "１５项", "1,234万元", "百分之八", "第3位"])
SENTENCES = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["新增企业", "一是完成", "同比增长", "其中", "（二）建成"]), NUMBERS
        ),
        min_size=1,
        max_size=4,
    ).map(lambda parts: "，".join(a + b for a, b in parts) + "。"),
    min_size=1,
    max_size=6,
)


@given(SENTENCES, st.integers(50, 300), st.lists(st.floats(-4, 4), min_size=24, max_size=24))
def test_every_number_of_a_summary_stands_in_its_source(
    sentences: list[str], budget: int, scores: list[float]
) -> None:
    text = "".join(sentences)
    ends = np.cumsum([len(clause) for clause in clauses(text)])
    track = Track(ends, np.resize(np.array(scores, dtype=np.float32), len(ends)))
    made = compress(segment(text), members(text), track, budget)
    assert len(made.text) <= budget
    assert audit(made.passages).passed
    assert [span.quote(text) for span in made.sources] == [item.quote for item in made.passages]
    body = re.sub(r"[；，。…]", "", made.text)
    assert body == re.sub(r"[；，。…]", "", "".join(item.text for item in made.passages))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("由于在建规模偏大，资金缺口120万元。", "资金缺口120万元。"),
        ("主要表现在：产业结构不优，创新能力不强。", "产业结构不优，创新能力不强。"),
        ("在市委坚强领导下，新增企业21家。", "新增企业21家。"),
        ("2024年主要预期目标是：产值增长5%。", "产值增长5%。"),
        ("由于在建规模偏大，致使资金紧张。", "由于在建规模偏大，致使资金紧张。"),
        ("随着形势变化，", "随着形势变化。"),
    ],
)
def test_clauses_that_only_lead_to_others_are_left_out(text: str, expected: str) -> None:
    made = compress(segment(text), members(text), NEUTRAL, 100)
    assert made.text == expected


@pytest.mark.parametrize(
    ("text", "worth", "expected"),
    [
        (
            "全市投资20亿元，提高6.2个百分点，比1997年翻2番。",
            {"翻2番": 2.0},
            "全市投资20亿元，提高6.2个百分点，比1997年翻2番。",
        ),
        (
            "我们反对以下做法：虚报统计数字，违规招标投标。",
            {"虚报": 2.0},
            "我们反对以下做法，虚报统计数字。",
        ),
        ("如果资金不到位，项目将停工，人员将分流。", {"停工": 2.0}, "如果资金不到位，项目将停工。"),
        (
            "工业产值10亿元，同比增长5%，其中出口2亿元。农业产值7亿元，同比增长5%，其中外销3亿元。",
            {"外销": 2.0},
            "农业产值7亿元，同比增长5%，其中外销3亿元。",
        ),
        ("新增企业21家，1、2号楼建成，（3）号楼封顶。", {"封顶": 2.0}, "（3）号楼封顶。"),
    ],
)
def test_meaning_does_not_turn_with_what_is_dropped(
    text: str, worth: dict[str, float], expected: str
) -> None:
    assert summary(text, **worth).text == expected


def test_equal_figures_of_different_things_are_all_told() -> None:
    text = "新认定高新技术企业10家。新建博士后工作站10家。新建产业园区10家。"
    assert summary(text, 新=1.0).text == (
        "新认定高新技术企业10家；新建博士后工作站10家；新建产业园区10家。"
    )


def test_a_clause_as_long_as_the_budget_is_not_called_cut() -> None:
    text = "完成" + "重" * 48 + "。"
    made = summary(text, budget=50, 完成=1.0)
    assert (made.text, made.was_cut) == (text[:-1], False)


def test_invisible_signs_stay_out() -> None:
    assert summary("\u200b\ufeff新增\u200b企业21家。", 企业=1.0).text == "新增企业21家。"
