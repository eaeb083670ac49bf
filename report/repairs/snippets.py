"""Titles and cut-off openings of other documents, as sites list them below a report.

All functions take lines in Simplified characters with half-width ASCII signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from report.enumeration import mark_at

MAX_TITLE = 45
"""A longer line is no title."""
MIN_SNIPPET, MAX_SNIPPET = 24, 300
"""Sites cut openings off far before this; what is longer is a report that was cut off."""
_MIN_LISTED, _MIN_ALIEN = 4, 2
"""How many titles are a list, and how many of them must be such as no report has."""
_ENOUGH = 2
"""How many openings below their titles are believed; a telling one counts twice."""
_OPENING_REACH = 40
"""How far into a text it says what it is about."""

_REVIEWS = "总结|小结|汇报|报告|述职|(?:汇报|事迹)材料|自查"
_KINDS = (
    rf"(?:{_REVIEWS}|计划|方案|要点|合同|协议书?|范[文本例]|模板|样本|样表|心得(?:体会)?|体会|讲话稿?|发言稿?"
    r"|演讲稿|主持词|倡议书|申请书|承诺书|责任书|通知书?|制度|办法|预案|规定|细则|规范|论文|课件|教案|说课稿"
    r"|教学设计|教学反思|试题|试卷|习题|复习题|答案|题库|策划书?|简历|自我(?:鉴定|评价)|表格?|手册|读后感|作文"
    r"|PPT|流程图?|说明书|可行性(?:研究)?报告|写法|指南|大全|汇编|通报|简报|事迹)"
)
_EXTENSION = r"\.(?:docx?|wps|pdf|pptx?|xlsx?|txt|rtf|zip|rar)"
_COPIES = (
    r"(?:[(〔【\[][^)〕】\]]{1,14}[)〕】\]]|(?:优秀|通用|精选|最新|汇总|集锦)?(?:共?[\d一二三四五六七八九十]{1,3}篇)"
    rf"|《[^》]{{1,14}}》|{_EXTENSION}|范[文本例]|模板|及答案|含答案|\d{{1,2}})"
)
_TITLE = re.compile(rf"[^。;!?,:]{{0,36}}{_KINDS}{_COPIES}{{0,3}}", re.IGNORECASE)
# No report has these among its items; a plan may name plans and reports to be written.
_ALIEN = re.compile(
    r"范[文本例]|模板|样本|合同|协议|课件|教案|说课稿|教学(?:设计|反思)|试题|试卷|习题|答案|题库|读后感|作文"
    r"|心得|演讲稿|主持词|自我(?:鉴定|评价)|\d篇|[一二三四五六七八九十]篇|精选|通用版|PPT$"
)
_ACTION = re.compile(
    r"(?:完成|制定|编制|起草|撰写|编写|写|报送|上报|修订|签订|签|续签|完善|落实|出台|印发|准备|组织|提交|拟定|审核"
    r"|做好|抓好|开展|推进|推动|协助|配合|整理|梳理|汇总|参加|召开|研究|执行|实施|建立|健全)"
)
# Titles that a report gives to its own sections.
_SECTION = re.compile(
    r"(?:主要|重点|存在|下一步|下步|今后|明年|来年|下半年|下阶段|下季度|下月|近期|工作|总体|保障|具体|对策|意见|建议"
    r"|情况|问题|经验|几点|个人|思想|自我)*(?:总结|小结|汇报|报告|计划|方案|要点|打算|材料|规划|体会|制度|办法|规定)"
)
_REVIEW = re.compile(rf"(?:{_REVIEWS})$")
_APPENDIX = re.compile(r"附[件表录注]|抄[送报]|主题词")
_CUT = re.compile(r"(?:\.{3,}|…+|。{2,})\s*$")
_CUT_WORD = re.compile(r"[\w、,;)%】]\s*(?:\.{3,}|…+|。{2,})\s*$")
_BEGINS_WITH_TITLE = re.compile(
    rf"(?!.?此|以上|[^。]*(?:实施|制定|(?<!工)作|开展|推进))[^。;!?,:]{{2,30}}(?:{_REVIEWS}|(?:工作|年度?|学期)计划)(?:和计划)?\s?[。.](?![。.])"
)
_OPENING = re.compile(
    r"任职以来|参加工作以来|[一半]年来|今年以来|[\d*x]{2,4}年|本(?:年度|学期|学年|人)|过去的|转眼|时光|在.{1,25}领导下"
    r"|根据|按照|为(?:了|进一步)"
)


def is_title(line: str) -> bool:
    """Whether ``line`` reads like the title of a document."""
    return len(line) <= MAX_TITLE and _TITLE.fullmatch(line) is not None


def is_cut_off(line: str) -> bool:
    """Whether ``line`` may be the opening of a document, cut off by a site."""
    return (
        MIN_SNIPPET <= len(line) <= MAX_SNIPPET
        and line[0] not in "—-("
        and _CUT.search(line) is not None
        and mark_at(line) is None
    )


def opens_with_title(line: str) -> bool:
    """Whether ``line`` is a cut-off opening that begins with the title of its document."""
    return is_cut_off(line) and _BEGINS_WITH_TITLE.match(line) is not None


def snippets_from(lines: Sequence[str], of_site: Sequence[bool]) -> int:
    """Where the cut-off openings of other documents begin that close ``lines``.

    Each stands below its title or begins with it. Without its title none is believed
    unless another one stands above: the report itself may have been cut off.

    Args:
        lines: the lines.
        of_site: which of them are certainly a site's.

    Returns:
        The index of the first line, the number of lines if there are none.
    """
    start = end = len(lines)
    found = 0
    while end > 0 and is_cut_off(lines[end - 1]):
        line = lines[end - 1]
        end -= 1
        if end > 0 and _names_other(lines[end - 1], line):
            end -= 1
            found += 1 + _certainly_opens(lines[end], line)
            start = end
        elif opens_with_title(line):
            found += _ENOUGH
            start = end
        elif end > 1 and of_site[end - 2] and _is_headline(lines[end - 1]):
            end -= 1
            found += _ENOUGH
            start = end
    return start if found >= _ENOUGH else len(lines)


def series_from(lines: Sequence[str]) -> int:
    """Where a series of cut-off openings begins, each below the same title or a telling one.

    What follows such a series is the site's, too: no report goes on below it.

    Returns:
        The index of its first title, the number of lines if there is no such series.
    """
    length = 2 * _ENOUGH
    for first in range(len(lines) - length + 1):
        title = lines[first]
        pairs = [(lines[place], lines[place + 1]) for place in range(first, first + length, 2)]
        if _is_headline(title) and all(
            is_cut_off(opening) and (name == title or _names_other(name, opening))
            for name, opening in pairs
        ):
            return first
    return len(lines)


def _is_headline(line: str) -> bool:
    """Whether ``line`` is a title, and neither an item of a list nor an annex."""
    return is_title(line) and mark_at(line) is None and not _APPENDIX.match(line)


def _names_other(title: str, line: str) -> bool:
    """Whether ``title`` is no section's of the report, and ``line`` breaks off below it."""
    return (
        _is_headline(title) and not _SECTION.fullmatch(title) and _CUT_WORD.search(line) is not None
    )


def _certainly_opens(title: str, line: str) -> bool:
    """Whether one such pair is enough: no section of a report is called a review."""
    if _BEGINS_WITH_TITLE.match(line):
        return True
    opens = _OPENING.search(line[:_OPENING_REACH]) is not None
    return opens and _REVIEW.search(title) is not None


def listed_from(lines: Sequence[str]) -> int:
    """Where a list of other documents' titles begins that closes ``lines``.

    Returns:
        The index of the first title, the number of lines if there is no such list.
    """
    start = len(lines)
    while start and is_title(lines[start - 1]) and not _own(lines[start - 1]):
        start -= 1
    titles = lines[start:]
    alien = sum(_ALIEN.search(title) is not None for title in titles)
    if len(titles) < _MIN_LISTED or alien < _MIN_ALIEN or 2 * alien < len(titles):
        return len(lines)
    return len(lines) if start and _APPENDIX.match(lines[start - 1]) else start


def _own(title: str) -> bool:
    """Whether a report may have such a title among its items, sections and annexes."""
    return bool(_ACTION.match(title) or _APPENDIX.match(title) or _SECTION.fullmatch(title))
