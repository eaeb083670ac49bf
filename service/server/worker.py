"""The gunicorn worker: threads work on whole requests only, and a shutdown loses none."""

from __future__ import annotations

import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from types import FrameType
from typing import Any, NoReturn

from gunicorn.arbiter import Arbiter
from gunicorn.http import wsgi
from gunicorn.http.errors import ParseException
from gunicorn.util import http_date
from gunicorn.workers.base import Worker

from service.problem_response import problem_json
from service.problems import MalformedHttpError, headers_for, problem_for
from service.request_ids import REQUEST_ID_HEADER, request_id
from service.server.connection import Connection
from service.server.connection_loop import ConnectionLoop
from service.server.worker_board import BoardPlace
from service.settings import Settings
from service.work.model_host import ModelHost
from service.work.request_watch import RECEIVED

_WAIT_STATUSES = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_RETRY_SECONDS = 3.0
"""How long to wait before another worker tries what could not be loaded."""
_LAST_REQUESTS_SECONDS = 1.0
"""How long after the drain requests on idle connections are awaited that may be on their way."""


class DrainingWorker(Worker):
    """Takes in requests on the main thread and has them answered by a pool of threads.

    On SIGTERM it turns unready at once, goes on serving a little while, then stops.

    Attributes:
        place: where it tells the other workers how busy it is.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._loop: ConnectionLoop | None = None
        self._asked_at: float | None = None
        self._drained_at: float | None = None
        self.place: BoardPlace

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin the shutdown, or wait for a replacement if that is on its way."""
        self.place.leave_soon()
        if self._loop is None:  # still starting: there is nobody to drain
            self.place.leave()
            super().handle_exit(sig, frame)
        elif self._asked_at is None:
            # All else is for the main loop to do: it may be in the middle of a line of the log.
            self._asked_at = time.monotonic()
            self._loop.wake()

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """End at once; what is under way is lost."""
        self.place.leave()
        os._exit(0)

    @property
    def _host(self) -> ModelHost:
        host: ModelHost = self.wsgi.extensions["model_host"]
        return host

    @property
    def _settings(self) -> Settings:
        settings: Settings = self.wsgi.extensions["settings"]
        return settings

    def load_wsgi(self) -> None:
        """Load the application.

        Raises:
            SystemExit: if that cannot be.
        """
        try:
            super().load_wsgi()
        except SystemExit:
            self._end_unloaded()

    def run(self) -> None:
        """Serve until the shutdown is over."""
        pool = ThreadPoolExecutor(self.cfg.threads, "request")
        loop = ConnectionLoop(
            self.sockets,
            self.cfg,
            self._settings.receive_timeout,
            partial(self._submit, pool),
            self._refuse,
            self._leave_to_others,
        )
        self._loop = loop
        while self._serving():
            self.notify()
            loop.turn()
        self.place.leave()
        loop.stop_listening()
        drained = time.monotonic()
        while loop.connections and time.monotonic() < drained + self._settings.graceful_timeout:
            self.notify()
            loop.end_idle_by(drained + _LAST_REQUESTS_SECONDS)
            loop.turn()
        loop.close()
        pool.shutdown(wait=False)

    def _serving(self) -> bool:
        if self._host.failed:
            self._end_unloaded()
        if self._asked_at is not None and self._drained_at is None:
            self._drain_once_replaced()
        drained = self._drained_at is not None and time.monotonic() >= self._drained_at
        return self.alive and not drained and self.ppid == os.getppid()

    def _drain_once_replaced(self) -> None:
        """Begin to drain, but not while new workers of a reload are loading their models."""
        asked = self._asked_at or 0.0
        overdue = time.monotonic() > asked + self._settings.graceful_timeout
        if self.place.replacement_is_loading() and not overdue:
            return
        self._host.begin_shutdown()
        self.wsgi.extensions["metrics"].worker.unready()
        self.log.info("draining for %d seconds", self._settings.drain_seconds)
        self._drained_at = time.monotonic() + self._settings.drain_seconds

    def _end_unloaded(self) -> NoReturn:
        """End, as model or metrics cannot be had; another tries again, if any has ever served."""
        self.place.leave()
        if not self.place.board.has_served:
            raise SystemExit(Arbiter.APP_LOAD_ERROR)
        time.sleep(_RETRY_SECONDS)
        raise SystemExit(1)

    def _leave_to_others(self, in_hand: int) -> bool:
        if not self._serving():
            return False
        if self._host.loaded:
            self.place.tell(in_hand)
        return self.place.others_are_freer()

    def _submit(self, pool: ThreadPoolExecutor, connection: Connection) -> None:
        future = pool.submit(self._answer, connection, time.monotonic())
        future.add_done_callback(partial(self._finished, connection))

    def _finished(self, connection: Connection, future: Future[None]) -> None:
        if self._loop:
            self._loop.finished(connection, future.exception())

    def _answer(self, connection: Connection, received: float) -> None:
        """Have the application answer a request that has wholly come in."""
        request = connection.request
        answer = _Answer()
        response, environ = wsgi.create(
            request, answer, connection.client, connection.server, self.cfg
        )
        environ["gunicorn.socket"] = connection.socket
        environ["wsgi.multithread"] = True
        environ[RECEIVED] = received
        parts = self.wsgi(environ, response.start_response)
        try:
            if request.body.failed or self._drained_at is not None or not self.alive:
                response.force_close()
            for part in parts:
                response.write(part)
            response.close()
        finally:
            if hasattr(parts, "close"):
                parts.close()
        connection.answer(
            bytes(answer.data),
            closes=response.should_close(),
            rests=response.status_code in _WAIT_STATUSES,
        )

    def _refuse(self, connection: Connection, error: Exception) -> None:
        """Answer what never reached the application, or broke it, with a problem, and close.

        The request may be a report: nothing of it is logged.
        """
        name = type(error).__name__
        if isinstance(error, ParseException):
            error = MalformedHttpError()
        headers = connection.request.headers if connection.request else ()
        problem = problem_for(error, request_id(dict(headers).get(REQUEST_ID_HEADER.upper(), "")))
        body = problem_json(problem)
        self.log.warning(
            "%s: answered %d and closed",
            name,
            problem.status,
            extra={"request_id": problem.request_id, "problem": problem.code},
        )
        self.wsgi.extensions["metrics"].connection_refused(problem.code)
        fields = headers_for(error, problem) | {
            "Content-Length": str(len(body)),
            "Date": http_date(),
            REQUEST_ID_HEADER: problem.request_id,
            "X-Content-Type-Options": "nosniff",
            "Server-Timing": f"total;dur={1000 * (time.monotonic() - connection.begun):.1f}",
            "Connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        start = f"HTTP/1.1 {problem.status} {problem.kind.status.phrase}\r\n"
        connection.answer(f"{start}{lines}\r\n".encode("ascii") + body, closes=True)


class _Answer:
    """Stands in for the socket that gunicorn writes an answer to, which may not take it all."""

    def __init__(self) -> None:
        self.data = bytearray()

    def sendall(self, data: bytes) -> None:
        """Keep ``data``."""
        self.data += data
