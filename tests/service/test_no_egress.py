"""Nothing leaves the machine: the real service where there is no network but loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from extraction.office import find_soffice
from tests.service import lonely_network
from tests.service.lonely_network import Watched

pytestmark = pytest.mark.skipif(
    bool(lonely_network.why_not()), reason=lonely_network.why_not() or "-"
)
_SERVICE = ["-m", "service.commands", "serve", "--port", "{port}"]
# A name, an address, an address of the next protocol, and all again from a reader of files'
# place: a process of its own whose environment is empty.
_ATTEMPTS = """
import socket, subprocess, sys
def attempt(do, *arguments):
    try:
        do(*arguments)
    except OSError:
        pass
attempt(socket.getaddrinfo, "name.invalid", 443)
attempt(socket.create_connection, ("192.0.2.1", 80), 1)
attempt(socket.socket(socket.AF_INET6).connect, ("2001:db8::1", 80))
attempt(socket.socket(type=socket.SOCK_DGRAM).sendto, b"", ("192.0.2.2", 53))
if len(sys.argv) == 1:
    subprocess.run([sys.executable, "-P", "-c", sys.orig_argv[-1], "child"], env={})
"""
_WITHOUT_PYTHON = (
    "import subprocess; subprocess.run(['bash', '-c', 'true > /dev/udp/192.0.2.3/53'], env={})"
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """The service, after it has done everything that it can."""
    return lonely_network.run(_SERVICE, tmp_path_factory.mktemp("service"), ask=True)


def test_a_file_tempts_the_service() -> None:
    # It links a picture elsewhere, which LibreOffice left to itself goes for.
    file = Path(__file__).parent.parent / "files" / "links.doc"
    assert "http://192.0.2.7/x.png" in file.read_bytes().decode("latin-1").replace("\0", "")


def test_the_service_needs_no_network(service: Watched) -> None:
    assert service.told["up"] == ["lo"]
    statuses = service.told["statuses"]
    if not find_soffice():
        assert {statuses.pop(file) for file in ("report.doc", "report.wps", "links.doc")} == {415}
    assert {"report.docx", "report.pdf", "text", "/docs", "/metrics"} <= statuses.keys()
    assert set(statuses.values()) == {200}, statuses
    assert service.told["code"] == 0


def test_no_python_process_of_the_service_tries_to_reach_one(service: Watched) -> None:
    assert any("gunicorn" in line for line in service.interpreters)
    assert any("extraction.worker" in line for line in service.interpreters)
    assert service.python_attempts == []


@pytest.mark.skipif(not lonely_network.can_trace(), reason="strace is not installed or allowed")
def test_no_process_of_the_service_calls_the_system_for_one(service: Watched) -> None:
    # Listening and answering are such calls as well: they were seen.
    assert service.calls
    assert service.call_attempts == []


def test_the_watches_see_attempts(tmp_path: Path) -> None:
    watched = lonely_network.run(["-c", _ATTEMPTS], tmp_path)
    assert watched.told["code"] == 0
    once = [
        "socket.getaddrinfo 'name.invalid'",
        "socket.getaddrinfo '192.0.2.1'",
        "socket.connect ('192.0.2.1', 80)",
        "socket.connect ('2001:db8::1', 80)",
        "socket.sendto ('192.0.2.2', 53)",
    ]
    assert watched.python_attempts == once * 2
    if lonely_network.can_trace():
        for place in ("192.0.2.1", "2001:db8::1", "192.0.2.2"):
            assert sum(place in call for call in watched.call_attempts) == 2


@pytest.mark.skipif(not lonely_network.can_trace(), reason="strace is not installed or allowed")
def test_strace_sees_what_the_hook_cannot(tmp_path: Path) -> None:
    watched = lonely_network.run(["-c", _WITHOUT_PYTHON], tmp_path)
    assert watched.python_attempts == []
    assert any("192.0.2.3" in call for call in watched.call_attempts)
