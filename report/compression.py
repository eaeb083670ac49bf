"""A summary from the clauses that deserve it.

Sentence compression by deleting clauses (Knight and Marcu 2002), the model's log-odds
that a summary keeps a clause deciding which. A clause that cannot stand without the one
before it (同比增长8.3%) is kept only together with it, a clause that only leads to the next
one (由于…, …主要有：) never for its own sake, and nothing inside of a clause is ever changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from report.audit import Passage, numbers_in
from report.clauses import clauses
from report.domain import LabelledSentence, Report, Span
from report.readable import readable, shorten, with_full_stop
from report.tagging import Track

ENOUGH = -1.5
"""Clauses with lower log-odds are not worth a place, even if there is room."""
_DEPENDENT = re.compile(
    r"(?:同比|环比|较[上去]|比[上去全]|其中|分别|占|均|增[长幅速]|下降|减少|上升|位?居|列[全第]|排名|高于|低于"
    r"|达到?[0-9]|总[量数]|涉及|惠及|用于|实现[^，]{0,12}零的突破|也|并|且|但|而|因此|从而|致使|导致|使|让|甚至)"
)
_LEAD_IN = re.compile(
    r"(?:由于|因为|鉴于|虽然|尽管|随着|围绕|按照|根据|依据|对标|对照|面对|针对|为了|会同|结合|以便|不仅)"
    r"|在[^，]{2,40}(?:下|中|时|后|内|上|方面|同时|过程中)$|从[^，]{1,30}[看说]$"
    r"|(?:其|它|集中|突出|主要|具体)?(?:地|的)?(?:表现|体现)[在为是]?$|(?:主要|突出)的?(?:有|是|问题是)$"
)
_MARKS_AT_END = "，,；;。：:、 "
_SEPARATOR = "；"


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """The summary of a section.

    Attributes:
        text: the summary.
        passages: its pieces with the quotes they were made from.
        sources: the spans of these quotes.
        was_cut: whether a sentence had to be cut inside a clause.
        was_rebuilt: whether it consists of whole sentences because the number audit
            found fault with the compressed one.
    """

    text: str
    passages: tuple[Passage, ...]
    sources: tuple[Span, ...]
    was_cut: bool
    was_rebuilt: bool = False


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause of a sentence.

    Attributes:
        sentence: the number of its sentence among the section's.
        text: what it says.
        score: how much it is worth (log-odds).
        needs: the number of the clause that it cannot stand without.
        leads: whether it only leads to what follows.
    """

    sentence: int
    text: str
    score: float
    needs: int | None
    leads: bool


def compress(
    report: Report,
    members: Sequence[LabelledSentence],
    keeping: Track,
    budget: int,
) -> SectionSummary:
    """The best clauses of ``members`` that fit ``budget`` characters, in the report's order.

    Args:
        report: the report.
        members: the sentences of a section, in order.
        keeping: see ``report.tagging.Tagging``.
        budget: the most characters that the summary may have.
    """
    pool = list(_pool(report, members, keeping))
    if not pool:
        return SectionSummary("", (), (), was_cut=False)
    chosen = _choose(pool, budget)
    if not chosen:
        return _cut(report, members, pool, budget)
    return _joined(report, members, [pool[index] for index in sorted(chosen)])


def _pool(report: Report, members: Sequence[LabelledSentence], keeping: Track) -> Iterator[_Clause]:
    seen: set[str] = set()
    number = 0
    for index, member in enumerate(members):
        span = member.sentence.span
        start, previous = span.start, None
        for part in clauses(span.quote(report.text)):
            clause_span = Span(start, start + len(part))
            start = clause_span.end
            text = readable(part).strip(_MARKS_AT_END)
            if not text or text in seen:
                previous = None
                continue
            seen.add(text)
            yield _Clause(
                index,
                text,
                keeping.mean(clause_span),
                previous if _DEPENDENT.match(text) else None,
                bool(_LEAD_IN.match(text)) or part.rstrip().endswith(("：", ":")),
            )
            previous = number
            number += 1


def _choose(pool: Sequence[_Clause], budget: int) -> set[int]:
    """The indices of the clauses to keep: the best first, each with what it needs."""
    chosen: set[int] = set()
    figures: set[str] = set()
    left = budget
    worthy = [index for index, clause in enumerate(pool) if not clause.leads]
    for index in sorted(worthy or range(len(pool)), key=lambda number: -pool[number].score):
        group = _with_needs(pool, index) - chosen
        if chosen and pool[index].score < ENOUGH:
            break
        if not group or _repeats(pool, group, figures):
            continue
        # One separator or full stop a clause.
        cost = sum(len(pool[member].text) + 1 for member in group)
        if cost <= left:
            chosen |= group
            left -= cost
            figures |= {figure for member in group for figure in numbers_in(pool[member].text)}
    return chosen


def _with_needs(pool: Sequence[_Clause], index: int) -> set[int]:
    group = {index}
    needed = pool[index].needs
    while needed is not None:
        group.add(needed)
        needed = pool[needed].needs
    return group


def _repeats(pool: Sequence[_Clause], group: set[int], figures: set[str]) -> bool:
    """Whether the clauses have figures and none that the summary has not yet."""
    mine = {figure for member in group for figure in numbers_in(pool[member].text)}
    return bool(mine) and mine <= figures


def _joined(
    report: Report, members: Sequence[LabelledSentence], kept: Sequence[_Clause]
) -> SectionSummary:
    parts = [
        (members[sentence].sentence.span, "，".join(clause.text for clause in group))
        for sentence, group in groupby(kept, key=lambda clause: clause.sentence)
    ]
    text = with_full_stop(_SEPARATOR.join(part for _, part in parts))
    return _of_passages(report, parts, text, was_cut=False)


def _cut(
    report: Report, members: Sequence[LabelledSentence], pool: Sequence[_Clause], budget: int
) -> SectionSummary:
    """The marked beginning of the best clause, because not even one fits."""
    best = max(pool, key=lambda clause: clause.score)
    text = shorten(best.text, budget)
    return _of_passages(report, [(members[best.sentence].sentence.span, text)], text, was_cut=True)


def whole_sentences(
    report: Report, ranked: Sequence[LabelledSentence], budget: int
) -> SectionSummary:
    """The first of ``ranked`` that fit ``budget`` characters, whole, in the report's order.

    If not even one fits, the marked beginning of the first.
    """
    chosen: list[tuple[Span, str]] = []
    left = budget
    for item in ranked:
        text = with_full_stop(readable(item.sentence.span.quote(report.text)))
        if len(text) <= left:
            chosen.append((item.sentence.span, text))
            left -= len(text)
    if not chosen and ranked:
        span = ranked[0].sentence.span
        text = shorten(readable(span.quote(report.text)), budget)
        return _of_passages(report, [(span, text)], text, was_cut=True)
    chosen.sort(key=lambda pair: pair[0].start)
    return _of_passages(report, chosen, "".join(text for _, text in chosen), was_cut=False)


def _of_passages(
    report: Report, parts: Sequence[tuple[Span, str]], text: str, *, was_cut: bool
) -> SectionSummary:
    return SectionSummary(
        text,
        tuple(Passage(part, span.quote(report.text)) for span, part in parts),
        tuple(span for span, _ in parts),
        was_cut,
    )
