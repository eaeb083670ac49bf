"""Train the role tagger: ``python -m training --corpus FOLDER --base FOLDER --output FOLDER``."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import opencc

from models.finetuning import FinetuningSettings, finetune
from training.augmentation import AugmentationSettings, Augmenter
from training.documents import Document, read_bureau_style
from training.sampling import Sampler, SamplingSettings
from training.weak_labels import read_government_reports

logger = logging.getLogger("training")

_GOVERNMENT = ("city-2024", "province-2025", "province-2026", "national")
_DEFAULT_LAYERS = (0, 2, 4, 6, 8, 10)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the corpus, weakly label it, and fine-tune the base encoder on it."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    government = _without(
        [doc for name in _GOVERNMENT for doc in read_government_reports(options.corpus / name)],
        options.hold_out,
    )
    bureau_style = _without(
        list(read_bureau_style(options.corpus / "bureau_style")), options.hold_out
    )
    logger.info("%d government reports, %d others", len(government), len(bureau_style))
    if not (government and bureau_style):
        raise SystemExit(f"no documents to train on below {options.corpus}, see docs/training.md")
    sampler = Sampler(
        government,
        bureau_style,
        Augmenter(AugmentationSettings(), opencc.OpenCC("s2t").convert),
        SamplingSettings(),
    )
    settings = FinetuningSettings(
        steps=options.steps,
        layers=tuple(options.layers),
        learning_rate=options.learning_rate,
        head_learning_rate=options.head_learning_rate,
    )
    finetune(str(options.base), options.output, sampler, settings)


def _without(documents: list[Document], held_out: list[str]) -> list[Document]:
    return [doc for doc in documents if f"{doc.source}/{doc.name}" not in held_out]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the collections")
    parser.add_argument("--base", required=True, help="base encoder, a folder or a hub id")
    parser.add_argument("--output", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--steps", type=int, default=FinetuningSettings().steps)
    parser.add_argument("--learning-rate", type=float, default=FinetuningSettings().learning_rate)
    parser.add_argument(
        "--head-learning-rate", type=float, default=FinetuningSettings().head_learning_rate
    )
    parser.add_argument(
        "--layers", type=int, nargs="*", default=_DEFAULT_LAYERS, help="layers to keep"
    )
    parser.add_argument(
        "--hold-out", nargs="*", default=[], metavar="SOURCE/NAME", help="documents not to use"
    )
    return parser


if __name__ == "__main__":
    main()
