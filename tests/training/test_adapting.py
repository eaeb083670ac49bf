import json
from pathlib import Path

import pytest

from evaluation.gold import GoldFormatError
from models.tagger import TransformerTagger
from report.segmentation import segment
from tests.training.conftest import LABELLED
from training.adapting import AdaptationSettings, adapt
from training.documents import read_labelled

OWN = {
    "id": "own",
    "text": "小明去钓鱼。" * 20,
    "spans": [{"start": 6 * i, "end": 6 * i + 6, "role": "plan"} for i in range(20)],
}


def write(folder: Path, name: str, row: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path


def test_documents_of_all_files_are_read(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "a.jsonl", {"id": "a", **LABELLED}),
        write(tmp_path, "b.jsonl", OWN),
    ]
    assert [document.name for document in read_labelled(paths)] == ["a", "own"]


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldFormatError, match=r"line 1 of .*c\.jsonl"):
        list(read_labelled([write(tmp_path, "c.jsonl", [])]))


def test_the_model_learns_as_much_from_its_user_as_it_is_told(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    own = list(read_labelled([write(tmp_path, "own.jsonl", OWN)]))

    def plan_score(share: float) -> float:
        output = tmp_path / str(share)
        settings = AdaptationSettings(name="mine", steps=8, share=share, learning_rate=1e-2)
        adapt(own, str(tiny_encoder), output, settings)
        tagger = TransformerTagger.load(output)
        assert tagger.card.name == "mine"
        [scores] = tagger.tag(segment("小明去钓鱼。")).scores
        return scores.plan

    assert plan_score(1.0) > 0.6
    assert plan_score(0.0) < 0.3
