"""Keys, scopes, ports, and the file of keys that is read again."""

from __future__ import annotations

import hmac
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks.server_process import free_port, running_server
from extraction.extracting import Extractor
from service.access import authentication
from service.access.authentication import ApiKey, KeyRing, NewKey, Scope, new_key
from service.app import create_app
from service.settings import Settings, SettingsError
from service.work.model_host import ModelHost

CALLER = new_key("crm", frozenset({Scope.SUMMARISE}))
SCRAPER = new_key("prometheus", frozenset({Scope.METRICS}))
BOTH = new_key("all", frozenset(Scope))
KEYS = " ".join(made.key.entry for made in (CALLER, SCRAPER, BOTH))
TEXT = {"text": "完成投资3.2亿元。"}
DIGEST = "a" * 64
OTHER_DIGEST = "b" * 64


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def client_of(host: ModelHost, **settings: object) -> FlaskClient:
    """A client of an application with metrics, which another module adds to the real one."""
    app = create_app(host, Extractor(), Settings(**settings))  # type: ignore[arg-type]
    if all(rule.rule != "/metrics" for rule in app.url_map.iter_rules()):
        app.add_url_rule("/metrics", "metrics", lambda: "metrics")
    return app.test_client()


def bearer(made: NewKey) -> dict[str, str]:
    return {"Authorization": f"Bearer {made.secret}"}


def codes(response: TestResponse) -> tuple[int, str]:
    assert response.mimetype == "application/problem+json"
    return response.status_code, (response.json or {})["code"]


def challenge(response: TestResponse) -> str:
    return response.headers["WWW-Authenticate"]


def test_without_keys_all_is_open(host: ModelHost) -> None:
    client = client_of(host)
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        assert client.post("/v1/summaries", json=TEXT, headers=headers).status_code == 200
        assert client.get("/metrics", headers=headers).status_code == 200


def test_a_key_opens_what_its_scopes_say(host: ModelHost) -> None:
    client = client_of(host, api_keys=KEYS)
    for made, summaries, metrics in ((CALLER, 200, 403), (SCRAPER, 403, 200), (BOTH, 200, 200)):
        answer = client.post("/v1/summaries", json=TEXT, headers=bearer(made))
        assert answer.status_code == summaries
        assert client.get("/v1/info", headers=bearer(made)).status_code == summaries
        assert client.get("/metrics", headers=bearer(made)).status_code == metrics


def test_the_problems_tell_what_is_wrong(host: ModelHost) -> None:
    client = client_of(host, api_keys=KEYS)
    missing = client.post("/v1/summaries", json=TEXT)
    assert codes(missing) == (401, "unauthenticated")
    assert challenge(missing) == 'Bearer realm="huibao"'
    unknown = client.post("/v1/summaries", json=TEXT, headers={"Authorization": "Bearer hb_x"})
    assert codes(unknown) == (401, "unauthenticated")
    assert challenge(unknown) == 'Bearer realm="huibao", error="invalid_token"'
    lacking = client.post("/v1/summaries", json=TEXT, headers=bearer(SCRAPER))
    assert codes(lacking) == (403, "forbidden")
    assert challenge(lacking) == (
        'Bearer realm="huibao", error="insufficient_scope", scope="summarise"'
    )


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic {}",
        "{}",
        "Bearer{}",
        "Bearer\t{}",
        "Token {}",
        "Bearer {} {}",
        "Bearer {},Bearer {}",
        "Bearer {}é",
        "Bearer {}\xa0",
        "Bearer {}=",
        "Bearer é",
        "Bearer " + "x" * 100_000,
        "Bearer " + CALLER.key.digest.hex(),
        'Bearer "{}"',
        "\u212aearer {}".encode().decode("latin-1"),
    ],
)
def test_only_a_bearer_token_is_a_key(host: ModelHost, header: str) -> None:
    client = client_of(host, api_keys=KEYS)
    value = header.replace("{}", CALLER.secret)
    answer = client.get("/v1/info", environ_overrides={"HTTP_AUTHORIZATION": value})
    assert codes(answer) == (401, "unauthenticated")
    assert CALLER.secret not in answer.text


@pytest.mark.parametrize("header", ["bearer {}", "BEARER   {}", " Bearer {} "])
def test_schemes_have_no_case(host: ModelHost, header: str) -> None:
    client = client_of(host, api_keys=KEYS)
    value = header.replace("{}", CALLER.secret)
    answer = client.get("/v1/info", environ_overrides={"HTTP_AUTHORIZATION": value})
    assert answer.status_code == 200


def test_keys_are_taken_from_the_header_only(host: ModelHost) -> None:
    client = client_of(host, api_keys=KEYS)
    client.set_cookie("Authorization", f"Bearer {CALLER.secret}")
    for query in ("access_token", "api_key", "key", "Authorization"):
        assert client.get(f"/v1/info?{query}={CALLER.secret}").status_code == 401
    form = {"access_token": CALLER.secret}
    assert client.post("/v1/summaries", data=form).status_code == 401


def test_what_needs_no_key(host: ModelHost) -> None:
    client = client_of(host, api_keys=KEYS)
    for path in ("/livez", "/readyz", "/openapi.json", "/docs", "/docs/start.js"):
        assert client.get(path).status_code == 200
    assert client.options("/v1/summaries").status_code == 200
    assert client.get("/nothing").status_code == 404
    assert client.get("/v1/nothing").status_code == 404
    assert client.delete("/v1/summaries").status_code == 405
    assert client.head("/v1/info").status_code == 401


def test_a_preflight_needs_no_key_and_refusals_can_be_read(host: ModelHost) -> None:
    client = client_of(host, api_keys=KEYS, cors_origins="https://a.example")
    asked = {
        "Origin": "https://a.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    preflight = client.options("/v1/summaries", headers=asked)
    assert preflight.status_code == 200
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
    refused = client.post("/v1/summaries", json=TEXT, headers={"Origin": "https://a.example"})
    assert codes(refused) == (401, "unauthenticated")
    assert refused.headers["Access-Control-Allow-Origin"] == "https://a.example"


def test_a_new_route_needs_a_key_unless_it_is_opened(host: ModelHost) -> None:
    app = create_app(host, Extractor(), Settings(api_keys=KEYS))
    app.add_url_rule("/debug", "debug", lambda: "x")
    assert app.test_client().get("/debug").status_code == 401


def test_metrics_can_be_opened(host: ModelHost) -> None:
    client = client_of(host, api_keys=KEYS, open_metrics=True)
    assert client.get("/metrics").status_code == 200
    assert client.get("/v1/info").status_code == 401


def test_a_refused_body_is_not_parsed(host: ModelHost) -> None:
    client = client_of(host, api_keys=KEYS)
    body = b"{" * 500_000
    answer = client.post("/v1/summaries", data=body, content_type="application/json")
    assert codes(answer) == (401, "unauthenticated")


def test_ports_have_their_parts(host: ModelHost) -> None:
    client = client_of(host, api_keys=KEYS, port=8000, operations_port=9001)

    def status(method: str, path: str, port: int, **headers: str) -> int:
        answer = client.open(
            path, method=method, base_url=f"http://localhost:{port}", headers=headers
        )
        return answer.status_code

    for path in ("/livez", "/readyz", "/metrics"):
        assert status("GET", path, 9001) == 200
    for path in ("/v1/info", "/docs", "/openapi.json", "/", "/v1/summaries", "/nothing"):
        assert status("GET", path, 9001, **bearer(BOTH)) == 404
    assert status("POST", "/v1/summaries", 9001, **bearer(BOTH)) == 404
    assert status("DELETE", "/v1/summaries", 9001) == 404
    assert status("OPTIONS", "/v1/summaries", 9001) == 404
    assert status("GET", "/livez", 8000) == 200
    assert status("GET", "/readyz", 8000) == 200
    assert status("GET", "/metrics", 8000, **bearer(BOTH)) == 404
    assert status("POST", "/metrics", 8000) == 404
    assert status("GET", "/v1/info", 8000) == 401
    assert status("GET", "/v1/info", 8000, **bearer(BOTH)) == 200


def test_ports_are_told_apart_without_keys_too(host: ModelHost) -> None:
    client = client_of(host, operations_port=9001, open_metrics=True)
    assert client.get("/metrics", base_url="http://localhost:9001").status_code == 200
    assert client.get("/metrics", base_url="http://localhost:8000").status_code == 404
    assert client.get("/v1/info", base_url="http://localhost:9001").status_code == 404
    assert client.get("/v1/info", base_url="http://localhost:8000").status_code == 200


def test_the_client_is_known_by_name(host: ModelHost) -> None:
    app = create_app(host, Extractor(), Settings(api_keys=KEYS))
    seen: list[str] = []
    app.before_request(lambda: seen.append(authentication.g.client))
    client = app.test_client()
    client.get("/v1/info", headers=bearer(CALLER))
    client.get("/livez", headers=bearer(CALLER))
    assert seen == ["crm", "anonymous"]


def test_every_key_is_compared(host: ModelHost, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    equal = hmac.compare_digest

    def compare(stored: bytes, given: bytes) -> bool:
        compared.append(stored)
        return equal(stored, given)

    ring = KeyRing(KEYS, None)
    monkeypatch.setattr(authentication.hmac, "compare_digest", compare)
    for token in (CALLER.secret, BOTH.secret, "unknown"):
        compared.clear()
        found = ring.find(token)
        assert len(compared) == 3
        assert (found is None) == (token == "unknown")


def test_the_description_tells_that_a_key_is_optional(host: ModelHost) -> None:
    spec = create_app(host, Extractor()).extensions["openapi"].to_dict()
    scheme = spec["components"]["securitySchemes"]["ApiKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert spec["security"] == [{}, {"ApiKey": []}]
    for path, item in spec["paths"].items():
        for operation in item.values():
            if path in ("/livez", "/readyz"):
                assert operation["security"] == []
                assert not {"401", "403", "429"} & set(operation["responses"])
                continue
            # An operation's own requirement would be taken for a key that must be given.
            assert "security" not in operation
            for status in ("401", "403"):
                assert "WWW-Authenticate" in operation["responses"][status]["headers"]


# The entries.


def test_entries() -> None:
    assert CALLER.secret.startswith("hb_")
    assert len(CALLER.secret) == 46
    ring = KeyRing(f"a:{DIGEST},\n b:{OTHER_DIGEST.upper()}:metrics+summarise ,", None)
    assert ring._keys == (
        ApiKey("a", bytes.fromhex(DIGEST)),
        ApiKey("b", bytes.fromhex(OTHER_DIGEST), frozenset(Scope)),
    )
    assert DIGEST not in repr(ring._keys)
    assert repr(ring._keys[0].digest) not in repr(ring._keys)
    assert ring._keys[1].entry == f"b:{OTHER_DIGEST}:summarise+metrics"


BAD_ENTRIES = [
    "secretname",
    "secretname:",
    "secretname:secretdigest",
    f"secretname:{DIGEST}:secretscope",
    f"secretname:{DIGEST}:",
    f"secretname:{DIGEST}:summarise+",
    f"secretname:{DIGEST}:summarise:metrics",
    f"secretname:{DIGEST}0",
    f"secret/name:{DIGEST}",
    f"秘密:{DIGEST}",
    f"{'s' * 65}:{DIGEST}",
    f":{DIGEST}",
    f"anonymous:{DIGEST}",
    f"hb_secret:{DIGEST}",
    f"good:{DIGEST}",
    f"secretname:{OTHER_DIGEST}",
]


@pytest.mark.parametrize("entry", BAD_ENTRIES)
def test_bad_entries_are_named_by_their_place(tmp_path: Path, entry: str) -> None:
    good = f"good:{OTHER_DIGEST}"
    with pytest.raises(SettingsError, match="entry 2 of HUIBAO_API_KEYS") as in_variable:
        KeyRing(f"{good} {entry}", None)
    file = tmp_path / "keys"
    file.write_text(f"# keys\n\n{entry}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="line 3 of HUIBAO_API_KEYS_FILE") as in_file:
        KeyRing(good, file)
    for error in (in_variable, in_file):
        assert "secret" not in str(error.value)
        assert "aaaa" not in str(error.value)
        assert "bbbb" not in str(error.value)


@pytest.mark.parametrize("value", [",", " , "])
def test_no_key_at_all_is_an_error(host: ModelHost, value: str) -> None:
    with pytest.raises(SettingsError, match="hold no key"):
        client_of(host, api_keys=value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "hold no key"),
        (b"# none\r\n", "hold no key"),
        (b"\xff\xfe", "not UTF-8"),
        (b"#" * 2_000_000, "more than"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "keys"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=message):
        KeyRing("", file)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HUIBAO_API_KEYS_FILE cannot be read"):
        KeyRing("", tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(SettingsError, match="not a regular file"):
            KeyRing("", path)


def test_settings_do_not_show_keys() -> None:
    settings = Settings(api_keys=KEYS, rate_limit_storage="redis://:password@h")
    assert CALLER.key.digest.hex() not in repr(settings)
    assert "password" not in repr(settings)
    assert CALLER.secret not in repr(CALLER)
    assert repr(CALLER.key.digest)[2:-1] not in repr(CALLER)


# Rotation.


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "keys"
    file.write_text(f"\ufeff# ours\r\n\r\n{CALLER.key.entry}  # the CRM\r\n", encoding="utf-8")
    return file


def replace(file: Path, content: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(file)


def test_a_changed_file_is_read_again_after_a_second(file: Path) -> None:
    clock = Clock()
    ring = KeyRing(BOTH.key.entry, file, clock)
    assert ring.find(CALLER.secret) == CALLER.key
    replace(file, SCRAPER.key.entry)
    clock.now = 0.9
    assert ring.find(SCRAPER.secret) is None
    clock.now = 1.0
    assert ring.find(SCRAPER.secret) == SCRAPER.key
    assert ring.find(CALLER.secret) is None
    assert ring.find(BOTH.secret) == BOTH.key


def test_a_file_changed_in_place_with_its_time_kept_is_read_again(file: Path) -> None:
    clock = Clock()
    ring = KeyRing("", file, clock)
    before = file.stat()
    content = file.read_bytes()
    other = new_key("crm", frozenset({Scope.SUMMARISE}))
    file.write_bytes(content.replace(CALLER.key.entry.encode(), other.key.entry.encode()))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    clock.now = 2.0
    assert ring.find(other.secret) == other.key
    assert ring.find(CALLER.secret) is None


def test_an_unchanged_file_is_not_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    ring = KeyRing("", file, clock)
    monkeypatch.setattr(authentication, "_text_of", None)
    clock.now = 5.0
    assert ring.find(CALLER.secret) == CALLER.key


@pytest.mark.parametrize("broken", ["crm:secret", "", f"crm:{DIGEST}\ncrm:{OTHER_DIGEST}", None])
def test_a_broken_version_keeps_the_old_keys(
    file: Path, broken: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    ring = KeyRing("", file, clock)
    if broken is None:
        file.unlink()
    else:
        replace(file, broken)
    for _ in range(5):
        clock.now += 1.5
        assert ring.find(CALLER.secret) == CALLER.key
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "HUIBAO_API_KEYS_FILE" in record.message
    assert "secret" not in record.message
    assert DIGEST not in record.message
    replace(file, SCRAPER.key.entry)
    clock.now += 1.5
    assert ring.find(SCRAPER.secret) == SCRAPER.key
    assert ring.find(CALLER.secret) is None


def test_a_fault_that_passes_is_tried_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    ring = KeyRing("", file, clock)
    replace(file, SCRAPER.key.entry)

    def fail(path: Path) -> str:
        raise SettingsError("too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(authentication, "_text_of", fail)
        clock.now = 1.5
        assert ring.find(CALLER.secret) == CALLER.key
    clock.now = 3.0
    assert ring.find(SCRAPER.secret) == SCRAPER.key


def test_rotation_under_load(file: Path) -> None:
    """Keys that stay are found at every moment, and no look waits for another."""
    clock = Clock()
    ring = KeyRing(BOTH.key.entry, file, clock)
    stop = threading.Event()

    def look() -> int:
        looks = 0
        while not stop.is_set():
            clock.now += 0.5
            assert ring.find(BOTH.secret) == BOTH.key
            looks += 1
        return looks

    with ThreadPoolExecutor(4) as pool:
        looking = [pool.submit(look) for _ in range(4)]
        for number in range(100):
            made = (CALLER, SCRAPER)[number % 2]
            replace(file, made.key.entry if number % 3 else "broken")
        replace(file, SCRAPER.key.entry)
        stop.set()
        assert all(future.result() > 0 for future in looking)
    clock.now += 2
    assert ring.find(SCRAPER.secret) == SCRAPER.key
    assert ring.find(CALLER.secret) is None


def test_the_service_rotates_keys_and_logs_none(
    file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    operations_port = free_port()
    environment = {
        "HUIBAO_API_KEYS_FILE": str(file),
        "HUIBAO_OPERATIONS_PORT": str(operations_port),
        "HUIBAO_LOG_LEVEL": "debug",
        "HUIBAO_DRAIN_SECONDS": "0",
    }
    with running_server(**environment) as server:
        server.wait_for("/readyz", 200)
        assert server.call("GET", "/v1/info", None, **bearer(CALLER))[0] == 200
        status, problem = server.call("POST", "/v1/summaries", {"text": "完" * 2_000_000})
        assert (status, problem["code"]) == (401, "unauthenticated")
        replace(file, SCRAPER.key.entry + "\n" + BOTH.key.entry)
        threading.Event().wait(1.2)
        assert server.call("GET", "/v1/info", None, **bearer(CALLER))[0] == 401
        assert server.call("GET", "/v1/info", None, **bearer(BOTH))[0] == 200
        # No header makes the one port the other.
        for forged in ("Host", "Server-Port", "SERVER_PORT", "X-Forwarded-Port", "Forwarded"):
            headers = {forged: str(operations_port), **bearer(BOTH)}
            if forged == "Host":
                headers[forged] = f"127.0.0.1:{operations_port}"
            assert server.call("GET", "/metrics", None, **headers)[0] == 404
            assert server.call("GET", "/v1/info", None, **headers)[0] == 200
        operations = type(server)(server.process, operations_port)
        assert operations.call("GET", "/readyz")[0] == 200
        headers = {"Host": f"127.0.0.1:{server.port}", **bearer(BOTH)}
        assert operations.call("GET", "/v1/info", None, **headers)[0] == 404
    captured = capfd.readouterr()
    for made in (CALLER, SCRAPER, BOTH):
        assert made.secret not in captured.out + captured.err
        assert made.key.digest.hex() not in captured.out + captured.err


def test_keys_that_cannot_be_used_end_the_start(capfd: pytest.CaptureFixture[str]) -> None:
    with running_server(HUIBAO_API_KEYS=f"{CALLER.secret}:{DIGEST}") as server:
        assert server.process.wait(timeout=30) == 2
    error = capfd.readouterr().err
    assert "entry 1 of HUIBAO_API_KEYS" in error
    assert CALLER.secret not in error
