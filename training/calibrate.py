"""Calibrate a checkpoint: ``python -m training.calibrate --model FOLDER``.

Temperature scaling (Guo et al. 2017, arXiv:1706.04599), fitted to the sentences of
labelled documents that the model was not trained on; the temperature is written into the
checkpoint's ``config.json``.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.gold import GoldDocument, read_gold
from evaluation.judged import majority_role
from evaluation.variants import VARIANTS
from models.outputs import ROLES
from models.tagger import TransformerTagger
from report.segmentation import segment
from training.collections import DEFAULT_VALIDATION

logger = logging.getLogger("training.calibrate")

_CANDIDATES = np.exp(np.linspace(np.log(0.25), np.log(4.0), 321))

LogProbabilities = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int64]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit the temperature and write it into the checkpoint."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    set_temperature(options.model, 1.0)
    tagger = TransformerTagger.load(options.model)
    documents = [document for path in options.gold for document in read_gold(path)]
    scores, classes = _observations(documents, tagger)
    temperature = fit_temperature(scores, classes)
    set_temperature(options.model, temperature)
    logger.info("temperature %.3f, from %d sentences", temperature, len(classes))


def fit_temperature(scores: LogProbabilities, classes: Classes) -> float:
    """The temperature with the least negative log-likelihood.

    Args:
        scores: log-probabilities at temperature 1, shape (sentences, roles).
        classes: the number of the true role of each, shape (sentences,).
    """
    losses = []
    for temperature in _CANDIDATES:
        scaled = scores / temperature
        normalisers = np.logaddexp.reduce(scaled, axis=1)
        losses.append(np.mean(normalisers - scaled[np.arange(len(classes)), classes]))
    return round(float(_CANDIDATES[int(np.argmin(losses))]), 3)


def set_temperature(checkpoint: Path, temperature: float) -> None:
    """Write ``temperature`` into the configuration of ``checkpoint``."""
    path = checkpoint / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["role_temperature"] = temperature
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _observations(
    documents: Sequence[GoldDocument], tagger: TransformerTagger
) -> tuple[LogProbabilities, Classes]:
    """What the model says of each sentence in each variant, and its gold role."""
    scores, classes = [], []
    for document in documents:
        for variant in VARIANTS.values():
            source = variant(document)
            report = segment(source.text)
            rows = tagger.tag(report).scores
            for sentence, row in zip(report.sentences, rows, strict=True):
                role = majority_role(source, sentence.span)
                if role is not None:
                    scores.append([np.log(max(row.of(name), 1e-9)) for name in ROLES])
                    classes.append(ROLES.index(role))
    return np.array(scores), np.array(classes)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.calibrate", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument(
        "--gold",
        type=Path,
        nargs="+",
        default=[DEFAULT_VALIDATION / "yanzheng.jsonl"],
        help="labelled documents that the model was not trained on",
    )
    return parser


if __name__ == "__main__":
    main()
