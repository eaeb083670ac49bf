"""Work for callers that have gone away ends, in the line for the model and in the model."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.reports import made_up_report
from benchmarks.server_process import START_SECONDS, ServerProcess, running_server

LONG = made_up_report(90_000, 1)
SHORT = "全年新增企业469家。"
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with running_server(HUIBAO_QUEUE="1") as server:
        server.wait_for("/readyz", 200)
        yield server


def ask(server: ServerProcess, text: str) -> socket.socket:
    """A connection on which the answer is yet to come."""
    body = json.dumps({"text": text}).encode()
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    head = "POST /v1/summaries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return connection


def cpu_seconds(server: ServerProcess) -> float:
    """What the worker has used so far."""
    pid = server.process.pid
    child = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()[0]
    fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def seconds_to_summarise(server: ServerProcess) -> float:
    begun = time.monotonic()
    assert server.call("POST", "/v1/summaries", {"text": SHORT})[0] == 200
    return time.monotonic() - begun


def used_in_a_second(server: ServerProcess) -> float:
    before = cpu_seconds(server)
    time.sleep(1)
    return cpu_seconds(server) - before


def test_the_model_stops_for_a_caller_that_has_gone(server: ServerProcess) -> None:
    seconds_to_summarise(server)
    with ask(server, LONG):
        time.sleep(1)
        assert used_in_a_second(server) > 0.3
    before = cpu_seconds(server)
    # Some windows are encoded at a time; those are finished. The whole report has thirty times
    # as many.
    assert seconds_to_summarise(server) < 30
    assert cpu_seconds(server) - before < 10
    assert used_in_a_second(server) < 0.15


def test_one_that_goes_away_in_the_line_makes_place(server: ServerProcess) -> None:
    with ask(server, LONG):
        time.sleep(0.5)
        with ask(server, LONG):
            time.sleep(0.5)
            status, problem = server.call("POST", "/v1/summaries", {"text": SHORT})
            assert (status, problem["code"]) == (503, "overloaded")
        # The one in the line has gone, the one in the model has not.
        time.sleep(0.5)
        waiting = ask(server, SHORT)
        time.sleep(0.5)
        assert server.call("POST", "/v1/summaries", {"text": SHORT})[0] == 503
    with waiting:
        begun = time.monotonic()
        assert waiting.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        assert time.monotonic() - begun < 30
    deadline = time.monotonic() + START_SECONDS
    while used_in_a_second(server) > 0.15:
        assert time.monotonic() < deadline
