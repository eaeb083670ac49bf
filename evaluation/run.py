"""Everything ``huibao evaluate`` measures, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from evaluation.baselines import centroid, lead, textrank
from evaluation.calibration import Calibration, calibration
from evaluation.errors import RoleError, role_errors
from evaluation.gold import GoldDocument
from evaluation.judged import JudgedDocument
from evaluation.noise import NOISE, noisy
from evaluation.role_scores import RoleResult, score_roles
from evaluation.summary_scores import (
    BUDGET,
    Method,
    SummaryScores,
    baseline,
    score_summaries,
)
from evaluation.variants import VARIANTS, RoleText
from report.domain import RhetoricalRole
from report.judging import Judgement
from report.sections import key_sentences, summarise_section
from report.tagging import ModelCard, RoleTagger

AS_IS = "as_is"


@dataclass(frozen=True, slots=True)
class VariantResult:
    """The roles of one variant, and how many characters a second were judged."""

    roles: RoleResult
    characters_per_second: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All results; calibration, errors and summaries are of the documents as they are."""

    model: ModelCard
    variants: dict[str, VariantResult]
    calibration: Calibration
    errors: tuple[RoleError, ...]
    summaries: dict[str, SummaryScores]


def evaluate(
    documents: Sequence[GoldDocument], tagger: RoleTagger, noise_seed: int | None = None
) -> Evaluation:
    """Judge the documents in every variant and compare with the gold.

    With a ``noise_seed`` also with each kind of noise, see ``evaluation.noise``.
    """
    variants: dict[str, VariantResult] = {}
    as_is: list[JudgedDocument] = []
    for name, variant in {**VARIANTS, **_noisy_variants(noise_seed)}.items():
        started = time.perf_counter()
        judged = [JudgedDocument.of(document, variant, tagger) for document in documents]
        seconds = time.perf_counter() - started
        characters = sum(len(item.source.text) for item in judged)
        variants[name] = VariantResult(score_roles(judged), characters / max(seconds, 1e-9))
        if name == AS_IS:
            as_is = judged
    return Evaluation(
        tagger.card,
        variants,
        calibration(as_is),
        tuple(role_errors(as_is)),
        score_summaries(as_is, METHODS),
    )


def _noisy_variants(seed: int | None) -> dict[str, Callable[[GoldDocument], RoleText]]:
    if seed is None:
        return {}
    return {f"noise_{kind}": partial(noisy, kind=kind, seed=seed) for kind in NOISE}


def _summary(judgement: Judgement, role: RhetoricalRole) -> str:
    return summarise_section(judgement, role, BUDGET).text


METHODS = (
    Method("huibao", key_sentences, _summary),
    baseline("lead", lead),
    baseline("textrank", textrank),
    baseline("centroid", centroid),
)
"""What is compared; all work on the roles that the model judged."""
