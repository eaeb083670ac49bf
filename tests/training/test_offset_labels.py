import hashlib
import json
from pathlib import Path

import pytest

from report.domain import RhetoricalRole
from tests.training.conftest import REGIONS, plausible
from tests.training.test_weak_labels import REPORT
from training.documents import Unit
from training.offset_labels import ChangedTextError, read_offset_labels

TEXT = plausible(REPORT)
STRETCH = "民生领域还有短板。\n对此，我们将采取有力措施，切实加以解决。\n"
START = TEXT.index(STRETCH)


def labels(folder: Path, **changes: object) -> Path:
    cut = START + STRETCH.index("对此")
    row = {
        "source": "city-2024",
        "file": "001.txt",
        "start": START,
        "end": START + len(STRETCH),
        "sha256": hashlib.sha256(STRETCH.encode()).hexdigest(),
        "spans": [
            {"start": START, "end": cut - 1, "role": "problem", "salience": 2, "kept": [1]},
            {"start": cut, "end": cut + 20, "role": "plan", "salience": 1, "kept": [0, 0, 1]},
        ],
    }
    path = folder / "x.labels"
    path.write_text(json.dumps(row | changes) + "\n", encoding="utf-8")
    return path


def test_labels_meet_their_text(corpus: Path, tmp_path: Path) -> None:
    [document] = read_offset_labels(labels(tmp_path), corpus)
    assert (document.name, document.source) == (f"001@{START}", "city-2024")
    assert document.group == REGIONS[1]
    assert document.units == (
        Unit("民生领域还有短板。", RhetoricalRole.PROBLEM, "\n", True, (True,)),
        Unit(
            "对此，我们将采取有力措施，切实加以解决。",
            RhetoricalRole.PLAN,
            "\n",
            False,
            (False, False, True),
        ),
    )


def test_another_text_is_refused(corpus: Path, tmp_path: Path) -> None:
    path = corpus / "city-2024" / "001.txt"
    path.write_text(TEXT.replace("民生领域", "民生方面"), encoding="utf-8")
    with pytest.raises(ChangedTextError, match=r"001\.txt"):
        list(read_offset_labels(labels(tmp_path), corpus))


def test_a_moved_text_is_refused(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ChangedTextError):
        list(read_offset_labels(labels(tmp_path, start=START - 1), corpus))


def test_a_missing_report_is_told(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"009\.txt"):
        list(read_offset_labels(labels(tmp_path, file="009.txt"), corpus))


def test_a_report_that_no_index_lists_is_its_own_group(corpus: Path, tmp_path: Path) -> None:
    (corpus / "city-2024" / "index.jsonl").unlink()
    [document] = read_offset_labels(labels(tmp_path), corpus)
    assert document.group == "001"
