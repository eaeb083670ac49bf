"""The gunicorn worker: a shutdown that load balancers can follow, and errors like ours."""

from __future__ import annotations

import threading
import uuid
from types import FrameType
from typing import Any

from gunicorn.http.errors import ParseException
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from service.model_host import ModelHost
from service.problem_response import problem_json
from service.problems import MEDIA_TYPE, MalformedHttpError, problem_for
from service.settings import Settings


class DrainingWorker(ThreadWorker):
    """On SIGTERM turns unready at once, goes on serving a little while, then stops."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin the shutdown."""
        app = getattr(self, "wsgi", None)
        if app is None:  # still starting: there is nobody to drain
            super().handle_exit(sig, frame)
            return
        host: ModelHost = app.extensions["model_host"]
        host.begin_shutdown()
        seconds = Settings.from_environment().drain_seconds
        timer = threading.Timer(seconds, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what never reached the application with a problem, and close.

        gunicorn's own answer and log line quote the request, which may be a report.
        """
        error = MalformedHttpError() if isinstance(exc, ParseException) else exc
        problem = problem_for(error, uuid.uuid4().hex)
        body = problem_json(problem)
        self.log.warning("%s: answered %d and closed", type(exc).__name__, problem.status)
        head = (
            f"HTTP/1.1 {problem.status} {problem.kind.status.phrase}\r\n"
            f"Content-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n"
            f"X-Request-Id: {problem.request_id}\r\nConnection: close\r\n\r\n"
        )
        try:
            write_nonblock(client, head.encode("ascii") + body)
        except OSError:
            self.log.debug("the client had gone")
