"""From a text to its sentences with their roles: the part of the work that needs the model."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from report.domain import Heading, LabelledSentence, Report, RhetoricalRole, RoleScores, Span
from report.labelling import decide
from report.parts import Part, find_parts
from report.repairs.lost_stops import lacks_stops, lost_stops
from report.repairs.repairing import RepairCode, RepairedText
from report.script import simplified_characters
from report.segmentation import segment
from report.tagging import ModelCard, RoleTagger, Tagging, Track, Vectors
from report.watching import UNWATCHED, Stage, Watch


@dataclass(frozen=True, slots=True)
class SentText:
    """A text as it was sent, and what the sender says about it.

    Attributes:
        text: the text.
        title: what it is called, "" if nothing is said.
        outline: its headings, where the file it comes from marks them.
    """

    text: str
    title: str = ""
    outline: tuple[Heading, ...] = ()

    @property
    def context(self) -> str:
        """The title, for the model's eyes, unless the text begins with it anyway."""
        title = self.title.strip()
        return "" if self.text.lstrip().startswith(title) else simplified_characters(title)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A stretch of the text as sent, its role, and the sentence that it is, if it was read."""

    span: Span
    role: RhetoricalRole
    confidence: float
    sentence: LabelledSentence | None


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """One of several reports in a text.

    Attributes:
        title: its title as written, "" if it has none.
        sentences: which of the judgement's sentences are its own.
    """

    title: str
    sentences: range


@dataclass(frozen=True, slots=True)
class Judgement:
    """A report as judged.

    Attributes:
        repaired: the text as sent and as read.
        report: the segmented report; its positions are those of the reading.
        sentences: its sentences with their decided roles.
        vectors: one unit-length vector a sentence, shape (sentences, dimensions).
        salience: see ``report.tagging.Tagging``.
        keeping: see ``report.tagging.Tagging``.
        model: who judged.
        parts: the reports that the text holds, if it holds several.
    """

    repaired: RepairedText
    report: Report
    sentences: tuple[LabelledSentence, ...]
    vectors: Vectors
    salience: Track
    keeping: Track
    model: ModelCard
    parts: tuple[JudgedPart, ...] = ()

    def within(self, part: JudgedPart) -> Judgement:
        """The judgement of one part alone."""
        first, last = part.sentences.start, part.sentences.stop
        return replace(
            self, sentences=self.sentences[first:last], vectors=self.vectors[first:last], parts=()
        )

    def of_role(self, role: RhetoricalRole) -> list[LabelledSentence]:
        """The sentences of a role, in their order."""
        return [item for item in self.sentences if item.role is role]

    def source_span(self, item: LabelledSentence) -> Span:
        """Where a sentence stands in the text as sent."""
        return self.repaired.source_span(item.sentence.span)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Every visible character of the text as sent: the sentences, and what was not read.

        What the repairs left out between the sentences (page marks, site furniture) is
        ``other``, and that is certain.
        """
        read = [
            LedgerEntry(self.source_span(item), item.role, item.confidence, item)
            for item in self.sentences
            if not self.repaired.reading.is_inserted(item.sentence.span)
        ]
        unread = [
            LedgerEntry(span, RhetoricalRole.OTHER, 1.0, None)
            for span in self.repaired.unread(entry.span for entry in read)
        ]
        return tuple(sorted((*read, *unread), key=lambda entry: entry.span.start))


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A text ready for the model.

    Attributes:
        repaired: the text as sent and as read.
        report: the segmented report; its positions are those of the reading.
    """

    repaired: RepairedText
    report: Report


def judge(
    sent: SentText,
    tagger: RoleTagger,
    without: frozenset[RepairCode] = frozenset(),
    watch: Watch = UNWATCHED,
) -> Judgement:
    """Repair a text, segment it, let the model judge it, and decide each sentence's role.

    Args:
        sent: the text.
        tagger: the model.
        without: repairs not to make.
        watch: follows the work, and may end it.
    """
    with watch.stage(Stage.SEGMENT):
        prepared = prepare(sent, tagger, without, watch)
    with watch.stage(Stage.ENCODE):
        [tagging] = tagger.tag_all([prepared.report], watch)
    with watch.stage(Stage.SELECT):
        return judged(prepared, tagging, tagger.card)


def prepare(
    sent: SentText,
    tagger: RoleTagger,
    without: frozenset[RepairCode] = frozenset(),
    watch: Watch = UNWATCHED,
) -> PreparedText:
    """Repair a text and segment it; the model is asked only where full stops are lost."""
    repaired = RepairedText.of(sent.text, without)
    if RepairCode.LOST_STOPS not in without and lacks_stops(repaired.simplified):
        with watch.stage(Stage.ENCODE):
            ends = tagger.sentence_ends(repaired.simplified, watch)
        repaired = repaired.with_edits(RepairCode.LOST_STOPS, lost_stops(repaired.simplified, ends))
    outline = [
        Heading(span, heading.level)
        for heading in sent.outline
        if (span := repaired.read_span(heading.span))
    ]
    report = segment(repaired.simplified, sent.context, repaired.reading.text, outline)
    return PreparedText(repaired, report)


def judged(prepared: PreparedText, tagging: Tagging, model: ModelCard) -> Judgement:
    """The judgement that follows from what the model said of a prepared text."""
    report = prepared.report
    sentences, parts = _decided(report, tagging.scores)
    vectors = _joined_vectors(report, sentences, tagging.vectors)
    return Judgement(
        prepared.repaired,
        report,
        sentences,
        vectors,
        tagging.salience,
        tagging.keeping,
        model,
        parts,
    )


def _decided(
    report: Report, scores: Sequence[RoleScores]
) -> tuple[tuple[LabelledSentence, ...], tuple[JudgedPart, ...]]:
    """The sentences with their roles; of several reports each is decided on its own.

    A part has no section that the whole text has not: few sentences are weak evidence.
    """
    whole = decide(report, scores)
    present = {item.role for item in whole}
    sentences: list[LabelledSentence] = []
    parts: list[JudgedPart] = []
    starts = [sentence.span.start for sentence in report.sentences]
    for part in find_parts(report, whole):
        first, last = (bisect_left(starts, place) for place in (part.span.start, part.span.end))
        alone = replace(report, sentences=report.sentences[first:last])
        decided = decide(alone, scores[first:last], among=present)
        title = _as_written(report, part)
        parts.append(JudgedPart(title, range(len(sentences), len(sentences) + len(decided))))
        sentences += decided
    return (tuple(sentences), tuple(parts)) if parts else (whole, ())


def _as_written(report: Report, part: Part) -> str:
    """The title of a part in the sender's script."""
    place = report.text.find(part.title, part.span.start, part.span.end)
    return report.written[place : place + len(part.title)] if place >= 0 else part.title


def _joined_vectors(
    report: Report, sentences: tuple[LabelledSentence, ...], vectors: Vectors
) -> Vectors:
    """The vectors of the joined sentences: the means of their parts' vectors."""
    if not sentences:
        return vectors
    first_part = {part.span.start: index for index, part in enumerate(report.sentences)}
    starts = [first_part[item.sentence.span.start] for item in sentences]
    sums = np.add.reduceat(vectors, starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.maximum(lengths, 1e-9), dtype=np.float32)
