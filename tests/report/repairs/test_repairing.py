from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.domain import Span
from report.repairs.edits import Edit
from report.repairs.repairing import REPAIRS, RepairCode, RepairCount, RepairedText

DAMAGED = "全市&nbsp;ramp;d經(jīng)費(fèi)支出１１.55億元,同比(bǐ)增長8.\n3%。\u200b下一步加大投入"


def test_repairs_are_counted_and_positions_stay_those_of_the_source() -> None:
    repaired = RepairedText.of(DAMAGED)
    assert repaired.reading.text == "全市 r&d經費支出11.55億元,同比增長8.3%。下一步加大投入"
    assert repaired.simplified == "全市 r&d经费支出11.55亿元,同比增长8.3%。下一步加大投入"
    assert {item.code: item.count for item in repaired.repairs} == {
        RepairCode.INVISIBLE: 1,
        RepairCode.ENTITIES: 2,
        RepairCode.READINGS: 3,
        RepairCode.WIDTH: 1,
        RepairCode.BROKEN_NUMBERS: 1,
        RepairCode.TRADITIONAL: 4,
    }
    place = repaired.simplified.index("8.3%")
    assert repaired.source_span(Span(place, place + 4)).quote(DAMAGED) == "8.\n3%"


@pytest.mark.parametrize("code", [RepairCode.ENTITIES, RepairCode.TRADITIONAL, RepairCode.WIDTH])
def test_each_repair_can_be_left_out(code: RepairCode) -> None:
    full, less = RepairedText.of(DAMAGED), RepairedText.of(DAMAGED, frozenset((code,)))
    assert code not in {item.code for item in less.repairs}
    assert less.simplified != full.simplified


def test_without_any_repair_a_text_is_read_as_it_is() -> None:
    repaired = RepairedText.of(DAMAGED, frozenset(RepairCode))
    assert repaired.simplified == repaired.reading.text == DAMAGED
    assert repaired.repairs == ()


def test_every_repair_has_its_place_in_the_order() -> None:
    own_way = {RepairCode.LOST_STOPS, RepairCode.TRADITIONAL}
    assert list(REPAIRS) == [code for code in RepairCode if code not in own_way]


def test_later_edits_change_both_scripts() -> None:
    repaired = RepairedText.of("經費支出", frozenset())
    more = repaired.with_edits(RepairCode.LOST_STOPS, [Edit(2, 2, "。")])
    assert (more.reading.text, more.simplified) == ("經費。支出", "经费。支出")
    assert more.repairs[-1] == RepairCount(RepairCode.LOST_STOPS, 1)
    assert repaired.with_edits(RepairCode.LOST_STOPS, []) is repaired


def test_spans_of_the_source_are_found_in_the_reading() -> None:
    repaired = RepairedText.of("\ufeff一、總(zǒng)結(jié)成(chéng)\n完成")
    assert repaired.reading.text == "一、總結成\n完成"
    assert repaired.read_span(Span(0, 18)) == Span(0, 5)
    assert repaired.read_span(Span(0, 1)) is None


def test_what_is_not_read_is_told() -> None:
    repaired = RepairedText.of("  甲乙\u200b  丙 ")
    assert list(repaired.unread([Span(2, 3)])) == [Span(3, 8)]
    assert list(repaired.unread([Span(2, 4), Span(7, 8)])) == []


@given(st.text("完成投資8.3%\n(yī)&bull;?《、 1２\u200b-", max_size=60))
def test_any_text_reads_with_positions_in_order(text: str) -> None:
    repaired = RepairedText.of(text)
    assert len(repaired.reading.text) == len(repaired.simplified)
    end = 0
    for place in range(len(repaired.simplified)):
        span = repaired.source_span(Span(place, place + 1)) if text else None
        assert span is None or (span.end >= end and span.end <= len(text))
        end = span.end if span else 0
