"""Plain text: finding out in which encoding Chinese text is written, and reading it.

Byte order marks and valid UTF-8 speak for themselves. Everything else is decoded in every
encoding that Chinese text comes in, and the reading whose characters are the commonest in
Chinese wins: wrong readings consist of rare characters, private ones and undecodable bytes.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from dataclasses import dataclass

from extraction.document import ExtractedDocument
from extraction.limits import ExtractionLimits
from report.domain import is_han

_MARKS = (
    # The mark of UTF-32-LE begins with that of UTF-16-LE.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# HKSCS has more characters than Windows' Big5 but reads some signs differently: second choice.
_CANDIDATES = ("utf-8", "gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
_REPLACEMENT = "\ufffd"
_VERY_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
    "子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制"
    "机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正"
    "心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党"
    "程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角"
    "期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压"
    "市县省镇乡村企项目务服推落全创完措施强化深持续安金增亿万元"
    "這為個國時來們會動過說產種後學經進著電裡現實點從業體機當應開還陽與關線內數質氣變條沒結問無"
    "軍題黨員革總設長頭資邊級圖統較將組見計別論運農幾區強決處隊門規熱領東導壓縣鎮鄉項務創億萬"
    "，。、；：？！（）《》“”「」％·—…　"
)
_VERY_COMMON_WEIGHT, _COMMON_WEIGHT, _RARE_WEIGHT, _NOISE_WEIGHT = 3, 1, -1, -4
_MAX_NOISE = 0.07  # binaries have 0.1 and more, text with broken bytes seldom 0.01
_LINE_CONTROLS = "\t\n\v\f\r\x1a\x1e\x85"
_NOISE_CATEGORIES = frozenset({"Cc", "Cn", "Co", "Cs"})


def _first_levels() -> frozenset[str]:
    """The characters that GB 2312 and Big5 themselves put in their level of common ones."""
    gb = b"".join(bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    big5 = b"".join(
        bytes((row, cell))
        for row in range(0xA4, 0xC7)
        for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    )
    signs = gb.decode("gb2312", "ignore") + big5.decode("big5", "ignore")
    return frozenset(filter(is_han, signs))


_COMMON = _first_levels()


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes read as text.

    Attributes:
        text: the text; bytes that mean nothing in the encoding are U+FFFD.
        encoding: Python's name of the encoding.
        guessed: whether it was chosen for how the text reads, not for what the bytes say.
    """

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes) -> Decoded:
    """``data`` as text: UTF-8, UTF-16 or UTF-32 by their marks, UTF-8, GB18030, Big5, UTF-16.

    Never fails; line breaks stay as they are, a byte order mark is dropped.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(encoding, "replace"), encoding, guessed=False)
    if b"\0" not in data:  # UTF-16 of Latin text is valid UTF-8 too, with a NUL for every letter
        try:
            return Decoded(data.decode("utf-8"), "utf-8", guessed=False)
        except UnicodeDecodeError:
            pass
    readings = [(data.decode(encoding, "replace"), encoding) for encoding in _CANDIDATES]
    text, encoding = max(readings, key=lambda reading: _familiarity(reading[0]))
    return Decoded(text, encoding, guessed=True)


def decode_as(data: bytes, encoding: str) -> Decoded | None:
    """``data`` in the encoding that the file names, if there is one of that name.

    GB 2312 and GBK are read as GB18030, which contains them: files that say the former often
    hold the latter.
    """
    try:
        name = codecs.lookup(encoding.strip()).name
        text = data.decode(_SUPERSETS.get(name, name), "replace")
    except (LookupError, ValueError, UnicodeError):  # no such encoding, or not one of text
        return None
    return Decoded(text, _SUPERSETS.get(name, name), guessed=False)


_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950"}


def is_clear(text: str) -> bool:
    """Whether ``text`` can be read: hardly a control sign, private or undecodable character."""
    noise = sum(count for sign, count in Counter(text).items() if _is_noise(sign))
    return noise <= _MAX_NOISE * len(text)


def read_plain_text(data: bytes, _limits: ExtractionLimits) -> ExtractedDocument:
    """The document that a text file is; its characters stay as they are."""
    decoded = decode(data)
    return ExtractedDocument(
        decoded.text, encoding=decoded.encoding, encoding_guessed=decoded.guessed
    )


def _familiarity(text: str) -> float:
    """How common the characters of ``text`` are in Chinese, on average."""
    total = sum(count * _weight(sign) for sign, count in Counter(text).items())
    return total / max(1, len(text))


def _weight(sign: str) -> int:
    if sign in _VERY_COMMON:
        return _VERY_COMMON_WEIGHT
    if sign in _COMMON or (sign.isascii() and not _is_noise(sign)):
        return _COMMON_WEIGHT
    if is_han(sign):
        return _RARE_WEIGHT
    if _is_noise(sign) or unicodedata.category(sign).startswith(("L", "M")):
        return _NOISE_WEIGHT  # letters of other scripts
    return 0


def _is_noise(sign: str) -> bool:
    if sign in _LINE_CONTROLS:
        return False
    return sign == _REPLACEMENT or unicodedata.category(sign) in _NOISE_CATEGORIES
