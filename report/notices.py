"""Warnings about an answer."""

from __future__ import annotations

from collections.abc import Sequence

from report.domain import LabelledSentence, Report, RhetoricalRole, blank_free_length, is_han
from report.summary import Notice, WarningCode

UNSURE_BELOW = 0.5
"""Sentences judged with less confidence than this are counted in a warning."""
_MOSTLY_CHINESE = 0.3


def notices(
    report: Report, sentences: Sequence[LabelledSentence], shortened: Sequence[RhetoricalRole]
) -> list[Notice]:
    """The warnings that the answer deserves.

    Args:
        report: the report.
        sentences: its sentences with their roles.
        shortened: the sections whose summary was cut inside a sentence.
    """
    found = []
    unsure = sum(item.confidence < UNSURE_BELOW for item in sentences)
    if unsure:
        message = f"{unsure} 句的判定置信度低于 {UNSURE_BELOW}，请人工复核。"
        found.append(Notice(WarningCode.LOW_CONFIDENCE, message))
    if han_share(report.text) < _MOSTLY_CHINESE:
        message = "文本中汉字比例很低，结果可能不可靠。"
        found.append(Notice(WarningCode.MOSTLY_NOT_CHINESE, message))
    if all(item.role is RhetoricalRole.OTHER for item in sentences):
        message = "未发现成绩、问题或计划，三个部分均为空。"
        found.append(Notice(WarningCode.NO_SECTIONS, message))
    if shortened:
        names = ", ".join(role.value for role in shortened)
        message = f"摘要字数上限不足一整句，已在句中截断并以“…”标明：{names}。"
        found.append(Notice(WarningCode.SUMMARY_SHORTENED, message))
    return found


def han_share(text: str) -> float:
    """The share of Chinese characters among the non-blank characters of ``text``."""
    han = sum(is_han(sign) for sign in text)
    return han / max(1, blank_free_length(text))
