import pytest

from service.settings import Settings, SettingsError


def test_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_every_setting_is_read() -> None:
    settings = Settings.from_environment(
        {
            "HUIBAO_HOST": "0.0.0.0",
            "HUIBAO_PORT": "9000",
            "HUIBAO_MODEL": "/models/mine",
            "HUIBAO_WORKERS": "2",
            "HUIBAO_THREADS": "4",
            "HUIBAO_TORCH_THREADS": "1",
            "HUIBAO_TIMEOUT": "30",
            "HUIBAO_DRAIN_SECONDS": "0",
            "HUIBAO_GRACEFUL_TIMEOUT": "10",
            "HUIBAO_MAX_FILE_BYTES": "1000000",
            "HUIBAO_FILE_TIMEOUT": "5",
            "HUIBAO_LOG_LEVEL": "debug",
            "UNRELATED": "x",
        }
    )
    assert settings == Settings(
        "0.0.0.0", 9000, "/models/mine", 2, 4, 1, 30, 0, 10, 1_000_000, 5, "debug"
    )
    assert settings.extraction_limits.file_bytes == 1_000_000
    assert settings.extraction_limits.seconds == 5


def test_empty_variables_are_absent_ones() -> None:
    assert Settings.from_environment({"HUIBAO_PORT": " "}).port == 8000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIBAO_PORT", "http"),
        ("HUIBAO_PORT", "70000"),
        ("HUIBAO_WORKERS", "0"),
        ("HUIBAO_THREADS", "2"),
        ("HUIBAO_TORCH_THREADS", "-1"),
        ("HUIBAO_MAX_FILE_BYTES", "30000000"),
        ("HUIBAO_FILE_TIMEOUT", "0"),
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
    assert Settings.from_environment({"HUIBAO_HOST": host}).bind == bind


def test_probes_find_a_thread() -> None:
    assert Settings(threads=10).capacity == 8


def test_workers_share_the_cores() -> None:
    one, many = Settings(workers=1), Settings(workers=1000)
    assert one.threads_of_model >= many.threads_of_model == 1
    assert Settings(torch_threads=3).threads_of_model == 3
