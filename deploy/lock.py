"""Write what the image installs, with hashes, and the licences of it: ``python deploy/lock.py``.

- ``deploy/requirements.lock``: everything but torch, for Linux and Python 3.11 to 3.13
- ``deploy/torch.lock``: torch's CPU build
- ``deploy/build.lock``: what builds our own wheel
- ``docs/licences.md``: the table at its end

Needs a package index. torch comes from ``TORCH_INDEX``, an index of CPU builds, and its lock
then covers every platform of that index; without it, from where pip finds a CPU build by
itself, and its lock covers the platform of this machine alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
LICENCES = ROOT / "docs" / "licences.md"
WORK = ROOT / "build" / "lock"
TABLE = "<!-- written by make lock -->\n"
EXTRAS = ("redis", "tracing")
"""What settings can switch on in the image without another build."""
_HEADER = "# Written by `make lock`.\n"
_UV_FLAGS = ("--quiet", "--universal", "--python-version", "3.11", "--generate-hashes")
_UV_FORMAT = ("--no-emit-index-url", "--no-emit-find-links", "--no-header")


@dataclass(frozen=True, slots=True)
class Torch:
    """torch's CPU build, as pip found it."""

    version: str
    requires: tuple[str, ...]
    sha256: str


def main() -> None:
    """Write all of it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    index = os.environ.get("TORCH_INDEX", "")
    where = ("--index-url", index) if index else ()
    bin_folder = _environment(WORK / "tools")
    _run(bin_folder / "pip", "install", "--quiet", "--upgrade", "pip", "uv", "pip-licenses")
    torch = _find_torch(bin_folder / "pip", _torch_of(project), where)
    uv = bin_folder / "uv"
    _write(DEPLOY / "torch.lock", _lock_torch(uv, torch, index))
    _write(DEPLOY / "requirements.lock", _lock_requirements(uv, torch))
    _write(DEPLOY / "build.lock", _compile(uv, project["build-system"]["requires"]))
    _write_licences(bin_folder, where)


def _torch_of(project: dict[str, Any]) -> str:
    return next(item for item in project["project"]["dependencies"] if item.startswith("torch=="))


def _find_torch(pip: Path, requirement: str, where: Sequence[str]) -> Torch:
    report = WORK / "torch.json"
    flags = ("--quiet", "--dry-run", "--ignore-installed", "--no-deps", "--only-binary=:all:")
    _run(pip, "install", *flags, "--report", str(report), *where, requirement)
    found = json.loads(report.read_text(encoding="utf-8"))["install"][0]
    metadata = found["metadata"]
    if "+cpu" not in metadata["version"]:
        sys.exit(f"{metadata['version']} is no CPU build of torch: set TORCH_INDEX")
    requires = tuple(item for item in metadata["requires_dist"] if "extra ==" not in item)
    return Torch(
        metadata["version"], requires, found["download_info"]["archive_info"]["hashes"]["sha256"]
    )


def _lock_torch(uv: Path, torch: Torch, index: str) -> str:
    requirement = f"torch=={torch.version}"
    if index:
        return _compile(uv, [requirement], "--no-deps", "--default-index", index)
    return f"{requirement} \\\n    --hash=sha256:{torch.sha256}\n"


def _lock_requirements(uv: Path, torch: Torch) -> str:
    """Everything that the image needs, without torch but with what its CPU build needs.

    The build that an index offers by default needs CUDA's packages, so uv is told the
    requirements of the CPU build.
    """
    configuration = WORK / "uv.toml"
    version, _, _ = torch.version.partition("+")
    configuration.write_text(
        '[[dependency-metadata]]\nname = "torch"\n'
        f'version = "{version}"\nrequires-dist = {json.dumps(torch.requires)}\n',
        encoding="utf-8",
    )
    extras = [part for extra in EXTRAS for part in ("--extra", extra)]
    return _run(
        uv, "pip", "compile", *_UV_FLAGS, *_UV_FORMAT, "--config-file", str(configuration),
        "--no-emit-package", "torch", *extras, "pyproject.toml",
    )  # fmt: skip


def _compile(uv: Path, requirements: list[str], *options: str) -> str:
    source = WORK / "requirements.in"
    source.write_text("\n".join(requirements), encoding="utf-8")
    return _run(
        uv, "pip", "compile", "--no-config", *_UV_FLAGS, *_UV_FORMAT, "--no-annotate", *options,
        str(source),
    )  # fmt: skip


def _write_licences(bin_folder: Path, where: Sequence[str]) -> None:
    """Install the locks in an environment of their own, and list the licences there."""
    image = WORK / "image"
    pip = _environment(image) / "pip"
    flags = ("--quiet", "--require-hashes", "--no-deps", "--requirement")
    _run(pip, "install", *where, *flags, str(DEPLOY / "torch.lock"))
    _run(pip, "install", *flags, str(DEPLOY / "requirements.lock"))
    _run(pip, "check")
    table = _run(
        bin_folder / "pip-licenses", "--python", str(image / "bin" / "python"), "--from=mixed",
        "--format=markdown", "--order=name", "--with-system", "--ignore-packages", "pip",
    )  # fmt: skip
    prose, _, _ = LICENCES.read_text(encoding="utf-8").partition(TABLE)
    LICENCES.write_text(f"{prose}{TABLE}\n{table.strip()}\n", encoding="utf-8")


def _environment(folder: Path) -> Path:
    """A fresh environment; its folder of programs."""
    venv.create(folder, clear=True, with_pip=True)
    return folder / "bin"


def _write(path: Path, text: str) -> None:
    path.write_text(_HEADER + text, encoding="utf-8")


def _run(program: Path, *arguments: str) -> str:
    """The output of a program that must succeed; its errors are shown."""
    command = [str(program), *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout


if __name__ == "__main__":
    main()
