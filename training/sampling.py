"""Drawing labelled texts for training from the collections of documents."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from models.finetuning import Passage
from report.clauses import clauses
from report.domain import RhetoricalRole
from training.augmentation import Augmenter, Units
from training.documents import Document, Unit

_UNITS_BEFORE_PROBLEMS = 14
_WINDOW_CHARACTERS = 900
_MIXED_BLOCKS = (4, 9)


@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """Shares of what is drawn.

    Attributes:
        labelled: share of texts from the labelled documents, the rest is background.
        mixed: share of those that are shuffled from blocks of several documents.
        near_problems: share of background texts that begin shortly before a problem.
        excerpts: share of all texts that are cut down to a few sentences, because reports
            of a few lines arrive too.
    """

    labelled: float = 0.7
    mixed: float = 0.12
    near_problems: float = 0.4
    excerpts: float = 0.3


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws one noisy labelled text at a time; pass it to ``models.finetuning.finetune``.

    Attributes:
        background: documents to take stretches of; they may be long, and weakly labelled.
        labelled: documents to take whole or mixed.
        augment: the noise.
        settings: how much of what.
    """

    background: Sequence[Document]
    labelled: Sequence[Document]
    augment: Augmenter
    settings: SamplingSettings

    def __call__(self, rng: random.Random) -> list[Passage]:
        """The passages of one text of about a window's length or more."""
        if rng.random() < self.settings.labelled:
            units = (
                _mixed_blocks(self.labelled, rng)
                if rng.random() < self.settings.mixed
                else list(rng.choice(self.labelled).units)
            )
        else:
            units = self._stretch(rng)
        if rng.random() < self.settings.excerpts:
            units = _excerpt(units, rng)
        return _passages(self.augment(units, rng))

    def _stretch(self, rng: random.Random) -> Units:
        units = rng.choice(self.background).units
        problems = [
            index for index, unit in enumerate(units) if unit.role is RhetoricalRole.PROBLEM
        ]
        if problems and rng.random() < self.settings.near_problems:
            start = max(0, problems[0] - rng.randint(0, _UNITS_BEFORE_PROBLEMS))
        else:
            start = rng.randrange(max(1, len(units) - 10))
        end, characters = start, 0
        while end < len(units) and characters < _WINDOW_CHARACTERS:
            characters += len(units[end].text)
            end += 1
        return list(units[start:end])


def _mixed_blocks(documents: Sequence[Document], rng: random.Random) -> Units:
    """Blocks of one role each from several documents, in random order."""
    units: Units = []
    for _ in range(rng.randint(*_MIXED_BLOCKS)):
        document = rng.choice(documents)
        blocks = [list(block) for _, block in groupby(document.units, lambda unit: unit.role)]
        units += rng.choice(blocks)
        units[-1] = replace(units[-1], separator="\n")
    return units


def _excerpt(units: Units, rng: random.Random) -> Units:
    """A few sentences in a row, or the first few of each block below their headings."""
    if rng.random() < 0.4:
        start = rng.randrange(len(units))
        return units[start : start + rng.randint(1, 8)]
    kept: Units = []
    for _, block in groupby(units, lambda unit: unit.role):
        members = list(block)
        kept += members[: rng.randint(1, 2)]
        kept[-1] = replace(kept[-1], separator=members[-1].separator)
    kept = kept[: rng.randint(3, 14)]
    return [_first_clause(unit) for unit in kept] if rng.random() < 0.5 else kept


def _first_clause(unit: Unit) -> Unit:
    """The unit cut at its first comma: terse reports say no more than that."""
    clause, comma, _ = unit.text.partition("，")
    if not comma or len(clause) <= 3:
        return unit
    return replace(unit, text=clause + "。", kept=unit.kept and unit.kept[:1])


def _passages(units: Units) -> list[Passage]:
    return [passage for unit in units for passage in _clauses(unit)]


def _clauses(unit: Unit) -> Iterator[Passage]:
    """The unit's clauses; what noise made of them may be more or fewer than were labelled."""
    parts = clauses(unit.text)
    known = unit.kept is not None and len(unit.kept) == len(parts)
    for index, part in enumerate(parts):
        kept = unit.kept[index] if unit.kept is not None and known else None
        yield Passage(part, unit.role, unit.salient, kept)
    yield Passage(unit.separator, unit.role)
