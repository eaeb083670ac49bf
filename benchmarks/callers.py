"""Callers of the service, many at once, by locust.

Those who wait for their answers before they ask again are locust's users. Those who arrive at
random are not, as locust has no such users; they share its client. The times are kept as
measured: locust's statistics round them to two digits, too coarse for a ratio of medians.
Nobody here waits after a refusal, whatever ``Retry-After`` says.
"""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import gevent
from gevent.pool import Group
from locust import FastHttpUser, constant, task
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.event import EventHook
from locust.exception import StopUser

_PATH = "/v1/summaries"
_LONGEST_ANSWER_SECONDS = 150
_JSON = {"Content-Type": "application/json"}
_ONCE = 1
"""What locust calls no retries."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its end.

    Attributes:
        status: of the answer; 0 if none came.
        code: of the problem, if it was one.
        due: when it was to be sent, by the performance counter.
        end: when its answer had been read.
        characters: of its text.
    """

    status: int
    code: str
    due: float
    end: float
    characters: int

    @property
    def seconds(self) -> float:
        """How long the caller waited."""
        return self.end - self.due

    @property
    def accepted(self) -> bool:
        """Whether the report was summarised."""
        return self.status == HTTPStatus.OK

    @property
    def refused(self) -> bool:
        """Whether the service said that it had too much to do."""
        return self.code == "overloaded"


@dataclass(frozen=True, slots=True)
class _Task:
    """What callers who wait do together: the texts at these places, as long as they may."""

    service: Service
    places: Iterator[int]
    go_on: Callable[[], bool]
    calls: list[Call]

    def do(self, session: FastHttpSession) -> None:
        """Send one text.

        Raises:
            StopUser: if there is nothing more to do.
        """
        place = next(self.places, None) if self.go_on() else None
        if place is None:
            raise StopUser
        self.calls.append(self.service.call(session, place, time.perf_counter()))


@dataclass(frozen=True, slots=True)
class Service:
    """The service as callers see it.

    Attributes:
        address: where it listens.
        texts: what they send.
        bodies: the same as JSON.
    """

    address: str
    texts: Sequence[str]
    bodies: Sequence[str]

    @classmethod
    def at(cls, port: int, texts: Sequence[str]) -> Service:
        """The service on a port of this machine."""
        bodies = [json.dumps({"text": text}) for text in texts]
        return cls(f"http://127.0.0.1:{port}", texts, bodies)

    def call(self, session: FastHttpSession, place: int, due: float) -> Call:
        """Send the text at a place and read the answer."""
        answer = session.request("POST", _PATH, data=self.bodies[place], headers=_JSON)
        content = answer.content or b""
        status = int(answer.status_code or 0)
        code = json.loads(content)["code"] if status >= HTTPStatus.BAD_REQUEST else ""
        return Call(status, code, due, time.perf_counter(), len(self.texts[place]))

    def share(self, places: Sequence[int], callers: int) -> list[Call]:
        """So many callers share the texts at these places, each once."""
        return self._closed(callers, iter(places), lambda: True)

    def press(self, seconds: float, callers: int) -> list[Call]:
        """So many callers, each with its next request as soon as the last is answered."""
        end = time.perf_counter() + seconds
        endless = itertools.cycle(range(len(self.texts)))
        return self._closed(callers, endless, lambda: time.perf_counter() < end)

    def arrive(self, seconds: float, rate: float, seed: int) -> list[Call]:
        """Strangers who arrive at random (Poisson), so many a second on the average.

        Each has a connection of its own, and waits from when it meant to come.
        """
        rng = random.Random(seed)
        group, calls = Group(), list[Call]()
        due = time.perf_counter()
        end = due + seconds
        while (due := due + rng.expovariate(rate)) < end:
            gevent.sleep(max(0.0, due - time.perf_counter()))
            group.spawn(self._come, rng.randrange(len(self.texts)), due, calls)
        group.join()
        return calls

    def _come(self, place: int, due: float, calls: list[Call]) -> None:
        session = FastHttpSession(
            self.address,
            EventHook(),
            None,
            max_retries=_ONCE,
            connection_timeout=_LONGEST_ANSWER_SECONDS,
            network_timeout=_LONGEST_ANSWER_SECONDS,
        )
        calls.append(self.call(session, place, due))

    def _closed(self, callers: int, places: Iterator[int], go_on: Callable[[], bool]) -> list[Call]:
        calls: list[Call] = []
        user = _user(_Task(self, places, go_on, calls))
        runner = Environment(user_classes=[user]).create_local_runner()
        runner.start(callers, spawn_rate=callers)
        gevent.joinall([runner.spawning_greenlet])
        while runner.user_count:
            gevent.sleep(0.05)
        runner.quit()
        return calls


def _user(work: _Task) -> type[FastHttpUser]:
    """The class of locust's users that do this."""

    class Caller(FastHttpUser):
        host = work.service.address
        wait_time = constant(0)
        max_retries = _ONCE
        connection_timeout = _LONGEST_ANSWER_SECONDS
        network_timeout = _LONGEST_ANSWER_SECONDS

        @task
        def send(self) -> None:
            work.do(self.client)

    return Caller
