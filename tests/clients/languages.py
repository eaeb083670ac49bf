"""Builds the test programs with the generated clients, strictly, and runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parent.parent.parent
PROGRAMS = Path(__file__).parent
TOOLS = PROJECT / "build/clients-tools"
JARS = Path("/usr/share/java")
JAVA_LIBRARIES = (
    "httpmime.jar",
    "httpclient.jar",
    "httpcore.jar",
    "commons-logging.jar",
    "jakarta-annotation-api.jar",
)
"""Of Debian's libhttpmime-java and libjakarta-annotation-api-java; the generator has the others."""


@dataclass(frozen=True, slots=True)
class Program:
    """A built test program.

    Attributes:
        command: runs it; its arguments come after.
        environment: variables that it needs besides ours.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str]

    def run(self, *arguments: str | Path) -> Any:
        """What it printed, read as JSON."""
        # A locale of its own, so that file names are UTF-8 wherever the tests run.
        environment = os.environ | {"LC_ALL": "C.UTF-8"} | dict(self.environment)
        return json.loads(_run(*self.command, *map(str, arguments), environment=environment))


def require_made(client: Path) -> None:
    """Skip the test if the client was not made, for want of Node.js or Java."""
    if not client.is_dir():
        pytest.skip(f"no {client.name} client: `make clients` says what to install")


def generate(description: Path, folder: Path) -> None:
    """All clients of ``description``, in a folder for each language."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    _run(
        "make",
        "clients",
        f"PYTHON={sys.executable}",
        f"OPENAPI={description}",
        f"CLIENTS={folder}",
        environment=inherited,
    )


def build_python(client: Path, work: Path) -> Program:
    """Checked by mypy, the client and the program."""
    python = TOOLS / "python/bin/python"
    program = PROGRAMS / "python/program.py"
    _run(
        *(
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--config-file=",
            "--cache-dir",
            TOOLS / "mypy",
        ),
        *("--python-executable", python, program, client / "huibao_client"),
        environment=os.environ | {"MYPYPATH": str(client)},
    )
    return Program((str(python), str(program)), {"PYTHONPATH": str(client)})


def build_typescript(client: Path, work: Path) -> Program:
    """Checked and compiled by tsc, the client and the program."""
    require_made(client)
    shutil.copytree(client, work / "client")
    shutil.copytree(PROGRAMS / "typescript", work / "program")
    shutil.move(work / "program/tsconfig.json", work)
    (work / "package.json").write_text('{"type": "module"}', encoding="ascii")
    (work / "node_modules").symlink_to(TOOLS / "node/node_modules")
    compiler = work / "node_modules/.bin/tsc"
    _run(compiler, "--project", work, "--noEmitOnError", "--outDir", work / "compiled")
    return Program(("node", str(work / "compiled/program/program.js")), {})


def build_java(client: Path, work: Path) -> Program:
    """Compiled by javac without any warning, the client and the program."""
    require_made(client)
    if shutil.which("javac") is None:
        pytest.skip("no javac: install a JDK, 17 or later")
    absent = [name for name in JAVA_LIBRARIES if not (JARS / name).exists()]
    if absent:
        pytest.skip("install libhttpmime-java and libjakarta-annotation-api-java: no " + absent[0])
    generator = next(TOOLS.glob("python/lib/*/site-packages/openapi_generator_cli/*.jar"))
    libraries = ":".join(map(str, [*(JARS / name for name in JAVA_LIBRARIES), generator]))
    sources = [*(client / "src/main/java").rglob("*.java"), PROGRAMS / "java/Program.java"]
    _run(
        *("javac", "--release", "17", "-encoding", "UTF-8", "-proc:none"),
        # Debian's jars name further ones that are not needed.
        # The generator calls what its Jackson deprecates.
        *("-Xlint:all,-path,-deprecation", "-Werror"),
        *("-classpath", libraries, "-d", str(work), *map(str, sources)),
    )
    # A platform whose charset is not that of the service, as Windows in China.
    command = ("java", "-Dfile.encoding=GBK", "-classpath", f"{work}:{libraries}", "Program")
    return Program(command, {})


BUILDERS: dict[str, Callable[[Path, Path], Program]] = {
    "python": build_python,
    "typescript": build_typescript,
    "java": build_java,
}


def _run(*command: str | Path, environment: Mapping[str, str] = os.environ) -> str:
    done = subprocess.run(  # noqa: PLW1510, an assertion tells more
        list(map(str, command)),
        cwd=PROJECT,
        env=dict(environment),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout
