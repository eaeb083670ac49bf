import pytest

from report.repairs.edits import Reading
from report.repairs.lost_stops import lacks_stops, lost_stops

LONG = "全年完成投资项目工作" * 12


def restored(text: str, *ends: int) -> str:
    return Reading.of(text).edited(lost_stops(text, ends)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LONG * 2, True),
        (LONG * 2 + "\n" + LONG * 2, True),
        ("完成投资。" * 100, False),
        ("完成投资\n" * 100, False),
        (LONG * 2 + "。" + "完成投资项目。" * 200, False),
        ("", False),
    ],
)
def test_texts_lack_stops_if_much_of_them_is_in_long_stretches(text: str, expected: bool) -> None:
    assert lacks_stops(text) is expected


def test_stops_are_put_where_sentences_end() -> None:
    text = LONG + "二是" + LONG
    assert restored(text, 120) == LONG + "。二是" + LONG
    assert restored(text) == text


@pytest.mark.parametrize("mark", ["，", "、", "）", "。", "；", " ，", "%"])
def test_no_stop_in_front_of_a_mark(mark: str) -> None:
    text = LONG + mark + LONG
    assert restored(text, 120) == text


def test_no_stop_behind_a_mark_nor_at_the_ends() -> None:
    text = LONG + "，" + LONG
    assert restored(text, 0, 121, len(text)) == text


def test_short_stretches_stay() -> None:
    text = "完成投资。新增企业二是招商引资。" + LONG
    assert restored(text, 9) == text
