import pytest

from evaluation.noise import NOISE
from evaluation.role_scores import RoleScore
from evaluation.run import evaluate
from evaluation.variants import VARIANTS
from report.domain import RhetoricalRole
from tests.conftest import CueTagger
from tests.evaluation.documents import gold

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
UNDERSTOOD = gold(
    "一、总结\n完成投资3亿元。环境明显改善，全市新增绿地。\n二、打算\n力争新增30家。",
    ("一、总结", OTHER, 0),
    ("完成投资3亿元。", ACHIEVEMENT, 2),
    ("环境明显改善，全市新增绿地。", ACHIEVEMENT, 1),
    ("二、打算", OTHER, 0),
    ("力争新增30家。", PLAN, 2),
    name="understood",
    achievements="完成投资3亿元。",
    plans="力争新增30家。",
)
MISTAKEN = gold("一、总结\n加强培训。", ("加强培训。", PLAN, 2), name="mistaken")


def test_every_variant_is_judged(cue_tagger: CueTagger) -> None:
    result = evaluate([UNDERSTOOD, MISTAKEN], cue_tagger)
    assert result.model == cue_tagger.card
    assert list(result.variants) == list(VARIANTS)
    assert all(variant.characters_per_second > 0 for variant in result.variants.values())
    for name in ("as_is", "headings_stripped"):
        roles = result.variants[name].roles
        assert roles.accuracy_by_document == {"understood": 1.0, "mistaken": 0.0}
        assert roles.scores[ACHIEVEMENT] == RoleScore(1.0, 1.0, 1.0)
        assert (roles.scores[PLAN].precision, roles.scores[PLAN].recall) == (1.0, 8 / 13)
        assert [fault.document for fault in roles.faults] == ["mistaken"]
    # A heading without a line of its own becomes part of the next sentence.
    assert result.variants["one_line"].roles.accuracy_by_document["understood"] < 1


def test_noise_makes_more_variants_only_when_asked_for(cue_tagger: CueTagger) -> None:
    result = evaluate([UNDERSTOOD], cue_tagger, noise_seed=3)
    assert list(result.variants) == [*VARIANTS, *(f"noise_{kind}" for kind in NOISE)]
    again = evaluate([UNDERSTOOD], cue_tagger, noise_seed=3)
    for name, variant in result.variants.items():
        assert variant.roles == again.variants[name].roles


def test_calibration_errors_and_summaries_are_of_the_documents_as_they_are(
    cue_tagger: CueTagger,
) -> None:
    result = evaluate([UNDERSTOOD, MISTAKEN], cue_tagger)
    assert [(error.document, error.quote) for error in result.errors] == [
        ("mistaken", "加强培训。")
    ]
    [judged] = result.calibration.bins
    assert (judged.sentences, judged.accuracy) == (6, pytest.approx(5 / 6))
    assert result.calibration.expected_error == pytest.approx(0.94 - 5 / 6)


def test_huibao_is_compared_with_the_baselines(cue_tagger: CueTagger) -> None:
    summaries = evaluate([UNDERSTOOD], cue_tagger).summaries
    assert list(summaries) == ["huibao", "lead", "textrank", "centroid"]
    for scores in summaries.values():
        assert scores.by_role[PLAN].rouge.rouge1 == 1.0
        assert scores.by_role[PROBLEM].rouge.rouge1 == 0.0
        assert scores.by_role[ACHIEVEMENT].precision == 0.5
        assert scores.by_role[ACHIEVEMENT].recall == 1.0
