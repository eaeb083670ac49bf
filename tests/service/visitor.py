"""Inside of a network of its own: ``python -m tests.service.visitor ORDER``.

Turns loopback on, runs the ordered command there, asks it if it is the service, and prints
what came of it as JSON. See ``tests.service.lonely_network``.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.server_process import START_SECONDS, ServerProcess

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1  # of Linux' netdevice(7)
_PORT = 8000  # all are free here
_FILES = Path(__file__).parent.parent / "files"
_TEXT = "一、2023年工作总结\n全年新认定高新技术企业469家，同比增长8.3%。\n"
_BOUNDARY = "of-this-form"


def main() -> None:
    """Do as ordered."""
    order = json.loads(sys.argv[1])
    told: dict[str, Any] = {"up": _turn_on_loopback()}
    process = subprocess.Popen(
        [part.replace("{port}", str(_PORT)) for part in order["command"]],
        env=os.environ | {"HUIBAO_WORKERS": "2", "HUIBAO_DRAIN_SECONDS": "0"},
        stdout=sys.stderr,
    )
    try:
        if order["ask"]:
            told["statuses"] = _statuses(ServerProcess(process, _PORT))
            os.kill(_program(process.pid, order["traced"]), signal.SIGTERM)
        told["code"] = process.wait(timeout=START_SECONDS)
    finally:
        process.kill()
    sys.stdout.write(json.dumps(told))


def _turn_on_loopback() -> list[str]:
    """Turn loopback on; the names of all interfaces that are on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        flags = _flags(handle, "lo")
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sh", b"lo", flags | _UP))
        return [name for _, name in socket.if_nameindex() if _flags(handle, name) & _UP]


def _flags(handle: socket.socket, name: str) -> int:
    answer = fcntl.ioctl(handle, _GET_FLAGS, struct.pack("16sh14x", name.encode(), 0))
    flags: int = struct.unpack("16sh14x", answer)[1]
    return flags


def _program(pid: int, traced: bool) -> int:
    """The service itself; strace, which blocks signals, is its parent."""
    if not traced:
        return pid
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()[0])


def _statuses(server: ServerProcess) -> dict[str, int]:
    """Ask for everything that the service does, files of all formats included."""
    server.wait_for("/readyz", 200)
    item = {"id": "1", "text": _TEXT}
    statuses = {
        "text": server.call("POST", "/v1/summaries", {"text": _TEXT})[0],
        "batch": server.call("POST", "/v1/summaries/batch", {"items": [item]})[0],
    }
    for path in ("/livez", "/readyz", "/v1/info", "/openapi.json", "/docs", "/metrics"):
        statuses[path] = _status(server, "GET", path)
    for file in sorted(_FILES.glob("*.*")):
        if file.stem in ("report", "links") and file.suffix != ".py":
            statuses[file.name] = _file_status(server, file)
    return statuses


def _file_status(server: ServerProcess, file: Path) -> int:
    head = (
        f"--{_BOUNDARY}\r\nContent-Disposition: form-data; "
        f'name="file"; filename="{file.name}"\r\n\r\n'
    )
    body = head.encode() + file.read_bytes() + f"\r\n--{_BOUNDARY}--\r\n".encode()
    return _status(server, "POST", "/v1/files/summaries", body)


def _status(server: ServerProcess, method: str, path: str, body: bytes | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=START_SECONDS)
    kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"} if body else {}
    connection.request(method, path, body, kind)
    return connection.getresponse().status


if __name__ == "__main__":
    main()
