import pytest

from evaluation.variants import VARIANTS, as_is
from report.domain import RhetoricalRole
from tests.evaluation.documents import gold

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
TEXT = "一、总结\n完成任务。人手不足。\n二、打算\n加强培训。"
DOCUMENT = gold(
    TEXT,
    ("一、总结", OTHER, 0),
    ("完成任务。", ACHIEVEMENT, 2),
    ("人手不足。", PROBLEM, 2),
    ("二、打算", OTHER, 0),
    ("加强培训。", PLAN, 1),
)


@pytest.mark.parametrize(
    ("variant", "text"),
    [
        ("as_is", TEXT),
        ("headings_stripped", "\n完成任务。人手不足。\n\n加强培训。"),
        ("one_line", TEXT.replace("\n", "")),
        ("no_full_stops", TEXT.replace("。", "")),
    ],
)
def test_variants_remove_characters_and_keep_roles(variant: str, text: str) -> None:
    made = VARIANTS[variant](DOCUMENT)
    assert made.text == text
    by_role = dict.fromkeys(RhetoricalRole, "")
    for sign, role in zip(made.text, made.roles, strict=True):
        if role is not None:
            by_role[role] += sign
    assert by_role[PROBLEM].rstrip("。") == "人手不足"
    assert by_role[PLAN].rstrip("。") == "加强培训"


def test_what_lies_in_no_span_has_no_role() -> None:
    made = as_is(gold("完成任务。谢谢。", ("谢谢。", OTHER, 0)))
    assert made.roles == (None,) * 5 + (OTHER,) * 3
