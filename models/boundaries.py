"""Where sentences ended before their full stops were lost, read off the role model's encoder.

A small head (one hidden layer) on lower layers of the encoder, which stays as it is: at each
token it sees the vectors of its neighbourhood and says whether a sentence ends behind it.
Sentence boundary detection as token classification, as in punctuation restoration (Tilk and
Alumäe 2016), but trained on a frozen encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

HEAD_FILE = "boundaries.safetensors"
LAYERS = (2, 4)
"""The encoder layers whose vectors the head reads; the top ones know roles, not sentences."""
NEIGHBOURS = (-1, 0, 1, 2)
"""The tokens it reads, relative to the one behind which a sentence may end."""
_HIDDEN = 128


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
