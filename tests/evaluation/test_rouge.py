import pytest

from evaluation.rouge import RougeScores, rouge


def test_rouge_is_by_character() -> None:
    # Of 甲丙丁 all three stand in the reference, 丙丁 as a pair, all in its order.
    assert rouge("甲乙丙丁", "甲丙丁") == RougeScores(
        pytest.approx(6 / 7), pytest.approx(2 / 5), pytest.approx(6 / 7)
    )


def test_order_counts_for_rouge_l_only() -> None:
    turned = rouge("甲乙丙", "丙乙甲")
    assert (turned.rouge1, turned.rouge_l) == (1.0, pytest.approx(1 / 3))


@pytest.mark.parametrize(
    ("reference", "summary", "score"),
    [
        ("新增企业12家。", "新增 企业12家。\n", 1.0),
        ("新增企业", "人手不足", 0.0),
        ("新增企业", "", 0.0),
        ("", "", 0.0),
    ],
)
def test_the_same_and_nothing_of_it(reference: str, summary: str, score: float) -> None:
    assert rouge(reference, summary) == RougeScores(score, score, score)
