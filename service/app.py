"""The Flask application, made from its collaborators."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import orjson
from flask import Flask, Response, current_app, g, request
from flask.json.provider import JSONProvider
from opentelemetry.trace import NoOpTracer, Tracer

from report.watching import Stage
from service.access.authentication import Authentication
from service.access.cross_origin import allow_origins
from service.access.rate_limits import limit_rates
from service.answers.store import AnswerSource, AnswerStore
from service.compression import compress_answers
from service.description.api import SPEC_OPTIONS, DocumentedApi
from service.docs_page import docs_page
from service.problem_response import problem_json
from service.problems import headers_for, problem_for
from service.request_ids import REQUEST_ID_HEADER, request_id
from service.settings import Settings
from service.telemetry.log import log_request
from service.telemetry.metrics import Metrics
from service.telemetry.request_record import CALLER_GONE, UNMATCHED, RequestRecord, known_method
from service.telemetry.tracing import PARENT_HEADER, RequestTrace
from service.version import VERSION
from service.views import MAX_BODY_BYTES, files, operations, summaries
from service.work.batches import BatchSummariser
from service.work.file_summaries import FileSummariser, TextExtractor
from service.work.model_host import ModelHost
from service.work.request_watch import RECEIVED, CallerGoneError, RequestWatch, is_closed

_DEFAULTS = Settings()
_UNTRACED = NoOpTracer()


class OrjsonProvider(JSONProvider):
    """JSON by orjson: UTF-8 without escapes, keys in the order of the schemas."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """``obj`` as JSON text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value of a JSON text."""
        return orjson.loads(s)


def create_app(
    host: ModelHost,
    extractor: TextExtractor,
    settings: Settings = _DEFAULTS,
    metrics: Metrics | None = None,
    tracer: Tracer = _UNTRACED,
) -> Flask:
    """The application that answers with the model of ``host``.

    Args:
        host: the model.
        extractor: finds the text of files.
        settings: how the service runs.
        metrics: counts what happens; by default those of this application alone.
        tracer: makes the spans of requests.
    """
    app = Flask("service", static_folder=None)
    # A redirect would name the plain scheme and any Host: behind TLS it would lead keys astray.
    app.url_map.merge_slashes = False
    app.extensions["metrics"] = metrics or Metrics()
    app.extensions["tracer"] = tracer
    app.extensions["settings"] = settings
    app.json = OrjsonProvider(app)
    app.extensions["model_host"] = host
    app.extensions["batch_summariser"] = BatchSummariser(host)
    app.extensions["file_summariser"] = FileSummariser(host, extractor, settings.file_places)
    app.extensions["answer_store"] = AnswerStore(
        settings.cache_bytes, settings.idempotency_seconds, settings.cache_seconds
    )
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        API_TITLE="Huibao",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        API_SPEC_OPTIONS=SPEC_OPTIONS,
    )
    app.before_request(_begin)
    app.after_request(_finish)
    app.before_request(Authentication(settings).check)
    limit_rates(app, settings)
    app.register_error_handler(Exception, _answer_problem)
    compress_answers(app)
    if settings.allowed_origins:
        allow_origins(app, settings.allowed_origins)
    api = DocumentedApi(app)
    api.register_blueprint(summaries)
    api.register_blueprint(files)
    api.register_blueprint(operations)
    app.extensions["openapi"] = api.spec
    app.register_blueprint(docs_page)
    return app


def _begin() -> None:
    settings: Settings = current_app.extensions["settings"]
    g.request_id = request_id(request.headers.get(REQUEST_ID_HEADER, ""))
    g.started = request.environ.get(RECEIVED, time.monotonic())
    # Probes and scrapes come every few seconds: as traces they would only hide the others.
    is_probe = request.blueprint == operations.name
    tracer = _UNTRACED if is_probe else current_app.extensions["tracer"]
    g.trace = RequestTrace(
        tracer, request.headers.get(PARENT_HEADER, ""), known_method(request.method)
    )
    g.watch = RequestWatch(
        g.started + settings.timeout,
        _caller_is_gone(),
        partial(_stage_observed, current_app.extensions["metrics"], g.trace),
    )


@contextmanager
def _stage_observed(metrics: Metrics, trace: RequestTrace, stage: Stage) -> Iterator[None]:
    with metrics.stage(stage), trace.stage(stage):
        yield


def _caller_is_gone() -> Callable[[], bool]:
    """Whether the caller has closed the connection, where the server tells which it is."""
    connection = request.environ.get("gunicorn.socket")
    return partial(is_closed, connection) if connection else _stays


def _stays() -> bool:
    return False


def _finish(response: Response) -> Response:
    response.headers[REQUEST_ID_HEADER] = g.request_id
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers["Server-Timing"] = _server_timing()
    record = _record(response)
    metrics: Metrics = current_app.extensions["metrics"]
    metrics.request_finished(record)
    log_request(record)
    g.trace.finish(record)
    return response


def _record(response: Response) -> RequestRecord:
    watch: RequestWatch = g.watch
    problem = g.get("problem_code", "")
    return RequestRecord(
        request_id=g.request_id,
        route=request.url_rule.rule if request.url_rule else UNMATCHED,
        method=known_method(request.method),
        status=CALLER_GONE if g.get("caller_gone") else response.status_code,
        seconds=time.monotonic() - g.started,
        stages=watch.seconds,
        windows=watch.windows,
        tokens=watch.tokens,
        summaries=tuple(watch.summaries),
        problem=problem,
        item_problems=g.get("item_problems", ()),
        source="" if problem or g.get("caller_gone") else g.get("answer_source", ""),
        client=g.get("client", ""),
        trace_id=g.trace.id,
    )


def _server_timing() -> str:
    """The stages of this request and their milliseconds (W3C Server Timing)."""
    watch: RequestWatch = g.watch
    timings = [*watch.seconds.items(), ("total", time.monotonic() - g.started)]
    entries = [f"{name};dur={1000 * seconds:.1f}" for name, seconds in timings]
    if "answer_source" in g and g.answer_source is not AnswerSource.COMPUTED:
        entries.insert(0, f"{g.answer_source};desc=hit")
    return ", ".join(entries)


def _answer_problem(error: Exception) -> Response:
    report_field = "file" if request.mimetype == "multipart/form-data" else "text"
    problem = problem_for(error, g.request_id, report_field)
    g.caller_gone = isinstance(error, CallerGoneError)
    g.problem_code = "" if g.caller_gone else problem.code
    return Response(problem_json(problem), problem.status, headers_for(error, problem))
