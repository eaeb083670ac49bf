"""``python -m service.server``: gunicorn with our master; its arguments are gunicorn's."""

from __future__ import annotations

from gunicorn.app.wsgiapp import WSGIApplication

from service.server.arbiter import ReloadingArbiter


class _Service(WSGIApplication):
    def run(self) -> None:
        try:
            ReloadingArbiter(self).run()
        except RuntimeError as error:
            raise SystemExit(f"Error: {error}") from error


if __name__ == "__main__":
    _Service(prog="huibao").run()
