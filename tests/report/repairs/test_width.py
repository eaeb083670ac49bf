import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.width import width

SIGNS = st.text(alphabet="增长０９ＡＺａｚ％．＋－／＝＆，。（） \t\u3000\xa0\n1a", max_size=60)


def repaired(text: str) -> str:
    return Reading.of(text).edited(width(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＧＤＰ增长８．５％", "GDP增长8.5%"),
        ("Ｒ＆Ｄ投入，２０２１－２０２３年", "R&D投入，2021-2023年"),
        ("互联网＋政务，投资／产出＝２", "互联网+政务，投资/产出=2"),
        ("１．加强领导", "1．加强领导"),
        ("甲－乙两地．丙地", "甲－乙两地．丙地"),
        ("好，对。是；否：（甲）乙！丙？", "好，对。是；否：（甲）乙！丙？"),
        ("总结\u3000\u3000今年\xa0完成\t任务", "总结 今年 完成 任务"),
        ("\u3000\u3000今年完成\u3000\n\u3000任务", "\u3000\u3000今年完成\u3000\n\u3000任务"),
        ("两个  普通空格 不变", "两个  普通空格 不变"),
        ("", ""),
    ],
)
def test_full_width_becomes_half_width(text: str, expected: str) -> None:
    assert repaired(text) == expected


@given(SIGNS)
def test_edits_are_ordered_and_disjoint(text: str) -> None:
    position = 0
    for edit in width(text):
        assert position <= edit.start < edit.end
        position = edit.end


@given(SIGNS)
def test_a_second_time_finds_nothing(text: str) -> None:
    assert not list(width(repaired(text)))
