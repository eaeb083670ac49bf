import json
from pathlib import Path

import numpy as np
import pytest

from models.finetuning import FinetuningSettings, Passage, finetune
from models.tagger import TransformerTagger
from report.domain import RhetoricalRole
from report.segmentation import segment
from training.calibrate import fit_temperature, main, set_temperature

TEXT = "完成任务，新增企业12家。人手依然不足。"
GOLD = {
    "id": "x",
    "text": TEXT,
    "spans": [
        {"start": 0, "end": 12, "role": "achievement"},
        {"start": 12, "end": 19, "role": "problem"},
    ],
    "summaries": {},
}


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 2.5])
def test_the_temperature_undoes_what_made_scores_too_sharp(sharpness: float) -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(4000, 4)) * 2
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    classes = np.array([rng.choice(4, p=row) for row in probabilities])
    assert fit_temperature(logits * sharpness, classes) == pytest.approx(sharpness, rel=0.1)


@pytest.fixture
def checkpoint(tiny_encoder: Path, tmp_path: Path) -> Path:
    finetune(
        str(tiny_encoder),
        tmp_path / "model",
        lambda _: [Passage("完成任务。", RhetoricalRole.ACHIEVEMENT)],
        FinetuningSettings(steps=1, batch_size=1),
    )
    return tmp_path / "model"


def test_a_temperature_softens_what_the_model_says(checkpoint: Path) -> None:
    def surest(temperature: float) -> float:
        set_temperature(checkpoint, temperature)
        [first, _] = TransformerTagger.load(checkpoint).tag(segment(TEXT)).scores
        return max(first.of(role) for role in RhetoricalRole)

    assert surest(0.5) > surest(1.0) > surest(4.0) > 0.25


def test_a_checkpoint_is_calibrated_in_place(checkpoint: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(GOLD), encoding="utf-8")
    main(["--model", str(checkpoint), "--gold", str(gold)])
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    assert 0.25 <= config["role_temperature"] <= 4.0
    assert TransformerTagger.load(checkpoint).card.name == "huibao-roles-zh"
