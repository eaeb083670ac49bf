"""Errors on the wire: RFC 9457 problems, and the one table that maps errors to them."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from math import ceil
from typing import Any

from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
    UnsupportedMediaType,
)

from extraction.errors import (
    BrokenFileError,
    ConverterMissingError,
    EmptyFileError,
    EncryptedFileError,
    ExtractionTimeoutError,
    FileTooLargeError,
    NoTemporarySpaceError,
    NoTextLayerError,
    UnreadableFileError,
    UnsupportedFormatError,
)
from report.errors import BlankTextError, NoChineseTextError, TextTooLongError, UnusableTextError
from service.access.authentication import ForbiddenError, UnauthenticatedError
from service.access.rate_limits import OversizedRequestError
from service.answers.idempotency import (
    IdempotencyConflictError,
    IdempotencyKeyReusedError,
    MalformedIdempotencyKeyError,
)
from service.inflating import MalformedGzipError
from service.work.model_host import ModelNotReadyError
from service.work.places import OverloadedError
from service.work.request_watch import WorkStoppedError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRIED_STATUSES = (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)
"""Those that tell when to try again."""
MAX_LISTED_ERRORS = 20
_MAX_POINTER = 200
_RETRY_AFTER_SECONDS = 2
_LONGEST_RETRY_AFTER_SECONDS = 60


class ProblemCode(StrEnum):
    """Every kind of error the service answers with."""

    MALFORMED_REQUEST = "malformed_request"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    VALIDATION_FAILED = "validation_failed"
    RATE_LIMITED = "rate_limited"
    BLANK_TEXT = "blank_text"
    TEXT_TOO_LONG = "text_too_long"
    NO_CHINESE_TEXT = "no_chinese_text"
    UNSUPPORTED_FORMAT = "unsupported_format"
    CONVERTER_MISSING = "converter_missing"
    BROKEN_FILE = "broken_file"
    ENCRYPTED_FILE = "encrypted_file"
    NO_TEXT_LAYER = "no_text_layer"
    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"
    EXTRACTION_TIMEOUT = "extraction_timeout"
    INTERNAL_ERROR = "internal_error"
    NO_TEMPORARY_SPACE = "no_temporary_space"
    NOT_READY = "not_ready"
    OVERLOADED = "overloaded"
    REQUEST_TIMEOUT = "request_timeout"
    DEADLINE_EXCEEDED = "deadline_exceeded"


class MalformedHttpError(Exception):
    """What came over the connection is no HTTP request."""


class RequestTimeoutError(Exception):
    """A request has not wholly come in within the time for it."""


class MalformedJsonError(Exception):
    """The body is not JSON, or not in UTF-8."""


class MalformedFormError(Exception):
    """The body is not ``multipart/form-data``, or has too many parts."""


class UnsupportedEncodingError(UnsupportedMediaType):
    """The body has a content encoding that is not undone."""


class ValidationFailedError(Exception):
    """The body does not fit its schema; ``messages`` are those of marshmallow."""

    def __init__(self, messages: Mapping[Any, Any]) -> None:
        super().__init__("validation failed")
        self.messages = messages


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in a request body, at a JSON Pointer (RFC 6901)."""

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What is the same for every problem of a kind; ``detail`` is the default one."""

    status: HTTPStatus
    code: ProblemCode
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as it is sent."""

    kind: ProblemKind
    detail: str
    errors: tuple[FieldError, ...]
    request_id: str

    @property
    def type(self) -> str:
        """A URI that names the kind of problem."""
        return f"urn:huibao:problem:{self.kind.code}"

    @property
    def title(self) -> str:
        """Short name of the kind of problem."""
        return self.kind.title

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.kind.status)

    @property
    def code(self) -> ProblemCode:
        """The code for programs."""
        return self.kind.code


_MALFORMED = ProblemKind(
    HTTPStatus.BAD_REQUEST,
    ProblemCode.MALFORMED_REQUEST,
    "请求格式错误",
    "请求体必须是 UTF-8 编码的 JSON。",
)
_INTERNAL = ProblemKind(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    ProblemCode.INTERNAL_ERROR,
    "服务内部错误",
    "处理请求时发生内部错误，请凭 request_id 联系运维人员。",
)
_UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY

KINDS: dict[type[Exception], ProblemKind] = {
    MalformedHttpError: ProblemKind(
        HTTPStatus.BAD_REQUEST,
        ProblemCode.MALFORMED_REQUEST,
        "请求格式错误",
        "无法解析 HTTP 请求，连接已关闭。Content-Length 须按字节数而不是字符数计。",
    ),
    RequestTimeoutError: ProblemKind(
        HTTPStatus.REQUEST_TIMEOUT,
        ProblemCode.REQUEST_TIMEOUT,
        "请求接收超时",
        "未能在规定时间内收到完整的请求，连接已关闭。请检查 Content-Length 与网络后重试。",
    ),
    MalformedJsonError: _MALFORMED,
    MalformedFormError: ProblemKind(
        HTTPStatus.BAD_REQUEST,
        ProblemCode.MALFORMED_REQUEST,
        "请求格式错误",
        "请求体必须是完整的 multipart/form-data 表单，至多 50 个部分，各有名称。",
    ),
    MalformedGzipError: ProblemKind(
        HTTPStatus.BAD_REQUEST,
        ProblemCode.MALFORMED_REQUEST,
        "请求格式错误",
        "Content-Encoding 为 gzip，但请求体不是完整、未损坏的 gzip 数据。",
    ),
    MalformedIdempotencyKeyError: ProblemKind(
        HTTPStatus.BAD_REQUEST,
        ProblemCode.MALFORMED_REQUEST,
        "请求格式错误",
        "Idempotency-Key 必须是 1 到 255 个可见的 ASCII 字符，可以加英文双引号；"
        "不加时不得含引号、反斜杠和逗号。",
    ),
    IdempotencyConflictError: ProblemKind(
        HTTPStatus.CONFLICT,
        ProblemCode.IDEMPOTENCY_CONFLICT,
        "相同的请求正在处理",
        "带有这个 Idempotency-Key 的请求正在处理，请稍后重试，以取得它的结果。",
    ),
    IdempotencyKeyReusedError: ProblemKind(
        _UNPROCESSABLE,
        ProblemCode.IDEMPOTENCY_KEY_REUSED,
        "幂等键已用于其他请求",
        "这个 Idempotency-Key 已用于另一个请求；不同的请求须用不同的键。",
    ),
    UnauthenticatedError: ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        ProblemCode.UNAUTHENTICATED,
        "未通过身份验证",
        "需要有效的 API 密钥，以请求头 Authorization: Bearer <密钥> 给出。",
    ),
    ForbiddenError: ProblemKind(
        HTTPStatus.FORBIDDEN,
        ProblemCode.FORBIDDEN,
        "没有权限",
        "这个 API 密钥没有该操作所需的权限，所需权限见 WWW-Authenticate 响应头的 scope。",
    ),
    TooManyRequests: ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        ProblemCode.RATE_LIMITED,
        "请求过于频繁",
        "已达到速率上限，请等待 Retry-After 响应头所示的秒数后重试。",
    ),
    OversizedRequestError: ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        ProblemCode.RATE_LIMITED,
        "请求过于频繁",
        "一次请求中的文本多于速率上限所允许的总数，等待后重试也不会成功，请分成较小的请求。",
    ),
    HTTPException: _MALFORMED,
    InternalServerError: _INTERNAL,
    NotFound: ProblemKind(
        HTTPStatus.NOT_FOUND, ProblemCode.NOT_FOUND, "路径不存在", "没有这个路径。"
    ),
    MethodNotAllowed: ProblemKind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        ProblemCode.METHOD_NOT_ALLOWED,
        "方法不被允许",
        "该路径不支持这个 HTTP 方法，允许的方法见 Allow 响应头。",
    ),
    RequestEntityTooLarge: ProblemKind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ProblemCode.PAYLOAD_TOO_LARGE,
        "请求体过大",
        "请求体超过字节数上限，上限见 GET /v1/info 的 limits："
        "JSON 为 max_body_bytes，文件为 max_file_bytes。",
    ),
    UnsupportedMediaType: ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        "媒体类型不受支持",
        "Content-Type 必须是该操作所要求的（application/json，上传文件为 multipart/form-data）。",
    ),
    UnsupportedEncodingError: ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        "媒体类型不受支持",
        "请求体的 Content-Encoding 只能是 gzip，或不使用。",
    ),
    ValidationFailedError: ProblemKind(
        _UNPROCESSABLE, ProblemCode.VALIDATION_FAILED, "字段不合要求", "请求体的字段不合要求。"
    ),
    BlankTextError: ProblemKind(_UNPROCESSABLE, ProblemCode.BLANK_TEXT, "文本为空", ""),
    TextTooLongError: ProblemKind(_UNPROCESSABLE, ProblemCode.TEXT_TOO_LONG, "文本过长", ""),
    NoChineseTextError: ProblemKind(
        _UNPROCESSABLE, ProblemCode.NO_CHINESE_TEXT, "文本中没有汉字", ""
    ),
    UnsupportedFormatError: ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ProblemCode.UNSUPPORTED_FORMAT,
        "文件格式不受支持",
        "",
    ),
    ConverterMissingError: ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ProblemCode.CONVERTER_MISSING,
        "缺少格式转换程序",
        "",
    ),
    BrokenFileError: ProblemKind(_UNPROCESSABLE, ProblemCode.BROKEN_FILE, "文件已损坏", ""),
    EncryptedFileError: ProblemKind(_UNPROCESSABLE, ProblemCode.ENCRYPTED_FILE, "文件已加密", ""),
    NoTextLayerError: ProblemKind(_UNPROCESSABLE, ProblemCode.NO_TEXT_LAYER, "文件没有文字层", ""),
    EmptyFileError: ProblemKind(_UNPROCESSABLE, ProblemCode.EMPTY_FILE, "文件中没有文字", ""),
    FileTooLargeError: ProblemKind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ProblemCode.FILE_TOO_LARGE, "文件超过上限", ""
    ),
    ExtractionTimeoutError: ProblemKind(
        _UNPROCESSABLE, ProblemCode.EXTRACTION_TIMEOUT, "读取文件超时", ""
    ),
    NoTemporarySpaceError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        ProblemCode.NO_TEMPORARY_SPACE,
        "没有临时空间",
        "临时目录不可写或已满，暂时不能读取文件，请联系运维人员。",
    ),
    OverloadedError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        ProblemCode.OVERLOADED,
        "服务繁忙",
        "等待处理的请求已达上限，请稍后重试。",
    ),
    WorkStoppedError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        ProblemCode.DEADLINE_EXCEEDED,
        "处理超时",
        "未能在规定时间内完成，已停止处理。请稍后重试，或分成较小的请求。",
    ),
    ModelNotReadyError: ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        ProblemCode.NOT_READY,
        "服务未就绪",
        "模型尚在加载或服务正在关闭，请稍后重试。",
    ),
    Exception: _INTERNAL,
}
"""The table: the nearest class in an error's ancestry decides."""


def problem_for(error: Exception, request_id: str, report_field: str = "text") -> Problem:
    """The problem that tells the caller about ``error``; logs it if it is our fault.

    ``report_field`` is the field of the request that the report came in.
    """
    kind = next(KINDS[base] for base in type(error).__mro__ if base in KINDS)
    if kind is _INTERNAL:
        _log_fault(error, request_id)
    if isinstance(error, UnusableTextError | UnreadableFileError):
        fault = FieldError(f"/{report_field}", str(error))
        return Problem(kind, str(error), (fault,), request_id)
    if isinstance(error, ValidationFailedError):
        return _validation_problem(kind, error, request_id)
    return Problem(kind, kind.detail, (), request_id)


def headers_for(error: Exception, problem: Problem) -> dict[str, str]:
    """Headers that the answer needs besides its body."""
    headers = {"Content-Type": MEDIA_TYPE}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, UnauthenticatedError | ForbiddenError):
        headers["WWW-Authenticate"] = _challenge(error)
    if isinstance(error, UnsupportedEncodingError):
        headers["Accept-Encoding"] = "gzip"
    if problem.kind.status in RETRIED_STATUSES:
        headers["Retry-After"] = str(_retry_after(error))
    return headers


def _challenge(error: UnauthenticatedError | ForbiddenError) -> str:
    """What to show instead, by RFC 6750; it has no error code for a request without a key."""
    if isinstance(error, ForbiddenError):
        return f'Bearer realm="huibao", error="insufficient_scope", scope="{error.scope}"'
    return 'Bearer realm="huibao"' + (', error="invalid_token"' if error.given else "")


def _retry_after(error: Exception) -> int:
    if isinstance(error, OverloadedError):
        return max(1, min(ceil(error.retry_after), _LONGEST_RETRY_AFTER_SECONDS))
    return _RETRY_AFTER_SECONDS


def _validation_problem(
    kind: ProblemKind, error: ValidationFailedError, request_id: str
) -> Problem:
    found = [fault for messages in error.messages.values() for fault in field_errors(messages)]
    detail = kind.detail
    if len(found) > MAX_LISTED_ERRORS:
        detail = f"{detail}共 {len(found)} 处，列出前 {MAX_LISTED_ERRORS} 处。"
    return Problem(kind, detail, tuple(found[:MAX_LISTED_ERRORS]), request_id)


def field_errors(messages: Any) -> list[FieldError]:
    """The messages of a marshmallow ``ValidationError``, one by one."""
    return [FieldError(pointer, message) for pointer, message in _flatten("", messages)]


def _flatten(pointer: str, messages: Any) -> list[tuple[str, str]]:
    """The nested messages of marshmallow as (JSON Pointer, message) pairs."""
    if isinstance(messages, Mapping):
        return [
            pair
            for key, inner in messages.items()
            for pair in _flatten(pointer if key == "_schema" else _below(pointer, key), inner)
        ]
    return [(pointer, str(message)) for message in messages]


def _below(pointer: str, key: object) -> str:
    name = str(key).replace("~", "~0").replace("/", "~1")
    joined = f"{pointer}/{name}"
    return joined if len(joined) <= _MAX_POINTER else joined[: _MAX_POINTER - 1] + "…"


def _log_fault(error: Exception, request_id: str) -> None:
    # The error's message may quote the report, so only its type and place are logged.
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("request %s failed with %s at\n%s", request_id, type(error).__name__, frames)
