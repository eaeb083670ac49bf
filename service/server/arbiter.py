"""gunicorn's master process."""

from __future__ import annotations

from contextlib import suppress

from gunicorn.arbiter import Arbiter


class _NoNeedToWaitError(Exception):
    """The old workers of a reload have been told to end."""


class ReloadingArbiter(Arbiter):
    """A master that goes on with its work during a reload.

    gunicorn's waits there until the old workers have ended, and meanwhile heeds no signal,
    replaces no worker that dies and ends none that hangs. It does so to not tell them twice;
    ours do not mind (``service.server.worker.DrainingWorker.handle_exit``).
    """

    _reloading = False

    def reload(self) -> None:
        """Start new workers and tell the old ones to end."""
        self._reloading = True
        try:
            with suppress(_NoNeedToWaitError):
                super().reload()
        finally:
            self._reloading = False

    def reap_workers(self) -> None:
        """Take note of workers that have ended; a reload does so only to wait for them."""
        super().reap_workers()
        if self._reloading:
            raise _NoNeedToWaitError
