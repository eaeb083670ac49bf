"""gunicorn's configuration, from the ``HUIBAO_*`` settings."""

import os
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from service.server.descriptors import connections_within, raise_descriptor_limit
from service.server.worker_board import shared_board
from service.settings import Settings
from service.telemetry.log import logging_configuration
from service.telemetry.metrics_folder import (
    create_metrics_folder,
    release_metrics_space,
    remove_metrics_folder,
)
from service.telemetry.tracing import require_exporter

# prometheus-client looks for the folder when it is imported.
_metrics_folder = create_metrics_folder()
from prometheus_client.multiprocess import mark_process_dead  # noqa: E402

_settings = Settings.from_environment()
require_exporter(_settings.tracing_endpoint)

# Nothing leaves the machine on its own: libraries read these when they are imported. Where
# traces go is for the settings alone to say.
os.environ |= {"HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
if Path(_settings.model).is_dir():
    os.environ |= {"HF_HUB_OFFLINE": "1"}
for _name in [name for name in os.environ if name.startswith("OTEL_")]:
    del os.environ[_name]

_board = shared_board(_settings.workers)

wsgi_app = "service.server.wsgi:load_app()"
bind = _settings.bind
worker_class = "service.server.worker.DrainingWorker"
workers = _settings.workers
threads = _settings.threads
timeout = _settings.worker_timeout
_descriptors = raise_descriptor_limit()
worker_connections = connections_within(_descriptors, _settings.connections)
# Longer than load balancers keep idle connections: the side that sends closes first.
keepalive = 75
graceful_timeout = _settings.graceful_timeout + _settings.drain_seconds
# The model must load after the fork: torch's thread pools do not survive one.
preload_app = False
# The heartbeat file should be on memory, like the metrics; the root file system may be read-only.
worker_tmp_dir = str(_metrics_folder.parent)
loglevel = _settings.log_level
logconfig_dict = logging_configuration(_settings.log_level, _settings.log_format)
# No header of a caller, not even of one on this machine, changes what is asked for.
forwarded_allow_ips = ""
forwarder_headers = ""
accesslog = None
control_socket_disable = True


def on_starting(server: Arbiter) -> None:
    """Say what the system does not allow."""
    if worker_connections < _settings.connections:
        server.log.warning(
            "a process may have only %d files open (ulimit -n): it holds at most %d connections, "
            "not the %d of HUIBAO_CONNECTIONS",
            _descriptors,
            worker_connections,
            _settings.connections,
        )


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Give a worker its place on the board; in a reload the oldest are about to leave theirs."""
    others = sorted(server.WORKERS.values(), key=lambda other: other.age)
    worker.place = _board.free_place([other.place for other in others])
    worker.place.enter()
    for old in others[: max(0, len(others) + 1 - server.num_workers)]:
        old.place.leave_soon()


def child_exit(_server: Arbiter, worker: Worker) -> None:
    """The gauges of a worker end with it; what it counted stays."""
    worker.place.leave()
    mark_process_dead(worker.pid, str(_metrics_folder))
    release_metrics_space(_metrics_folder, worker.pid)


def on_exit(_server: Arbiter) -> None:
    """Leave nothing behind."""
    remove_metrics_folder()
