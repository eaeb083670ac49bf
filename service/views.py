"""The HTTP operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import current_app
from flask_smorest import Blueprint

from report.summarising import MAX_TEXT_CHARACTERS
from report.summary import Summary
from report.tagging import ModelCard
from service.json_body import StrictJsonParser
from service.model_host import ModelHost, ModelNotReadyError
from service.problems import MEDIA_TYPE
from service.requests import SummaryRequest
from service.schemas import (
    MAX_POINTS,
    MAX_SUMMARY_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    MIN_SUMMARY_CHARACTERS,
    HealthSchema,
    InfoSchema,
    ProblemSchema,
    SummaryRequestSchema,
    SummaryResponseSchema,
)
from service.version import VERSION

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Enough for a text of the longest allowed length in any escaping of JSON."""


class StrictBlueprint(Blueprint):
    """A blueprint whose operations read their bodies strictly."""

    ARGUMENTS_PARSER = StrictJsonParser()


summaries = StrictBlueprint("summaries", __name__, description="工作报告摘要")
operations = StrictBlueprint("operations", __name__, description="服务信息与探针")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of requests, as the service tells them."""

    max_text_characters: int = MAX_TEXT_CHARACTERS
    max_title_characters: int = MAX_TITLE_CHARACTERS
    max_points: int = MAX_POINTS
    min_summary_chars: int = MIN_SUMMARY_CHARACTERS
    max_summary_chars: int = MAX_SUMMARY_CHARACTERS
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
    HTTPStatus.BAD_REQUEST: "请求体不是 UTF-8 编码的 JSON",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求体超过字节数上限",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "媒体类型不受支持",
    HTTPStatus.UNPROCESSABLE_ENTITY: "文本为空、过长或没有汉字，选项超出范围，或有未知字段",
    HTTPStatus.INTERNAL_SERVER_ERROR: "服务内部错误",
    HTTPStatus.SERVICE_UNAVAILABLE: "模型尚在加载，服务正在关闭，或等待的请求已达上限",
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


def _host() -> ModelHost:
    host: ModelHost = current_app.extensions["model_host"]
    return host


@summaries.post("/v1/summaries")
@summaries.doc(
    operationId="createSummary",
    summary="摘要一份工作报告",
    description="把一份中文工作报告分为成绩、问题、计划三个部分，每部分给出摘要和原文要点。"
    "报告中没有的部分为空，绝不编造；全文每个非空白字符都计入 coverage。",
)
@_problems(
    summaries,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
@summaries.arguments(SummaryRequestSchema)
@summaries.response(
    HTTPStatus.OK, SummaryResponseSchema, description="三个部分及其依据", headers=_TRACED
)
def create_summary(request: SummaryRequest) -> Summary:
    """Summarise one report."""
    return _host().summarise(request)


@operations.get("/v1/info")
@operations.doc(operationId="getInfo", summary="服务信息")
@_problems(operations, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
@operations.response(HTTPStatus.OK, InfoSchema, description="版本、模型与限制", headers=_TRACED)
def get_info() -> Info:
    """Tell versions and limits."""
    return Info(VERSION, _host().card, Limits())


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
