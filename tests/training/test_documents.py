import json
from pathlib import Path

import pytest

from report.domain import RhetoricalRole
from training.documents import Unit, read_bureau_style


def test_bureau_style_files_are_read(tmp_path: Path) -> None:
    rows = [
        {"text": "一、总结", "role": "O", "sep": "\n"},
        {"text": "完成任务。", "role": "A", "sep": ""},
        {"text": "人手不足。", "role": "P", "sep": "\n"},
        {"text": "加强培训。", "role": "L", "sep": "\n"},
    ]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (tmp_path / "001.jsonl").write_text(lines + "\n", encoding="utf-8")
    [document] = read_bureau_style(tmp_path)
    assert document.name == "001"
    assert [unit.role for unit in document.units] == [
        RhetoricalRole.OTHER,
        RhetoricalRole.ACHIEVEMENT,
        RhetoricalRole.PROBLEM,
        RhetoricalRole.PLAN,
    ]
    assert document.units[0] == Unit("一、总结", RhetoricalRole.OTHER, "\n")


def test_unknown_role_letters_are_refused(tmp_path: Path) -> None:
    row = json.dumps({"text": "甲", "role": "X", "sep": ""})
    (tmp_path / "001.jsonl").write_text(row, encoding="utf-8")
    with pytest.raises(KeyError):
        list(read_bureau_style(tmp_path))


@pytest.mark.parametrize(
    ("text", "separator", "is_heading"),
    [
        ("一、总结", "\n", True),
        ("一、总结", "", False),
        ("完成任务。", "\n", False),
        ("长" * 41, "\n", False),
    ],
)
def test_headings_stand_alone(text: str, separator: str, is_heading: bool) -> None:
    assert Unit(text, RhetoricalRole.OTHER, separator).is_heading is is_heading
