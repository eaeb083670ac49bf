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
from service.answers.reuse import reuses_answers
from service.bodies import StrictParser
from service.description.headers import ANSWERED, TRACED
from service.description.problems import (
    BATCH_PROBLEMS,
    FILE_PROBLEMS,
    INFO_PROBLEMS,
    LIVENESS_PROBLEMS,
    METRICS_PROBLEMS,
    READINESS_PROBLEMS,
    TEXT_PROBLEMS,
    documents_problems,
)
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


_COMPRESSIBLE = "请求体可以用 gzip 压缩（Content-Encoding: gzip），解压后的大小同样受限。"
_NO_KEY: list[dict[str, list[str]]] = []


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
@documents_problems(summaries, TEXT_PROBLEMS)
@summaries.arguments(SummaryRequestSchema)
@reuses_answers
@summaries.response(
    HTTPStatus.OK, SummaryResponseSchema, description="三个部分及其依据", headers=ANSWERED
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
@documents_problems(summaries, BATCH_PROBLEMS)
@summaries.arguments(SummaryBatchRequestSchema)
@reuses_answers
@summaries.response(
    HTTPStatus.OK, SummaryBatchResponseSchema, description="每份报告的结果", headers=ANSWERED
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
@documents_problems(files, FILE_PROBLEMS)
@files.arguments(FileSummaryRequestSchema, location="files")
@reuses_answers
@files.response(
    HTTPStatus.OK,
    FileSummaryResponseSchema,
    description="三个部分及其依据，以及文件的文字",
    headers=ANSWERED,
)
def create_summary_from_file(request: FileSummaryRequest) -> FileSummary:
    """Summarise the report in a file."""
    return _files().summarise(request, _watch())


@operations.get("/v1/info")
@operations.doc(operationId="getInfo", summary="服务信息")
@documents_problems(operations, INFO_PROBLEMS)
@operations.response(
    HTTPStatus.OK, ServiceInfoSchema, description="版本、模型与限制", headers=TRACED
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
@documents_problems(operations, METRICS_PROBLEMS)
@operations.response(
    HTTPStatus.OK,
    {"type": "string"},
    content_type="text/plain",
    description="指标",
    headers=TRACED,
)
def get_metrics() -> Response:
    """Tell the metrics of all workers."""
    metrics: Metrics = current_app.extensions["metrics"]
    return Response(metrics.exposition(), content_type=EXPOSITION_TYPE)


@operations.get("/livez")
@operations.doc(operationId="getLiveness", summary="存活探针", security=_NO_KEY)
@documents_problems(operations, LIVENESS_PROBLEMS)
@operations.response(HTTPStatus.OK, HealthSchema, description="进程存活", headers=TRACED)
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
@documents_problems(operations, READINESS_PROBLEMS)
@operations.response(HTTPStatus.OK, HealthSchema, description="可以接受请求", headers=TRACED)
def get_readiness() -> Health:
    """Answer well once the model has, and until the shutdown begins."""
    if not _host().ready:
        raise ModelNotReadyError
    return Health()
