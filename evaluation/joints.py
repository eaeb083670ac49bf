"""How well texts of several reports are taken apart: ``python -m evaluation.joints``.

The measure needs no labels: reports are put together at random, and the joints must be
found again; reports left alone must stay whole. The weights in ``report.part_evidence`` were
fitted on one half of the documents, so the other half is the one to measure on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.gold import read_gold
from models.shipped import SHIPPED_CHECKPOINT
from models.tagger import TransformerTagger
from report.judging import SentText, judge
from report.parts import find_parts
from report.tagging import RoleTagger

TOLERANCE = 80
"""A joint is found if a part begins no more than this many characters away from it."""
SEPARATORS = ("\n", "\n\n", "")
SIZES = (2, 5)
"""The fewest and the most reports in a text."""

Splitter = Callable[[str], Sequence[int]]
"""Finds where in a text the second report begins, the third and so on, in order."""


@dataclass(frozen=True, slots=True)
class JoinedText:
    """Reports put together, and where each of them begins but for the first."""

    text: str
    joints: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JointScores:
    """How the joints of texts were found.

    Attributes:
        texts: how many texts there are.
        joints: how many joints they have.
        found: how many of the joints were found.
        false: how many joints were found where there is none.
    """

    texts: int
    joints: int
    found: int
    false: int

    @property
    def recall(self) -> float:
        """The share of the joints that were found; 1 if there are none."""
        return self.found / self.joints if self.joints else 1.0

    @property
    def false_per_text(self) -> float:
        """False joints a text."""
        return self.false / max(1, self.texts)


def joined_texts(
    documents: Sequence[str],
    rng: random.Random,
    count: int,
    separators: Sequence[str] = SEPARATORS,
) -> Iterator[JoinedText]:
    """``count`` random concatenations of two to five different documents.

    Raises:
        ValueError: if there are fewer than two documents.
    """
    if len(documents) < SIZES[0]:
        raise ValueError("two documents are needed to put them together")
    for _ in range(count):
        size = rng.randint(SIZES[0], min(SIZES[1], len(documents)))
        yield joined(rng.sample(documents, size), [rng.choice(separators) for _ in range(size - 1)])


def joined(documents: Sequence[str], separators: Sequence[str]) -> JoinedText:
    """The documents with the separators between them, white space around them left out."""
    first, *others = (document.strip() for document in documents)
    text = first
    joints = []
    for separator, document in zip(separators, others, strict=True):
        text += separator
        joints.append(len(text))
        text += document
    return JoinedText(text, tuple(joints))


def score_joints(texts: Iterable[JoinedText], splitter: Splitter) -> JointScores:
    """How ``splitter`` finds the joints of ``texts``.

    A document alone is a text without joints: all that is found in it is false.
    """
    counts = JointScores(0, 0, 0, 0)
    for item in texts:
        places = splitter(item.text)
        counts = JointScores(
            counts.texts + 1,
            counts.joints + len(item.joints),
            counts.found + sum(_is_near(joint, places) for joint in item.joints),
            counts.false + sum(not _is_near(place, item.joints) for place in places),
        )
    return counts


def false_splits(documents: Iterable[str], splitter: Splitter) -> int:
    """How many of the documents, single reports all of them, are split."""
    return sum(bool(splitter(document)) for document in documents)


def part_splitter(tagger: RoleTagger) -> Splitter:
    """The splitter of the product: ``report.parts`` on what ``tagger`` judges."""

    def split(text: str) -> list[int]:
        judgement = judge(SentText(text), tagger)
        parts = find_parts(judgement.report, judgement.sentences)
        return [judgement.repaired.source_span(part.span).start for part in parts[1:]]

    return split


def _is_near(place: int, others: Sequence[int]) -> bool:
    following = bisect_left(others, place)
    near = others[max(0, following - 1) : following + 1]
    return any(abs(place - other) <= TOLERANCE for other in near)


@dataclass(frozen=True, slots=True)
class Collection:
    """The documents below a folder by their names: the folder's and the file's."""

    documents: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, corpus: Path) -> Collection:
        """Plain texts, and JSON lines of sentences with ``text`` and ``sep`` each.

        Raises:
            OSError: if a file cannot be read.
        """
        texts = {path: path.read_text("utf-8") for path in sorted(corpus.glob("*/*.txt"))}
        sentences = sorted(corpus.glob("bureau_style/*.jsonl"))
        texts |= {path: _joined_sentences(path) for path in sentences}
        return cls({f"{path.parent.name}/{path.stem}": text for path, text in texts.items()})

    @classmethod
    def read_gold(cls, paths: Iterable[Path]) -> Collection:
        """The texts of gold files (see ``evaluation.gold``).

        Raises:
            GoldFormatError: if a file is not in the format.
        """
        return cls(
            {f"{path.stem}/{gold.name}": gold.text for path in paths for gold in read_gold(path)}
        )

    def held_out(self) -> list[str]:
        """The half of the documents that nothing was fitted on."""
        return [text for name, text in self.documents.items() if _is_odd(name)]


def _is_odd(name: str) -> bool:
    return hashlib.md5(name.encode(), usedforsecurity=False).digest()[-1] % 2 == 1


def _joined_sentences(path: Path) -> str:
    lines = path.read_text("utf-8").split("\n")
    rows = (json.loads(line) for line in lines if line.strip())
    return "".join(row["text"] + row["sep"] for row in rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure on the held-out half of a corpus, or of gold files."""
    options = _parser().parse_args(arguments)
    collection = (
        Collection.read(options.corpus) if options.corpus else Collection.read_gold(options.gold)
    )
    documents = collection.held_out()
    splitter = part_splitter(TransformerTagger.load(options.model))
    texts = joined_texts(documents, random.Random(options.seed), options.texts)  # noqa: S311
    scores = score_joints(texts, splitter)
    sys.stdout.write(
        f"joints found: {scores.found}/{scores.joints} = {scores.recall:.3f}\n"
        f"false joints a text: {scores.false_per_text:.3f}\n"
        f"single reports split: {false_splits(documents, splitter)}/{len(documents)}\n"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evaluation.joints", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--corpus", type=Path, help="folder of the collections")
    source.add_argument("--gold", type=Path, nargs="+", help="gold files")
    parser.add_argument("--model", type=Path, default=SHIPPED_CHECKPOINT)
    parser.add_argument("--texts", type=int, default=100, help="texts to put together")
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
