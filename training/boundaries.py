"""Train the head that finds lost full stops: ``python -m training.boundaries --corpus FOLDER``.

The labels come for free: full stops are taken out of reports that have them. The encoder
of the checkpoint stays as it is; only ``models.boundaries.HEAD_FILE`` is written next to it.
"""

from __future__ import annotations

import argparse
import logging
import random
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from evaluation.gold import read_gold
from models.boundary_training import StoplessText, train_head
from models.shipped import SHIPPED_CHECKPOINT
from training.collections import DEFAULT_DATA, read_government
from training.documents import Document

logger = logging.getLogger("training.boundaries")

_CHARACTERS = 900
_STOPS = "。！？"
_GLUES = ("", "", " ")
_HELD_OUT = 4
"""One document in so many is kept out of the training, to measure with."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the head on government reports and on the labelled documents."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    texts = [text for text in _texts(options) if not _is_held_out(text)]
    held_out = [text for text in _texts(options) if _is_held_out(text)]
    train_head(
        options.model,
        lambda rng: without_stops(rng.choice(texts), rng),
        lambda rng: without_stops(rng.choice(held_out), rng),
        options.windows,
    )


def without_stops(text: str, rng: random.Random) -> StoplessText:
    """A stretch of ``text`` that lost most or all of its full stops, and perhaps its lines."""
    start = rng.randint(0, max(0, len(text) - _CHARACTERS))
    loss = 1.0 if rng.random() < 0.6 else rng.uniform(0.6, 0.95)
    marks = _STOPS + "；" if rng.random() < 0.3 else _STOPS
    glue = rng.choice(_GLUES)
    line_break = rng.choice(("\n", "\n", glue))
    ascii_commas = rng.random() < 0.3
    pieces: list[str] = []
    ends: set[int] = set()
    length = 0
    for sign in text[start : start + _CHARACTERS]:
        kept = sign
        if sign in marks and rng.random() < loss:
            ends.add(length - 1)
            kept = glue
        elif sign == "\n":
            kept = line_break
        elif sign == "，" and ascii_commas:
            kept = ","
        pieces.append(kept)
        length += len(kept)
    return StoplessText("".join(pieces), frozenset(end for end in ends if end >= 0))


def _texts(options: argparse.Namespace) -> Iterator[str]:
    for document in read_government(options.corpus):
        yield _text(document)
    for path in sorted(options.data.glob("*.jsonl")):
        for gold in read_gold(path):
            yield gold.text


def _text(document: Document) -> str:
    return "".join(unit.text + unit.separator for unit in document.units)


def _is_held_out(text: str) -> bool:
    return zlib.crc32(text[:200].encode()) % _HELD_OUT == 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.boundaries", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the collections")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--model", type=Path, default=SHIPPED_CHECKPOINT)
    parser.add_argument("--windows", type=int, default=4000, help="texts to train on")
    return parser


if __name__ == "__main__":
    main()
