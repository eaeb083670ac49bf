"""Traces of requests and of the stages of their work, by OpenTelemetry's interface.

Without a place to send them (see ``service.telemetry.trace_export``) spans cost next to
nothing, but the trace that a caller is in is still known.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec

from opentelemetry.context import Context
from opentelemetry.trace import (
    NoOpTracer,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    format_trace_id,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from report.watching import Stage
from service.settings import PREFIX, SettingsError
from service.telemetry.request_record import RequestRecord

_EXTRA = ("opentelemetry.sdk", "opentelemetry.exporter", "requests")
"""What the extra ``tracing`` installs."""
PARENT_HEADER = "traceparent"
"""W3C Trace Context."""
_PROPAGATOR = TraceContextTextMapPropagator()


class RequestTrace:
    """The span of a request, within the trace of its caller, and those of its stages.

    What goes wrong is told by the code of the problem only: messages may quote the report.

    Args:
        tracer: makes the spans.
        caller: the span of the caller, as the header ``PARENT_HEADER`` tells it, or "".
        method: its method.
    """

    def __init__(self, tracer: Tracer, caller: str, method: str) -> None:
        # Not ``tracestate``, which may hold whatever callers put into it.
        outer = _PROPAGATOR.extract({PARENT_HEADER: caller}, Context())
        self._tracer = tracer
        self._span = tracer.start_span(method, outer, SpanKind.SERVER)
        self._context = set_span_in_context(self._span, Context())

    @property
    def id(self) -> str:
        """The id of the trace, "" if there is none."""
        context = self._span.get_span_context()
        return format_trace_id(context.trace_id) if context.is_valid else ""

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """A span for the time of a stage, inside of the stage that is running."""
        outer = self._context
        span = self._tracer.start_span(stage.value, outer)
        self._context = set_span_in_context(span, outer)
        try:
            yield
        finally:
            self._context = outer
            span.end()

    def finish(self, record: RequestRecord) -> None:
        """End the span of the request with what became of it."""
        self._span.update_name(f"{record.method} {record.route}")
        self._span.set_attributes(
            {
                "http.request.method": record.method,
                "http.route": record.route,
                "http.response.status_code": record.status,
                "huibao.request_id": record.request_id,
                "huibao.reports": len(record.summaries),
                "huibao.characters": record.characters,
                "huibao.windows": record.windows,
            }
        )
        if record.problem:
            self._span.set_attribute("error.type", record.problem)
        if record.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


def require_exporter(endpoint: str) -> None:
    """Refuse to trace without what the extra ``tracing`` installs; without loading it.

    Raises:
        SettingsError: if ``endpoint`` is not empty and the extra is not installed.
    """
    if endpoint and any(find_spec(name) is None for name in _EXTRA):
        message = f"{PREFIX}TRACING_ENDPOINT needs the extra tracing: install huibao[tracing]"
        raise SettingsError(message)


def tracer_to(endpoint: str) -> Tracer:
    """What makes spans and sends them to ``endpoint``; nowhere if that is empty.

    Raises:
        SettingsError: if the extra ``tracing`` is not installed.
    """
    if not endpoint:
        return NoOpTracer()
    require_exporter(endpoint)
    export = import_module("service.telemetry.trace_export")
    tracer: Tracer = export.exporting_tracer(endpoint)
    return tracer
