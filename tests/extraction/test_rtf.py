import time

import pytest

from extraction.errors import BrokenFileError, FileTooLargeError, UnreadableFileError
from extraction.limits import ExtractionLimits
from extraction.rtf import read_rtf
from tests.extraction.test_odt import BODY, OUTLINE, PLAIN, converted, flat, mutations, outline

LIMITS = ExtractionLimits()
FONTS = (
    rb"{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5;}"
    rb"{\f2\fnil\fcharset136 Ming;}{\f3\fnil\fcharset2 Wingdings;}}"
)
STYLES = (
    rb"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2\sbasedon0 heading 2;}"
    rb"{\s3 \u26631\'b1\u39064\'cc 3;}{\*\cs9 heading 9;}}"
)
WORD = rb"{\rtf1\ansi\ansicpg936\uc2\deff1" + FONTS + STYLES


def hexadecimal(text: str, encoding: str = "gbk") -> bytes:
    return b"".join(
        rb"\'%02x" % byte if byte >= 0x80 else bytes([byte]) for byte in text.encode(encoding)
    )


def lines(body: bytes, head: bytes = WORD) -> list[str]:
    return read_rtf(head + body + b"}", LIMITS).text.split("\n")


def test_a_file_that_libreoffice_wrote() -> None:
    document = read_rtf(converted(flat(BODY), "fodt", "rtf"), LIMITS)

    assert document.text.rstrip("\n") == PLAIN
    assert outline(document) == OUTLINE


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (hexadecimal("总结"), "总结"),
        (rb"\'d7\'dc" + b"\r\n" + rb"\'bd\'e1", "总结"),
        ("总结".encode("gbk"), "总结"),
        (rb"\'81\'5c\'81\\\'b0\{", "乗乗皗"),
        (rb"\u24635\'d7\'dc\u32467 ??", "总结"),
        (rb"\uc1\u24635?\u-31614?", "总蒂"),
        (rb"{\uc0\u24635}\u32467\'bd\'e1", "总结"),
        (rb"\uc0\u-10187\u-9075 \u55360\u57055", "\U0001d48d\U000202df"),
        (rb"\u-10187\'3f\'3f x", "\ufffd x"),
        (rb"{\f2 " + hexadecimal("總結", "big5") + b"}", "總結"),
        (rb"{\f0 " + hexadecimal("总结") + b"}", "总结"),
        (rb"20\'b0", "20°"),
        (rb"\ldblquote a\rdblquote\emdash\~b\_c\-d", "“a”—\u00a0b-cd"),
        (rb"a\line b\tab c\\\{\}", "a\nb\tc\\{}"),
        (rb"{\v hidden}a{\deleted gone}b{\v x\v0 y}{\v\plain z}", "abyz"),
        (rb"a{\pict 00ff}{\*\bkmkstart m}{\pict\bin4 }}}}}b", "ab"),
        (rb"a\bin3 }}}b", "ab"),
        (rb"a{\footnote note\par}{\*\annotation\pard remark}{\header top\par}b", "ab"),
        (rb'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt link}}', "link"),
        (rb'a{\field{\*\fldinst { TOC \\o "1-3" }}{\fldrslt one\par two}}b', "ab"),
        (
            rb"a{\field{\*\fldinst { EQ \\* jc0 \\o\\al(\\s\\up 10(h\'a8\'a4n),\u27721\'ba\'ba)}}"
            rb"{\fldrslt {}}}b",
            "a汉b",
        ),
        (rb"{\field{\*\fldinst { EQ \\o\\ac(\'a1\'f0,\'d2\'bb)}}{\fldrslt {}}}", "一"),
        (rb"{\field{\*\fldinst { EQ \\f(1,2)}}{\fldrslt {}}}", ""),
        (rb"{\upr{old}{\*\ud new}}", "new"),
        (rb"{\*\unknown{\b x}}a{\unknownword b}", "ab"),
        ("总结".encode("gbk") + b"\x00\x01", "总结"),
    ],
)
def test_characters(body: bytes, text: str) -> None:
    assert read_rtf(WORD + body + b"}", LIMITS).text == text


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (rb"{\rtf1\ansi\ansicpg936 ", "gbk"),
        (rb"{\rtf1\ansi\ansicpg950 ", "big5"),
        (rb"{\rtf1\ansi\ansicpg65001 ", "utf-8"),
        (rb"{\rtf1\ansi\ansicpg54936 ", "gb18030"),
        (rb"{\rtf1\ansi\ansicpg99999 ", "gbk"),
        (rb"{\rtf1\ansi ", "gbk"),
    ],
)
def test_code_pages(head: bytes, encoding: str) -> None:
    assert lines(hexadecimal("工作回顧", encoding), head) == ["工作回顧"]


def test_western_code_page() -> None:
    assert lines(rb"caf\'e9 \'d2\'bb", rb"{\rtf1\ansi\ansicpg1252 ") == ["café Ò»"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"{\listtext\pard\plain \u19968\'d2\'bb\u12289\'a1\'a2\tab}\u24635\'d7\'dc\par",
         ["一、总"]),
        (rb"{\listtext\pard\plain 1.\tab}2024\par{\listtext 2.\tab}\u24635 ??\par",
         ["1. 2024", "2.总"]),
        (rb"{\pntext\f3\'6c\tab}{\*\pn\pnlvlblt{\pntxtb\'6c}}a\par b\par", ["• a", "b"]),
        (rb"{\listtext\f3\'d8\tab}a\par", ["• a"]),
        (rb"{\listtext\u-3913 ??\tab}a\par", ["• a"]),
        (rb"{\listtext 1.\tab}\par a\par", ["", "a"]),
    ],
)  # fmt: skip
def test_numbers_of_list_items(body: bytes, expected: list[str]) -> None:
    assert lines(body) == expected


@pytest.mark.parametrize(
    ("paragraph", "level"),
    [
        (rb"\pard\s1 a\par", 1),
        (rb"\pard\s2 a\par", 2),
        (rb"\pard\s3 a\par", 3),
        (rb"\pard\s9 a\par", None),
        (rb"\pard\outlinelevel3 a\par", 4),
        (rb"\pard\s1\outlinelevel9 a\par", None),
        (rb"\pard\s1 {\b a}", 1),
        (rb"\pard\s1\pard a\par", None),
    ],
)
def test_outline_levels(paragraph: bytes, level: int | None) -> None:
    document = read_rtf(WORD + rb"\pard b\par" + paragraph + b"}", LIMITS)

    assert outline(document) == ([("a", level)] if level else [])


ROW = rb"\trowd\cellx1\cellx2\pard\intbl a\cell b\cell\row"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ROW + ROW + rb"\pard c\par", ["a\tb", "a\tb", "c"]),
        (rb"x\par\trowd\pard\intbl\cell a\cell\row\pard c", ["x", "a", "c"]),
        (rb"\trowd\pard\intbl one\par two\cell b\cell\row", ["one two\tb"]),
        (rb"\trowd one\par two\cell b\cell\row c\par", ["one two\tb", "c"]),
        (rb"\trowd\pard\intbl a\cell b\cell", ["a\tb"]),
        (rb"\pard\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\nestrow}"
         rb"{\nonesttables\par}\pard\intbl\itap1 \cell c\cell\trowd\row d\par",
         ["a\tb\tc", "d"]),
        (rb"\pard\intbl\itap999999 a\cell\row\pard b", ["a", "b"]),
    ],
)  # fmt: skip
def test_tables(body: bytes, expected: list[str]) -> None:
    assert lines(body) == expected


def test_text_boxes_follow_their_paragraph() -> None:
    box = (
        rb"{\shp{\*\shpinst\shpleft1{\sp{\sn n}{\sv v}}{\shptxt\pard in\par box\par}}"
        rb"{\shprslt{\*\do{\dptxbxtext in\par box\par}}}}"
    )
    old_box = rb"{\*\do\dobxpage{\dptxbxtext\pard old\par}}"

    assert lines(rb"an" + box + rb"chor" + old_box + rb"\par after\par") == [
        *("anchor", "in", "box", "old", "after"),
    ]


def test_what_follows_the_document_is_no_part_of_it() -> None:
    assert read_rtf(WORD + rb"a\par}b{\rtf1 c}", LIMITS).text == "a"


@pytest.mark.parametrize("data", [b"", b"{", b"{\\rt", b"PK\x03\x04", "总结".encode()])
def test_no_rtf(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        read_rtf(data, LIMITS)


@pytest.mark.parametrize("body", [b"x" * 1_001, rb"\par" * 1_001, rb"\u24635 ??" * 1_001])
def test_too_many_characters(body: bytes) -> None:
    with pytest.raises(FileTooLargeError):
        read_rtf(WORD + body, ExtractionLimits(characters=1_000))


@pytest.mark.parametrize(
    ("piece", "count"),
    [
        (rb"{", 100_000),
        (rb"}", 100_000),
        (rb"{\*", 100_000),
        (rb"{\pict", 100_000),
        (rb"{\shptxt a\par ", 100_000),
        (rb"{\listtext a", 100_000),
        (rb"{\field{\*\fldinst a", 30_000),
        (rb"{\intbl a\cell", 30_000),
        (rb"\itap9 a\nestcell", 30_000),
        (rb"\uc99999\u1 ", 30_000),
        (rb"{\stylesheet a", 30_000),
        (rb"{\listtext a}", 30_000),
        (rb"\'81", 100_000),
        (rb"\bin1", 30_000),
        (rb"{\upr", 30_000),
        (rb"\trowd\cell", 30_000),
    ],
)
def test_adverse_files_take_linear_time(piece: bytes, count: int) -> None:
    begin = time.process_time()

    read_rtf(b"{\\rtf1 " + piece * count, LIMITS)

    assert time.process_time() - begin < 10


def test_damaged_files_raise_nothing_else() -> None:
    source = WORD + ROW + b"".join(
        rb"\pard\s1{\listtext 1.\tab}{\f1 %b}\u24635\'d7\'dc{\shp{\*\shpinst{\shptxt box\par}}}"
        rb"{\field{\*\fldinst TOC}{\fldrslt x}}{\pict\bin3 abc}\par" % hexadecimal("工作总结")
        for _ in range(3)
    )  # fmt: skip
    for data in mutations(source + b"}", 500):
        try:
            document = read_rtf(data, LIMITS)
        except UnreadableFileError:
            continue
        assert all(heading.span.quote(document.text).strip() for heading in document.outline)
