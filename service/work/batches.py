"""Many texts in one request: each answered on its own, all of them encoded together."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from report.judging import PreparedText, judged, prepare
from report.summarising import require_usable, summarise_judged
from report.summary import Summary
from report.tagging import RoleTagger, Tagging
from report.watching import Stage
from service.problems import Problem, ProblemCode, ValidationFailedError, problem_for
from service.work.model_host import ModelHost
from service.work.request_watch import RequestWatch, WorkStoppedError
from service.work.requests import BatchItem, BatchRequest, SummaryRequest

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one text: its summary, or its problem."""

    id: str
    result: Summary | None
    problem: Problem | None

    @property
    def status(self) -> int:
        """The HTTP status that the text alone would have got."""
        return self.problem.status if self.problem else int(HTTPStatus.OK)


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """The results of a batch, in the order of its texts."""

    results: tuple[BatchResult, ...]

    @property
    def problem_codes(self) -> tuple[ProblemCode, ...]:
        """What went wrong, for each text that has no summary."""
        return tuple(result.problem.code for result in self.results if result.problem)

    @property
    def is_final(self) -> bool:
        """Whether asking again would bring the same: nothing failed on our side."""
        return all(result.status < HTTPStatus.INTERNAL_SERVER_ERROR for result in self.results)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A text ready for the model, and where it stands in the batch."""

    place: int
    request: SummaryRequest
    text: PreparedText


@dataclass(slots=True)
class _Outcomes:
    """What became of the texts so far, by their places in the batch."""

    request_id: str
    summaries: dict[int, Summary] = field(default_factory=dict)
    problems: dict[int, Problem] = field(default_factory=dict)

    @contextmanager
    def apart(self, place: int) -> Iterator[None]:
        """What goes wrong inside is the fault of this one text."""
        try:
            yield
        except WorkStoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other texts go on
            self.problems[place] = problem_for(error, self.request_id, f"items/{place}/text")

    def result(self, place: int, item: BatchItem) -> BatchResult:
        """What is answered for a text."""
        return BatchResult(item.id, self.summaries.get(place), self.problems.get(place))


class BatchSummariser:
    """Summarises batches with the model of ``host``."""

    def __init__(self, host: ModelHost) -> None:
        self._host = host

    def summarise(self, batch: BatchRequest, watch: RequestWatch, request_id: str) -> BatchSummary:
        """Summarise every text that can be; one that cannot leaves the others alone.

        Raises:
            ModelNotReadyError: while the model is loading.
            OverloadedError: if as many requests as may wait are waiting already.
            WorkStoppedError: if the watch ends the work.
        """
        outcomes = _Outcomes(request_id)
        with self._host.admission(), self._host.turn(watch) as tagger:
            with watch.stage(Stage.SEGMENT):
                texts = _prepared(batch.items, tagger, watch, outcomes)
            with watch.stage(Stage.ENCODE):
                taggings = _tagged(texts, tagger, watch, outcomes)
            with watch.stage(Stage.SELECT):
                for item in (item for item in texts if item.place in taggings):
                    watch.go_on()
                    with outcomes.apart(item.place):
                        judgement = judged(item.text, taggings[item.place], tagger.card)
                        summary = summarise_judged(judgement, item.request.options, watch)
                        outcomes.summaries[item.place] = summary
                        watch.summaries.append(summary)
        return BatchSummary(
            tuple(outcomes.result(place, item) for place, item in enumerate(batch.items))
        )


def _prepared(
    items: Sequence[BatchItem], tagger: RoleTagger, watch: RequestWatch, outcomes: _Outcomes
) -> list[_Prepared]:
    texts: list[_Prepared] = []
    for place, item in enumerate(items):
        watch.go_on()
        with outcomes.apart(place):
            request = _usable(item)
            text = prepare(request.sent, tagger, request.options.without, watch)
            texts.append(_Prepared(place, request, text))
    return texts


def _tagged(
    texts: Sequence[_Prepared], tagger: RoleTagger, watch: RequestWatch, outcomes: _Outcomes
) -> dict[int, Tagging]:
    """What the model says of each text: of all together, or if that fails, of each apart."""
    try:
        together = tagger.tag_all([item.text.report for item in texts], watch)
        return {item.place: tagging for item, tagging in zip(texts, together, strict=True)}
    except WorkStoppedError:
        raise
    except Exception as error:  # noqa: BLE001 - one of the texts is to blame, whichever it is
        logger.warning("a batch cannot be encoded together: %s", type(error).__name__)
    taggings: dict[int, Tagging] = {}
    for item in texts:
        with outcomes.apart(item.place):
            [taggings[item.place]] = tagger.tag_all([item.text.report], watch)
    return taggings


def _usable(item: BatchItem) -> SummaryRequest:
    """What is asked for a text.

    Raises:
        ValidationFailedError: if it is not asked as it should be.
        UnusableTextError: if the text cannot be summarised.
    """
    if item.request is None:
        raise ValidationFailedError(item.faults)
    require_usable(item.request.sent.text)
    return item.request
