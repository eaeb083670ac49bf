"""What a summariser must beat: the sentences of a section, ranked in three known ways."""

from __future__ import annotations

from collections.abc import Sequence

from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.text_rank import TextRankSummarizer

from report.domain import LabelledSentence, RhetoricalRole
from report.judging import Judgement


class _Characters:
    """A tokeniser for sumy that takes each character as a word."""

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(sign for sign in text if sign.isalnum())


def lead(judgement: Judgement, role: RhetoricalRole) -> list[LabelledSentence]:
    """The sentences as they come."""
    return judgement.of_role(role)


def centroid(judgement: Judgement, role: RhetoricalRole) -> list[LabelledSentence]:
    """By the cosine of a sentence's vector and its section's mean (Radev et al. 2004)."""
    indices = [index for index, item in enumerate(judgement.sentences) if item.role is role]
    if not indices:
        return []
    vectors = judgement.vectors[indices]
    return _by_score(judgement.of_role(role), (vectors @ vectors.mean(axis=0)).tolist())


def textrank(judgement: Judgement, role: RhetoricalRole) -> list[LabelledSentence]:
    """By TextRank (Mihalcea and Tarau 2004), sumy's, over characters as words."""
    members = judgement.of_role(role)
    if not members:
        return []
    words = _Characters()
    sentences = [Sentence(_content(judgement, member), words) for member in members]
    ratings = TextRankSummarizer().rate_sentences(ObjectDocumentModel([Paragraph(sentences)]))
    # Sentences that read the same are one to sumy, and share their rating.
    scores = [ratings.get(sentence, 0.0) for sentence in sentences]
    return _by_score(members, scores)


def _content(judgement: Judgement, member: LabelledSentence) -> str:
    return member.sentence.span.quote(judgement.report.text)


def _by_score(
    members: Sequence[LabelledSentence], scores: Sequence[float]
) -> list[LabelledSentence]:
    order = sorted(range(len(members)), key=lambda index: -scores[index])
    return [members[index] for index in order]
