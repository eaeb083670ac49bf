import pytest

from evaluation.gold import GoldDocument, GoldSpan
from evaluation.point_scores import score_points
from evaluation.role_scores import score_roles
from evaluation.variants import VARIANTS, as_is
from report.domain import LabelledSentence, RhetoricalRole, Span
from report.segmentation import segment
from report.summarising import summarise
from report.summary import SummaryOptions
from tests.conftest import CueTagger

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole
TEXT = "一、总结\n完成任务。人手不足。\n二、打算\n加强培训。"


def gold(text: str, *parts: tuple[str, RhetoricalRole, int]) -> GoldDocument:
    spans, position = [], 0
    for quote, role, salience in parts:
        start = text.index(quote, position)
        position = start + len(quote)
        spans.append(GoldSpan(Span(start, position), role, salience))
    return GoldDocument("d", text, tuple(spans), {})


DOCUMENT = gold(
    TEXT,
    ("一、总结", OTHER, 0),
    ("完成任务。", ACHIEVEMENT, 2),
    ("人手不足。", PROBLEM, 2),
    ("二、打算", OTHER, 0),
    ("加强培训。", PLAN, 1),
)


def labeller(*roles: RhetoricalRole):  # type: ignore[no-untyped-def]
    def label(text: str) -> list[LabelledSentence]:
        sentences = segment(text).sentences
        return [LabelledSentence(s, r, 1.0) for s, r in zip(sentences, roles, strict=True)]

    return label


def test_perfect_labels_score_one() -> None:
    result = score_roles([DOCUMENT], as_is, labeller(OTHER, ACHIEVEMENT, PROBLEM, OTHER, PLAN))
    assert result.macro3 == 1
    assert result.faults == ()
    assert result.by_document == {"d": 1.0}


def test_scores_count_characters() -> None:
    label = labeller(OTHER, ACHIEVEMENT, ACHIEVEMENT, OTHER, PLAN)
    result = score_roles([DOCUMENT], as_is, label)
    achievement = result.scores[ACHIEVEMENT]
    assert (achievement.precision, achievement.recall) == (0.5, 1.0)
    assert achievement.f1 == pytest.approx(2 / 3)
    assert result.scores[PROBLEM].f1 == 0
    assert result.macro3 == pytest.approx((2 / 3 + 0 + 1) / 3)
    [fault] = result.faults
    assert (fault.invented, fault.missed) == ((), (PROBLEM,))


def test_invented_sections_are_faults() -> None:
    document = gold("完成任务。", ("完成任务。", ACHIEVEMENT, 2))
    [fault] = score_roles([document], as_is, labeller(PLAN)).faults
    assert (fault.invented, fault.missed) == ((PLAN,), (ACHIEVEMENT,))


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


def test_points_are_measured_against_salience() -> None:
    def run(text: str):  # type: ignore[no-untyped-def]
        return summarise(text, SummaryOptions(), CueTagger())

    document = gold(
        "完成任务甲。完成任务乙。",
        ("完成任务甲。", ACHIEVEMENT, 2),
        ("完成任务乙。", ACHIEVEMENT, 1),
    )
    score = score_points([document], run)
    assert (score[ACHIEVEMENT].precision, score[ACHIEVEMENT].recall) == (0.5, 1.0)
    assert (score[PLAN].precision, score[PLAN].recall) == (0.0, 0.0)
