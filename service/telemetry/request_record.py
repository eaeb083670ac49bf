"""What is known of a request once it has been answered, for metrics, logs and traces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from report.summary import Summary
from report.watching import Stage

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER_METHOD = "other"
UNMATCHED = "unmatched"
"""The route of requests that no route matches."""
CALLER_GONE = 499
"""The status of a request whose caller left before it was answered: nobody saw another one."""


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request and its answer, without anything that was sent.

    Attributes:
        request_id: its id.
        route: the rule of the route, such as ``/v1/summaries``, or ``UNMATCHED``.
        method: one of ``METHODS``, or ``OTHER_METHOD``.
        status: the HTTP status of the answer, or ``CALLER_GONE``.
        seconds: from its first line to its answer.
        stages: seconds of each stage of the work.
        windows: windows that the model has read.
        tokens: tokens in them.
        summaries: the reports that were summarised for it.
        problem: the code of the problem it was answered with, "" if with none.
        item_problems: the codes of the problems of single texts of a batch.
        source: where the answer comes from, such as ``cache``; "" for other requests.
        client: the name of the caller's key, "" without keys.
        trace_id: of the trace it is part of, "" if of none.
    """

    request_id: str
    route: str
    method: str
    status: int
    seconds: float
    stages: Mapping[Stage, float]
    windows: int = 0
    tokens: int = 0
    summaries: tuple[Summary, ...] = ()
    problem: str = ""
    item_problems: tuple[str, ...] = ()
    source: str = ""
    client: str = ""
    trace_id: str = ""

    @property
    def characters(self) -> int:
        """Visible characters of the reports that were summarised."""
        return sum(summary.coverage.characters for summary in self.summaries)


def known_method(method: str) -> str:
    """``method``, if it is one of ``METHODS``: callers may make up any other."""
    return method if method in METHODS else OTHER_METHOD
