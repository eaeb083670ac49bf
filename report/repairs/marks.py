"""Punctuation that a conversion exchanged for other signs, or doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import merge

from report.domain import HAN
from report.repairs.edits import Edit

_ORDINARY = str.maketrans(
    "〝〞〟｡｢｣､･﹐﹑﹒﹔﹕﹖﹗﹙﹚﹝﹞︰︱︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄",
    "“””。「」、·，、.；：？！（）（）：—（）｛｝（）【】《》〈〉「」『』",
)
_MIDDLE_DOT = "·"
_TURTLE_BRACKETS = str.maketrans("〔〕", "（）")
# 国发〔2023〕5号, 〔2023-2024〕1号: there the brackets are right.
_DOCUMENT_YEAR = (
    r"〔\s?(?:19|20|１９|２０)\s?[0-9０-９]\s?[0-9０-９]\s?年?"
    r"(?:\s?[-－–—~～至]\s?[0-9０-９]{2,4}\s?年?)?\s?〕"
)
_ODD_SIGN = re.compile(
    rf"(?P<year>{_DOCUMENT_YEAR})|(?P<dot>(?<=[{HAN}])﹒(?=[{HAN}]))"
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
_ASKED = (
    r"是否|能否|可否|怎|如何|[什甚][么麼]|何[时時处處以]|[为為][何啥]|有何|哪|[谁誰]|[吗嗎呢吧]|多少|几[个時时]"
    r"|是不是|有[没沒]有|能不能|[会會]不[会會]|要不要|行不行|好不好|[难難]道"
)
# What opens no title, and what is asked rather than named.
_NO_TITLE = re.compile(
    r"[，,、：:”’）)》\s]|[没沒缺靠]|有[没沒]|[这這那]|[我你您他她它]|大家|各位|[还還]|也|都|就|又|[应應]|必[须須]"
    r"|[对對](?!外)|因[为為]|[关關][键鍵](?!信息|核心|技[术術])|根源|原因|先(?!进|進|行)|再(?!生|就)|完善|出[台臺]"
    r"|制[定订訂]|[贯貫][彻徹]|落[实實]|[今明]年|下一步|群[众眾]"
    rf"|.*(?:{_ASKED})"
)
# A question has no title in it: the clause before the mark, up to the mark itself.
_QUESTION = re.compile(rf".*(?:{_ASKED}|[没沒]|未(?![来來])|[难難]|不(?!断|斷|折|动|動))")
_CLAUSE = re.compile(r"[^，,；;。！!：:、?？\s]*\Z")
_LONGEST_CLAUSE = 60
# What a title follows: the beginning of a clause, a verb that has it as its object, 和, 等.
_LEAD = re.compile(
    r"(?:[，,、；;。：:（(“》]|(?:以及|[和与與及暨等]|(?<![可何所得难難])以|[现現][将將]|法[规規]"
    r"|[贯貫][彻徹]|落[实實]|宣[贯貫传傳]|根[据據]|依[据據照]|按照?|[参參对對]照|遵[照守循]"
    r"|[实實]施|[执執]行|施行|推行|[学學][习習]|[围圍][绕繞]|[结結]合|解[读讀]|推[动動]|[启啟]动"
    r"|印[发發]|[颁頒公][布佈發发]|[发發]布|[发發作推]出|出[台臺]|[转轉下][发發]|下[达達]|上[报報]"
    r"|[报報]送|提交|[制编編][定订訂]|[编編][制製写寫]|[编編]制完成|起草|[拟擬][定订訂]|修[订訂正改]"
    r"|[签簽][订訂署]|通[过過]|[审審][议議定]|批准|[纳納列]入|入[选選])[了好的]?)\Z"
)
# 国务院《关于…》: an issuing body is a lead only for a title that no question resembles.
_BODY = re.compile(r"(?:[委府院厅廳局办辦部会會处處室组組省市县縣区區]|\s)\Z")
_LONGEST_LEAD = 6
_ABOUT = re.compile(r"[关關][于於]")
# What continues the clause, not what begins the answer.
_CONTINUED = re.compile(
    r"[，,、；;。）)”：:?？]"
    r"|(?![就是对對因我你您他她它这這那有答请請必应應当當不没沒还還也都其只可怎如什哪谁誰先再缺靠大]"
    r"|[为為][何啥什甚]|[关關][键鍵]|根源|原因|出[台臺]|完善|落[实實]|群[众眾])[0-9\u4e00-\u9fff]"
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
    behind = -1
    for opening, closing in zip(places[::2], places[1::2], strict=True):
        if (
            closing - opening - 1 in _TITLE_LENGTHS
            and _is_title(text, opening + 1, closing)
            and (opening == behind or _is_led(text, start, opening))
            and _is_continued(text, opening + 1, closing + 1)
        ):
            yield opening, closing
            behind = closing + 1


def _is_title(text: str, start: int, end: int) -> bool:
    named = _TITLE.fullmatch(text, start, end)
    return named is not None and not _NO_TITLE.match(text, start, end)


def _is_led(text: str, line: int, opening: int) -> bool:
    """Whether what stands before ``opening`` introduces a title and asks nothing."""
    begin = max(line, opening - _LONGEST_CLAUSE)
    if begin == line and not text[line:opening].strip():
        return True
    clause = _CLAUSE.search(text, begin, opening)
    if clause is None or _QUESTION.match(clause.group()):
        return False
    if _LEAD.search(text, max(begin, opening - _LONGEST_LEAD), opening):
        return True
    about = _ABOUT.match(text, opening + 1) is not None
    return about and _BODY.search(text, opening - 1, opening) is not None


def _is_continued(text: str, title: int, behind: int) -> bool:
    """Whether the clause goes on at ``behind``; a line may end behind a title with 关于."""
    if _CONTINUED.match(text, behind):
        return True
    return _ABOUT.match(text, title) is not None and not text[behind : behind + 1].strip()
