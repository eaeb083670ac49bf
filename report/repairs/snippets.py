"""Titles and cut-off openings of other documents, as sites list them below a report.

All functions take lines in Simplified characters with half-width ASCII signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from report.enumeration import mark_at

MAX_TITLE = 45
"""A longer line is no title."""
MIN_SNIPPET, MAX_SNIPPET = 24, 300
"""Sites cut openings off far before this; what is longer is a report that was cut off."""
_MIN_LISTED, _MIN_ALIEN = 4, 2
"""How many titles are a list, and how many of them must be such as no report has."""
_ENOUGH = 2
"""How many openings below their titles are believed."""
_FOREIGN = 0.12
"""What shares fewer of its pairs of characters with the report is about something else.

Of the paragraphs of a report nine in ten share more with its rest, of those of others
fewer than one in four.
"""

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
_SELF = re.compile(
    r"本人|任职|任教|参加工作|转眼|时光|自己|我(?!们|国|省|市|县|区|州|旗|镇|乡|街|局|委|厅|办|院|部)"
)
_STOCK = "工作总结 工作汇报 工作报告 述职报告 工作计划 今年以来 一年来 领导下 完成 认真"
"""Words that all reports have."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class _Opening:
    """The cut-off opening of a document: its lines, and the title, if above it."""

    first: int
    last: int
    title: str | None
    text: str

    @property
    def has_title(self) -> bool:
        """Whether it begins with its title, as reports do not begin their paragraphs."""
        return _BEGINS_WITH_TITLE.match(self.text) is not None

    @property
    def names_other(self) -> bool:
        """Whether it breaks off inside a sentence, and has no section's title."""
        of_section = self.title is not None and _SECTION.fullmatch(self.title)
        return not of_section and _CUT_WORD.search(self.text) is not None


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


def snippets(
    lines: Sequence[str], of_site: Sequence[bool], above: str, closing: int
) -> list[range]:
    """Where cut-off openings of other documents stand, each below its title or with it.

    A report may be cut off by a site itself, and so may the sections of minutes. Openings
    are believed where their titles are one, where two or more break off inside a sentence
    beside a site's line, or where they are about somebody else.

    Args:
        lines: the lines.
        of_site: which of them are certainly a site's.
        above: the text above the lines.
        closing: from which line on none reads like a report's text.

    Returns:
        The indices of the lines of each series.
    """
    found = []
    for series in _series(lines):
        span = range(series[0].first, series[-1].last + 1)
        if (
            _have_one_title(series)
            or _stand_beside_site(series, span, of_site)
            or (span.start >= closing and _are_foreign(series, [above, *lines[: span.start]]))
        ):
            found.append(span)
    return found


def _series(lines: Sequence[str]) -> Iterator[list[_Opening]]:
    """The openings that stand one below the other."""
    series: list[_Opening] = []
    index = 0
    while index < len(lines):
        opening = _opening_at(lines, index, in_series=bool(series))
        if opening is None and series:
            yield series
            series = []
        if opening is not None:
            series.append(opening)
        index = opening.last + 1 if opening else index + 1
    if series:
        yield series


def _opening_at(lines: Sequence[str], index: int, *, in_series: bool) -> _Opening | None:
    line = lines[index]
    below = lines[index + 1] if index + 1 < len(lines) else ""
    if _is_headline(line) and is_cut_off(below):
        return _Opening(index, index + 1, line, below)
    if is_cut_off(line) and (in_series or _BEGINS_WITH_TITLE.match(line)):
        return _Opening(index, index, None, line)
    return None


def _have_one_title(series: Sequence[_Opening]) -> bool:
    """Whether all stand below the same title, other than that of a section on plans."""
    titles = [opening.title for opening in series if opening.title is not None]
    alike = len(titles) >= _ENOUGH and len(set(titles)) == 1
    if not alike:
        return False
    return _REVIEW.search(titles[0]) is not None or not _SECTION.fullmatch(titles[0])


def _stand_beside_site(series: Sequence[_Opening], span: range, of_site: Sequence[bool]) -> bool:
    """Whether a site's line tells of openings that break off inside their sentences.

    One is enough right below such a line.
    """
    below_site = span.start > 0 and of_site[span.start - 1]
    if below_site and _CUT_WORD.search(series[0].text):
        return True
    beside = below_site or any(of_site[span.stop : span.stop + 1]) or of_site[-1]
    others = [opening for opening in series if opening.names_other]
    return beside and len(others) + sum(opening.has_title for opening in others) >= _ENOUGH


def _are_foreign(series: Sequence[_Opening], above: Iterable[str]) -> bool:
    """Whether they speak of nothing that the report speaks of.

    Below titles somebody speaks of himself, too: minutes have sections on many things.
    """
    if not all(opening.names_other for opening in series):
        return False
    if not any(opening.has_title or _SELF.search(opening.text) for opening in series):
        return False
    report = _pairs("\n".join(above)) - _pairs(_STOCK)
    told = [_pairs(f"{opening.title or ''}\n{opening.text}") for opening in series]
    return all(len(pairs & report) <= _FOREIGN * len(pairs) for pairs in told)


def _pairs(text: str) -> set[str]:
    """The pairs of Chinese characters that stand side by side."""
    return {"".join(pair) for run in _HAN.findall(text) for pair in pairwise(run)}


def _is_headline(line: str) -> bool:
    """Whether ``line`` is a title, and neither an item of a list nor an annex."""
    return is_title(line) and mark_at(line) is None and not _APPENDIX.match(line)


def listed_from(lines: Sequence[str], above: str) -> int:
    """Where a list of other documents' titles begins that closes ``lines``.

    What stands below a colon is the report's own list.

    Args:
        lines: the lines.
        above: the line above them.

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
    before = lines[start - 1] if start else above
    return len(lines) if before.endswith(":") or _APPENDIX.match(before) else start


def _own(title: str) -> bool:
    """Whether a report may have such a title among its items, sections and annexes."""
    return bool(_ACTION.match(title) or _APPENDIX.match(title) or _SECTION.fullmatch(title))
