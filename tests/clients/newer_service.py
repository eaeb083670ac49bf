"""A service newer than the clients: its answers have values and members they do not know."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROBLEM = {
    "type": "urn:huibao:problem:out_of_paper",
    "title": "纸张用尽",
    "status": 503,
    "detail": "请加纸。",
    "code": "out_of_paper",
    "request_id": "1",
    "paper": {"size": "A4"},
}


class NewerService(ThreadingHTTPServer):
    """Refuses everything with ``PROBLEM``, and keeps the last body."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Refusal)
        self.body = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Refusal(BaseHTTPRequestHandler):
    server: NewerService
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.server.body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = json.dumps(PROBLEM, ensure_ascii=False).encode()
        self.send_response(503)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def newer_service() -> Iterator[NewerService]:
    with NewerService() as service:
        thread = threading.Thread(target=service.serve_forever)
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()
