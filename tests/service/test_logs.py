from __future__ import annotations

import io
import json
import logging
import re
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from logging.config import dictConfig
from typing import Any

import pytest
from flask.testing import FlaskClient

from benchmarks.server_process import START_SECONDS, running_server
from extraction.extracting import Extractor
from report.domain import Report
from report.tagging import Tagging
from service.app import create_app
from service.settings import Settings, SettingsError
from service.telemetry.log import adopt_libraries, logging_configuration
from service.work.model_host import ModelHost
from tests.conftest import CueTagger

REPORT = "全年完成投资469亿元，同比增长8.3%。\n人手不足的问题仍在。\n下一步将加强培训。"
Written = Callable[[], str]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Written]]:
    """Configures logging as the service does; what is returned tells what was written."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    # dictConfig closes all handlers that there are; that of absl would close pytest's stderr.
    monkeypatch.setattr(logging, "_handlerList", [])

    def configure(line_format: str, kind: type[io.StringIO] = io.StringIO) -> Written:
        stream = kind()
        monkeypatch.setattr(sys, "stderr", stream)
        dictConfig(logging_configuration("info", line_format))
        return stream.getvalue

    yield configure
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def lines(written: Written) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written().splitlines()]


def test_one_line_a_request_with_what_operators_ask_for(
    client: FlaskClient, configured: Callable[[str], Written]
) -> None:
    written = configured("json")
    answer = client.post("/v1/summaries", json={"text": REPORT}, headers={"X-Request-Id": "r-1"})
    [line] = lines(written)
    assert line.pop("milliseconds") >= sum(line["stages"].values()) - 1
    assert line.pop("timestamp").endswith("Z")
    assert set(line.pop("stages")) == {"queue", "segment", "encode", "select"}
    assert line.pop("process") > 0
    assert line == {
        "message": "POST /v1/summaries 200",
        "level": "info",
        "logger": "service.telemetry.log",
        "method": "POST",
        "route": "/v1/summaries",
        "status": 200,
        "request_id": "r-1",
        "client": "anonymous",
        "answer_source": "computed",
        "reports": 1,
        "characters": answer.json["coverage"]["characters"],
        "windows": 1,
    }


def test_nothing_that_was_sent_is_logged(
    client: FlaskClient, configured: Callable[[str], Written]
) -> None:
    written = configured("json")
    headers = {"Authorization": "Bearer hb_secret", "User-Agent": "agent-x", "Cookie": "c=1x1"}
    client.post("/v1/summaries?key=hb_secret", json={"text": REPORT}, headers=headers)
    client.post("/v1/summaries", json={"text": REPORT, "投资": "投资"}, headers=headers)
    client.post("/v1/summaries", data=f'{{"text": "{REPORT}', content_type="application/json")
    client.get("/投资/hb_secret", headers=headers)
    client.open("/v1/summaries", method="SECRET")
    log = written()
    assert len(lines(written)) == 5
    assert log.isascii()
    for secret in ("hb_secret", "agent-x", "1x1", "SECRET", "\\u"):
        assert secret not in log


def test_limits_do_not_log_addresses(host: ModelHost, configured: Callable[[str], Written]) -> None:
    client = create_app(host, Extractor(), Settings(rate_limit="1/minute")).test_client()
    written = configured("json")
    statuses = [client.post("/v1/summaries", json={"text": REPORT}).status_code for _ in range(2)]
    assert statuses == [200, 429]
    assert len(lines(written)) == 2
    assert "127.0.0.1" not in written()


def test_request_ids_cannot_forge_lines(
    client: FlaskClient, configured: Callable[[str], Written]
) -> None:
    for line_format in ("json", "console"):
        written = configured(line_format)
        for forged in ("a b", 'a","level":"x', "a\tb", "\x1b[31m", "\u2028", "a" * 200):
            client.get("/livez", environ_overrides={"HTTP_X_REQUEST_ID": forged})
        client.get("/livez", environ_overrides={"HTTP_X_REQUEST_ID": "a\nlevel=critical"})
        assert len(written().splitlines()) == 7
        assert "forged" not in written()
        assert "critical" not in written()
        assert "\x1b" not in written()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Broken(CueTagger):
    def tag(self, report: Report) -> Tagging:
        if "机密" in report.text:
            raise RuntimeError(report.text)
        return super().tag(report)


def test_of_faults_only_type_and_place_are_logged(configured: Callable[[str], Written]) -> None:
    host = ModelHost(Broken, places=1)
    host.start()
    with create_app(host, Extractor()).test_client() as client:
        for line_format in ("json", "console"):
            written = configured(line_format)
            answer = client.post("/v1/summaries", json={"text": "机密完成。"})
            assert answer.status_code == 500
            assert "RuntimeError" in written()
            assert "in tag" in written()
            assert answer.json["request_id"] in written()
            assert "机密" not in written()
    written = configured("json")
    client.post("/v1/summaries", json={"text": "机密完成。"})
    fault, request = lines(written)
    assert (fault["level"], request["level"]) == ("error", "info")
    assert (request["status"], request["problem"]) == (500, "internal_error")
    assert "answer_source" not in request


def test_messages_of_exceptions_are_kept_only_where_they_quote_nothing(
    configured: Callable[[str], Written],
) -> None:
    written = configured("json")
    logger = logging.getLogger("gunicorn.error")
    for error in (ValueError("机密"), SettingsError("HUIBAO_PORT is wrong"), OSError(2, "gone")):
        try:
            raise error
        except (ValueError, SettingsError, OSError):
            logger.exception("it failed")
    faults = [line["exception"] for line in lines(written)]
    assert [fault.splitlines()[0] for fault in faults] == [
        "ValueError at",
        "SettingsError: HUIBAO_PORT is wrong at",
        "FileNotFoundError: [Errno 2] gone at",
    ]
    assert all("test_logs.py" in fault for fault in faults)


def test_the_console_is_readable(client: FlaskClient, configured: Callable[[str], Written]) -> None:
    written = configured("console")
    client.post("/v1/summaries", json={"text": REPORT})
    [line] = written().splitlines()
    assert re.search(r"\[info +\] POST /v1/summaries 200 ", line)
    assert "characters=" in line


@pytest.mark.parametrize(("stream", "starts"), [(Terminal, "\x1b["), (io.StringIO, "{")])
def test_auto_is_the_console_in_a_terminal_and_json_elsewhere(
    configured: Callable[[str, type[io.StringIO]], Written],
    stream: type[io.StringIO],
    starts: str,
) -> None:
    written = configured("auto", stream)
    logging.getLogger("service").warning("hello")
    assert written().startswith(starts)
    assert "hello" in written()


def test_libraries_and_warnings_go_the_same_way(configured: Callable[[str], Written]) -> None:
    library = logging.getLogger("transformers")
    library.addHandler(logging.StreamHandler(io.StringIO()))
    written = configured("json")
    adopt_libraries()
    library.warning("from the library")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("from warnings", stacklevel=1)
    assert [line["logger"] for line in lines(written)] == ["transformers", "py.warnings"]
    assert "from the library" in written()
    assert "from warnings" in written()


def test_the_service_writes_json_from_start_to_end(capfd: pytest.CaptureFixture[str]) -> None:
    with running_server(HUIBAO_DRAIN_SECONDS="0") as server:
        server.wait_for("/readyz", 200)
        assert server.call("POST", "/v1/summaries", {"text": REPORT})[0] == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=START_SECONDS) == 0
    captured = capfd.readouterr()
    assert captured.out == ""
    messages = [json.loads(line)["message"] for line in captured.err.splitlines()]
    told = (
        "Starting gunicorn",
        "Listening at",
        "Booting worker",
        "model ",
        "POST /v1/summaries",
        "draining for",
        "Worker exiting",
        "Shutting down",
    )
    places = [
        next(place for place, message in enumerate(messages) if message.startswith(start))
        for start in told
    ]
    assert places == sorted(places)
