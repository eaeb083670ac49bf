"""Train the role tagger: ``python -m training --corpus FOLDER --base FOLDER --output FOLDER``."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from models.finetuning import FinetuningSettings, finetune
from training.augmentation import AugmentationSettings, Augmenter
from training.collections import DEFAULT_DATA, read_government, read_people_labelled
from training.folds import FOLDS, outside
from training.sampling import Sampler, SamplingSettings

logger = logging.getLogger("training")

_DEFAULT_LAYERS = (0, 2, 4, 6, 8, 10)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the corpus, weakly label it, and fine-tune the base encoder on it."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    government = outside(read_government(options.corpus), options.fold)
    if not government:
        raise SystemExit(f"no reports to train on below {options.corpus}, see docs/training.md")
    labelled = outside(read_people_labelled(options.data, options.corpus), options.fold)
    if not labelled:
        raise SystemExit(f"no labelled documents in {options.data}, see docs/training.md")
    logger.info("%d government reports, %d labelled documents", len(government), len(labelled))
    sampler = Sampler(government, labelled, Augmenter(AugmentationSettings()), SamplingSettings())
    settings = FinetuningSettings(
        steps=options.steps,
        layers=tuple(options.layers),
        learning_rate=options.learning_rate,
        head_learning_rate=options.head_learning_rate,
        summary_weight=options.summary_weight,
    )
    finetune(str(options.base), options.output, sampler, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the collections")
    parser.add_argument(
        "--data", type=Path, default=DEFAULT_DATA, help="folder of the labelled documents"
    )
    parser.add_argument("--base", required=True, help="base encoder, a folder or a hub id")
    parser.add_argument("--output", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--steps", type=int, default=FinetuningSettings().steps)
    parser.add_argument("--learning-rate", type=float, default=FinetuningSettings().learning_rate)
    parser.add_argument(
        "--head-learning-rate", type=float, default=FinetuningSettings().head_learning_rate
    )
    parser.add_argument("--summary-weight", type=float, default=FinetuningSettings().summary_weight)
    parser.add_argument(
        "--layers", type=int, nargs="*", default=_DEFAULT_LAYERS, help="layers to keep"
    )
    parser.add_argument(
        "--fold", type=int, choices=range(FOLDS), help="fold to keep out, for validation"
    )
    return parser


if __name__ == "__main__":
    main()
