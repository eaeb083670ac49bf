"""``huibao serve``: run the HTTP service."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from service.access.authentication import KeyRing
from service.access.rate_limits import require_usable
from service.settings import PREFIX, Settings, SettingsError
from service.telemetry.tracing import require_exporter

# Any of many threads may have its turn at the model. With an arena of its own for each, glibc
# keeps for each what the largest request took: 1.5 GB in all under load instead of 0.9 GB.
_MALLOC_ARENAS = {"MALLOC_ARENA_MAX": "2"}
# gunicorn starts itself anew on SIGUSR2, by the path of its main module: Python must not take
# the modules beside that for those of its own library.
_SAFE_PATH = {"PYTHONSAFEPATH": "1"}
_GUNICORN_CONFIGURATION = Path(__file__).parent.parent / "server" / "gunicorn.conf.py"


@click.command()
@click.option("--host", help="监听地址，默认取 HUIBAO_HOST 或 127.0.0.1。")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="监听端口，默认取 HUIBAO_PORT 或 8000。"
)
def serve(host: str | None, port: int | None) -> None:
    """启动 HTTP 服务（gunicorn），其余设置取自 HUIBAO_* 环境变量。"""
    environment = _MALLOC_ARENAS | _SAFE_PATH | os.environ
    if host is not None:
        environment[f"{PREFIX}HOST"] = host
    if port is not None:
        environment[f"{PREFIX}PORT"] = str(port)
    try:
        settings = Settings.from_environment(environment)
        if settings.has_keys:
            KeyRing.from_settings(settings)
        require_usable(settings)
        require_exporter(settings.tracing_endpoint)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    arguments = [sys.executable, "-m", "service.server", "--config", str(_GUNICORN_CONFIGURATION)]
    # Becoming gunicorn, so that signals reach it directly.
    os.execve(sys.executable, arguments, environment)  # noqa: S606
