"""How well key points and summaries match what annotators hold salient and wrote.

Each method ranks the sentences of a section, on the same judged roles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import fmean

from evaluation.gold import SECTION_NAMES
from evaluation.judged import JudgedDocument
from evaluation.rouge import RougeScores, rouge
from report.domain import SECTION_ROLES, LabelledSentence, RhetoricalRole, Span
from report.judging import Judgement

POINTS = 5
BUDGET = 150
"""Characters a reference summary may have."""


Ranking = Callable[[Judgement, RhetoricalRole], Sequence[LabelledSentence]]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to summarise a section.

    Attributes:
        name: what it is called in tables.
        rank: the sentences of a section, the best first.
        summarise: the summary of a section within ``BUDGET`` characters.
    """

    name: str
    rank: Ranking
    summarise: Callable[[Judgement, RhetoricalRole], str]


@dataclass(frozen=True, slots=True)
class SectionScores:
    """The scores of a method on one section, over all documents.

    Attributes:
        precision: share of the first ``POINTS`` sentences that are salient,
        recall: share of the salient characters that stand in them.
        budget_precision: share of the sentences that are salient, of those that fit
            ``BUDGET`` characters, taken in the order of the ranking,
        budget_recall: share of the salient characters that stand in these.
        rouge: means over the documents that have a reference summary.
    """

    precision: float
    recall: float
    budget_precision: float
    budget_recall: float
    rouge: RougeScores


@dataclass(slots=True)
class _Tally:
    """Sentences chosen and salient among them; salient characters, found and all."""

    chosen: int = 0
    right: int = 0
    found: int = 0
    salient: int = 0

    def add(self, chosen: Iterable[Span], salient: frozenset[int]) -> None:
        for span in chosen:
            inside = len(salient.intersection(range(span.start, span.end)))
            self.chosen += 1
            self.right += 2 * inside > len(span)
            self.found += inside
        self.salient += len(salient)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.chosen)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.salient)


@dataclass(frozen=True, slots=True)
class SummaryScores:
    """The scores of one method; ``budget_precision`` is of all sections together."""

    by_role: Mapping[RhetoricalRole, SectionScores]
    budget_precision: float


def score_summaries(
    documents: Sequence[JudgedDocument], methods: Sequence[Method]
) -> dict[str, SummaryScores]:
    """The scores of each method, by its name."""
    return {method.name: _score_method(documents, method) for method in methods}


def _score_method(documents: Sequence[JudgedDocument], method: Method) -> SummaryScores:
    overall = _Tally()
    by_role = {role: _score(documents, method, role, overall) for role in SECTION_ROLES}
    return SummaryScores(by_role, overall.precision)


def _score(
    documents: Sequence[JudgedDocument], method: Method, role: RhetoricalRole, overall: _Tally
) -> SectionScores:
    """The scores of one section; what fits the budget is added to ``overall``, too."""
    points, budget = _Tally(), _Tally()
    similar: list[RougeScores] = []
    for document in documents:
        ranked = method.rank(document.judgement, role)
        salient = document.salient(role)
        place = document.judgement.source_span
        points.add(map(place, ranked[:POINTS]), salient)
        for tally in (budget, overall):
            tally.add(map(place, _within_budget(ranked)), salient)
        reference = document.gold.summaries.get(SECTION_NAMES[role])
        if reference:
            similar.append(rouge(reference, method.summarise(document.judgement, role)))
    return SectionScores(
        points.precision, points.recall, budget.precision, budget.recall, _mean(similar)
    )


def _mean(scores: Sequence[RougeScores]) -> RougeScores:
    if not scores:
        return RougeScores(0.0, 0.0, 0.0)
    return RougeScores(
        *(fmean(getattr(score, field.name) for score in scores) for field in fields(RougeScores))
    )


def _within_budget(ranked: Sequence[LabelledSentence]) -> list[LabelledSentence]:
    chosen, left = [], BUDGET
    for item in ranked:
        if len(item.sentence.span) <= left:
            chosen.append(item)
            left -= len(item.sentence.span)
    return chosen


def baseline(name: str, rank: Ranking) -> Method:
    """The method whose summaries are whole sentences that fit ``BUDGET``, in their order."""

    def summarise(judgement: Judgement, role: RhetoricalRole) -> str:
        chosen = _within_budget(rank(judgement, role))
        chosen.sort(key=lambda item: item.sentence.span.start)
        return "".join(item.sentence.span.quote(judgement.report.text) for item in chosen)

    return Method(name, rank, summarise)
