"""Restarts and crashes under load: no request is lost that need not be."""

from __future__ import annotations

import http.client
import http.server
import itertools
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.server_process import START_SECONDS, ServerProcess, running_server

REPORT = json.dumps({"text": "全年新增企业469家。"}).encode()
JSON = {"Content-Type": "application/json"}
DRAIN_SECONDS = 2


@dataclass
class Outcomes:
    """What became of the requests of all callers."""

    answered: int = 0
    failures: list[str] = field(default_factory=list)

    def count(self, outcome: int | str) -> None:
        if outcome == 200:
            self.answered += 1
        else:
            self.failures.append(str(outcome))


@contextmanager
def load(callers: int, call: Callable[[], int | str]) -> Iterator[Outcomes]:
    """``callers`` threads that call again and again."""
    outcomes, over = Outcomes(), threading.Event()

    def keep_calling() -> None:
        while not over.is_set():
            outcomes.count(call())

    threads = [threading.Thread(target=keep_calling) for _ in range(callers)]
    for thread in threads:
        thread.start()
    try:
        yield outcomes
    finally:
        over.set()
        for thread in threads:
            thread.join()


def post(port: int) -> tuple[int, bytes]:
    """Ask for a summary on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", "/v1/summaries", REPORT, JSON)
        answer = connection.getresponse()
        return answer.status, answer.read()


def outcome_of(port: int) -> int | str:
    try:
        return post(port)[0]
    except (OSError, http.client.HTTPException) as error:
        return repr(error)


class Proxy(http.server.ThreadingHTTPServer):
    """Sends each request to the next of the instances that say they are ready; tries once."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, ports: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), Forwarder)
        self._ports = ports
        self._ready: list[int] = []
        self._turns = itertools.count()
        self._closed = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def next_port(self) -> int:
        ready = self._ready
        return ready[next(self._turns) % len(ready)]

    def close(self) -> None:
        self._closed.set()
        self.shutdown()
        self.server_close()

    def _look(self) -> None:
        while not self._closed.wait(0.1):
            self._ready = [port for port in self._ports if is_ready(port)]


class Forwarder(http.server.BaseHTTPRequestHandler):
    server: Proxy

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = post(self.server.next_port())
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def is_ready(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def test_a_rolling_restart_loses_no_request() -> None:
    settings = {"HUIBAO_DRAIN_SECONDS": str(DRAIN_SECONDS), "HUIBAO_QUEUE": "8"}
    with ExitStack() as stack:
        servers = [stack.enter_context(running_server(**settings)) for _ in range(2)]
        for server in servers:
            server.wait_for("/readyz", 200)
        proxy = Proxy([server.port for server in servers])
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        stack.callback(proxy.close)
        time.sleep(0.5)
        port = proxy.server_address[1]
        with load(4, lambda: outcome_of(port)) as outcomes:
            for server in servers:
                before = outcomes.answered
                server.process.send_signal(signal.SIGTERM)
                assert server.process.wait(timeout=START_SECONDS) == 0
                assert outcomes.answered > before
                new = stack.enter_context(running_server(port=server.port, **settings))
                new.wait_for("/readyz", 200)
                time.sleep(0.5)
    assert outcomes.failures == []
    assert outcomes.answered > 20


class KeepAliveCaller:
    """Calls one instance over a connection that it keeps as long as it may."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.answered_while_stopping = 0
        self.refused = False
        self.lost: list[str] = []

    def call_until_refused(self, stopped: threading.Event) -> None:
        for number in itertools.count():
            try:
                if self._connection.sock is None:
                    self._connection.connect()
            except ConnectionRefusedError:
                self.refused = True
                return
            try:
                self._call(number, stopped.is_set())
            except (OSError, http.client.HTTPException) as error:
                self.lost.append(repr(error))
                return

    def _call(self, number: int, stopping: bool) -> None:
        if number % 20:
            self._connection.request("GET", "/livez")
        else:
            self._connection.request("POST", "/v1/summaries", REPORT, JSON)
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status == 200
        if stopping:
            self.answered_while_stopping += 1
            assert answer.getheader("Connection") == "close"
        time.sleep(0.005)


def test_callers_that_keep_their_connection_lose_nothing_at_the_end() -> None:
    body = b'{"text": "' + "完成。".encode() * 2000 + b'"}'
    half_head = (
        "POST /v1/summaries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    with running_server(HUIBAO_DRAIN_SECONDS=str(DRAIN_SECONDS), HUIBAO_QUEUE="12") as server:
        server.wait_for("/readyz", 200)
        stopped = threading.Event()
        callers = [KeepAliveCaller(server.port) for _ in range(6)]
        threads = [
            threading.Thread(target=caller.call_until_refused, args=(stopped,))
            for caller in callers
        ]
        for thread in threads:
            thread.start()
        time.sleep(1)
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as slow:
            slow.sendall(half_head + body[:1000])
            server.process.send_signal(signal.SIGTERM)
            server.wait_for("/readyz", 503)
            stopped.set()
            for thread in threads:
                thread.join()
            # The listener is closed by now; a request that had begun before still finishes.
            slow.sendall(body[1000:])
            answer = b"".join(iter(lambda: slow.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert server.process.wait(timeout=START_SECONDS) == 0
    assert [caller.lost for caller in callers] == [[]] * len(callers)
    assert all(caller.refused for caller in callers)
    assert sum(caller.answered_while_stopping for caller in callers) > 20


def workers_of(server: ServerProcess) -> set[int]:
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return {int(child) for child in children.split()}


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_worker_is_replaced_and_takes_only_its_own_requests_along(
    tmp_path: Path,
) -> None:
    settings = {"HUIBAO_WORKERS": "2", "HUIBAO_TORCH_THREADS": "1", "HUIBAO_QUEUE": "7"}
    log = tmp_path / "log"

    def ready() -> int:
        """How many workers have loaded their model so far."""
        return log.read_bytes().count(b" is ready")

    with log.open("wb") as output, running_server(log=output, **settings) as server:
        wait_until(lambda: ready() == 2)
        with load(6, lambda: outcome_of(server.port)) as outcomes:
            wait_until(lambda: outcomes.answered > 20)
            before = workers_of(server)
            os.kill(min(before), signal.SIGKILL)
            # While the new one loads its model it leaves callers to the other one.
            wait_until(lambda: ready() == 3)
            killed = outcomes.answered
            wait_until(lambda: outcomes.answered > killed + 40)
        after = workers_of(server)
        assert len(after) == 2
        assert len(after & before) == 1
        # The callers are spread evenly: about three were with the one that died.
        assert 0 < len(outcomes.failures) <= 4
        assert not {"500", "503"} & set(outcomes.failures)
        with load(6, lambda: outcome_of(server.port)) as later:
            wait_until(lambda: later.answered > 40)
        assert later.failures == []
