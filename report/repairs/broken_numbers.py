"""Numbers that line breaks or blanks broke: 8.↵3%, 1,↵234, 3↵亿元, 20↵23年, 1 9 9 7 年."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from report.domain import is_han
from report.repairs.edits import Edit

_D = "0-9０-９"
_B = r"[ \u3000\xa0]"
_BREAK = r"[ \t\u3000\xa0]{0,8}[\r\n\f]\s{0,16}"
_STOP = r"[，。；、,;）)]"
# 亿元企业, 万人评议, 吨级: a word that only looks like a unit.
_NO_COMPOUND = (
    r"(?![级級村镇鎮乡鄉县縣楼樓园園街店户戶]|大(?![关關])|[产產][值能业業]|能耗|台[账賬帐]"
    r"|企[业業]|工程|[项項]目|[评評][议議选選]|[计計][划劃]|[行活][动動]|[单單]位|俱[乐樂]部|基地"
    rf"|集[群团團]|以[上下](?!{_STOP}))"
)
# 年终, 年报, 年计划, 年均: words that begin with the year.
_YEAR_WORD = (
    r"[终終报報度鉴鑑会會均产產级級检檢审審货貨薪龄齡味轻輕]|[计計][划劃]|初步|中[总總][结結]"
)
_SHARE = r"(?:[%％‰]|个百分点|個百分點)"
_DECIMAL_UNIT = (
    rf"(?:{_SHARE}|[万亿萬億倍元吨噸亩畝米分岁歲度]|公里|公斤|平方|立方|小时|小時|[，。；）)])"
)
_COUNTED = r"[个個家名项項件台套辆輛张張条條所座处處次批]"
_MEASURED = (
    r"(?:[余餘多]?[万亿萬億]?(?:[元吨噸亩畝户戶人]|千瓦|公[里顷頃斤]|平方|立方)"
    rf"{_NO_COMPOUND}|[万亿萬億])"
)
_MEASURE_END = "长長达達到至为為约約超近共计計加入资資额額值款金费費收成了破过過减減积積量产產"
_THOUSANDS = (
    r"[ \xa0\u2009\u202f](?=[0-9]{3}\s?"
    rf"(?:[万亿萬億]?[元吨噸亩畝人]|人次|[户戶]|[万亿萬億]千瓦){_STOP})"
)
_FRACTION = rf"[{_D}]{{1,4}}\s?"

_PARTED_DIGITS = re.compile(
    "|".join(
        (
            # 增长8.↵3%: not where the number opens its line, there it is a list mark.
            rf"(?:(?<=[^\s{_D}][{_D}][.．])|(?<=[^\s{_D}][{_D}]{{2}}[.．])|(?<=[{_D}]{{3}}[.．]))"
            rf"{_BREAK}(?={_FRACTION}{_DECIMAL_UNIT})",
            # 增长8. 3%
            rf"(?:(?<=[\u4e00-\u9fff][{_D}][.．])|(?<=[\u4e00-\u9fff][{_D}]{{2}}[.．]))"
            rf"{_B}{{1,2}}(?={_FRACTION}(?:{_SHARE}|[万亿萬億][元亩畝吨噸人]))",
            # 增长8↵.3%, 增长8 .3%
            rf"(?<=[{_D}])(?:{_BREAK}|{_B}{{1,2}})(?=[.．]{_FRACTION}{_DECIMAL_UNIT})",
            # 增长1 2.5%
            rf"(?<=[长長降达達占为為到率约約超][{_D}]){_B}(?=[{_D}][.．]{_FRACTION}{_SHARE})",
            # 1,↵234家
            rf"(?:(?<=[^{_D}.．,][{_D}],)|(?<=[^{_D}.．,][{_D}]{{2}},)"
            rf"|(?<=[^{_D}.．,][{_D}]{{3}},)|(?<=[^{_D}],[{_D}],)|(?<=[^{_D}],[{_D}]{{2}},))"
            rf"{_BREAK}(?=[{_D}]{{3}}\s?(?:{_MEASURED}|{_COUNTED}{_STOP}))",
            # 20↵23年, 202↵3年
            rf"(?:(?<=[^{_D}]20)|(?<=[^{_D}]19)){_BREAK}(?=[0-9]{{2}}年(?!{_YEAR_WORD}))",
            rf"(?<=[^{_D}]20[0-9]){_BREAK}(?=[0-9]年(?!{_YEAR_WORD}))",
            # 达1 200亿元，
            rf"(?<=[{_MEASURE_END}][1-9]){_THOUSANDS}|(?<=[{_MEASURE_END}][1-9][0-9]){_THOUSANDS}"
            rf"|(?<=[{_MEASURE_END}][1-9][0-9]{{2}}){_THOUSANDS}",
        )
    )
)
# 均重4.↵4克: only in a text that ends no sentence with a point. What is counted one by one
# has no decimals: 4.↵4个 is an item of a list.
_ANY_PARTED_FRACTION = re.compile(
    rf"(?:(?<=[\u4e00-\u9fff～~—-][{_D}][.．])|(?<=[\u4e00-\u9fff～~—-][{_D}]{{2}}[.．])"
    rf"|(?<=[{_D}]{{3}}[.．])){_BREAK}(?=[{_D}]{{1,2}}(?:[克升瓦秒级級折厘釐毫微千百:：/]|、[{_D}]))"
)
_POINT_AS_STOP = re.compile(r"[\u4e00-\u9fff][.．](?=[\s\u4e00-\u9fff])")
# Units that begin no word: what follows tells 亿元 from 亿元村, 年底 from 年度总结.
_PARTED_UNIT = re.compile(
    rf"{_BREAK}(?={_SHARE}"
    r"|(?:[余餘多]?[万亿萬億]{1,2}(?:[元吨噸户戶亩畝件次美册頭头套台株斤棵只条]|人次?|[平立]方米)"
    r"|(?:[余餘多]?[万亿萬億]{1,2})?(?:(?:平方|立方)(?:公里|米)|公[里顷頃斤]|千[瓦米])"
    rf"|[吨噸]|[亩畝](?!均)|人次){_NO_COMPOUND}"
    rf"|[余餘多]?[万亿萬億]{{1,2}}(?={_STOP})|[元个個倍家户戶人](?={_STOP})"
    rf"|年(?!{_YEAR_WORD})(?=[，。；、,;）)来來内內以底初末])|月(?=[，。、,至底初末份])|日(?=[，。、,至起]))"
)
_NUMBER_BEFORE = re.compile(rf"([^\s{_D}.．,，])[{_D}][{_D}.．,，]{{0,12}}$")
_LONGEST_NUMBER = 15
_NUMBERED = "第表图圖件注号號章节節条條卷期"
"""What stands before a number that only counts up: 附件3, 第3, 表3."""
_YEAR = re.compile(rf"(?<![{_D}])(?:19|20)[0-9]{{2}}({_BREAK})年(?!{_YEAR_WORD})")
# 投资2↵00亿元: no number begins with 00, and no count of something with 0.
_REST_OF_INTEGER = re.compile(
    rf"{_BREAK}(?:(?=00[0-9]?[余餘多]?\s?{_COUNTED}"
    rf"|0[0-9]{{1,3}}(?:[.．][0-9]{{1,4}})?\s?(?:{_SHARE}|{_MEASURED}|{_COUNTED}{_STOP})"
    r"|0\s?(?:[余餘多]?[万亿萬億]|[余餘多])"
    rf"|0\s?(?:{_SHARE}|人次|[元吨噸亩畝户戶人]|{_COUNTED})(?:{_STOP}|以[上下]|左右))"
    r"|(?P<thousands>(?=[1-9][0-9]{2}\s?"
    rf"(?:[万亿萬億]?[元吨噸亩畝户戶人]|人次|{_COUNTED}){_STOP})))"
)
_INTEGER_BEFORE = re.compile(
    r"(?P<clause>[^，,。；;：:、\s]{0,30}[^\s0-9０-９.．,，])[1-9][0-9]{0,3}\Z"
)
_THOUSANDS_BEFORE = re.compile(r"[^0-9][0-9]{1,3}\Z")
_LONGEST_CLAUSE = 36
_MEASURING = re.compile(
    r"接待|完成|[达達到增超约約]|[实實][现現]|建成|突破|累[计計]|投[入资資]|培[训訓]|引[进進]|惠及"
    r"|[帮幫]助|[发發]放|[争爭]取|[办辦]理|[处處]理|[检檢][查测測]|吸[纳納]|[带帶][动動]|[转轉]移"
    r"|受理|[减減]少|[种種]植|改造|[销銷]售|生[产產]|出[栏欄]|[产產][值量]"
)
_FINE_DUST = re.compile(
    r"PM(?P<name>\s{0,4}[\r\n]\s{0,4})?(?:2[.．](?P<point>\s{0,4}[\r\n]\s{0,4})?5|10)(?![0-9])(?P<rest>\s{0,4}[\r\n]\s{0,4}(?=[\u4e00-\u9fff]))?"
)
_SPACED = re.compile(
    rf"(?<![A-Za-z{_D}.． \t\u3000\xa0])[{_D}](?:(?:{_B}|{_B}?[.．]{_B}?)[{_D}](?![{_D}]))++"
    rf"(?!{_B}?[.．]?{_B}?[{_D}])(?={_B}?(?P<unit>[\u4e00-\u9fff%％‰]))"
)
_BLANK = re.compile(_B)
_SURE_DIGITS = 4
_HABIT = 3


def broken_numbers(text: str) -> Iterator[Edit]:
    """Take out the line breaks and blanks that stand inside a number, or before its unit."""
    spans = {match.span() for match in _PARTED_DIGITS.finditer(text)}
    spans.update(
        match.span() for match in _PARTED_UNIT.finditer(text) if _counts(text, match.start())
    )
    spans.update(
        match.span()
        for match in _REST_OF_INTEGER.finditer(text)
        if _is_cut_off(text, match.start(), in_thousands=match["thousands"] is not None)
    )
    if not _POINT_AS_STOP.search(text):
        spans.update(match.span() for match in _ANY_PARTED_FRACTION.finditer(text))
    spans.update(match.span(1) for match in _YEAR.finditer(text))
    spans.update(_inside_fine_dust(text))
    spans.update(_spaced_digits(text))
    return _disjoint(spans)


def _disjoint(spans: Iterable[tuple[int, int]]) -> Iterator[Edit]:
    end = 0
    for start, stop in sorted(spans):
        if start >= end:
            yield Edit(start, stop)
            end = stop


def _counts(text: str, end: int) -> bool:
    """Whether a number ends at ``end`` that says how much, in a sentence and not in a cell."""
    number = _NUMBER_BEFORE.search(text, max(0, end - _LONGEST_NUMBER), end)
    if number is None:
        return False
    lead = number.group(1)
    return (is_han(lead) or lead in "~～—-－、，,：:（(") and lead not in _NUMBERED


def _is_cut_off(text: str, end: int, *, in_thousands: bool) -> bool:
    """Whether an integer ends at ``end``, in a sentence, that may go on behind the break.

    Where the rest could be a number of its own, the clause must say what is measured.
    """
    begin = max(0, end - _LONGEST_CLAUSE)
    integer = _INTEGER_BEFORE.search(text, begin, end)
    if integer is None or not _counts(text, end):
        return False
    if not in_thousands:
        return True
    thousands = _THOUSANDS_BEFORE.search(text, begin, end)
    return thousands is not None and _MEASURING.search(integer["clause"]) is not None


def _inside_fine_dust(text: str) -> Iterator[tuple[int, int]]:
    """The breaks around the lowered figure of PM2.5."""
    for match in _FINE_DUST.finditer(text):
        if match.group("point"):
            yield match.span("point")
        if match.group("name"):
            yield match.span("name")
            if match.group("rest"):
                yield match.span("rest")


def _spaced_digits(text: str) -> Iterator[tuple[int, int]]:
    """The blanks between single digits: 1 9 9 7 年.

    A few digits may be cells of a table, unless the text spaces its numbers throughout.
    """
    runs = [
        match for match in _SPACED.finditer(text) if not _counts_up(_BLANK.sub("", match.group()))
    ]
    habit = sum(_is_long(match.group()) for match in runs) >= _HABIT
    for match in runs:
        decimal = match.group("unit") in "%％‰" and any(sign in match.group() for sign in ".．")
        if habit or decimal or _is_long(match.group()):
            for blank in _BLANK.finditer(text, *match.span()):
                yield blank.span()


def _is_long(run: str) -> bool:
    return sum(sign.isdecimal() for sign in run) >= _SURE_DIGITS


def _counts_up(digits: str) -> bool:
    return len(digits) > 2 and digits in "123456789"
