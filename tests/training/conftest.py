from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training.test_weak_labels import REPORT

# A region and a voice for each fold, see training.folds.
REGIONS = ("甲", "东营", "丙")
VOICES = ("bumen", "writer-1", "writer-0")
LABELLED = {
    "text": "一、总结\n全年完成各项任务，新增企业12家。\n高层次人才不足。\n下一步加强培训。\n",
    "spans": [
        {"start": 0, "end": 4, "role": "other", "salience": 0},
        {"start": 5, "end": 22, "role": "achievement", "salience": 2},
        {"start": 23, "end": 31, "role": "problem", "salience": 1},
        {"start": 32, "end": 40, "role": "plan", "salience": 2},
    ],
    "summaries": {"achievements": "新增企业12家。", "problems": "高层次人才不足。", "plans": ""},
}


def plausible(report: str) -> str:
    """The report with a review that is long enough to be believed."""
    return report.replace("新增规上企业四十家。", "新增规上企业四十家。" * 9)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of government work reports of three regions, each in a fold of its own."""
    folder = tmp_path / "corpus" / "city-2024"
    folder.mkdir(parents=True)
    rows = []
    for number, region in enumerate(REGIONS):
        (folder / f"00{number}.txt").write_text(plausible(REPORT), encoding="utf-8")
        rows.append({"file": f"00{number}.txt", "year": 2024, "region": region})
    lines = (json.dumps(row) for row in rows)
    (folder / "index.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder.parent


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of labelled documents of three voices, each in a fold of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    for voice in VOICES:
        row = {"id": f"{voice}-01", **LABELLED}
        (folder / f"{voice}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return folder
