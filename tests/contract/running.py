"""Runs schemathesis against the real service, all checks and all phases, one request at a time.

One at a time, because the service refuses what is too much for it (503), and nothing is
to be excused here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.server_process import running_server
from service.access.authentication import Scope, new_key
from tests.contract.hooks import FROM_FILE, KEYED, REASONS

_ROOT = Path(__file__).parent.parent.parent
_REQUEST_SECONDS = 120
_LONGEST_LINE = 600
_CONFIGURATION = """
seed = {seed}
hooks = "tests.contract.hooks"
continue-on-failure = true
request-timeout = {timeout}
workers = 1
warnings = true

[cache]
enabled = false

[generation]
mode = "all"
max-examples = {most}
database = "none"

[phases.coverage]
enabled = true

[phases.stateful]
enabled = true

[checks.positive_data_acceptance]
expected-statuses = [200]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 405, 413, 415, 422]

[[operations]]
include-operation-id = "{from_file}"
generation.max-examples = {most_files}
"""
_AUTHORISED = """
[auth.openapi]
ApiKey = {{ bearer = "{secret}" }}
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is tried.

    Attributes:
        examples: of each operation with a body, besides those of the coverage phase.
        files: the same of the operation that takes files, each read by a process of its own.
        seconds: the time for all of it.
        seed: the same seed, the same examples.
        keyed: whether the service has keys.
    """

    examples: int
    files: int
    seconds: float
    seed: int
    keyed: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of it.

    Attributes:
        requests: examples that were sent and checked.
        failures: different ones.
        complete: whether all phases went to their end.
        accepted: by operation, examples that fit the schema and were answered 200.
        refused: how many that fit it were not, by operation and the code of the problem; all
            of them for a reason that was verified, or else they are failures.
        text: what schemathesis printed.
    """

    requests: int
    failures: int
    complete: bool
    accepted: dict[str, int]
    refused: Counter[str]
    text: str

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return self.complete and not self.failures


def run(plan: Plan, folder: Path) -> Findings:
    """Start the service, try it, and stop it; reports go to ``folder``.

    Raises:
        subprocess.TimeoutExpired: if it takes longer than planned.
    """
    made = new_key("contract", frozenset(Scope))
    keys = {"HUIBAO_API_KEYS": made.key.entry} if plan.keyed else {}
    with running_server(HUIBAO_LOG_LEVEL="warning", **keys) as server:
        server.wait_for("/readyz", 200)
        return _tried(plan, f"http://127.0.0.1:{server.port}", made.secret, folder)


def _tried(plan: Plan, address: str, secret: str, folder: Path) -> Findings:
    configuration = folder / "schemathesis.toml"
    authorised = _AUTHORISED.format(secret=secret) if plan.keyed else ""
    configuration.write_text(_configuration(plan) + authorised, "utf-8")
    report = folder / "report.json"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration)]
    command += ["run", f"{address}/openapi.json", "--url", address, "--report", "json"]
    command += ["--report-json-path", str(report), "--report-dir", str(folder)]
    reasons = folder / "reasons.txt"
    reasons.touch()
    environment = os.environ | {REASONS: str(reasons)}
    if plan.keyed:
        environment[KEYED] = "1"
    done = subprocess.run(
        command,
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=plan.seconds,
        check=False,
    )
    text = "\n".join(line[:_LONGEST_LINE] for line in done.stdout.decode().splitlines())
    if not report.exists():
        raise RuntimeError(f"schemathesis gave no report:\n{text}")
    told = json.loads(report.read_text("utf-8"))
    return _findings(told, Counter(reasons.read_text("ascii").splitlines()), text)


def _configuration(plan: Plan) -> str:
    return _CONFIGURATION.format(
        seed=plan.seed,
        timeout=_REQUEST_SECONDS,
        most=plan.examples,
        most_files=plan.files,
        from_file=FROM_FILE,
    )


def _findings(report: dict[str, Any], reasons: Counter[str], text: str) -> Findings:
    cases = report["test_cases"]
    return Findings(
        cases["generated"] - cases["without_checks"],
        cases["unique_failures"] + cases["errored"] + len(report["errors"]),
        report["complete"] and report["exit_code"] in (0, 1),
        {
            operation: sum(counts["accepted"] for counts in phases.values())
            for operation, phases in report["valid_rates"].items()
        },
        reasons,
        text,
    )
