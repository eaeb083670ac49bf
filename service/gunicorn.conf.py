"""gunicorn's configuration, from the ``HUIBAO_*`` settings."""

from service.settings import Settings

_settings = Settings.from_environment()

wsgi_app = "service.wsgi:load_app()"
bind = _settings.bind
worker_class = "service.worker.DrainingWorker"
workers = _settings.workers
threads = _settings.threads
timeout = _settings.worker_timeout
worker_connections = _settings.connections
graceful_timeout = _settings.graceful_timeout + _settings.drain_seconds
# The model must load after the fork: torch's thread pools do not survive one.
preload_app = False
# The heartbeat file must be on memory; the root file system may be read-only.
worker_tmp_dir = "/dev/shm"  # noqa: S108
loglevel = _settings.log_level
accesslog = None
control_socket_disable = True
