"""The gunicorn worker: threads, and a shutdown that load balancers can follow."""

from __future__ import annotations

import threading
from types import FrameType

from gunicorn.workers.gthread import ThreadWorker

from service.model_host import ModelHost
from service.settings import Settings


class DrainingWorker(ThreadWorker):
    """On SIGTERM turns unready at once, goes on serving a little while, then stops."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin the shutdown."""
        host: ModelHost = self.wsgi.extensions["model_host"]
        host.begin_shutdown()
        seconds = Settings.from_environment().drain_seconds
        timer = threading.Timer(seconds, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()
