"""The HTTP operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import current_app, g
from flask_smorest import Blueprint

from report.summarising import MAX_TEXT_CHARACTERS
from report.summary import Summary
from report.tagging import ModelCard
from service.batches import BatchSummariser, BatchSummary
from service.bodies import StrictParser
from service.file_summaries import FileSummariser, FileSummary
from service.model_host import ModelHost, ModelNotReadyError
from service.problems import MEDIA_TYPE
from service.request_watch import RequestWatch
from service.requests import BatchRequest, FileSummaryRequest, SummaryRequest
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
    InfoSchema,
    ProblemSchema,
    SummaryBatchRequestSchema,
    SummaryBatchResponseSchema,
    SummaryRequestSchema,
    SummaryResponseSchema,
)
from service.version import VERSION

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

    status: str = "ok"


RESPONSE_HEADERS = {
    "RequestId": {
        "description": "本次请求的编号：请求中的 X-Request-Id（合法时），否则由服务生成。",
        "schema": {"type": "string"},
    },
    "RetryAfter": {"description": "建议多少秒后重试。", "schema": {"type": "integer"}},
}
"""Headers of responses, as components of the OpenAPI description."""

_TRACED = {"X-Request-Id": "RequestId"}


_PROBLEM_DESCRIPTIONS = {
    HTTPStatus.BAD_REQUEST: "请求体不是 UTF-8 编码的 JSON，或不是完整的表单",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求体超过字节数上限，或文件超过大小、页数等上限",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "媒体类型或文件格式不受支持",
    HTTPStatus.UNPROCESSABLE_ENTITY: "文本为空、过长或没有汉字，选项超出范围，有未知字段，"
    "或文件已损坏、已加密、没有文字",
    HTTPStatus.INTERNAL_SERVER_ERROR: "服务内部错误",
    HTTPStatus.SERVICE_UNAVAILABLE: "模型尚在加载，服务正在关闭，等待的请求已达上限，处理超时，"
    "或没有临时空间",
}


def _problems(blueprint: Blueprint, *statuses: HTTPStatus) -> Callable[[Any], Any]:
    """Document the problems that an operation may answer with."""

    def decorate(view: Any) -> Any:
        for status in statuses:
            retry = (
                {"Retry-After": "RetryAfter"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
            )
            view = blueprint.alt_response(
                int(status),
                schema=ProblemSchema,
                content_type=MEDIA_TYPE,
                description=_PROBLEM_DESCRIPTIONS[status],
                headers=_TRACED | retry,
            )(view)
        return view

    return decorate


_SUMMARY_PROBLEMS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
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
    "报告中没有的部分为空，绝不编造；全文每个非空白字符都计入 coverage。",
)
@_problems(summaries, *_SUMMARY_PROBLEMS)
@summaries.arguments(SummaryRequestSchema)
@summaries.response(
    HTTPStatus.OK, SummaryResponseSchema, description="三个部分及其依据", headers=_TRACED
)
def create_summary(request: SummaryRequest) -> Summary:
    """Summarise one report."""
    return _host().summarise(request, _watch())


@summaries.post("/v1/summaries/batch")
@summaries.doc(
    operationId="createSummaryBatch",
    summary="摘要多份工作报告",
    description="每份报告各有选项、状态和结果，与单独提交相同；一份不合要求不影响其他各份。"
    "各份报告一起送入模型，比逐份提交省时。",
)
@_problems(summaries, *_SUMMARY_PROBLEMS)
@summaries.arguments(SummaryBatchRequestSchema)
@summaries.response(
    HTTPStatus.OK, SummaryBatchResponseSchema, description="每份报告的结果", headers=_TRACED
)
def create_summary_batch(request: BatchRequest) -> BatchSummary:
    """Summarise several reports."""
    return _batches().summarise(request, _watch(), g.request_id)


@files.post("/v1/files/summaries")
@files.doc(
    operationId="createSummaryFromFile",
    summary="摘要一份工作报告文件",
    description="选项与结果同 createSummary，另返回从文件中取出的文字，所有位置都在其中。"
    "文件在独立的、有资源上限的进程中读取，不留下临时文件。",
)
@_problems(files, *_SUMMARY_PROBLEMS)
@files.arguments(FileSummaryRequestSchema, location="files")
@files.response(
    HTTPStatus.OK,
    FileSummaryResponseSchema,
    description="三个部分及其依据，以及文件的文字",
    headers=_TRACED,
)
def create_summary_from_file(request: FileSummaryRequest) -> FileSummary:
    """Summarise the report in a file."""
    return _files().summarise(request, _watch())


@operations.get("/v1/info")
@operations.doc(operationId="getInfo", summary="服务信息")
@_problems(operations, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
@operations.response(HTTPStatus.OK, InfoSchema, description="版本、模型与限制", headers=_TRACED)
def get_info() -> Info:
    """Tell versions and limits."""
    return Info(VERSION, _host().card, Limits(max_file_bytes=_files().limits.file_bytes))


@operations.get("/livez")
@operations.doc(operationId="getLiveness", summary="存活探针")
@_problems(operations, HTTPStatus.INTERNAL_SERVER_ERROR)
@operations.response(HTTPStatus.OK, HealthSchema, description="进程存活", headers=_TRACED)
def get_liveness() -> Health:
    """Answer as long as the process can."""
    return Health()


@operations.get("/readyz")
@operations.doc(
    operationId="getReadiness",
    summary="就绪探针",
    description="模型成功应答过一次之后就绪；开始关闭时即不再就绪。",
)
@_problems(operations, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
@operations.response(HTTPStatus.OK, HealthSchema, description="可以接受请求", headers=_TRACED)
def get_readiness() -> Health:
    """Answer well once the model has, and until the shutdown begins."""
    if not _host().ready:
        raise ModelNotReadyError
    return Health()
