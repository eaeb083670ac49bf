from __future__ import annotations

import gzip
import json
import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracer, SpanKind, StatusCode, format_span_id, format_trace_id

from benchmarks.server_process import START_SECONDS, running_server
from extraction.extracting import Extractor
from report.domain import Report
from report.tagging import Tagging
from service.app import create_app
from service.commands import main
from service.settings import Settings, SettingsError
from service.telemetry.trace_export import full_endpoint, tracer_through
from service.telemetry.tracing import tracer_to
from service.version import VERSION
from service.work.model_host import ModelHost
from tests.conftest import CueTagger

REPORT = "全年完成投资469亿元，同比增长8.3%。\n人手不足的问题仍在。\n下一步将加强培训。"
TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(host: ModelHost, exporter: InMemorySpanExporter) -> Iterator[FlaskClient]:
    tracer = tracer_through(SimpleSpanProcessor(exporter))
    with create_app(host, Extractor(), tracer=tracer).test_client() as client:
        yield client


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def test_a_request_and_its_stages_are_spans_in_the_trace_of_the_caller(
    traced: FlaskClient, exporter: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {
        "traceparent": f"00-{TRACE}-{CALLER}-01",
        "tracestate": "vendor=secret",
        "X-Request-Id": "r-1",
    }
    with caplog.at_level(logging.INFO):
        traced.post("/v1/summaries", json={"text": REPORT}, headers=headers)
    spans = by_name(exporter)
    assert list(spans) == ["queue", "segment", "encode", "select", "POST /v1/summaries"]
    request = spans.pop("POST /v1/summaries")
    assert request.kind is SpanKind.SERVER
    assert request.context
    assert request.parent
    assert format_trace_id(request.context.trace_id) == TRACE
    assert format_span_id(request.parent.span_id) == CALLER
    assert not request.context.trace_state
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/summaries",
        "http.response.status_code": 200,
        "huibao.request_id": "r-1",
        "huibao.reports": 1,
        "huibao.characters": len(REPORT.replace("\n", "")),
        "huibao.windows": 1,
    }
    assert request.status.status_code is StatusCode.UNSET
    assert request.resource.attributes == {"service.name": "huibao", "service.version": VERSION}
    for span in spans.values():
        assert span.context
        assert span.parent
        assert span.context.trace_id == request.context.trace_id
        assert span.parent.span_id == request.context.span_id
        assert span.attributes == {}
    [line] = [record for record in caplog.records if record.name == "service.telemetry.log"]
    assert line.__dict__["trace_id"] == TRACE


def test_a_stage_inside_of_another_is_its_child(
    traced: FlaskClient, exporter: InMemorySpanExporter
) -> None:
    # Without full stops the model is asked for them: encoding within segmenting.
    traced.post("/v1/summaries", json={"text": "全年完成投资四百亿元增长" * 30})
    spans = exporter.get_finished_spans()
    [segmenting] = [span for span in spans if span.name == "segment"]
    parents = [span.parent.span_id for span in spans if span.name == "encode" and span.parent]
    assert segmenting.context
    assert segmenting.context.span_id in parents


def test_without_a_caller_a_trace_begins(
    traced: FlaskClient, exporter: InMemorySpanExporter
) -> None:
    for header in ("", "nonsense", f"00-{'0' * 32}-{CALLER}-01"):
        traced.post("/v1/summaries", json={"text": REPORT}, headers={"traceparent": header})
    requests = [span for span in exporter.get_finished_spans() if span.kind is SpanKind.SERVER]
    assert [span.parent for span in requests] == [None] * 3
    assert len({span.context.trace_id for span in requests if span.context}) == 3


def test_callers_sample_their_traces(traced: FlaskClient, exporter: InMemorySpanExporter) -> None:
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-00"}
    traced.post("/v1/summaries", json={"text": REPORT}, headers=headers)
    assert exporter.get_finished_spans() == ()


def test_probes_are_not_traced(traced: FlaskClient, exporter: InMemorySpanExporter) -> None:
    for path in ("/livez", "/readyz", "/metrics"):
        assert traced.get(path).status_code == 200
    assert exporter.get_finished_spans() == ()


class Broken(CueTagger):
    def tag(self, report: Report) -> Tagging:
        if "机密" in report.text:
            raise RuntimeError(report.text)
        return super().tag(report)


def test_faults_are_marked_and_nothing_is_quoted(exporter: InMemorySpanExporter) -> None:
    host = ModelHost(Broken, places=1)
    host.start()
    tracer = tracer_through(SimpleSpanProcessor(exporter))
    with create_app(host, Extractor(), tracer=tracer).test_client() as client:
        headers = {"Authorization": "Bearer hb_secret"}
        client.post("/v1/summaries?k=hb_secret", json={"text": "机密完成。"}, headers=headers)
        client.post("/v1/summaries", json={"text": ""})
        client.get("/机密")
    fault, mistake, unknown = [
        span for span in exporter.get_finished_spans() if span.kind is SpanKind.SERVER
    ]
    assert fault.attributes
    assert mistake.attributes
    assert (fault.status.status_code, fault.attributes["error.type"]) == (
        StatusCode.ERROR,
        "internal_error",
    )
    assert fault.status.description is None
    assert (mistake.status.status_code, mistake.attributes["error.type"]) == (
        StatusCode.UNSET,
        "blank_text",
    )
    assert unknown.name == "GET unmatched"
    exported = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert exported.isascii()
    assert "\\u" not in exported
    assert "hb_secret" not in exported


def test_the_trace_of_the_caller_is_logged_without_tracing_too(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/v1/info", headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})
        client.get("/v1/info")
    assert [record.__dict__.get("trace_id") for record in caplog.records] == [TRACE, None]


def test_it_is_off_by_default() -> None:
    assert Settings().tracing_endpoint == ""
    assert isinstance(tracer_to(Settings().tracing_endpoint), NoOpTracer)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.telemetry.tracing.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"huibao\[tracing\]"):
        tracer_to("http://127.0.0.1:4318")
    assert isinstance(tracer_to(""), NoOpTracer)
    monkeypatch.setenv("HUIBAO_TRACING_ENDPOINT", "http://127.0.0.1:4318")
    refused = CliRunner().invoke(main, ["serve"])
    assert refused.exit_code == 2
    assert "huibao[tracing]" in refused.output


@pytest.mark.parametrize("endpoint", ["collector:4318", "ftp://x", "http://", "http://[", "/x"])
def test_addresses_that_are_none_are_refused(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="HUIBAO_TRACING_ENDPOINT"):
        Settings.from_environment({"HUIBAO_TRACING_ENDPOINT": endpoint})


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("http://c:4318", "http://c:4318/v1/traces"),
        ("http://c:4318/", "http://c:4318/v1/traces"),
        ("https://c/otlp/v1/traces", "https://c/otlp/v1/traces"),
    ],
)
def test_the_usual_path_is_added(given: str, full: str) -> None:
    assert full_endpoint(given) == full


Received = Queue[tuple[str, dict[str, str], ExportTraceServiceRequest]]


@contextmanager
def collector() -> Iterator[tuple[str, Received]]:
    """A collector of traces on loopback."""
    received: Received = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            spans = ExportTraceServiceRequest.FromString(body)
            received.put((self.path, dict(self.headers), spans))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", received
        finally:
            server.shutdown()
            thread.join()


def post(port: int, headers: dict[str, str]) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        content = {"Content-Type": "application/json"}
        connection.request("POST", "/v1/summaries", json.dumps({"text": REPORT}), content | headers)
        return connection.getresponse().status


SURPRISES = {
    "OTEL_RESOURCE_ATTRIBUTES": "surprise=1",
    "OTEL_SERVICE_NAME": "surprise",
    "OTEL_EXPORTER_OTLP_HEADERS": "x-surprise=1",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/surprise",
    "OTEL_TRACES_SAMPLER": "always_off",
    "OTEL_SDK_DISABLED": "true",
    "http_proxy": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "no_proxy": "",
}


def test_the_service_sends_its_spans_where_the_settings_say_only() -> None:
    with collector() as (endpoint, received):
        settings = {"HUIBAO_TRACING_ENDPOINT": endpoint, "HUIBAO_DRAIN_SECONDS": "0"}
        with running_server(**settings, **SURPRISES) as server:
            server.wait_for("/readyz", 200)
            assert post(server.port, {"traceparent": f"00-{TRACE}-{CALLER}-01"}) == 200
            first = received.get(timeout=30)  # while the service runs
            # What is left is sent at the end.
            assert post(server.port, {}) == 200
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(timeout=START_SECONDS) == 0
    messages = [first, *(received.get_nowait() for _ in range(received.qsize()))]
    names: dict[str, list[str]] = {}
    for path, headers, message in messages:
        assert path == "/v1/traces"
        assert "x-surprise" not in {name.lower() for name in headers}
        assert "surprise" not in str(message)
        assert "投资".encode() not in message.SerializeToString()
        [resource] = message.resource_spans
        told = {item.key: item.value.string_value for item in resource.resource.attributes}
        assert told == {"service.name": "huibao", "service.version": VERSION}
        for scope in resource.scope_spans:
            for span in scope.spans:
                names.setdefault(span.trace_id.hex(), []).append(span.name)
    all_of_one = ["queue", "segment", "encode", "select", "POST /v1/summaries"]
    names = {trace: list(dict.fromkeys(found)) for trace, found in names.items()}
    assert names.pop(TRACE) == all_of_one
    assert list(names.values()) == [all_of_one]


def test_requests_are_answered_while_no_collector_is_there() -> None:
    settings = {"HUIBAO_TRACING_ENDPOINT": "http://127.0.0.1:9", "HUIBAO_DRAIN_SECONDS": "0"}
    with running_server(**settings) as server:
        server.wait_for("/readyz", 200)
        started = time.monotonic()
        assert [post(server.port, {}) for _ in range(3)] == [200] * 3
        assert time.monotonic() - started < 20
        stopped = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=START_SECONDS) == 0
        assert time.monotonic() - stopped < 20
