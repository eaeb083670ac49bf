"""Finding numbers with their units in plain text, and leaving out what is no quantity.

Numbers are parts of names as well: 5G, 第二产业, “十四五”, 〔2023〕15号, 三位一体. What is such
a part is consumed as a whole, so that none of its pieces is taken for a quantity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, auto

from report.numerals import ARABIC, CHINESE, MAGNITUDE, arabic_value, chinese_value
from report.units import COUNTED, UNIT


class Form(Enum):
    """What a number does: it counts or measures, ranks, dates or compares."""

    QUANTITY = auto()
    RANK = auto()
    DATE = auto()
    RATIO = auto()


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit in ``plain[start:end]``.

    Attributes:
        value: a decimal number in ASCII digits.
        magnitude: the 万, 亿 … that the unit begins with.
        measure: the unit without magnitude, "" if it has none.
        words: whether the number is written in Chinese numerals.
    """

    start: int
    end: int
    value: str
    magnitude: str = ""
    measure: str = ""
    form: Form = Form.QUANTITY
    words: bool = False

    @property
    def unit(self) -> str:
        """The unit with its magnitude."""
        return self.magnitude + self.measure


_NUMBER = rf"(?:{ARABIC}|{CHINESE})"
_TO = r"[-—–~～至到]{1,2}"
_END = r"(?=[，。；、！？)”\"的和及与]|$)"
# What numbers are a part of without being a quantity. A letter before a number makes it a
# name (G60), but for GDP12%.
_NAME = "|".join(
    (
        r"“[^“”，。；！？]{1,24}”|‘[^‘’，。；！？]{1,24}’|「[^「」]{1,24}」|\"[^\"，。；！？]{1,24}\"",
        r"《[^《》]{1,120}》",
        r"[〔\[【(][0-9]{4}[〕\]】)]第?[0-9]++号",
        r"(?<![A-Za-z&])[A-Za-z]++-?[0-9][A-Za-z0-9.]*+(?![%‰万亿元])",
        r"[0-9]++(?:\.[0-9]++){2,}+",
        r"(?:19|20)[0-9]{2}(?P<dash>[-/])[0-9]{1,2}(?P=dash)[0-9]{1,2}(?![0-9])",
        r"[0-9]++(?:/[0-9]++)++",
        r"[0-9]++(?:\+(?:[0-9]++|[NnXx]))++(?![%‰])",
        r"[0-9]{1,2}[时点][0-9]{1,2}分(?!之)",
        r"(?:19|20)[0-9]{2}[届首版]",
        rf"(?![百千万]分之){_NUMBER}分之{_NUMBER}",
    )
)
_TOKEN = re.compile(
    rf"(?P<name>{_NAME})"
    r"|(?P<ratio>(?P<left>[0-9]++(?:\.[0-9]++)?+)(?P<right>(?:[:：∶][0-9]++(?:\.[0-9]++)?+)++))"
    rf"|(?P<part>[百千万])分之(?P<share>{_NUMBER})(?:[至到](?P<share_to>{CHINESE})(?![分个]))?+"
    rf"|第(?P<ranks>{_NUMBER}(?:[-—~～至到、和]第?{_NUMBER}){{0,3}})(?P<rank_unit>[位名])"
    rf"|第(?P<rank>{_NUMBER})(?:{_TO}{_NUMBER})?+"
    rf"|(?<![之以年日此目月从])前(?P<top>{_NUMBER})(?:(?P<top_unit>[位名强])|(?:行列)?{_END})"
    rf"|(?P<minus>(?<![0-9%‰A-Za-z月年日])-)?(?P<digits>{ARABIC})"
    rf"|(?P<words>{CHINESE})(?:[多余](?P<large>万亿|[万亿]))?+"
)
_MAGNITUDE = re.compile(MAGNITUDE)
_MORE = re.compile(r"[多余来+]")
_RANGE = re.compile(_TO)
_RANK_ENDS = re.compile(rf"{_END}|大|以内")
_CONTEXT = 24
"""How many characters before a number say what it does."""
_PARTS = {"百": "%", "千": "‰", "万": "‱"}
_SIGNED = frozenset(("%", "‰", "个百分点", "百分点", "℃", "摄氏度"))
_RANKED = re.compile(
    "(?:(?:居|列|排|名)[^，。；第]{0,10}|升[至到]|保持|均|并列|连续|蝉联|增速|总量|世界|亚洲|国内|地区|同类|城市"
    "|[全本我][国省市区县州球旗盟镇]|[省市区县]内|[东中西]部|[省市州])$"
)
_SCORED = re.compile(
    "(?:指数|得分|评分|系数|分值|总分|数值|比)值?(?:已|均|平均|约|达到?|为|是|提升|提高|上升|升|增长"
    "|下降|降低?|稳定|保持|控制|高|低|在|至|到|于|超过?|突破){0,5}$"
)
_SCORE_ENDS = re.compile(r"[，。；、！？)”\"]|$|左右|以[上下内]")
_DISTRIBUTED = re.compile("分别|各|依次")

_SHORT = frozenset("一二三四五六七八九十两")
_ROUND = frozenset("十百千万亿")
_LARGE = frozenset("百千万亿")
_ZERO = frozenset("零〇○")
_UNITS_OF_ONE = frozenset(("倍", "番", "成", "月", "日"))
_ENDS_IN_ONE = frozenset("统专合归唯如")
# 百 and 万 alone mean a number only where something reaches it.
_REACHED = re.compile(
    "(?:近|超|超过|突破|逾|破|迈上|跃上|跨上|站上|迈过|跨过|跨越|增长|达到|(?<![成通发到])达|(?<![签履违大])约"
    "|(?<![通不超经])过|(?<![以之线网海路船江陆晚])上)$"
)
# Behind a small numeral in words: the set phrases 三个代表, 八项规定, 五篇大文章, 三位一体.
_PHRASE = re.compile(
    "个(?:[“‘百千万亿]|世界|大局|公报|基本|方面|维护|确立|意识|自信|五年|毫不|现代|代表|必[须由]|一|务必|走在|不"
    "|最|更|关键|统筹|全面|确保|攻坚|高于|没有|有利|认同|离不开|赋予|全覆|坚[持定]|突[出破]|抓|强|转变|革命|环节"
    "|层[面次级]|维度|角度|新|聚焦|着力|注重|加[快强大]|牢牢|积极|严禁|区分|估计|发力|能力|提升|振兴|融合|翻番"
    "|同步|结合|阶段|文明|半)"
    "|项(?:规定|原则|基本|主张|本领|赛|、桨)|篇(?:文章|大)|条腿|张牌|人(?:帮|行|成虎)|[位场所支][一两]|台县"
    "|次(?:[、和及与]?[一二三四五六七八九十]+次){0,3}(?:全[会体国]|产业|会议|创业|供水|党代|党员|代表|分配|能源)"
    "|轮(?:车|驱动|延包|土地)|月[革一]|倍半|字(?:方针|诀|箴言|要求|原则|精神|真言|守则)"
)
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_DAY = re.compile("[12]?[0-9]|3[01]")
_MONTH = re.compile("0?[1-9]|1[0-2]")
_SPAN_OF_DAYS = re.compile("之?内|以[上内]|左右")


def measures(text: str) -> list[Measure]:
    """The quantities, ranks, dates and ratios of the plain ``text``, in order."""
    found = list(_numbers(text))
    for index in range(len(found) - 2, -1, -1):
        found[index] = _with_unit_of(found[index], found[index + 1], text)
    return [
        measure
        for measure in found
        if measure.unit or measure.form is not Form.QUANTITY or _is_score(measure, text)
    ]


def _numbers(text: str) -> Iterator[Measure]:
    """All numbers that may be quantities, those without a unit of their own as well."""
    position = 0
    after_month = -1
    while token := _TOKEN.search(text, position):
        position = token.end()
        for measure in _read(token, text, after_month):
            position = max(position, measure.end)
            after_month = measure.end if measure.measure == "月" else -1
            yield measure


def _read(token: re.Match[str], text: str, after_month: int) -> Iterator[Measure]:
    if token["ratio"]:
        yield from _ratio(token, text)
    elif token["part"]:
        yield from _shares(token)
    elif token["ranks"] or token["rank"] or token["top"]:
        yield from _ranks(token, text)
    elif token["digits"] or token["words"]:
        measure = _quantity(token, text)
        if measure is not None:
            yield from _dated(measure, text, after_month)


def _value(number: str) -> str:
    """The value of a number in digits or numerals, "" if it is none."""
    if number[0].isascii():
        return arabic_value(number)
    read = chinese_value(number)
    return read[0] if read and not read[1] else ""


def _ratio(token: re.Match[str], text: str) -> Iterator[Measure]:
    """10.2∶45.3, but not the time 9:30 nor the number behind a label's colon."""
    right = token["right"]
    said = "∶" in right or "比" in text[max(0, token.start() - 8) : token.start()]
    parts = re.split("[:：∶]", right)[1:]
    longest = max(map(len, parts))
    clock = all(len(part) == 2 for part in parts)
    possible = len(parts) < 4 and longest <= 5 and (said or not clock)
    if possible and not UNIT.match(text, token.end()):
        unit = re.sub("[:：]", "∶", right)
        yield Measure(token.start(), token.end(), token["left"], "", unit, Form.RATIO)


def _shares(token: re.Match[str]) -> Iterator[Measure]:
    """百分之三 and 百分之三至五."""
    unit = _PARTS[token["part"]]
    for group, start in (("share", token.start()), ("share_to", token.start("share_to"))):
        value = _value(token[group]) if token[group] else ""
        if value:
            words = not token[group][0].isascii()
            yield Measure(start, token.end(group), value, "", unit, Form.QUANTITY, words)


def _ranks(token: re.Match[str], text: str) -> Iterator[Measure]:
    """第3位, 第三、四名, 前10名 and, where it says a place, 第二 and 前三."""
    group = next(name for name in ("ranks", "rank", "top") if token[name])
    before = text[max(0, token.start() - _CONTEXT) : token.start()]
    if group == "rank" and not (_RANKED.search(before) and _RANK_ENDS.match(text, token.end())):
        return
    if group == "ranks" and before.endswith(("在", "放", "摆", "作为")):
        return
    unit = token["rank_unit"] or token["top_unit"] or ""
    for number in re.finditer(_NUMBER, token[group]):
        start = token.start(group) + number.start()
        end = token.start(group) + number.end()
        last = end == token.end(group)
        value = _value(number.group())
        if value:
            start -= text[start - 1] == "第"
            yield Measure(start, end + len(unit) * last, value, "", unit, Form.RANK)


def _quantity(token: re.Match[str], text: str) -> Measure | None:
    """The number of ``token`` with the unit behind it, if it may be a quantity."""
    if text[token.start() - 1 : token.start()] == "每":
        return None
    if token["words"]:
        return _in_words(token, text)
    end, magnitude, measure = _unit(text, token.end(), UNIT)
    minus = "-" if token["minus"] and measure in _SIGNED else ""
    start = token.start() if minus else token.start("digits")
    return Measure(start, end, minus + arabic_value(token["digits"]), magnitude, measure)


def _in_words(token: re.Match[str], text: str) -> Measure | None:
    numeral = token["words"] + (token["large"] or "")
    start, end = token.span()
    read = chinese_value(numeral)
    if read is None or _is_unknown(numeral, text, start, token.end("words")):
        return None
    value, large = read
    unit_end, _, measure = _unit(text, end, COUNTED if numeral in _SHORT else UNIT)
    if _is_phrase(numeral, measure, text, end) or (
        measure == "番" and text[start - 1] not in "翻了"
    ):
        return Measure(start, end, value, large, "", words=True)
    return Measure(start, unit_end, value, large, measure, words=True)


def _is_unknown(numeral: str, text: str, start: int, end: int) -> bool:
    """Whether ``numeral`` only says how large a number is: 数百, 几十; or names: 千村, 百强."""
    if numeral[0] in _ROUND and text[start - 1 : start] in ("数", "几"):
        return True
    if not _LARGE.issuperset(numeral) or _MORE.match(text, end):
        return False
    return not _REACHED.search(text, max(0, start - 4), start)


def _is_phrase(numeral: str, measure: str, text: str, end: int) -> bool:
    if numeral in ("一", "二"):
        return measure not in _UNITS_OF_ONE
    if measure == "届" or numeral in _ZERO:
        return True
    return _LARGE.isdisjoint(numeral) and _PHRASE.match(text, end) is not None


def _unit(text: str, position: int, units: re.Pattern[str]) -> tuple[int, str, str]:
    """Where the unit behind a number ends, its magnitude, and the unit without that."""
    start = _past(_MORE, text, position)
    if unit := units.match(text, start):
        return unit.end(), "", _plain(unit)
    magnitude = _MAGNITUDE.match(text, start)
    if magnitude is None:
        return position, "", ""
    if unit := units.match(text, _past(_MORE, text, magnitude.end())):
        return unit.end(), _plain(magnitude), _plain(unit)
    return magnitude.end(), _plain(magnitude), ""


def _past(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _plain(unit: re.Match[str]) -> str:
    """What was found without 多 and 余 in it: 个多月, 万多亿."""
    return re.sub("[多余 ]", "", unit.group())


def _dated(measure: Measure, text: str, after_month: int) -> Iterator[Measure]:
    """``measure`` as a date if it is one; nothing if it is an impossible one."""
    in_month = measure.start == after_month
    dated = replace(measure, form=Form.DATE)
    match measure.unit:
        case "年" if _YEAR.fullmatch(measure.value):
            yield dated
        case "月":
            if _MONTH.fullmatch(measure.value):
                yield dated
        case "日":
            if in_month or _is_day(measure, text):
                yield dated
            elif not measure.words:
                yield measure
        case "" if in_month and text.startswith("号", measure.end):
            yield replace(dated, end=measure.end + 1, measure="号")
        case _:
            yield measure


def _is_day(measure: Measure, text: str) -> bool:
    """Whether a number before 日 without a month is the day of one: 20日, but not 20日内."""
    possible = not measure.words and _DAY.fullmatch(measure.value) is not None
    return possible and _SPAN_OF_DAYS.match(text, measure.end) is None


def _with_unit_of(measure: Measure, following: Measure, text: str) -> Measure:
    """``measure`` with the unit that it shares with the number after it: 3-5年, 10至15万元."""
    lacks = not measure.measure and measure.form is Form.QUANTITY
    if not lacks or not following.measure or following.form in (Form.RANK, Form.RATIO):
        return measure
    if not _share_unit(measure, following, text):
        return measure
    ascending = Decimal(measure.value) <= Decimal(following.value)
    inherited = following.magnitude if ascending else ""
    return replace(
        measure,
        magnitude=measure.magnitude or inherited,
        measure=following.measure,
        form=following.form,
    )


def _share_unit(measure: Measure, following: Measure, text: str) -> bool:
    gap = text[measure.end : following.start]
    if _RANGE.fullmatch(gap):
        return not (measure.words and text[measure.start - 1 : measure.start] in _ENDS_IN_ONE)
    before = text[max(0, measure.start - _CONTEXT) : measure.start]
    return gap in ("、", "和", "及", "与") and _DISTRIBUTED.search(before) is not None


def _is_score(measure: Measure, text: str) -> bool:
    start = max(0, measure.start - _CONTEXT)
    return (
        not measure.words
        and _SCORED.search(text, start, measure.start) is not None
        and _SCORE_ENDS.match(text, measure.end) is not None
    )
