import numpy as np
import pytest

from report.domain import LabelledSentence, RhetoricalRole
from report.segmentation import segment
from report.selection import Candidate, in_order, rank, worthy

TEXT = "新增高新技术企业21家。新增规上工业企业12家。全力以赴推进工作。引进高层次人才35名。"
VECTORS = np.eye(4, dtype=np.float32)


def candidates(*salience: float) -> list[Candidate]:
    sentences = segment(TEXT).sentences
    return [
        Candidate(
            LabelledSentence(sentence, RhetoricalRole.ACHIEVEMENT, 0.9),
            sentence.span.quote(TEXT),
            worth,
            vector,
        )
        for sentence, worth, vector in zip(sentences, salience, VECTORS, strict=True)
    ]


def test_the_most_salient_come_first() -> None:
    made = rank(candidates(0.5, 2.0, -3.0, 1.0))
    assert [item.salience for item in made] == [2.0, 1.0, 0.5, -3.0]
    assert [item.salience for item in in_order(made)] == [0.5, 2.0, -3.0, 1.0]


def test_what_repeats_comes_later() -> None:
    first, second, third, fourth = candidates(2.0, 1.9, -3.0, 1.5)
    second = Candidate(second.labelled, second.text, second.salience, first.vector)
    assert [item.salience for item in rank([first, second, third, fourth])] == [2.0, 1.5, 1.9, -3.0]


@pytest.mark.parametrize(
    ("salience", "kept"),
    [
        ((1.0, 0.5, -1.0, 0.0), [1.0, 0.5, 0.0]),
        ((-2.0, -1.0, -4.0, -3.0), [-1.0, -2.0]),
    ],
)
def test_the_unlikely_are_left_out_but_two_stay(
    salience: tuple[float, ...], kept: list[float]
) -> None:
    assert [item.salience for item in worthy(rank(candidates(*salience)))] == kept


def test_the_same_words_are_ranked_once() -> None:
    first, *_ = candidates(1.0, 0.0, 0.0, 0.0)
    assert rank([first, first]) == [first]
    assert rank([]) == []
