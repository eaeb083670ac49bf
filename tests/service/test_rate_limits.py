"""Limits by key and address, in memory and in redis."""

from __future__ import annotations

import logging
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient
from limits.storage import RedisStorage, storage_from_string
from werkzeug.test import TestResponse

from benchmarks.server_process import free_port
from extraction.extracting import Extractor
from service.access.authentication import NewKey, Scope, new_key
from service.access.rate_limits import charge, require_usable
from service.app import create_app
from service.settings import Settings, SettingsError
from service.work.model_host import ModelHost

CALLER = new_key("crm", frozenset({Scope.SUMMARISE}))
OTHER = new_key("oa", frozenset({Scope.SUMMARISE}))
KEYS = f"{CALLER.key.entry} {OTHER.key.entry}"
REMOTE = {"REMOTE_ADDR": "::1"}
TEXT = {"text": "完成投资3.2亿元。"}


def client_of(host: ModelHost, rate_limit: str, **settings: object) -> FlaskClient:
    """A client of an application that also has an operation of a chosen cost."""
    chosen = Settings(rate_limit=rate_limit, **settings)  # type: ignore[arg-type]
    app = create_app(host, Extractor(), chosen)

    def costly() -> str:
        charge(int(request.args["cost"]))
        return "ok"

    app.add_url_rule("/v1/costly", "costly", costly, methods=["POST"])
    return app.test_client()


def ask(client: FlaskClient, made: NewKey | None = None, address: str = "::1") -> TestResponse:
    headers = {"Authorization": f"Bearer {made.secret}"} if made else {}
    environment = {"REMOTE_ADDR": address}
    return client.post("/v1/summaries", json=TEXT, headers=headers, environ_base=environment)


def costly(client: FlaskClient, cost: int, made: NewKey | None = None) -> TestResponse:
    headers = {"Authorization": f"Bearer {made.secret}"} if made else {}
    return client.post(f"/v1/costly?cost={cost}", headers=headers)


def told(response: TestResponse) -> tuple[int, int]:
    """The limit and what is left of it."""
    return int(response.headers["RateLimit-Limit"]), int(response.headers["RateLimit-Remaining"])


def test_without_a_limit_nothing_is_counted(host: ModelHost) -> None:
    client = client_of(host, "")
    for response in (*(ask(client) for _ in range(5)), costly(client, 64)):
        assert response.status_code == 200
        assert not any(name.startswith("RateLimit") for name, _ in response.headers)


def test_requests_over_the_limit_are_refused(host: ModelHost) -> None:
    client = client_of(host, "3/minute")
    for left in (2, 1, 0):
        response = ask(client)
        assert (response.status_code, told(response)) == (200, (3, left))
        assert 1 <= int(response.headers["RateLimit-Reset"]) <= 60
        assert "Retry-After" not in response.headers
    refused = ask(client)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert (refused.json or {})["code"] == "rate_limited"
    assert told(refused) == (3, 0)
    assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]


def test_who_waits_as_told_is_served(host: ModelHost) -> None:
    client = client_of(host, "2 per 2 seconds")
    ask(client)
    time.sleep(0.7)
    ask(client)
    refused = ask(client)
    assert refused.status_code == 429
    time.sleep(int(refused.headers["Retry-After"]))
    assert told(ask(client)) == (2, 1)


def test_each_key_has_a_limit_of_its_own(host: ModelHost) -> None:
    client = client_of(host, "1/minute", api_keys=KEYS)
    assert ask(client, CALLER, "10.0.0.1").status_code == 200
    assert ask(client, CALLER, "10.0.0.2").status_code == 429
    assert ask(client, OTHER, "10.0.0.1").status_code == 200


def test_what_is_refused_for_its_key_is_not_counted(host: ModelHost) -> None:
    client = client_of(host, "1/minute", api_keys=KEYS)
    for _ in range(3):
        response = ask(client)
        assert response.status_code == 401
        assert "RateLimit-Limit" not in response.headers
    assert ask(client, CALLER).status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "unix:", True),
    ],
)
def test_callers_without_a_key_are_their_addresses(
    host: ModelHost, first: str, second: str, same: bool
) -> None:
    client = client_of(host, "1/minute")
    assert ask(client, address=first).status_code == 200
    assert ask(client, address=second).status_code == (429 if same else 200)


def test_headers_do_not_make_another_caller(host: ModelHost) -> None:
    client = client_of(host, "1/minute")
    assert ask(client).status_code == 200
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Authorization"):
        response = client.post(
            "/v1/summaries", json=TEXT, headers={name: "1.2.3.4"}, environ_base=REMOTE
        )
        assert response.status_code == 429


def test_only_summaries_count(host: ModelHost) -> None:
    client = client_of(host, "2/minute")
    for path in ("/v1/info", "/livez", "/readyz", "/openapi.json", "/docs", "/v1/summaries", "/x"):
        response = client.get(path)
        assert "RateLimit-Limit" not in response.headers
    client.options("/v1/summaries")
    client.post("/v1/nothing")
    assert told(client.post("/v1/summaries", json={})) == (2, 1)
    assert told(client.post("/v1/files/summaries", data={})) == (2, 0)
    assert client.post("/v1/files/summaries", data={}).status_code == 429
    assert client.get("/livez").status_code == 200


def test_of_several_limits_the_tightest_is_told(host: ModelHost) -> None:
    client = client_of(host, "5/second; 3/hour")
    assert told(ask(client)) == (3, 2)
    ask(client)
    ask(client)
    refused = ask(client)
    assert told(refused) == (3, 0)
    assert int(refused.headers["Retry-After"]) > 3000


def test_a_request_costs_as_many_as_it_has_texts(host: ModelHost) -> None:
    client = client_of(host, "100/minute")
    assert told(costly(client, 64)) == (100, 36)
    assert told(costly(client, 1)) == (100, 35)
    refused = costly(client, 36)
    assert refused.status_code == 429
    # What was refused has cost 1, for it was parsed.
    assert told(refused) == (100, 34)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert told(costly(client, 34)) == (100, 0)
    assert costly(client, 1).status_code == 429


def test_several_limits_are_charged_all_or_none(host: ModelHost) -> None:
    client = client_of(host, "70/minute;100/hour")
    assert costly(client, 60).status_code == 200
    refused = costly(client, 45)
    assert refused.status_code == 429
    assert told(refused) == (100, 39) or told(refused) == (70, 9)
    assert told(costly(client, 9)) == (70, 0)


def test_more_than_the_limit_ever_allows_is_not_to_be_tried_again(host: ModelHost) -> None:
    client = client_of(host, "10/minute;1000/hour")
    refused = costly(client, 11)
    assert refused.status_code == 429
    assert (refused.json or {})["code"] == "rate_limited"
    assert "较小" in (refused.json or {})["detail"]
    assert "Retry-After" not in refused.headers
    assert told(costly(client, 9)) == (10, 0)


def test_requests_at_once_are_counted_one_by_one(host: ModelHost) -> None:
    app = client_of(host, "20/hour").application

    def status(_: int) -> int:
        return costly(app.test_client(), 1).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(status, range(100)))
    assert statuses.count(200) == 20
    assert statuses.count(429) == 80


def test_the_description_tells_the_headers(host: ModelHost) -> None:
    spec = create_app(host, Extractor()).extensions["openapi"].to_dict()
    headers = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
    for item in spec["paths"].values():
        if "post" in item:
            responses = item["post"]["responses"]
            assert headers <= set(responses["200"]["headers"])
            assert headers | {"Retry-After"} <= set(responses["429"]["headers"])


@pytest.mark.parametrize(
    "text",
    ["60", "60/fortnight", "0/minute", "5/second;0/hour", "x/minute", "60/minute;", "-1/day"],
)
def test_limits_that_cannot_be_used(text: str) -> None:
    with pytest.raises(SettingsError, match="HUIBAO_RATE_LIMIT must be such as"):
        require_usable(Settings(rate_limit=text))


@pytest.mark.parametrize(
    "address", ["redis:/password@h", "memcached://password", "redis://:password@h:port", "password"]
)
def test_storages_that_cannot_be_used(address: str, host: ModelHost) -> None:
    with pytest.raises(SettingsError, match="HUIBAO_RATE_LIMIT_STORAGE") as error:
        client_of(host, "1/minute", rate_limit_storage=address)
    assert "password" not in str(error.value)


# redis.


@contextmanager
def redis_server(folder: Path, port: int) -> Iterator[str]:
    """A real redis server; its address."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"redis://127.0.0.1:{port}"
    storage = storage_from_string(address)
    assert isinstance(storage, RedisStorage)
    try:
        while not storage.check():
            assert process.poll() is None
            time.sleep(0.05)
        yield address
    finally:
        storage.storage.close()
        process.terminate()
        process.wait()


def close_pools(client: FlaskClient) -> None:
    for limiter in client.application.extensions["limiter"]:
        limiter.storage.storage.connection_pool.disconnect()


def test_processes_share_their_counts_in_redis(host: ModelHost, tmp_path: Path) -> None:
    with redis_server(tmp_path, free_port()) as address:
        one, two = (
            client_of(host, "10/minute", api_keys=KEYS, rate_limit_storage=address)
            for _ in range(2)
        )
        assert told(ask(one, CALLER)) == (10, 9)
        assert told(costly(two, 5, CALLER)) == (10, 4)
        assert told(ask(one, OTHER)) == (10, 9)
        refused = costly(one, 5, CALLER)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert told(costly(two, 3, CALLER)) == (10, 0)
        assert ask(one, CALLER).status_code == 429
        close_pools(one)
        close_pools(two)


def test_who_waits_as_told_is_served_with_redis(host: ModelHost, tmp_path: Path) -> None:
    with redis_server(tmp_path, free_port()) as address:
        client = client_of(host, "1 per 2 seconds", rate_limit_storage=address)
        for _ in range(3):
            assert ask(client).status_code == 200
            refused = ask(client)
            assert refused.status_code == 429
            time.sleep(int(refused.headers["Retry-After"]))
        close_pools(client)


def test_without_redis_each_process_counts_on_its_own(
    host: ModelHost, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    client = client_of(host, "3/hour", rate_limit_storage=f"redis://:password@127.0.0.1:{port}")
    started = time.perf_counter()
    assert [ask(client).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert time.perf_counter() - started < 2
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert any("storage unreachable" in record.message for record in warnings)
    assert "password" not in caplog.text


def test_redis_may_go_and_come_back(host: ModelHost, tmp_path: Path) -> None:
    port = free_port()
    with redis_server(tmp_path, port) as address:
        client = client_of(host, "50/hour", rate_limit_storage=address)
        assert told(ask(client)) == (50, 49)
        assert told(ask(client)) == (50, 48)
    assert told(ask(client)) == (50, 49)
    assert told(ask(client)) == (50, 48)
    with redis_server(tmp_path, port):  # a new one, which has counted nothing yet
        deadline = time.monotonic() + 10
        while told(answer := ask(client)) != (50, 49):
            assert time.monotonic() < deadline
            assert answer.status_code == 200
            time.sleep(0.2)
        close_pools(client)


def test_redis_may_go_in_the_middle_of_a_request(
    host: ModelHost, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    with redis_server(tmp_path, port) as address:
        client = client_of(host, "50/hour", rate_limit_storage=address)
        server_gone = client.application

        def shut_down() -> str:
            for limiter in server_gone.extensions["limiter"]:
                limiter.storage.storage.shutdown(nosave=True)
            charge(5)
            return "ok"

        server_gone.add_url_rule("/v1/gone", "gone", shut_down, methods=["POST"])
        response = client.post("/v1/gone")
        assert response.status_code == 200
        assert "RateLimit-Limit" not in response.headers
        assert "not fully counted" in caplog.text


def test_threads_that_lose_redis_at_once_are_all_answered(host: ModelHost, tmp_path: Path) -> None:
    port = free_port()
    with redis_server(tmp_path, port) as address:
        app = client_of(host, "1000/hour", rate_limit_storage=address).application
        assert costly(app.test_client(), 1).status_code == 200

    def status(_: int) -> int:
        return costly(app.test_client(), 2).status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(status, range(64))) == {200}
