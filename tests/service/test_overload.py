"""More callers than the service can serve: each is answered, most at once."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.reports import made_up_report
from benchmarks.server_process import ServerProcess, running_server

_CALLERS = 8
_CALLS_EACH = 5
_PLACES = 2
"""One at the model, one waiting."""
_CHARACTERS = 12_000
_AT_ONCE_SECONDS = 1.0
_LONGEST_RETRY_AFTER = 60
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller got, and after how many seconds."""

    status: int
    retry_after: str | None
    body: dict[str, Any]
    seconds: float


def call(server: ServerProcess, characters: int, seed: int) -> Answer:
    body = json.dumps({"text": made_up_report(characters, seed)})
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    with closing(connection):
        connection.request("POST", "/v1/summaries", body, _JSON)
        response = connection.getresponse()
        answer = json.loads(response.read())
    seconds = time.monotonic() - started
    return Answer(response.status, response.getheader("Retry-After"), answer, seconds)


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with running_server(HUIBAO_QUEUE=str(_PLACES - 1), HUIBAO_LOG_LEVEL="warning") as server:
        server.wait_for("/readyz", 200)
        yield server


def waiting(server: ServerProcess) -> float:
    """How many requests wait for the model, as the metrics tell."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", "/metrics")
        metrics = connection.getresponse().read().decode()
    return next(
        sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if sample.name == "huibao_queue_depth"
    )


def test_who_asks_again_at_once_is_not_read_for_a_moment(server: ServerProcess) -> None:
    """A caller that heeds no ``Retry-After`` must not take the model's time."""
    with ThreadPoolExecutor(_PLACES) as others:
        busy = [others.submit(call, server, 10 * _CHARACTERS, seed) for seed in range(_PLACES)]
        while waiting(server) < _PLACES - 1:
            time.sleep(0.05)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        body = json.dumps({"text": "完成。"})
        ends: list[float] = []
        with closing(connection):
            while len(ends) < 3 and not all(done.done() for done in busy):
                connection.request("POST", "/v1/summaries", body, _JSON)
                response = connection.getresponse()
                response.read()
                if response.status == 503:
                    ends.append(time.monotonic())
        assert [done.result().status for done in busy] == [200] * _PLACES
    assert len(ends) == 3
    assert min(later - earlier for earlier, later in pairwise(ends)) > 0.2


def probe_seconds(server: ServerProcess, path: str) -> float:
    started = time.monotonic()
    assert server.status_of(path) == 200
    return time.monotonic() - started


def test_what_is_too_much_is_refused_at_once_and_the_rest_is_served(
    server: ServerProcess,
) -> None:
    alone = call(server, _CHARACTERS, seed=1000)
    assert alone.status == 200
    with ThreadPoolExecutor(_CALLERS) as callers:
        storm = [
            callers.submit(call, server, _CHARACTERS, seed)
            for seed in range(_CALLERS * _CALLS_EACH)
        ]
        probes = []
        while not all(done.done() for done in storm):
            probes += [probe_seconds(server, path) for path in ("/livez", "/readyz")]
            time.sleep(0.1)
        answers = [done.result() for done in storm]  # a call without an answer raises here
    served = [answer for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status == 503]
    assert len(served) + len(refused) == len(answers)
    assert len(served) >= _PLACES
    # Were they to wait instead, the last of eight would wait for seven others.
    assert len(refused) >= _CALLERS - _PLACES
    for answer in refused:
        assert answer.body["code"] == "overloaded"
        assert 1 <= int(answer.retry_after or 0) <= _LONGEST_RETRY_AFTER
        assert answer.seconds < _AT_ONCE_SECONDS
    assert max(probes) < _AT_ONCE_SECONDS
    assert all(answer.body["sections"]["achievements"]["present"] for answer in served)


def test_after_the_storm_all_is_well(server: ServerProcess) -> None:
    for seed in range(3):
        assert call(server, 600, seed).status == 200
    # The places are all free again: as many callers as there are places are all served.
    with ThreadPoolExecutor(_PLACES) as callers:
        answers = list(callers.map(lambda seed: call(server, 600, seed), range(_PLACES)))
    assert [answer.status for answer in answers] == [200] * _PLACES
