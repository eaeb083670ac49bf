import pytest

from evaluation.judged import JudgedDocument
from evaluation.rouge import RougeScores
from evaluation.summary_scores import (
    BUDGET,
    POINTS,
    Method,
    SectionScores,
    baseline,
    score_summaries,
)
from report.domain import LabelledSentence, RhetoricalRole
from report.judging import Judgement
from tests.evaluation.documents import gold, judged

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
NO_ROUGE = RougeScores(0.0, 0.0, 0.0)


def backwards(judgement: Judgement, role: RhetoricalRole) -> list[LabelledSentence]:
    return [item for item in reversed(judgement.sentences) if item.role is role]


def made_of(*parts: tuple[str, int], **summaries: str) -> JudgedDocument:
    """A document of achievements with their saliences, all judged rightly."""
    text = "".join(quote for quote, _ in parts)
    document = gold(text, *((quote, ACHIEVEMENT, value) for quote, value in parts), **summaries)
    return judged(document, *[ACHIEVEMENT] * len(parts))


def score(*documents: JudgedDocument, method: Method | None = None) -> SectionScores:
    chosen = method or baseline("backwards", backwards)
    return score_summaries(documents, [chosen])[chosen.name].by_role[ACHIEVEMENT]


def long(sign: str, length: int) -> str:
    return sign * (length - 1) + "。"


def test_all_that_is_salient_and_nothing_else_scores_one() -> None:
    scored = score(
        made_of(("新增企业。", 2), ("获得表彰。", 2), achievements="新增企业。获得表彰。")
    )
    assert scored == SectionScores(1.0, 1.0, 1.0, 1.0, RougeScores(1.0, 1.0, 1.0))


def test_only_the_first_points_count() -> None:
    parts = [(f"完成第{number}项。", 2 if number in "08" else 1) for number in "012345678"]
    scored = score(made_of(*parts))
    # Of the last five sentences one is salient; of the two salient ones one is among them.
    assert (scored.precision, scored.recall) == (1 / POINTS, 0.5)
    assert (scored.budget_precision, scored.budget_recall) == (2 / 9, 1.0)


def test_points_are_found_by_characters_but_right_by_sentences() -> None:
    text = "新增企业三十家，各项工作稳步推进，得到各方好评。"
    document = gold(text, ("新增企业三十家，", ACHIEVEMENT, 2), (text[8:], ACHIEVEMENT, 1))
    scored = score(judged(document, ACHIEVEMENT))
    assert (scored.precision, scored.recall) == (0.0, 1.0)


def test_the_budget_is_filled_in_the_order_of_the_ranking() -> None:
    # Backwards: 120 characters fit, the next 31 do not, the first 30 do.
    parts = (long("甲", 30), 2), (long("乙", 31), 2), (long("丙", BUDGET - 30), 1)
    scored = score(made_of(*parts))
    assert (scored.budget_precision, scored.budget_recall) == (0.5, pytest.approx(30 / 61))
    assert (scored.precision, scored.recall) == (pytest.approx(2 / 3), 1.0)


def test_scores_are_pooled_over_documents() -> None:
    first = made_of(("新增企业。", 2), ("获得表彰。", 1))
    second = made_of(("开展各项活动。", 1), ("组织学习。", 1))
    scored = score(first, second)
    assert (scored.precision, scored.recall) == (0.25, 1.0)


def test_rouge_is_the_mean_over_documents_with_a_reference() -> None:
    perfect = made_of(("新增企业。", 2), achievements="新增企业。")
    useless = made_of(("新增企业。", 2), achievements="人手")
    without = made_of(("新增企业。", 2))
    empty = made_of(("新增企业。", 2), achievements="")
    assert score(perfect, useless, without, empty).rouge == RougeScores(0.5, 0.5, 0.5)
    assert score(without).rouge == NO_ROUGE


def test_the_summary_of_a_baseline_is_in_the_order_of_the_report() -> None:
    document = made_of((long("甲", 100), 1), (long("乙", 60), 1), (long("丙", 80), 1))
    method = baseline("backwards", backwards)
    assert method.summarise(document.judgement, ACHIEVEMENT) == long("乙", 60) + long("丙", 80)
    assert method.summarise(document.judgement, PLAN) == ""


def test_precision_within_the_budget_is_told_of_all_sections_together() -> None:
    document = gold(
        "新增企业。获得表彰。人手不足。加强培训。",
        ("新增企业。", ACHIEVEMENT, 2),
        ("获得表彰。", ACHIEVEMENT, 1),
        ("人手不足。", PROBLEM, 2),
        ("加强培训。", PLAN, 1),
    )
    [scores] = score_summaries(
        [judged(document, ACHIEVEMENT, ACHIEVEMENT, PROBLEM, PLAN)],
        [baseline("backwards", backwards)],
    ).values()
    assert scores.budget_precision == 0.5
    assert scores.by_role[PLAN].budget_precision == 0.0


def test_a_missed_section_costs_recall() -> None:
    document = judged(
        gold("新增企业。", ("新增企业。", ACHIEVEMENT, 2), achievements="新增企业。"), PLAN
    )
    scored = score(document)
    assert scored == SectionScores(0.0, 0.0, 0.0, 0.0, NO_ROUGE)


def test_each_method_is_scored_under_its_name() -> None:
    methods = [baseline(name, backwards) for name in ("甲", "乙")]
    assert list(score_summaries([], methods)) == ["甲", "乙"]
