"""The contract of the API, with a stand-in for the model."""

from __future__ import annotations

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from extraction.extracting import Extractor
from report.tagging import ModelCard
from service.app import create_app
from service.views import MAX_BODY_BYTES
from service.work.model_host import ModelHost
from tests.conftest import CueTagger

REPORT = "一、总结\n完成投资3.2亿元。𠮷\n二、问题\n人手不足。\n三、打算\n力争新增30家。"


def post(client: FlaskClient, body: object):  # type: ignore[no-untyped-def]
    return client.post("/v1/summaries", json=body)


def test_a_summary(client: FlaskClient) -> None:
    response = post(client, {"text": REPORT})
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    answer = response.json
    assert list(answer) == [
        *("model", "sections", "parts", "repairs", "coverage", "number_audit", "warnings")
    ]
    assert (answer["parts"], answer["repairs"]) == ([], [])
    assert answer["model"] == {"name": "cues", "version": "1"}
    assert list(answer["sections"]) == ["achievements", "problems", "plans"]
    problems = answer["sections"]["problems"]
    assert problems == {
        "present": True,
        "summary": "人手不足。",
        "sources": [{"start": 22, "end": 27}],
        "points": [
            {
                "text": "人手不足。",
                "quote": "人手不足。",
                "span": {"start": 22, "end": 27},
                "confidence": 0.94,
                "headings": ["二、问题"],
                "figures": [],
            }
        ],
        "sentence_count": 1,
        "character_count": 5,
    }


def test_figures_are_told_apart(client: FlaskClient) -> None:
    text = "😀完成投资3.2亿元，同比增长8.\n5%。"
    answer = post(client, {"text": text}).json
    [point] = answer["sections"]["achievements"]["points"]
    [money, growth] = point["figures"]
    assert money == {
        "text": "3.2亿元",
        "value": "3.2",
        "unit": "亿元",
        "indicator": "投资",
        "kind": "amount",
        "span": {"start": 5, "end": 10},
    }
    assert (growth["value"], growth["unit"], growth["kind"]) == ("8.5", "%", "growth")
    assert text[growth["span"]["start"] : growth["span"]["end"]] == "8.\n5%"
    assert answer["number_audit"] == {"checked": 2, "found": 2, "rebuilt": 0}


def test_spans_count_code_points_of_the_text_as_sent(client: FlaskClient) -> None:
    text = "  \n𠮷𠮷完成投资。\r\n人手不足。"
    answer = post(client, {"text": text, "include_sentences": True}).json
    for section in answer["sections"].values():
        for point in section["points"]:
            assert text[point["span"]["start"] : point["span"]["end"]] == point["quote"]
    spans = [sentence["span"] for sentence in answer["sentences"]]
    covered = "".join(text[span["start"] : span["end"]] for span in spans)
    assert covered == "".join(text.split())


def test_chinese_is_readable_on_the_wire(client: FlaskClient) -> None:
    assert "人手不足" in post(client, {"text": REPORT}).text


def test_absent_fields_are_absent(client: FlaskClient) -> None:
    body = post(client, {"text": REPORT}).text
    assert "null" not in body
    assert 'sentences":[' not in body


def test_options(client: FlaskClient) -> None:
    text = "".join(f"完成第{index}项任务。" for index in range(30))
    answer = post(client, {"text": text, "max_points": 2, "max_summary_chars": 50}).json
    achievements = answer["sections"]["achievements"]
    assert len(achievements["points"]) == 2
    assert 0 < len(achievements["summary"]) <= 50


PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "request_id"}


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "validation_failed", "/text"),
        ([], "validation_failed", ""),
        ("完成", "validation_failed", ""),
        (5, "validation_failed", ""),
        (None, "validation_failed", ""),
        ({"text": None}, "validation_failed", "/text"),
        ({"text": 5}, "validation_failed", "/text"),
        ({"text": ["完成"]}, "validation_failed", "/text"),
        ({"text": ""}, "blank_text", "/text"),
        ({"text": " \n\u3000"}, "blank_text", "/text"),
        ({"text": "annual report"}, "no_chinese_text", "/text"),
        ({"text": "完" * 200_001}, "text_too_long", "/text"),
        ({"text": REPORT, "title": "题" * 501}, "validation_failed", "/title"),
        ({"text": REPORT, "max_points": 0}, "validation_failed", "/max_points"),
        ({"text": REPORT, "max_points": 21}, "validation_failed", "/max_points"),
        ({"text": REPORT, "max_points": "5"}, "validation_failed", "/max_points"),
        ({"text": REPORT, "max_points": True}, "validation_failed", "/max_points"),
        ({"text": REPORT, "max_points": 2.5}, "validation_failed", "/max_points"),
        ({"text": REPORT, "max_points": 10**30}, "validation_failed", "/max_points"),
        ({"text": REPORT, "max_points": None}, "validation_failed", "/max_points"),
        ({"text": REPORT, "max_summary_chars": 49}, "validation_failed", "/max_summary_chars"),
        ({"text": REPORT, "max_summary_chars": 1001}, "validation_failed", "/max_summary_chars"),
        ({"text": REPORT, "include_sentences": 1}, "validation_failed", "/include_sentences"),
        ({"text": REPORT, "include_sentences": "yes"}, "validation_failed", "/include_sentences"),
        ({"text": REPORT, "长度/~": 1}, "validation_failed", "/长度~1~0"),
    ],
)
def test_unfit_bodies_are_422_and_name_the_field(
    client: FlaskClient, body: object, code: str, pointer: str
) -> None:
    response = client.post("/v1/summaries", data=json.dumps(body), content_type="application/json")
    assert response.status_code == 422
    assert response.mimetype == "application/problem+json"
    problem = response.json
    assert set(problem) == PROBLEM_FIELDS | {"errors"}
    assert problem["code"] == code
    assert problem["type"] == f"urn:huibao:problem:{code}"
    assert problem["status"] == 422
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert problem["errors"][0]["message"]


def test_messages_name_the_limit(client: FlaskClient) -> None:
    [error] = post(client, {"text": REPORT, "max_points": 99}).json["errors"]
    assert "1" in error["message"]
    assert "20" in error["message"]
    [error] = post(client, {"text": "完" * 200_001}).json["errors"]
    assert "200000" in error["message"]
    assert "200001" in error["message"]


def test_many_errors_are_counted_not_all_listed(client: FlaskClient) -> None:
    body = {"text": REPORT} | {f"x{index}": 1 for index in range(40)}
    problem = post(client, body).json
    assert len(problem["errors"]) == 20
    assert "40" in problem["detail"]


def test_the_longest_text_in_the_widest_escapes_fits_the_body_limit(client: FlaskClient) -> None:
    body = json.dumps({"text": "𠮷" * 200_000}, ensure_ascii=True)
    assert len(body) < MAX_BODY_BYTES
    response = client.post("/v1/summaries", data=body, content_type="application/json")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"text": "\xff\xfe"}',
        "{'text': '完成'}".encode(),
        '{"text": "完成"}'.encode("gbk"),
        b"\xef\xbb\xbf{}",
        b'{"text": "\\ud800"}',
        b'{"text": NaN}',
        b"[" * 100_000,
        b'{"text": "a", }',
    ],
)
def test_bodies_that_are_not_json_in_utf8_are_400(client: FlaskClient, body: bytes) -> None:
    response = client.post("/v1/summaries", data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.json["code"] == "malformed_request"
    assert set(response.json) == PROBLEM_FIELDS


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("text/plain", None),
        ("application/x-www-form-urlencoded", None),
        ("application/xml", None),
        (None, None),
        ("application/json", "br"),
    ],
)
def test_other_media_types_are_415(
    client: FlaskClient, content_type: str | None, encoding: str | None
) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    response = client.post(
        "/v1/summaries", data=b'{"text": "x"}', content_type=content_type, headers=headers
    )
    assert response.status_code == 415
    assert response.json["code"] == "unsupported_media_type"


def test_a_charset_parameter_is_accepted(client: FlaskClient) -> None:
    response = client.post(
        "/v1/summaries",
        data=json.dumps({"text": REPORT}),
        content_type="application/json; charset=utf-8",
    )
    assert response.status_code == 200


def test_bodies_over_the_limit_are_413(client: FlaskClient) -> None:
    body = b" " * (MAX_BODY_BYTES + 1)
    response = client.post("/v1/summaries", data=body, content_type="application/json")
    assert response.status_code == 413
    assert response.json["code"] == "payload_too_large"


def test_unknown_paths_are_404(client: FlaskClient) -> None:
    for path in ("/", "/v1", "/v1/summaries/", "/v2/summaries", "/docs/assets/../secrets"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.json["code"] == "not_found"


def test_other_methods_are_405_with_allow(client: FlaskClient) -> None:
    response = client.get("/v1/summaries")
    assert response.status_code == 405
    assert response.json["code"] == "method_not_allowed"
    assert "POST" in response.headers["Allow"]


class Broken(CueTagger):
    """Fails with the report in its message, as a careless library might."""

    def tag(self, report):  # type: ignore[no-untyped-def]
        if "机密" in report.text:
            raise RuntimeError(report.text)
        return super().tag(report)


def test_faults_of_ours_are_500_without_internals(caplog: pytest.LogCaptureFixture) -> None:
    host = ModelHost(Broken, places=1)
    host.start()
    with caplog.at_level(logging.DEBUG), create_app(host, Extractor()).test_client() as client:
        response = post(client, {"text": "机密完成。", "title": "机密"})
    assert response.status_code == 500
    assert response.json["code"] == "internal_error"
    assert "RuntimeError" not in response.text
    assert "机密" not in response.text
    assert "RuntimeError" in caplog.text
    assert response.json["request_id"] in caplog.text
    assert "机密" not in caplog.text


def test_report_text_never_reaches_the_logs(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        post(client, {"text": REPORT})
        post(client, {"text": "完成" * 200_000})
        post(client, {"text": REPORT, "人手不足": 1})
        client.get("/人手不足?完成投资")
    assert "POST /v1/summaries 200" in caplog.text
    assert "投资" not in caplog.text
    assert "不足" not in caplog.text


@pytest.mark.parametrize(
    ("path", "body", "pointer", "message"),
    [
        ("", {"text": "完成。", "disabled_repairs": [1] * 14}, "/disabled_repairs", "最多 13 项。"),
        ("", {"text": "完成。"} | {str(n): n for n in range(50)}, "", "最多 50 个字段。"),
        ("/batch", {"items": [1] * 65}, "/items", "须有 1 到 64 份报告。"),
    ],
)
def test_lists_and_objects_are_counted_before_their_members_are_looked_at(
    client: FlaskClient, path: str, body: object, pointer: str, message: str
) -> None:
    """Or some megabytes of faults would take a minute and gigabytes."""
    response = client.post(f"/v1/summaries{path}", json=body)
    assert response.status_code == 422
    assert response.json["errors"] == [{"pointer": pointer, "message": message}]


def test_info(client: FlaskClient) -> None:
    answer = client.get("/v1/info").json
    assert answer["model"] == {"name": "cues", "version": "1"}
    assert answer["limits"]["max_text_characters"] == 200_000
    assert answer["limits"]["max_body_bytes"] == MAX_BODY_BYTES


def test_not_ready_until_the_model_has_answered_and_after_shutdown_begins() -> None:
    host = ModelHost(CueTagger, places=1)
    with create_app(host, Extractor()).test_client() as client:
        assert client.get("/livez").status_code == 200
        probe, info = client.get("/readyz"), client.get("/v1/info")
        for response in (probe, info, post(client, {"text": "完成"})):
            assert response.status_code == 503
            assert response.json["code"] == "not_ready"
            assert int(response.headers["Retry-After"]) > 0
        host.start()
        assert client.get("/readyz").json == {"status": "ok"}
        host.begin_shutdown()
        assert client.get("/readyz").status_code == 503
        assert client.get("/livez").status_code == 200
        assert post(client, {"text": REPORT}).status_code == 200


def test_a_host_whose_model_cannot_answer_does_not_become_ready() -> None:
    class Mute(CueTagger):
        def tag(self, report):  # type: ignore[no-untyped-def]
            raise RuntimeError

    announced: list[ModelCard] = []
    host = ModelHost(Mute, places=1, announce=announced.append)
    with pytest.raises(RuntimeError):
        host.start()
    assert not host.ready
    assert not announced


def test_a_model_is_announced_before_anybody_sees_it_ready() -> None:
    seen: list[tuple[ModelCard, bool]] = []
    host = ModelHost(CueTagger, 1, lambda card: seen.append((card, host.ready)))
    host.start()
    assert seen == [(host.card, False)]
    assert host.ready


def test_beyond_its_capacity_the_service_says_so_at_once() -> None:
    release, entered = threading.Event(), threading.Event()

    class Slow(CueTagger):
        def tag(self, report):  # type: ignore[no-untyped-def]
            if "慢" in report.text:
                entered.set()
                release.wait(timeout=30)
            return super().tag(report)

    host = ModelHost(Slow, places=1)
    host.start()
    app = create_app(host, Extractor())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: post(app.test_client(), {"text": "慢慢完成。"}).status_code)
        entered.wait(timeout=30)
        refused = post(app.test_client(), {"text": REPORT})
        assert refused.status_code == 503
        assert refused.json["code"] == "overloaded"
        assert "Retry-After" in refused.headers
        assert app.test_client().get("/readyz").status_code == 200
        release.set()
        assert first.result(timeout=30) == 200
    assert post(app.test_client(), {"text": REPORT}).status_code == 200


def test_ranges_of_assets_are_ignored(client: FlaskClient) -> None:
    with client.get("/docs/assets/index.css", headers={"Range": "bytes=99999999-"}) as asset:
        assert asset.status_code == 200


@pytest.mark.parametrize("given", ["abc-123", "a" * 128, "trace:1/2+3=="])
def test_request_ids_are_echoed(client: FlaskClient, given: str) -> None:
    response = client.get("/nowhere", headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"] == given
    assert response.json["request_id"] == given


@pytest.mark.parametrize("given", ["", "a" * 129, "a b", "机密", "x<script>"])
def test_unfit_request_ids_are_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/livez", headers={"X-Request-Id": given.encode().decode("latin-1")})
    made = response.headers["X-Request-Id"]
    assert made != given
    assert len(made) == 32


def test_the_documentation_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text.replace("https://", "http://").split("<body>")[1]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    for path in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"):
        with client.get(f"/docs/assets/{path}") as asset:
            assert asset.status_code == 200
    script = client.get("/docs/start.js")
    assert script.mimetype == "text/javascript"
    assert "validatorUrl: null" in script.text
