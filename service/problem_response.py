"""Problems as bytes for the wire."""

from __future__ import annotations

import orjson

from service.problems import Problem
from service.schemas import ProblemSchema

_SCHEMA = ProblemSchema()


def problem_json(problem: Problem) -> bytes:
    """The body of a problem response."""
    return orjson.dumps(_SCHEMA.dump(problem))
