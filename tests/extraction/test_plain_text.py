import pytest

from extraction.limits import ExtractionLimits
from extraction.plain_text import Decoded, decode, decode_as, is_clear, read_plain_text

SIMPLIFIED = (
    "青禾县档案馆2031年工作总结\r\n一、主要成效。全年接收档案1.2万卷，数字化率达到86%，"
    "比上年提高11个百分点。\r\n二、存在的问题。库房面积不足，专业人员偏少。\r\n"
)
TRADITIONAL = (
    "青禾縣檔案館2031年工作總結\n一、主要成效。全年接收檔案1.2萬卷，數字化率達到86%，"
    "比上年提高11個百分點。\n二、存在的問題。庫房面積不足，專業人員偏少。\n"
)


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL])
@pytest.mark.parametrize(
    ("codec", "mark", "encoding"),
    [
        ("utf-8-sig", b"", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\0\0", "utf-32-le"),
        ("utf-32-be", b"\0\0\xfe\xff", "utf-32-be"),
        ("utf-8", b"", "utf-8"),
    ],
)
def test_what_the_bytes_say_is_no_guess(text: str, codec: str, mark: bytes, encoding: str) -> None:
    assert decode(mark + text.encode(codec)) == Decoded(text, encoding, guessed=False)


def test_ascii_is_no_guess() -> None:
    assert decode(b"ARR +12%\n") == Decoded("ARR +12%\n", "utf-8", guessed=False)


@pytest.mark.parametrize("length", [None, 60, 30, 16])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "cp950"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (TRADITIONAL, "utf-16-le"),
        ("plain ASCII, as Windows saves it as Unicode", "utf-16-le"),
    ],
)
def test_encodings_that_must_be_guessed(text: str, encoding: str, length: int | None) -> None:
    part = text[:length]
    assert decode(part.encode(encoding)) == Decoded(part, encoding, guessed=True)


def test_signs_outside_of_gbk_are_read() -> None:
    text = SIMPLIFIED + "李䶮负责，𠮷地选址。"
    assert decode(text.encode("gb18030")).text == text


def test_characters_of_hong_kong_are_read() -> None:
    text = TRADITIONAL + "深水埗、鰂魚涌嘅街坊"
    assert decode(text.encode("big5hkscs")) == Decoded(text, "big5hkscs", guessed=True)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_broken_bytes_leave_the_rest_readable(encoding: str) -> None:
    data = (SIMPLIFIED + "\n").encode(encoding) + b"\xff" + SIMPLIFIED.encode(encoding)
    decoded = decode(data)
    assert decoded.text == f"{SIMPLIFIED}\n\ufffd{SIMPLIFIED}"
    assert (decoded.encoding, decoded.guessed) == (encoding, True)


def test_a_text_cut_inside_a_character_is_read() -> None:
    assert decode(SIMPLIFIED.encode()[:-4]).text == SIMPLIFIED[:-3] + "\ufffd"


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xfe\xfd", bytes(range(256)) * 3, b"\0" * 9])
def test_any_bytes_decode(data: bytes) -> None:
    assert isinstance(decode(data).text, str)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("GB2312", "gb18030"), ("gbk", "gb18030"), ("Big5", "cp950"), (" utf-8 ", "utf-8")],
)
def test_named_encodings(name: str, encoding: str) -> None:
    decoded = decode_as("总".encode(encoding, "ignore"), name)
    assert decoded is not None
    assert (decoded.encoding, decoded.guessed) == (encoding, False)


@pytest.mark.parametrize("name", ["x-unknown", "", "base64", "rot13", "utf\0"])
def test_names_of_no_text_encoding(name: str) -> None:
    assert decode_as(b"abc", name) is None


@pytest.mark.parametrize(
    ("text", "clear"),
    [(SIMPLIFIED, True), ("", True), ("字\ufffd" * 9, False), ("\0" * 9, False), ("\ue000", False)],
)
def test_clear_texts(text: str, clear: bool) -> None:
    assert is_clear(text) is clear


def test_the_document_is_the_text_as_it_stands() -> None:
    document = read_plain_text(SIMPLIFIED.encode("gbk"), ExtractionLimits())
    assert document.text == SIMPLIFIED
    assert (document.encoding, document.encoding_guessed) == ("gb18030", True)
    assert document.outline == ()
