"""The model without HTTP, in as many processes and threads as the service has.

``python -m benchmarks.model_alone`` reads orders and writes times, each a line of JSON: first
the texts, then for each pass ``{"work": "summarise" | "tag", "places": [...]}``, answered by
the seconds that it took. ``ModelAlone`` is its other end.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast

from models.tagger import TransformerTagger, set_threads
from report.domain import Report
from report.judging import SentText, prepare
from report.summarising import summarise
from report.summary import SummaryOptions
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What a process of the pool has."""

    tagger: TransformerTagger
    texts: list[str]
    reports: list[Report]


_loaded: list[_Loaded] = []


@dataclass(frozen=True, slots=True)
class ModelAlone:
    """The processes, ready to work."""

    orders: IO[str]
    answers: IO[str]

    def seconds(self, work: str, places: Sequence[int]) -> float:
        """How long all processes together take for the texts at these places."""
        self._send({"work": work, "places": list(places)})
        return float(self._received())

    def _send(self, order: object) -> None:
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()

    def _received(self) -> str:
        answer = self.answers.readline()
        if not answer:
            raise RuntimeError("the model alone has ended")
        return answer


@contextmanager
def model_alone(texts: Sequence[str], **environment: str) -> Iterator[ModelAlone]:
    """The processes, with the model loaded; ``HUIBAO_*`` variables as the service has."""
    command = [sys.executable, "-m", "benchmarks.model_alone"]
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        alone = ModelAlone(cast(IO[str], process.stdin), cast(IO[str], process.stdout))
        alone._send(list(texts))
        try:
            yield alone
        finally:
            alone.orders.close()


def main() -> None:
    """Do the passes that are ordered, until there are no more."""
    settings = Settings.from_environment()
    texts = json.loads(sys.stdin.readline())
    arguments = (settings.model, settings.threads_of_model, texts)
    pool = multiprocessing.get_context("spawn").Pool(settings.workers, _load, arguments)
    with pool:
        for line in sys.stdin:
            order = json.loads(line)
            do = _summarise if order["work"] == "summarise" else _tag
            started = time.perf_counter()
            for _ in pool.imap_unordered(do, order["places"]):
                pass
            print(time.perf_counter() - started, flush=True)


def _load(model: str, threads: int, texts: list[str]) -> None:
    set_threads(threads)
    tagger = TransformerTagger.load(model)
    options = SummaryOptions()
    reports = [prepare(SentText(text), tagger, options.without).report for text in texts]
    _loaded.append(_Loaded(tagger, texts, reports))


def _summarise(place: int) -> None:
    loaded = _loaded[0]
    summarise(SentText(loaded.texts[place]), SummaryOptions(), loaded.tagger)


def _tag(place: int) -> None:
    loaded = _loaded[0]
    loaded.tagger.tag_all([loaded.reports[place]])


if __name__ == "__main__":
    main()
