"""Measure a checkpoint on one fold: ``python -m training.validate --model FOLDER --fold N``.

The government reports of the fold count with their weak labels, the labelled documents
with theirs; see ``training.folds``.
"""

from __future__ import annotations

import argparse
import logging
import random
from collections.abc import Sequence
from pathlib import Path

from evaluation.gold import GoldDocument, GoldSpan
from evaluation.judged import JudgedDocument
from evaluation.role_scores import score_roles
from evaluation.variants import VARIANTS
from models.tagger import TransformerTagger
from report.domain import RhetoricalRole, Span
from training.collections import DEFAULT_DATA, read_government, read_people_labelled
from training.documents import Document
from training.folds import FOLDS, inside

logger = logging.getLogger("training.validate")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the F1 of each role on the fold's government reports and labelled documents."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    tagger = TransformerTagger.load(options.model)
    government = inside(read_government(options.corpus), options.fold)
    random.Random(options.fold).shuffle(government)
    collections = {
        "government": government[: options.government],
        "labelled": inside(read_people_labelled(options.data, options.corpus), options.fold),
    }
    for name, documents in collections.items():
        gold = [as_gold(document) for document in documents]
        for variant in options.variants:
            result = score_roles(
                [JudgedDocument.of(document, VARIANTS[variant], tagger) for document in gold]
            )
            by_role = " ".join(
                f"{role.value} {result.scores[role].f1:.3f}" for role in RhetoricalRole
            )
            logger.info(
                "%s %s: %d documents, macro3 %.3f, %s",
                name,
                variant,
                len(gold),
                result.macro3,
                by_role,
            )


def as_gold(document: Document) -> GoldDocument:
    """The document as one text with spans; units without a known role have none."""
    text = ""
    spans = []
    for unit in document.units:
        if unit.role is not None:
            spans.append(GoldSpan(Span(len(text), len(text) + len(unit.text)), unit.role, None))
        text += unit.text + unit.separator
    return GoldDocument(document.name, text, tuple(spans), {})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.validate", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of the collections")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--model", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), required=True)
    parser.add_argument(
        "--government", type=int, default=12, help="at most so many government reports"
    )
    parser.add_argument(
        "--variants", nargs="*", choices=VARIANTS, default=["as_is", "headings_stripped"]
    )
    return parser


if __name__ == "__main__":
    main()
