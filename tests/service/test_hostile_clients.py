"""Callers that are slow, broken or hostile: each is answered or cut off, nobody else notices."""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from benchmarks.server_process import ServerProcess, running_server
from service.server.connection_loop import MAX_HELD_BYTES
from service.server.descriptors import raise_descriptor_limit

RECEIVE_SECONDS = 4
SECRET = "机密"
REPORT = f"一、2023年工作总结\n全年新认定{SECRET}企业469家，同比增长8.3%。\n" * 3
JSON_HEAD = "POST /v1/summaries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CLOSE = "Connection: close\r\n"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "log"


@pytest.fixture(scope="module")
def server(log: Path) -> Iterator[ServerProcess]:
    with (
        log.open("wb") as output,
        running_server(
            log=output,
            HUIBAO_RECEIVE_TIMEOUT=str(RECEIVE_SECONDS),
            HUIBAO_LOG_LEVEL="debug",
            HUIBAO_CONNECTIONS="600",
        ) as server,
    ):
        server.wait_for("/readyz", 200)
        yield server


@pytest.fixture(autouse=True)
def nobody_notices(server: ServerProcess, log: Path) -> Iterator[None]:
    """After each test the service is well, small, and its log holds nothing of a report."""
    before = server.resident_kilobytes()
    yield
    assert server.call("POST", "/v1/summaries", {"text": REPORT})[0] == 200
    assert server.resident_kilobytes() - before < 400_000
    written = log.read_bytes()
    secret = SECRET.encode()
    for form in (secret, json.dumps(SECRET)[1:-1].encode(), repr(secret)[2:-1].encode()):
        assert form not in written
    assert secret.decode("latin-1").encode() not in written
    assert b"Traceback" not in written


def connect(server: ServerProcess, seconds: float = 20) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=seconds)


def read_all(connection: socket.socket) -> bytes:
    """What comes until the other end closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def send(server: ServerProcess, request: bytes) -> bytes:
    with connect(server) as connection:
        connection.sendall(request)
        return read_all(connection)


def status_of(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1."), answer[:100]
    return int(answer.split(b" ", 2)[1])


def post(body: bytes, extra: str = "") -> bytes:
    head = f"{JSON_HEAD}{CLOSE}{extra}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def seconds_of(server: ServerProcess, calls: int, path: str = "/v1/summaries") -> float:
    """The median time of a caller like any other."""
    times = []
    for _ in range(calls):
        begun = time.monotonic()
        if path == "/livez":
            assert server.call("GET", path)[0] == 200
        else:
            assert server.call("POST", path, {"text": REPORT})[0] == 200
        times.append(time.monotonic() - begun)
    return statistics.median(times)


def trickle(connection: socket.socket, data: bytes, done: threading.Event) -> None:
    """Send a byte now and then until told to stop or cut off."""
    for number in range(len(data)):
        if done.wait(0.5):
            return
        try:
            connection.sendall(data[number : number + 1])
        except OSError:
            return


def test_slow_and_silent_callers_hold_nobody_up(server: ServerProcess) -> None:
    alone, alive = seconds_of(server, 5), seconds_of(server, 5, "/livez")
    body_head = f"{JSON_HEAD}Content-Length: 1000\r\n\r\n".encode()
    chunk_head = f"{JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()
    slow = [(b"", JSON_HEAD.encode())] * 40
    slow += [(body_head, b'{"text": "' + b"a" * 900)] * 40
    slow += [(chunk_head, b"5\r\nabcde\r\n" * 50)] * 40
    done = threading.Event()
    with ExitStack() as stack:
        begun = time.monotonic()
        callers = [(stack.enter_context(connect(server)), *parts) for parts in slow]
        idle = [stack.enter_context(connect(server)) for _ in range(250)]
        for connection, first, _ in callers:
            connection.sendall(first)
        threads = [
            threading.Thread(target=trickle, args=(connection, rest, done))
            for connection, _, rest in callers
        ]
        for thread in threads:
            thread.start()
        assert seconds_of(server, 5) < 2 * alone + 0.5
        assert seconds_of(server, 5, "/livez") < 2 * alive + 0.5
        answers = [read_all(connection) for connection, _, _ in callers]
        assert time.monotonic() - begun < 3 * RECEIVE_SECONDS
        done.set()
        for thread in threads:
            thread.join()
        assert {status_of(answer) for answer in answers} == {408}
        assert all(b'"request_timeout"' in answer for answer in answers)
        # Those who never began are let go without an answer.
        assert {read_all(connection) for connection in idle} == {b""}


def test_who_is_too_slow_is_told_by_the_id_of_the_request(server: ServerProcess, log: Path) -> None:
    head = f"{JSON_HEAD}X-Request-Id: slow-1\r\nContent-Length: 10\r\n\r\n"
    answer = send(server, head.encode())
    assert status_of(answer) == 408
    assert b"\r\nX-Request-Id: slow-1\r\n" in answer
    assert b'"request_id":"slow-1"' in answer
    assert b'"request_id":"slow-1"' in log.read_bytes()


def test_when_all_connections_are_taken_the_idle_make_room(server: ServerProcess) -> None:
    with ExitStack() as stack:
        for _ in range(600):
            stack.enter_context(connect(server))
        time.sleep(1.5)
        assert server.call("GET", "/livez")[0] == 200
        with connect(server) as connection:
            connection.sendall(post(json.dumps({"text": REPORT}).encode()))
            assert status_of(read_all(connection)) == 200


def test_twice_as_many_half_heads_as_connections_hold_nobody_up(server: ServerProcess) -> None:
    raise_descriptor_limit()
    with ExitStack() as stack:
        callers = [stack.enter_context(connect(server)) for _ in range(1200)]
        for caller in callers:
            caller.sendall(b"G")
        begun = time.monotonic()
        assert server.call("GET", "/livez")[0] == 200
        assert server.call("POST", "/v1/summaries", {"text": REPORT})[0] == 200
        assert time.monotonic() - begun < 3
        assert status_of(read_all(callers[0])) == 408


@contextmanager
def uploads(callers: list[socket.socket], *pieces: bytes) -> Iterator[None]:
    """All callers send the same, each on a thread of its own, until the block has ended and all is
    sent or refused."""

    def upload(connection: socket.socket) -> None:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:
            return  # refused

    threads = [threading.Thread(target=upload, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def test_tiny_chunks_hold_nobody_up(server: ServerProcess) -> None:
    stream = f"{JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n".encode() + b"1\r\nx\r\n" * 30_000
    with ExitStack() as stack:
        callers = [stack.enter_context(connect(server)) for _ in range(60)]
        with uploads(callers, stream):
            assert seconds_of(server, 3, "/livez") < 5
        assert {answered_status(caller) for caller in callers} <= {400, None}


def test_large_bodies_that_stall_do_not_fill_the_memory(server: ServerProcess) -> None:
    head = f"{JSON_HEAD}Content-Length: 20000000\r\n\r\n".encode()
    megabyte = b" " * 1_000_000
    before = server.resident_kilobytes()
    with ExitStack() as stack:
        callers = [stack.enter_context(connect(server)) for _ in range(30)]
        with uploads(callers, head, *[megabyte] * 19):
            pass
        assert server.resident_kilobytes() - before < MAX_HELD_BYTES / 1024 + 50_000
        assert server.call("POST", "/v1/summaries", {"text": REPORT})[0] == 200
        statuses = [answered_status(caller) for caller in callers]
    assert statuses.count(503) >= 10
    assert set(statuses) <= {503, 408, None}


def answered_status(connection: socket.socket) -> int | None:
    """The status of what is answered; ``None`` if the rest was cut off while being sent."""
    try:
        return status_of(read_all(connection))
    except ConnectionError:
        return None


def test_who_never_reads_the_answers_holds_no_thread(server: ServerProcess) -> None:
    request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 200
    with ExitStack() as stack:
        for _ in range(60):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stack.enter_context(connection)
            connection.connect(("127.0.0.1", server.port))
            connection.sendall(request)
        assert seconds_of(server, 5, "/livez") < 0.5
        assert seconds_of(server, 2) < 5


def test_callers_that_go_away_in_the_middle(server: ServerProcess) -> None:
    whole = post(json.dumps({"text": REPORT}).encode())
    resets = struct.pack("ii", 1, 0)
    for sent in (1, 20, len(whole) // 2, len(whole) - 1, len(whole)):
        for options in (None, resets):
            with connect(server) as connection:
                if options:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, options)
                connection.sendall(whole[:sent])
    # One that only ends its sending still hears that something is missing.
    with connect(server) as connection:
        connection.sendall(whole[:-1])
        connection.shutdown(socket.SHUT_WR)
        assert status_of(read_all(connection)) == 400


GARBAGE = {
    "noise": bytes(range(256)) * 20,
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\n" * 500,
    "HTTP/0.9": b"GET /livez\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "only line feeds": b"GET /livez HTTP/1.1\n\n",
    "no version": b"GET /livez HTTP/9\r\n\r\n",
    "a report": f"POST {REPORT} HTTP/1.1\r\n\r\n".encode(),
    "no name": b"GET /livez HTTP/1.1\r\n: x\r\n\r\n",
    "a folded header": b"GET /livez HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    "two hosts": b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a null": b"GET /livez HTTP/1.1\r\nA: b\0\r\n\r\n",
    "many headers": b"GET /livez HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
    "a long header": b"GET /livez HTTP/1.1\r\nA: " + b"b" * 20_000 + b"\r\n\r\n",
    "headers without end": b"GET /livez HTTP/1.1\r\n" + b"A: bbbbbbbbbbbbbbbbbbbb\r\n" * 5000,
    "a very long path": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
    "no host at all": b"GET http:// HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    "a length that is none": f"{JSON_HEAD}Content-Length: -1\r\n\r\n".encode(),
    "two lengths": f"{JSON_HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}".encode(),
    "a length and chunks": (
        f"{JSON_HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode()
    ),
    "an unknown coding": f"{JSON_HEAD}Transfer-Encoding: rot13\r\n\r\n".encode(),
    "an unknown wish": f"{JSON_HEAD}Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
}
CHUNKS = f"{JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()
GARBAGE |= {
    f"chunks {number}": CHUNKS + chunks
    for number, chunks in enumerate(
        (
            b"zz\r\n",
            b"-1\r\n\r\n",
            b"0x2\r\n{}\r\n0\r\n\r\n",
            b"2\r\n{}}\r\n0\r\n\r\n",
            b"\r\n\r\n",
            b"2;" + b"a" * 10_000,
            b"1" * 30 + b"\r\n",
            b"0\r\n" + b"A: b\r\n" * 20_000,
            b"0\r\nHost: a\r\n\r\n",
        )
    )
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_answered_with_400_and_a_close(server: ServerProcess, name: str) -> None:
    answer = send(server, GARBAGE[name])
    assert status_of(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"application/problem+json" in answer
    assert b"\r\nX-Request-Id: " in answer
    assert b"\r\nServer-Timing: total;dur=" in answer


PATHS = (
    "//livez",
    "/../livez",
    "/v1/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%00",
    "/livez%00.json",
    "/%ff%fe",
    "/v1/summaries/%E6%9C%BA%E5%AF%86",
    "/livez;x=1/../readyz",
    "/v1//summaries",
    "/" + "a/" * 1900,
)


@pytest.mark.parametrize("path", PATHS)
def test_paths_that_lead_nowhere(server: ServerProcess, path: str) -> None:
    answer = send(server, f"GET {path} HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n".encode())
    assert status_of(answer) in ({200} if path == "//livez" else {404, 405})
    assert b"root:" not in answer


def test_methods_and_forms_of_the_target(server: ServerProcess) -> None:
    def status(line: str) -> int:
        return status_of(send(server, f"{line} HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n".encode()))

    assert status("GET http://elsewhere/livez") == 200
    assert status("PUT /v1/summaries") == 405
    assert status("TRACE /livez") == 405
    assert status("CONNECT elsewhere:443") in {400, 404, 405}
    assert status("OPTIONS *") in {200, 404, 405}
    assert status("HEAD /livez") == 200
    assert status("BREW /livez") in {400, 405}


JSONS = {
    "deep": (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", {400}),
    "deep objects": (b'{"a":' * 100_000, {400}),
    "a huge exponent": (b'{"text": "x", "max_points": 1e400}', {400, 422}),
    "a huge number": (b'{"text": "x", "max_points": ' + b"1" + b"0" * 5000 + b"}", {400, 422}),
    "minus nothing": (b'{"text": "x", "max_points": -0}', {422}),
    "next to nothing": (b'{"text": "x", "max_points": 1e-400}', {422}),
    "no number": (b'{"text": NaN}', {400}),
    "keys twice": (b'{"text": 1, "text": 2}', {422}),
    "UTF-16": (f'{{"text": "{REPORT}"}}'.encode("utf-16"), {400}),
    "GBK": (f'{{"text": "{SECRET}"}}'.encode("gbk"), {400}),
    "a byte order mark": (b"\xef\xbb\xbf" + json.dumps({"text": REPORT}).encode(), {400}),
    "half a surrogate": (b'{"text": "\\ud800"}', {400}),
    "bytes of a surrogate": (b'{"text": "\xed\xa0\x80"}', {400}),
    "nothing": (b"", {400}),
    "too much": (b'{"text": "' + b"a" * 30_000_000 + b'"}', {413}),
}


@pytest.mark.parametrize("name", JSONS)
def test_json_of_all_kinds(server: ServerProcess, name: str) -> None:
    body, expected = JSONS[name]
    assert status_of(send(server, post(body))) in expected


def test_a_body_beyond_all_limits_is_answered(server: ServerProcess) -> None:
    def upload(connection: socket.socket, head: str) -> int | None:
        connection.sendall(f"{JSON_HEAD}{head}\r\n".encode())
        return status_of(connection.recv(65536))

    with connect(server) as connection:
        # Who asks first is told before sending.
        assert upload(connection, "Expect: 100-continue\r\nContent-Length: 9999999999\r\n") == 413
    with connect(server) as connection:
        assert upload(connection, "Expect: 100-continue\r\nContent-Length: 2\r\n") == 100
        connection.sendall(b"{}")
        assert status_of(connection.recv(65536)) == 422
    endless = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    with connect(server) as connection:
        connection.sendall(CHUNKS)
        for _ in range(32):
            connection.sendall(endless)
        assert status_of(connection.recv(65536)) == 413


def test_requests_one_after_the_other_on_a_connection(server: ServerProcess) -> None:
    body = json.dumps({"text": REPORT}).encode()
    length = f"{JSON_HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body
    half = len(body) // 2
    chunks = CHUNKS + b"".join(
        b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:])
    )
    chunks += b"0\r\nX-Trailer: y\r\n\r\n"
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        for _ in range(3):
            connection.request("POST", "/v1/summaries", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            assert answer.status == 200
            assert json.loads(answer.read())["sections"]
    last = f"GET /livez HTTP/1.1\r\nHost: x\r\n{CLOSE}\r\n".encode()
    pieces: tuple[Callable[[bytes], list[bytes]], ...] = (
        lambda data: [data],
        lambda data: [data[i : i + 97] for i in range(0, len(data), 97)],
    )
    for cut in pieces:
        with connect(server) as connection:
            for piece in cut(length + chunks + b"\r\n" + length + last):
                connection.sendall(piece)
            answers = read_all(connection)
        assert answers.count(b"HTTP/1.1 200 OK") == 4
        assert answers.endswith(b"}") or answers.endswith(b"}\n")
