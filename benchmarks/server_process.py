"""The real service as a child process, and calls to it over loopback."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A running service."""

    process: subprocess.Popen[bytes]
    port: int

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON of one request on a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)) as connection:
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, {"Content-Type": "application/json"} | headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())

    def status_of(self, path: str) -> int | None:
        """The status of a GET; ``None`` if nothing answers."""
        try:
            return self.call("GET", path)[0]
        except OSError:
            return None

    def wait_for(self, path: str, wanted: int | None) -> None:
        """Wait until a GET has the status ``wanted``.

        Raises:
            TimeoutError: if it has not after two minutes.
            RuntimeError: if the service has ended.
        """
        deadline = time.monotonic() + START_SECONDS
        while self.status_of(path) != wanted:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} did not become {wanted}")
            if self.process.poll() is not None and wanted is not None:
                raise RuntimeError(f"the service has ended; {path} will not become {wanted}")
            time.sleep(0.05)

    def resident_kilobytes(self) -> int:
        """Resident memory of the service and its workers together."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return sum(_resident_kilobytes(process) for process in (str(pid), *children))


@contextmanager
def running_server(
    *, port: int = 0, log: BinaryIO | None = None, **environment: str
) -> Iterator[ServerProcess]:
    """A service with ``HUIBAO_*`` variables; ended at the end.

    Args:
        port: 0 for one that is free.
        log: where all it writes goes, if not to where this process writes.
        environment: the variables.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "service.commands", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
    try:
        yield ServerProcess(process, port)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _resident_kilobytes(pid: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
