import pytest

from report.domain import RhetoricalRole, RoleScores
from report.labelling import MAX_JOINED, decide
from report.segmentation import segment

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole


def scores(**given: float) -> RoleScores:
    rest = (1 - sum(given.values())) / (4 - len(given))
    return RoleScores(**{role.value: given.get(role.value, rest) for role in RhetoricalRole})


def test_every_sentence_gets_its_best_role() -> None:
    report = segment("完成投资。\n人手不足。\n下一步招聘。\n谢谢大家。")
    labelled = decide(
        report, [scores(achievement=0.9), scores(problem=0.8), scores(plan=0.9), scores(other=0.7)]
    )
    assert [item.role for item in labelled] == [ACHIEVEMENT, PROBLEM, PLAN, OTHER]
    assert [item.confidence for item in labelled] == [0.9, 0.8, 0.9, 0.7]


def test_a_section_with_neither_sure_nor_ample_evidence_is_not_invented() -> None:
    report = segment("完成投资。\n" * 29 + "有所不足。")
    doubtful = scores(problem=0.5, achievement=0.4)
    labelled = decide(report, [scores(achievement=0.9)] * 29 + [doubtful])
    assert {item.role for item in labelled} == {ACHIEVEMENT}
    assert labelled[-1].confidence == pytest.approx(0.4)


def test_a_sure_sentence_makes_a_section() -> None:
    report = segment("完成投资。\n" * 19 + "有所不足。")
    labelled = decide(report, [scores(achievement=0.9)] * 19 + [scores(problem=0.9)])
    assert labelled[-1].role is PROBLEM


def test_two_sure_sentences_make_a_section_of_a_long_report() -> None:
    report = segment("全年完成固定资产投资三亿元。\n" * 150 + "人手不足。\n" * 2)
    labelled = decide(report, [scores(achievement=0.95)] * 150 + [scores(problem=0.95)] * 2)
    assert labelled[-1].role is PROBLEM


def test_much_doubtful_evidence_makes_a_section() -> None:
    report = segment("完成投资。\n" * 6 + "有所不足。\n" * 4)
    labelled = decide(report, [scores(achievement=0.9)] * 6 + [scores(problem=0.6)] * 4)
    assert labelled[-1].role is PROBLEM


def test_one_stray_sentence_in_a_long_report_makes_no_section() -> None:
    text = "全年完成固定资产投资三亿元。\n" * 300 + "不足。"
    sentences = segment(text).sentences
    rows = [scores(achievement=0.95)] * (len(sentences) - 1) + [scores(problem=0.95)]
    assert decide(segment(text), rows)[-1].role is not PROBLEM


def test_a_short_report_of_problems_only_has_that_section() -> None:
    report = segment("人手不足。")
    assert decide(report, [scores(problem=0.8)])[0].role is PROBLEM


def test_a_character_or_two_make_no_section() -> None:
    text = "1 " * 30 + "年"
    rows = [scores(plan=0.99)] * len(segment(text).sentences)
    assert {item.role for item in decide(segment(text), rows)} == {OTHER}


def test_nothing_in_nothing_out() -> None:
    assert decide(segment(" "), []) == ()


def long_run(clauses: int) -> str:
    return "，".join(["新增各类企业若干家并且完成全部年度目标任务"] * clauses)


def test_parts_of_a_run_with_one_role_are_one_sentence_again() -> None:
    report = segment(long_run(8) + "。")
    assert len(report.sentences) > 1
    labelled = decide(report, [scores(achievement=0.9)] * len(report.sentences))
    assert [item.sentence.span.quote(report.text) for item in labelled] == [report.text]
    assert labelled[0].sentence.closed


def test_parts_with_different_roles_stay_apart() -> None:
    report = segment(long_run(8))
    count = len(report.sentences)
    rows = [scores(achievement=0.9)] * (count - 2) + [scores(problem=0.9)] * 2
    labelled = decide(report, rows)
    assert [item.role for item in labelled] == [ACHIEVEMENT, PROBLEM]
    assert labelled[1].confidence == pytest.approx(0.9)


def test_joined_sentences_stay_readable() -> None:
    report = segment(long_run(60))
    labelled = decide(report, [scores(plan=0.9)] * len(report.sentences))
    assert len(labelled) > 1
    assert all(len(item.sentence.span) <= MAX_JOINED for item in labelled)
