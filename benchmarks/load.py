"""How much does the service bear? ``python -m benchmarks.load``, about two minutes.

Starts the real service, and beside it the model alone: the same code without HTTP
(``report.summarising.summarise``) in as many processes with as many torch threads. Then, with
the same reports:

1. Throughput. Passes over the same reports by the model alone and through the service take
   turns; for the service with as many callers as its places, so that the model never waits.
   What counts is the median of the ratios of neighbouring passes, so that a machine that has
   other work in one of them spoils no more than that one. A pass is of the same work and of no
   given time: where it begins and ends in the middle of a report makes no difference.
2. Overload by callers who wait for their answers (closed loop). Capacity, 1x, is as many
   callers as just keep all processes busy: two a process, one at the model and one waiting.
   At 2x and 4x each of the others asks again at once when it is refused.
3. Overload by strangers who arrive at random, whether others are served or not (open loop,
   Poisson): 1x is as many a second as step 1 served. Waiting counts from when they meant to
   come.

Steps 2 and 3 send the half of the reports whose lengths are in the middle: some dozens of calls
of very different lengths have medians that jump from run to run (1.6 to 2.5 for the same code).

Prints what came of it and exits 1 if a bar is missed: throughput through HTTP is at least
90 % of the model's; the median time of the accepted at 4x is at most twice that at 1x, in both
loops; no request ends without an answer or with another error than a refusal.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.callers import Call, Service
from benchmarks.model_alone import ModelAlone, model_alone
from benchmarks.report_bodies import report_bodies
from benchmarks.server_process import ServerProcess, running_server

_SHARED = Path(__file__).parent.parent.parent / "shared"
_FOLDERS = (_SHARED / "samples", _SHARED / "corpus")
_REPORTS = 60
_LEAST_RATIO, _LARGEST_SLOWDOWN = 0.90, 2.0
_FACTORS = (1, 2, 4)
_ROUNDS = ((1, 4, 2), (4, 1, 2))
"""The phases by their factors, in changing order: what else the machine does comes and goes."""
_CALLERS_OF_CAPACITY = 2
_PASSES = 4
_FIRST = 12
_SHARE_OF_PASSES = 0.35
_PHASES = 2 * len(_FACTORS) * len(_ROUNDS)


@dataclass(frozen=True, slots=True)
class Passes:
    """Step 1.

    Attributes:
        characters: of the reports of a pass.
        requests: in a pass.
        service: seconds of each pass through the service.
        model: seconds of each by the model alone.
        tagger: seconds of one by nothing but the tagger.
        memory: MiB of the service and its processes, afterwards.
    """

    characters: int
    requests: int
    service: list[float]
    model: list[float]
    tagger: float
    memory: float

    @property
    def ratio(self) -> float:
        """Throughput of the service as a share of the model's."""
        return statistics.median(
            model / service for model, service in zip(self.model, self.service, strict=True)
        )

    @property
    def speed(self) -> float:
        """Characters a second that the service read."""
        return self.characters / statistics.median(self.service)


@dataclass(slots=True)
class Phase:
    """What came of the calls of one kind at one load, over all rounds."""

    name: str
    calls: list[Call] = field(default_factory=list)
    seconds: float = 0.0
    memory: float = 0.0

    def add(self, calls: list[Call], memory: float) -> None:
        """Add the calls of a round."""
        self.calls += calls
        self.seconds += max(call.end for call in calls) - min(call.due for call in calls)
        self.memory = max(self.memory, memory)

    @property
    def median(self) -> float:
        """Seconds that half of the accepted took at most."""
        return statistics.median(call.seconds for call in self.calls if call.accepted)

    @property
    def without_answer(self) -> int:
        """How many requests ended without one."""
        return sum(not call.status for call in self.calls)

    @property
    def errors(self) -> int:
        """How many were answered, and neither served nor refused."""
        return sum(
            bool(call.status) and not call.accepted and not call.refused for call in self.calls
        )


def main() -> None:
    """Run the measurement."""
    options = _options()
    texts = report_bodies(options.reports, _REPORTS, options.seed)
    environment: dict[str, Any] = {
        "HUIBAO_LOG_LEVEL": "error",
        "HUIBAO_WORKERS": str(options.workers),
        "HUIBAO_QUEUE": str(options.queue),
        "HUIBAO_TORCH_THREADS": str(options.torch_threads),
    }
    lengths = [len(text) for text in texts]
    print(
        f"{len(texts)} reports of {min(lengths)} to {max(lengths)} characters, "
        f"median {statistics.median(lengths):.0f}; {options.workers} processes, "
        f"queue {options.queue}, torch threads {options.torch_threads or 'shared out'}"
    )
    with running_server(**environment) as server, model_alone(texts, **environment) as alone:
        server.wait_for("/readyz", 200)
        service = Service.at(server.port, texts)
        passes = _passes(options, server, service, alone)
        _print_passes(passes)
        usual = _of_usual_length(texts)
        rate = passes.speed / statistics.mean(map(len, usual))
        closed, opened = _overload(options, server, Service.at(server.port, usual), rate)
    for phases in (closed, opened):
        _print_phases(phases)
    sys.exit(0 if _bars_are_met(passes, closed, opened) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120, help="for all phases together")
    parser.add_argument("--workers", type=int, default=1, help="HUIBAO_WORKERS")
    parser.add_argument("--queue", type=int, default=2, help="HUIBAO_QUEUE")
    parser.add_argument("--torch-threads", type=int, default=0, help="HUIBAO_TORCH_THREADS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--reports",
        type=Path,
        nargs="+",
        default=_FOLDERS,
        help="folders of .txt or .jsonl files; without any, reports are made up",
    )
    return parser.parse_args()


def _of_usual_length(texts: Sequence[str]) -> list[str]:
    """The half of the texts whose lengths are in the middle, in their order."""
    low, _, high = statistics.quantiles(map(len, texts), n=4)
    return [text for text in texts if low <= len(text) <= high]


def _passes(
    options: argparse.Namespace, server: ServerProcess, service: Service, alone: ModelAlone
) -> Passes:
    callers = options.workers * (1 + options.queue)
    places = range(len(service.texts))
    # Once for nothing: allocators and caches of both find their size.
    first = places[:_FIRST]
    alone.seconds("summarise", first)
    _seconds(service.share(first, callers))
    a_text = alone.seconds("summarise", first) / len(first)
    a_pass = options.seconds * _SHARE_OF_PASSES / (2 * _PASSES + 1)
    count = max(2 * callers, min(len(places), round(a_pass / a_text)))
    chosen = [place % len(places) for place in range(count)]
    through, without = [], []
    for turn in range(_PASSES):
        measures: list[Callable[[], None]] = [
            lambda: through.append(_seconds(service.share(chosen, callers))),
            lambda: without.append(alone.seconds("summarise", chosen)),
        ]
        for measure in measures if turn % 2 else reversed(measures):
            measure()
    return Passes(
        sum(len(service.texts[place]) for place in chosen),
        count,
        through,
        without,
        alone.seconds("tag", chosen),
        _memory(server),
    )


def _seconds(calls: Sequence[Call]) -> float:
    """How long all took together.

    Raises:
        RuntimeError: if one was not served.
    """
    if missing := [call.status for call in calls if not call.accepted]:
        raise RuntimeError(f"answered {missing} although there was a place")
    return max(call.end for call in calls) - min(call.due for call in calls)


def _overload(
    options: argparse.Namespace, server: ServerProcess, service: Service, rate: float
) -> tuple[list[Phase], list[Phase]]:
    """Steps 2 and 3: the phases of each, by factor."""
    seconds = options.seconds * (1 - _SHARE_OF_PASSES) / _PHASES
    capacity = _CALLERS_OF_CAPACITY * options.workers
    closed = {x: Phase(f"{x}x: {x * capacity} callers") for x in _FACTORS}
    opened = {x: Phase(f"{x}x: {x * rate:.1f} a second") for x in _FACTORS}
    for number, order in enumerate(_ROUNDS):
        for x in order:
            closed[x].add(service.press(seconds, x * capacity), _memory(server))
        for x in order:
            seed = options.seed * 100 + 10 * x + number
            opened[x].add(service.arrive(seconds, x * rate, seed), _memory(server))
    return [*closed.values()], [*opened.values()]


def _memory(server: ServerProcess) -> float:
    return server.resident_kilobytes() / 1024


def _print_passes(passes: Passes) -> None:
    measured = (
        ("through HTTP", statistics.median(passes.service)),
        ("model alone", statistics.median(passes.model)),
        ("tagger alone", passes.tagger),
    )
    for name, seconds in measured:
        print(
            f"{name:<13} {passes.requests / seconds:7.2f} reports/s "
            f"{passes.characters / seconds:9.0f} characters/s"
        )
    print(f"resident memory of the service: {passes.memory:.0f} MiB")


def _print_phases(phases: Iterable[Phase]) -> None:
    print(
        f"\n{'load':<22}{'served/s':>9}{'refused/s':>10}  {'accepted p50 p95 p99':<24}"
        f"{'refused p50 p95 p99':<24}{'errors':>6}{'unanswered':>11}{'MiB':>7}"
    )
    for phase in phases:
        accepted = [call.seconds for call in phase.calls if call.accepted]
        refused = [call.seconds for call in phase.calls if call.refused]
        print(
            f"{phase.name:<22}{len(accepted) / phase.seconds:>9.2f}"
            f"{len(refused) / phase.seconds:>10.2f}  {_percentiles(accepted):<24}"
            f"{_percentiles(refused):<24}{phase.errors:>6}{phase.without_answer:>11}"
            f"{phase.memory:>7.0f}"
        )


def _percentiles(seconds: list[float]) -> str:
    """The median and the 95th and 99th percentiles, in seconds."""
    if len(seconds) < 2:
        return "-"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return " ".join(f"{cuts[percent - 1]:.3f}" for percent in (50, 95, 99))


def _bars_are_met(passes: Passes, closed: list[Phase], opened: list[Phase]) -> bool:
    lost = sum(phase.without_answer + phase.errors for phase in (*closed, *opened))
    slowdowns = [phases[-1].median / phases[0].median for phases in (closed, opened)]
    bars = (
        (f"HTTP/model {passes.ratio:.3f} of at least {_LEAST_RATIO}", passes.ratio, _LEAST_RATIO),
        *(
            (
                f"median at 4x / at 1x, {name}: {slowdown:.2f} of at most {_LARGEST_SLOWDOWN}",
                _LARGEST_SLOWDOWN,
                slowdown,
            )
            for name, slowdown in zip(("closed", "open"), slowdowns, strict=True)
        ),
        (f"requests with errors or without an answer: {lost} of at most 0", 0, lost),
    )
    print()
    for text, larger, smaller in bars:
        print(f"{'met   ' if larger >= smaller else 'MISSED'} {text}")
    return all(larger >= smaller for _, larger, smaller in bars)


if __name__ == "__main__":
    main()
