"""The life of the model in one process: loading, ready, shutting down."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from report.segmentation import segment
from report.summarising import require_usable, summarise
from report.summary import Summary
from report.tagging import ModelCard, RoleTagger
from service.work.model_queue import ModelQueue
from service.work.places import OverloadedError
from service.work.request_watch import RequestWatch
from service.work.requests import SummaryRequest

logger = logging.getLogger(__name__)

# Long enough for two windows of full length, so that the first request finds every
# tensor shape it needs already prepared.
_WARM_UP_TEXT = "今年完成投资3.2亿元，同比增长8.5%。但仍存在人手不足的问题。下一步将加强培训。" * 30


class ModelNotReadyError(Exception):
    """The model is still loading, or the service is shutting down."""


class ModelHost:
    """Owns the tagger of a process and lets one request at a time use it.

    Args:
        load: loads the tagger; called once, by ``start``.
        places: how many requests may be under way, the one being judged included.
        announce: told of the model once it has answered, before anybody else sees it ready.
    """

    def __init__(
        self,
        load: Callable[[], RoleTagger],
        places: int,
        announce: Callable[[ModelCard], None] = lambda _: None,
    ) -> None:
        self._load = load
        self._announce = announce
        self._queue = ModelQueue(places)
        self._tagger: RoleTagger | None = None
        self._stopping = threading.Event()
        self._failed = threading.Event()

    def start(self) -> None:
        """Load the model and let it answer once. Call it after the process has forked.

        Raises:
            whatever loading raises.
        """
        tagger = self._load()
        tagger.tag_all([segment(_WARM_UP_TEXT)])
        self._announce(tagger.card)
        self._tagger = tagger
        logger.info("model %s %s is ready", tagger.card.name, tagger.card.version)

    def begin_shutdown(self) -> None:
        """From now on the process is not ready; requests are still answered."""
        self._stopping.set()

    @property
    def loaded(self) -> bool:
        """Whether the model has answered once."""
        return self._tagger is not None

    @property
    def ready(self) -> bool:
        """Whether new requests should be sent here."""
        return self.loaded and not self._stopping.is_set()

    def give_up(self) -> None:
        """There will be no model."""
        self._failed.set()

    @property
    def failed(self) -> bool:
        """Whether the model could not be loaded."""
        return self._failed.is_set()

    @property
    def card(self) -> ModelCard:
        """Name and version of the model.

        Raises:
            ModelNotReadyError: while the model is loading.
        """
        return self._loaded().card

    @contextmanager
    def admission(self) -> Iterator[None]:
        """One of the places that requests for the model may hold at a time.

        Raises:
            ModelNotReadyError: while the model is loading.
            OverloadedError: if none is free.
        """
        self._loaded()
        with self._queue.place():
            yield

    def require_room(self) -> None:
        """See whether ``admission`` would let one in at this moment.

        Raises:
            ModelNotReadyError: while the model is loading.
            OverloadedError: if no place is free.
        """
        self._loaded()
        if self._queue.is_full:
            raise OverloadedError(self._queue.retry_after)

    @contextmanager
    def turn(self, watch: RequestWatch) -> Iterator[RoleTagger]:
        """The model, for a caller that is inside of ``admission``; first come, first served.

        Raises:
            WorkStoppedError: if the request is not worth waiting any longer.
        """
        with self._queue.turn(watch):
            yield self._loaded()

    def summarise(self, request: SummaryRequest, watch: RequestWatch) -> Summary:
        """Summarise one report; waits while another one is being judged.

        Raises:
            UnusableTextError: if it cannot be summarised.
            ModelNotReadyError: while the model is loading.
            OverloadedError: if as many requests as may wait are waiting already.
            WorkStoppedError: if the watch ends the work.
        """
        require_usable(request.sent.text)
        with self.admission():
            summary = self.summarise_admitted(request, watch)
        watch.summaries.append(summary)
        return summary

    def summarise_admitted(self, request: SummaryRequest, watch: RequestWatch) -> Summary:
        """The same for a caller that is inside of ``admission``."""
        with self.turn(watch) as tagger:
            return summarise(request.sent, request.options, tagger, watch)

    def _loaded(self) -> RoleTagger:
        if self._tagger is None:
            raise ModelNotReadyError
        return self._tagger
