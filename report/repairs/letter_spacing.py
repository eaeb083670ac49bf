"""Chinese set with a blank after every character: 工 作 总 结, 完 成 投 资 3 亿 元."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from report.domain import is_han
from report.enumeration import mark_at
from report.repairs.edits import Edit, removals

MIN_SPACED = 4
"""Fewer spaced characters may be a name or the cells of a table."""
_BLANKS = " \u3000\xa0"
_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_TOKEN = re.compile(r"\S+")
_LONGEST_TOKEN = 12
_WORD = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]{2}")
_EDGE_SIGN = re.compile(r"[“‘《（(]{0,2}[\u4e00-\u9fff][，。、；：！？,;:”’》）)]{0,2}")
_NUMBER = re.compile(r"[0-9０-９]{1,8}(?:[.．][0-9０-９]{1,4})?[%％]?[，。、；,;]?")
_CELLS = frozenset(
    "一二三四五六七八九十百零〇两甲乙丙丁戊己庚辛壬癸优良中差好合格是否有无男女上下左右前后东南西北"
    "春夏秋冬日月年大小高低正反增减升降红黄蓝绿白黑队班组局胜负平"
    "个次台套件只条项名人户家辆座栋所处本册张份吨斤克米里亩顷升瓦度元角分秒时天"
)
"""What single characters in the cells of a table mostly are: ranks, units, colours."""
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马苗方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤罗郝毕邬安常于傅康余顾孟黄穆萧尹姚邵汪祁毛狄米戴宋庞熊纪舒屈项祝董梁杜阮"
    "蓝闵季贾江童颜郭梅林钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房丁邓洪包左石崔龚程邢裴陆翁段侯武刘龙叶"
    "黎白赖乔谭温庄晏柴瞿阎连习艾向古易廖耿曾关丘欧陈"
)
_LONGEST_NAME = 3
_LIST_OF_NAMES = 6
"""From so many characters on, one surname in three is more than running text ever has."""


class _Kind(Enum):
    """What may stand in spaced text."""

    SIGN = "one character"
    LOOSE = "no two Chinese characters in a row"
    NUMBER = "a number"
    WORD = "anything else"


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    kind: _Kind


def letter_spacing(text: str) -> Iterator[Edit]:
    """Close up runs of Chinese characters that are parted by single blanks."""
    for line in _LINE.finditer(text):
        tokens = [
            _Token(*match.span(), _kind(match.group()))
            for match in _TOKEN.finditer(text, *line.span())
        ]
        if _is_spaced_title(text, tokens):
            yield from removals((token.end, after.start) for token, after in pairwise(tokens))
            continue
        for run in _runs(text, tokens):
            yield from _closed_up(text, run)


def _kind(token: str) -> _Kind:
    if len(token) == 1 and (is_han(token) or token.isdecimal()):
        return _Kind.SIGN
    if _NUMBER.fullmatch(token):
        return _Kind.NUMBER
    if len(token) <= _LONGEST_TOKEN and not _WORD.search(token):
        return _Kind.LOOSE
    return _Kind.WORD


def _is_spaced_title(text: str, tokens: Sequence[_Token]) -> bool:
    """Whether a line is nothing but single characters, each as far from the next."""
    gaps = {text[token.end : after.start] for token, after in pairwise(tokens)}
    return (
        len(gaps) == 1
        and len(gaps.pop().strip(_BLANKS)) == 0
        and all(token.kind is _Kind.SIGN for token in tokens)
        and _is_seed([text[token.start] for token in tokens])
    )


def _runs(text: str, tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """Stretches of tokens that spaced text may consist of, with one blank between each two."""
    run: list[_Token] = []
    for token in tokens:
        linked = run and token.start == run[-1].end + 1 and text[run[-1].end] in _BLANKS
        if token.kind is _Kind.WORD or not linked:
            if run:
                yield run
            run = []
        if token.kind is not _Kind.WORD:
            run.append(token)
    if run:
        yield run


def _closed_up(text: str, run: list[_Token]) -> Iterator[Edit]:
    """The blanks of a run, but for those beside a number at its ends, Latin or an item."""
    if not any(_is_seed(seed) for seed in _seeds(text, run)):
        return
    while run[-1].kind is _Kind.NUMBER:
        run = run[:-1]
    while run[0].kind is _Kind.NUMBER:
        run = run[1:]
    for token, after in pairwise(run):
        item = after.kind is _Kind.LOOSE and mark_at(text, after.start) is not None
        if not item and not _are_words(text, token, after):
            yield Edit(token.end, after.start)


def _are_words(text: str, token: _Token, after: _Token) -> bool:
    """Whether the blank parts Latin words or numbers, not the digits of one."""
    left, right = text[token.end - 1], text[after.start]
    latin = left.isascii() and right.isascii() and (left.isalpha() or right.isalpha())
    return latin or (token.kind is _Kind.NUMBER and after.kind is _Kind.NUMBER)


def _seeds(text: str, run: Sequence[_Token]) -> Iterator[list[str]]:
    """Single characters one after the other; punctuation may stand at both ends of them."""
    seed: list[str] = []
    for token in run:
        content = text[token.start : token.end]
        if token.kind is _Kind.SIGN:
            seed.append(content)
        elif _EDGE_SIGN.fullmatch(content):
            sign = next(filter(is_han, content))
            if content[0] != sign:
                yield seed
                seed = []
            seed.append(sign)
            if content[-1] != sign:
                yield seed
                seed = []
        else:
            yield seed
            seed = []
    yield seed


def _is_seed(signs: Sequence[str]) -> bool:
    """Whether single characters are spaced text, and not cells of a table or names."""
    han = [sign for sign in signs if is_han(sign)]
    links = sum(is_han(left) and is_han(right) for left, right in pairwise(signs))
    return (
        len(han) >= MIN_SPACED
        and links >= MIN_SPACED - 1
        and not _are_names(signs)
        and not all(sign in _CELLS for sign in han)
    )


def _are_names(signs: Sequence[str]) -> bool:
    """Whether the characters are names: 张 三 李 四; the first or the last may be cut off."""
    if any(all(sign in _SURNAMES for sign in signs[first::2]) for first in (0, 1)):
        return True
    surnames = sum(sign in _SURNAMES for sign in signs)
    return len(signs) >= _LIST_OF_NAMES and surnames * _LONGEST_NAME >= len(signs)
