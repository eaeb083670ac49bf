"""Collaborators that the tests share."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings
from transformers import AutoTokenizer, BertConfig, BertModel

from models.shipped import SHIPPED_CHECKPOINT
from models.tagger import TransformerTagger
from report.domain import Report, RoleScores
from report.tagging import ModelCard, Tagging, Track
from report.watching import UNWATCHED, Watch

SHARED = Path(__file__).parent.parent.parent / "shared"

os.environ.setdefault("HF_HUB_OFFLINE", "1")
# The same examples in every run, however slow the machine: `make test` passes or it does not.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

_CUES = (
    ("problem", ("不足", "困难", "短板")),
    ("plan", ("将", "力争", "计划", "下一步")),
    ("achievement", ("完成", "新增", "增长", "获")),
)


class CueTagger:
    """A stand-in for the model that goes by a few words; quick and predictable.

    Sentences with a cue and a digit are salient; all clauses are as worthy of a summary.
    """

    card = ModelCard("cues", "1")

    def tag_all(self, reports: Sequence[Report], watch: Watch = UNWATCHED) -> list[Tagging]:
        taggings = []
        for report in reports:
            watch.go_on()
            taggings.append(self.tag(report))
            watch.encoded(1, len(report.text))
        return taggings

    def tag(self, report: Report) -> Tagging:
        quotes = [sentence.span.quote(report.text) for sentence in report.sentences]
        vectors = np.eye(max(1, len(quotes)), 4096, dtype=np.float32)[: len(quotes)]
        ends = np.array([sentence.span.end for sentence in report.sentences], dtype=np.int64)
        salience = np.array([_is_salient(quote) for quote in quotes], dtype=np.float32)
        return Tagging(
            tuple(_scores(_cue(quote)) for quote in quotes),
            vectors,
            Track(ends, salience),
            Track(ends, np.zeros_like(salience)),
        )

    def sentence_ends(self, text: str, watch: Watch = UNWATCHED) -> list[int]:
        return []


def _cue(quote: str) -> str:
    return next((role for role, words in _CUES if any(word in quote for word in words)), "other")


def _is_salient(quote: str) -> bool:
    return _cue(quote) != "other" and any(sign.isdigit() for sign in quote)


def _scores(role: str) -> RoleScores:
    rest = dict.fromkeys(("achievement", "problem", "plan", "other"), 0.02)
    return RoleScores(**(rest | {role: 0.94}))


@pytest.fixture
def cue_tagger() -> CueTagger:
    return CueTagger()


@pytest.fixture(scope="session")
def tagger() -> TransformerTagger:
    """The shipped model."""
    return TransformerTagger.load()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports and gold labels; it is not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared folder beside the project: real reports are not tested")
    return SHARED


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained encoder, small enough to learn in seconds."""
    folder = tmp_path_factory.mktemp("base")
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED_CHECKPOINT)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=96,
        pad_token_id=tokenizer.pad_token_id,
    )
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
