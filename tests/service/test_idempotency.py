"""The ``Idempotency-Key`` header: the same key and request, the same answer, no work."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import pytest
from flask import Flask, Response, g
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from extraction.extracting import Extractor
from report.domain import Report
from report.repairs.repairing import RepairCode
from report.tagging import Tagging
from report.watching import UNWATCHED, Watch
from service.answers.idempotency import (
    KEY_PATTERN,
    IdempotencyConflictError,
    IdempotencyKeyReusedError,
    MalformedIdempotencyKeyError,
    idempotency_key,
)
from service.answers.reuse import reuses_answers
from service.answers.store import AnswerSource, AnswerStore
from service.app import create_app
from service.work.model_host import ModelHost
from service.work.request_watch import RequestWatch
from tests.conftest import CueTagger

REPORT = "一、总结\n完成投资3.2亿元。\n二、问题\n人手不足。"
BATCH = {"items": [{"id": "1", "text": REPORT}, {"id": "2", "text": " "}]}
WAIT = 30


@dataclass
class CountingTagger(CueTagger):
    """Counts its calls; may be made to fail, or to wait."""

    calls: int = 0
    fails: bool = False
    entered: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def tag_all(self, reports: Sequence[Report], watch: Watch = UNWATCHED) -> list[Tagging]:
        self.calls += 1
        if self.fails:
            raise RuntimeError
        if any("慢" in report.text for report in reports):
            self.entered.set()
            assert self.release.wait(WAIT)
        return super().tag_all(reports, watch)


@pytest.fixture
def tagger() -> CountingTagger:
    return CountingTagger()


@pytest.fixture
def app(tagger: CountingTagger) -> Flask:
    host = ModelHost(lambda: tagger, places=4)
    host.start()
    tagger.calls = 0
    return create_app(host, Extractor())


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def post(
    client: FlaskClient, body: object, key: str = "key", path: str = "/v1/summaries"
) -> TestResponse:
    return client.post(path, json=body, headers={"Idempotency-Key": key})


def send_file(
    client: FlaskClient, boundary: str, content: str, name: str = "a.txt"
) -> TestResponse:
    disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    body = f"--{boundary}\r\n{disposition}\r\n\r\n{content}\r\n--{boundary}--\r\n"
    return client.post(
        "/v1/files/summaries",
        data=body.encode(),
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Idempotency-Key": "key"},
    )


def is_replayed(response: TestResponse) -> bool:
    return response.headers.get("Idempotency-Replayed") == "true"


def test_the_same_request_is_answered_again_without_work(
    client: FlaskClient, tagger: CountingTagger
) -> None:
    first, second = post(client, {"text": REPORT}), post(client, {"text": REPORT})
    assert (first.status_code, second.status_code) == (200, 200)
    assert (is_replayed(first), is_replayed(second)) == (False, True)
    assert first.data == second.data
    assert second.mimetype == first.mimetype == "application/json"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert second.headers["Server-Timing"].startswith("idempotency;desc=hit, total;dur=")
    assert tagger.calls == 1


def test_without_a_key_nothing_is_replayed(client: FlaskClient, tagger: CountingTagger) -> None:
    answers = [client.post("/v1/summaries", json={"text": REPORT}) for _ in range(2)]
    assert not any(map(is_replayed, answers))
    assert tagger.calls == 2


def test_batches_and_files_are_replayed(client: FlaskClient, tagger: CountingTagger) -> None:
    batches = [post(client, BATCH, "batch", "/v1/summaries/batch") for _ in range(2)]
    files = [send_file(client, boundary, REPORT) for boundary in ("x", "quite-another")]
    for first, second in (batches, files):
        assert first.status_code == 200, first.text
        assert (is_replayed(first), is_replayed(second)) == (False, True)
        assert first.data == second.data
    assert tagger.calls == 2


def test_a_batch_in_which_something_broke_is_not_kept(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("service.work.batches.summarise_judged", lambda *_: 1 / 0)
        first = post(client, BATCH, path="/v1/summaries/batch")
        assert [item["status"] for item in first.json["results"]] == [500, 422]  # type: ignore[index]
    second = post(client, BATCH, path="/v1/summaries/batch")
    assert not is_replayed(second)
    assert [item["status"] for item in second.json["results"]] == [200, 422]  # type: ignore[index]


@pytest.mark.parametrize(
    "same",
    [
        {"text": REPORT, "title": ""},
        {"max_points": 5, "text": REPORT},
        {"text": REPORT, "disabled_repairs": [], "script": "original"},
    ],
)
def test_defaults_and_order_make_no_difference(client: FlaskClient, same: object) -> None:
    post(client, {"text": REPORT})
    assert is_replayed(post(client, same))


def test_a_set_of_options_is_one_in_any_order(client: FlaskClient) -> None:
    codes = list(RepairCode)
    post(client, {"text": REPORT, "disabled_repairs": codes})
    for turn in range(len(codes)):
        body = {"text": REPORT, "disabled_repairs": codes[turn:] + codes[:turn]}
        assert is_replayed(post(client, body))
    assert post(client, {"text": REPORT, "disabled_repairs": codes[1:]}).status_code == 422
    twice = [*codes[2:], codes[2]]
    assert post(client, {"text": REPORT, "disabled_repairs": twice}, "2").status_code == 200
    body = {"text": REPORT, "disabled_repairs": codes[2:]}
    assert is_replayed(post(client, body, "2"))


@pytest.mark.parametrize(
    "other",
    [
        {"text": REPORT + "。"},
        {"text": REPORT, "title": "完"},
        {"text": REPORT, "max_points": 4},
        {"text": REPORT, "max_summary_chars": 201},
        {"text": REPORT, "include_sentences": True},
        {"text": REPORT, "script": "simplified"},
        {"text": REPORT, "disabled_repairs": ["wrapped_lines"]},
    ],
)
def test_a_key_is_for_one_request(
    client: FlaskClient, tagger: CountingTagger, other: dict[str, object]
) -> None:
    post(client, {"text": REPORT})
    response = post(client, other)
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["code"] == "idempotency_key_reused"
    assert tagger.calls == 1
    assert is_replayed(post(client, {"text": REPORT}))


def test_items_that_do_not_fit_count_as_well(client: FlaskClient) -> None:
    def ask(points: int, text: str = REPORT) -> TestResponse:
        items = [{"id": "a", "text": text, "max_points": points}, {"id": "b", "text": REPORT}]
        headers = {"Idempotency-Key": "1"}
        return client.post("/v1/summaries/batch", json={"items": items}, headers=headers)

    first = ask(999)
    assert first.status_code == 200
    assert is_replayed(ask(999))
    assert ask(500).status_code == 422
    assert ask(999, REPORT + "。").status_code == 422


def test_where_one_field_ends_and_the_next_begins_counts(client: FlaskClient) -> None:
    post(client, {"text": "完成一", "title": "二"})
    assert post(client, {"text": "完成", "title": "一二"}).status_code == 422
    assert post(client, {"text": '完成一","title":"二', "title": ""}).status_code == 422


def test_a_key_is_for_one_operation(client: FlaskClient) -> None:
    post(client, {"text": REPORT})
    assert post(client, BATCH, path="/v1/summaries/batch").status_code == 422
    assert send_file(client, "x", REPORT).status_code == 422


def test_operations_that_take_the_same_are_told_apart(store: AnswerStore) -> None:
    app = Flask(__name__)
    app.extensions["answer_store"] = store
    for path in ("/one", "/other"):
        view = reuses_answers(lambda asked, path=path: Response(path))
        app.add_url_rule(path, path, partial(view, "asked"), methods=["POST"])
    app.register_error_handler(IdempotencyKeyReusedError, lambda _: ("reused", 422))
    statuses = [post(app.test_client(), {}, path=path).text for path in ("/one", "/other", "/one")]
    assert statuses == ["/one", "reused", "/one"]


def test_files_differ_by_content_and_by_name(client: FlaskClient) -> None:
    assert send_file(client, "x", REPORT).status_code == 200
    assert send_file(client, "x", REPORT + "。").status_code == 422
    assert send_file(client, "x", REPORT, "a.md").status_code == 422


def test_callers_have_keys_of_their_own(app: Flask) -> None:
    callers = iter(("first", "second", "second"))

    def arrive() -> None:
        g.client = next(callers)

    app.before_request(arrive)
    answers = [post(app.test_client(), {"text": REPORT}) for _ in range(3)]
    assert [is_replayed(answer) for answer in answers] == [False, False, True]


def test_errors_may_be_retried(client: FlaskClient, tagger: CountingTagger) -> None:
    assert post(client, {"text": "annual report"}).status_code == 422
    tagger.fails = True
    assert [post(client, {"text": REPORT}).status_code for _ in range(2)] == [500, 500]
    tagger.fails = False
    retried = post(client, {"text": REPORT})
    assert (retried.status_code, is_replayed(retried)) == (200, False)


@pytest.mark.parametrize(
    "ended", [RequestWatch(0.0, lambda: False), RequestWatch(math.inf, lambda: True)]
)
def test_ended_work_leaves_its_key_free(app: Flask, ended: RequestWatch) -> None:
    watches = iter((ended, RequestWatch(math.inf, lambda: False)))

    def watch() -> None:
        g.watch = next(watches)

    app.before_request(watch)
    stopped, retried = (post(app.test_client(), {"text": REPORT}) for _ in range(2))
    assert stopped.status_code == 503
    assert (retried.status_code, is_replayed(retried)) == (200, False)


def test_the_first_one_under_way_is_a_conflict(app: Flask, tagger: CountingTagger) -> None:
    body = {"text": "慢慢完成。"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: post(app.test_client(), body))
        assert tagger.entered.wait(WAIT)
        second = post(app.test_client(), body)
        other = post(app.test_client(), {"text": REPORT})
        elsewhere = app.test_client().options("/v1/summaries", headers={"Idempotency-Key": "key"})
        tagger.release.set()
        assert first.result(WAIT).status_code == 200
    assert second.status_code == 409
    assert second.json is not None
    assert second.json["code"] == "idempotency_conflict"
    assert int(second.headers["Retry-After"]) >= 1
    assert other.status_code == 422
    assert elsewhere.status_code == 200
    third = post(app.test_client(), body)
    assert is_replayed(third)
    assert third.data == first.result().data


def test_many_at_once_work_once(app: Flask, tagger: CountingTagger) -> None:
    barrier = threading.Barrier(8)

    def retry() -> TestResponse:
        client = app.test_client()
        barrier.wait(WAIT)
        while (answer := post(client, {"text": REPORT})).status_code == 409:
            pass
        return answer

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(retry) for _ in range(8)]
    bodies = {answer.result().data for answer in answers}
    assert len(bodies) == 1
    assert tagger.calls == 1
    assert sum(is_replayed(answer.result()) for answer in answers) == 7


VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


@pytest.mark.parametrize("header", ["", " ", '"', '""', "a b", "a,b", 'a"', "\\", '"a', "é"])
def test_malformed_keys_are_refused(client: FlaskClient, header: str) -> None:
    response = post(client, {"text": REPORT}, header)
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["code"] == "malformed_request"
    assert "Idempotency-Key" in response.json["detail"]


@pytest.mark.parametrize(
    "header", ["a" * 256, f'"{"a" * 256}"', '"a";b=1', '"a\\b"', "a\n", "\x7f"]
)
def test_other_malformed_keys(header: str) -> None:
    with pytest.raises(MalformedIdempotencyKeyError):
        idempotency_key(header)


@given(st.text(VISIBLE, min_size=1, max_size=255))
def test_every_visible_key_can_be_quoted(key: str) -> None:
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    assert idempotency_key(f'"{quoted}"') == key
    if not set(key) & set('"\\,'):
        assert idempotency_key(key) == key


def test_quoted_or_not_a_key_is_the_same(client: FlaskClient) -> None:
    post(client, {"text": REPORT}, "8e03978e-40d5-43dd-bc93-6894a57f9324")
    again = post(client, {"text": REPORT}, '"8e03978e-40d5-43dd-bc93-6894a57f9324"')
    assert is_replayed(again)


def test_the_header_is_described(app: Flask) -> None:
    spec = app.extensions["openapi"].to_dict()
    for path in ("/v1/summaries", "/v1/summaries/batch", "/v1/files/summaries"):
        operation = spec["paths"][path]["post"]
        assert operation["parameters"] == [{"$ref": "#/components/parameters/IdempotencyKey"}]
        assert "Idempotency-Replayed" in operation["responses"]["200"]["headers"]
        assert "Retry-After" in operation["responses"]["409"]["headers"]
    schema = spec["components"]["parameters"]["IdempotencyKey"]["schema"]
    assert schema["pattern"] == KEY_PATTERN


@pytest.fixture
def store() -> AnswerStore:
    return AnswerStore(10_000, idempotency_seconds=60, cache_seconds=0)


def test_whatever_is_raised_frees_the_key(store: AnswerStore) -> None:
    with pytest.raises(KeyboardInterrupt), store.asking(b"request", b"key"):
        raise KeyboardInterrupt
    with store.asking(b"request", b"key") as asking:
        assert asking.source is AnswerSource.COMPUTED


def test_a_key_under_way_conflicts_and_belongs_to_its_request(store: AnswerStore) -> None:
    with store.asking(b"request", b"key"):
        with pytest.raises(IdempotencyConflictError), store.asking(b"request", b"key"):
            pass
        with pytest.raises(IdempotencyKeyReusedError), store.asking(b"other", b"key"):
            pass
        with pytest.raises(IdempotencyConflictError), store.asking(b"request", b"key"):
            pass
