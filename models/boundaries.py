"""Where sentences ended before their full stops were lost, read off the role model's encoder.

A small head (one hidden layer) on lower layers of the encoder, which stays as it is: at each
token it sees the vectors of its neighbourhood and says whether a sentence ends behind it.
Sentence boundary detection as token classification, as in punctuation restoration (Tilk and
Alumäe 2016), but trained on a frozen encoder.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForTokenClassification, AutoTokenizer

from report.repairs.lost_stops import may_end

logger = logging.getLogger(__name__)

HEAD_FILE = "boundaries.safetensors"
LAYERS = (2, 4)
"""The encoder layers whose vectors the head reads; the top ones know roles, not sentences."""
NEIGHBOURS = (-1, 0, 1, 2)
"""The tokens it reads, relative to the one behind which a sentence may end."""
_HIDDEN = 128
_BATCH = 1024
_LEARNING_RATE = 1e-3
_NEGATIVES_KEPT = 0.25
_EPOCHS = 6
_WINDOW = 510


class BoundaryHead(torch.nn.Module):
    """Log-odds that a sentence ends behind each token."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.hidden = torch.nn.Linear(size * len(LAYERS) * len(NEIGHBOURS), _HIDDEN)
        self.output = torch.nn.Linear(_HIDDEN, 1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """From features, shape (tokens, features), to log-odds, shape (tokens,)."""
        activated: torch.Tensor = torch.nn.functional.gelu(self.hidden(features))
        logits: torch.Tensor = self.output(activated)
        return logits[:, 0]

    def save(self, folder: Path) -> None:
        """Write the weights, as fp16, into a checkpoint's folder."""
        weights = {name: tensor.half() for name, tensor in self.state_dict().items()}
        save_file(weights, folder / HEAD_FILE)
        # safetensors writes for its owner only; a service runs under another user.
        (folder / HEAD_FILE).chmod(0o644)


def load_head(folder: Path, size: int) -> BoundaryHead | None:
    """The head of the checkpoint in ``folder``, if it has one."""
    if not (folder / HEAD_FILE).exists():
        return None
    head = BoundaryHead(size)
    head.load_state_dict({n: t.float() for n, t in load_file(folder / HEAD_FILE).items()})
    return head.eval()


def token_features(hidden_states: Sequence[torch.Tensor]) -> torch.Tensor:
    """The features of the tokens of one window, without its special tokens.

    Args:
        hidden_states: for each layer, shape (tokens + 2, dimensions).
    """
    vectors = torch.cat([hidden_states[layer][1:-1] for layer in LAYERS], dim=-1)
    count = len(vectors)
    margin = max(map(abs, NEIGHBOURS))
    padded = torch.nn.functional.pad(vectors, (0, 0, margin, margin))
    return torch.cat(
        [padded[margin + offset : margin + offset + count] for offset in NEIGHBOURS], dim=-1
    )


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
