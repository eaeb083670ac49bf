import json
from pathlib import Path

import pytest

from evaluation.gold import GoldFormatError, read_gold
from report.domain import RhetoricalRole, Span

ROW = {
    "id": "x-1",
    "text": "完成任务。人手不足。",
    "spans": [
        {"start": 0, "end": 5, "role": "achievement", "salience": 2},
        {"start": 5, "end": 10, "role": "problem"},
    ],
    "summaries": {"achievements": "完成任务。", "problems": "人手不足。", "plans": ""},
}


def write(folder: Path, *rows: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    return path


def test_gold_documents_are_read(tmp_path: Path) -> None:
    [document] = read_gold(write(tmp_path, ROW))
    assert document.name == "x-1"
    assert [gold.role for gold in document.spans] == [
        RhetoricalRole.ACHIEVEMENT,
        RhetoricalRole.PROBLEM,
    ]
    assert document.spans[0].span == Span(0, 5)
    assert [gold.salience for gold in document.spans] == [2, 0]


@pytest.mark.parametrize(
    "row",
    [
        {"id": "x"},
        {**ROW, "spans": [{"start": 3, "end": 3, "role": "plan"}]},
        {**ROW, "spans": [{"start": 0, "end": 3, "role": "praise"}]},
        {**ROW, "text": 5},
        [],
    ],
)
def test_other_rows_are_refused_by_their_line(tmp_path: Path, row: object) -> None:
    with pytest.raises(GoldFormatError, match="line 2"):
        list(read_gold(write(tmp_path, ROW, row)))
