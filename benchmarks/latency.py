"""How long does a report take? ``python -m benchmarks.latency``.

Prints the time of the first request after the service turns ready and of later ones, for
a report of 5,000 characters, and the speed for longer ones.
"""

from __future__ import annotations

import statistics
import time

from benchmarks.reports import made_up_report
from benchmarks.server_process import ServerProcess, running_server

_CHARACTERS = 5000
_REPEATS = 20
_LONGER = (20_000, 100_000, 199_000)


def main() -> None:
    """Run the measurement."""
    with running_server(HUIBAO_LOG_LEVEL="warning") as server:
        server.wait_for("/readyz", 200)
        first = _seconds(server, _CHARACTERS, seed=0)
        later = [_seconds(server, _CHARACTERS, seed) for seed in range(1, _REPEATS + 1)]
        print(f"{_CHARACTERS} characters, first request: {first:.3f} s")
        print(
            f"{_CHARACTERS} characters, {_REPEATS} later ones: "
            f"median {statistics.median(later):.3f} s, slowest {max(later):.3f} s"
        )
        for characters in _LONGER:
            seconds = _seconds(server, characters, seed=99)
            print(
                f"{characters} characters: {seconds:.2f} s, {characters / seconds:.0f} characters/s"
            )


def _seconds(server: ServerProcess, characters: int, seed: int) -> float:
    body = {"text": made_up_report(characters, seed)}
    started = time.perf_counter()
    status, _ = server.call("POST", "/v1/summaries", body)
    elapsed = time.perf_counter() - started
    if status != 200:
        raise RuntimeError(f"answered {status}")
    return elapsed


if __name__ == "__main__":
    main()
