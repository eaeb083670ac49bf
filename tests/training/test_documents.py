import json
from pathlib import Path

import pytest

from evaluation.gold import GoldFormatError
from report.domain import RhetoricalRole
from training.documents import Document, Unit, is_kept, read_labelled

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
TEXT = "一、总结\n 完成任务，新增企业12家。人手不足。\n\n加强培训。"
ROW = {
    "id": "x-1",
    "text": TEXT,
    "spans": [
        {"start": 0, "end": 4, "role": "other", "salience": 0},
        {"start": 6, "end": 19, "role": "achievement", "salience": 2},
        {"start": 19, "end": 24, "role": "problem", "salience": 1},
        {"start": 26, "end": 31, "role": "plan"},
    ],
    "summaries": {"achievements": "全年新增企业12家。", "problems": ""},
}


def labelled(folder: Path, name: str = "voice.jsonl", **changes: object) -> list[Document]:
    path = folder / name
    path.write_text(json.dumps({**ROW, **changes}) + "\n", encoding="utf-8")
    return list(read_labelled([path]))


def test_gold_files_are_documents_of_their_author(tmp_path: Path) -> None:
    [document] = labelled(tmp_path, "anna.jsonl")
    assert (document.name, document.source, document.group) == ("x-1", "labelled", "anna")
    assert [unit.role for unit in document.units] == [OTHER, ACHIEVEMENT, PROBLEM, PLAN]


def test_units_join_to_the_text(tmp_path: Path) -> None:
    [document] = labelled(tmp_path)
    assert "".join(unit.text + unit.separator for unit in document.units) == TEXT + "\n"
    [spaced] = labelled(tmp_path, text=TEXT + " ")
    assert spaced.units[-1].separator == " "


def test_salience_and_kept_clauses_are_known_or_not(tmp_path: Path) -> None:
    heading, achievement, problem, plan = labelled(tmp_path)[0].units
    assert (heading.salient, heading.kept) == (False, (False,))
    assert (achievement.salient, achievement.kept) == (True, (False, True))
    # A section without reference summary does not tell what one would keep.
    assert (problem.salient, problem.kept) == (False, None)
    assert (plan.salient, plan.kept) == (None, None)


def test_documents_without_summaries_keep_their_roles(tmp_path: Path) -> None:
    [document] = labelled(tmp_path, summaries={})
    assert [unit.kept for unit in document.units] == [None] * 4


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldFormatError, match="line 1"):
        labelled(tmp_path, spans=[])


@pytest.mark.parametrize(
    ("clause", "kept"),
    [
        ("新增企业12家，", True),
        ("新增规上企业12家，", True),  # 7 of 9 characters in runs of two and more
        ("全市新增了不少企业和合作社，", False),
        ("企业新增", False),  # not in the order of the summary
        ("二是新增企业一批。", False),
        ("增长", False),  # alone, 增 and 长 say nothing
        ("，。", False),
        ("", False),
    ],
)
def test_a_clause_is_kept_if_most_of_it_stands_in_the_summary(clause: str, kept: bool) -> None:
    assert is_kept(clause, "全年新增企业12家，获长足发展。") is kept


@pytest.mark.parametrize(
    ("text", "separator", "is_heading"),
    [
        ("一、总结", "\n", True),
        ("一、总结", " \n\n", True),
        ("一、总结", "", False),
        ("完成任务。", "\n", False),
        ("人手不足；", "\n", False),
        ("长" * 41, "\n", False),
    ],
)
def test_headings_stand_alone(text: str, separator: str, is_heading: bool) -> None:
    assert Unit(text, OTHER, separator).is_heading is is_heading
