import json
from pathlib import Path

import pytest

from models.tagger import TransformerTagger
from report.segmentation import segment
from tests.training.test_weak_labels import REPORT
from training.__main__ import main

ROWS = [
    {"text": "一、总结", "role": "O", "sep": "\n"},
    {"text": "全年完成各项任务，新增企业12家。", "role": "A", "sep": "\n"},
    {"text": "高层次人才不足。", "role": "P", "sep": "\n"},
    {"text": "下一步加强培训。", "role": "L", "sep": "\n"},
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name in ("city-2024", "bureau_style"):
        (tmp_path / name).mkdir()
    report = REPORT.replace("新增规上企业四十家。", "新增规上企业四十家。" * 9)
    (tmp_path / "city-2024" / "001.txt").write_text(report, encoding="utf-8")
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
    for name in ("001", "002"):
        (tmp_path / "bureau_style" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def test_training_makes_a_checkpoint_that_can_be_served(
    corpus: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "checkpoint"
    main(
        [
            *("--corpus", str(corpus), "--base", str(tiny_encoder), "--output", str(output)),
            *("--steps", "2", "--layers", "0", "1"),
            *("--hold-out", "bureau_style/002"),
        ]
    )
    tagger = TransformerTagger.load(output)
    assert tagger.card.name == "huibao-roles-zh"
    assert len(tagger.tag(segment(REPORT)).scores) == len(segment(REPORT).sentences)


def test_an_empty_corpus_is_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no documents"):
        main(["--corpus", str(tmp_path), "--base", str(tiny_encoder), "--output", str(tmp_path)])
