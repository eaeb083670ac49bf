"""Reports put together at random, and how their joints are found."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from evaluation.joints import (
    SEPARATORS,
    TOLERANCE,
    Collection,
    JoinedText,
    JointScores,
    false_splits,
    joined,
    joined_texts,
    part_splitter,
    score_joints,
)
from tests.conftest import CueTagger


def test_joined_documents_know_where_they_begin() -> None:
    text = joined([" 甲甲\n", "乙乙", "丙"], ["\n\n", ""])
    assert text == JoinedText("甲甲\n\n乙乙丙", (4, 6))


def test_random_texts_hold_two_to_five_different_documents() -> None:
    documents = [chr(0x4E00 + number) * 3 for number in range(7)]
    texts = list(joined_texts(documents, random.Random(3), 50))
    assert {len(text.joints) for text in texts} == {1, 2, 3, 4}
    for text in texts:
        bounds = [0, *text.joints]
        pieces = [text.text[start : start + 3] for start in bounds]
        assert len(set(pieces)) == len(pieces)
        assert set(pieces) <= set(documents)
    gaps = {
        text.text[text.joints[0] - 2 : text.joints[0]].lstrip("".join(documents)) for text in texts
    }
    assert gaps == set(SEPARATORS)


def test_texts_are_the_same_for_the_same_seed() -> None:
    documents = ["甲", "乙", "丙", "丁"]
    first, second = (list(joined_texts(documents, random.Random(5), 9)) for _ in range(2))
    assert first == second


def test_one_document_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="two documents"):
        list(joined_texts(["甲"], random.Random(1), 1))


@pytest.mark.parametrize(
    ("places", "found", "false"),
    [
        ((), 0, 0),
        ((500, 1500), 2, 0),
        ((500 - TOLERANCE, 1500 + TOLERANCE), 2, 0),
        ((500 - TOLERANCE - 1, 1500 + TOLERANCE + 1), 0, 2),
        ((500, 1000), 1, 1),
        ((499, 501, 502), 1, 0),
    ],
)
def test_joints_are_found_within_the_tolerance(
    places: Sequence[int], found: int, false: int
) -> None:
    text = JoinedText("文" * 2000, (500, 1500))
    assert score_joints([text], lambda _: places) == JointScores(1, 2, found, false)


def test_scores_add_up_over_texts() -> None:
    texts = [JoinedText("文" * 400, (200,)), JoinedText("字" * 400, ())]
    scores = score_joints(texts, lambda _: [200])
    assert scores == JointScores(texts=2, joints=1, found=1, false=1)
    assert (scores.recall, scores.false_per_text) == (1.0, 0.5)


def test_nothing_to_find_is_all_found() -> None:
    assert score_joints([], lambda _: []).recall == 1.0


def test_false_splits_count_documents() -> None:
    assert false_splits(["甲", "乙乙", "丙丙"], lambda text: [1, 1][: len(text) - 1]) == 2


def test_the_splitter_of_the_product_speaks_of_the_text_as_sent() -> None:
    body = "全年完成检测{}批次，增长{}%，新增仪器{}台。\n"
    first, second = (
        f"{name}2023年工作总结\n各位领导：\n现将{name}的工作报告如下。\n"
        + "".join(line + body.format(count, count + 1, count + 2) for count in range(10))
        + f"{name}\n2023年12月{day}日"
        for name, line, day in (
            ("清河县计量检定所", "清河县计量检定所走进集市查公平秤，", 20),
            ("白塔市种子管理站", "白塔市种子管理站到田头看稻麦出苗，", 22),
        )
    )
    text = f"\u200b{first}\n\n{second}"
    assert part_splitter(CueTagger())(text) == [text.index(second)]
    assert part_splitter(CueTagger())(first) == []


def test_collections_are_read_with_their_names(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "001.txt").write_text("全市", "utf-8")
    (tmp_path / "bureau_style").mkdir()
    rows = ({"text": "总结", "sep": "\n"}, {"text": "完成。", "sep": ""})
    lines = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "bureau_style" / "002.jsonl").write_text(lines, "utf-8")
    collection = Collection.read(tmp_path)
    assert collection.documents == {"city/001": "全市", "bureau_style/002": "总结\n完成。"}


def test_half_of_the_documents_is_held_out_by_name() -> None:
    collection = Collection({f"city/{number}": str(number) for number in range(200)})
    held_out = collection.held_out()
    assert 70 < len(held_out) < 130
    assert held_out == Collection(dict(reversed(collection.documents.items()))).held_out()[::-1]
