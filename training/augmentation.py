"""Making clean documents look the way reports arrive.

Each transformation takes the units of a document and a random generator and returns new
units; roles stay with their text. ``Augmenter`` applies them with the probabilities of
``AugmentationSettings``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from report.domain import RhetoricalRole
from training import furniture
from training.documents import Unit

NEAR_SYNONYMS = {
    "服务": "效劳",
    "发展": "开展",
    "项目": "工程",
    "计划": "方案",
    "不足": "缺乏",
    "基础": "根底",
    "基本": "根本",
    "达到": "到达",
    "若干": "假设干",
    "发明": "创造",
    "承担": "承当",
    "部分": "局部",
    "形成": "构成",
    "实现": "完成",
    "提高": "进步",
    "安全": "平安",
    "规范": "标准",
    "进行": "进展",
    "巩固": "稳固",
    "体现": "表达",
    "督促": "催促",
    "创建": "创立",
    "原则": "原那么",
    "建设": "建立",
    "安排": "布置",
    "具体": "详细",
}
"""Replacements that document-sharing sites make so that copies are not recognised."""

_SYLLABLES = [
    "nèi",
    "quán",
    "jìn",
    "shí",
    "lì",
    "zhǔn",
    "xiàng",
    "tuán",
    "jiù",
    "shè",
    "qū",
    "huì",
    "yè",
    "jī",
    "guó",
    "wù",
    "zhì",
    "lián",
    "dǎng",
]
_TO_ASCII = str.maketrans("，：；（）！？％", ",:;()!?%")
_TO_FULL_WIDTH = str.maketrans("0123456789%.", "０１２３４５６７８９％．")
_REPLACED_WORDS = 0.8
_LINE_BREAKS = re.compile(r"\s*\n\s*")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2}(?=[市县区镇])")

Units = list[Unit]


@dataclass(frozen=True, slots=True)
class AugmentationSettings:
    """How often each kind of noise is applied to a document."""

    headings_dropped: float = 0.45
    newlines_dropped: float = 0.3
    stops_dropped: float = 0.15
    ascii_punctuation: float = 0.25
    full_width_digits: float = 0.05
    near_synonyms: float = 0.1
    masked_places: float = 0.1
    page_breaks: float = 0.1
    furniture: float = 0.35
    pinyin: float = 0.05
    indents: float = 0.3


@dataclass(frozen=True, slots=True)
class Augmenter:
    """Applies noise to documents.

    Not Traditional characters: the model never sees any, see ``report.script``.
    """

    settings: AugmentationSettings

    def __call__(self, units: Sequence[Unit], rng: random.Random) -> Units:
        """A noisy copy of ``units``."""
        noisy = list(units)
        settings = self.settings
        steps: tuple[tuple[float, Callable[[Units], Units]], ...] = (
            (settings.headings_dropped, drop_headings),
            (settings.page_breaks, lambda units: insert_page_breaks(units, rng)),
            (settings.newlines_dropped, lambda units: join_lines(units, rng.choice(("", "", " ")))),
            (settings.stops_dropped, drop_full_stops),
            (settings.indents, indent),
            (settings.furniture, lambda units: add_furniture(units, rng)),
            (settings.near_synonyms, lambda units: replace_near_synonyms(units, rng)),
            (settings.ascii_punctuation, _each(_ascii_punctuation)),
            (settings.full_width_digits, _each(_full_width_digits)),
            (settings.masked_places, _each(lambda text: _mask_places(text, rng))),
            (settings.pinyin, _each(lambda text: insert_pinyin(text, rng))),
        )
        for chance, transform in steps:
            if rng.random() < chance:
                noisy = transform(noisy)
        return noisy


def _each(transform: Callable[[str], str]) -> Callable[[Units], Units]:
    """``transform`` applied to the text of every unit."""
    return lambda units: [replace(unit, text=transform(unit.text)) for unit in units]


def drop_headings(units: Units) -> Units:
    """Without the headings; a document of nothing else stays as it is."""
    return [unit for unit in units if not unit.is_heading] or units


def join_lines(units: Units, glue: str) -> Units:
    """All on one line, with ``glue`` in the place of line breaks; page marks stay."""
    return [replace(unit, separator=_LINE_BREAKS.sub(glue, unit.separator)) for unit in units]


def indent(units: Units) -> Units:
    """With two ideographic spaces at the start of each line, as in official documents."""
    return [
        replace(unit, separator=unit.separator.replace("\n", "\n　　"))
        if unit.separator.endswith("\n")
        else unit
        for unit in units
    ]


def drop_full_stops(units: Units) -> Units:
    """Without 。 anywhere."""
    return [replace(unit, text=unit.text.replace("。", "") or unit.text) for unit in units]


def replace_near_synonyms(units: Units, rng: random.Random) -> Units:
    """The units as document-sharing sites rewrite them: most of the words replaced."""
    words = [word for word in NEAR_SYNONYMS if rng.random() < _REPLACED_WORDS]

    def rewritten(text: str) -> str:
        for word in words:
            text = text.replace(word, NEAR_SYNONYMS[word])
        return text

    return [replace(unit, text=rewritten(unit.text)) for unit in units]


def insert_pinyin(text: str, rng: random.Random) -> str:
    """Readings in brackets after some characters, as broken font mappings leave them."""
    rate = rng.uniform(0.02, 0.12)
    return "".join(
        f"{sign}({rng.choice(_SYLLABLES)})" if rng.random() < rate else sign for sign in text
    )


def insert_page_breaks(units: Units, rng: random.Random) -> Units:
    """Page numbers between and inside sentences, as in text copied from a viewer."""
    noisy: Units = []
    page = rng.randint(1, 3)
    for unit in units:
        if len(unit.text) > 30 and rng.random() < 0.08:
            page += 1
            cut = rng.randint(8, len(unit.text) - 8)
            mark = rng.choice((f"{page}、", f"第{page}页 共{page + 6}页\n", f"- {page} -\n"))
            broken = replace(unit, kept=None)
            noisy.append(replace(broken, text=unit.text[:cut], separator="\n\n" + mark))
            noisy.append(replace(broken, text=unit.text[cut:]))
        else:
            noisy.append(unit)
    return noisy


def add_furniture(units: Units, rng: random.Random) -> Units:
    """Between the header and the footer of a document-sharing page, all of it ``other``."""
    return [
        *(Unit(line, RhetoricalRole.OTHER, "\n") for line in furniture.header(rng)),
        *units[:-1],
        replace(units[-1], separator="\n"),
        *(Unit(line, RhetoricalRole.OTHER, "\n") for line in furniture.footer(rng)),
    ]


def _mask_places(text: str, rng: random.Random) -> str:
    return _PLACE.sub(rng.choice(("XX", "××", "**", "某")), text)


def _ascii_punctuation(text: str) -> str:
    return text.translate(_TO_ASCII)


def _full_width_digits(text: str) -> str:
    return text.translate(_TO_FULL_WIDTH)
