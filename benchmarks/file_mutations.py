"""Damage to files, for fuzzing; the same for the same generator."""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress

from extraction.formats import Format

Mutation = Callable[[bytes, random.Random], bytes]

_MEBIBYTE = 1 << 20
_BOMBS = (30, 60, 99, 101, 200)
"""Sizes of ZIP bombs in MiB, below and above what the reader unpacks."""
_BOMB_SHARE = 0.005
_RUNS = (500, 5_000, 50_000, 400_000)
_LARGEST_COPY = 2 * _MEBIBYTE
_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")
_EXTREMES = (
    *(b"-1", b"0", b"1", b"2", b"7", b"255", b"65535", b"65536", b"2147483647", b"2147483648"),
    *(b"-2147483648", b"4294967295", b"18446744073709551616", b"9" * 30, b"9" * 5000),
    *(b"1e308", b"1e309", b"-1e309", b"NaN", b"inf", b"0.0000001", b"", b" ", b"x"),
    *(b"1.5", b"-0", b"007", b"1e5", b"1_000", "３".encode(), "一".encode(), "²".encode()),
)
_BINARY = (
    *(b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0" * 64),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x81"),
)
_PATTERNS: dict[Format, tuple[bytes, ...]] = {
    Format.TXT: tuple(
        part.encode(code)
        for part in ("中", "。", "\n", "a", "\0", "é", "\u3000", "第1页\n")
        for code in ("utf-8", "utf-16-le", "gb18030")
    ),
    Format.MD: tuple(
        part.encode()
        for part in (
            *("[", "]", "](", "![", "[a](", "[]()", "*", "**", "*a ", "**a ", "_a ", "*a_ ", "`"),
            *(
                "`a``b",
                "``` \n",
                "> ",
                ">",
                "- ",
                "1. ",
                "\t",
                "    ",
                "#",
                "# \n",
                "<",
                "<a ",
                "&",
            ),
            *("<!--", "<b>", "<div>\n", "|", "|a", "|a|b|\n", "|-|\n", "\\", "[a]: b\n", "[a\n"),
            *("- - ", "> - ", "* a\n\n", "  \n", "\n\n", "&#0;", "&amp;", "~~a", "***", "---\n"),
            *("<a@b", "http://a ", "a\n=\n", "]: <", "[^1]", '"', "(", "<![CDATA[", "<?", "\0"),
        )
    ),
    Format.HTML: tuple(
        part.encode()
        for part in (
            *("<div>", "</div>", "<b>", "<p>", "<p><b>", "<table>", "<table><tr><td>", "<tr>"),
            *("<ul><li>", "<ol><li>", "<li>", "<a href=", "<a b='", "<!--", "-->", "<", ">", "</"),
            *("&", "&#", "&#x4e2d;", "&#0;", "&#xD800;", "&amp", "<br>", "<pre>", "<h1>", "<h9>"),
            *("<p style='display:none'>", "<span hidden>", "<ruby>a<rt>", "<script>", "</script>"),
            *("<style>", "<select><option>", "<svg>", "<![CDATA[", "<?", "<!", "<title>", "<td>"),
            *("<template>", "<textarea>", "<noscript>", "<frameset>", "<x:y>", "<p a=1 a=2 ", "\0"),
            *("<meta charset=gbk>", "<meta charset=utf-16>", "<base href=x>", " ", "\n", "&nbsp;"),
        )
    ),
    Format.RTF: (
        *(b"{", b"}", b"{}", b"\\", b"\\par ", b"\\'d7", b"\\'", b"\\u24635?", b"\\u-10187 "),
        *(rb"{\*\x ", rb"\bin5 ", rb"\bin", rb"{\field{\*\fldinst ", rb"{\fldrslt ", rb"\uc9999 "),
        *(rb"{\listtext 1.\tab}", rb"\trowd\cell\row ", rb"{\upr{\*\ud ", rb"\cell ", rb"\f1 "),
        *(rb"{\stylesheet{\s1\sbasedon1 ", rb"\s1\outlinelevel0 ", rb"\~", rb"\v ", rb"\v0 "),
        *(rb"{\fonttbl{\f1\fcharset134 ", rb"{\pict ", rb"\line ", rb"{\footnote ", rb"\ansicpg0 "),
    ),
    Format.PDF: (
        *(b"(abc) Tj ", b"q ", b"Q ", b"BT ", b"ET ", b"[(a)-200(b)] TJ ", b"[", b"<<", b"(", b"<"),
        *(b"1 0 0 1 1 1 cm ", b"0 0 m 100 0 l S ", b"0 0 90 0.5 re f ", b"0 -1 Td ", b"2 Tr "),
        *(b"BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID 00FF00FF> EI ", b"/F 1e9 Tf ", b"/F 0 Tf "),
        *(
            b"<4e2d6587> Tj ",
            b"1 0 0 1 9 9 Tm ",
            b"0 1 -1 0 9 9 Tm ",
            b"/X Do ",
            b"0 0 0 0 0 0 Tm ",
        ),
        *(b"<</Type/Page/Parent 2 0 R>>", b"2 0 R ", b"\nendobj\n9 0 obj\n", b"endstream ", b"%"),
    ),
    Format.DOC: (b"\r", b"\x07", b"\x13", b"\x15", b"\0", b"\xff"),
}
_PATTERNS[Format.WPS] = _PATTERNS[Format.DOC]
_XML_TOKEN = re.compile(rb"<[^>]*>|[^<]+")
_ATTRIBUTE = re.compile(rb' (?!xmlns|version|encoding)[\w:.-]+=("[^"]*")')
_XML_PIECES = (
    *(b"&#0;", b"&#xD800;", b"&x;", b"&lt;", b"&#x10FFFF;", b"<![CDATA[ ]] >]]>", b"<!-- -- -->"),
    *(b"<?pi x?>", b"<a/>", b"</a>", b"<", b"\xff", b"\0", b"<w:p/>", b"<w:tab/>", b"<x:y/>"),
    *("𠀀\u200b\u202e".encode(), b"\xed\xa0\x80", b"\t\n\r ", b'<text:s text:c="99999999"/>'),
)
_DOCTYPES = (
    b"<!DOCTYPE x>",
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]>',
    b"<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>",
    b"<!DOCTYPE x [<!ENTITY a '%s'>]>" % (b"x" * 100_000),
)
_ENCODINGS = (b"utf-16", b"gb18030", b"ebcdic-cp-us", b"utf-7", b"no-such", b"utf-32", b"latin1")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)


def mutated_file(form: Format, data: bytes, rng: random.Random) -> bytes:
    """A damaged copy of ``data``, which is of that format."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice(_mutations(form, data))(data, rng)
    return data


def _mutations(form: Format, data: bytes) -> tuple[Mutation, ...]:
    """What may befall the file: what befalls any, and what its format is given to."""
    if data.startswith(b"PK"):
        return (_bytes, _members, *(_contents,) * 10)
    if data.startswith(b"<?xml"):
        return (_bytes, _xml, _xml)
    if form is Format.PDF:
        return (_bytes, _numbers, _patterned(form), _pdf_stream, _pdf_stream)
    if form in _PATTERNS:
        return (_bytes, _numbers, _patterned(form), _patterned(form))
    return (_bytes,)


def _stretch(data: bytes, rng: random.Random, longest: int = 400) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + int(longest ** rng.random()))


def _bytes(data: bytes, rng: random.Random) -> bytes:
    """One to eight small injuries."""
    for _ in range(rng.choice((1, 1, 2, 8))):
        data = rng.choice(_BYTE_MUTATIONS)(data, rng)
    return data


def _flip(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return data
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]


def _overwrite(data: bytes, rng: random.Random) -> bytes:
    piece = rng.choice((*_BINARY, rng.randbytes(rng.randint(1, 8))))
    place = rng.randint(0, len(data))
    return data[:place] + piece + data[place + len(piece) :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    place = rng.randint(0, len(data))
    return data[:place] + rng.choice((*_BINARY, rng.randbytes(20))) + data[place:]


def _delete(data: bytes, rng: random.Random) -> bytes:
    start, end = _stretch(data, rng)
    return data[:start] + data[end:]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start, end = _stretch(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]


def _swap(data: bytes, rng: random.Random) -> bytes:
    first, second, third = sorted(rng.randint(0, len(data)) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def _cut(data: bytes, rng: random.Random) -> bytes:
    if rng.random() < 0.2:
        return data[rng.randint(0, len(data)) :]
    return data[: rng.randint(0, len(data))]


_BYTE_MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _flip, _overwrite, _insert, _delete, _repeat, _swap, _cut),
)


def _numbers(data: bytes, rng: random.Random) -> bytes:
    """One to four numbers that are extreme."""
    places = [match.span() for match in _NUMBER.finditer(data)]
    for start, end in sorted(rng.sample(places, min(len(places), rng.randint(1, 4))))[::-1]:
        data = data[:start] + rng.choice(_EXTREMES) + data[end:]
    return data


def _patterned(form: Format) -> Mutation:
    """A long run of what the format makes something of."""

    def mutate(data: bytes, rng: random.Random) -> bytes:
        pattern = b"".join(rng.choices(_PATTERNS[form], k=rng.choice((1, 1, 2, 3))))
        run = pattern * (rng.choice(_RUNS) // len(pattern) + 1)
        place = rng.choice((0, len(data), rng.randint(0, len(data))))
        return data[:place] + run + data[place:]

    return mutate


def _xml(data: bytes, rng: random.Random) -> bytes:
    return rng.choice(_XML_MUTATIONS)(data, rng)


def _attribute(data: bytes, rng: random.Random) -> bytes:
    places = [match.span(1) for match in _ATTRIBUTE.finditer(data)]
    for start, end in sorted(rng.sample(places, min(len(places), rng.randint(1, 6))))[::-1]:
        data = data[:start] + b'"' + rng.choice(_EXTREMES) + b'"' + data[end:]
    return data


def _attribute_of_another(data: bytes, rng: random.Random) -> bytes:
    """So that what names something names something else, itself perhaps."""
    places = [match.span(1) for match in _ATTRIBUTE.finditer(data)]
    if len(places) < 2:
        return data
    (start, end), (other, other_end) = rng.sample(places, 2)
    return data[:start] + data[other:other_end] + data[end:]


def _xml_piece(data: bytes, rng: random.Random) -> bytes:
    ends = [match.end() for match in _XML_TOKEN.finditer(data)] or [0]
    place = rng.choice(ends)
    return data[:place] + rng.choice(_XML_PIECES) + data[place:]


def _doctype(data: bytes, rng: random.Random) -> bytes:
    head, mark, rest = data.partition(b"?>")
    declared = head + mark + rng.choice(_DOCTYPES) + rest if mark else data
    uses = rng.choice((b"", b"&a;", b"&a11;"))
    return declared.replace(b"</", uses + b"</", 1)


def _encoding(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"UTF-8", rng.choice(_ENCODINGS), 1)


def _element(data: bytes, rng: random.Random) -> tuple[int, int]:
    """The place of an element; of any stretch if the tags do not match."""
    tokens = [match.span() for match in _XML_TOKEN.finditer(data)]
    opening = [
        index
        for index, (start, end) in enumerate(tokens)
        if data[start : start + 1] == b"<"
        and data[start + 1 : start + 2] not in b"/?!"
        and data[end - 2 : end] != b"/>"
    ]
    if not opening:
        return _stretch(data, rng)
    first = rng.choice(opening[-(3 * len(opening) // 4) - 1 :])
    depth = 0
    for start, end in tokens[first:]:
        token = data[start:end]
        if token.startswith(b"</"):
            depth -= 1
        elif token.startswith(b"<") and token[1:2] not in b"?!" and not token.endswith(b"/>"):
            depth += 1
        if depth == 0:
            return tokens[first][0], end
    return _stretch(data, rng)


def _without_element(data: bytes, rng: random.Random) -> bytes:
    start, end = _element(data, rng)
    return data[:start] + data[end:]


def _element_elsewhere(data: bytes, rng: random.Random) -> bytes:
    start, end = _element(data, rng)
    place = rng.choice([match.end() for match in _XML_TOKEN.finditer(data)] or [0])
    return data[:place] + data[start:end] + data[place:]


def _element_again(data: bytes, rng: random.Random) -> bytes:
    start, end = _element(data, rng)
    times = min(rng.choice((1, 3, 50, 5_000)), _LARGEST_COPY // max(1, end - start))
    return data[:end] + data[start:end] * times + data[end:]


def _nested(data: bytes, rng: random.Random) -> bytes:
    """An element in itself, in itself, and so on."""
    start, end = _element(data, rng)
    head = _XML_TOKEN.match(data, start)
    if head is None or data[start : start + 1] != b"<":
        return data
    name = re.split(rb"[\s>/]", head[0][1:], maxsplit=1)[0]
    depth = rng.choice((3, 3, 60, 200, 300, 20_000))
    close = b"</%s>" % name * depth if rng.random() < 0.8 else b""
    return data[:start] + head[0] * depth + data[start:end] + close + data[end:]


# Mostly such that the XML stays well-formed, or readers would not get far.
_XML_MUTATIONS: tuple[Mutation, ...] = (
    *(_attribute,) * 4,
    *(_attribute_of_another,) * 4,
    *(_without_element, _element_elsewhere, _element_again) * 3,
    *(_nested, _nested, _xml_piece, _doctype, _encoding, _numbers, _bytes),
)


def _read_members(data: bytes) -> dict[str, bytes] | None:
    """The members of a ZIP file; ``None`` if it is too damaged already, or a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            if sum(member.file_size for member in container.infolist()) > 8 * _MEBIBYTE:
                return None
            return {name: container.read(name) for name in container.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return None


def _zipped(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        warnings.simplefilter("ignore")  # names twice are on purpose
        for name, content in members:
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            # Not by its name alone: the time of writing would make another file of it.
            container.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def _contents(data: bytes, rng: random.Random) -> bytes:
    """With a damaged member in a sound container."""
    members = _read_members(data)
    documents = [name for name in members or () if name.endswith((".xml", ".rels"))]
    if not members or not documents:
        return _bytes(data, rng)
    weights = [len(members[name]) + 200 for name in documents]
    chosen = rng.choices(documents, weights)[0]
    if rng.random() < _BOMB_SHARE:
        return _bomb(members, chosen, rng)
    for _ in range(rng.choice((1, 1, 2, 3))):
        members[chosen] = _xml(members[chosen], rng)
    return _zipped(list(members.items()))


def _bomb(members: dict[str, bytes], chosen: str, rng: random.Random) -> bytes:
    """With an element that is there again and again, or with blanks without end."""
    content = members[chosen]
    start, end = _element(content, rng)
    unit = rng.choice((content[start:end], content[start:end], b" ", b"\0")) or b" "
    chunk = unit * (_MEBIBYTE // len(unit) + 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as container:
        for name, other in members.items():
            if name != chosen:
                container.writestr(zipfile.ZipInfo(name), other, zipfile.ZIP_DEFLATED)
        whole = zipfile.ZipInfo(chosen)
        whole.compress_type = zipfile.ZIP_DEFLATED
        with container.open(whole, "w") as member:
            member.write(content[:end])
            for _ in range(rng.choice(_BOMBS)):
                member.write(chunk)
            member.write(content[end:])
    return out.getvalue()


def _members(data: bytes, rng: random.Random) -> bytes:
    """Members gone, twice, by other names, of wrong sizes."""
    members = _read_members(data)
    if not members:
        return _bytes(data, rng)
    listed = list(members.items())
    index = rng.randrange(len(listed))
    name, content = listed[index]
    match rng.randrange(6):
        case 0:
            del listed[index]
        case 1:
            listed.append((name, _bytes(content, rng)))
        case 2:
            other = rng.choice((name.upper(), "/" + name, "../" + name, name + "\u4e2d", "x" * 60))
            listed[index] = other, content
        case 3:
            listed.extend((f"word/{number}.xml", b"") for number in range(rng.choice((9, 11_000))))
        case 4:
            listed[index] = name, rng.choice((b"", b"\0" * 99, b"<a/>", content * 2))
        case _:
            return _with_wrong_size(_zipped(listed), rng)
    return _zipped(listed)


def _with_wrong_size(data: bytes, rng: random.Random) -> bytes:
    """With a member that claims another size, in the directory or in front of it."""
    mark, field = rng.choice(((b"PK\x01\x02", 24), (b"PK\x01\x02", 20), (b"PK\x03\x04", 22)))
    places = [match.start() for match in re.finditer(re.escape(mark), data)]
    place = rng.choice(places) + field
    size = rng.choice((0, 1, 1000, 50 * _MEBIBYTE, 99 * _MEBIBYTE, 2**31 - 1, 2**32 - 1))
    return data[:place] + struct.pack("<I", size) + data[place + 4 :]


def _pdf_stream(data: bytes, rng: random.Random) -> bytes:
    """With a damaged stream, damaged inside if it is a packed one."""
    places = [match.span(1) for match in _PDF_STREAM.finditer(data)]
    if not places:
        return _bytes(data, rng)
    start, end = rng.choice(places)
    content, is_packed = data[start:end], False
    with suppress(zlib.error):
        content, is_packed = zlib.decompress(content), True
    mutate = rng.choice((_bytes, _numbers, _numbers, _patterned(Format.PDF)))
    content = mutate(content, rng)
    return data[:start] + (zlib.compress(content) if is_packed else content) + data[end:]
