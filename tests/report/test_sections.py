from __future__ import annotations

import numpy as np
import pytest

from report import sections
from report.audit import Passage
from report.compression import SectionSummary
from report.domain import RhetoricalRole
from report.judging import SentText, judge
from report.sections import key_sentences, summarise_section
from report.summarising import summarise_judged
from report.summary import NumberAudit, SummaryOptions
from tests.conftest import CueTagger

TEXT = "全年完成投资3.2亿元，成效明显。新增企业21家。"


def test_a_summary_that_fails_the_audit_is_rebuilt_from_whole_sentences(
    cue_tagger: CueTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = SectionSummary(
        "完成投资32亿元。",
        (Passage("完成投资32亿元", TEXT[:16]),),
        (),
        was_cut=False,
    )
    monkeypatch.setattr(sections, "compress", lambda *_: wrong)
    judgement = judge(SentText(TEXT), cue_tagger)
    made = summarise_section(judgement, RhetoricalRole.ACHIEVEMENT, 200)
    assert made.was_rebuilt
    assert made.text == TEXT
    summary = summarise_judged(judgement, SummaryOptions())
    assert summary.number_audit == NumberAudit(checked=2, found=2, rebuilt=3)


def test_sentences_are_ranked_by_salience(cue_tagger: CueTagger) -> None:
    judgement = judge(SentText("完成专题调研任务。完成投资3.2亿元，新增企业21家。"), cue_tagger)
    [first, second] = key_sentences(judgement, RhetoricalRole.ACHIEVEMENT)
    assert judgement.salience.mean(first.sentence.span) >= judgement.salience.mean(
        second.sentence.span
    )
    assert key_sentences(judgement, RhetoricalRole.PLAN) == []


def test_vectors_of_joined_sentences_have_length_one(cue_tagger: CueTagger) -> None:
    text = "完成投资，" * 40
    judgement = judge(SentText(text), cue_tagger)
    assert len(judgement.vectors) == len(judgement.sentences)
    assert np.linalg.norm(judgement.vectors, axis=1) == pytest.approx(1)
