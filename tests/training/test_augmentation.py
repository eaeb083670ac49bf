import random
from dataclasses import fields, replace

import opencc
import pytest

from report.domain import RhetoricalRole
from training.augmentation import (
    AugmentationSettings,
    Augmenter,
    add_furniture,
    drop_full_stops,
    drop_headings,
    insert_page_breaks,
    insert_pinyin,
    join_lines,
    replace_near_synonyms,
)
from training.documents import Unit

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
UNITS = [
    Unit("一、工作回顾", OTHER, "\n"),
    Unit("全年完成科技项目12个，服务企业300家，发展基础进一步夯实，成效明显。", ACHIEVEMENT, ""),
    Unit("高层次人才不足，研发投入强度低于全省平均水平，差距仍然较大。", PROBLEM, "\n"),
    Unit("下一步计划引进人才。", PLAN, "\n"),
]
NONE = AugmentationSettings(**{field.name: 0.0 for field in fields(AugmentationSettings)})


def text_of(units: list[Unit]) -> str:
    return "".join(unit.text + unit.separator for unit in units)


def test_without_noise_nothing_changes() -> None:
    assert Augmenter(NONE, str.upper)(UNITS, random.Random(1)) == UNITS


def test_headings_are_dropped_but_never_everything() -> None:
    assert [unit.role for unit in drop_headings(UNITS)] == [ACHIEVEMENT, PROBLEM, PLAN]
    assert drop_headings(UNITS[:1]) == UNITS[:1]


def test_lines_are_joined() -> None:
    assert "\n" not in text_of(join_lines(UNITS, ""))


def test_full_stops_are_dropped() -> None:
    assert "。" not in text_of(drop_full_stops(UNITS))


def test_near_synonyms() -> None:
    assert replace_near_synonyms("科技服务与项目基础不足") == "科技效劳与工程根底缺乏"


def test_page_breaks_cut_sentences_but_keep_their_text_and_role() -> None:
    noisy = insert_page_breaks(UNITS * 30, random.Random(3))
    assert len(noisy) > len(UNITS) * 30
    for role in RhetoricalRole:
        before = "".join(unit.text for unit in UNITS * 30 if unit.role is role)
        assert "".join(unit.text for unit in noisy if unit.role is role) == before


def test_furniture_is_other_and_stands_around_the_report() -> None:
    noisy = add_furniture(UNITS, random.Random(5))
    middle = [unit.text for unit in noisy if unit.text in {unit.text for unit in UNITS}]
    assert middle == [unit.text for unit in UNITS]
    assert noisy[0].role is OTHER
    assert noisy[-1].role is OTHER
    assert "{n}" not in text_of(noisy)


def test_pinyin_is_only_inserted() -> None:
    text = "实现科技创新能力提升" * 10
    noisy = insert_pinyin(text, random.Random(2))
    assert len(noisy) > len(text)
    remaining = iter(noisy)
    assert all(sign in remaining for sign in text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ascii_punctuation", "12个,服务"),
        ("full_width_digits", "１２个"),
        ("traditional", "科技項目"),
        ("near_synonyms", "科技工程"),
    ],
)
def test_each_kind_of_noise_can_be_chosen(name: str, expected: str) -> None:
    settings = replace(NONE, **{name: 1.0})
    augmenter = Augmenter(settings, opencc.OpenCC("s2t").convert)
    assert expected in text_of(augmenter(UNITS, random.Random(1)))


def test_all_noise_at_once_keeps_the_roles() -> None:
    settings = AugmentationSettings(**{field.name: 1.0 for field in fields(AugmentationSettings)})
    augmenter = Augmenter(settings, opencc.OpenCC("s2t").convert)
    noisy = augmenter(UNITS, random.Random(7))
    assert {unit.role for unit in noisy} == {ACHIEVEMENT, PROBLEM, PLAN, OTHER}
    assert "XX" not in text_of(UNITS)
