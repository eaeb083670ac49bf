"""Does the service's memory stay put? ``python -m benchmarks.memory [REQUESTS]``.

Sends reports of many lengths one after the other and compares resident memory after the
first tenth of the requests with that after the last. Fails above 3 % growth.
"""

from __future__ import annotations

import random
import sys

from benchmarks.reports import made_up_report
from benchmarks.server_process import running_server

_REQUESTS = 10_000
_ALLOWED_GROWTH = 1.03


def main() -> int:
    """Run the measurement; the exit status says whether memory stayed put."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else _REQUESTS
    rng = random.Random(11)
    readings: list[int] = []
    with running_server(HUIBAO_LOG_LEVEL="warning") as server:
        server.wait_for("/readyz", 200)
        for index in range(1, requests + 1):
            length = int(20 * 100 ** rng.random())
            body = {"text": made_up_report(length, index), "include_sentences": index % 2 == 0}
            status, _ = server.call("POST", "/v1/summaries", body)
            if status != 200:
                raise RuntimeError(f"request {index} was answered {status}")
            if index % (requests // 10) == 0:
                readings.append(server.resident_kilobytes())
                print(f"after {index:6d} requests: {readings[-1] / 1024:.1f} MiB", flush=True)
    growth = readings[-1] / readings[0]
    print(f"last / first: {growth:.4f} (allowed {_ALLOWED_GROWTH})")
    return 0 if growth <= _ALLOWED_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
