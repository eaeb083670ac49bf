"""The problems that each operation may answer with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from service.description.headers import RATED, TRACED
from service.problems import MEDIA_TYPE, RETRIED_STATUSES
from service.schemas import ProblemSchema

_CHALLENGE = {"WWW-Authenticate": "WwwAuthenticate"}
_WAIT = {"Retry-After": "RetryAfter"}
_HEADERS = dict.fromkeys(RETRIED_STATUSES, _WAIT) | {
    HTTPStatus.UNAUTHORIZED: _CHALLENGE,
    HTTPStatus.FORBIDDEN: _CHALLENGE,
    HTTPStatus.TOO_MANY_REQUESTS: _WAIT | RATED,
}
"""Headers that problems have besides those of every answer."""

_FAULT = {HTTPStatus.INTERNAL_SERVER_ERROR: "服务内部错误"}
_KEYS = {
    HTTPStatus.UNAUTHORIZED: "没有 API 密钥或密钥无效；服务设置了密钥时才有",
    HTTPStatus.FORBIDDEN: "API 密钥没有所需的权限",
}
_SUMMARIES = (
    _FAULT
    | _KEYS
    | {
        HTTPStatus.REQUEST_TIMEOUT: "未能在规定时间内收到完整的请求",
        HTTPStatus.CONFLICT: "带有同一个 Idempotency-Key 的请求正在处理",
        HTTPStatus.TOO_MANY_REQUESTS: "达到速率上限；服务设置了上限时才有",
    }
)
_JSON = _SUMMARIES | {
    HTTPStatus.BAD_REQUEST: "请求体不是 UTF-8 编码的 JSON 或完整的 gzip 数据，"
    "或 Idempotency-Key 不合要求",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求体（解压前后）超过字节数上限",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "媒体类型或内容编码不受支持",
    HTTPStatus.SERVICE_UNAVAILABLE: "模型尚在加载，服务正在关闭，等待的请求已达上限，或处理超时",
}

TEXT_PROBLEMS = _JSON | {
    HTTPStatus.UNPROCESSABLE_ENTITY: "文本为空、过长或没有汉字，选项超出范围，有未知字段，"
    "或 Idempotency-Key 已用于其他请求",
}
BATCH_PROBLEMS = _JSON | {
    HTTPStatus.UNPROCESSABLE_ENTITY: "报告的份数或总长超过上限，编号缺少或重复，有未知字段，"
    "或 Idempotency-Key 已用于其他请求；单份报告不合要求时，在它自己的 problem 中说明",
}
FILE_PROBLEMS = _SUMMARIES | {
    HTTPStatus.BAD_REQUEST: "请求体不是完整的表单或 gzip 数据，或 Idempotency-Key 不合要求",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求体（解压前后）超过字节数上限，"
    "或文件超过大小、页数等上限",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "媒体类型、内容编码或文件格式不受支持",
    HTTPStatus.UNPROCESSABLE_ENTITY: "文件已损坏、已加密、没有文字或读取超时，文本过长或没有汉字，"
    "选项超出范围，有未知字段，或 Idempotency-Key 已用于其他请求",
    HTTPStatus.SERVICE_UNAVAILABLE: "模型尚在加载，服务正在关闭，等待的请求已达上限，处理超时，"
    "或没有临时空间",
}
INFO_PROBLEMS = _FAULT | _KEYS | {HTTPStatus.SERVICE_UNAVAILABLE: "模型尚在加载"}
METRICS_PROBLEMS = _FAULT | _KEYS
LIVENESS_PROBLEMS = _FAULT
READINESS_PROBLEMS = _FAULT | {HTTPStatus.SERVICE_UNAVAILABLE: "模型尚在加载，或服务正在关闭"}


def documents_problems(
    blueprint: Blueprint, descriptions: Mapping[HTTPStatus, str]
) -> Callable[[Any], Any]:
    """Describe the problems that an operation may answer with, by their statuses."""

    def decorate(view: Any) -> Any:
        for status, description in descriptions.items():
            view = blueprint.alt_response(
                int(status),
                schema=ProblemSchema,
                content_type=MEDIA_TYPE,
                description=description,
                headers=TRACED | _HEADERS.get(status, {}),
            )(view)
        return view

    return decorate
