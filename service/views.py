"""The HTTP operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g
from flask_smorest import Blueprint

from report.summarising import MAX_TEXT_CHARACTERS
from report.summary import Summary
from report.tagging import ModelCard
from service.access.rate_limits import charge
from service.answers.idempotency import HEADER as IDEMPOTENCY_KEY_HEADER
from service.answers.idempotency import KEY_PATTERN as IDEMPOTENCY_KEY_PATTERN
from service.answers.reuse import reuses_answers
from service.bodies import StrictParser
from service.problems import MEDIA_TYPE, RETRIED_STATUSES
from service.schemas import (
    MAX_BATCH_CHARACTERS,
    MAX_BATCH_ITEMS,
    MAX_POINTS,
    MAX_SUMMARY_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    MIN_SUMMARY_CHARACTERS,
    FileSummaryRequestSchema,
    FileSummaryResponseSchema,
    HealthSchema,
    HealthStatus,
    ProblemSchema,
    ServiceInfoSchema,
    SummaryBatchRequestSchema,
    SummaryBatchResponseSchema,
    SummaryRequestSchema,
    SummaryResponseSchema,
)
from service.telemetry.metrics import MEDIA_TYPE as EXPOSITION_TYPE
from service.telemetry.metrics import Metrics
from service.version import VERSION
from service.work.batches import BatchSummariser, BatchSummary
from service.work.file_summaries import FileSummariser, FileSummary
from service.work.model_host import ModelHost, ModelNotReadyError
from service.work.request_watch import RequestWatch
from service.work.requests import BatchRequest, FileSummaryRequest, SummaryRequest

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Enough for a text of the longest allowed length in any escaping of JSON."""


class StrictBlueprint(Blueprint):
    """A blueprint whose operations read their bodies strictly."""

    ARGUMENTS_PARSER = StrictParser()


summaries = StrictBlueprint("summaries", __name__, description="工作报告摘要")
files = StrictBlueprint("files", __name__, description="工作报告文件的摘要")
operations = StrictBlueprint("operations", __name__, description="服务信息与探针")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of requests, as the service tells them."""

    max_file_bytes: int
    max_text_characters: int = MAX_TEXT_CHARACTERS
    max_title_characters: int = MAX_TITLE_CHARACTERS
    max_points: int = MAX_POINTS
    min_summary_chars: int = MIN_SUMMARY_CHARACTERS
    max_summary_chars: int = MAX_SUMMARY_CHARACTERS
    max_batch_items: int = MAX_BATCH_ITEMS
    max_batch_characters: int = MAX_BATCH_CHARACTERS
    max_body_bytes: int = MAX_BODY_BYTES


@dataclass(frozen=True, slots=True)
class Info:
    """What the service tells about itself."""

    version: str
    model: ModelCard
    limits: Limits


@dataclass(frozen=True, slots=True)
class Health:
    """A probe's good answer."""

    status: HealthStatus = HealthStatus.OK


RESPONSE_HEADERS = {
    "RequestId": {
        "description": "本次请求的编号：请求中的 X-Request-Id（合法时），否则由服务生成。",
        "schema": {"type": "string"},
    },
    "RetryAfter": {"description": "建议多少秒后重试。", "schema": {"type": "integer"}},
    "WwwAuthenticate": {
        "description": "需要怎样的密钥（RFC 6750）；密钥无效时 error 为 invalid_token，"
        "权限不足时为 insufficient_scope，所需权限在 scope 中。",
        "schema": {"type": "string"},
    },
    "RateLimitLimit": {
        "description": "速率上限：每个时间窗内的文本数。服务未设上限时没有这三个响应头。",
        "schema": {"type": "integer"},
    },
    "RateLimitRemaining": {
        "description": "当前时间窗内还可以提交的文本数。",
        "schema": {"type": "integer"},
    },
    "RateLimitReset": {
        "description": "多少秒后恢复为速率上限。",
        "schema": {"type": "integer"},
    },
    "ServerTiming": {
        "description": "各阶段的毫秒数（W3C Server Timing）；"
        "沿用已有结果时有 cache 或 idempotency。",
        "schema": {"type": "string"},
    },
    "IdempotencyReplayed": {
        "description": "为 true 时，这是该 Idempotency-Key 首次请求的结果；否则没有这个响应头。",
        "schema": {"type": "boolean"},
    },
}
"""Headers of responses, as components of the OpenAPI description."""

HEADER_PARAMETERS = {
    "IdempotencyKey": {
        "name": IDEMPOTENCY_KEY_HEADER,
        "description": "幂等键，由调用方为每个请求选定（如 UUID）。以同一个键重发同一个请求，"
        "在一段时间内得到同一个结果，不重复处理；失败的请求可以用同一个键重试。"
        "1 到 255 个可见的 ASCII 字符，可以加英文双引号；不加时不得含引号、反斜杠和逗号。",
        "schema": {
            "type": "string",
            "pattern": IDEMPOTENCY_KEY_PATTERN,
            "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
        },
    },
}
"""Headers of requests, as components of the OpenAPI description."""

_TRACED = {"X-Request-Id": "RequestId", "Server-Timing": "ServerTiming"}
_RATED = {
    "RateLimit-Limit": "RateLimitLimit",
    "RateLimit-Remaining": "RateLimitRemaining",
    "RateLimit-Reset": "RateLimitReset",
}
_ANSWERED = _TRACED | _RATED | {"Idempotency-Replayed": "IdempotencyReplayed"}
_COMPRESSIBLE = "请求体可以用 gzip 压缩（Content-Encoding: gzip），解压后的大小同样受限。"


_PROBLEM_HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "WwwAuthenticate"},
    HTTPStatus.FORBIDDEN: {"WWW-Authenticate": "WwwAuthenticate"},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "RetryAfter"} | _RATED,
} | {status: {"Retry-After": "RetryAfter"} for status in RETRIED_STATUSES}
"""Headers that problems have besides those of every answer."""

_PROBLEM_DESCRIPTIONS = {
    HTTPStatus.BAD_REQUEST: "请求体不是 UTF-8 编码的 JSON，或不是完整的表单、gzip 数据，"
    "或 Idempotency-Key 不合要求",
    HTTPStatus.UNAUTHORIZED: "没有 API 密钥或密钥无效；服务设置了密钥时才有",
    HTTPStatus.FORBIDDEN: "API 密钥没有所需的权限",
    HTTPStatus.TOO_MANY_REQUESTS: "达到速率上限；服务设置了上限时才有",
    HTTPStatus.REQUEST_TIMEOUT: "未能在规定时间内收到完整的请求",
    HTTPStatus.CONFLICT: "带有同一个 Idempotency-Key 的请求正在处理",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求体（解压前后）超过字节数上限，"
    "或文件超过大小、页数等上限",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "媒体类型、内容编码或文件格式不受支持",
    HTTPStatus.UNPROCESSABLE_ENTITY: "文本为空、过长或没有汉字，选项超出范围，有未知字段，"
    "文件已损坏、已加密、没有文字，或 Idempotency-Key 已用于其他请求",
    HTTPStatus.INTERNAL_SERVER_ERROR: "服务内部错误",
    HTTPStatus.SERVICE_UNAVAILABLE: "模型尚在加载，服务正在关闭，等待的请求已达上限，处理超时，"
    "或没有临时空间",
}


def _problems(blueprint: Blueprint, *statuses: HTTPStatus) -> Callable[[Any], Any]:
    """Document the problems that an operation may answer with."""

    def decorate(view: Any) -> Any:
        for status in statuses:
            view = blueprint.alt_response(
                int(status),
                schema=ProblemSchema,
                content_type=MEDIA_TYPE,
                description=_PROBLEM_DESCRIPTIONS[status],
                headers=_TRACED | _PROBLEM_HEADERS.get(status, {}),
            )(view)
        return view

    return decorate


_NO_KEY: list[dict[str, list[str]]] = []
_KEY_PROBLEMS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_SUMMARY_PROBLEMS = (
    HTTPStatus.BAD_REQUEST,
    *_KEY_PROBLEMS,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def _watch() -> RequestWatch:
    watch: RequestWatch = g.watch
    return watch


def _host() -> ModelHost:
    host: ModelHost = current_app.extensions["model_host"]
    return host


def _batches() -> BatchSummariser:
    summariser: BatchSummariser = current_app.extensions["batch_summariser"]
    return summariser


def _files() -> FileSummariser:
    summariser: FileSummariser = current_app.extensions["file_summariser"]
    return summariser


@summaries.post("/v1/summaries")
@summaries.doc(
    operationId="createSummary",
    summary="摘要一份工作报告",
    description="把一份中文工作报告分为成绩、问题、计划三个部分，每部分给出摘要和原文要点。"
    "报告中没有的部分为空，绝不编造；全文每个非空白字符都计入 coverage。" + _COMPRESSIBLE,
    parameters=["IdempotencyKey"],
)
@_problems(summaries, *_SUMMARY_PROBLEMS)
@summaries.arguments(SummaryRequestSchema)
@reuses_answers
@summaries.response(
    HTTPStatus.OK, SummaryResponseSchema, description="三个部分及其依据", headers=_ANSWERED
)
def create_summary(request: SummaryRequest) -> Summary:
    """Summarise one report."""
    return _host().summarise(request, _watch())


@summaries.post("/v1/summaries/batch")
@summaries.doc(
    operationId="createSummaryBatch",
    summary="摘要多份工作报告",
    description="每份报告各有选项、状态和结果，与单独提交相同；一份不合要求不影响其他各份。"
    "各份报告一起送入模型，每份计入一次速率上限。" + _COMPRESSIBLE,
    parameters=["IdempotencyKey"],
)
@_problems(summaries, *_SUMMARY_PROBLEMS)
@summaries.arguments(SummaryBatchRequestSchema)
@reuses_answers
@summaries.response(
    HTTPStatus.OK, SummaryBatchResponseSchema, description="每份报告的结果", headers=_ANSWERED
)
def create_summary_batch(request: BatchRequest) -> tuple[BatchSummary, dict[str, str]]:
    """Summarise several reports."""
    charge(len(request.items))
    summary = _batches().summarise(request, _watch(), g.request_id)
    g.item_problems = summary.problem_codes
    return summary, {} if summary.is_final else {"Cache-Control": "no-store"}


def _files_have_places(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let only so many requests with files in, before their bodies are read."""

    @wraps(view)
    def admitted(*args: Any, **kwargs: Any) -> Any:
        with _files().admission():
            return view(*args, **kwargs)

    return admitted


@files.post("/v1/files/summaries")
@_files_have_places
@files.doc(
    operationId="createSummaryFromFile",
    summary="摘要一份工作报告文件",
    description="选项与结果同 createSummary，另返回从文件中取出的文字，所有位置都在其中。"
    "文件在独立的、有资源上限的进程中读取，不留下临时文件。" + _COMPRESSIBLE,
    parameters=["IdempotencyKey"],
)
@_problems(files, *_SUMMARY_PROBLEMS)
@files.arguments(FileSummaryRequestSchema, location="files")
@reuses_answers
@files.response(
    HTTPStatus.OK,
    FileSummaryResponseSchema,
    description="三个部分及其依据，以及文件的文字",
    headers=_ANSWERED,
)
def create_summary_from_file(request: FileSummaryRequest) -> FileSummary:
    """Summarise the report in a file."""
    return _files().summarise(request, _watch())


@operations.get("/v1/info")
@operations.doc(operationId="getInfo", summary="服务信息")
@_problems(
    operations,
    *_KEY_PROBLEMS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
@operations.response(
    HTTPStatus.OK, ServiceInfoSchema, description="版本、模型与限制", headers=_TRACED
)
def get_info() -> Info:
    """Tell versions and limits."""
    return Info(VERSION, _host().card, Limits(max_file_bytes=_files().limits.file_bytes))


@operations.get("/metrics")
@operations.doc(
    operationId="getMetrics",
    summary="监控指标",
    description="本服务全部进程的监控指标，Prometheus 文本格式，不含报告文字。",
)
@_problems(operations, *_KEY_PROBLEMS, HTTPStatus.INTERNAL_SERVER_ERROR)
@operations.response(
    HTTPStatus.OK,
    {"type": "string"},
    content_type="text/plain",
    description="指标",
    headers=_TRACED,
)
def get_metrics() -> Response:
    """Tell the metrics of all workers."""
    metrics: Metrics = current_app.extensions["metrics"]
    return Response(metrics.exposition(), content_type=EXPOSITION_TYPE)


@operations.get("/livez")
@operations.doc(operationId="getLiveness", summary="存活探针", security=_NO_KEY)
@_problems(operations, HTTPStatus.INTERNAL_SERVER_ERROR)
@operations.response(HTTPStatus.OK, HealthSchema, description="进程存活", headers=_TRACED)
def get_liveness() -> Health:
    """Answer as long as the process can."""
    return Health()


@operations.get("/readyz")
@operations.doc(
    operationId="getReadiness",
    summary="就绪探针",
    security=_NO_KEY,
    description="模型成功应答过一次之后就绪；开始关闭时即不再就绪。",
)
@_problems(operations, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
@operations.response(HTTPStatus.OK, HealthSchema, description="可以接受请求", headers=_TRACED)
def get_readiness() -> Health:
    """Answer well once the model has, and until the shutdown begins."""
    if not _host().ready:
        raise ModelNotReadyError
    return Health()
