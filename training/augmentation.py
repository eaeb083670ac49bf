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
    "达到": "到达",
    "若干": "假设干",
    "发明": "创造",
    "承担": "承当",
    "部分": "局部",
    "形成": "构成",
    "实现": "完成",
    "提高": "进步",
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
    traditional: float = 0.12
    pinyin: float = 0.08


@dataclass(frozen=True, slots=True)
class Augmenter:
    """Applies noise to documents; ``to_traditional`` turns Simplified into Traditional."""

    settings: AugmentationSettings
    to_traditional: Callable[[str], str]

    def __call__(self, units: Sequence[Unit], rng: random.Random) -> Units:
        """A noisy copy of ``units``."""
        noisy = list(units)
        settings = self.settings
        if rng.random() < settings.headings_dropped:
            noisy = drop_headings(noisy)
        if rng.random() < settings.page_breaks:
            noisy = insert_page_breaks(noisy, rng)
        if rng.random() < settings.newlines_dropped:
            noisy = join_lines(noisy, rng.choice(("", "", " ")))
        if rng.random() < settings.stops_dropped:
            noisy = drop_full_stops(noisy)
        if rng.random() < settings.furniture:
            noisy = add_furniture(noisy, rng)
        for chance, transform in (
            (settings.ascii_punctuation, _ascii_punctuation),
            (settings.full_width_digits, _full_width_digits),
            (settings.near_synonyms, replace_near_synonyms),
            (settings.masked_places, lambda text: _PLACE.sub("XX", text)),
            (settings.traditional, self.to_traditional),
            (settings.pinyin, lambda text: insert_pinyin(text, rng)),
        ):
            if rng.random() < chance:
                noisy = [replace(unit, text=transform(unit.text)) for unit in noisy]
        return noisy


def drop_headings(units: Units) -> Units:
    """Without the headings; a document of nothing else stays as it is."""
    return [unit for unit in units if not unit.is_heading] or units


def join_lines(units: Units, glue: str) -> Units:
    """All on one line, with ``glue`` in the place of line breaks."""
    return [replace(unit, separator=glue) if "\n" in unit.separator else unit for unit in units]


def drop_full_stops(units: Units) -> Units:
    """Without 。 anywhere."""
    return [replace(unit, text=unit.text.replace("。", "") or unit.text) for unit in units]


def replace_near_synonyms(text: str) -> str:
    """``text`` as document-sharing sites rewrite it."""
    for word, substitute in NEAR_SYNONYMS.items():
        text = text.replace(word, substitute)
    return text


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
            noisy.append(Unit(unit.text[:cut], unit.role, "\n\n" + mark))
            noisy.append(replace(unit, text=unit.text[cut:]))
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


def _ascii_punctuation(text: str) -> str:
    return text.translate(_TO_ASCII)


def _full_width_digits(text: str) -> str:
    return text.translate(_TO_FULL_WIDTH)
