"""Texts for fuzzing: invented reports, damaged at random; the same for the same generator."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import opencc

from evaluation.noise import NOISE
from evaluation.variants import RoleText

Mutation = Callable[[str, random.Random], str]

_DATA = Path(__file__).parent.parent / "training" / "data"
_SHORTEST, _LONGEST_FACTOR = 50, 12
"""Seeds have 50 to 600 characters, short ones more often."""
_LONG, _LONG_FACTOR = 20_000, 10
_LONGEST = 199_000

_BREAKS = ("\n", "\r\n", "\r", "\n\n\n", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", " \n\u3000")
_PAGE_MARKS = (
    "\n- 3 -\n",
    "\n第2页 共9页\n",
    "\n第 12 页 / 共 99 页\n",
    "\n—5—\n",
    "\x0c7\n",
    "\n2、",
    "\n\n3、",
    "1、",
    "\n4/17\n",
    "第0页",
    "\n99999999999\n",
)
_NUMBERS = (
    "12.5%",
    "1,234,567.89万元",
    "３．５亿元",
    "3 . 5",
    "12.\n5%",
    "-0.3个百分点",
    "百分之九十九点九",
    "一万二千三百零四",
    "零零零",
    "亿亿亿万万",
    "1.2.3.4.5.6",
    "十十十",
    "〇〇〇年",
    "2024年1—6月",
    "50%至60%",
    "9" * 400,
    "٣٤٥",
    "①②③",
    "½㎡",
    "1e309",
    "0" * 30 + "%",
)
_BRACKETS = "()（）[]【】{}《》〈〉「」『』“”‘’〔〕〖〗<>＜＞\"'"
_ENTITIES = (
    "&nbsp;",
    "&amp;",
    "&amp;nbsp;",
    "&lt;p&gt;",
    "&#37;",
    "&#x4e2d;",
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&#99999999999999999999;",
    "&ensp",
    "&hellip;&hellip;",
    "&",
    "&#",
    "&#x",
    "&am",
    "nbsp;",
    "&middot",
    "&unknown;",
    "&;" * 5,
    "amp;amp;amp;",
)
_TAGS = ("<br>", "</p>", "<p id='x'>", "<", ">", "<b", "<!--", "-->", "<![CDATA[", "<a href=")
_READINGS = ("(zhōng)", "（guó）", "(ㄓㄨㄥ)", "(lǜ", "（）", "(ā)(á)(ǎ)", "zhòng", "(ㄅ）")
_INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\xad\u180e\u034f\u061c\u200e\u200f\u202a\u202e\u2066\u2069"
)
_CONTROLS = "".join(map(chr, (*range(1, 32), *range(0x7F, 0xA0)))) + "\0"
_ASTRAL = (
    "\U00020000\U0002a6df\U00030000\U000323af\U0001f600\U0001f468\u200d\U0001f469"
    "\U0001f1e8\U0001f1f3\U0001d54f\U000e0041\U0010fffd"
)
_COMBINING = "\u0301\u0300\u20dd\ufe0f\u3099\u0e31\u0335"
_SCRIPTS = (
    "The quick brown fox, 3.5% up. ",
    "Приказ № 5 от 2024 г. ",
    "ありがとうございました。",
    "대한민국 보고서 ",
    "تقرير العمل ",
    "रिपोर्ट ",
    "ﬁﬀ ﷺ",
    "ΑΒΓ",
    "ＡＢＣ１２３％",
    "锟斤拷烫烫烫",
    "Ã¤Â¸Â­Ã¥Â›Â½",
    "ä¸­å›½",
    "\ufffd\ufffd\ufffd",
    "\ue000\uf8ff",
    "\uf979\uf9ab",
)
_MARKS = (
    "一、",
    "（一）",
    "1.",
    "（1）",
    "①",
    "一是",
    "二是",
    "首先，",
    "第一百二十三条",
    "十九八、",
    "（二",
    "1.1.1.1 ",
    "（一）（二）（三）",
    "附件：",
    "# ",
    "- ",
    "•",
)
_RUN_SIGNS = (
    "?？。，；、！…—-=_*.1一〇年亿%％（(【《“”\"' \u3000\n\tAzé中的&#<>;:："
    "\\/|~\u200b\u0301\U0001f600"
)
_SCRIPT_TABLES = ("s2t", "s2tw", "s2hk", "t2s")


@cache
def _documents() -> tuple[str, ...]:
    """The invented reports that the model is trained on."""
    return tuple(
        json.loads(line)["text"]
        for path in sorted(_DATA.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    )


@cache
def _converter(table: str) -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC(table).convert
    return convert


def _place(text: str, rng: random.Random) -> int:
    return rng.randint(0, len(text))


def _stretch(text: str, rng: random.Random, longest: int = 60) -> tuple[int, int]:
    start = _place(text, rng)
    return start, min(len(text), start + rng.randint(1, longest))


def _put(text: str, piece: str, rng: random.Random) -> str:
    place = _place(text, rng)
    return text[:place] + piece + text[place:]


def _delete(text: str, rng: random.Random) -> str:
    start, end = _stretch(text, rng)
    return text[:start] + text[end:]


def _duplicate(text: str, rng: random.Random) -> str:
    start, end = _stretch(text, rng)
    return text[:end] + text[start:end] * rng.choice((1, 1, 2, 30)) + text[end:]


def _swap(text: str, rng: random.Random) -> str:
    first, second, third = sorted(_place(text, rng) for _ in range(3))
    return text[:first] + text[second:third] + text[first:second] + text[third:]


def _splice(text: str, rng: random.Random) -> str:
    other = rng.choice(_documents())
    start, end = _stretch(other, rng)
    return _put(text, other[start:end], rng)


def _strew(signs: Sequence[str]) -> Mutation:
    """One to eight of ``signs``, here and there."""

    def mutate(text: str, rng: random.Random) -> str:
        for _ in range(rng.randint(1, 8)):
            text = _put(text, rng.choice(signs), rng)
        return text

    return mutate


def _run(text: str, rng: random.Random) -> str:
    """A long run of one sign, or of a few by turns."""
    pattern = "".join(rng.choices(_RUN_SIGNS, k=rng.choice((1, 1, 2, 3))))
    return _put(text, pattern * rng.choice((2, 5, 40, 300)), rng)


def _question_marks(text: str, rng: random.Random) -> str:
    """What stays of signs that an encoding lacks."""
    start, end = _stretch(text, rng, 30)
    return text[:start] + rng.choice("?？") * (end - start) + text[end:]


def _replace_everywhere(text: str, rng: random.Random) -> str:
    if not text:
        return text
    old = rng.choice(text)
    return text.replace(old, rng.choice(("", old * 2, " ", "\n", *_RUN_SIGNS)))


def _spread(text: str, rng: random.Random) -> str:
    """A sign between all signs of a stretch."""
    start, end = _stretch(text, rng, 200)
    between = rng.choice((" ", "\u3000", "\n", "\u200b", "*", "\xa0", "\u0301"))
    return text[:start] + between.join(text[start:end]) + text[end:]


def _translate(text: str, rng: random.Random) -> str:
    start, end = _stretch(text, rng, 600)
    return text[:start] + _converter(rng.choice(_SCRIPT_TABLES))(text[start:end]) + text[end:]


def _widen(text: str, rng: random.Random) -> str:
    start, end = _stretch(text, rng, 200)
    wide = "".join(
        chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text[start:end]
    )
    return text[:start] + wide + text[end:]


def _misread(text: str, rng: random.Random) -> str:
    """A stretch in one encoding, read in another, from any byte on."""
    start, end = _stretch(text, rng)
    written, read = rng.choice(
        (("gbk", "gbk"), ("utf-8", "gbk"), ("gbk", "latin-1"), ("utf-8", "cp1252"))
    )
    data = text[start:end].encode(written, "replace")[rng.randint(0, 1) :]
    return text[:start] + data.decode(read, "replace") + text[end:]


def _noise(text: str, rng: random.Random) -> str:
    kind = rng.choice(tuple(NOISE.values()))
    return kind(RoleText(text, (None,) * len(text)), rng).text


def _wrap(text: str, rng: random.Random) -> str:
    width = rng.randint(1, 45)
    mark = rng.choice(_BREAKS)
    return mark.join(text[start : start + width] for start in range(0, len(text), width))


def _without_marks(text: str, rng: random.Random) -> str:
    doomed = rng.choice(("。", "。；，、", "\n", "\n\r 　", "。！？；\n"))
    return text.translate(dict.fromkeys(map(ord, doomed)))


MUTATIONS: tuple[Mutation, ...] = (
    _delete,
    _duplicate,
    _swap,
    _splice,
    _run,
    _question_marks,
    _replace_everywhere,
    _spread,
    _translate,
    _widen,
    _misread,
    _noise,
    _noise,
    _wrap,
    _without_marks,
    *map(
        _strew,
        (
            _BREAKS,
            _PAGE_MARKS,
            _NUMBERS,
            _BRACKETS,
            _ENTITIES,
            _TAGS,
            _READINGS,
            _INVISIBLE,
            _CONTROLS,
            _ASTRAL,
            _COMBINING,
            _SCRIPTS,
            _MARKS,
        ),
    ),
)


def mutated_text(rng: random.Random) -> str:
    """A stretch of an invented report with one to six mutations."""
    document = rng.choice(_documents())
    length = int(_SHORTEST * _LONGEST_FACTOR ** rng.random() ** 1.5)
    start = 0 if rng.random() < 0.2 else rng.randint(0, max(0, len(document) - length))
    text = document[start : start + length]
    for mutate in rng.choices(MUTATIONS, k=rng.randint(1, 6)):
        text = mutate(text, rng)
    return text


_ALL_PIECES = (
    *(_BREAKS + _PAGE_MARKS + _NUMBERS + _ENTITIES + _TAGS + _READINGS + _SCRIPTS + _MARKS),
    *(_BRACKETS + _RUN_SIGNS + _INVISIBLE + _ASTRAL + _COMBINING + "完成12.5%。"),
)


def long_text(rng: random.Random, longest: int = _LONGEST) -> str:
    """20,000 to 200,000 characters of one sign or short pattern, a sentence at either end."""
    length = min(longest, int(_LONG * _LONG_FACTOR ** rng.random() ** 2))
    document = rng.choice(_documents())
    pieces = rng.choices(_ALL_PIECES, k=rng.choice((1, 1, 1, 2, 2, 3, 5)))
    if rng.random() < 0.3:
        start, end = _stretch(document, rng, 30)
        pieces.append(document[start:end])
    pattern = "".join(pieces)
    head, tail = document[: rng.choice((0, 60))], document[-60:]
    run = pattern * (length // len(pattern) + 1)
    return head + run[: length - len(head) - len(tail)] + tail
