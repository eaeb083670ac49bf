"""The labelled documents that the project ships."""

import json
import re
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from evaluation.gold import GoldDocument, read_gold
from report.clauses import clauses
from report.domain import RhetoricalRole
from tests.numbers import numbers_in
from training.collections import DEFAULT_DATA, DEFAULT_VALIDATION, read_people_labelled

DATA = sorted(DEFAULT_DATA.glob("*.jsonl"))
VALIDATION = sorted(DEFAULT_VALIDATION.glob("*.jsonl"))
OFFSET_LABELS = DEFAULT_DATA / "government.labels"
MAX_SUMMARY = 150
SHARED_BY_CHANCE = 14
"""Sentences up to this length may stand in several documents: 谢谢大家。"""

each_file = pytest.mark.parametrize("path", [*DATA, *VALIDATION], ids=lambda path: path.stem)


@cache
def documents(path: Path) -> list[GoldDocument]:
    return list(read_gold(path))


def sentences(paths: list[Path]) -> set[str]:
    """All labelled stretches that are too long to be the same by chance, without blanks."""
    quotes = (
        "".join(gold.span.quote(document.text).split())
        for document in chain.from_iterable(map(documents, paths))
        for gold in document.spans
    )
    return {quote for quote in quotes if len(quote) > SHARED_BY_CHANCE}


def test_there_is_data() -> None:
    assert DATA
    assert VALIDATION


@each_file
def test_every_character_has_a_role_and_a_salience(path: Path) -> None:
    for document in documents(path):
        rest = list(document.text)
        for gold in document.spans:
            rest[gold.span.start : gold.span.end] = " " * len(gold.span)
        assert not "".join(rest).strip(), document.name
        assert all(gold.salience is not None for gold in document.spans), document.name


@each_file
def test_what_belongs_to_no_section_is_not_salient(path: Path) -> None:
    for document in documents(path):
        other = [gold for gold in document.spans if gold.role is RhetoricalRole.OTHER]
        assert {gold.salience for gold in other} <= {0}, document.name


@each_file
def test_summaries_are_short(path: Path) -> None:
    for document in documents(path):
        for name, summary in document.summaries.items():
            assert len(summary) <= MAX_SUMMARY, (document.name, name)


@each_file
def test_sections_have_summaries_and_only_they(path: Path) -> None:
    for document in documents(path):
        sections = {f"{gold.role.value}s" for gold in document.spans} - {"others"}
        assert {name for name, text in document.summaries.items() if text} == sections


@each_file
def test_the_numbers_of_summaries_stand_in_their_texts(path: Path) -> None:
    for document in documents(path):
        known = numbers_in(document.text).keys()
        for name, summary in document.summaries.items():
            assert numbers_in(summary).keys() <= known, (document.name, name)


def test_names_are_given_once() -> None:
    names = [document.name for path in (*DATA, *VALIDATION) for document in documents(path)]
    assert len(set(names)) == len(names)


def test_validation_stays_apart_from_training() -> None:
    assert not sentences(DATA) & sentences(VALIDATION)


def test_offset_labels_have_no_text() -> None:
    for line in OFFSET_LABELS.read_text(encoding="utf-8").splitlines():
        assert not re.search(r"[\u4e00-\u9fff]|\\u", line)
        row = json.loads(line)
        assert row["start"] <= row["spans"][0]["start"]
        assert row["spans"][-1]["end"] <= row["end"]


def test_offset_labels_fit_the_clauses_of_their_reports(shared: Path) -> None:
    labelled = read_people_labelled(DEFAULT_DATA, shared / "corpus")
    stretches = [document for document in labelled if document.source != "labelled"]
    assert len(stretches) == len(OFFSET_LABELS.read_text(encoding="utf-8").splitlines())
    for document in stretches:
        for unit in document.units:
            assert unit.kept is not None
            assert len(unit.kept) == len(clauses(unit.text)), (document.name, unit.text)


def test_no_gold_document_is_trained_on(shared: Path) -> None:
    dev = shared / "gold" / "dev.jsonl"
    assert not sentences([dev]) & sentences([*DATA, *VALIDATION])
