from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
import torch

from models import boundary_training
from models.boundaries import (
    HEAD_FILE,
    LAYERS,
    NEIGHBOURS,
    BoundaryHead,
    load_head,
    token_features,
)
from models.boundary_training import StoplessText, train_head
from models.shipped import SHIPPED_CHECKPOINT
from models.tagger import TransformerTagger

FIRST, SECOND = "全年新认定高新技术企业469家，同比增长8.3%", "建成市级创新平台5家，引进人才30名"


def test_features_are_those_of_the_neighbourhood() -> None:
    states = [torch.arange(5.0)[:, None] + 10 * layer for layer in range(5)]
    features = token_features(states)
    assert features.shape == (3, len(LAYERS) * len(NEIGHBOURS))
    # Tokens 1 to 3 lie between the special ones; beyond the ends there is nothing.
    assert features[0].tolist() == [0, 0, 21, 41, 22, 42, 23, 43]
    assert features[2].tolist() == [22, 42, 23, 43, 0, 0, 0, 0]


def test_a_head_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    head = BoundaryHead(4)
    head.save(tmp_path)
    loaded = load_head(tmp_path, 4)
    assert loaded is not None
    features = torch.rand(3, 4 * len(LAYERS) * len(NEIGHBOURS))
    assert torch.allclose(head(features), loaded(features), atol=1e-2)
    assert load_head(tmp_path / "none", 4) is None


def test_the_shipped_head_finds_a_lost_stop(tagger: TransformerTagger) -> None:
    text = FIRST + SECOND + "，获省级奖励2项" + "全市科技人才队伍不断壮大"
    assert len(FIRST) in tagger.sentence_ends(text)
    assert tagger.sentence_ends("") == []


def test_a_checkpoint_without_a_head_finds_none(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(SHIPPED_CHECKPOINT, folder)
    (folder / HEAD_FILE).unlink()
    assert TransformerTagger.load(folder).sentence_ends(FIRST + SECOND) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "checkpoint"
    shutil.copytree(SHIPPED_CHECKPOINT, folder)
    (folder / HEAD_FILE).unlink()
    return folder


def test_a_head_learns_from_texts_without_stops(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boundary_training, "_EPOCHS", 60)

    def draw(rng: random.Random) -> StoplessText:
        first, second = rng.sample([FIRST, SECOND, "推进园区建设", "完成投资3亿元"], 2)
        return StoplessText(first + second, frozenset((len(first) - 1,)))

    train_head(folder, draw, draw, 60)
    head = load_head(folder, 384)
    assert head is not None
    tagger = TransformerTagger.load(folder)
    assert len(FIRST) in tagger.sentence_ends(FIRST + SECOND)
