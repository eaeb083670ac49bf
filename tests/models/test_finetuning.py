import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer

from models import finetuning
from models.finetuning import FinetuningSettings, Passage, finetune
from models.outputs import OUTPUTS
from models.tagger import TransformerTagger
from report.domain import RhetoricalRole
from report.segmentation import segment

DONE = Passage("全年完成投资三亿元。", RhetoricalRole.ACHIEVEMENT, salient=True, kept=True)
LACK = Passage("高层次人才依然不足。", RhetoricalRole.PROBLEM, salient=True, kept=False)
NEXT = Passage("下一步将加强培训。", RhetoricalRole.PLAN, salient=False, kept=False)
THANKS = Passage("谢谢大家。", RhetoricalRole.OTHER, salient=False, kept=False)
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
    report = segment(text)
    tagging = tagger.tag(report)
    best = [max(RhetoricalRole, key=row.of) for row in tagging.scores]
    assert best == list(RhetoricalRole)
    spans = [sentence.span for sentence in report.sentences]
    assert [tagging.salience.mean(span) > 0 for span in spans] == [True, True, False, False]
    assert [tagging.keeping.mean(span) > 0 for span in spans] == [True, False, False, False]
    assert not (tmp_path / "training_state.pt").exists()
    assert '"steps": 60' in (tmp_path / "training_settings.json").read_text()


def test_what_is_unknown_has_no_loss() -> None:
    logits = torch.zeros(1, 2, len(OUTPUTS))
    ignored = torch.full((1, 2, 3), finetuning.IGNORED)
    role_only = ignored.clone()
    role_only[0, 0, 0] = 1
    kept_too = role_only.clone()
    kept_too[0, 0, 2] = 1
    weights = torch.ones(4)
    settings = FinetuningSettings(summary_weight=1.0)
    role_loss = finetuning.role_and_summary_loss(logits, role_only, weights, settings)
    both = finetuning.role_and_summary_loss(logits, kept_too, weights, settings)
    assert role_loss.item() == pytest.approx(np.log(4))
    assert (both - role_loss).item() == pytest.approx(np.log(2))


def test_a_checkpoint_with_another_head_gives_its_encoder(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    finetune(str(tiny_encoder), tmp_path / "first", draw, replace(SETTINGS, steps=1))
    config = AutoConfig.from_pretrained(tmp_path / "first", num_labels=4)
    four = AutoModelForTokenClassification.from_pretrained(
        tmp_path / "first", config=config, ignore_mismatched_sizes=True
    )
    four.save_pretrained(tmp_path / "four")
    AutoTokenizer.from_pretrained(tmp_path / "first").save_pretrained(tmp_path / "four")
    settings = replace(SETTINGS, steps=1, layers=())
    finetune(str(tmp_path / "four"), tmp_path / "second", draw, settings)
    assert len(TransformerTagger.load(tmp_path / "second").tag(segment(DONE.text)).scores) == 1


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
