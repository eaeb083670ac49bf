"""Programs that run where there is no network but loopback, watched for what they try.

Two watches at once, neither of which trusts the program: an audit hook in every Python
process of it, those that it starts with an emptied environment included, and strace on all
of its processes, Python or not, where the system lets it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent.parent
_SECONDS = 240
_TRACED = ("strace", "-f", "-q", "-e", "trace=network", "-e", "signal=none", "-s", "80")
_REACHING = re.compile(
    r"(?:connect|sendto|sendmsg|sendmmsg)\(.*(?:sa_family=AF_INET6?\b|/systemd/resolve/)"
)
"""A system call that names an address of a network, or asks the system's resolver for one."""
# The first lines tell that the hook is there; without them silence would prove nothing.
_HOOK = """
import os
import sys

_log = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")
_SENDING = ("connect", "sendto", "sendmsg")


def _note(kind, told):
    os.write(_log, f"{{kind}} {{os.getpid()}} {{told}}\\n".encode("utf-8", "replace"))


def _hook(event, arguments):
    name = event.removeprefix("socket.")
    if name in _LOOKUPS:
        _note("attempt", f"{{event}} {{arguments[0]!r}}")
    elif name in _SENDING and isinstance(arguments[1], tuple):  # else a path of this machine
        _note("attempt", f"{{event}} {{arguments[1]!r}}")


sys.addaudithook(_hook)
_note("watched", repr(sys.orig_argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a program did.

    Attributes:
        told: what the visitor inside of the network tells.
        interpreters: command lines of the Python processes that were watched.
        python_attempts: names and addresses that those tried to find or reach.
        calls: how many system calls about networks were seen; ``None`` without strace.
        call_attempts: those of them that would have reached one.
    """

    told: dict[str, Any]
    interpreters: list[str]
    python_attempts: list[str]
    calls: int | None
    call_attempts: list[str]


@cache
def why_not() -> str:
    """Why there can be no such network here; empty if there can."""
    if not shutil.which("unshare"):
        return "unshare is not installed"
    tried = subprocess.run([*_entrance(), "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else f"no namespaces: {tried.stderr.decode().strip()}"


@cache
def can_trace() -> bool:
    """Whether strace is installed and allowed."""
    if not shutil.which("strace"):
        return False
    return subprocess.run([*_tracer(), "true"], capture_output=True, check=False).returncode == 0


def run(program: list[str], folder: Path, ask: bool = False) -> Watched:
    """Run ``python PROGRAM`` in a network with loopback only.

    Args:
        program: arguments of the interpreter; ``{port}`` in them is replaced by a free one.
        folder: for what the watches note.
        ask: whether it is the service, which the visitor asks for all that it can do.
    """
    notes, trace = folder / "notes.txt", folder / "trace.txt"
    python = _watched_interpreter(folder / "python", notes)
    watch = [*_tracer(), "-o", str(trace)] if can_trace() else []
    order = {"command": [*watch, str(python), *program], "traced": bool(watch), "ask": ask}
    done = subprocess.run(
        [*_entrance(), sys.executable, "-m", "tests.service.visitor", json.dumps(order)],
        cwd=_ROOT,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    lines = [line.split(" ", 2) for line in notes.read_text("utf-8").splitlines()]
    calls = trace.read_text("utf-8", "replace").splitlines() if watch else []
    return Watched(
        json.loads(done.stdout),
        [told for kind, _, told in lines if kind == "watched"],
        [told for kind, _, told in lines if kind == "attempt"],
        len(calls) if watch else None,
        [call for call in calls if _REACHING.search(call)],
    )


def _entrance() -> list[str]:
    return ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]


@cache
def _tracer() -> tuple[str, ...]:
    """strace, which stops nothing but calls about networks where it can do so."""
    quick = (*_TRACED, "--seccomp-bpf")
    tried = subprocess.run([*quick, "-o", os.devnull, "true"], capture_output=True, check=False)
    return quick if tried.returncode == 0 else _TRACED


def _watched_interpreter(folder: Path, notes: Path) -> Path:
    """An interpreter like this one, with a hook that none of its processes can do without.

    The reader of a file is started by ``sys.executable`` with an environment of its own, so
    that variables would not reach it; a file in the interpreter's own folder does.
    """
    venv.create(folder, symlinks=True)
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    own.mkdir(parents=True, exist_ok=True)
    ours = sysconfig.get_path("purelib")
    (own / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n", "utf-8")
    (own / "sitecustomize.py").write_text(_HOOK.format(log=str(notes)), "utf-8")
    return folder / "bin" / "python"
