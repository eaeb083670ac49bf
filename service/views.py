"""The HTTP operations."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_smorest import Blueprint

from report.summarising import MAX_TEXT_CHARACTERS
from service.json_body import StrictJsonParser
from service.model_host import ModelHost, ModelNotReadyError
from service.problems import MEDIA_TYPE
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from report.summary import Summary
    from report.tagging import ModelCard
    from service.requests import SummaryRequest

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


def _problems(*statuses: HTTPStatus) -> Callable[[Any], Any]:
    """Document the problems that an operation may answer with."""

    def decorate(view: Any) -> Any:
        for status in statuses:
            view = summaries.alt_response(
                int(status),
                schema=ProblemSchema,
                content_type=MEDIA_TYPE,
                description=status.phrase,
            )(view)
        return view

    return decorate


def _host() -> ModelHost:
    host: ModelHost = current_app.extensions["model_host"]
    return host


@summaries.post("/v1/summaries")
@summaries.doc(operationId="createSummary", summary="摘要一份工作报告")
@_problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
@summaries.arguments(SummaryRequestSchema)
@summaries.response(HTTPStatus.OK, SummaryResponseSchema, description="三个部分及其依据")
def create_summary(request: SummaryRequest) -> Summary:
    """把一份中文工作报告分为成绩、问题、计划三个部分，每部分给出摘要和原文要点。"""
    return _host().summarise(request)


@operations.get("/v1/info")
@operations.doc(operationId="getInfo", summary="服务信息")
@_problems(HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
@operations.response(HTTPStatus.OK, InfoSchema, description="版本、模型与限制")
def get_info() -> Info:
    """服务与模型的版本，以及请求的各项限制。"""
    return Info(VERSION, _host().card, Limits())


@operations.get("/livez")
@operations.doc(operationId="getLiveness", summary="存活探针")
@_problems(HTTPStatus.INTERNAL_SERVER_ERROR)
@operations.response(HTTPStatus.OK, HealthSchema, description="进程存活")
def get_liveness() -> Health:
    """进程能够应答即为存活。"""
    return Health()


@operations.get("/readyz")
@operations.doc(operationId="getReadiness", summary="就绪探针")
@_problems(HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
@operations.response(HTTPStatus.OK, HealthSchema, description="可以接受请求")
def get_readiness() -> Health:
    """模型成功应答过一次之后就绪；开始关闭时即不再就绪。"""
    if not _host().ready:
        raise ModelNotReadyError
    return Health()
