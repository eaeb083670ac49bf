import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.clauses import clauses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "全年完成投资3亿元，同比增长8%；新增12家。",
            ["全年完成投资3亿元，", "同比增长8%；", "新增12家。"],
        ),
        ("投资1,234万元,增长8%", ["投资1,234万元,", "增长8%"]),
        ("比值1.72:1，9:30开会", ["比值1.72:1，", "9:30开会"]),
        ("主要目标是：产值增长5%", ["主要目标是：", "产值增长5%"]),
        ("实施“抓主体，搭平台”行动，成效好", ["实施“抓主体，搭平台”行动，", "成效好"]),
        ("培训（含线上，线下）3次。", ["培训（含线上，线下）3次。"]),
        ("他说：“好。”随后", ["他说：", "“好。”随后"]),
        ("", []),
    ],
)
def test_clauses_end_at_their_marks(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


@given(st.text(alphabet="增长8%，,；。：:“”（）()1\n", max_size=60))
def test_clauses_join_to_the_text(text: str) -> None:
    parts = clauses(text)
    assert "".join(parts) == text
    assert all(parts)


def test_a_quotation_that_never_closes_does_not_swallow_the_rest() -> None:
    text = "形成“无偿资助、政策担保〞体系，服务企业。" + "“未闭合" + "的" * 80 + "，后文。"
    assert clauses(text)[:2] == ["形成“无偿资助、政策担保〞体系，", "服务企业。"]
    assert clauses(text)[-1] == "后文。"
