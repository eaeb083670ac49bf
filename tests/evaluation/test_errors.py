from evaluation.errors import RoleError, role_errors
from report.domain import RhetoricalRole, Span
from tests.evaluation.documents import gold, judged

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
DOCUMENT = gold(
    "加强培训。人手不足。完成全年各项任务。谢谢。",
    ("加强培训。", PLAN, 1),
    ("人手不足。", PROBLEM, 2),
    ("完成全年各项任务。", ACHIEVEMENT, 2),
)


def test_long_and_sure_errors_come_first() -> None:
    roles = ACHIEVEMENT, PLAN, PLAN, PLAN
    errors = role_errors([judged(DOCUMENT, *roles, confidences=[0.6, 0.9, 0.51, 1.0])])
    assert [error.quote for error in errors] == ["完成全年各项任务。", "人手不足。", "加强培训。"]
    assert errors[1] == RoleError("d", Span(5, 10), "人手不足。", PROBLEM, PLAN, 0.9)


def test_right_roles_are_no_errors() -> None:
    assert role_errors([judged(DOCUMENT, PLAN, PROBLEM, ACHIEVEMENT, OTHER)]) == []
