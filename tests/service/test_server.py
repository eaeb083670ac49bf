"""The real server process with the shipped model."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from benchmarks.server_process import START_SECONDS, running_server

REPORT = "一、2023年工作总结\n全年新认定高新技术企业469家，同比增长8.3%。\n" * 5


def test_the_service_starts_answers_and_drains() -> None:
    with running_server(HUIBAO_DRAIN_SECONDS="2") as server:
        server.wait_for("/readyz", 200)
        status, answer = server.call("POST", "/v1/summaries", {"text": REPORT})
        assert status == 200
        assert answer["sections"]["achievements"]["present"]
        assert not answer["sections"]["problems"]["present"]
        server.process.send_signal(signal.SIGTERM)
        server.wait_for("/readyz", 503)
        assert server.call("POST", "/v1/summaries", {"text": REPORT})[0] == 200
        assert server.process.wait(timeout=START_SECONDS) == 0
        assert server.status_of("/livez") is None


def test_a_checkpoint_that_is_none_ends_the_service(tmp_path: Path) -> None:
    with running_server(HUIBAO_MODEL=str(tmp_path)) as server:
        assert server.process.wait(timeout=START_SECONDS) != 0


def test_a_body_over_the_limit_is_answered_not_reset() -> None:
    with running_server() as server:
        server.wait_for("/livez", 200)
        status, problem = server.call("POST", "/v1/summaries", {"text": "完" * 2_000_000})
        assert (status, problem["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("path", ["/openapi.json", "/v1/info"])
def test_json_is_served(path: str) -> None:
    with running_server() as server:
        server.wait_for("/readyz", 200)
        assert server.call("GET", path)[0] == 200
