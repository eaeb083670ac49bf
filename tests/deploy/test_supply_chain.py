"""The lock files and the licences. Offline: names and versions are compared, nothing resolved."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LICENCES = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
LOCKS = ("requirements.lock", "torch.lock", "build.lock")
EXTRAS = ("redis", "tracing")
PLATFORMS = [
    (python, machine) for python in ("3.11", "3.12", "3.13") for machine in ("x86_64", "aarch64")
]
ACCEPTED = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CNRI-Python",
    "ISC",
    "MIT",
    "MPL-2.0",
    "PSF-2.0",
    "Zlib",
}
SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0 License": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""How older metadata says the same."""
READ_BY_HAND = {"pypdfium2": "BSD-3-Clause, Apache-2.0, dependency licenses"}
"""What is no expression of licences."""


def locked(name: str) -> list[Requirement]:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    lines = text.replace("\\\n", " ").splitlines()
    pins = [line.split(" --hash=")[0] for line in lines if line[:1] not in {"", " ", "#"}]
    return [Requirement(pin.strip()) for pin in pins]


def version_of(pin: Requirement) -> Version:
    (specifier,) = pin.specifier
    assert specifier.operator == "==", pin
    return Version(specifier.version)


def installed_on(python: str, machine: str) -> dict[NormalizedName, Version]:
    """What the locks install on a Linux machine."""
    here = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "extra": "",
    }
    pins = [
        pin
        for name in ("requirements.lock", "torch.lock")
        for pin in locked(name)
        if pin.marker is None or pin.marker.evaluate(here)
    ]
    found = {canonicalize_name(pin.name): version_of(pin) for pin in pins}
    assert len(found) == len(pins), "two versions of one package"
    return found


def run_time_requirements() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"]
    texts = PROJECT["project"]["dependencies"] + [item for name in EXTRAS for item in extras[name]]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize(("python", "machine"), PLATFORMS)
@pytest.mark.parametrize("requirement", run_time_requirements(), ids=str)
def test_the_lock_satisfies_what_the_project_asks_for(
    requirement: Requirement, python: str, machine: str
) -> None:
    installed = installed_on(python, machine)
    name = canonicalize_name(requirement.name)
    assert name in installed, "run `make lock`"
    assert requirement.specifier.contains(installed[name]), "run `make lock`"


def test_every_package_that_another_needs_is_locked() -> None:
    text = (DEPLOY / "requirements.lock").read_text(encoding="utf-8")
    needing = re.findall(r"^ +#(?: via)? +([A-Za-z0-9._-]+)", text, re.MULTILINE)
    names = {canonicalize_name(pin.name) for name in LOCKS[:2] for pin in locked(name)}
    assert {canonicalize_name(name) for name in needing} - {"via"} <= names | {"huibao"}


def test_the_build_is_locked_too() -> None:
    pins = {canonicalize_name(pin.name): version_of(pin) for pin in locked("build.lock")}
    for text in PROJECT["build-system"]["requires"]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_hashes(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line[:1] not in {"", " ", "#"}]
    assert pins
    for pin in pins:
        assert re.search(r" --hash=sha256:[0-9a-f]{64}\b", pin), pin[:60]


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_index_and_no_folder(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:extra-)?index|--find-links|--trusted|(?<!\w)/\w", text)


def test_torch_is_the_cpu_build_and_brings_no_cuda() -> None:
    (torch,) = locked("torch.lock")
    asked_for = next(it for it in PROJECT["project"]["dependencies"] if it.startswith("torch"))
    assert str(torch) == f"{asked_for}+cpu"
    names = {canonicalize_name(pin.name) for pin in locked("requirements.lock")}
    assert not {name for name in names if re.match(r"torch$|nvidia|cuda|triton", name)}


def table() -> dict[NormalizedName, tuple[Version, str]]:
    rows = re.findall(r"^\| (\S+) +\| (\d\S*) +\| (.*?) +\|$", LICENCES, re.MULTILINE)
    return {canonicalize_name(name): (Version(v), licence) for name, v, licence in rows}


def terms(licence: str) -> set[str]:
    """The licences of an expression, or of the older lists of classifiers."""
    parts = re.split(r" AND | OR |; |[()]", SPELLINGS.get(licence, licence))
    return {SPELLINGS.get(part.strip(), part.strip()) for part in parts if part.strip()}


def test_the_table_lists_what_the_image_installs() -> None:
    installed = installed_on("3.11", "x86_64")
    assert {name: version for name, (version, _) in table().items()} == installed


@pytest.mark.parametrize("name", sorted(table()))
def test_licences_are_accepted(name: NormalizedName) -> None:
    _, licence = table()[name]
    if name in READ_BY_HAND:
        assert licence == READ_BY_HAND[name]
    else:
        assert terms(licence) <= ACCEPTED, f"{name}: {licence}"


def test_copyleft_is_said() -> None:
    prose = LICENCES.partition("## Packages")[0]
    copyleft = {
        name for name, (_, licence) in table().items() if re.search("MPL|GPL|Mozilla|EUPL", licence)
    }
    assert copyleft
    for name in copyleft:
        assert re.search(rf"\b{re.escape(name)}\b", prose), name
    assert not {name for name, (_, licence) in table().items() if "GPL" in licence}


def test_a_licence_that_is_not_accepted_would_be_found() -> None:
    assert not terms("MIT AND GPL-3.0-or-later") <= ACCEPTED
    assert not terms("UNKNOWN") <= ACCEPTED
