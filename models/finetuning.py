"""Fine-tuning an encoder to judge the tokens of a work report.

Sequential sentence classification (Cohan et al. 2019, arXiv:1909.04054) with the
standard token-classification head: whole stretches of a document are encoded at once, so
that each sentence is judged in its context. Of the head's outputs four are the
rhetorical roles, of which one is true; two more are yes or no: whether the sentence is
salient in its section, and whether a reference summary keeps the clause.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoTokenizer, BertForTokenClassification

from models.outputs import OUTPUTS, ROLES
from report.domain import RhetoricalRole

logger = logging.getLogger(__name__)

IGNORED = -100
_UNLABELLED = (IGNORED, IGNORED, IGNORED)
_CHECKPOINT_EVERY_SECONDS = 300

Labels = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text, not longer than a clause; passages join as they are.

    Attributes:
        text: the text.
        role: its role, or ``None`` if unknown.
        salient: whether its sentence belongs in a short summary, or ``None`` if unknown.
        kept: whether a reference summary has it, or ``None`` if unknown.
    """

    text: str
    role: RhetoricalRole | None
    salient: bool | None = None
    kept: bool | None = None

    @property
    def labels(self) -> Labels:
        """Numbers to learn: the role's, and 0 or 1 for the others; ``IGNORED`` if unknown."""
        return (
            IGNORED if self.role is None else ROLES.index(self.role),
            IGNORED if self.salient is None else int(self.salient),
            IGNORED if self.kept is None else int(self.kept),
        )


@dataclass(frozen=True, slots=True)
class FinetuningSettings:
    """Hyperparameters of a run.

    Attributes:
        name: what the finished model is called.
        layers: which of the base encoder's layers to keep; empty keeps them all.
        class_weights: loss weights of achievement, problem, plan, other.
        summary_weight: loss weight of the two yes-or-no outputs, against the roles' 1.
        token_dropout: share of input tokens replaced by the mask token.
    """

    name: str = "huibao-roles-zh"
    steps: int = 1200
    batch_size: int = 8
    window: int = 510
    learning_rate: float = 1.5e-4
    head_learning_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    class_weights: tuple[float, float, float, float] = (1.0, 2.5, 0.9, 2.0)
    summary_weight: float = 0.4
    label_smoothing: float = 0.05
    token_dropout: float = 0.05
    layers: tuple[int, ...] = ()
    seed: int = 17


def finetune(
    base: str,
    output: Path,
    draw: Callable[[random.Random], Sequence[Passage]],
    settings: FinetuningSettings,
) -> None:
    """Train ``base`` (a folder or a hub id) on windows of what ``draw`` returns.

    ``draw`` makes one labelled text each time it is called. The run is checkpointed in
    ``output`` every five minutes and resumes from there; the finished model is written
    to ``output`` as fp16 safetensors with its tokenizer.
    """
    torch.manual_seed(settings.seed)
    tokenizer = AutoTokenizer.from_pretrained(base)
    # Texts are cut to windows here, never by the tokenizer.
    longest, tokenizer.model_max_length = tokenizer.model_max_length, int(1e9)
    model = _classifier(base, settings.layers)
    optimizer = torch.optim.AdamW(_parameter_groups(model, settings))
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _linear_schedule(step, settings)
    )
    state_file = output / "training_state.pt"
    first_step = _resume(state_file, model, optimizer, scheduler)
    rng = random.Random(settings.seed + first_step)
    weights = torch.tensor(settings.class_weights, dtype=torch.float32)
    model.train()
    saved_at = time.monotonic()
    running_loss = 0.0
    for step in range(first_step, settings.steps):
        batch = [_window(tokenizer, draw(rng), settings, rng) for _ in range(settings.batch_size)]
        inputs, labels = _collate(batch, tokenizer.pad_token_id)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(**inputs).logits
        loss = role_and_summary_loss(logits.float(), labels, weights, settings)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad(set_to_none=True)
        running_loss += (loss.item() - running_loss) / min(step - first_step + 1, 50)
        if (step + 1) % 10 == 0:
            logger.info("step %d of %d, loss %.4f", step + 1, settings.steps, running_loss)
        if time.monotonic() - saved_at > _CHECKPOINT_EVERY_SECONDS:
            _save_state(state_file, step + 1, model, optimizer, scheduler)
            saved_at = time.monotonic()
    tokenizer.model_max_length = longest
    _export(model, tokenizer, output, settings)
    state_file.unlink(missing_ok=True)


def role_and_summary_loss(
    logits: torch.Tensor,
    labels: torch.Tensor,
    class_weights: torch.Tensor,
    settings: FinetuningSettings,
) -> torch.Tensor:
    """Cross-entropy of the roles, and binary cross-entropy of the two other outputs.

    Args:
        logits: shape (batch, tokens, outputs).
        labels: shape (batch, tokens, 3), see ``Passage.labels``.
        class_weights: shape (roles,).
        settings: the run's settings.
    """
    roles = torch.nn.functional.cross_entropy(
        logits[..., : len(ROLES)].flatten(0, 1),
        labels[..., 0].flatten(),
        weight=class_weights,
        label_smoothing=settings.label_smoothing,
        ignore_index=IGNORED,
    )
    known = labels[..., 1:] != IGNORED
    if not known.any():
        return roles
    summary = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[..., len(ROLES) :][known], labels[..., 1:][known].float()
    )
    return roles + settings.summary_weight * summary


def _classifier(base: str, layers: Sequence[int]) -> BertForTokenClassification:
    config = AutoConfig.from_pretrained(
        base,
        id2label=dict(enumerate(OUTPUTS)),
        label2id={name: index for index, name in enumerate(OUTPUTS)},
    )
    # A checkpoint with another head gives its encoder; the head is then a new one.
    model = BertForTokenClassification.from_pretrained(
        base, config=config, dtype=torch.float32, ignore_mismatched_sizes=True
    )
    if layers:
        encoder = model.bert.encoder
        encoder.layer = torch.nn.ModuleList(encoder.layer[index] for index in layers)
        model.config.num_hidden_layers = len(layers)
    return model


def _parameter_groups(
    model: BertForTokenClassification, settings: FinetuningSettings
) -> list[dict[str, Any]]:
    return [
        {
            "params": list(model.bert.parameters()),
            "lr": settings.learning_rate,
            "weight_decay": settings.weight_decay,
        },
        {"params": list(model.classifier.parameters()), "lr": settings.head_learning_rate},
    ]


def _linear_schedule(step: int, settings: FinetuningSettings) -> float:
    warmup_steps = max(1, int(settings.warmup * settings.steps))
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return max(0.02, (settings.steps - step) / max(1, settings.steps - warmup_steps))


def _window(
    tokenizer: Any, passages: Sequence[Passage], settings: FinetuningSettings, rng: random.Random
) -> tuple[list[int], list[Labels]]:
    """Token ids and labels of one random window, with the special tokens around it."""
    text = "".join(passage.text for passage in passages)
    labels_of_character: list[Labels] = []
    for passage in passages:
        labels_of_character += [passage.labels] * len(passage.text)
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids = encoded["input_ids"]
    # A token may begin with the blank in front of its word: its last character tells.
    labels = [
        labels_of_character[end - 1] if end and not text[start:end].isspace() else _UNLABELLED
        for start, end in encoded["offset_mapping"]
    ]
    start = rng.randint(0, max(0, len(ids) - settings.window))
    window = slice(start, start + settings.window)
    kept = [
        tokenizer.mask_token_id if rng.random() < settings.token_dropout else token
        for token in ids[window]
    ]
    return (
        [tokenizer.cls_token_id, *kept, tokenizer.sep_token_id],
        [_UNLABELLED, *labels[window], _UNLABELLED],
    )


def _collate(
    batch: Sequence[tuple[list[int], list[Labels]]], pad: int
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Input tensors (batch, longest window), and labels (batch, longest window, 3)."""
    longest = max(len(ids) for ids, _ in batch)
    inputs = torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _ in batch])
    labels = torch.tensor([row + [_UNLABELLED] * (longest - len(row)) for _, row in batch])
    mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in batch])
    return {"input_ids": inputs, "attention_mask": mask}, labels


def _save_state(path: Path, step: int, model: Any, optimizer: Any, scheduler: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "step": step,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
    }
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def _resume(path: Path, model: Any, optimizer: Any, scheduler: Any) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    step = int(state["step"])
    logger.info("resumed after step %d", step)
    return step


def _export(model: Any, tokenizer: Any, output: Path, settings: FinetuningSettings) -> None:
    output.mkdir(parents=True, exist_ok=True)
    model.config.model_name = settings.name
    model.half().save_pretrained(output)
    tokenizer.save_pretrained(output)
    # safetensors writes for its owner only; a service runs under another user.
    (output / "model.safetensors").chmod(0o644)
    (output / "training_settings.json").write_text(
        json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8"
    )
