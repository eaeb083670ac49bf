"""The ids of requests, by which callers and operators speak of the same one."""

from __future__ import annotations

import re
import uuid

REQUEST_ID_HEADER = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")


def request_id(given: str) -> str:
    """The id that a caller gave, or a new one if it gave none that can be used."""
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
