"""How the clauses of a sentence hang together, by the words they begin and end with."""

from __future__ import annotations

import re

_DEPENDENT = re.compile(
    r"(?:同比|环比|较|比(?!例|重|值|赛)|其中|分别|占|均|各|增[长幅速]|增加[到至了]?[0-9]|上涨|下跌|下降|减少[到至了]?[0-9]"
    r"|上升|回落|降低|提[高升][到至了]?[0-9]|位?居|列[全第]|排名|高于|低于|达到?[0-9]|总[^，]{0,5}[0-9]"
    r"|全[国省市县区州][0-9]|从原[有来]|仅|只|另|涉及|惠及|用于|实现[^，]{0,12}零的突破"
    r"|也|并|且|但|而|却|否则|因此|从而|致使|导致|使|让|甚至)"
)
_LEAD_IN = re.compile(
    r"(?:由于|因为|鉴于|虽然|尽管|随着|围绕|按照|根据|依据|对标|对照|面对|针对|为了|会同|结合|以便|不仅)"
    r"|在[^，]{2,40}(?:下|中|时|后|内|上|方面|同时|过程中)$|从[^，]{1,30}[看说]$"
    r"|(?:其|它|集中|突出|主要|具体)?(?:地|的)?(?:表现|体现)[在为是]?$|(?:主要|突出)的?(?:有|是|问题是)$"
    r"|第[一二三四五六七八九十]{1,2}(?:件|条|点|方面)?$"
)
_GOVERNING = re.compile(
    r"(?:如果|假如|若(?!干)|一旦|倘若|除非|除(?!险|尘)|只有|凡|即使)"
    r"|[^，]*(?:反对|禁止|严禁|防止|避免|杜绝|没有|未能|不再|取消)[^，]{0,12}[:：]$"
)


def depends_on_previous(clause: str) -> bool:
    """Whether ``clause`` says something about what the one before it names."""
    return bool(_DEPENDENT.match(clause))


def only_leads(clause: str) -> bool:
    """Whether ``clause``, without the mark at its end, only leads to the next one."""
    return bool(_LEAD_IN.match(clause))


def governs_next(clause: str) -> bool:
    """Whether the next clause would say something else without ``clause``: a condition, a no.

    ``clause`` is with the mark at its end: a colon makes the next one its object.
    """
    return bool(_GOVERNING.match(clause))
