"""Roles of government work reports for free, from their headings.

Text under 「20XX年工作回顾」 is achievement, text from the first heading of the coming
period on (「20XX年工作安排」「总体要求」) is plan. The short passage of problems near the
end of the review is found by the sentence that opens it (「我们也清醒认识到…困难和问题」)
and the promise that closes it (「对此，我们将…」). Whatever the headings leave open keeps
no role at all and is ignored in training.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from report.domain import Report, RhetoricalRole, Sentence
from report.enumeration import MarkLevel, mark_at, strip_marks
from report.segmentation import segment
from training.documents import Document, Unit

_REVIEW = re.compile(r"回顾|成就|工作总结|过去(?:的)?(?:一年|五年)|主要成绩|工作情况")
_COMING = re.compile(
    r"安排|任务|总体要求|总体思路|部署|目标|建议|重点工作|政策取向|发展思路|工作思路|打算"
    r"|工作重点|基本思路|今后|主要考虑|重大举措|努力(?:建设|打造)|加强政府自身|[今明]年(?:的)?.{0,8}工作"
)
_YEAR = re.compile(r"(20\d\d)\s?年")
_YEARLY_WORK = re.compile(r"20\d\d\s?年(?:政府)?(?:的)?(?:主要)?(?:工作|发展)")
_OPENS_PROBLEMS = re.compile(
    r"(?:清醒|深刻|深知|充分|也|还|仍|但|同时).{0,16}(?:看到|认识到|意识到|存在|面临|遇到|有).{0,70}"
    r"(?:困难|问题|不足|挑战|短板|差距|矛盾|压力|不少制约)"
)
_PROBLEM_CUE = re.compile(
    r"不够|不足|不强|不高|不优|不快|不稳|不大|不平衡|短板|差距|薄弱|滞后|压力|困难|有待|仍需|还需"
    r"|尚未|缺乏|偏[低弱慢少]|问题|矛盾|风险|隐患|任重道远|亟待|亟需|制约"
)
_CLOSES_PROBLEMS = re.compile(
    r"^(?:各位代表[，！!,])?(?:对此|对于?这些|对(?:于)?(?:上述|以上)|针对(?:这些|上述|以上)|面对这些"
    r"|我们(?:将|一定|要|必须|会)|(?:上述|这些|以上).{0,6}(?:问题|困难).{0,24}(?:将|解决|改进|克服))"
    r"|(?:切实|认真|努力|着力|有效|加以|下大力气?)(?:加以)?(?:解决|改进|克服)[。！；]?$"
)
_THANKS = re.compile(
    r"(?:感谢|敬意|谢意)[！。；，]?$|感谢并?致以|(?:成绩|成就|变化)的?(?:取得|来之不易)|来之不易|^各位代表[！：，。!:]$"
    r"|请予审议|提出意见|^谢谢(?:大家|各位)?[！。]?$"
)
_YEAR_MEANING = re.compile(
    r"年[，]?是.{0,60}(?:之年|一年|周年|关键期|开局年|重要节点|攻坚年|决胜年)"
)
_APPENDIX = re.compile(r"^(?:附件?|附录|名词解释|名词说明|注释|有关用语说明|Public domain)")
_MAX_BARE_HEADING = 30
_MAX_PROBLEM_SENTENCES = 16
_PREAMBLE_SENTENCES = 12
_MIN_SHARE = 0.1


def read_government_reports(folder: Path) -> Iterator[Document]:
    """Weakly labelled documents of a folder of plain-text government work reports.

    Reports whose headings do not tell the review from the plan are left out: there the
    rules would teach the model mistakes.
    """
    region_of = regions(folder)
    for path in sorted(folder.glob("*.txt")):
        document = label_report(path.stem, folder.name, path.read_text(encoding="utf-8"))
        if _is_plausible(document):
            yield replace(document, group=region_of.get(path.name, path.stem))


def regions(folder: Path) -> dict[str, str]:
    """The region of each file, from ``index.jsonl`` if there is one.

    For national reports it is the decade.
    """
    index = folder / "index.jsonl"
    lines = index.read_text(encoding="utf-8").splitlines() if index.exists() else []
    rows = map(json.loads, lines)
    return {
        row["file"]: f"national-{row['year'] // 10}"
        if row["region"] == "国务院"
        else re.sub(r"(?:壮族|回族|维吾尔)?(?:自治区|省|市)$", "", row["region"])
        for row in rows
    }


def _is_plausible(document: Document) -> bool:
    length: Counter[RhetoricalRole | None] = Counter()
    for unit in document.units:
        length[unit.role] += len(unit.text)
    return all(
        length[role] >= _MIN_SHARE * length.total()
        for role in (RhetoricalRole.ACHIEVEMENT, RhetoricalRole.PLAN)
    )


def label_report(name: str, source: str, text: str) -> Document:
    """Give the sentences of one government work report the roles its headings imply."""
    report = segment(text)
    roles = _mark_problems(report, _section_roles(report))
    units = []
    for index, sentence in enumerate(report.sentences):
        start = sentence.span.end
        following = report.sentences[index + 1 : index + 2]
        gap = text[start : following[0].span.start] if following else "\n"
        units.append(Unit(sentence.span.quote(text), roles[index], _separator(gap)))
    return Document(name, source, group=name, units=tuple(units))


def _separator(gap: str) -> str:
    return "\n" if "\n" in gap or "\r" in gap else " " if gap else ""


def _section_roles(report: Report) -> list[RhetoricalRole | None]:
    section: RhetoricalRole | None = None
    roles: list[RhetoricalRole | None] = []
    in_appendix = False
    for index, sentence in enumerate(report.sentences):
        quote = sentence.span.quote(report.text)
        in_appendix = in_appendix or (
            index > len(report.sentences) // 2 and bool(_APPENDIX.match(quote))
        )
        turned = _section_of_heading(report, sentence)
        if turned is not None:
            section = turned
        roles.append(
            RhetoricalRole.OTHER
            if in_appendix or turned is not None
            else _role_in_section(quote, section, in_preamble=_in_preamble(sentence, index))
        )
    return roles


def _section_of_heading(report: Report, sentence: Sentence) -> RhetoricalRole | None:
    """The section that a heading opens; ``None`` if it opens none, or both at once."""
    quote = sentence.span.quote(report.text)
    mark = mark_at(quote)
    is_bare = len(quote) <= _MAX_BARE_HEADING and not quote.endswith(tuple("，,。；;！"))
    stands_out = sentence.is_heading or (sentence.opens_line and is_bare)
    if not stands_out or (mark is not None and mark.level > MarkLevel.CHINESE):
        return None
    title = strip_marks(quote).strip("。：: ")
    reviews, plans = bool(_REVIEW.search(title)), bool(_COMING.search(title))
    if reviews and not plans:
        return RhetoricalRole.ACHIEVEMENT
    if plans and not reviews:
        return RhetoricalRole.PLAN
    if not reviews and _YEARLY_WORK.match(title):
        return RhetoricalRole.PLAN
    return None


def _in_preamble(sentence: Sentence, index: int) -> bool:
    return index < _PREAMBLE_SENTENCES and not sentence.headings


def _role_in_section(
    quote: str, section: RhetoricalRole | None, *, in_preamble: bool
) -> RhetoricalRole | None:
    if _THANKS.search(quote):
        return RhetoricalRole.OTHER
    if section is None:
        is_formula = in_preamble and len(quote) < 60 and "年" not in quote[6:]
        return RhetoricalRole.OTHER if is_formula else None
    if section is RhetoricalRole.PLAN and _YEAR_MEANING.search(quote) and len(quote) < 110:
        return RhetoricalRole.OTHER
    return section


def _mark_problems(
    report: Report, roles: list[RhetoricalRole | None]
) -> list[RhetoricalRole | None]:
    marked = list(roles)
    index = 0
    while index < len(marked):
        quote = report.sentences[index].span.quote(report.text)
        if roles[index] is RhetoricalRole.ACHIEVEMENT and _opens_problems(quote):
            index = _mark_passage(report, marked, index)
        else:
            index += 1
    return marked


def _opens_problems(quote: str) -> bool:
    return bool(_OPENS_PROBLEMS.search(quote)) and not re.search(r"解决了|化解了?|整改|办结", quote)


def _mark_passage(report: Report, marked: list[RhetoricalRole | None], start: int) -> int:
    """Label the passage of problems that opens at ``start``; return where it ends."""
    for index in range(start, min(start + _MAX_PROBLEM_SENTENCES, len(marked))):
        sentence = report.sentences[index]
        quote = sentence.span.quote(report.text)
        if index > start and _CLOSES_PROBLEMS.search(quote):
            marked[index] = RhetoricalRole.PLAN
            return index + 1
        new_topic = index > start and sentence.opens_line and not _PROBLEM_CUE.search(quote)
        if new_topic or marked[index] is RhetoricalRole.PLAN:
            return index
        marked[index] = RhetoricalRole.PROBLEM
    return min(start + _MAX_PROBLEM_SENTENCES, len(marked))
