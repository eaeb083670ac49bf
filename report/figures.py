"""The figures of a report: amounts, shares, growth, ranks, counts, dates and periods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from report.decimals import CLAUSE_COMMA
from report.domain import Span
from report.indicators import (
    ends_in_verb,
    only_levels,
    phrase_before,
    phrase_behind,
    phrases_shared,
)
from report.measures import Form, Measure, measures
from report.plain import Plain
from report.units import DURATIONS, MEASURES, base


class FigureKind(StrEnum):
    """What sort of figure it is."""

    AMOUNT = "amount"
    SHARE = "share"
    GROWTH = "growth"
    RANK = "rank"
    COUNT = "count"
    DATE = "date"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report with what it says.

    Attributes:
        text: the expression as written, with the words that belong to the number
            (同比增长8.3%, 列全省第18位), without blanks.
        value: the number as written, as a decimal number in ASCII digits.
        unit: with the magnitude as written (亿元, 万人次), half-width; "" if none.
        indicator: the words that say what it measures, "" if none can be found.
        kind: what sort of figure it is.
        span: of the number with its unit, in the report's text.
    """

    text: str
    value: str
    unit: str
    indicator: str
    kind: FigureKind
    span: Span


_WINDOW = 60
"""How many characters before a number can be about it."""
_BOUNDARY = re.compile(rf"{CLAUSE_COMMA}|[。；;！？!?()\[\]【】]|(?<![0-9])[：:]|[：:](?![0-9])")
_SENTENCE_END = re.compile("[。！？!?]")
_JOINED = re.compile("(?:左右|以上|以下|以内)?(?:[、和及与，,]|以及)|[-—–~～至到]{1,2}")
_THINGS_FOLLOW = re.compile("(?:[、和及与的有向对给使让]|以及|(?<![达升降增减提回得加高少])到)$")
_CHANGE = (
    "(?:增长率|增速|增幅|涨幅|降幅|下降率|增长|增加(?!值)|提高|上升|提升|下降|减少|降低|回落|压减|压降"
    "|缩减|上涨|下跌|下滑|增收|增产|翻|[同环]比|[升降增跌](?=(?:了|约|近|超)?$))"
)
_GROWING = re.compile(rf"{_CHANGE}(?![到至为])(?P<rest>(?:(?!{_CHANGE})[^占率]){{0,14}})$")
_LEVEL = re.compile("比重|比例|占比|覆盖|达标|以[上下]$")
_GROWTH_BEHIND = re.compile(
    "(?:左右|以上|以内)?的?(?:年均|实际|平均|高|快速|较快)?(?:增长|增速|增幅|速度|涨幅)"
)
_MULTIPLE = re.compile("(?:是|为|达|达到|相当于|的|近|约)$")
_PLACED = re.compile("(?:居|列|排名?)[^，。]{0,8}$")
_DURATION = re.compile("时间|时长|时限|期限|寿命|工期|周期|时效|年限|天数|工时|年龄")
_CHANGES = (
    r"[较比](?:上年|去年|前年|上月|年初|上年同期|去年同期|同期|[0-9]{4}年)"
    "|同比|环比|年均|分别|平均|累计|实际|净|同口径|增至|降至|升至|提高到|提升至|增加到|下降到|降到"
    "|(?:增长|增加|提高|上升|提升|下降|减少|降低|回落|压减|上涨|下跌|翻)了?"
    "|约|近|超过|超|突破|逾|不低于|不少于|不超过|至少|高达|高于|低于"
)
_PLACES = (
    "位居|位列|名列|稳居|跃居|跃升至|提升至|升至|保持|居|列|排名|排在|排|前|进入"
    "|[全本我][国省市区县州球旗盟]|世界|[东中西]部|分别|均|并列"
)
_LEADING = re.compile(rf"(?:{_CHANGES})++$")
_PLACING = re.compile(rf"(?:{_PLACES})++$")
_TRAILING = re.compile("以上|以下|左右|以内|之多|级(?!别)")
_SHIFTS = frozenset(("个百分点", "百分点", "个千分点", "个点", "个位次", "位次", "番"))
_PERCENT = frozenset(("%", "‰", "‱", "成"))
_TIMED = frozenset((FigureKind.DATE, FigureKind.PERIOD))
_OF_THINGS = frozenset((FigureKind.AMOUNT, FigureKind.COUNT))
_KIND_OF_FORM = {
    Form.RANK: FigureKind.RANK,
    Form.DATE: FigureKind.DATE,
    Form.RATIO: FigureKind.SHARE,
}


@dataclass(frozen=True, slots=True)
class _Context:
    """A measure and the words around it, as positions in the plain text.

    Attributes:
        left: where the words before the number begin: behind the last mark or figure
            that is no date or period.
        right: where the words behind the unit end, at the latest.
        joined: whether only 、, 和 or 至 stand between it and the number before.
    """

    measure: Measure
    left: int
    right: int
    joined: bool


def figures(text: str, span: Span) -> tuple[Figure, ...]:
    """The figures of ``text[span.start:span.end]``, in order and without overlap.

    A number as a part of a name (5G, 第二产业, “十四五”) is no figure, nor is one of unknown
    size (数百家) or without a unit, but for ranks and scores.
    """
    plain = Plain.of(text, span)
    contexts = _contexts(plain.text)
    kinds = _kinds(plain.text, contexts)
    phrases = _phrases(plain.text, contexts, kinds)
    return tuple(
        _figure(plain, context, kind, phrase)
        for context, kind, phrase in zip(contexts, kinds, phrases, strict=True)
    )


def _figure(plain: Plain, context: _Context, kind: FigureKind, phrase: Span | None) -> Figure:
    measure = context.measure
    start, end = _expression(plain.text, context, kind)
    return Figure(
        text=plain.written(start, end),
        value=measure.value,
        unit=measure.unit,
        indicator=plain.written(phrase.start, phrase.end) if phrase else "",
        kind=kind,
        span=plain.span(measure.start, measure.end),
    )


def _expression(text: str, context: _Context, kind: FigureKind) -> tuple[int, int]:
    """Where the number begins and ends together with the words that belong to it."""
    measure = context.measure
    if kind is FigureKind.DATE:
        return measure.start, measure.end
    words = _PLACING if kind is FigureKind.RANK else _LEADING
    lead = words.search(text, max(context.left, measure.start - _WINDOW), measure.start)
    trail = _TRAILING.match(text, measure.end, context.right)
    return lead.start() if lead else measure.start, trail.end() if trail else measure.end


def _contexts(text: str) -> list[_Context]:
    found = measures(text)
    contexts: list[_Context] = []
    floor = 0
    for index, measure in enumerate(found):
        before = found[index - 1] if index else None
        gap = text[before.end : measure.start] if before else ""
        right = found[index + 1].start if index + 1 < len(found) else len(text)
        left = _left(text, floor, measure.start)
        contexts.append(_Context(measure, left, right, bool(_JOINED.fullmatch(gap))))
        if not _is_time(measure):
            floor = measure.end
    return contexts


def _left(text: str, floor: int, end: int) -> int:
    """Where the clause begins that goes on at ``end``, from ``floor`` at the earliest."""
    left = max(floor, end - _WINDOW)
    for boundary in _BOUNDARY.finditer(text, left, end):
        left = boundary.end()
    return left


def _is_time(measure: Measure) -> bool:
    return measure.form is Form.DATE or base(measure.unit) in DURATIONS


def _kinds(text: str, contexts: list[_Context]) -> list[FigureKind]:
    kinds: list[FigureKind] = []
    for context in contexts:
        last = kinds[-1] if context.joined and kinds else None
        kinds.append(_kind(text, context, last))
    return kinds


def _kind(text: str, context: _Context, joined_to: FigureKind | None) -> FigureKind:
    measure = context.measure
    before = text[context.left : measure.start]
    unit = base(measure.measure)
    if measure.form in _KIND_OF_FORM:
        return _KIND_OF_FORM[measure.form]
    if unit in _PERCENT:
        known = joined_to if joined_to in (FigureKind.GROWTH, FigureKind.SHARE) else None
        return known or _percentage(before, text[measure.end : measure.end + 12])
    if unit in _SHIFTS or unit == "倍":
        return FigureKind.SHARE if unit == "倍" and _MULTIPLE.search(before) else FigureKind.GROWTH
    if unit in ("位", "名") and _PLACED.search(before):
        return FigureKind.RANK
    if unit in DURATIONS:
        return FigureKind.PERIOD
    return FigureKind.AMOUNT if unit in MEASURES or not measure.unit else FigureKind.COUNT


def _percentage(before: str, behind: str) -> FigureKind:
    """Growth or share: whether the words say change, up to a level they are a share (提高到)."""
    found = _GROWING.search(before)
    growing = found is not None and not _LEVEL.search(found["rest"])
    if growing or _GROWTH_BEHIND.match(behind):
        return FigureKind.GROWTH
    return FigureKind.SHARE


def _phrases(text: str, contexts: list[_Context], kinds: list[FigureKind]) -> list[Span | None]:
    """What each figure measures; dates measure nothing."""
    listed = _listed(text, contexts)
    phrases: list[Span | None] = []
    earlier: tuple[_Context, Span | None] | None = None
    for index, (context, kind) in enumerate(zip(contexts, kinds, strict=True)):
        phrase = listed.get(index) or _own_phrase(text, context, kind)
        if kind not in _TIMED:
            if phrase is None and earlier and _goes_on(text, earlier[0], context, kind):
                phrase = earlier[1]
            earlier = context, phrase
        phrases.append(phrase)
    return phrases


def _listed(text: str, contexts: list[_Context]) -> dict[int, Span]:
    """The phrases of figures that share a list: 进口、出口分别增长3%、5%."""
    listed: dict[int, Span] = {}
    for index, context in enumerate(contexts):
        if context.joined or "分别" not in text[context.left : context.measure.start]:
            continue
        last = index
        while last + 1 < len(contexts) and contexts[last + 1].joined:
            last += 1
        shared = phrases_shared(text, context.left, context.measure.start)
        if len(shared) == last - index + 1:
            listed.update(enumerate(shared, index))
        elif shared:
            whole = Span(shared[0].start, shared[-1].end)
            listed.update(dict.fromkeys(range(index, last + 1), whole))
    return listed


def _own_phrase(text: str, context: _Context, kind: FigureKind) -> Span | None:
    """What the words around a number say it measures, those before it first."""
    measure = context.measure
    if kind is FigureKind.DATE:
        return None
    words = text[context.left : measure.start]
    ranked = kind is FigureKind.RANK
    before = phrase_before(text, context.left, measure.start, ranked=ranked)
    if kind is FigureKind.PERIOD:
        duration = before and _DURATION.search(text, before.start, before.end)
        return before if duration else None
    things_follow = before is None or ends_in_verb(words) or _THINGS_FOLLOW.search(words)
    if kind in _OF_THINGS and things_follow:
        return phrase_behind(text, measure.end, context.right) or before
    return before


def _goes_on(text: str, earlier: _Context, context: _Context, kind: FigureKind) -> bool:
    """Whether a figure without words of its own is about what the ``earlier`` one is."""
    if _SENTENCE_END.search(text, earlier.measure.end, context.measure.start):
        return False
    if base(earlier.measure.measure) == base(context.measure.measure):
        return True
    words = text[context.left : context.measure.start].rpartition("、")[2]
    return only_levels(words) and (bool(words) or kind not in _OF_THINGS)
