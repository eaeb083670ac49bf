"""The real server process with the shipped model."""

from __future__ import annotations

import json
import signal
import socket
import time
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


def send(port: int, request: bytes) -> bytes:
    """What the server answers to raw bytes, until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def chunked(*chunks: bytes) -> bytes:
    head = (
        b"POST /v1/summaries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


def test_chunked_bodies_and_broken_requests(capfd: pytest.CaptureFixture[str]) -> None:
    body = json.dumps({"text": "机密完成。"}, ensure_ascii=False).encode()
    with running_server() as server:
        server.wait_for("/readyz", 200)
        assert b" 200 OK" in send(server.port, chunked(body, b""))
        assert b" 413 " in send(server.port, chunked(body, b" " * 5_000_000, b""))
        assert b" 400 " in send(server.port, chunked(body)[:-1] + b"zz\r\n")
        # A length in characters instead of bytes: the rest is taken for the next request.
        short = (
            b"POST /v1/summaries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 2\r\n\r\n{}" + "机密增长。\r\n\r\n".encode()
        )
        answer = send(server.port, short)
        assert b" 422 " in answer
        assert b" 400 " in answer
        assert answer.count(b"application/problem+json") == 2
        assert "机密".encode() not in answer
    captured = capfd.readouterr()
    log = captured.out + captured.err
    assert "机密" not in log
    assert "机密".encode().decode("latin-1") not in log
    assert repr("机密".encode().decode("latin-1"))[1:-1] not in log


def test_a_sigterm_during_the_start_is_a_clean_end() -> None:
    for wait in (0.5, 1.5):
        with running_server() as server:
            time.sleep(wait)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(timeout=START_SECONDS) in (0, -signal.SIGTERM)


@pytest.mark.parametrize("path", ["/openapi.json", "/v1/info"])
def test_json_is_served(path: str) -> None:
    with running_server() as server:
        server.wait_for("/readyz", 200)
        assert server.call("GET", path)[0] == 200
