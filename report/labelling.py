"""From role probabilities to decided roles: which sections exist, and who belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from report.domain import (
    SECTION_ROLES,
    LabelledSentence,
    Report,
    RhetoricalRole,
    RoleScores,
    Span,
    blank_free_length,
    is_han,
)

MAX_JOINED = 240
"""Parts of a long run are joined again up to this many characters."""


@dataclass(frozen=True, slots=True)
class PresenceRule:
    """When the evidence carries a section.

    The evidence is the characters of the role's sentences, weighted by probability. It
    carries the section if it is either sure or ample; stray errors of the model in a long
    report are neither.

    Attributes:
        confidence: sure are sentences of at least this probability,
        small_share: two of them, with this share of the report's characters as evidence,
        lone_share: or a lone one with this share.
        ample_share: ample is this share, however doubtful the sentences.
        chinese: fewer Chinese characters than this make no section at all.
    """

    confidence: float = 0.9
    small_share: float = 0.004
    lone_share: float = 0.025
    ample_share: float = 0.08
    chinese: int = 4


def decide(
    report: Report,
    scores: Sequence[RoleScores],
    rule: PresenceRule = PresenceRule(),
    among: Collection[RhetoricalRole] = SECTION_ROLES,
) -> tuple[LabelledSentence, ...]:
    """Give every sentence its best role among those of the sections that exist.

    Sentences of a section the evidence does not carry get their next best role, so that
    a section is never invented and no sentence is lost. Parts of one long run with the
    same role become one sentence again. No sections exist but those ``among``.
    """
    present = [role for role in _present_roles(report, scores, rule) if role in among]
    allowed = {RhetoricalRole.OTHER, *present}
    labelled = [_label(report, index, row, allowed) for index, row in enumerate(scores)]
    return tuple(_join_parts(labelled))


def _present_roles(
    report: Report, scores: Sequence[RoleScores], rule: PresenceRule
) -> Iterable[RhetoricalRole]:
    lengths = [blank_free_length(sentence.span.quote(report.text)) for sentence in report.sentences]
    best = [max(RhetoricalRole, key=row.of) for row in scores]
    for role in SECTION_ROLES:
        mine = [index for index, choice in enumerate(best) if choice is role]
        evidence = sum(lengths[index] * scores[index].of(role) for index in mine)
        share = evidence / max(1, sum(lengths))
        sure = sum(scores[index].of(role) >= rule.confidence for index in mine)
        needed = rule.small_share if sure > 1 else rule.lone_share if sure else rule.ample_share
        quotes = (report.sentences[index].span.quote(report.text) for index in mine)
        chinese = sum(is_han(sign) for quote in quotes for sign in quote)
        if share >= needed and chinese >= rule.chinese:
            yield role


def _label(
    report: Report, index: int, scores: RoleScores, allowed: set[RhetoricalRole]
) -> LabelledSentence:
    # In the order of the roles, so that ties go the same way every time.
    role = max((role for role in RhetoricalRole if role in allowed), key=scores.of)
    return LabelledSentence(report.sentences[index], role, scores.of(role))


def _join_parts(labelled: Iterable[LabelledSentence]) -> Iterable[LabelledSentence]:
    pending: LabelledSentence | None = None
    for part in labelled:
        if pending is not None and _belong_together(pending, part):
            pending = _joined(pending, part)
            continue
        if pending is not None:
            yield pending
        pending = part
    if pending is not None:
        yield pending


def _belong_together(left: LabelledSentence, right: LabelledSentence) -> bool:
    return (
        left.sentence.run == right.sentence.run
        and left.role is right.role
        and right.sentence.span.end - left.sentence.span.start <= MAX_JOINED
    )


def _joined(left: LabelledSentence, right: LabelledSentence) -> LabelledSentence:
    """Both parts as one sentence; its confidence is the mean by length."""
    left_length, right_length = len(left.sentence.span), len(right.sentence.span)
    confidence = left.confidence * left_length + right.confidence * right_length
    sentence = replace(
        left.sentence,
        span=Span(left.sentence.span.start, right.sentence.span.end),
        closed=right.sentence.closed,
    )
    return LabelledSentence(sentence, left.role, confidence / (left_length + right_length))
