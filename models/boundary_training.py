"""Training the head that finds lost full stops, on an encoder that stays as it is."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

from models.boundaries import BoundaryHead, token_features
from report.repairs.lost_stops import may_end

logger = logging.getLogger(__name__)

_BATCH = 1024
_LEARNING_RATE = 1e-3
_NEGATIVES_KEPT = 0.25
_EPOCHS = 6
_WINDOW = 510

_Draw = Callable[[random.Random], "StoplessText"]


@dataclass(frozen=True, slots=True)
class StoplessText:
    """A text that lost full stops: behind which characters, by their positions."""

    text: str
    ends: frozenset[int]


def train_head(folder: Path, draw: _Draw, draw_held_out: _Draw, count: int, seed: int = 17) -> None:
    """Train a head on ``count`` texts of what ``draw`` returns, and put it into ``folder``.

    The encoder stays as it is. How well the head does on a tenth as many texts of what
    ``draw_held_out`` returns is logged.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    tokenizer.model_max_length = int(1e9)
    model = AutoModelForTokenClassification.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True
    ).eval()
    drawn = [draw(rng) for _ in range(count)]
    examples = _collected(model, tokenizer, drawn, _NEGATIVES_KEPT, rng)
    head = _fitted(*examples, model.config.hidden_size)
    drawn = [draw_held_out(rng) for _ in range(count // 10)]
    features, labels = _collected(model, tokenizer, drawn, 1.0, rng)
    with torch.inference_mode():
        found = torch.cat([head(rows.float()) for rows in torch.split(features, _BATCH)]).sigmoid()
    for threshold in (0.5, 0.7, 0.9):
        chosen = found >= threshold
        right = (chosen & (labels > 0)).sum().item()
        logger.info(
            "at %.1f: precision %.3f, recall %.3f",
            threshold,
            right / max(1, chosen.sum().item()),
            right / max(1, (labels > 0).sum().item()),
        )
    head.save(folder)


def _collected(
    model: Any,
    tokenizer: Any,
    sources: Sequence[StoplessText],
    negatives: float,
    rng: random.Random,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Features (fp16) and labels of all tokens behind which a sentence may end.

    Of those behind which none does, the share ``negatives`` is kept.
    """
    collected = [_examples(model, tokenizer, source, negatives, rng) for source in sources]
    return torch.cat([item[0] for item in collected]), torch.cat([item[1] for item in collected])


def _examples(
    model: Any, tokenizer: Any, source: StoplessText, negatives: float, rng: random.Random
) -> tuple[torch.Tensor, torch.Tensor]:
    encoded = tokenizer(source.text, add_special_tokens=False, return_offsets_mapping=True)
    ids = encoded["input_ids"][:_WINDOW]
    inner = [tokenizer.cls_token_id, *ids, tokenizer.sep_token_id]
    with torch.inference_mode():
        states = model(input_ids=torch.tensor([inner]), output_hidden_states=True).hidden_states
    features = token_features([state[0] for state in states])
    kept, labels = [], []
    for index, (_, end) in enumerate(encoded["offset_mapping"][: len(ids)]):
        is_end = end - 1 in source.ends
        if end and may_end(source.text, end) and (is_end or rng.random() < negatives):
            kept.append(index)
            labels.append(float(is_end))
    return features[kept].half(), torch.tensor(labels)


def _fitted(features: torch.Tensor, labels: torch.Tensor, size: int) -> BoundaryHead:
    """The head that fits the examples; what was left out of them counts by weight."""
    weights = torch.where(labels > 0, 1.0, 1 / _NEGATIVES_KEPT)
    head = BoundaryHead(size)
    optimizer = torch.optim.AdamW(head.parameters(), _LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, total_iters=_EPOCHS)
    for _ in range(_EPOCHS):
        for rows in torch.split(torch.randperm(len(features)), _BATCH):
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                head(features[rows].float()), labels[rows], weight=weights[rows]
            )
            torch.autograd.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
        schedule.step()
    return head.eval()
