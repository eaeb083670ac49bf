"""Made-up work reports of any length, the same for the same seed."""

from __future__ import annotations

import random

_SENTENCES = (
    "全年完成固定资产投资{a}.{b}亿元，同比增长{b}.{b}%，总量居全市第{b}位。",
    "新认定高新技术企业{a}家，累计达到{a}{b}家，研发投入占比达到{b}.{b}%。",
    "举办技能培训{a}期，培训{a}{b}人次，群众满意率{a}.{b}%。",
    "建成便民服务站{b}个，办理各类事项{a}{b}件，办结率{a}%。",
    "高层次人才依然不足，骨干队伍平均年龄{a}岁，接续力量薄弱。",
    "部分项目进展偏慢，{b}个重点项目未达到时序进度。",
    "下一步将加快推进{b}个重点项目建设，力争年内全部开工。",
    "力争全年新增规上企业{a}家，研发投入强度提高到{b}.{b}%。",
    "一是加强组织领导，健全{b}项工作机制。",
)


def made_up_report(characters: int, seed: int) -> str:
    """A text of about ``characters`` characters in lines of a few sentences."""
    rng = random.Random(seed)
    parts: list[str] = []
    length = 0
    while length < characters:
        sentence = rng.choice(_SENTENCES).format(a=rng.randint(10, 99), b=rng.randint(1, 9))
        parts.append(sentence + rng.choice(("", "", "\n")))
        length += len(parts[-1])
    return "".join(parts)
