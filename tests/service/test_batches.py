"""The contract of ``POST /v1/summaries/batch``."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from extraction.extracting import Extractor
from models.tagger import TransformerTagger
from report.domain import Report
from report.segmentation import segment
from report.tagging import Tagging
from report.watching import UNWATCHED, Watch
from service.app import create_app
from service.schemas import MAX_BATCH_CHARACTERS, MAX_BATCH_ITEMS
from service.work.model_host import ModelHost
from tests.conftest import CueTagger

REPORT = "一、总结\n完成投资3.2亿元。\n二、问题\n人手不足。"


def post(client: FlaskClient, *items: object) -> TestResponse:
    return client.post("/v1/summaries/batch", json={"items": items})


def test_each_text_is_answered_as_if_it_came_alone(client: FlaskClient) -> None:
    others = {"max_points": 1, "include_sentences": True}
    response = post(
        client, {"id": "甲", "text": REPORT}, {"id": "乙", "text": "下一步将培训。", **others}
    )
    assert response.status_code == 200
    first, second = response.json["results"]
    assert [first["id"], second["id"]] == ["甲", "乙"]
    assert [first["status"], second["status"]] == [200, 200]
    assert first["result"] == client.post("/v1/summaries", json={"text": REPORT}).json
    alone = client.post("/v1/summaries", json={"text": "下一步将培训。", **others}).json
    assert second["result"] == alone
    assert "problem" not in first


@pytest.mark.parametrize(
    ("bad", "code", "pointer"),
    [
        ({"text": " \n"}, "blank_text", "/items/1/text"),
        ({"text": "Annual report"}, "no_chinese_text", "/items/1/text"),
        ({"text": "完" * 600_000}, "text_too_long", "/items/1/text"),
        ({"text": 5}, "validation_failed", "/items/1/text"),
        ({"text": None}, "validation_failed", "/items/1/text"),
        ({}, "validation_failed", "/items/1/text"),
        ({"text": "完成。", "max_points": 0}, "validation_failed", "/items/1/max_points"),
        ({"text": "完成。", "more": 1}, "validation_failed", "/items/1/more"),
    ],
)
def test_one_bad_text_never_sinks_the_rest(
    client: FlaskClient, bad: dict[str, object], code: str, pointer: str
) -> None:
    response = post(
        client, {"id": "a", "text": REPORT}, {"id": "b", **bad}, {"id": "c", "text": REPORT}
    )
    assert response.status_code == 200
    first, second, third = response.json["results"]
    assert second["status"] == second["problem"]["status"] == 422
    assert second["problem"]["code"] == code
    assert [fault["pointer"] for fault in second["problem"]["errors"]] == [pointer]
    assert second["problem"]["request_id"] == response.headers["X-Request-Id"]
    assert "result" not in second
    assert first["result"] == third["result"]
    assert first["status"] == third["status"] == 200


def test_a_batch_of_bad_texts_has_results_too(client: FlaskClient) -> None:
    response = post(client, {"id": "a", "text": ""}, {"id": "b", "text": "?"})
    assert [item["status"] for item in response.json["results"]] == [422, 422]


@pytest.mark.parametrize(
    ("items", "pointer"),
    [
        ([], "/items"),
        ({}, "/items"),
        (None, "/items"),
        ([3], "/items/0"),
        ([{"text": REPORT}], "/items/0/id"),
        ([{"id": 3, "text": REPORT}], "/items/0/id"),
        ([{"id": "", "text": REPORT}], "/items/0/id"),
        ([{"id": "x" * 101, "text": REPORT}], "/items/0/id"),
        ([{"id": "a", "text": REPORT}] * 2, "/items/1/id"),
        ([{"id": str(n), "text": "完"} for n in range(MAX_BATCH_ITEMS + 1)], "/items"),
        (
            [{"id": str(n), "text": "完" * (MAX_BATCH_CHARACTERS // 4)} for n in range(5)],
            "/items",
        ),
    ],
)
def test_what_cannot_be_answered_text_by_text_is_refused(
    client: FlaskClient, items: object, pointer: str
) -> None:
    response = client.post("/v1/summaries/batch", json={"items": items})
    assert response.status_code == 422
    assert response.json["code"] == "validation_failed"
    assert response.json["errors"][0]["pointer"] == pointer


def test_the_largest_batch_is_taken(client: FlaskClient) -> None:
    response = post(client, *({"id": str(n), "text": "完成。"} for n in range(MAX_BATCH_ITEMS)))
    assert {item["status"] for item in response.json["results"]} == {200}


class CannotPrepare(CueTagger):
    """Fails on one text before it is encoded, with the text in its message."""

    def sentence_ends(self, text: str, watch: Watch = UNWATCHED) -> list[int]:
        raise RuntimeError(text)


class CannotEncode(CueTagger):
    """Fails on one text when it is encoded."""

    def tag(self, report: Report) -> Tagging:
        if "机密" in report.text:
            raise RuntimeError(report.text)
        return super().tag(report)


@pytest.mark.parametrize("tagger", [CannotPrepare, CannotEncode])
def test_a_fault_of_ours_concerns_its_text_alone(
    caplog: pytest.LogCaptureFixture, tagger: type[CueTagger]
) -> None:
    host = ModelHost(tagger, places=1)
    host.start()
    without_stops = "机密工作完成投资三亿元新增企业二十家举办培训十期" * 20
    with caplog.at_level(logging.DEBUG), create_app(host, Extractor()).test_client() as client:
        response = post(client, {"id": "a", "text": without_stops}, {"id": "b", "text": REPORT})
    first, second = response.json["results"]
    assert (first["status"], first["problem"]["code"]) == (500, "internal_error")
    assert second["status"] == 200
    assert "RuntimeError" in caplog.text
    assert "机密" not in response.text + caplog.text


def test_all_texts_go_to_the_model_together() -> None:
    calls: list[int] = []

    class Recorder(CueTagger):
        def tag_all(self, reports: Sequence[Report], watch: Watch = UNWATCHED) -> list[Tagging]:
            calls.append(len(reports))
            return super().tag_all(reports, watch)

    host = ModelHost(Recorder, places=1)
    host.start()
    with create_app(host, Extractor()).test_client() as client:
        post(client, *({"id": str(n), "text": REPORT} for n in range(9)), {"id": "x", "text": ""})
    assert calls == [1, 9]


def test_the_real_model_judges_texts_together_as_it_judges_them_alone(
    tagger: TransformerTagger,
) -> None:
    windows: list[int] = []

    class Counting:
        def stage(self, stage: object) -> Any:
            return UNWATCHED.stage(stage)  # type: ignore[arg-type]

        def encoded(self, count: int, tokens: int) -> None:
            windows.append(count)

        def go_on(self) -> None:
            pass

    texts = ["完成投资3.2亿元。", "人手不足，经费紧张。" * 90, "下一步将培训骨干20名。" * 5, ""]
    reports = [segment(text) for text in texts]
    together = tagger.tag_all(reports, Counting())
    assert windows == [4]  # three texts, one of them in two windows, in one batch
    for report, tagging in zip(reports, together, strict=True):
        alone = tagger.tag(report)
        assert len(tagging.scores) == len(alone.scores)
        for one, other in zip(tagging.scores, alone.scores, strict=True):
            assert one.achievement == pytest.approx(other.achievement, abs=1e-4)
            assert one.problem == pytest.approx(other.problem, abs=1e-4)
        assert tagging.salience.values == pytest.approx(alone.salience.values, abs=1e-2)
