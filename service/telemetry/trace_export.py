"""Sending traces to a collector; what the extra ``tracing`` installs is used here alone."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import Tracer

from service.version import VERSION

_NAME = "huibao"
_PATH = "/v1/traces"
_SECONDS = 5.0
_QUEUE = 2048
_BATCH = 512
_DELAY_MILLISECONDS = 2000


def exporting_tracer(endpoint: str) -> Tracer:
    """A tracer whose spans are sent to ``endpoint`` by OTLP over HTTP, in the background.

    While the collector cannot be reached, spans are dropped and requests go on. Call it
    after the process has forked.

    Args:
        endpoint: address of the collector; ``/v1/traces`` is added if it has no path.
    """
    session = requests.Session()
    session.trust_env = False  # no proxies and no credentials from the environment
    exporter = OTLPSpanExporter(
        endpoint=full_endpoint(endpoint),
        timeout=_SECONDS,
        compression=Compression.Gzip,
        session=session,
    )
    return tracer_through(
        BatchSpanProcessor(
            exporter,
            max_queue_size=_QUEUE,
            schedule_delay_millis=_DELAY_MILLISECONDS,
            max_export_batch_size=_BATCH,
            export_timeout_millis=1000 * _SECONDS,
        )
    )


def tracer_through(processor: SpanProcessor) -> Tracer:
    """A tracer whose spans go to ``processor``, unless their caller samples them out."""
    # Not ``Resource.create``, which adds what the environment says.
    resource = Resource({"service.name": _NAME, "service.version": VERSION})
    provider = TracerProvider(sampler=ParentBased(ALWAYS_ON), resource=resource)
    provider.add_span_processor(processor)
    return provider.get_tracer(_NAME, VERSION)


def full_endpoint(endpoint: str) -> str:
    """``endpoint``, with OTLP's usual path if it has none."""
    return endpoint if urlsplit(endpoint).path.strip("/") else endpoint.rstrip("/") + _PATH
