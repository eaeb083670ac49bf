from __future__ import annotations

import random
from pathlib import Path

import pytest

from models.boundary_training import StoplessText
from training import boundaries
from training.boundaries import main, without_stops

TEXT = "完成投资3亿元。新增企业21家；\n人手不足！下一步招聘。" * 20


def test_ends_are_behind_the_characters_that_had_a_stop() -> None:
    for seed in range(30):
        made = without_stops(TEXT, random.Random(seed))
        assert made.ends
        assert all(made.text[end] in "元家足聘" for end in made.ends)


def test_some_texts_lose_all_their_stops_and_some_keep_a_few() -> None:
    kept = {without_stops(TEXT, random.Random(seed)).text.count("。") > 0 for seed in range(30)}
    assert kept == {True, False}


def test_the_command_trains_on_some_documents_and_measures_on_others(
    shared: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn: list[set[str]] = []

    def record(folder, draw, draw_held_out, count):  # type: ignore[no-untyped-def]
        assert (folder, count) == (tmp_path, 3)
        for each in (draw, draw_held_out):
            made = [each(random.Random(seed)) for seed in range(20)]
            assert all(isinstance(text, StoplessText) for text in made)
            drawn.append({text.text for text in made})

    monkeypatch.setattr(boundaries, "train_head", record)
    main(["--corpus", str(shared / "corpus"), "--model", str(tmp_path), "--windows", "3"])
    assert drawn[0].isdisjoint(drawn[1])
