import json
import logging
from pathlib import Path

import pytest

from models.tagger import TransformerTagger
from report.segmentation import segment
from tests.training.test_weak_labels import REPORT
from training.__main__ import main


def arguments(corpus: Path, data: Path, base: Path, output: Path, *more: str) -> list[str]:
    return [
        *("--corpus", str(corpus), "--data", str(data)),
        *("--base", str(base), "--output", str(output), *more),
    ]


def test_training_makes_a_checkpoint_that_can_be_served(
    corpus: Path, data: Path, tiny_encoder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    output = tmp_path / "checkpoint"
    more = "--steps", "2", "--layers", "0", "1", "--summary-weight", "0.7", "--fold", "1"
    main(arguments(corpus, data, tiny_encoder, output, *more))
    assert "2 government reports, 2 labelled documents" in caplog.text
    tagger = TransformerTagger.load(output)
    assert tagger.card.name == "huibao-roles-zh"
    assert len(tagger.tag(segment(REPORT)).scores) == len(segment(REPORT).sentences)
    settings = json.loads((output / "training_settings.json").read_text(encoding="utf-8"))
    assert (settings["steps"], settings["layers"]) == (2, [0, 1])
    assert settings["summary_weight"] == 0.7


def test_an_empty_corpus_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no reports to train on"):
        main(arguments(tmp_path / "nowhere", data, tmp_path, tmp_path / "output"))


def test_an_empty_folder_of_labelled_documents_is_refused(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no labelled documents"):
        main(arguments(corpus, tmp_path / "nowhere", tmp_path, tmp_path / "output"))


def test_folds_are_three() -> None:
    with pytest.raises(SystemExit):
        main([*arguments(Path(), Path(), Path(), Path()), "--fold", "3"])
