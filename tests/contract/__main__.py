"""The long run: ``python -m tests.contract``."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.contract.running import Findings, Plan, run


@click.command()
@click.option("--examples", default=8500, help="Of each operation with a JSON body.")
@click.option("--files", default=4000, help="Of the operation with files; they take longest.")
@click.option("--at-least", default=20_000, help="Fail if all in all fewer were checked.")
@click.option("--minutes", default=150.0, help="Fail if it takes longer.")
@click.option("--seed", default=lambda: random.randrange(2**32), help="By default random.")
@click.option("--keyed/--open", default=True, help="Whether the service has keys.")
def main(examples: int, files: int, at_least: int, minutes: float, seed: int, keyed: bool) -> None:
    """Try the service with generated requests; exits 1 if anything is found."""
    started = time.monotonic()
    plan = Plan(examples, files, 60 * minutes, seed, keyed)
    with tempfile.TemporaryDirectory() as folder:
        findings = run(plan, Path(folder))
    click.echo(findings.text)
    click.echo(_told(findings, time.monotonic() - started))
    sys.exit(0 if findings.clean and findings.requests >= at_least else 1)


def _told(findings: Findings, seconds: float) -> str:
    lines = [f"{name}: {n} answered 200" for name, n in findings.accepted.items()]
    lines += [f"{reason}: {n} refused, verified" for reason, n in findings.refused.items()]
    total = f"{findings.requests} examples checked in {seconds:.0f} s"
    return "\n".join(("schema-valid:", *lines, f"{total}, {findings.failures} failures"))


if __name__ == "__main__":
    main()
