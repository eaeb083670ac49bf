"""Fine-tuning a finished checkpoint on a user's own labelled reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.finetuning import FinetuningSettings, finetune
from training.augmentation import AugmentationSettings, Augmenter
from training.collections import DEFAULT_DATA
from training.documents import Document, read_labelled
from training.sampling import Sampler, SamplingSettings


@dataclass(frozen=True, slots=True)
class AdaptationSettings:
    """How much to learn.

    Attributes:
        name: what the adapted model is called.
        steps: optimiser steps of eight windows each.
        share: share of the texts that come from the user; the rest are the documents
            that the project ships, so that what was learnt before is not forgotten.
    """

    name: str = "huibao-roles-zh-adapted"
    steps: int = 240
    share: float = 0.5
    learning_rate: float = 5e-5


def adapt(
    documents: Sequence[Document], base: str, output: Path, settings: AdaptationSettings
) -> None:
    """Fine-tune ``base`` on ``documents`` into ``output``; see ``models.finetuning.finetune``."""
    shipped = list(read_labelled(sorted(DEFAULT_DATA.glob("*.jsonl"))))
    sampler = Sampler(
        shipped,
        documents,
        Augmenter(AugmentationSettings()),
        SamplingSettings(labelled=settings.share),
    )
    finetune(
        base,
        output,
        sampler,
        FinetuningSettings(
            name=settings.name,
            steps=settings.steps,
            learning_rate=settings.learning_rate,
            head_learning_rate=settings.learning_rate,
        ),
    )
