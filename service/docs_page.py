"""The interactive documentation: Swagger UI from files on this machine, no CDN."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, send_from_directory

docs_page = Blueprint("docs", __name__, url_prefix="/docs", template_folder="templates")

_ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)


@docs_page.get("")
def show() -> Response:
    """The page."""
    response = Response(render_template("docs.html"))
    response.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    return response


@docs_page.get("/start.js")
def start_script() -> Response:
    """The script that starts Swagger UI; apart, so that the page needs no inline script."""
    return Response(render_template("start.js"), mimetype="text/javascript")


@docs_page.get("/assets/<path:name>")
def asset(name: str) -> Response:
    """A file of Swagger UI."""
    response = send_from_directory(_ASSETS, name, max_age=86400, conditional=False)
    # Whole, because answers that are streamed are not compressed.
    response.direct_passthrough = False
    response.make_sequence()
    return response
