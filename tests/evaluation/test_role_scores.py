import pytest

from evaluation.role_scores import RoleScore, score_roles
from report.domain import RhetoricalRole
from tests.evaluation.documents import gold, judged
from tests.evaluation.test_variants import DOCUMENT

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole


def test_perfect_roles_score_one() -> None:
    result = score_roles([judged(DOCUMENT, OTHER, ACHIEVEMENT, PROBLEM, OTHER, PLAN)])
    assert result.scores == dict.fromkeys(RhetoricalRole, RoleScore(1.0, 1.0, 1.0))
    assert result.macro3 == 1
    assert result.accuracy_by_document == {"d": 1.0}
    assert result.faults == ()


def test_scores_count_characters() -> None:
    result = score_roles([judged(DOCUMENT, OTHER, ACHIEVEMENT, ACHIEVEMENT, OTHER, PLAN)])
    assert result.scores[ACHIEVEMENT] == RoleScore(0.5, 1.0, pytest.approx(2 / 3))
    assert result.scores[PROBLEM] == RoleScore(0.0, 0.0, 0.0)
    assert result.macro3 == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert result.accuracy_by_document == {"d": pytest.approx(18 / 23)}


def test_blanks_and_unlabelled_characters_do_not_count() -> None:
    parts = ("完成 任务。", ACHIEVEMENT, 2), ("人手不足。", PROBLEM, 2)
    document = gold("完成 任务。人手不足。\n谢谢大家。", *parts)
    result = score_roles([judged(document, ACHIEVEMENT, ACHIEVEMENT, PLAN)])
    assert result.scores[ACHIEVEMENT] == RoleScore(0.5, 1.0, pytest.approx(2 / 3))
    assert result.scores[PLAN] == RoleScore(0.0, 0.0, 0.0)
    assert result.accuracy_by_document == {"d": 0.5}


def test_longer_documents_count_more() -> None:
    long = gold("一" * 29 + "。", ("一" * 29 + "。", PLAN, 1), name="long")
    short = gold("二" * 9 + "。", ("二" * 9 + "。", PLAN, 1), name="short")
    result = score_roles([judged(long, PLAN), judged(short, ACHIEVEMENT)])
    assert result.scores[PLAN] == RoleScore(1.0, 0.75, pytest.approx(6 / 7))
    assert result.accuracy_by_document == {"long": 1.0, "short": 0.0}
    assert [fault.document for fault in result.faults] == ["short"]


def test_invented_and_missed_sections_are_faults() -> None:
    document = gold("完成任务。谢谢。", ("完成任务。", ACHIEVEMENT, 2), ("谢谢。", OTHER, 0))
    [fault] = score_roles([judged(document, PLAN, PLAN)]).faults
    assert (fault.invented, fault.missed) == ((PLAN,), (ACHIEVEMENT,))


def test_nothing_scores_nothing() -> None:
    result = score_roles([])
    assert result.macro3 == 0
    assert result.scores[PLAN] == RoleScore(0.0, 0.0, 0.0)
