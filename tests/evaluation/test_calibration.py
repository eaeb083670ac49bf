import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from evaluation.calibration import Calibration, calibration
from evaluation.judged import JudgedDocument
from evaluation.plots import plot_reliability
from report.domain import RhetoricalRole
from tests.evaluation.documents import gold, judged

ACHIEVEMENT, PROBLEM, PLAN, OTHER = RhetoricalRole


def sentences(*judgements: tuple[float, bool]) -> JudgedDocument:
    """A document of plans; each is judged with a confidence, rightly or wrongly."""
    text = "加强培训。" * len(judgements)
    document = gold(text, *[("加强培训。", PLAN, 1)] * len(judgements))
    roles = [PLAN if right else PROBLEM for _, right in judgements]
    return judged(document, *roles, confidences=[sure for sure, _ in judgements])


def test_confidences_are_compared_with_what_is_right() -> None:
    made = calibration(
        [sentences((0.95, True), (0.91, True)), sentences((0.62, True), (0.6, False))]
    )
    low, high = made.bins
    assert (low.low, low.high, low.sentences, low.accuracy) == (0.6, 0.7, 2, 0.5)
    assert low.confidence == pytest.approx(0.61)
    assert (high.low, high.high, high.sentences, high.accuracy) == (0.9, 1.0, 2, 1.0)
    assert high.confidence == pytest.approx(0.93)
    assert made.expected_error == pytest.approx((2 * 0.11 + 2 * 0.07) / 4)


@pytest.mark.parametrize(
    ("confidence", "low"), [(0.0, 0.0), (0.0999, 0.0), (0.1, 0.1), (0.9, 0.9), (1.0, 0.9)]
)
def test_a_bin_begins_with_its_lower_bound(confidence: float, low: float) -> None:
    [only] = calibration([sentences((confidence, True))]).bins
    assert only.low == low


def test_sentences_without_gold_role_do_not_count() -> None:
    document = gold("加强培训。谢谢。", ("加强培训。", PLAN, 1))
    made = calibration([judged(document, PLAN, OTHER, confidences=[0.5, 0.9])])
    assert [item.sentences for item in made.bins] == [1]
    assert made.expected_error == pytest.approx(0.5)


def test_without_sentences_there_is_no_error() -> None:
    assert calibration([]) == Calibration((), 0.0)


def test_the_diagram_says_how_many_sentences_a_bin_has(tmp_path: Path) -> None:
    made = calibration([sentences(*[(0.95, True)] * 13, (0.55, False))])
    path = tmp_path / "reliability.svg"
    plot_reliability(made, path)
    assert ET.parse(path).getroot().tag.endswith("svg")
    drawn = path.read_text(encoding="utf-8")
    for words in ("<!-- 13 -->", "<!-- 1 -->", "<!-- confidence -->", "error 0.086"):
        assert words in drawn


def test_the_same_diagram_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        plot_reliability(calibration([sentences((0.9, True))]), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize(("name", "magic"), [("x.png", b"\x89PNG"), ("x.pdf", b"%PDF")])
def test_an_empty_diagram_in_other_formats(tmp_path: Path, name: str, magic: bytes) -> None:
    plot_reliability(calibration([]), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(magic)
