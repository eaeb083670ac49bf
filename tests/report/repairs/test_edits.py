from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.domain import Span
from report.repairs.edits import Edit, Reading


def test_a_text_without_edits_is_its_own_reading() -> None:
    reading = Reading.of("全年完成")
    assert reading.edited([]) is reading
    assert reading.source_span(Span(1, 3)) == Span(1, 3)


def test_what_is_left_out_inside_a_span_belongs_to_it_and_at_its_ends_not() -> None:
    source = "完成投(tóu)资(zī)"
    reading = Reading.of(source).edited([Edit(3, 8), Edit(9, 13)])
    assert reading.text == "完成投资"
    assert reading.source_span(Span(2, 4)).quote(source) == "投(tóu)资"
    assert reading.source_span(Span(2, 3)).quote(source) == "投"


def test_replacements_stand_for_what_they_replace() -> None:
    source = "全市ramp;d投入１２亿"
    reading = Reading.of(source).edited([Edit(2, 8, "R&D"), Edit(10, 12, "12")])
    assert reading.text == "全市R&D投入12亿"
    assert reading.source_span(Span(2, 5)).quote(source) == "ramp;d"
    assert reading.source_span(Span(2, 3)).quote(source) == "ramp;d"
    assert reading.source_span(Span(3, 5)).quote(source) == "ramp;d"
    assert reading.source_span(Span(8, 9)).quote(source) == "２"


def test_insertions_take_no_place() -> None:
    source = "任务 一"
    reading = Reading.of(source).edited([Edit(2, 2, "。")])
    assert reading.text == "任务。 一"
    assert reading.source_span(Span(0, 3)) == Span(0, 2)
    assert reading.is_inserted(Span(2, 3))
    assert not reading.is_inserted(Span(1, 3))
    assert Reading.of("一").edited([Edit(0, 0, "。")]).source_span(Span(0, 2)) == Span(0, 1)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Reading]]:
    source = draw(st.text("甲乙丙丁1.", min_size=1, max_size=30))
    readings = [Reading.of(source)]
    for _ in range(draw(st.integers(1, 3))):
        length = len(readings[-1].text)
        cuts = sorted(draw(st.lists(st.integers(0, length), max_size=6, unique=True)))
        edits = [
            Edit(start, end, draw(st.text("子丑", max_size=3)))
            for start, end in list(pairwise(cuts))[::2]
        ]
        readings.append(readings[-1].edited(edits))
    return source, readings


@given(edited())
def test_positions_stay_in_order_and_inside_through_any_edits(
    made: tuple[str, list[Reading]],
) -> None:
    source, readings = made
    for reading in readings:
        assert len(reading.text) == len(reading.starts) == len(reading.ends)
        assert all(
            0 <= a <= b <= len(source) for a, b in zip(reading.starts, reading.ends, strict=True)
        )
        assert all(a <= b for a, b in pairwise(reading.starts))
        assert all(a <= b for a, b in zip(reading.ends, reading.starts[1:], strict=False))


@pytest.mark.parametrize("sign", ["甲", "1"])
def test_what_no_edit_touched_is_itself(sign: str) -> None:
    source = f"子{sign}丑"
    reading = Reading.of(source).edited([Edit(0, 1, ""), Edit(2, 3, "寅卯")])
    place = reading.text.index(sign)
    assert reading.source_span(Span(place, place + 1)).quote(source) == sign
