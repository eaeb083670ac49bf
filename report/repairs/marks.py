"""Punctuation that a conversion exchanged for other signs, or doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import merge

from report.repairs.edits import Edit

_ORDINARY = str.maketrans(
    "〝〞〟｡｢｣､･﹐﹑﹒﹔﹕﹖﹗﹙﹚﹝﹞︰︱︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄",
    "“””。「」、·，、.；：？！（）（）：—（）｛｝（）【】《》〈〉「」『』",
)
_MIDDLE_DOT = "·"
_TURTLE_BRACKETS = str.maketrans("〔〕", "（）")
# 国发〔2023〕5号: there the brackets are right.
_DOCUMENT_YEAR = r"〔\s?(?:19|20|１９|２０)[0-9０-９]{2}\s?年?\s?〕"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_ODD_SIGN = re.compile(
    rf"(?P<year>{_DOCUMENT_YEAR})|(?P<dot>(?<=[{_HAN}])﹒(?=[{_HAN}]))"
    rf"|[〔〕{''.join(map(chr, _ORDINARY))}]"
)
_RUN_OF_STOPS = re.compile(r"([、；：])\1+|[，。]{2,}")
_ELLIPSIS = "。。。"

_TITLE_END = (
    "条例|條例|办法|辦法|方法|意见|意見|规划|規劃|纲要|綱要|大纲|大綱|方案|计划|計劃|通知|决定|決定"
    "|决议|決議|细则|細則|指南|指引|规定|規定|制度|报告|報告|公报|公報|标准|標準|目录|目錄|名单|名單"
    "|清单|清單|[白蓝藍]皮[书書]|规程|規程|规则|規則|规范|規範|准则|準則|章程|要点|要點|批复|公告|通告"
    "|通报|通報|倡议书|倡議書|责任书|責任書|协议书?|協議書?|预案|預案|措施|政策|法典"
    "|(?:生产|保护|促进|管理|监督|劳动|合同|预算|统计|公司|教育|防治|审计|处罚)法"
)
_STATUS = (
    r"(?:[〔（(](?:试行|試行|暂行|暫行|修订|修訂|修正|草案|征求意见稿|送审稿|20\d\d.{1,14})[案稿]?"
    r"[〕）)])?"
)
# Only titles that begin with 关于 have commas.
_TITLE = re.compile(
    rf"(?:[关關][于於][^?？!！。；;]{{2,60}}|[^?？!！。；;，,]{{2,60}})(?:{_TITLE_END}){_STATUS}"
)
_ASCII_MARK, _WIDE_MARK = re.compile(r"\?"), re.compile("？")
_TITLE_LENGTHS = range(4, 61)
# What opens no title, and what is asked rather than named.
_NO_TITLE = re.compile(
    r"[，,、：:”’）)》\s]|没有|沒有|有没|有沒|是否|[这那這]|[我你他她它]|大家|各位|还|還|也|都|就|又"
    r"|.*(?:怎么|怎麼|怎样|怎樣|如何|什么|什麼|为何|為何|哪|谁|誰|[吗嗎呢吧]|是不是|有没有|有沒有"
    r"|能不能|会不会|行不行|好不好|多少)"
)


def marks(text: str) -> Iterator[Edit]:
    """Give punctuation its ordinary signs back.

    ``?…条例?`` gets its title marks 《》, 〞 becomes ”, 〔〕 become brackets unless they hold
    the year of a document's number, half-width and small forms become ordinary ones.
    Doubled commas and full stops become single, an ellipsis of full stops stays.
    """
    return merge(_title_marks(text), _odd_signs(text), _doubled(text), key=lambda edit: edit.start)


def _odd_signs(text: str) -> Iterator[Edit]:
    for match in _ODD_SIGN.finditer(text):
        if not match["year"]:
            sign = match.group().translate(_ORDINARY).translate(_TURTLE_BRACKETS)
            yield Edit(match.start(), match.end(), _MIDDLE_DOT if match["dot"] else sign)


def _doubled(text: str) -> Iterator[Edit]:
    for match in _RUN_OF_STOPS.finditer(text):
        stops = match.group()
        if _ELLIPSIS not in stops:
            yield Edit(match.start(), match.end(), "。" if "。" in stops else stops[0])


def _title_marks(text: str) -> Iterator[Edit]:
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        titles = [*_titles(text, _ASCII_MARK, start, end), *_titles(text, _WIDE_MARK, start, end)]
        for opening, closing in sorted(titles):
            yield Edit(opening, opening + 1, "《")
            yield Edit(closing, closing + 1, "》")
        start = end


def _titles(text: str, mark: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The pairs of question marks in ``text[start:end]`` that stand around a title."""
    places = [match.start() for match in mark.finditer(text, start, end)]
    if len(places) % 2:
        return
    for opening, closing in zip(places[::2], places[1::2], strict=True):
        if closing - opening - 1 in _TITLE_LENGTHS and _is_title(text, opening + 1, closing):
            yield opening, closing


def _is_title(text: str, start: int, end: int) -> bool:
    named = _TITLE.fullmatch(text, start, end)
    return named is not None and not _NO_TITLE.match(text, start, end)
