"""The use case: a text in, its achievements, problems and plans out.

Summaries are extractive: they consist of whole sentences of the report (or, where not
even one fits, of the marked beginning of one), in the report's order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from report.domain import LabelledSentence, Report, RhetoricalRole
from report.errors import BlankTextError, NoChineseTextError, TextTooLongError
from report.labelling import decide
from report.notices import is_han, notices
from report.readable import readable
from report.salience import WEIGHTS, section_salience
from report.segmentation import segment
from report.selection import BREVITY, Candidate, compose, in_order, rank
from report.summary import (
    Coverage,
    KeyPoint,
    RoleCount,
    RoledSentence,
    Section,
    Sections,
    Summary,
    SummaryOptions,
)
from report.tagging import RoleTagger, Vectors

MAX_TEXT_CHARACTERS = 200_000
_CONFIDENCE_DIGITS = 4


def summarise(text: str, options: SummaryOptions, tagger: RoleTagger, title: str = "") -> Summary:
    """Split a report into achievements, problems and plans, and summarise each.

    ``title`` is context for the model, if the text does not begin with it.

    Raises:
        BlankTextError: if there is nothing but white space.
        TextTooLongError: if the text has more than ``MAX_TEXT_CHARACTERS``.
        NoChineseTextError: if it has no Chinese character.
    """
    _check(text)
    report = segment(text, _context(text, title.strip()))
    tagging = tagger.tag(report)
    sentences = decide(report, tagging.scores)
    vectors = _joined_vectors(report, sentences, tagging.vectors)
    shortened: list[RhetoricalRole] = []

    def section(role: RhetoricalRole) -> Section:
        built, was_shortened = _section(role, report, sentences, vectors, options)
        if was_shortened:
            shortened.append(role)
        return built

    sections = Sections(
        section(RhetoricalRole.ACHIEVEMENT),
        section(RhetoricalRole.PROBLEM),
        section(RhetoricalRole.PLAN),
    )
    return Summary(
        tagger.card,
        sections,
        _coverage(report, sentences),
        _roled(report, sentences) if options.include_sentences else None,
        tuple(notices(report, sentences, shortened)),
    )


def _context(text: str, title: str) -> str:
    """``title``, unless the text begins with it anyway."""
    return "" if text.lstrip().startswith(title) else title


def _check(text: str) -> None:
    length = len(text.strip())
    if not length:
        raise BlankTextError
    if length > MAX_TEXT_CHARACTERS:
        raise TextTooLongError(MAX_TEXT_CHARACTERS, length)
    if not any(map(is_han, text)):
        raise NoChineseTextError


def _joined_vectors(
    report: Report, sentences: Sequence[LabelledSentence], vectors: Vectors
) -> Vectors:
    """The vectors of the joined sentences: the means of their parts' vectors."""
    first_part = {part.span.start: index for index, part in enumerate(report.sentences)}
    starts = [first_part[item.sentence.span.start] for item in sentences]
    sums = np.add.reduceat(vectors, starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-9), dtype=np.float32)


def _section(
    role: RhetoricalRole,
    report: Report,
    sentences: Sequence[LabelledSentence],
    vectors: Vectors,
    options: SummaryOptions,
) -> tuple[Section, bool]:
    """A section, and whether its summary had to be cut inside a sentence."""
    indices = [index for index, item in enumerate(sentences) if item.role is role]
    members = [sentences[index] for index in indices]
    texts = [readable(member.sentence.span.quote(report.text)) for member in members]
    scores = section_salience(members, texts, vectors[indices], WEIGHTS[role])
    candidates = [
        Candidate(*parts) for parts in zip(members, texts, scores, vectors[indices], strict=True)
    ]
    points = in_order(rank(candidates)[: options.max_points])
    summary, was_shortened = compose(rank(candidates, BREVITY), options.max_summary_chars)
    section = Section(
        summary,
        tuple(_key_point(report, candidate) for candidate in points),
        len(members),
        sum(member.length(report.text) for member in members),
    )
    return section, was_shortened


def _key_point(report: Report, candidate: Candidate) -> KeyPoint:
    sentence = candidate.labelled.sentence
    return KeyPoint(
        candidate.text,
        sentence.span.quote(report.text),
        sentence.span,
        round(candidate.labelled.confidence, _CONFIDENCE_DIGITS),
        _headings(report, candidate.labelled),
    )


def _roled(report: Report, sentences: Sequence[LabelledSentence]) -> tuple[RoledSentence, ...]:
    return tuple(
        RoledSentence(
            item.sentence.span,
            item.role,
            round(item.confidence, _CONFIDENCE_DIGITS),
            _headings(report, item),
        )
        for item in sentences
    )


def _headings(report: Report, labelled: LabelledSentence) -> tuple[str, ...]:
    """The headings above a sentence, each on one line, outermost first."""
    return tuple(
        " ".join(heading.span.quote(report.text).split()) for heading in labelled.sentence.headings
    )


def _coverage(report: Report, sentences: Sequence[LabelledSentence]) -> Coverage:
    by_role = {}
    for role in RhetoricalRole:
        lengths = [item.length(report.text) for item in sentences if item.role is role]
        by_role[role] = RoleCount(sum(lengths), len(lengths))
    return Coverage(sum(count.characters for count in by_role.values()), len(sentences), by_role)
