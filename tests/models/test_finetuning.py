import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from models import finetuning
from models.finetuning import FinetuningSettings, Passage, finetune
from models.tagger import TransformerTagger
from report.domain import RhetoricalRole
from report.segmentation import segment

DONE = Passage("全年完成投资三亿元。", RhetoricalRole.ACHIEVEMENT)
LACK = Passage("高层次人才依然不足。", RhetoricalRole.PROBLEM)
NEXT = Passage("下一步将加强培训。", RhetoricalRole.PLAN)
THANKS = Passage("谢谢大家。", RhetoricalRole.OTHER)
UNKNOWN = Passage("各项工作。", None)


def draw(rng: random.Random) -> Sequence[Passage]:
    passages = [DONE, LACK, NEXT, THANKS, UNKNOWN]
    rng.shuffle(passages)
    return passages


SETTINGS = FinetuningSettings(
    steps=60,
    batch_size=4,
    window=40,
    learning_rate=5e-3,
    head_learning_rate=5e-3,
    class_weights=(1, 1, 1, 1),
    token_dropout=0.0,
    layers=(0, 2),
)


def test_a_small_encoder_learns_the_roles(tiny_encoder: Path, tmp_path: Path) -> None:
    finetune(str(tiny_encoder), tmp_path, draw, SETTINGS)
    tagger = TransformerTagger.load(tmp_path)
    text = "".join(passage.text for passage in (DONE, LACK, NEXT, THANKS))
    best = [max(RhetoricalRole, key=row.of) for row in tagger.tag(segment(text)).scores]
    assert best == list(RhetoricalRole)
    assert not (tmp_path / "training_state.pt").exists()
    assert '"steps": 60' in (tmp_path / "training_settings.json").read_text()


def test_an_interrupted_run_goes_on_where_it_was(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finetuning, "_CHECKPOINT_EVERY_SECONDS", -1)
    drawn = 0

    def draw_until_interrupted(rng: random.Random) -> Sequence[Passage]:
        nonlocal drawn
        drawn += 1
        if drawn > 5 * SETTINGS.batch_size:
            raise KeyboardInterrupt
        return draw(rng)

    with pytest.raises(KeyboardInterrupt):
        finetune(str(tiny_encoder), tmp_path, draw_until_interrupted, SETTINGS)
    state = torch.load(tmp_path / "training_state.pt", weights_only=True)
    assert state["step"] == 5
    assert not (tmp_path / "config.json").exists()

    seen = 0

    def count(rng: random.Random) -> Sequence[Passage]:
        nonlocal seen
        seen += 1
        return draw(rng)

    finetune(str(tiny_encoder), tmp_path, count, SETTINGS)
    assert seen == (SETTINGS.steps - 5) * SETTINGS.batch_size
    assert (tmp_path / "model.safetensors").exists()
