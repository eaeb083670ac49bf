"""Logging: one line a request, never a report's text."""

from __future__ import annotations

import logging


def configure_logging(level: str) -> None:
    """Log to standard error from ``level`` on."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
