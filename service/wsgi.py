"""What gunicorn loads in each worker, after the fork."""

from __future__ import annotations

import logging
import os
import threading

from flask import Flask
from gunicorn.arbiter import Arbiter

from extraction.extracting import Extractor, clear_leftovers
from models.tagger import CheckpointError, TransformerTagger, set_threads
from service.app import create_app
from service.log import configure_logging
from service.model_host import ModelHost
from service.settings import Settings

logger = logging.getLogger(__name__)


def load_app() -> Flask:
    """The application of one worker.

    The model loads on a thread of its own, so that probes are answered meanwhile.
    """
    settings = Settings.from_environment()
    configure_logging(settings.log_level)
    set_threads(settings.threads_of_model)
    host = ModelHost(lambda: TransformerTagger.load(settings.model), settings.places)
    threading.Thread(target=_start, args=(host,), name="model-loader", daemon=True).start()
    clear_leftovers(settings.extraction_limits)
    return create_app(host, Extractor(settings.extraction_limits), settings)


def _start(host: ModelHost) -> None:
    try:
        host.start()
    except CheckpointError as error:
        logger.critical("%s", error)
    finally:
        if not host.loaded:
            # Ends the worker and tells the arbiter not to try again.
            os._exit(Arbiter.APP_LOAD_ERROR)
