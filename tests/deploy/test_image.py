"""The Dockerfile. No engine builds it here: its parts are held against the project."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import sysconfig
import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from benchmarks.server_process import running_server
from service.access.authentication import Scope, new_key
from service.settings import PREFIX, Settings, SettingsError

ROOT = Path(__file__).parent.parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HEALTHCHECK = ROOT / "deploy" / "healthcheck.py"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, its continuation lines joined."""

    name: str
    arguments: str


def instructions(text: str) -> list[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines()]


INSTRUCTIONS = instructions(DOCKERFILE)
LAST_STAGE = INSTRUCTIONS[max(i for i, item in enumerate(INSTRUCTIONS) if item.name == "FROM") :]


def environment_of_image() -> dict[str, str]:
    given = [item.arguments for item in LAST_STAGE if item.name == "ENV"]
    return dict(pair.split("=", 1) for line in given for pair in shlex.split(line))


def labels() -> dict[str, str]:
    given = [item.arguments for item in LAST_STAGE if item.name == "LABEL"]
    pairs = dict(pair.split("=", 1) for line in given for pair in shlex.split(line))
    prefix = "org.opencontainers.image."
    return {name.removeprefix(prefix): value for name, value in pairs.items()}


def copied() -> list[str]:
    """What is copied from the project, by any stage."""
    lines = [item.arguments for item in INSTRUCTIONS if item.name == "COPY"]
    return [source for line in lines if "--from" not in line for source in line.split()[:-1]]


def is_sent(path: str) -> bool:
    """Whether ``.dockerignore`` lets a path through; the last rule that matches decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split():
        pattern = line.removeprefix("!")
        if fnmatch(path, pattern) or path.startswith(f"{pattern}/"):
            sent = line.startswith("!")
    return sent


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    found = subprocess.run(
        [hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_labels_say_what_the_project_says() -> None:
    version = next(i.arguments for i in LAST_STAGE if i.arguments.startswith("VERSION="))
    assert version == f"VERSION={PROJECT['project']['version']}"
    assert labels() == {
        "title": PROJECT["project"]["name"],
        "description": "Splits Chinese work reports into achievements, problems and plans",
        "version": "${VERSION}",
        "licenses": PROJECT["project"]["license"],
    }
    assert PROJECT["project"]["description"].startswith(labels()["description"])


def test_everything_copied_is_there_and_sent_to_the_engine() -> None:
    assert [path for path in copied() if not (ROOT / path).exists()] == []
    assert [path for path in copied() if not is_sent(path)] == []
    assert not is_sent(".git/config")
    assert not is_sent("secrets/api-keys")


def test_all_packages_are_in_the_image() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= set(copied())


def test_every_package_from_an_index_has_its_hash_checked() -> None:
    installs = [
        command
        for item in INSTRUCTIONS
        if item.name == "RUN"
        for command in item.arguments.split("&&")
        if re.search(r"\bpip\b.* install ", command)
    ]
    assert len(installs) == 4
    for command in installs:
        assert "--require-hashes" in command or "--no-index" in command, command


def test_it_runs_as_nobody_in_particular_and_stops_on_sigterm() -> None:
    given = {item.name: item.arguments for item in LAST_STAGE}
    assert given["USER"] == "10001:10001"
    assert given["STOPSIGNAL"] == "SIGTERM"
    # Forms without a shell: signals reach the service, and the image needs none.
    assert given["ENTRYPOINT"] == '["huibao"]'
    assert given["CMD"] == '["serve"]'


def test_its_environment_is_known_and_lets_nobody_in() -> None:
    environment = environment_of_image()
    ours = {name for name in environment if name.startswith(PREFIX)}
    assert ours <= {PREFIX + item.name.upper() for item in fields(Settings)}
    assert environment["HF_HUB_OFFLINE"] == environment["HF_HUB_DISABLE_TELEMETRY"] == "1"
    with pytest.raises(SettingsError, match="HUIBAO_API_KEYS"):
        Settings.from_environment(environment)
    given_keys = {"HUIBAO_API_KEYS_FILE": "/run/secrets/api_keys"}
    assert Settings.from_environment(environment | given_keys).has_keys


def test_without_keys_the_command_says_what_is_missing() -> None:
    environment = {name: environment_of_image()[name] for name in ("HUIBAO_HOST", "HUIBAO_PORT")}
    command = [sys.executable, "-m", "service.commands", "serve"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    for name in ("HUIBAO_ALLOW_ANONYMOUS", "HUIBAO_API_KEYS_FILE", "0.0.0.0"):
        assert name in done.stderr


def health(**environment: str) -> int:
    """The exit status of the health check, run as the image runs it."""
    check = next(item.arguments for item in LAST_STAGE if item.name == "HEALTHCHECK")
    assert '["python", "-I", "/opt/huibao/healthcheck.py"]' in check
    command = [sys.executable, "-I", str(HEALTHCHECK)]
    return subprocess.run(command, env=environment, timeout=30, check=False).returncode


class Answer(BaseHTTPRequestHandler):
    status = 503

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def unready_port() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield str(server.server_port)
        server.shutdown()
        thread.join()


def test_a_service_that_is_not_ready_is_unhealthy(unready_port: str) -> None:
    assert health(HUIBAO_PORT=unready_port) == 1


def free_port() -> str:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        return str(unused.getsockname()[1])


def test_where_nothing_answers_it_is_unhealthy() -> None:
    assert health(HUIBAO_PORT=free_port()) == 1


def test_a_service_with_keys_and_an_operations_port_is_healthy() -> None:
    entry = new_key("caller", frozenset({Scope.SUMMARISE})).key.entry
    given = {"HUIBAO_API_KEYS": entry, "HUIBAO_OPERATIONS_PORT": free_port()}
    with running_server(**given) as server:
        server.wait_for("/readyz", 200)
        assert health(HUIBAO_PORT=str(server.port)) == 0
        assert health(HUIBAO_PORT=free_port(), **given) == 0
        # An orchestrator may leave it set to nothing, or to none.
        assert health(HUIBAO_PORT=str(server.port), HUIBAO_OPERATIONS_PORT="") == 0
        assert health(HUIBAO_PORT=str(server.port), HUIBAO_OPERATIONS_PORT="0") == 0
