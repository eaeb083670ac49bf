"""Where one text holds several reports: the places at which the next one begins.

No single sign is sure: titles are quoted and repeated, 各位代表 stands in the middle of
speeches, and one report may have two numbered halves, last year's and next year's. So
every place with an opening of any kind is weighed by all that is seen around it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from report.domain import (
    SECTION_ROLES,
    LabelledSentence,
    Report,
    RhetoricalRole,
    Span,
    blank_free_length,
)
from report.enumeration import MarkLevel, mark_at

MIN_LENGTH = 200
_OPENING = 300
_NUMERAL = r"[一二三四五六七八九十0-9０-９]{1,2}"
_YEAR = r"(?:(?:19|20)\d{2}|(?:19|20)[xX×*]{2}|20|[一二][零〇○九][〇○零一二三四五六七八九]{2}|XX)年"
_SERIES_MARK = (
    rf"(?:[（(〔]{_NUMERAL}[）)〕]|(?:之|篇|范文|模板)\s?{_NUMERAL}|(?<![年月日、第])[1-9一二三四五六七八九十])"
)
_SERIES_PREFIX = rf"[【\[（(]?(?:(?:范文|篇)\s?{_NUMERAL}|第{_NUMERAL}篇)[】\]）)]?\s?[:：、.]?\s?"
_KIND = (
    r"(?:工作|情况|述职|年度|年终|述廉|进展|自查|分析|经营|整改|调研|个人|思想)*"
    r"(?:总结|报告|汇报|小结|月报|周报|季报|简报|专报|通报|复盘|述职)(?:提纲|材料|范文|发言)?"
)
_PLAN_HALF = (
    r"(?:[及和与暨、]|以及)[^。，；：！？!?]{0,16}?(?:计划|打算|安排|思路|要点|部署|展望|谋划|重点|规划|建议)"
)
_TAIL = rf"(?:\s?{_SERIES_MARK}|\s?[（(〔【][^（）()]{{1,20}}[）)〕】]|\.docx?|\.pdf)"
_HEAD = r"[^。，；：！？,;!?:、\n]{0,40}?"
_TITLE_LINE = re.compile(rf"(?:{_HEAD}){_KIND}(?:{_PLAN_HALF})?{_TAIL}{{0,2}}")
_WEAK_TITLE = re.compile(
    rf"{_HEAD}(?:工作回顾|工作情况|完成情况|开展情况|进展情况|情况|工作要点|工作思路|分析|纪实)(?:{_PLAN_HALF})?{_TAIL}{{0,2}}"
)
_INLINE_TITLE = re.compile(
    rf"([^。，；：！？,;!?:、\n]{{0,60}}?(?:总结|报告|汇报|小结)(?:{_PLAN_HALF})?{_SERIES_MARK}?)"
    rf"(?=\s?(?:{_YEAR}|今年|一年来|过去|各位|同志们|尊敬|近年|本学期|时光|为|在)|\s|[（(]|(?![^\s\w]|[的和与中会上将是等制要完了单表、工进情]))"
)
_SERIES = re.compile(rf"{_SERIES_PREFIX}.{{0,40}}|.*{_SERIES_MARK}")
_SERIES_START = re.compile(rf"{_SERIES_PREFIX}(?!章)\S.{{0,40}}")
_REPEATED = re.compile(r"(.{4,40})(?=\1)")
_ORGANISATION = re.compile(
    r"[市县区省州镇乡村局院校园司厂站所队部委办会馆库厅党中心街道公司集团学班](?!长)"
)
_VENUE = re.compile(
    r"[（(—\-].{0,50}(?:会议?|大会)上?.{0,8}[）)]?|——.{4,50}上|[（(].{0,20}\d{1,2}月(?:\d{1,2}日)?.{0,10}[）)]"
)
_SALUTATION = re.compile(
    r"(?:尊敬的|亲爱的)?(?:各位(?!代表[！!])|同志们|主任|全体|代表们|大家好|女士们|老师们|领导|董事|主席)"
    r"[^。！!；;]{0,40}[：:]|各位代表[：:！!，,]|尊敬的[^。；]{1,30}[：:]"
)
_ADDRESSEE = re.compile(r"[^。，；！？]{2,40}(?:[府委局办厅部院会组处司队]|单位|领导|同志|科室)[：:]")
_REPRESENTING = re.compile(
    r"我(?:谨|现在|受)?.{0,4}(?:代表|委托).{1,40}(?:报告|汇报|述职)|(?:现将|现就|现把|下面).{2,60}(?:如下|报告|汇报|总结)"
    r"|向大会(?:作|做|报告)|(?:情况|工作)(?:简要)?(?:汇报|报告|总结|通报|报送)如下|请予?审议"
)
_OPENING_FORMULA = re.compile(
    rf"(?:{_YEAR}|今年|一年来|过去|刚刚过去|上半年|前三季度|本年度|本学[年期]|这一年|近年|.{{1,3}}年来|.{{1,2}}月份?)"
    r"[^。]{0,120}(?:领导|指导|支持|指引|关怀|关心|帮助)(?:和[^，。]{1,12})?下"
    rf"|(?:{_YEAR}|过去|刚刚过去的|今年)[^。]{{0,12}}[，,]?是[^。]{{4,60}}(?:年|时期)"
    rf"|(?:{_YEAR}以?来?|今年以来|一年来|过去一年|.年来|上半年)[，,][^。]{{4,60}}(?:围绕|坚持|紧扣|按照|立足|锚定|以)"
)
_DATE = rf"(?:\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?|[一二][零〇○九][^\s]{{2}}年[一二三四五六七八九十元]{{1,2}}月(?:[一二三四五六七八九十廿]{{1,3}}日)?|\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}})"
_SIGNATURE = re.compile(rf"[（(]?[^。，；：]{{0,30}}?{_DATE}(?:印发|编)?[）)]?")
_CLOSING = re.compile(
    r"谢谢[^。！]{0,6}[！!。]?$|[特专]此报告|^(?:以上|我的|本)(?:就是)?[^。]{0,24}(?:请|批评|指正|审议|审查|汇报完)"
    r"|[汇报述职发言]{2}(?:完毕|完了|结束)|(?:奋斗|努力|奉献|贡献)[！!。]$|(?:篇章|辉煌|局面|力量|台阶|答卷)[！!]$"
    r"|^让我们.{8,}|^附件?[：:]|[^。]{2,}[！!]$"
)
_PLACES = re.compile(r"[\u4e00-\u9fff]{2}[市县区省州镇乡局厂院校园]")
_SELVES = re.compile(r"[我全本](?:[市县区省州镇乡村局院校园司厂站所队部科馆校国]|公司|中心|集团|街道)")
_YEARS = re.compile(r"(20\d\d)年")


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    span: Span
    sentences: range


class _Units:
    def __init__(self, report: Report, labelled: Sequence[LabelledSentence]) -> None:
        self.text = report.text
        self.labelled = labelled
        self.spans = [x.sentence.span for x in labelled]
        self.starts = [s.start for s in self.spans]
        self.contents = [s.quote(self.text).strip("#* 　\t") for s in self.spans]
        opens = [x.sentence.opens_line for x in labelled] + [True]
        self.opens = opens[:-1]
        self.ends = opens[1:]
        self.mass = {}
        for role in RhetoricalRole:
            self.mass[role] = [0, *accumulate(len(x.sentence.span) if x.role is role else 0 for x in labelled)]
        self.marks = []
        for x in labelled:
            m = mark_at(self.text, x.sentence.span.start)
            if m and m.level is MarkLevel.CHINESE:
                self.marks.append((x.sentence.span.start, m.ordinal))
        self.mark_places = [m[0] for m in self.marks]

    def at(self, position: int) -> int:
        return bisect_left(self.starts, position)

    def share(self, role, start, end):
        a, b = self.at(max(0, start)), self.at(end)
        total = sum(self.mass[r][b] - self.mass[r][a] for r in RhetoricalRole)
        return (self.mass[role][b] - self.mass[role][a]) / total if total else 0.0


def cues(u: _Units, i: int) -> dict[str, int]:
    """cue -> rank"""
    c = u.contents[i]
    head = c[:140]
    found = {}
    if u.ends[i] and 4 <= len(c) <= 60:
        mark = mark_at(c)
        if _TITLE_LINE.fullmatch(c) and mark is None:
            found["title"] = 0
        elif _SERIES_START.fullmatch(c):
            found["title"] = 0
        elif _WEAK_TITLE.fullmatch(c) and mark is None:
            found["weak_title"] = 0
        if found and _ORGANISATION.search(c): found["organisation"] = 0
        if found and _SERIES.fullmatch(c): found["series"] = 0
        if _SIGNATURE.fullmatch(c) and "title" not in found or _VENUE.fullmatch(c): found["venue"] = 1
        if not found and _ADDRESSEE.fullmatch(c): found["addressee"] = 2
    m = None
    if not found and mark_at(c) is None:
        m = _INLINE_TITLE.match(c)
        if m and len(m.group(1)) >= 6:
            found["inline_title"] = 0
            if _SERIES.fullmatch(m.group(1)): found["series"] = 0
            head = c[m.end():m.end()+140]
    m = _SALUTATION.match(head)
    if m:
        found["salutation" if m.group()[-1] in "：:" else "weak_salutation"] = 2
    if _REPRESENTING.search(head): found["representing"] = 3
    if _OPENING_FORMULA.match(head): found["formula"] = 3
    return found


def closing(u, i):
    c = u.contents[i]
    if u.ends[i] and u.opens[i] and len(c) <= 45 and _SIGNATURE.fullmatch(c): return "signed"
    if _CLOSING.search(c[-60:]) and len(c) < 200:
        return "exclaimed" if not _CLOSING_STRONG.search(c[-60:]) else "closed"
    return ""
_CLOSING_STRONG = re.compile(r"谢谢[^。！]{0,6}[！!。]?$|[特专]此报告|^(?:以上|我的|本)(?:就是)?[^。]{0,24}(?:请|批评|指正|审议|审查|汇报完)"
    r"|[汇报述职发言]{2}(?:完毕|完了|结束)|(?:奋斗|努力|奉献|贡献)[！!。]$|(?:篇章|辉煌|局面|力量|台阶|答卷)[！!]$|^让我们.{8,}|^附件?[：:]")


ANCHORS = {"title", "inline_title", "weak_title", "salutation", "weak_salutation", "addressee", "representing", "formula"}


@dataclass
class Opening:
    index: int
    cues: dict
    score: float = 0.0


def openings(u: _Units) -> Iterator[Opening]:
    block = None; rank = 0
    previous = ""
    for i in range(len(u.starts)):
        found = cues(u, i)
        anchored = bool(found.keys() & ANCHORS)
        fresh = previous in ("signed", "closed")
        low = min(found.values(), default=9)
        if block is not None and (anchored and (low < rank and low in (0, 2) or not block.cues) or fresh or u.starts[i] - u.starts[block.index] > _OPENING):
            yield block
            block = None
        if block is None and (fresh or anchored):
            block = Opening(i, {}); rank = 0
        if block is not None and found:
            for k in found: block.cues[k] = 1.0
            rank = max(found.values())
        previous = closing(u, i)
        if previous == "signed" and block is not None and block.cues and u.starts[i] - u.starts[block.index] < 120: previous = ""
    if block is not None: yield block


def beginning(u, o):
    i = o.index
    if i == 0 or "title" not in o.cues and "weak_title" not in o.cues: return i
    c = u.contents[i - 1]
    if not (u.opens[i - 1] and u.ends[i - 1] and len(c) <= 40): return i
    if u.contents[i][:1] in "—-" and not closing(u, i - 1): return i - 1
    if _ORGANISATION.fullmatch(c[-1:]) or _ORGANISATION.fullmatch(c[-2:]):
        if not closing(u, i - 1) and c not in u.text[max(0, u.starts[i - 1] - 3000):u.starts[i - 1]]: return i - 1
    return i


def features(u: _Units, o: Opening) -> dict[str, float]:
    f = {k: 1.0 for k in o.cues}
    if "title" in f or "inline_title" in f:
        f.pop("weak_title", None)
    i = beginning(u, o); p = u.starts[i]
    for k in range(max(0, i - 4), i):
        if p - u.spans[k].end > 150: continue
        c = closing(u, k)
        if c: f["b_" + c] = 1.0
    f["line"] = float(u.opens[i])
    f["plan_before"] = u.share(RhetoricalRole.PLAN, p - 1500, p)
    f["ach_after"] = u.share(RhetoricalRole.ACHIEVEMENT, p, p + 1500)
    f["ach_before"] = u.share(RhetoricalRole.ACHIEVEMENT, p - 1500, p)
    f["plan_after"] = u.share(RhetoricalRole.PLAN, p, p + 1500)
    f["turn"] = f["plan_before"] * f["ach_after"]
    k = bisect_left(u.mark_places, p)
    if k and k < len(u.marks):
        last, nxt = u.marks[k - 1][1], u.marks[k][1]
        f["restart"] = float(last >= 2 and nxt == 1 and u.marks[k][0] - p < 3000)
        f["continues"] = float(nxt == last + 1)
    b, a = u.text[max(0, p - 3000):p], u.text[p:p + 3000]
    for name, pat in (("places", _PLACES), ("selves", _SELVES)):
        f[name] = change(Counter(pat.findall(b)), Counter(pat.findall(a)))
    f["novelty"] = 1 - cosine(grams(b[-800:]), grams(a[:800]))
    yb, ya = Counter(_YEARS.findall(b[-1500:])), Counter(_YEARS.findall(a[:1500]))
    if yb and ya:
        y1, y2 = int(yb.most_common(1)[0][0]), int(ya.most_common(1)[0][0])
        f["year_back"] = float(y2 < y1); f["year_on"] = float(y2 > y1)
    return f


def change(b, a):
    n = min(sum(b.values()), sum(a.values()))
    if n < 4: return 0.0
    return 0.4 - cosine(b, a)

def grams(t):
    t = "".join(t.split())
    return Counter(map("".join, zip(t, t[1:])))

def cosine(a, b):
    s = sum(n * b[g] for g, n in a.items() if g in b)
    na = math.sqrt(sum(n * n for n in a.values())); nb = math.sqrt(sum(n * n for n in b.values()))
    return s / (na * nb) if na and nb else 0.0
