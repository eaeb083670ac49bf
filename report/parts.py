"""Where one text holds several reports: the places at which the next one begins.

No single sign is sure: titles are quoted and repeated, 各位代表 stands in the middle of
speeches too, and one report may have two halves, last year's and next year's, each with
a title and its own numbering. So every place with an opening or behind an ending is
weighed by all that is seen there: how the text in front of it ends, how the text behind
it begins, whose places and institutions are spoken of on each side, and how much the
words change (Hearst 1997, TextTiling). The weights are those of a logistic regression
(L2, C = 1), fitted on some 6,700 such places in half of the documents at hand: in random
concatenations of two to five of them, with and without their line breaks and with titles
of a series (篇二, 工作总结(二)), in documents left alone, and in documents with title-like
lines put into them. ``evaluation.joints`` measures the result on the other half.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from report.domain import LabelledSentence, Report, RhetoricalRole, Span, blank_free_length
from report.enumeration import MarkLevel, chinese_ordinal, mark_at

MIN_LENGTH = 200
"""A part has at least this many non-blank characters."""
MIN_SECTIONS = 120
"""A part has at least this many characters in sentences that belong to a section."""
MIN_DISTANCE = 300
"""Of places nearer than this many characters to each other at most one is a joint."""

# Lengths in characters: where a report's head is looked for, its title, the end of the
# last one; how far words and names are compared.
_HEAD, _TITLE_HEAD, _DATED_HEAD, _TAIL = 300, 60, 120, 150
_NEAR, _FAR = 500, 3000
_CELL = 200
_BODY = 160
_LONGEST_TITLE, _LONGEST_LINE, _LONGEST_SIGNATURE, _LONGEST_ENDING = 60, 90, 45, 200
_SHORTEST_INLINE = 6
_BEHIND_NUMBER = 60
_FEWEST_NAMES, _FEWEST_WORDS = 3, 3
_USUAL_LIKENESS = 0.6
_MANY_NEW_WORDS, _MANY_TAKEN_UP = 6, 3

_NUMERAL = r"[一二三四五六七八九十0-9０-９]{1,2}"
_YEAR = r"(?:(?:19|20|XX|xx|\*\*)(?:\d{2}|[xX*]{2})?|[一二][九零〇○][〇○零一二三四五六七八九]{2})年"
_DATE = (
    r"(?:(?:(?:\d{4}|[一二][九零〇○]..)年)?[\d一二三四五六七八九十元腊正]{1,3}月"
    r"(?:[\d一二三四五六七八九十廿初]{1,3}日?)?[晚夜]?|\d{4}[-./]\d{1,2}[-./]\d{1,2})"
)
_DAY = (
    r"(?:[\d一二三四五六七八九十元腊正]{1,3}月[\d一二三四五六七八九十廿初]{1,3}日?[晚夜]?"
    r"|\d{4}[-./]\d{1,2}[-./]\d{1,2})"
)
_NUMBER_BEHIND = (
    rf"(?:[（(〔]{_NUMERAL}[）)〕]|(?:之|篇|范文|模板)\s?{_NUMERAL}"
    r"|(?<![年月日、第])[1-9一二三四五六七八九十])"
)
_NUMBER_IN_FRONT = (
    rf"[【\[（(]?(?:(?:范文|篇)\s?{_NUMERAL}|第{_NUMERAL}篇)[】\]）)]?\s?[:：、.]?\s?"
)
_SHORT_KIND = r"(?:总结|报告|汇报|小结)"
_KIND = (
    r"(?:总结|报告|汇报|小结|月报|周报|季报|简报|专报|通报|复盘|述职|述廉)"
    r"(?:提纲|材料|范文|发言)?"
)
# What a heading inside a report may be called as well.
_WEAK_KIND = r"(?:回顾|情况|要点|思路|计划|打算|安排|分析|讲话|发言|纪实|展望|总结会)"
_PLAN_HALF = (
    r"(?:(?:[及和与暨、]|以及)[^。，；：！？!?]{0,16}?"
    r"(?:计划|打算|安排|思路|要点|部署|展望|谋划|重点|规划|建议))?"
)
_BEHIND_KIND = (
    rf"(?:\s?{_NUMBER_BEHIND}|\s?[（(〔【][^（）()]{{1,20}}[）)〕】]|\.docx?|\.pdf){{0,2}}"
)
# 形成调研报告 tells of a report, it is no title of one.
_NO_VERB = (
    r"(?!完成|形成|撰写|编制|提交|发布|做好|听取|审议|印发|报送|起草|出具|开展|推进|加强|建立"
    r"|落实|上报|通过|组织|参与|召开|举办|以上|详见|附)"
)
_LINE_HEAD = rf"{_NO_VERB}(?P<head>[^。，；：！？,;!?:、\n]{{0,50}}?)"
_TITLE = re.compile(rf"{_LINE_HEAD}{_KIND}{_PLAN_HALF}{_BEHIND_KIND}")
_WEAK_TITLE = re.compile(rf"{_LINE_HEAD}{_WEAK_KIND}{_PLAN_HALF}{_BEHIND_KIND}")
_NUMBERED_TITLE = re.compile(rf"{_NUMBER_IN_FRONT}(?P<head>\S.{{1,40}})")
_NUMBERED = re.compile(rf"{_NUMBER_IN_FRONT}.{{0,40}}|.*{_NUMBER_BEHIND}")
_SERIES = re.compile(
    rf"\W?(?:范文|篇|第)\s?(?P<front>{_NUMERAL})\D.{{0,50}}"
    rf"|(?P<name>.{{2,80}}?)\W?(?P<behind>{_NUMERAL})\W?"
)
_SERIES_NAME = 6
# A title that its report follows on the same line, and what a report may begin with.
_INLINE = rf"(?P<head>[^。！？；\n]{{0,60}}?){_SHORT_KIND}{_PLAN_HALF}(?:{_NUMBER_BEHIND})?"
_INLINE_TITLE = re.compile(
    rf"{_INLINE}(?=\s?(?:{_YEAR}|今年|一年来|过去|各位|同志们|尊敬|近年|本学期|为|在|报[送：:]"
    r"|[^。，；：]{2,14}[：:]|[我本全]|\d{1,2}月|[一二三四]季度|一、|[（(]\s?[供报征]"
    rf"|[（(].{{0,20}}{_DATE}|——)|\s)"
)
_REPEATED_TITLE = re.compile(_INLINE.replace("{0,60}", "{4,60}"))
_LEADING_SIGNATURE = re.compile(
    rf".{{0,30}}?{_DAY}(?:印发|编)?(?=[^\s，。的至到—\-起（()）前])|[（(【][^（）()]{{2,40}}[）)】]"
    r"|[^。]{0,60}?[（(]略[）)]|(?:供稿|执笔|审核|填报|编制|记录|撰稿|联系人).{0,40}[：:）)\s]"
)
_VENUE = re.compile(
    rf"[（(—\-].{{0,50}}会议?上?.{{0,8}}[）)]?|——.{{4,50}}上|[（(].{{0,20}}{_DATE}.{{0,10}}[）)]"
)
_SALUTATION = re.compile(
    r"(?:尊敬的|亲爱的)?"
    r"(?:各位(?!代表[！!])|同志们|主任|全体|代表们|大家好|女士们|老师们|领导|董事|主席)"
    r"[^。！!；;]{0,40}[：:]|各位代表[：:！!，,]|尊敬的[^。；]{1,30}[：:]"
)
_ADDRESSEE = re.compile(r"[^。，；！？]{2,40}(?:[府委局办厅部院会组处司队室]|单位|领导|同志)[：:]")
_REPRESENTING = re.compile(
    r"我(?:谨|现在|受)?.{0,4}(?:代表|委托).{1,40}(?:报告|汇报|述职)|(?:我|现在).{0,20}向大会(?:作|做|报告)|(?<!提)请予?审议"
)
_REPORTING = re.compile(
    r"(?:现将|现就|现把|下面).{2,60}(?:如下|报告|汇报|总结)"
    r"|(?:情况|工作)(?:简要)?(?:汇报|报告|总结|通报|报送)如下"
)
_FORMULA = re.compile(
    rf"(?:{_YEAR}|今年|一年来|过去|刚刚过去|上半年|前三季度|本年度|本学[年期]|这一年|近年"
    r"|.{1,3}年来|.{1,2}月份?)"
    r"[^。]{0,120}(?:领导|指导|支持|指引|关怀|关心|帮助)(?:[和、][^，。]{1,12})?下"
    rf"|(?:{_YEAR}|过去|刚刚过去的|今年)[^。]{{0,12}}[，,]?是[^。]{{4,60}}(?:年|时期)"
    rf"|(?:{_YEAR}以?来?|今年以来|一年来|过去一年|.年来|上半年)[，,]"
    r"[^。]{4,60}(?:围绕|坚持|紧扣|按照|立足|锚定|以)"
)
_SIGNED = re.compile(rf"[（(]?[^。，；：]{{0,30}}?{_DATE}(?:印发|编)?[）)]?")
_CLOSED = re.compile(
    r"谢谢[^。！]{0,6}[！!。]?$|[特专]此报告|(?:汇报|述职|发言|报告)(?:完毕|完了|结束)"
    r"|^(?:以上|我的|本)(?:就是)?[^。]{0,24}(?:请|批评|指正|审议|审查|汇报完)"
    r"|(?:奋斗|努力|奉献|贡献)[！!。]$|(?:篇章|辉煌|局面|力量|台阶|答卷)[！!]$|^让我们.{8,}"
)
_TAILED = re.compile(
    r"[（(【*]?(?:附[件表：:]|供稿|执笔|审核|填报|联系人|[报抄分送]{1,2}[：:送]|注[：:]|数据来源"
    r"|撰稿|编辑|作者|记录|上一篇|下一篇|本文|更多|版权|责任编辑)"
)
_INSTITUTION = re.compile(
    r"(?:[市县区省州镇乡村局院校园司厂站所队部委办会馆库厅府]|中心|集团|街道)$"
)
_PLACE_NAMES = re.compile(r"[\u4e00-\u9fff]{2}[市县区省州镇乡局厂院校园]")
_SELF_NAMES = re.compile(
    r"[我全本](?:[市县区省州镇乡村局院校园司厂站所队部科馆校国]|公司|中心|集团|街道)"
)
_NOTES = re.compile(r"\d+年?|[（(].*")
_DOUBLED = re.compile(r"\A(.{4,40})(?=\1)")
_CUT_NUMBER = re.compile(rf"[（(〔]{_NUMERAL}[）)〕]")
_ENDS_AS_TITLE = re.compile(rf"{_SHORT_KIND}$")
_MARKS = "#*> 　\t"
_BREAKS_OFF = ("…", "...", "。。")


class Sign(StrEnum):
    """What speaks for a place as the beginning of a report, or against it."""

    TITLE = "title"
    WEAK_TITLE = "weak_title"
    INLINE_TITLE = "inline_title"
    NUMBERED = "numbered"
    NEXT_NUMBER = "next_number"
    SALUTATION = "salutation"
    EXCLAMATION = "exclamation"
    ADDRESSEE = "addressee"
    VENUE = "venue"
    REPRESENTING = "representing"
    REPORTING = "reporting"
    FORMULA = "formula"
    HEADED = "headed"
    NEW_WORDS = "new_words"
    TAKEN_UP = "taken_up"
    SIGNED = "signed"
    CLOSED = "closed"
    TAILED = "tailed"
    NUMBERING_GOES_ON = "numbering_goes_on"
    OTHER_PLACES = "other_places"
    OTHER_SELVES = "other_selves"
    NOVELTY = "novelty"
    DEPTH = "depth"


_TITLES = frozenset({Sign.TITLE, Sign.WEAK_TITLE, Sign.INLINE_TITLE})
_HEADS = _TITLES | {Sign.SALUTATION, Sign.ADDRESSEE}
_OPENINGS = _HEADS | {Sign.REPRESENTING, Sign.REPORTING, Sign.FORMULA}
_OF_TITLES = _TITLES | {Sign.NUMBERED}

_BIAS, _THRESHOLD = -10.5, 0.5
_WEIGHTS: Mapping[Sign, float] = {
    Sign.TITLE: 1.3,
    Sign.WEAK_TITLE: -0.7,
    Sign.INLINE_TITLE: -0.6,
    Sign.NUMBERED: 2.7,
    Sign.NEXT_NUMBER: 1.9,
    Sign.SALUTATION: 1.8,
    Sign.EXCLAMATION: -1.5,
    Sign.ADDRESSEE: 4.3,
    Sign.VENUE: 1.5,
    Sign.REPRESENTING: 4.8,
    Sign.REPORTING: 2.0,
    Sign.FORMULA: 0.9,
    Sign.HEADED: 0.4,
    Sign.NEW_WORDS: 1.0,
    Sign.TAKEN_UP: 2.5,
    Sign.SIGNED: 1.7,
    Sign.CLOSED: 1.3,
    Sign.TAILED: 1.3,
    Sign.NUMBERING_GOES_ON: -2.8,
    Sign.OTHER_PLACES: 1.8,
    Sign.OTHER_SELVES: 1.4,
    Sign.NOVELTY: 6.2,
    Sign.DEPTH: 6.2,
}

Evidence = dict[Sign, float]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the reports of a text.

    Attributes:
        title: its title in the sender's script, "" if it has none.
        span: from the start of its first sentence to the end of its last one.
        sentences: which of the labelled sentences are its own.
    """

    title: str
    span: Span
    sentences: range


def find_parts(report: Report, labelled: Sequence[LabelledSentence]) -> tuple[Part, ...]:
    """The reports that follow each other in a text; none if the text is a single report.

    The parts tile the text: the first begins with its first sentence, each of them ends
    where the next one begins. Takes linear time.

    Args:
        report: the segmented text.
        labelled: all its sentences in their order, with their roles.
    """
    outline = _Outline.of(report.text, labelled)
    joints = _whole_reports(outline, _joints(outline))
    if not joints:
        return ()
    bounds = [0, *joints, len(labelled)]
    return tuple(_part(report, outline, range(first, end)) for first, end in pairwise(bounds))


@dataclass(frozen=True, slots=True)
class _Title:
    """A title: what stands in front of its 总结 or 报告, and which kind of title it is."""

    text: str
    head: str
    kind: Sign


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence with the signs it bears itself.

    Attributes:
        span: where it stands.
        content: its text without the marks around it.
        line: whether it is a line of its own.
        signs: how it opens a report.
        title: the title it is or begins with.
        ending: how it ends one.
    """

    span: Span
    content: str
    line: bool
    signs: frozenset[Sign]
    title: _Title | None
    ending: Sign | None


@dataclass(frozen=True, slots=True)
class _Outline:
    """A text as units.

    Attributes:
        text: the text.
        units: its units in their order.
        substance: how many non-blank characters of each unit are a report's own.
        of_sections: how many of these stand in sentences of a section.
        numerals: places and values of its 一、 二、 三、.
        series: the units with a title that goes on the series of an earlier one.
    """

    text: str
    units: tuple[_Unit, ...]
    substance: tuple[int, ...]
    of_sections: tuple[int, ...]
    numerals: tuple[tuple[int, int], ...]
    series: frozenset[int]

    @classmethod
    def of(cls, text: str, labelled: Sequence[LabelledSentence]) -> _Outline:
        """The outline of a text."""
        closes = [*(item.sentence.opens_line for item in labelled), True][1:]
        units = tuple(
            _unit(text, item.sentence.span, item.sentence.opens_line, end)
            for item, end in zip(labelled, closes, strict=True)
        )
        substance = tuple(_substance(units, closes))
        of_sections = tuple(
            0 if item.role is RhetoricalRole.OTHER else length
            for item, length in zip(labelled, substance, strict=True)
        )
        marks = ((unit.span.start, mark_at(text, unit.span.start)) for unit in units)
        numerals = tuple(
            (place, mark.ordinal)
            for place, mark in marks
            if mark and mark.level is MarkLevel.CHINESE
        )
        return cls(text, units, substance, of_sections, numerals, frozenset(_series(units)))

    def start(self, index: int) -> int:
        """Where a unit begins."""
        return self.units[index].span.start

    def following(self, index: int, length: int) -> Iterator[_Unit]:
        """The unit at ``index`` and those that begin fewer than ``length`` characters on."""
        end = self.start(index) + length
        for position in range(index, len(self.units)):
            if self.start(position) >= end:
                return
            yield self.units[position]

    def preceding(self, index: int, length: int) -> Iterator[_Unit]:
        """The units in front that end fewer than ``length`` characters back, backwards."""
        begin = self.start(index) - length
        for position in range(index - 1, -1, -1):
            if self.units[position].span.end <= begin:
                return
            yield self.units[position]

    def is_report(self, units: range) -> bool:
        """Whether these units are enough for a report."""
        inside = slice(units.start, units.stop)
        return (
            sum(self.substance[inside]) >= MIN_LENGTH
            and sum(self.of_sections[inside]) >= MIN_SECTIONS
        )


def _substance(units: Sequence[_Unit], closes: Sequence[bool]) -> list[int]:
    """The lengths of the units, 0 in teasers: lines of other reports that break off."""
    lengths = []
    teaser = False
    for unit, closes_line in zip(reversed(units), reversed(closes), strict=True):
        teaser = unit.content.endswith(_BREAKS_OFF) if closes_line else teaser
        lengths.append(0 if teaser else blank_free_length(unit.content))
    return lengths[::-1]


def _series(units: Sequence[_Unit]) -> Iterator[int]:
    """The units with 工作总结(二) behind 工作总结(一), or 篇二 behind 篇一."""
    last: dict[str, int] = {}
    for index, unit in enumerate(units):
        match = _SERIES.fullmatch(unit.title.text) if unit.title is not None else None
        if match is None:
            continue
        number = match["front"] or match["behind"]
        ordinal = int(number) if number.isdecimal() else chinese_ordinal(number)
        name = (match["name"] or "")[-_SERIES_NAME:]
        if last.get(name) == ordinal - 1:
            yield index
        last[name] = ordinal


def _unit(text: str, span: Span, opens_line: bool, closes_line: bool) -> _Unit:
    content = span.quote(text).strip(_MARKS)
    seen = content
    if not closes_line and _CUT_NUMBER.match(text, span.end) and _ENDS_AS_TITLE.search(content):
        # The number of 工作总结(二) was taken for the number of what follows it.
        seen += text[span.end : span.end + _BEHIND_NUMBER]
    title, signed = _title(seen, closes_line)
    body = seen[:_BODY]
    signs: set[Sign] = {Sign.SIGNED} if signed else set()
    if title is not None:
        signs |= {title.kind, Sign.NUMBERED} if _NUMBERED.fullmatch(title.text) else {title.kind}
        if title.kind is Sign.INLINE_TITLE:
            body = seen[seen.index(title.text) + len(title.text) :][:_BODY]
            signs |= {Sign.VENUE} if _VENUE.match(body) else set()
    elif closes_line:
        signs.update(_of_line(content))
    signs.update(_openings(body))
    line = opens_line and closes_line
    return _Unit(span, content, line, frozenset(signs), title, _ending(content, line))


def _title(content: str, closes_line: bool) -> tuple[_Title | None, bool]:
    """The title a unit is or begins with, and whether the last report's signature is in front.

    The line's end is lost between them where texts were put together without one.
    """
    numbered = mark_at(content) is not None
    signature = None if numbered else _LEADING_SIGNATURE.match(content)
    readings = [(content, False)]
    if signature:
        readings.insert(0, (content[signature.end() :].lstrip(_MARKS), True))
    for text, signed in readings if closes_line else ():
        if found := _line_title(text, numbered):
            return found, signed
    for text, signed in readings if not numbered else ():
        if found := _inline_title(text):
            return found, signed
    return None, False


def _line_title(line: str, numbered: bool) -> _Title | None:
    if not 4 <= len(line) <= _LONGEST_TITLE:
        return None
    if match := _NUMBERED_TITLE.fullmatch(line) or (not numbered and _TITLE.fullmatch(line)):
        return _Title(line, match["head"], Sign.TITLE)
    if not numbered and (match := _WEAK_TITLE.fullmatch(line)):
        return _Title(line, match["head"], Sign.WEAK_TITLE)
    return None


def _inline_title(text: str) -> _Title | None:
    match = _INLINE_TITLE.match(text)
    if match is None and (match := _REPEATED_TITLE.match(text)):
        # XX公司2023年工作总结XX公司成立于…
        match = match if text.startswith(match["head"][:3], match.end()) else None
    if match is None or match.end() < _SHORTEST_INLINE:
        return None
    return _Title(match.group(), match["head"], Sign.INLINE_TITLE)


def _openings(body: str) -> Iterator[Sign]:
    if salutation := _SALUTATION.match(body):
        yield Sign.SALUTATION if salutation.group()[-1] in "：:" else Sign.EXCLAMATION
    if _REPRESENTING.search(body):
        yield Sign.REPRESENTING
    if _REPORTING.search(body):
        yield Sign.REPORTING
    if _FORMULA.match(body):
        yield Sign.FORMULA


def _of_line(content: str) -> Iterator[Sign]:
    if len(content) > _LONGEST_LINE:
        return
    if _VENUE.fullmatch(content):
        yield Sign.VENUE
    if _ADDRESSEE.fullmatch(content):
        yield Sign.ADDRESSEE


def _ending(content: str, line: bool) -> Sign | None:
    if line and len(content) <= _LONGEST_SIGNATURE and _SIGNED.fullmatch(content):
        return Sign.SIGNED
    if len(content) <= _LONGEST_ENDING and _CLOSED.search(content):
        return Sign.CLOSED
    return Sign.TAILED if _TAILED.match(content) else None


def _joints(outline: _Outline) -> list[int]:
    """The units that begin another report, those with the most evidence first served."""
    weighed = []
    for index in _candidates(outline):
        weight = _weigh(_evidence(outline, index))
        if weight >= _THRESHOLD:
            weighed.append((weight, _beginning(outline, index)))
    kept: list[int] = []
    for _, index in sorted(weighed, reverse=True):
        place = bisect_left(kept, index)
        near = kept[max(0, place - 1) : place + 1]
        if all(abs(outline.start(index) - outline.start(other)) >= MIN_DISTANCE for other in near):
            kept.insert(place, index)
    return kept


def _weigh(evidence: Evidence) -> float:
    return _BIAS + sum(_WEIGHTS[sign] * value for sign, value in evidence.items())


def _candidates(outline: _Outline) -> Iterator[int]:
    """Of each ``_CELL`` characters the unit that looks most like a beginning, if any does.

    So that the work on each does not depend on how many there are.
    """
    best: dict[int, tuple[float, int]] = {}
    for index, unit in enumerate(outline.units):
        if index and unit.signs & _OPENINGS:
            # The first of equals, as a title stands above what else opens a report.
            rank = (_weigh(_signs(outline, index)), -index)
            cell = unit.span.start // _CELL
            best[cell] = max(rank, best.get(cell, rank))
    return (-negative for _, negative in best.values())


def _evidence(outline: _Outline, index: int) -> Evidence:
    """All that speaks for the unit as the beginning of a report, or against it."""
    return _signs(outline, index) | _title_words(outline, index) | _contrast(outline, index)


def _signs(outline: _Outline, index: int) -> Evidence:
    """The openings at and behind the unit, and the endings in front of it."""
    found = set(_opening_signs(outline, index))
    if Sign.REPRESENTING in found:
        found.discard(Sign.EXCLAMATION)
    for stronger, weaker in pairwise((Sign.TITLE, Sign.INLINE_TITLE, Sign.WEAK_TITLE)):
        if stronger in found:
            found -= {weaker, Sign.WEAK_TITLE}
    if outline.units[index].signs & _HEADS:
        found.add(Sign.HEADED)
    if index in outline.series:
        found.add(Sign.NEXT_NUMBER)
    found |= {unit.ending for unit in outline.preceding(index, _TAIL) if unit.ending is not None}
    return dict.fromkeys(found, 1.0)


def _opening_signs(outline: _Outline, index: int) -> Iterator[Sign]:
    start = outline.start(index)
    for unit in outline.following(index, _HEAD):
        distance = unit.span.start - start
        signs = unit.signs
        if distance:
            signs -= {Sign.SIGNED}
        if distance > _TITLE_HEAD:
            signs -= _OF_TITLES
        yield from signs
        # A date soon behind the title is the report's own; a later one ends the last report.
        if unit.ending is Sign.CLOSED or (unit.ending is Sign.SIGNED and distance > _DATED_HEAD):
            return


def _title_words(outline: _Outline, index: int) -> Evidence:
    """How many words of the title are new to the text, and taken up behind it.

    A running title is not new, and 2023年工作总结 has no words but of the line above it.
    """
    reached = enumerate(outline.following(index, _TITLE_HEAD), start=index)
    titled = next(((at, unit.span, unit.title) for at, unit in reached if unit.title), None)
    if titled is None:
        return {}
    position, span, title = titled
    own = _bigrams(_NOTES.sub("", title.head))
    above = outline.units[position - 1]
    words = own if len(own) > _FEWEST_WORDS else [*own, *_institution_words(above)]
    start = min(outline.start(index), above.span.start)
    before = outline.text[max(0, start - _FAR) : start]
    body = span.start + len(title.text)
    after = outline.text[body : body + _FAR]
    new = [word for word in words if word not in before]
    return {
        Sign.NEW_WORDS: min(1.0, len(new) / _MANY_NEW_WORDS),
        Sign.TAKEN_UP: min(1.0, sum(word in after for word in new) / _MANY_TAKEN_UP),
    }


def _institution_words(above: _Unit) -> list[str]:
    """The words of the line above a title, if it names an institution."""
    named = len(above.content) <= _LONGEST_TITLE and _INSTITUTION.search(above.content)
    return _bigrams(above.content) if named else []


def _contrast(outline: _Outline, index: int) -> Evidence:
    """How the text changes at the unit."""
    start, text = outline.start(index), outline.text
    before, after = text[max(0, start - _FAR) : start], text[start : start + _FAR]
    novelty = _novelty(text, start)
    around = (_novelty(text, max(0, start - _NEAR)) + _novelty(text, start + _NEAR)) / 2
    return {
        Sign.OTHER_PLACES: _change(_PLACE_NAMES.findall(before), _PLACE_NAMES.findall(after)),
        Sign.OTHER_SELVES: _change(_SELF_NAMES.findall(before), _SELF_NAMES.findall(after)),
        Sign.NOVELTY: novelty,
        Sign.DEPTH: novelty - around,
        Sign.NUMBERING_GOES_ON: float(_numbering_goes_on(outline, start)),
    }


def _numbering_goes_on(outline: _Outline, start: int) -> bool:
    """Whether the next of 一、 二、 三、 follows the last one in front of ``start``."""
    following = bisect_left(outline.numerals, (start, 0))
    if not 0 < following < len(outline.numerals):
        return False
    return outline.numerals[following][1] == outline.numerals[following - 1][1] + 1


def _novelty(text: str, place: int) -> float:
    """How much the words differ before and after a place, from 0 to 1."""
    before, after = text[max(0, place - _NEAR) : place], text[place : place + _NEAR]
    return 1.0 - _cosine(Counter(_bigrams(before)), Counter(_bigrams(after)))


def _change(before: Sequence[str], after: Sequence[str]) -> float:
    """How much the names differ, 0 where nothing can be said for want of names."""
    if min(len(before), len(after)) < _FEWEST_NAMES:
        return 0.0
    return _USUAL_LIKENESS - _cosine(Counter(before), Counter(after))


def _bigrams(text: str) -> list[str]:
    return ["".join(pair) for pair in pairwise("".join(text.split()))]


def _cosine(left: Counter[str], right: Counter[str]) -> float:
    shared = sum(count * right[key] for key, count in left.items() if key in right)
    if not shared:
        return 0.0
    squares = (sum(count * count for count in counts.values()) for counts in (left, right))
    return shared / math.sqrt(math.prod(squares))


def _beginning(outline: _Outline, index: int) -> int:
    """Where the report begins whose title this is: with the institution's name above it."""
    unit, above = outline.units[index], outline.units[index - 1]
    if not unit.signs & {Sign.TITLE, Sign.WEAK_TITLE} or index == 1:
        return index
    if not above.line or above.ending or above.signs or len(above.content) > _LONGEST_SIGNATURE:
        return index
    if unit.content.startswith(("—", "-")):
        return index - 1
    if not _INSTITUTION.search(above.content):
        return index
    # The signature of the last report names its institution, and so does its text.
    earlier = outline.text[max(0, above.span.start - _FAR) : above.span.start]
    return index if above.content in earlier else index - 1


def _whole_reports(outline: _Outline, joints: Sequence[int]) -> list[int]:
    """The joints in front of what is long enough for a report, behind such a report."""
    bounds = [*joints, len(outline.units)]
    kept = [first for first, end in pairwise(bounds) if outline.is_report(range(first, end))]
    while kept and not outline.is_report(range(kept[0])):
        del kept[0]
    return kept


def _part(report: Report, outline: _Outline, sentences: range) -> Part:
    first, last = outline.units[sentences.start], outline.units[sentences.stop - 1]
    span = Span(first.span.start, last.span.end)
    return Part(_title_as_written(report, outline, sentences.start), span, sentences)


def _title_as_written(report: Report, outline: _Outline, index: int) -> str:
    """The title at or soon behind a unit, in the sender's script; "" if there is none."""
    reach = _TITLE_HEAD if index else _HEAD
    for unit in outline.following(index, reach):
        if unit.title is not None:
            start = report.text.index(unit.title.text, unit.span.start)
            end = start + len(unit.title.text)
            return _DOUBLED.sub("", report.written[start:end]).strip("— ")
    return ""
