"""Chinese text that was read one byte out of step.

Some tool replaced full-width punctuation in the bytes of a GBK text without minding where
characters begin. ``A3 BF`` is ？ in GBK, but also the end of 保 and the beginning of 科: of
保科技 (``B1A3 BFC6 BCBC``) it leaves ``B1 3F C6BC BC``. The half of 保 is lost ("?"), and
what follows is read out of step (萍) until an ASCII character ends the run. The byte that
3F replaced is known, so the run can be read in step again; a lost character cannot.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, product

from report.domain import is_han
from report.repairs.edits import Edit

# GB 18030 for its two-byte codes, which are those of GBK and the user-defined rows.
_CODEC = "gb18030"
_LOST = "?"
# The sign behind a lost character is what became of A3 and the next character's lead.
_OUT_OF_STEP = re.compile(r"[?\ufffd]([?!:;？！：；]?)(?=[^\x00-\x7f])")
_ENDS = frozenset("?,. \t\r\n\f0123456789()")
_PLACEHOLDERS = ("?", "\ufffd")
_FULL_WIDTH_ROW = 0xA3
_TO_FULL_WIDTH = 0x80
_TO_FULL_WIDTH_FORM = ord("＠") - ord("@")
# 紙?xì): a character lost inside of a run, with the reading that was behind it.
_GAP = re.compile(r"\?[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}\)")
_UNKNOWN = 0
_FIRST_TRAIL = 0x40
_PATIENCE = 3
_MOST_RARE = 0.1
_GAP_COST = 0.5
_OPENING_MARKS = tuple("“‘《「『（")


def _signs(codec: str, leads: Iterable[int], trails: Iterable[int]) -> Iterator[str]:
    for code in product(leads, trails):
        yield from bytes(code).decode(codec, errors="ignore")


_EVERYWHERE = frozenset(
    (
        *"、。·…—‘’“”《》「」『』〈〉【】〔〕",
        *_signs("gb2312", range(0xA3, 0xA4), range(0xA1, 0xFF)),
    )
)
_SIMPLIFIED = _EVERYWHERE.union(_signs("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)))
_TRADITIONAL = _EVERYWHERE.union(
    filter(is_han, _signs("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))))
)
"""The signs of everyday text: level 1 of GB 2312 or of Big5, and punctuation."""
_ONLY_ONE_SCRIPT = (_SIMPLIFIED - _TRADITIONAL, _TRADITIONAL - _SIMPLIFIED)


@dataclass(frozen=True, slots=True)
class _Step:
    """A stretch of a run, and the character that ends in it.

    Attributes:
        start: where the stretch begins in the text.
        end: where it ends.
        sign: the character whose second byte it has, "?" if that cannot be known.
        lead: the first byte of the next one, ``None`` if the text is in step again.
        gain: 1 if ``sign`` is common and what stands there is not, -1 the other way.
        swallowed: the ASCII character behind the run that was read as part of it.
    """

    start: int
    end: int
    sign: str
    lead: int | None
    gain: int
    swallowed: str = ""


def mojibake(text: str) -> Iterator[Edit]:
    """Read in step again what follows a lost character out of step.

    Only where the run becomes text of common characters and was none before. The lost
    characters stay question marks.
    """
    found = list(_OUT_OF_STEP.finditer(text))
    common = _common_signs(text) if found else _SIMPLIFIED
    position = 0
    for match in found:
        if match.start() < position:
            continue
        steps = _best(_steps(text, match.end(), _lead_behind(match[1]), common))
        if not _is_certain(text, match[1], steps, common):
            continue
        if match[1]:
            yield Edit(match.start(1), match.end(1))
        yield from (Edit(step.start, step.end, step.sign + step.swallowed) for step in steps)
        position = steps[-1].end
        if steps[-1].lead is not None and not text.startswith(_PLACEHOLDERS, position):
            yield Edit(position, position, _LOST)


def _common_signs(text: str) -> frozenset[str]:
    """The everyday signs of the script that ``text`` is written in."""
    signs = Counter(text)
    simplified, traditional = (
        sum(signs[sign] for sign in own & signs.keys()) for own in _ONLY_ONE_SCRIPT
    )
    return _TRADITIONAL if traditional > simplified else _SIMPLIFIED


def _lead_behind(sign: str) -> int:
    """The first byte of the character that ``sign`` (or, without one, ？) stands in."""
    if sign.isascii():
        return ord(sign or _LOST) + _TO_FULL_WIDTH
    return sign.encode(_CODEC)[1]


def _steps(text: str, start: int, lead: int, common: frozenset[str]) -> Iterator[_Step]:
    """A run from ``start`` on, as long as reading it in step does not make it worse."""
    gain = best = 0
    pending: int | None = lead
    while pending is not None and gain > best - _PATIENCE and start < len(text):
        step = _step(text, start, pending, common)
        if step is None:
            return
        yield step
        gain += step.gain
        best = max(best, gain)
        start, pending = step.end, step.lead


def _step(text: str, start: int, lead: int, common: frozenset[str]) -> _Step | None:
    before = text[start]
    gap = _GAP.match(text, start) if before == _LOST else None
    if gap:
        return _Step(start, gap.end(), _LOST, _UNKNOWN, 0)
    code = before.encode(_CODEC)
    if len(code) > 2 or before in _ENDS:
        return None
    trail, following = code[0], code[1] if len(code) == 2 else None
    swallowed = ""
    if following is None and not _is_trail(lead, trail, common):
        if _character(lead, _FULL_WIDTH_ROW) not in common:
            return None
        before = chr(trail + _TO_FULL_WIDTH_FORM)
        trail, following = _FULL_WIDTH_ROW, trail + _TO_FULL_WIDTH
    elif following is not None and following < _TO_FULL_WIDTH:
        swallowed, following = chr(following), None
    sign = _character(lead, trail)
    gain = 0 if sign == _LOST else (sign in common) - (before in common)
    return _Step(start, start + 1, sign, following, gain, swallowed)


def _is_trail(lead: int, sign: int, common: frozenset[str]) -> bool:
    """Whether an ASCII character is the second byte of a character that begins before."""
    return sign >= _FIRST_TRAIL and (lead == _UNKNOWN or _character(lead, sign) in common)


def _character(lead: int, trail: int) -> str:
    return bytes((lead, trail)).decode(_CODEC, errors="replace") if lead else _LOST


def _best(steps: Iterable[_Step]) -> list[_Step]:
    """The beginning of a run that gains most; of two the longer one, but for a gap."""
    run = list(steps)
    totals = list(accumulate(step.gain - (step.lead == _UNKNOWN) * _GAP_COST for step in run))
    best = max(range(len(run)), key=lambda index: (totals[index], index), default=-1)
    return run[: best + 1]


def _is_certain(text: str, replaced: str, steps: list[_Step], common: frozenset[str]) -> bool:
    """Whether the run was no text before and is now.

    Clean text has nothing to gain. A run goes on until ASCII ends it, clean text does not.
    """
    run = "".join(step.sign for step in steps if step.sign != _LOST)
    rare = sum(sign not in common for sign in run)
    if not run or rare > _MOST_RARE * len(run) or not _ends_run(text, steps[-1]):
        return False
    return sum(step.gain for step in steps) >= _least_gain(replaced, run)


def _least_gain(replaced: str, run: str) -> int:
    """How much a run must gain: less where what stands before it says more."""
    if replaced and run in _OPENING_MARKS:  # 。“十五 leaves ?!笆?五, each sign common
        return 0
    if replaced in (":", ";") or (replaced and run[0] in _OPENING_MARKS):
        return 1
    return 2 if replaced else 3


def _ends_run(text: str, last: _Step) -> bool:
    following = text[last.end : last.end + 1]
    return last.lead is None or following.isascii() or following in _PLACEHOLDERS
