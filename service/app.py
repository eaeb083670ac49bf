"""The Flask application, made from its collaborators."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
from flask import Flask, Response, current_app, g, request
from flask.json.provider import JSONProvider
from flask_smorest import Api
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from service.batches import BatchSummariser
from service.bodies import discard_body
from service.docs_page import docs_page
from service.file_summaries import FileSummariser, TextExtractor
from service.model_host import ModelHost
from service.problem_response import problem_json
from service.problems import headers_for, is_redirect, problem_for
from service.request_watch import RequestWatch, is_closed
from service.settings import Settings
from service.version import VERSION
from service.views import MAX_BODY_BYTES, RESPONSE_HEADERS, files, operations, summaries

logger = logging.getLogger(__name__)

REQUEST_ID_HEADER = "X-Request-Id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")

_DEFAULTS = Settings()

_SPEC_OPTIONS = {
    "info": {
        "description": "把中文工作报告分为成绩、问题、计划三个部分，并给出摘要、要点和原文依据。"
        "所有位置均为请求文本中的半开区间，按 Unicode 码点计。",
        "license": {"name": "Apache-2.0"},
    },
    "servers": [{"url": "/"}],
}


class OrjsonProvider(JSONProvider):
    """JSON by orjson: UTF-8 without escapes, keys in the order of the schemas."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """``obj`` as JSON text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value of a JSON text."""
        return orjson.loads(s)


class DocumentedApi(Api):
    """flask-smorest's Api without its own error format: ours is in ``service.problems``."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to the application."""

    def _register_responses(self) -> None:
        """No canned error responses."""

    def _register_etag_headers(self) -> None:
        """No ETags."""

    def _register_pagination_header(self) -> None:
        """No pages."""

    def _init_spec(self, **kwargs: Any) -> None:
        super()._init_spec(**kwargs)
        for name, header in RESPONSE_HEADERS.items():
            self.spec.components.header(name, header)


def create_app(host: ModelHost, extractor: TextExtractor, settings: Settings = _DEFAULTS) -> Flask:
    """The application that answers with the model of ``host``.

    Args:
        host: the model.
        extractor: finds the text of files.
        settings: how the service runs.
    """
    app = Flask("service", static_folder=None)
    app.extensions["settings"] = settings
    app.json = OrjsonProvider(app)
    app.extensions["model_host"] = host
    app.extensions["batch_summariser"] = BatchSummariser(host)
    app.extensions["file_summariser"] = FileSummariser(host, extractor)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        API_TITLE="Huibao 汇报",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        API_SPEC_OPTIONS=_SPEC_OPTIONS,
    )
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(Exception, _answer_problem)
    api = DocumentedApi(app)
    api.register_blueprint(summaries)
    api.register_blueprint(files)
    api.register_blueprint(operations)
    app.extensions["openapi"] = api.spec
    app.register_blueprint(docs_page)
    return app


def _begin() -> None:
    settings: Settings = current_app.extensions["settings"]
    given = request.headers.get(REQUEST_ID_HEADER, "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.started = time.perf_counter()
    g.watch = RequestWatch(time.monotonic() + settings.timeout, _caller_is_gone())


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
    milliseconds = 1000 * (time.perf_counter() - g.started)
    route = request.url_rule.rule if request.url_rule else "(no route)"
    logger.info(
        "%s %s %d %.0fms %s",
        request.method,
        route,
        response.status_code,
        milliseconds,
        g.request_id,
    )
    return response


def _server_timing() -> str:
    """The stages of this request and their milliseconds (W3C Server Timing)."""
    watch: RequestWatch = g.watch
    timings = [*watch.seconds.items(), ("total", time.perf_counter() - g.started)]
    return ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in timings)


def _answer_problem(error: Exception) -> Response | BaseResponse:
    if isinstance(error, HTTPException) and is_redirect(error):
        return error.get_response()
    discard_body(request.environ["wsgi.input"])
    report_field = "file" if request.mimetype == "multipart/form-data" else "text"
    problem = problem_for(error, g.request_id, report_field)
    return Response(problem_json(problem), problem.status, headers_for(error, problem))
