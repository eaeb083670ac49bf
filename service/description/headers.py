"""The headers of requests and responses."""

from __future__ import annotations

from service.answers.idempotency import HEADER as IDEMPOTENCY_KEY_HEADER
from service.answers.idempotency import KEY_PATTERN as IDEMPOTENCY_KEY_PATTERN

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

TRACED = {"X-Request-Id": "RequestId", "Server-Timing": "ServerTiming"}
"""Those of every answer: their names and their components."""
RATED = {
    "RateLimit-Limit": "RateLimitLimit",
    "RateLimit-Remaining": "RateLimitRemaining",
    "RateLimit-Reset": "RateLimitReset",
}
"""Those that tell how much a caller may ask for."""
ANSWERED = TRACED | RATED | {"Idempotency-Replayed": "IdempotencyReplayed"}
"""Those of summaries."""
