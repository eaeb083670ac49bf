"""How much a sentence deserves a place in the summary of its section.

A linear score over features that the text shows: figures, ranks and firsts, words of
targets and shortfalls, the place below its heading, length, and centrality (the cosine
of the sentence's vector and the mean vector of its section, as in centroid
summarisation, Radev et al. 2004).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from report.domain import LabelledSentence, RhetoricalRole
from report.tagging import Vectors

_FIGURE = re.compile(
    # Possessive, and from a number's first digit on only: linear on endless digits.
    r"(?<![0-9０-９.．])[0-9０-９]++(?:[.．][0-9０-９]++)?\s?"
    r"(?:[%％‰]|个百分点|[万亿]|元|家|个|项|人|件|名|次|公里|平方|亩|吨|户|位|倍|所|批|场|套|台|张|辆|座)"
)
_RANK = re.compile(
    r"第[一二三四五六0-9０-９]+位?|首[个次家批例位]|率先|[全国省市州].{0,3}(?:第|前)|位居|位列|排名|荣获|获评|获批|入选"
    r"|新高|突破|唯一|最[高快大]"
)
_TARGET = re.compile(
    r"(?:主要|预期|发展|工作|奋斗|总体)(?:目标|要求|思路)|力争|确保|目标是|达到|增长.{0,6}(?:左右|以上)|控制在"
)
_SHORTFALL = re.compile(
    r"不足|不够|不强|不高|短板|差距|滞后|薄弱|缺乏|偏[低弱少]|困难|下降|未能?|缓慢|突出|隐患|不平衡|不适应|只有|仅"
)
_INTRODUCTION = re.compile(
    r"(?:如下|以下|主要(?:是|有|表现).{0,8})[几个方面问题工作情况：:。]*$|领导下"
)


@dataclass(frozen=True, slots=True)
class SalienceWeights:
    """Weights of the features for one section.

    Attributes:
        position: per share of the section that stands before the sentence.
        length: per unit of the natural logarithm of the number of characters.
    """

    figures: float
    rank: float
    target: float
    shortfall: float
    position: float
    below_heading: float
    heading: float
    introduction: float
    fragment: float
    short: float
    long: float
    length: float
    centrality: float


WEIGHTS = {
    RhetoricalRole.ACHIEVEMENT: SalienceWeights(
        figures=0.6,
        rank=0.5,
        target=0.3,
        shortfall=0.0,
        position=-1.5,
        below_heading=0.5,
        heading=-0.4,
        introduction=-0.4,
        fragment=-0.2,
        short=-0.4,
        long=-0.6,
        length=0.5,
        centrality=1.0,
    ),
    RhetoricalRole.PROBLEM: SalienceWeights(
        figures=-0.1,
        rank=-0.3,
        target=0.0,
        shortfall=0.6,
        position=-1.0,
        below_heading=-0.6,
        heading=0.9,
        introduction=-0.2,
        fragment=-0.2,
        short=0.0,
        long=-0.1,
        length=0.0,
        centrality=1.0,
    ),
    RhetoricalRole.PLAN: SalienceWeights(
        figures=0.7,
        rank=0.5,
        target=0.6,
        shortfall=-0.3,
        position=-0.7,
        below_heading=0.6,
        heading=0.3,
        introduction=-0.2,
        fragment=-0.3,
        short=0.0,
        long=-0.3,
        length=0.6,
        centrality=1.0,
    ),
}
"""Rounded coefficients of logistic regressions on the annotated development documents."""

_MAX_FIGURES = 4
_SHORT, _LONG = 12, 110


def section_salience(
    members: Sequence[LabelledSentence],
    texts: Sequence[str],
    vectors: Vectors,
    weights: SalienceWeights,
) -> list[float]:
    """The salience of each member of a section, in their order.

    Args:
        members: the section's sentences in document order.
        texts: their readable texts.
        vectors: their unit-length vectors, shape (members, dimensions).
        weights: the section's weights.
    """
    if not members:
        return []
    centre = vectors.mean(axis=0)
    centralities = vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    return [
        _linear_score(members, texts[index], index, float(centralities[index]), weights)
        for index in range(len(members))
    ]


def _linear_score(
    members: Sequence[LabelledSentence],
    content: str,
    index: int,
    centrality: float,
    weights: SalienceWeights,
) -> float:
    sentence = members[index].sentence
    previous = members[index - 1].sentence if index else None
    below_heading = previous is not None and previous.is_heading
    return (
        weights.figures * min(len(_FIGURE.findall(content)), _MAX_FIGURES)
        + weights.rank * bool(_RANK.search(content))
        + weights.target * bool(_TARGET.search(content))
        + weights.shortfall * bool(_SHORTFALL.search(content))
        + weights.position * index / len(members)
        + weights.below_heading * below_heading
        + weights.heading * sentence.is_heading
        + weights.introduction * bool(_INTRODUCTION.search(content))
        + weights.fragment * (not sentence.closed and not sentence.is_heading)
        + weights.short * (len(content) < _SHORT)
        + weights.long * (len(content) > _LONG)
        + weights.length * math.log(len(content))
        + weights.centrality * centrality
    )
