"""Limits of open files, each in a process of its own, for they cannot be taken back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from service.server.descriptors import connections_within

RAISE = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 512))
from service.server.descriptors import raise_descriptor_limit
print(raise_descriptor_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_the_limit_is_raised_as_far_as_it_may_be() -> None:
    done = subprocess.run([sys.executable, "-c", RAISE], capture_output=True, check=True)
    assert done.stdout.split() == [b"512", b"512", b"512"]


@pytest.mark.parametrize(
    ("limit", "wanted", "held"),
    [(20_000, 1000, 1000), (1200, 1000, 1000), (1024, 1000, 824), (100, 1000, 1)],
)
def test_connections_leave_descriptors_for_all_else(limit: int, wanted: int, held: int) -> None:
    assert connections_within(limit, wanted) == held
