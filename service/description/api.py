"""The OpenAPI description as a whole."""

from __future__ import annotations

from typing import Any

from flask_smorest import Api

from service.description.headers import HEADER_PARAMETERS, RESPONSE_HEADERS
from service.description.named_schemas import NamingPlugin

SPEC_OPTIONS = {
    "info": {
        "description": "汇报：把中文工作报告分为成绩、问题、计划三个部分，"
        "并给出摘要、要点和原文依据。"
        "所有位置均为请求文本中的半开区间，按 Unicode 码点计。",
        "license": {
            "name": "Apache-2.0",
            "url": "https://www.apache.org/licenses/LICENSE-2.0",
        },
    },
    "servers": [{"url": "/", "description": "服务所在的地址，如 http://127.0.0.1:8000。"}],
    # For all operations at once: openapi-python-client takes an optional key that an operation
    # itself declares for one that is required.
    "security": [{}, {"ApiKey": []}],
}

_API_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "API 密钥：Authorization: Bearer <密钥>。服务未设置密钥时不需要；"
    "设置后，摘要与服务信息需要权限 summarise，/metrics 需要权限 metrics，探针不需要密钥。",
}


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
        super()._init_spec(marshmallow_plugin=NamingPlugin(), **kwargs)
        for name, header in RESPONSE_HEADERS.items():
            self.spec.components.header(name, header)
        self.spec.components.security_scheme("ApiKey", _API_KEY)
        for name, parameter in HEADER_PARAMETERS.items():
            self.spec.components.parameter(name, "header", parameter)
