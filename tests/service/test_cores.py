from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.cores import available_cores

ALL = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("quota", "cores"),
    [
        ("max 100000\n", ALL),
        ("50000 100000\n", 1),
        ("100000 100000\n", 1),
        ("150000 100000\n", min(2, ALL)),
        ("100000000 100000\n", ALL),
        ("", ALL),
        ("0 0\n", ALL),
    ],
)
def test_a_quota_allows_fewer_cores(tmp_path: Path, quota: str, cores: int) -> None:
    path = tmp_path / "cpu.max"
    path.write_text(quota)
    assert available_cores(path) == cores


def test_without_a_quota_there_are_those_of_the_scheduler(tmp_path: Path) -> None:
    assert available_cores(tmp_path / "none") == ALL
