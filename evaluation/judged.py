"""A gold document next to what the model made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from evaluation.gold import SALIENT, GoldDocument
from evaluation.variants import RoleText
from report.domain import RhetoricalRole, Span
from report.judging import Judgement, SentText, judge
from report.tagging import RoleTagger


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """A gold document in one variant, and the judgement of that variant's text."""

    gold: GoldDocument
    source: RoleText
    judgement: Judgement

    @classmethod
    def of(
        cls, gold: GoldDocument, variant: Callable[[GoldDocument], RoleText], tagger: RoleTagger
    ) -> Self:
        """``gold`` in a variant, as ``tagger`` judges it."""
        source = variant(gold)
        return cls(gold, source, judge(SentText(source.text), tagger))

    def gold_roles(self) -> list[RhetoricalRole | None]:
        """The gold role of each sentence of the judgement."""
        return [
            majority_role(self.source, self.judgement.source_span(item))
            for item in self.judgement.sentences
        ]

    def salient(self, role: RhetoricalRole) -> frozenset[int]:
        """The positions in the gold text that are salient in the section of ``role``."""
        return frozenset(
            index
            for gold in self.gold.spans
            if gold.role is role and gold.salience == SALIENT
            for index in range(gold.span.start, gold.span.end)
        )


def majority_role(source: RoleText, span: Span) -> RhetoricalRole | None:
    """The gold role of most characters of ``span``; ``None`` if none has one."""
    roles = [
        role
        for role, sign in zip(
            source.roles[span.start : span.end], source.text[span.start : span.end], strict=True
        )
        if role is not None and not sign.isspace()
    ]
    return Counter(roles).most_common(1)[0][0] if roles else None
