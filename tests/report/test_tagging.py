import numpy as np
import pytest

from report.domain import Span
from report.tagging import Track

TRACK = Track(np.array([2, 4, 6, 9]), np.array([1.0, 3.0, 5.0, 7.0], dtype=np.float32))


@pytest.mark.parametrize(
    ("span", "mean"),
    [
        (Span(0, 9), 4.0),
        (Span(0, 2), 1.0),
        (Span(2, 6), 4.0),
        (Span(3, 5), 3.0),
        (Span(6, 8), 0.0),
        (Span(9, 12), 0.0),
    ],
)
def test_the_mean_is_over_the_pieces_that_end_inside(span: Span, mean: float) -> None:
    assert TRACK.mean(span) == mean
