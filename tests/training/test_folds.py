import pytest

from training.documents import Document
from training.folds import FOLDS, fold_of, inside, outside

DOCUMENTS = [
    Document(f"{group}-{number}", "x", group, ())
    for group in "甲乙丙丁戊己庚辛"
    for number in (1, 2)
]


def test_a_group_is_never_split() -> None:
    assert len({(document.group, fold_of(document)) for document in DOCUMENTS}) == 8


@pytest.mark.parametrize("fold", range(FOLDS))
def test_a_fold_and_the_rest_are_everything(fold: int) -> None:
    held_out, rest = inside(DOCUMENTS, fold), outside(DOCUMENTS, fold)
    assert held_out
    assert rest
    assert sorted(held_out + rest, key=DOCUMENTS.index) == DOCUMENTS


def test_folds_are_disjoint() -> None:
    assert sum(len(inside(DOCUMENTS, fold)) for fold in range(FOLDS)) == len(DOCUMENTS)


def test_without_a_fold_nothing_is_kept_out() -> None:
    assert outside(DOCUMENTS, None) == DOCUMENTS


def test_folds_are_the_same_in_every_run() -> None:
    # Not hash(): it differs from process to process.
    folds = [fold_of(Document("", "", group, ())) for group in ("甲", "东营", "writer-0")]
    assert folds == [0, 1, 2]
