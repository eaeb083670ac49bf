"""Pages of other origins may call where the operator has said so."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from extraction.extracting import Extractor
from service.app import create_app
from service.settings import Settings, SettingsError
from service.work.model_host import ModelHost

ORIGIN = "https://app.example.cn"
OPERATIONS = ("/v1/summaries", "/v1/summaries/batch", "/v1/files/summaries")
SENT = "Authorization, Content-Encoding, Content-Type, Idempotency-Key, X-Request-Id"
READ = {
    *("X-Request-Id", "Server-Timing", "Retry-After", "Idempotency-Replayed"),
    *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "WWW-Authenticate"),
}


def client_of(host: ModelHost, origins: str) -> FlaskClient:
    return create_app(host, Extractor(), Settings(cors_origins=origins)).test_client()


def preflight(
    client: FlaskClient, path: str, origin: str = ORIGIN, sent: str = SENT
) -> TestResponse:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": sent,
    }
    return client.options(path, headers=headers)


def items(value: str) -> set[str]:
    return {item.strip() for item in value.split(",")}


def is_allowed(response: TestResponse, origin: str = ORIGIN) -> bool:
    return response.headers.getlist("Access-Control-Allow-Origin") == [origin]


def allows_nothing(response: TestResponse) -> bool:
    return not any(name.startswith("Access-Control-") for name in dict(response.headers))


def test_it_is_off_by_default(client: FlaskClient) -> None:
    assert allows_nothing(preflight(client, "/v1/summaries"))
    answer = client.post("/v1/summaries", json={"text": "完成。"}, headers={"Origin": ORIGIN})
    assert allows_nothing(answer)


@pytest.mark.parametrize("path", OPERATIONS)
def test_preflights(host: ModelHost, path: str) -> None:
    response = preflight(client_of(host, f"http://localhost:3000, {ORIGIN}"), path)
    assert response.status_code == 200
    assert is_allowed(response)
    assert "POST" in items(response.headers["Access-Control-Allow-Methods"])
    assert items(response.headers["Access-Control-Allow-Headers"]) == items(SENT)
    assert int(response.headers["Access-Control-Max-Age"]) > 0
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Origin" in items(response.headers["Vary"])


def test_other_headers_are_not_allowed(host: ModelHost) -> None:
    response = preflight(client_of(host, ORIGIN), "/v1/summaries", sent="Content-Type, X-Other")
    assert response.headers["Access-Control-Allow-Headers"] == "Content-Type"


def test_preflights_need_no_key(host: ModelHost) -> None:
    settings = Settings(cors_origins=ORIGIN, api_keys="web:" + "0" * 64)
    client = create_app(host, Extractor(), settings).test_client()
    assert preflight(client, "/v1/summaries").status_code == 200
    assert is_allowed(preflight(client, "/v1/summaries"))


def test_answers_and_problems_can_be_read(host: ModelHost) -> None:
    client = client_of(host, ORIGIN)
    for path, status in (("/v1/summaries", 200), ("/v1/nowhere", 404)):
        response = client.post(path, json={"text": "完成。"}, headers={"Origin": ORIGIN})
        assert response.status_code == status
        assert is_allowed(response)
        assert items(response.headers["Access-Control-Expose-Headers"]) == READ
    refused = client.post("/v1/summaries", json={}, headers={"Origin": ORIGIN})
    assert refused.status_code == 422
    assert is_allowed(refused)


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example.cn.evil.cn",
        "https://evilapp.example.cn",
        "https://appXexample.cn",
        "http://app.example.cn",
        "https://app.example.cn:8443",
        "https://app.example.cn\n",
        "null",
        "*",
        "",
    ],
)
def test_other_origins_are_not_allowed(host: ModelHost, origin: str) -> None:
    client = client_of(host, ORIGIN)
    environ = {"HTTP_ORIGIN": origin}
    answer = client.post("/v1/summaries", json={"text": "完成。"}, environ_overrides=environ)
    assert answer.status_code == 200
    assert allows_nothing(answer)


def test_origins_with_brackets(host: ModelHost) -> None:
    client = client_of(host, "http://[::1]:3000")
    assert is_allowed(preflight(client, "/v1/summaries", "http://[::1]:3000"), "http://[::1]:3000")
    assert allows_nothing(preflight(client, "/v1/summaries", "http://::3000"))


def test_every_origin_may_be_allowed(host: ModelHost) -> None:
    client = client_of(host, "*")
    assert is_allowed(preflight(client, "/v1/summaries"), "*")
    without = client.post("/v1/summaries", json={"text": "完成。"})
    assert is_allowed(without, "*")


def test_probes_are_not_for_pages(host: ModelHost) -> None:
    client = client_of(host, ORIGIN)
    for path in ("/livez", "/readyz", "/docs", "/v1", "/v2/summaries", "/x/v1/summaries"):
        assert allows_nothing(client.get(path, headers={"Origin": ORIGIN}))
    assert is_allowed(client.get("/openapi.json", headers={"Origin": ORIGIN}))


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "https://app.example.cn, http://localhost:3000",
        "http://127.0.0.1:8080 http://[::1]:3000",
        "https://xn--fiqs8s.cn",
        "capacitor://localhost",
        "https://example.cn:80",
    ],
)
def test_origins_that_browsers_send(origins: str) -> None:
    assert Settings(cors_origins=origins).allowed_origins == tuple(
        origins.replace(",", " ").split()
    )


@pytest.mark.parametrize(
    "origins",
    [
        "app.example.cn",
        "https://app.example.cn/",
        "https://app.example.cn/path",
        "https://*.example.cn",
        "https://App.example.cn",
        "https://中国.cn",
        "https://user@example.cn",
        "https://example.cn:443",
        "http://example.cn:80",
        "https://example.cn:99999",
        "https://example.cn:",
        "https://",
        "null",
        "https://good.cn, bad",
    ],
)
def test_other_origins_are_refused_at_the_start(origins: str) -> None:
    with pytest.raises(SettingsError, match="HUIBAO_CORS_ORIGINS"):
        Settings(cors_origins=origins)
