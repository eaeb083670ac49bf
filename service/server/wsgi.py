"""What gunicorn loads in each worker, after the fork."""

from __future__ import annotations

import logging
import threading
from functools import partial

from flask import Flask
from gunicorn.arbiter import Arbiter

from extraction.extracting import Extractor, clear_leftovers
from models.tagger import CheckpointError, TransformerTagger, set_threads
from report.tagging import ModelCard
from service.app import create_app
from service.server.worker_board import WorkerBoard, shared_board
from service.settings import Settings
from service.telemetry.log import adopt_libraries
from service.telemetry.metrics import Metrics
from service.telemetry.metrics_folder import shared_metrics_folder
from service.telemetry.tracing import tracer_to
from service.work.model_host import ModelHost

logger = logging.getLogger(__name__)


def load_app() -> Flask:
    """The application of one worker.

    The model loads on a thread of its own, so that probes are answered meanwhile.
    """
    settings = Settings.from_environment()
    adopt_libraries()
    set_threads(settings.threads_of_model)
    metrics = _metrics()
    metrics.worker.started(settings.queue)
    announce = partial(_announce, shared_board(settings.workers), metrics)
    host = ModelHost(lambda: TransformerTagger.load(settings.model), settings.places, announce)
    threading.Thread(target=_start, args=(host,), name="model-loader", daemon=True).start()
    clear_leftovers(settings.extraction_limits)
    tracer = tracer_to(settings.tracing_endpoint)
    return create_app(host, Extractor(settings.extraction_limits), settings, metrics, tracer)


def _metrics() -> Metrics:
    try:
        return Metrics(shared_metrics_folder())
    except OSError as error:
        logger.critical("the metrics find no space: %s", error)
        raise SystemExit(Arbiter.APP_LOAD_ERROR) from error


def _announce(board: WorkerBoard, metrics: Metrics, model: ModelCard) -> None:
    """Tell the other workers, and the operators, that there is a model."""
    board.note_served()
    metrics.worker.ready(model)


def _start(host: ModelHost) -> None:
    try:
        host.start()
    except CheckpointError as error:
        logger.critical("%s", error)
    except Exception:
        logger.critical("the model cannot be loaded", exc_info=True)
    finally:
        if not host.loaded:
            host.give_up()
