from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoConfig, AutoModelForTokenClassification

from models.outputs import OUTPUTS
from models.shipped import SHIPPED_CHECKPOINT
from models.tagger import CheckpointError, TransformerTagger, WindowSettings
from report.domain import Report, RhetoricalRole, RoleScores, Span
from report.segmentation import segment

REPORT = """一、2023年工作总结
全年新认定高新技术企业469家，同比增长8.3%，总量居全市第一。
二、存在的问题
高层次人才依然不足，研发投入强度低于全市平均水平。
三、2024年工作打算
力争全社会研发投入占比达到3.3%，新增省级平台5家。
"""


def roles(tagger: TransformerTagger, text: str) -> list[RhetoricalRole]:
    return [max(RhetoricalRole, key=row.of) for row in tagger.tag(segment(text)).scores]


def test_the_shipped_checkpoint_is_a_plain_transformers_one_within_60_megabytes() -> None:
    model = AutoModelForTokenClassification.from_pretrained(SHIPPED_CHECKPOINT)
    assert set(model.config.label2id) == set(OUTPUTS)
    size = sum(path.stat().st_size for path in SHIPPED_CHECKPOINT.rglob("*") if path.is_file())
    assert size <= 60_000_000
    assert (SHIPPED_CHECKPOINT / "README.md").is_file()


def test_a_plain_report_is_understood(tagger: TransformerTagger) -> None:
    assert roles(tagger, REPORT) == [
        RhetoricalRole.OTHER,
        RhetoricalRole.ACHIEVEMENT,
        RhetoricalRole.OTHER,
        RhetoricalRole.PROBLEM,
        RhetoricalRole.OTHER,
        RhetoricalRole.PLAN,
    ]


def test_probabilities_sum_to_one_and_vectors_have_length_one(tagger: TransformerTagger) -> None:
    tagging = tagger.tag(segment(REPORT))
    for row in tagging.scores:
        assert sum(row.of(role) for role in RhetoricalRole) == pytest.approx(1, abs=1e-5)
    assert tagging.vectors.shape[0] == len(tagging.scores)
    assert np.linalg.norm(tagging.vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_the_summary_tracks_cover_the_text_and_prefer_results_to_headings(
    tagger: TransformerTagger,
) -> None:
    report = segment(REPORT)
    tagging = tagger.tag(report)
    heading, result = report.sentences[0].span, report.sentences[1].span
    for track in (tagging.salience, tagging.keeping):
        assert list(track.ends) == sorted(track.ends)
        assert track.ends[-1] <= len(REPORT)
        assert track.mean(result) > track.mean(heading)


def test_long_reports_are_judged_to_their_last_sentence(tagger: TransformerTagger) -> None:
    text = "全年完成固定资产投资三亿元，同比增长百分之八。\n" * 400
    tagging = tagger.tag(segment(text))
    assert len(tagging.scores) == 400
    assert all(row.achievement > 0.3 for row in tagging.scores[-5:])


def test_judging_twice_gives_the_same(tagger: TransformerTagger) -> None:
    assert tagger.tag(segment(REPORT)).scores == tagger.tag(segment(REPORT)).scores


def test_small_windows_agree_with_large_ones_on_a_short_report() -> None:
    small = TransformerTagger.load(windows=WindowSettings(size=64, overlap=32))
    assert roles(small, REPORT)[1] is RhetoricalRole.ACHIEVEMENT


def test_a_title_changes_no_span(tagger: TransformerTagger) -> None:
    tagging = tagger.tag(segment(REPORT, title="某局2023年工作总结"))
    assert len(tagging.scores) == len(segment(REPORT).sentences)
    assert tagging.scores[1].achievement > 0.5


def test_what_has_no_token_is_other(tagger: TransformerTagger) -> None:
    text = "完成投资。\n\u200b\u200b\n下一步加强培训。"
    first, last = segment(text).sentences
    unseen = replace(first, span=Span(6, 8))
    scores = tagger.tag(Report(text, (first, unseen, last), text)).scores
    assert scores[1] == RoleScores(0.0, 0.0, 0.0, 1.0)
    assert scores[0].other < 0.5


def test_an_empty_report_has_no_scores(tagger: TransformerTagger) -> None:
    tagging = tagger.tag(segment("  "))
    assert tagging.scores == ()
    assert tagging.vectors.shape[0] == 0


def test_the_version_follows_the_weights(tagger: TransformerTagger) -> None:
    assert tagger.card == TransformerTagger.load().card
    assert tagger.card.name == "huibao-roles-zh"
    assert len(tagger.card.version) == 12


def test_a_folder_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot load"):
        TransformerTagger.load(tmp_path)


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    for path in SHIPPED_CHECKPOINT.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[:1_500_000])
    with pytest.raises(CheckpointError, match="cannot load"):
        TransformerTagger.load(tmp_path)


def test_a_folder_that_is_not_there_is_told_so() -> None:
    with pytest.raises(CheckpointError, match="there is no folder"):
        TransformerTagger.load("/no/such/folder")


def test_a_checkpoint_with_other_labels_is_refused(tmp_path: Path) -> None:
    config = AutoConfig.from_pretrained(
        SHIPPED_CHECKPOINT,
        num_hidden_layers=1,
        id2label={0: "yes", 1: "no"},
        label2id={"yes": 0, "no": 1},
    )
    AutoModelForTokenClassification.from_config(config).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((SHIPPED_CHECKPOINT / name).read_bytes())
    with pytest.raises(CheckpointError, match="no label for achievement"):
        TransformerTagger.load(tmp_path)
