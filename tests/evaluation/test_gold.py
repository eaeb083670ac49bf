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
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return path


def with_span(**changes: object) -> dict[str, object]:
    return {**ROW, "spans": [ROW["spans"][0] | changes]}  # type: ignore[index]


def with_places(*places: tuple[int, int]) -> dict[str, object]:
    return {**ROW, "spans": [{"start": a, "end": b, "role": "plan"} for a, b in places]}


def test_gold_documents_are_read(tmp_path: Path) -> None:
    [document] = read_gold(write(tmp_path, ROW))
    assert document.name == "x-1"
    assert [gold.role for gold in document.spans] == [
        RhetoricalRole.ACHIEVEMENT,
        RhetoricalRole.PROBLEM,
    ]
    assert document.spans[0].span == Span(0, 5)
    assert document.summaries == ROW["summaries"]


@pytest.mark.parametrize("salience", [0, 1, 2, None])
def test_salience_may_be_unknown(tmp_path: Path, salience: int | None) -> None:
    [document] = read_gold(write(tmp_path, with_span(salience=salience)))
    assert document.spans[0].salience == salience


def test_absent_means_unknown(tmp_path: Path) -> None:
    [document] = read_gold(write(tmp_path, {k: v for k, v in ROW.items() if k != "summaries"}))
    assert document.spans[1].salience is None
    assert document.summaries == {}


def test_line_separators_inside_a_text_end_no_line(tmp_path: Path) -> None:
    text = "完成任务。\u2028人手不足。\x85"
    [document] = read_gold(write(tmp_path, {**ROW, "text": text}))
    assert document.text == text


REFUSED = {
    "no object": [],
    "no text": {"id": "x", "spans": ROW["spans"]},
    "no id": {key: value for key, value in ROW.items() if key != "id"},
    "text is no string": {**ROW, "text": 5},
    "id is no string": {**ROW, "id": 5},
    "spans is no list": {**ROW, "spans": {}},
    "no spans": {**ROW, "spans": []},
    "a span is no object": {**ROW, "spans": ["plan"]},
    "unknown role": with_span(role="praise"),
    "no role": {**ROW, "spans": [{"start": 0, "end": 5}]},
    "salience 3": with_span(salience=3),
    "salience true": with_span(salience=True),
    "salience in words": with_span(salience="2"),
    "negative start": with_span(start=-1),
    "start is no integer": with_span(start=0.5),
    "end is no integer": with_span(end="5"),
    "start is true": with_span(start=True),
    "end is zero": with_span(end=0),
    "summaries is no object": {**ROW, "summaries": ["完成任务。"]},
    "a summary is no string": {**ROW, "summaries": {"plans": None}},
    "unknown section": {**ROW, "summaries": {"achievement": "完成任务。"}},
}
"""Rows that both ``read_gold`` and the schema refuse."""

MISPLACED = {
    "empty span": with_places((3, 3)),
    "reversed span": with_places((5, 3)),
    "behind the text": with_places((0, 5), (5, 11)),
    "overlap": with_places((0, 6), (5, 10)),
    "out of order": with_places((5, 10), (0, 5)),
    "twice the same": with_places((0, 5), (0, 5)),
}
"""Rows that only ``read_gold`` refuses: a schema knows no positions."""


@pytest.mark.parametrize(
    "row", [*REFUSED.values(), *MISPLACED.values()], ids=[*REFUSED, *MISPLACED]
)
def test_other_rows_are_refused_by_their_line(tmp_path: Path, row: object) -> None:
    with pytest.raises(GoldFormatError, match=r"line 2 of .*gold\.jsonl"):
        list(read_gold(write(tmp_path, ROW, row)))


@pytest.mark.parametrize("line", [b"{", "完成".encode("gbk"), b'{"id": "\xff"}'])
def test_other_bytes_are_refused_by_their_line(tmp_path: Path, line: bytes) -> None:
    path = write(tmp_path, ROW)
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(GoldFormatError, match="line 3"):
        list(read_gold(path))
