import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.repairs.edits import Reading
from report.repairs.invisible import invisible

SIGNS = st.text(
    alphabet="增长\u200b\ufeff\uf0b7\uf06c\u2028\x0b\x07\ufe0f✓ \u3000\t\r\n1", max_size=60
)


def repaired(text: str) -> str:
    return Reading.of(text).edited(invisible(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeff增\u200b长8\u00ad%\u200e", "增长8%"),
        ("招\x00商\x01引\x9f资", "招商引资"),
        ("第一段\u2028第二段\u2029第三段\x0b第四段\x85完", "第一段\n第二段\n第三段\n第四段\n完"),
        ("一栏\x07二栏", "一栏\t二栏"),
        ("2020\x1e2022年", "2020-2022年"),
        ("\uf0b7 修路\n\u3000\u200b\uf06c修桥\r\n\uf0d8\uf075架线", "• 修路\n\u3000•修桥\r\n•架线"),
        ("修路\uf0fc修桥", "修路修桥"),
        ("葛\U000e0100城 好\ufe0f", "葛城 好"),
        ("完成✓\ufe0f", "完成✓\ufe0f"),
        ("姓\ue863的同志", "姓\ue863的同志"),
        ("\t一行\r\n二行\f三行", "\t一行\r\n二行\f三行"),
        ("", ""),
    ],
)
def test_what_is_not_seen_goes(text: str, expected: str) -> None:
    assert repaired(text) == expected


@given(SIGNS)
def test_edits_are_ordered_and_disjoint(text: str) -> None:
    position = 0
    for edit in invisible(text):
        assert position <= edit.start < edit.end
        position = edit.end


@given(SIGNS)
def test_a_second_time_finds_nothing(text: str) -> None:
    assert not list(invisible(repaired(text)))
