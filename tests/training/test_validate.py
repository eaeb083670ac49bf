import logging
from pathlib import Path

import pytest

from evaluation.gold import GoldSpan
from models.finetuning import FinetuningSettings, Passage, finetune
from report.domain import RhetoricalRole, Span
from training.documents import Document, Unit
from training.validate import as_gold, main


@pytest.fixture
def checkpoint(tiny_encoder: Path, tmp_path: Path) -> Path:
    """A model that takes everything for a plan."""
    finetune(
        str(tiny_encoder),
        tmp_path / "model",
        lambda _: [Passage("下一步加强培训。", RhetoricalRole.PLAN)],
        FinetuningSettings(steps=10, batch_size=1, head_learning_rate=0.1),
    )
    return tmp_path / "model"


def test_a_checkpoint_is_measured_on_one_fold(
    corpus: Path, data: Path, checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    main(
        [
            *("--corpus", str(corpus), "--data", str(data), "--model", str(checkpoint)),
            *("--fold", "1", "--variants", "as_is"),
        ]
    )
    government, labelled = (
        record.message for record in caplog.records if record.name == "training.validate"
    )
    assert government.startswith("government as_is: 1 documents, macro3 0.")
    # Of the 37 labelled characters 8 are of the plan: precision 8/37, recall 1.
    assert labelled == (
        "labelled as_is: 1 documents, macro3 0.119, "
        "achievement 0.000 problem 0.000 plan 0.356 other 0.000"
    )


def test_at_most_so_many_government_reports_are_measured(
    corpus: Path, data: Path, checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    common = ["--corpus", str(corpus), "--data", str(data), "--model", str(checkpoint)]
    main([*common, "--fold", "1", "--government", "0", "--variants", "as_is"])
    assert "government as_is: 0 documents, macro3 0.000" in caplog.text


def test_documents_become_gold_with_spans_where_roles_are_known() -> None:
    units = (
        Unit("一、总结", RhetoricalRole.OTHER, "\n"),
        Unit("各项工作。", None, ""),
        Unit("加强培训。", RhetoricalRole.PLAN, "\n"),
    )
    gold = as_gold(Document("x", "city-2024", "甲", units))
    assert (gold.name, gold.text) == ("x", "一、总结\n各项工作。加强培训。\n")
    assert gold.spans == (
        GoldSpan(Span(0, 4), RhetoricalRole.OTHER, None),
        GoldSpan(Span(10, 15), RhetoricalRole.PLAN, None),
    )
