"""Equal requests answered alike from memory, where that is switched on."""

from __future__ import annotations

import io
import random
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, g
from werkzeug.test import TestResponse

from extraction.extracting import Extractor
from service.answers.store import AnswerSource, AnswerStore
from service.app import create_app
from service.settings import Settings
from service.work.model_host import ModelHost

REPORT = "一、总结\n完成投资3.2亿元。\n二、问题\n人手不足。"


@pytest.fixture
def app(host: ModelHost) -> Flask:
    return create_app(host, Extractor(), Settings(cache_seconds=60))


def post(app: Flask, body: object, **headers: str) -> TestResponse:
    return app.test_client().post("/v1/summaries", json=body, headers=headers)


def is_hit(response: TestResponse) -> bool:
    return response.headers["Server-Timing"].startswith("cache;desc=hit, ")


def test_it_is_off_by_default(host: ModelHost) -> None:
    app = create_app(host, Extractor())
    assert not any(is_hit(post(app, {"text": REPORT})) for _ in range(2))
    assert app.extensions["answer_store"].size == 0


def test_equal_requests_are_answered_alike(app: Flask) -> None:
    first = post(app, {"text": REPORT})
    second = post(app, {"text": REPORT, "max_points": 5, "title": ""})
    assert (is_hit(first), is_hit(second)) == (False, True)
    assert first.data == second.data
    assert second.status_code == 200
    assert "Idempotency-Replayed" not in second.headers
    assert not is_hit(post(app, {"text": REPORT, "max_points": 4}))


def test_hits_need_no_place_in_the_line(app: Flask, host: ModelHost) -> None:
    post(app, {"text": REPORT})
    with host.admission():
        assert is_hit(post(app, {"text": REPORT}))
        assert post(app, {"text": REPORT + "完。"}).status_code == 503


def test_neither_do_hits_of_files(app: Flask, host: ModelHost) -> None:
    def send(text: str) -> TestResponse:
        data = {"file": (io.BytesIO(text.encode()), "a.txt")}
        return app.test_client().post("/v1/files/summaries", data=data)

    first = send(REPORT)
    with host.admission():
        again = send(REPORT)
        assert is_hit(again)
        assert again.data == first.data
        assert send(REPORT + "完。").status_code == 503


def test_errors_are_not_kept(app: Flask) -> None:
    assert [post(app, {"text": "report"}).status_code for _ in range(2)] == [422, 422]
    assert app.extensions["answer_store"].size == 0


def test_callers_do_not_share_answers(app: Flask) -> None:
    callers = iter(("first", "second", "second"))

    def arrive() -> None:
        g.client = next(callers)

    app.before_request(arrive)
    assert [is_hit(post(app, {"text": REPORT})) for _ in range(3)] == [False, False, True]


def test_operations_do_not_share_answers(app: Flask) -> None:
    batch = {"items": [{"id": "1", "text": REPORT}]}
    post(app, {"text": REPORT})
    answers = [app.test_client().post("/v1/summaries/batch", json=batch) for _ in range(2)]
    assert [is_hit(answer) for answer in answers] == [False, True]
    assert answers[0].data == answers[1].data


def test_a_hit_is_kept_for_its_idempotency_key(app: Flask) -> None:
    body = {"text": REPORT}
    post(app, body)
    hit = post(app, body, **{"Idempotency-Key": "a"})
    replay = post(app, body, **{"Idempotency-Key": "a"})
    reused = post(app, {"text": "完成。"}, **{"Idempotency-Key": "a"})
    assert is_hit(hit)
    assert replay.headers["Idempotency-Replayed"] == "true"
    assert reused.status_code == 422


def test_what_is_kept_is_not_compressed(app: Flask) -> None:
    packed = post(app, {"text": REPORT}, **{"Accept-Encoding": "gzip"})
    plain = post(app, {"text": REPORT})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert is_hit(plain)
    assert plain.json is not None


def test_where_answers_come_from_is_told_to_others(app: Flask) -> None:
    sources = []
    app.after_request(lambda response: sources.append(g.get("answer_source")) or response)
    for headers in ({}, {}, {"Idempotency-Key": "a"}, {"Idempotency-Key": "a"}):
        post(app, {"text": REPORT}, **headers)
    app.test_client().get("/livez")
    hit = AnswerSource.CACHE
    assert sources == [AnswerSource.COMPUTED, hit, hit, AnswerSource.IDEMPOTENCY, None]


def ask(store: AnswerStore, question: bytes, answer: bytes, key: bytes | None = None) -> str:
    with store.asking(question, key) as asking:
        if asking.answer is None:
            asking.keep(answer)
        return asking.source


def test_memory_is_bounded() -> None:
    store = AnswerStore(1_000_000, idempotency_seconds=60, cache_seconds=60)
    chance = random.Random(1)
    tracemalloc.start()
    try:
        for number in range(3000):
            digest = number.to_bytes(32)
            size = chance.choice((0, 10, 1000, 50_000, 600_000))
            ask(store, digest, bytes(size), digest[::-1] if number % 2 else None)
            assert store.size <= 1_000_000
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1_100_000


def test_an_answer_larger_than_the_memory_is_not_kept() -> None:
    store = AnswerStore(1000, idempotency_seconds=60, cache_seconds=60)
    assert [ask(store, b"q", bytes(2000), b"k") for _ in range(2)] == ["computed", "computed"]
    assert store.size == 0


def test_the_least_recently_used_go_first() -> None:
    store = AnswerStore(3000, idempotency_seconds=60, cache_seconds=60)
    for question in (b"a", b"b", b"a", b"c"):
        ask(store, question, bytes(800))
    assert ask(store, b"a", b"") == "cache"
    assert ask(store, b"b", b"") == "computed"


def test_answers_expire() -> None:
    now = 1000.0
    store = AnswerStore(10_000, 60, 10, clock=lambda: now)
    ask(store, b"question", b"answer", b"key")
    now += 9
    assert ask(store, b"question", b"") == "cache"
    now += 2
    assert ask(store, b"question", b"new", b"key") == "idempotency"
    assert ask(store, b"question", b"new") == "computed"
    now += 60
    assert ask(store, b"other", b"", b"key") == "computed"
    assert store.size < 2 * 600


def test_threads_may_share_it() -> None:
    store = AnswerStore(20_000, idempotency_seconds=60, cache_seconds=60)
    barrier = threading.Barrier(4)

    def work(seed: int) -> int:
        chance = random.Random(seed)
        barrier.wait(30)
        for _ in range(2000):
            number = chance.randrange(60)
            digest = number.to_bytes(32)
            with store.asking(digest) as asking:
                if asking.answer is None:
                    asking.keep(digest * 50)
                else:
                    assert asking.answer == digest * 50
        return store.size

    with ThreadPoolExecutor(4) as pool:
        assert all(size <= 20_000 for size in pool.map(work, range(4)))
