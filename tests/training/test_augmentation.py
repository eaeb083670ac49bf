import random
import re
from dataclasses import fields, replace

import pytest

from report.domain import RhetoricalRole
from report.script import simplified_characters
from training.augmentation import (
    NEAR_SYNONYMS,
    AugmentationSettings,
    Augmenter,
    add_furniture,
    drop_full_stops,
    drop_headings,
    indent,
    insert_page_breaks,
    insert_pinyin,
    join_lines,
    replace_near_synonyms,
)
from training.documents import Unit

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
UNITS = [
    Unit("一、工作回顾", OTHER, "\n", False, (False,)),
    Unit(
        "全年完成科技项目12个，服务企业300家，发展基础进一步夯实，成效明显。",
        ACHIEVEMENT,
        "",
        True,
        (True, True, False, False),
    ),
    Unit("高层次人才不足，研发投入强度低于全省平均水平，差距仍然较大。", PROBLEM, "\n", True),
    Unit("下一步清水镇计划引进人才。", PLAN, "\n"),
]
NONE = AugmentationSettings(**{field.name: 0.0 for field in fields(AugmentationSettings)})
ALL = AugmentationSettings(**{field.name: 1.0 for field in fields(AugmentationSettings)})


def text_of(units: list[Unit]) -> str:
    return "".join(unit.text + unit.separator for unit in units)


def labels(units: list[Unit]) -> set[tuple[RhetoricalRole | None, bool | None]]:
    return {(unit.role, unit.salient) for unit in units}


def test_without_noise_nothing_changes() -> None:
    assert Augmenter(NONE)(UNITS, random.Random(1)) == UNITS


def test_headings_are_dropped_but_never_everything() -> None:
    assert [unit.role for unit in drop_headings(UNITS)] == [ACHIEVEMENT, PROBLEM, PLAN]
    assert drop_headings(UNITS[:1]) == UNITS[:1]


def test_lines_are_joined() -> None:
    assert "\n" not in text_of(join_lines(UNITS, ""))
    assert text_of(join_lines(UNITS, " ")) == text_of(UNITS).replace("\n", " ")


def test_lines_are_indented() -> None:
    indented = text_of(indent(UNITS))
    assert indented == text_of(UNITS).replace("\n", "\n\u3000\u3000")
    marked = [replace(UNITS[0], separator="\n- 2 -")]
    assert indent(marked) == marked


def test_full_stops_are_dropped_but_never_everything() -> None:
    assert text_of(drop_full_stops(UNITS)) == text_of(UNITS).replace("。", "")
    alone = [Unit("。", OTHER, "\n")]
    assert drop_full_stops(alone) == alone


def test_near_synonyms_are_the_same_throughout_a_document() -> None:
    words = list(NEAR_SYNONYMS)
    units = [Unit("，".join(words), ACHIEVEMENT, "\n", True, (True,) * len(words))] * 2
    for seed in range(5):
        first, second = replace_near_synonyms(units, random.Random(seed))
        assert first == second
        found = first.text.split("，")
        assert all(new in (old, NEAR_SYNONYMS[old]) for old, new in zip(words, found, strict=True))
        assert len(words) / 2 < sum(new not in words for new in found) < len(words)
        assert first.kept == units[0].kept


def test_page_breaks_cut_sentences_but_keep_their_text_and_labels() -> None:
    noisy = insert_page_breaks(UNITS * 30, random.Random(3))
    assert len(noisy) > len(UNITS) * 30
    for role in RhetoricalRole:
        before = "".join(unit.text for unit in UNITS * 30 if unit.role is role)
        assert "".join(unit.text for unit in noisy if unit.role is role) == before
    assert labels(noisy) == labels(UNITS)
    # Which clauses a broken sentence has is not known.
    assert all(unit.kept is None for unit in noisy if unit not in UNITS)


def test_furniture_is_other_and_stands_around_the_report() -> None:
    noisy = add_furniture(UNITS, random.Random(5))
    start = noisy.index(UNITS[0])
    assert noisy[start : start + len(UNITS)] == UNITS
    around = noisy[:start] + noisy[start + len(UNITS) :]
    assert start > 0
    assert len(around) > start
    assert labels(around) == {(OTHER, None)}
    assert all(unit.separator == "\n" for unit in around)
    assert "{n}" not in text_of(noisy)


def test_furniture_begins_on_a_line_of_its_own() -> None:
    open_end = [*UNITS[:-1], replace(UNITS[-1], separator="")]
    noisy = add_furniture(open_end, random.Random(5))
    assert UNITS[-1] in noisy


def test_pinyin_is_only_inserted() -> None:
    text = "实现科技创新能力提升" * 10
    noisy = insert_pinyin(text, random.Random(2))
    assert len(noisy) > len(text)
    remaining = iter(noisy)
    assert all(sign in remaining for sign in text)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("headings_dropped", "^全年完成"),
        ("newlines_dropped", "工作回顾全年"),
        ("stops_dropped", "成效明显高"),
        ("ascii_punctuation", "12个,服务"),
        ("full_width_digits", "１２个"),
        ("near_synonyms", "科技工程"),
        ("masked_places", "下一步某镇"),
        ("furniture", "文库"),
        ("indents", "\n\u3000\u3000全年"),
        ("page_breaks", "\n\n"),
        ("pinyin", r"\(quán\)"),
    ],
)
def test_each_kind_of_noise_can_be_chosen(name: str, pattern: str) -> None:
    assert not re.search(pattern, text_of(UNITS))
    augment = Augmenter(replace(NONE, **{name: 1.0}))
    noisy = (text_of(augment(UNITS, random.Random(seed))) for seed in range(200))
    assert any(re.search(pattern, text) for text in noisy)


def test_all_noise_at_once_keeps_the_labels() -> None:
    for seed in range(20):
        noisy = Augmenter(ALL)(UNITS, random.Random(seed))
        assert labels(UNITS[1:]) <= labels(noisy)
        assert all(unit.text for unit in noisy)


def test_noise_makes_no_traditional_characters() -> None:
    text = text_of(Augmenter(ALL)(UNITS * 20, random.Random(7)))
    assert simplified_characters(text) == text
