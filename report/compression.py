"""A summary from the clauses that deserve it.

Sentence compression by deleting clauses (Knight and Marcu 2002), the model's log-odds
that a summary keeps a clause deciding which. A clause that cannot stand without the one
before it (同比增长8.3%) is kept only together with it, a clause that only leads to the next
one (由于…, …主要有：) never for its own sake, and nothing inside of a clause is ever changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from report.audit import Passage, numbers_in
from report.clause_relations import depends_on_previous, governs_next, only_leads
from report.clauses import clauses
from report.domain import LabelledSentence, Report, Span
from report.readable import on_one_line, readable, shorten, with_full_stop
from report.tagging import Track

ENOUGH = -1.5
"""Clauses with lower log-odds are not worth a place, even if there is room."""
_MARKS_AT_END = "，,；;。：:、 "
_ITEM_ENDS = ("；", ";", "：", ":", "。")
_COLONS = ("：", ":")
_SAME = 0.6
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
        text: what it says, in Simplified characters.
        written: the same in the sender's script.
        score: how much it is worth (log-odds).
        needs: the number of the clause that it cannot stand without.
        leads: whether it only leads to what follows.
    """

    sentence: int
    text: str
    written: str
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
    """All clauses of the section but for those of sentences that repeat an earlier one."""
    seen: set[str] = set()
    number = 0
    for index, member in enumerate(members):
        span = member.sentence.span
        sentence = readable(span.quote(report.text))
        if sentence in seen:
            continue
        seen.add(sentence)
        for clause in _clauses(report, span, index, number, keeping):
            yield clause
            number += 1


def _clauses(
    report: Report, whole: Span, sentence: int, number: int, keeping: Track
) -> Iterator[_Clause]:
    """The clauses of one sentence; the first of them has the given number in the pool."""
    governed = False
    at_start = True
    start = whole.start
    for part in clauses(whole.quote(report.text)):
        span = Span(start, start + len(part))
        start = span.end
        # Only what begins a sentence or a list item can begin with its mark.
        clean = readable if at_start else on_one_line
        text = clean(part).strip(_MARKS_AT_END)
        at_start = part.rstrip().endswith(_ITEM_ENDS)
        if not text:
            continue
        needs_previous = number > 0 and (governed or depends_on_previous(text))
        mark = part.rstrip()[-1:]
        yield _Clause(
            sentence,
            text,
            clean(span.quote(report.written)).strip(_MARKS_AT_END),
            keeping.mean(span),
            number - 1 if needs_previous else None,
            mark in _COLONS or only_leads(text),
        )
        governed = governs_next(text + mark)
        number += 1


def _choose(pool: Sequence[_Clause], budget: int) -> set[int]:
    """The indices of the clauses to keep: the best first, each with what it needs."""
    chosen: set[int] = set()
    left = budget
    worthy = [index for index, clause in enumerate(pool) if not clause.leads]
    for index in sorted(worthy or range(len(pool)), key=lambda number: -pool[number].score):
        group = _with_needs(pool, index) - chosen
        if chosen and pool[index].score < ENOUGH:
            break
        if not group or _repeats(pool, group, chosen):
            continue
        # One separator or full stop a clause.
        cost = sum(len(pool[member].text) + 1 for member in group)
        if cost <= left:
            chosen |= group
            left -= cost
    return chosen


def _with_needs(pool: Sequence[_Clause], index: int) -> set[int]:
    group = {index}
    needed = pool[index].needs
    while needed is not None:
        group.add(needed)
        needed = pool[needed].needs
    return group


def _repeats(pool: Sequence[_Clause], group: set[int], chosen: set[int]) -> bool:
    """Whether the clauses tell again, in much the same words, figures that are told already."""
    text = "".join(pool[index].text for index in sorted(group))
    figures = set(numbers_in(text))
    return bool(figures) and any(
        figures <= set(numbers_in(pool[index].text)) and _overlap(text, pool[index].text) >= _SAME
        for index in chosen
    )


def _overlap(text: str, other: str) -> float:
    """The share of the pairs of characters of ``text`` that ``other`` has, too."""
    pairs, others = ({*pairwise(signs)} for signs in (text, other))
    return len(pairs & others) / max(1, len(pairs))


def _joined(
    report: Report, members: Sequence[LabelledSentence], kept: Sequence[_Clause]
) -> SectionSummary:
    parts = [
        (members[sentence].sentence.span, "，".join(clause.written for clause in group))
        for sentence, group in groupby(kept, key=lambda clause: clause.sentence)
    ]
    text = with_full_stop(_SEPARATOR.join(part for _, part in parts))
    return _of_passages(report, parts, text, was_cut=False)


def _cut(
    report: Report, members: Sequence[LabelledSentence], pool: Sequence[_Clause], budget: int
) -> SectionSummary:
    """The best clause alone, its beginning marked as such, because not even one fits."""
    best = max(pool, key=lambda clause: clause.score)
    text = shorten(best.written, budget)
    source = members[best.sentence].sentence.span
    return _of_passages(report, [(source, text)], text, was_cut=text != best.written)


def whole_sentences(
    report: Report, ranked: Sequence[LabelledSentence], budget: int
) -> SectionSummary:
    """The first of ``ranked`` that fit ``budget`` characters, whole, in the report's order.

    If not even one fits, the marked beginning of the first.
    """
    chosen: list[tuple[Span, str]] = []
    left = budget
    for item in ranked:
        text = with_full_stop(readable(item.sentence.span.quote(report.written)))
        if len(text) <= left:
            chosen.append((item.sentence.span, text))
            left -= len(text)
    if not chosen and ranked:
        span = ranked[0].sentence.span
        text = shorten(readable(span.quote(report.written)), budget)
        return _of_passages(report, [(span, text)], text, was_cut=True)
    chosen.sort(key=lambda pair: pair[0].start)
    return _of_passages(report, chosen, "".join(text for _, text in chosen), was_cut=False)


def _of_passages(
    report: Report, parts: Sequence[tuple[Span, str]], text: str, *, was_cut: bool
) -> SectionSummary:
    return SectionSummary(
        text,
        tuple(Passage(part, span.quote(report.written)) for span, part in parts),
        tuple(span for span, _ in parts),
        was_cut,
    )
