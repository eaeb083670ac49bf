from dataclasses import fields

import pytest

from service.settings import Settings, SettingsError


def test_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_every_setting_is_read() -> None:
    given = {
        "host": "0.0.0.0",
        "port": 9000,
        "operations_port": 9001,
        "model": "/models/mine",
        "workers": 2,
        "queue": 0,
        "threads": 5,
        "torch_threads": 1,
        "connections": 50,
        "timeout": 30,
        "receive_timeout": 7,
        "worker_timeout": 20,
        "drain_seconds": 0,
        "graceful_timeout": 10,
        "max_file_bytes": 1_000_000,
        "file_timeout": 5,
        "file_places": 1,
        "api_keys": "mine:" + 64 * "a",
        "api_keys_file": "/run/secrets/keys",
        "allow_anonymous": True,
        "open_metrics": True,
        "rate_limit": "60/minute",
        "rate_limit_storage": "redis://127.0.0.1:6379",
        "idempotency_seconds": 60,
        "cache_seconds": 5,
        "cache_bytes": 1000,
        "cors_origins": "https://a.example, https://b.example",
        "log_level": "debug",
        "log_format": "json",
        "tracing_endpoint": "http://127.0.0.1:4318",
    }
    assert set(given) == {field.name for field in fields(Settings)}
    environment = {
        f"HUIBAO_{name.upper()}": "1" if value is True else str(value)
        for name, value in given.items()
    }
    settings = Settings.from_environment(environment | {"UNRELATED": "x"})
    assert settings == Settings(**given)
    assert settings.extraction_limits.file_bytes == 1_000_000
    assert settings.extraction_limits.seconds == 5
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.bind == ["0.0.0.0:9000", "0.0.0.0:9001"]
    assert settings.places == 1


def test_what_is_secret_is_not_shown() -> None:
    shown = repr(Settings(api_keys="mine:" + 64 * "a", rate_limit_storage="redis://:pw@x"))
    assert "aaaa" not in shown
    assert "pw" not in shown


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "service.example"])
def test_without_keys_only_this_machine_is_served(host: str) -> None:
    with pytest.raises(SettingsError, match="HUIBAO_ALLOW_ANONYMOUS"):
        Settings.from_environment({"HUIBAO_HOST": host})
    assert Settings.from_environment({"HUIBAO_HOST": host, "HUIBAO_ALLOW_ANONYMOUS": "true"})
    assert Settings.from_environment({"HUIBAO_HOST": host, "HUIBAO_API_KEYS_FILE": "/keys"})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_no_keys(host: str) -> None:
    assert not Settings.from_environment({"HUIBAO_HOST": host}).has_keys


def test_empty_variables_are_absent_ones() -> None:
    assert Settings.from_environment({"HUIBAO_PORT": " "}).port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIBAO_PORT", "http"),
        ("HUIBAO_PORT", "70000"),
        ("HUIBAO_WORKERS", "0"),
        ("HUIBAO_THREADS", "7"),
        ("HUIBAO_QUEUE", "-1"),
        ("HUIBAO_QUEUE", "30"),
        ("HUIBAO_CONNECTIONS", "32"),
        ("HUIBAO_OPERATIONS_PORT", "-1"),
        ("HUIBAO_RECEIVE_TIMEOUT", "0"),
        ("HUIBAO_WORKER_TIMEOUT", "0"),
        ("HUIBAO_ALLOW_ANONYMOUS", "perhaps"),
        ("HUIBAO_OPEN_METRICS", "2"),
        ("HUIBAO_IDEMPOTENCY_SECONDS", "0"),
        ("HUIBAO_CACHE_SECONDS", "-1"),
        ("HUIBAO_CACHE_BYTES", "0"),
        ("HUIBAO_LOG_FORMAT", "xml"),
        ("HUIBAO_TORCH_THREADS", "-1"),
        ("HUIBAO_MAX_FILE_BYTES", "30000000"),
        ("HUIBAO_FILE_TIMEOUT", "0"),
        ("HUIBAO_FILE_PLACES", "0"),
        ("HUIBAO_OPERATIONS_PORT", "8000"),
        ("HUIBAO_TIMEOUT", "0"),
        ("HUIBAO_DRAIN_SECONDS", "-1"),
        ("HUIBAO_GRACEFUL_TIMEOUT", "0"),
        ("HUIBAO_LOG_LEVEL", "loud"),
    ],
)
def test_values_that_cannot_be_used_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


@pytest.mark.parametrize(
    ("host", "bind"),
    [("127.0.0.1", "127.0.0.1:8000"), ("::1", "[::1]:8000"), ("", "127.0.0.1:8000")],
)
def test_addresses_to_listen_on(host: str, bind: str) -> None:
    assert Settings.from_environment({"HUIBAO_HOST": host}).bind == [bind]


def test_workers_share_the_cores() -> None:
    one, many = Settings(workers=1), Settings(workers=1000)
    assert one.threads_of_model >= many.threads_of_model == 1
    assert Settings(torch_threads=3).threads_of_model == 3
