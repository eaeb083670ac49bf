"""The running service keeps to its description, whatever comes: see ``tests.contract.hooks``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.running import Plan, run

_EXAMPLES = 1000
_SECONDS = 600


@pytest.mark.parametrize("keyed", [True, False], ids=["keyed", "open"])
def test_the_service_keeps_to_its_description(keyed: bool, tmp_path: Path) -> None:
    share = Plan(examples=160, files=60, seconds=_SECONDS, seed=20260101, keyed=keyed)
    findings = run(share, tmp_path)
    assert findings.clean, findings.text
    assert findings.requests >= _EXAMPLES / 2, findings.text
    # Nothing is proved where nothing gets through.
    assert all(findings.accepted.values()), findings.accepted
