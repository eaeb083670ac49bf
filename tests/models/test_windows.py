import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.windows import Window, pack


@given(st.integers(0, 5000), st.integers(2, 600), st.data())
def test_windows_cover_all_tokens_and_overlap(length: int, size: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    windows = pack(length, size, overlap)
    covered = {position for window in windows for position in range(window.start, window.end)}
    assert covered == set(range(length))
    assert all(window.end - window.start <= size for window in windows)
    for left, right in itertools.pairwise(windows):
        assert left.start < right.start
        assert left.end - right.start >= overlap


def test_a_short_text_is_one_window() -> None:
    assert pack(100, 510, 128) == [Window(0, 100)]


def test_the_middle_of_a_window_counts_most() -> None:
    window = Window(10, 15)
    assert [window.weight(position) for position in range(10, 15)] == [1, 2, 3, 2, 1]


@pytest.mark.parametrize("overlap", [-1, 510, 600])
def test_an_overlap_that_does_not_fit_is_refused(overlap: int) -> None:
    with pytest.raises(ValueError, match="overlap"):
        pack(1000, 510, overlap)
