"""Metrics for Prometheus: what the service does, and what it finds in the reports.

Labels have few values, none of which a caller can make up; no text is among them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from report.domain import SECTION_ROLES, RhetoricalRole
from report.repairs.repairing import RepairCode
from report.summary import Summary, WarningCode
from report.tagging import ModelCard
from report.watching import Stage
from service.answers.store import AnswerSource
from service.problems import ProblemCode
from service.telemetry.metrics_folder import reserve_metrics_space
from service.telemetry.request_record import CALLER_GONE, RequestRecord
from service.version import VERSION

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""
_NAMESPACE = "huibao"
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_STAGE_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_CHARACTERS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 200_000)
_REPORTS = (1, 2, 4, 8, 16, 32, 64)
_REFUSED_FOR = (
    ProblemCode.MALFORMED_REQUEST,
    ProblemCode.REQUEST_TIMEOUT,
    ProblemCode.OVERLOADED,
    ProblemCode.INTERNAL_ERROR,
)
"""What connections are refused for."""
_CONFIDENCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


class Metrics:
    """The metrics of one process, and the sums over it and its siblings.

    Args:
        folder: where the processes of the service share their values (see
            ``service.telemetry.metrics_folder``); ``None`` for this process alone.

    Attributes:
        worker: those of the process itself.

    Raises:
        OSError: if the folder has no space for those of this process.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None:
            reserve_metrics_space(folder)
        self._registry = CollectorRegistry()
        self._folder = folder
        self._traffic = _Traffic(self._registry)
        self._work = _Work(self._registry)
        self._reports = _Reports(self._registry)
        self.worker = WorkerMetrics(self._registry)

    def stage(self, stage: Stage) -> AbstractContextManager[object]:
        """Entered for the time of a stage."""
        return self._work.entered(stage)

    def request_finished(self, record: RequestRecord) -> None:
        """Count a request that has been answered."""
        self._traffic.add(record)
        self._work.add(record)
        for summary in record.summaries:
            self._reports.add(summary)

    def connection_refused(self, code: ProblemCode) -> None:
        """Count what was answered with a problem without reaching the application."""
        self._traffic.add_refused(code)

    def exposition(self) -> str:
        """All metrics of this process and its living siblings, and the counts of the dead."""
        registry = self._registry
        if self._folder is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        processes = CollectorRegistry()
        processes.register(_WorkerProcesses(self._worker_ids))
        return (generate_latest(registry) + generate_latest(processes)).decode()

    def _worker_ids(self) -> list[int]:
        """The processes whose gauges count, which are those that live."""
        if self._folder is None:
            return [os.getpid()]
        files = self._folder.glob("gauge_livesum_*.db")
        return sorted(int(file.stem.rpartition("_")[2]) for file in files)


class _Traffic:
    """What callers see."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "requests",
            f"Requests; status {CALLER_GONE} if the caller left before the answer.",
            ("route", "method", "status"),
            _NAMESPACE,
            registry=registry,
        )
        self._seconds = Histogram(
            "request_seconds",
            "Time from a request to its answer.",
            ("route",),
            _NAMESPACE,
            registry=registry,
            buckets=_REQUEST_SECONDS,
        )
        self._problems = Counter(
            "problems",
            "Requests answered with a problem.",
            ("code",),
            _NAMESPACE,
            registry=registry,
        )
        self._item_problems = Counter(
            "item_problems",
            "Texts of batches answered with a problem of their own.",
            ("code",),
            _NAMESPACE,
            registry=registry,
        )
        self._callers_gone = Counter(
            "callers_gone",
            "Requests given up as their callers left.",
            (),
            _NAMESPACE,
            registry=registry,
        )
        self._refused = Counter(
            "connections_refused",
            "Connections closed with a problem that never reached the application, or broke it.",
            ("code",),
            _NAMESPACE,
            registry=registry,
        )
        self._answers = Counter(
            "answers",
            "Summaries answered, by where they came from.",
            ("source",),
            _NAMESPACE,
            registry=registry,
        )
        for code in ProblemCode:
            self._problems.labels(code)
            self._item_problems.labels(code)
        for code in _REFUSED_FOR:
            self._refused.labels(code)
        for source in AnswerSource:
            self._answers.labels(source)

    def add(self, record: RequestRecord) -> None:
        """Count a request."""
        self._requests.labels(record.route, record.method, record.status).inc()
        self._seconds.labels(record.route).observe(record.seconds)
        if record.status == CALLER_GONE:
            self._callers_gone.inc()
        elif record.problem:
            self._problems.labels(record.problem).inc()
        elif record.source:
            self._answers.labels(record.source).inc()
        for code in record.item_problems:
            self._item_problems.labels(code).inc()

    def add_refused(self, code: ProblemCode) -> None:
        """Count a connection."""
        self._refused.labels(code).inc()


class _Work:
    """What requests cost."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._queue_depth = Gauge(
            "queue_depth",
            "Requests that wait for a model.",
            (),
            _NAMESPACE,
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._stage_seconds = Histogram(
            "stage_seconds",
            "Time of a request in each stage of the work.",
            ("stage",),
            _NAMESPACE,
            registry=registry,
            buckets=_STAGE_SECONDS,
        )
        self._windows = Counter(
            "encoded_windows", "Windows that the model has read.", (), _NAMESPACE, registry=registry
        )
        self._tokens = Counter(
            "encoded_tokens", "Tokens that the model has read.", (), _NAMESPACE, registry=registry
        )
        self._reports = Histogram(
            "request_reports",
            "Reports summarised for one request: a batch has many.",
            (),
            _NAMESPACE,
            registry=registry,
            buckets=_REPORTS,
        )
        for stage in Stage:
            self._stage_seconds.labels(stage)

    def entered(self, stage: Stage) -> AbstractContextManager[object]:
        """Count those in the queue while they are."""
        return self._queue_depth.track_inprogress() if stage is Stage.QUEUE else nullcontext()

    def add(self, record: RequestRecord) -> None:
        """Count a request."""
        for stage, seconds in record.stages.items():
            self._stage_seconds.labels(stage).observe(seconds)
        self._windows.inc(record.windows)
        self._tokens.inc(record.tokens)
        if record.summaries:
            self._reports.observe(len(record.summaries))


class _Reports:
    """What the reports are like, and how sure the answers: it drifts before accuracy does."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._characters = Histogram(
            "report_characters",
            "Visible characters of a report.",
            (),
            _NAMESPACE,
            registry=registry,
            buckets=_CHARACTERS,
        )
        self._parts = Histogram(
            "report_parts",
            "Parts of a text that holds several reports.",
            (),
            _NAMESPACE,
            registry=registry,
            buckets=_REPORTS,
        )
        self._confidence = Histogram(
            "sentence_confidence",
            "The model's confidence in the role of a sentence.",
            ("role",),
            _NAMESPACE,
            registry=registry,
            buckets=_CONFIDENCES,
        )

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, labels, _NAMESPACE, registry=registry)

        self._sections = counter("sections", "Sections, found or absent.", "role", "present")
        self._sentences = counter("sentences", "Sentences, by their role.", "role")
        self._role_characters = counter("role_characters", "Visible characters by role.", "role")
        self._checked = counter("number_audit_checked", "Numbers in summaries that were audited.")
        self._missing = counter("number_audit_missing", "Those that are not in the report.")
        self._rebuilt = counter("number_audit_rebuilt", "Summaries rebuilt, a number at fault.")
        self._warnings = counter("warnings", "Warnings in answers.", "code")
        self._repairs = counter("repairs", "Places repaired in texts.", "code")
        self._show_zeros()

    def _show_zeros(self) -> None:
        """Rates need a first value: that of what has never happened is 0."""
        for role in RhetoricalRole:
            for metric in (self._sentences, self._role_characters, self._confidence):
                metric.labels(role)
        for role in SECTION_ROLES:
            for present in ("true", "false"):
                self._sections.labels(role, present)
        for warning in WarningCode:
            self._warnings.labels(warning)
        for repair in RepairCode:
            self._repairs.labels(repair)

    def add(self, summary: Summary) -> None:
        """Count a report."""
        self._characters.observe(summary.coverage.characters)
        if summary.parts:
            self._parts.observe(len(summary.parts))
        self._add_roles(summary)
        audit = summary.number_audit
        self._checked.inc(audit.checked)
        self._missing.inc(audit.checked - audit.found)
        self._rebuilt.inc(audit.rebuilt)
        for notice in summary.notices:
            self._warnings.labels(notice.code).inc()
        for repair in summary.repairs:
            self._repairs.labels(repair.code).inc(repair.count)

    def _add_roles(self, summary: Summary) -> None:
        sections = summary.sections
        ordered = (sections.achievements, sections.problems, sections.plans)
        for role, section in zip(SECTION_ROLES, ordered, strict=True):
            self._sections.labels(role, str(section.present).lower()).inc()
        for role, count in summary.coverage.by_role.items():
            self._sentences.labels(role).inc(count.sentences)
            self._role_characters.labels(role).inc(count.characters)
        for role, confidences in summary.confidences.items():
            of_role = self._confidence.labels(role)
            for confidence in confidences:
                of_role.observe(confidence)


class WorkerMetrics:
    """The process: whether it serves, and what it runs."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str) -> Gauge:
            return Gauge(name, text, (), _NAMESPACE, registry=registry, multiprocess_mode="livesum")

        self._workers = gauge("workers", "Workers that run.")
        self._ready = gauge("workers_ready", "Workers that accept requests.")
        self._places = gauge("queue_places", "Requests that may wait for a model.")
        self._starts = Counter(
            "worker_starts", "Workers started.", (), _NAMESPACE, registry=registry
        )
        self._model = Gauge(
            "model_info",
            "The model that answers.",
            ("name", "version"),
            _NAMESPACE,
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._build = Gauge(
            "build_info",
            "The version of the service.",
            ("version",),
            _NAMESPACE,
            registry=registry,
            multiprocess_mode="livemax",
        )

    def started(self, queue: int) -> None:
        """It runs; ``queue`` requests may wait for its model."""
        self._starts.inc()
        self._workers.set(1)
        self._ready.set(0)
        self._places.set(queue)
        self._build.labels(VERSION).set(1)

    def ready(self, model: ModelCard) -> None:
        """It accepts requests."""
        self._ready.set(1)
        self._model.labels(model.name, model.version).set(1)

    def unready(self) -> None:
        """It accepts none any more."""
        self._ready.set(0)


class _WorkerProcesses(Collector):
    """Memory, CPU time and open files of each worker, as the operating system tells them."""

    def __init__(self, ids: Callable[[], Iterable[int]]) -> None:
        self._ids = ids

    def collect(self) -> Iterable[Metric]:
        """The metrics of prometheus-client's process collector, with the process's id."""
        families: dict[str, Metric] = {}
        for number in self._ids():
            process = partial(int, number)
            collector = ProcessCollector(f"{_NAMESPACE}_worker", process, registry=None)
            for found in collector.collect():
                family = families.setdefault(
                    found.name, Metric(found.name, found.documentation, found.type)
                )
                for sample in found.samples:
                    family.add_sample(sample.name, {"pid": str(number)}, sample.value)
        return families.values()
