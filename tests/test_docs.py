"""What the documents say about settings, codes and metrics is what the code has."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from service.problems import KINDS, ProblemCode
from service.settings import PREFIX, Settings

OPERATIONS = Path(__file__).parent.parent / "docs" / "operations.md"
_ROW = re.compile(r"^\| `(HUIBAO_[A-Z_]+)` \| (.*?) \|", re.MULTILINE)


def test_operations_lists_every_setting_with_its_default() -> None:
    listed = dict(_ROW.findall(OPERATIONS.read_text(encoding="utf-8")))
    assert set(listed) == {PREFIX + item.name.upper() for item in fields(Settings)}
    for item in fields(Settings):
        default = getattr(Settings(), item.name)
        shown = listed[PREFIX + item.name.upper()]
        if item.name == "model":
            assert "shipped" in shown
        elif default is False or default == "":
            assert shown == "", item.name
        else:
            assert shown.startswith(f"`{default}`"), item.name


def test_operations_explains_every_problem_code() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    for kind in KINDS.values():
        row = rf"^\| {int(kind.status)} \| [^|]*`{kind.code}`"
        assert re.search(row, text, re.MULTILINE), kind.code
    assert {kind.code for kind in KINDS.values()} == set(ProblemCode)
