import copy
import json
from collections.abc import Iterator
from functools import reduce
from importlib.resources import files
from itertools import product
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from evaluation.gold import SALIENCES, SECTION_NAMES, GoldFormatError, read_gold
from report.domain import RhetoricalRole
from tests.evaluation.test_gold import MISPLACED, REFUSED, ROW, with_span, write

SCHEMA = json.loads((files("evaluation") / "gold.schema.json").read_text(encoding="utf-8"))
SPAN = SCHEMA["properties"]["spans"]["items"]["properties"]
VALIDATOR = Draft202012Validator(SCHEMA)
TRAINING = Path(__file__).parent.parent.parent / "training"
LABELLED = sorted([*TRAINING.glob("data/*.jsonl"), *TRAINING.glob("validation/*.jsonl")])

MISSING = object()
OTHER_VALUES = (MISSING, None, True, -1, 0, 1, 2, 3, 1.5, "", "plan", [], {}, ["plan"])


def faults(path: Path) -> list[str]:
    return [
        f"{path.name}:{number}{error.json_path} {error.message}"
        for number, line in enumerate(path.read_bytes().splitlines(), start=1)
        for error in VALIDATOR.iter_errors(json.loads(line))
    ]


def test_the_schema_is_one_and_knows_the_words_of_the_code() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SPAN["role"]["enum"] == [role.value for role in RhetoricalRole]
    assert SPAN["salience"]["enum"] == [*SALIENCES, None]
    assert set(SCHEMA["properties"]["summaries"]["properties"]) == set(SECTION_NAMES.values())


@pytest.mark.parametrize(
    "row",
    [
        ROW,
        with_span(salience=None),
        {key: value for key, value in ROW.items() if key != "summaries"},
        {**ROW, "summaries": {"plans": ""}, "annotator": "甲"},
    ],
)
def test_valid_rows_pass(row: object) -> None:
    assert not list(VALIDATOR.iter_errors(row))


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_what_read_gold_refuses_is_refused(row: object) -> None:
    assert not VALIDATOR.is_valid(row)


@pytest.mark.parametrize("row", MISPLACED.values(), ids=MISPLACED)
def test_positions_are_beyond_a_schema(row: object) -> None:
    assert VALIDATOR.is_valid(row)


def ways(value: Any) -> Iterator[tuple[Any, ...]]:
    """The ways to all values below ``value``, as keys and indices."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (key,)
        if isinstance(inner, dict | list):
            yield from ((key, *rest) for rest in ways(inner))


def changed(way: tuple[Any, ...], value: object) -> object:
    """The row with another value at the end of ``way``, or none at all."""
    row = copy.deepcopy(ROW)
    *outer, key = way
    parent: Any = reduce(getitem, outer, row)
    if value is MISSING:
        del parent[key]
    else:
        parent[key] = value
    return row


def test_the_schema_refuses_nothing_that_is_read(tmp_path: Path) -> None:
    read = 0
    for way, value in product(ways(ROW), OTHER_VALUES):
        row = changed(way, value)
        try:
            list(read_gold(write(tmp_path, row)))
        except GoldFormatError:
            continue
        read += 1
        assert VALIDATOR.is_valid(row), row
    assert read > 20


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.name)
def test_labelled_training_documents_conform(path: Path) -> None:
    assert faults(path) == []


def test_the_gold_documents_conform(shared: Path) -> None:
    assert faults(shared / "gold" / "dev.jsonl") == []
