import numpy as np
import pytest

from evaluation.baselines import centroid, lead, textrank
from evaluation.judged import JudgedDocument
from evaluation.summary_scores import Ranking
from report.domain import LabelledSentence, RhetoricalRole
from report.tagging import Vectors
from tests.evaluation.documents import gold, judged

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole


def document(*quotes: str, vectors: Vectors | None = None) -> JudgedDocument:
    """Achievements, and a problem at the end."""
    text = "\n".join([*quotes, "人手不足。"])
    roles = [*[ACHIEVEMENT] * len(quotes), PROBLEM]
    return judged(gold(text), *roles, vectors=vectors)


def quotes(made: JudgedDocument, ranked: list[LabelledSentence]) -> list[str]:
    return [item.sentence.span.quote(made.source.text) for item in ranked]


def test_lead_keeps_the_order_of_a_section() -> None:
    made = document("甲完成了。", "乙完成了。")
    assert quotes(made, lead(made.judgement, ACHIEVEMENT)) == ["甲完成了。", "乙完成了。"]
    assert quotes(made, lead(made.judgement, PROBLEM)) == ["人手不足。"]


def test_centroid_begins_with_what_is_like_the_section() -> None:
    # The problem's vector would turn the mean the other way.
    vectors = np.array([[0, 1], [1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    made = document("甲甲甲甲。", "乙乙乙乙。", "丙丙丙丙。", vectors=vectors)
    ranked = centroid(made.judgement, ACHIEVEMENT)
    assert quotes(made, ranked) == ["丙丙丙丙。", "乙乙乙乙。", "甲甲甲甲。"]


def test_textrank_begins_with_what_shares_characters_with_most() -> None:
    made = document("培训干部九名。", "修建新桥一座。", "新增企业三十家，修桥九座，培训干部。")
    ranked = quotes(made, textrank(made.judgement, ACHIEVEMENT))
    assert ranked[0] == "新增企业三十家，修桥九座，培训干部。"
    assert len(ranked) == 3


def test_sentences_that_read_the_same_are_all_ranked() -> None:
    made = document("新增企业三十家。", "召开会议。", "新增企业三十家。")
    assert len(textrank(made.judgement, ACHIEVEMENT)) == 3


@pytest.mark.parametrize("rank", [lead, centroid, textrank])
def test_sections_of_nothing_one_and_no_words(rank: Ranking) -> None:
    made = document("完成任务。")
    assert rank(made.judgement, PLAN) == []
    assert quotes(made, list(rank(made.judgement, ACHIEVEMENT))) == ["完成任务。"]
    wordless = document("！！！", "？？？")
    assert len(rank(wordless.judgement, ACHIEVEMENT)) == 2
