from evaluation.judged import majority_role
from evaluation.variants import as_is
from report.domain import RhetoricalRole, Span
from tests.evaluation.documents import gold, judged

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole


def test_the_gold_role_is_that_of_most_characters() -> None:
    text = "完成任务，但人手严重不足。"
    document = judged(
        gold(text, ("完成任务，", ACHIEVEMENT, 1), ("但人手严重不足。", PROBLEM, 2)), PLAN
    )
    assert document.gold_roles() == [PROBLEM]
    assert majority_role(document.source, Span(0, 7)) is ACHIEVEMENT


def test_blanks_and_characters_without_role_do_not_count() -> None:
    text = "甲\n\n\n\n乙乙丙丙丙"
    parts = ("甲\n\n\n\n", ACHIEVEMENT, 1), ("乙乙", PLAN, 1)
    source = as_is(gold(text, *parts))
    assert majority_role(source, Span(0, 10)) is PLAN
    assert majority_role(source, Span(7, 10)) is None
    assert majority_role(source, Span(1, 5)) is None


def test_only_salience_two_is_salient_and_only_in_its_section() -> None:
    document = judged(
        gold(
            "甲甲。乙乙。丙丙。丁丁。",
            ("甲甲。", ACHIEVEMENT, 2),
            ("乙乙。", ACHIEVEMENT, 1),
            ("丙丙。", PROBLEM, 2),
            ("丁丁。", ACHIEVEMENT, None),
        ),
        *[ACHIEVEMENT] * 4,
    )
    assert document.salient(ACHIEVEMENT) == {0, 1, 2}
    assert document.salient(PROBLEM) == {6, 7, 8}
    assert document.salient(PLAN) == frozenset()
