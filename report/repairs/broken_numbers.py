"""Numbers that line breaks or blanks broke: 8.↵3%, 1,↵234, 3↵亿元, 20↵23年, 1 9 9 7 年."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from report.domain import is_han
from report.repairs.edits import Edit

_D = "0-9０-９"
_B = r"[ \u3000\xa0]"
_BREAK = r"[ \t\u3000\xa0]{0,8}[\r\n]\s{0,16}"
_SHARE = r"(?:[%％‰]|个百分点|個百分點)"
_DECIMAL_UNIT = (
    rf"(?:{_SHARE}|[万亿萬億倍元吨噸亩畝米分岁歲度]|公里|公斤|平方|立方|小时|小時|[，。；）)])"
)
_COUNTED = r"[万亿萬億元吨噸亩畝个個家户戶人名项項件台套辆輛公平立千]"
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
            rf"(?:(?<=[^{_D}.．,，][{_D}],)|(?<=[^{_D}.．,，][{_D}]{{2}},)"
            rf"|(?<=[^{_D}.．,，][{_D}]{{3}},)){_BREAK}(?=[{_D}]{{3}}\s?{_COUNTED})",
            # 20↵23年, 202↵3年
            rf"(?:(?<=[^{_D}]20)|(?<=[^{_D}]19)){_BREAK}(?=[0-9]{{2}}年)",
            rf"(?<=[^{_D}]20[0-9]){_BREAK}(?=[0-9]年)",
        )
    )
)
# 托位4.↵4个: only in a text that ends no sentence with a point.
_ANY_PARTED_FRACTION = re.compile(
    rf"(?:(?<=[\u4e00-\u9fff～~—-][{_D}][.．])|(?<=[\u4e00-\u9fff～~—-][{_D}]{{2}}[.．])"
    rf"|(?<=[{_D}]{{3}}[.．])){_BREAK}(?=[{_D}]{{1,2}}(?:[\u4e00-\u9fff:：/]|、[{_D}])(?<![年月日]))"
)
_POINT_AS_STOP = re.compile(r"[\u4e00-\u9fff][.．](?=[\s\u4e00-\u9fff])")
# Units that begin no title: what follows tells 亿元 from 亿元村, 年底 from 年度总结.
_PARTED_UNIT = re.compile(
    rf"{_BREAK}(?={_SHARE}"
    r"|[余餘多]?[万亿萬億]{1,2}(?:[元吨噸人户戶亩畝件次平立千公美册頭头套台株斤棵只条]|[，。；、,;）)])"
    r"|[元个個倍家户戶人](?=[，。；、,;）)])|(?:平方|立方)(?:公里|米)|公[里顷頃斤]|[吨噸]|[亩畝](?!均)"
    r"|千[瓦米]|人次|年(?=[，。；、,;）)来來内內以底初末])|月(?=[，。、,至底初末份])|日(?=[，。、,至起]))"
)
_NUMBER_BEFORE = re.compile(rf"([^\s{_D}.．,，])[{_D}][{_D}.．,，]{{0,12}}$")
_LONGEST_NUMBER = 15
_NUMBERED = "第表图圖件注号號章节節条條卷期"
"""What stands before a number that only counts up: 附件3, 第3, 表3."""
_YEAR = re.compile(rf"(?<![{_D}])(?:19|20)[0-9]{{2}}({_BREAK})年(?!度)")
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
