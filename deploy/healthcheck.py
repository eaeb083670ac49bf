"""The image's health check: exit status 0 if the service in this container is ready.

It asks the port that needs no key for probes: that of operations if there is one. Nothing but
the standard library, so that it costs a few milliseconds.
"""

from __future__ import annotations

import http.client
import os
import sys
from contextlib import closing

_SECONDS = 3.0
# Not a name: nothing is to be resolved.
_ADDRESS = "127.0.0.1"


def is_ready() -> bool:
    """Whether ``/readyz`` answers 200 on this machine."""
    port = _port("HUIBAO_OPERATIONS_PORT") or _port("HUIBAO_PORT") or 8000
    with closing(http.client.HTTPConnection(_ADDRESS, port, timeout=_SECONDS)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False


def _port(variable: str) -> int:
    """The port that a variable names, blanks around it or not; 0 if it names none."""
    return int(os.environ.get(variable, "").strip() or 0)


if __name__ == "__main__":
    sys.exit(0 if is_ready() else 1)
