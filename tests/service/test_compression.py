"""Compressed answers, and compressed requests with a limit on what they hold."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
import tracemalloc
import zlib

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import TestResponse

from service.bodies import MAX_FORM_BYTES
from service.compression import MIN_BYTES
from service.inflating import MalformedGzipError, inflated
from service.views import MAX_BODY_BYTES

REPORT = "一、总结\n" + "完成投资3.2亿元，新增企业30家。\n" * 20 + "二、问题\n人手不足。"
JSON = json.dumps({"text": REPORT}).encode()
NOT_COMPRESSED = None


def ask(client: FlaskClient, accept: str | None, text: str = REPORT) -> TestResponse:
    headers = {} if accept is None else {"Accept-Encoding": accept}
    return client.post("/v1/summaries", json={"text": text}, headers=headers)


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        (None, NOT_COMPRESSED),
        ("", NOT_COMPRESSED),
        ("identity", NOT_COMPRESSED),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip; q=1.0, br; q=0.5", "gzip"),
        ("*", "br"),
        ("gzip;q=0", NOT_COMPRESSED),
        ("br;q=0, gzip;q=0, *", NOT_COMPRESSED),
        ("br;q=0, *;q=0.5", "gzip"),
        ("identity, gzip;q=0.5", NOT_COMPRESSED),
        ("deflate, zstd", NOT_COMPRESSED),
        ("gzip;q=nonsense", NOT_COMPRESSED),
    ],
)
def test_answers_are_compressed_as_callers_accept(
    client: FlaskClient, accept: str | None, encoding: str | None
) -> None:
    response = ask(client, accept)
    assert response.status_code == 200
    assert response.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in response.headers["Vary"]
    assert int(response.headers["Content-Length"]) == len(response.data)
    inflate = {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding or "", bytes)
    assert inflate(response.data) == ask(client, None).data


@pytest.mark.parametrize(("method", "path"), [("GET", "/livez"), ("OPTIONS", "/v1/summaries")])
def test_short_answers_are_not(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, headers={"Accept-Encoding": "br"})
    assert response.status_code == 200
    assert len(response.data) < MIN_BYTES
    assert "Content-Encoding" not in response.headers


def test_problems_are(client: FlaskClient) -> None:
    body = {f"字段{number}" * 10: 1 for number in range(30)}
    response = client.post("/v1/summaries", json=body, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 422
    assert response.mimetype == "application/problem+json"
    assert response.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(response.data))["code"] == "validation_failed"


@pytest.mark.parametrize("path", ["/openapi.json", "/docs/assets/swagger-ui.css"])
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_other_long_answers_are(client: FlaskClient, path: str, encoding: str) -> None:
    inflate = {"gzip": gzip.decompress, "br": brotli.decompress}[encoding]
    with client.get(path) as plain:
        with client.get(path, headers={"Accept-Encoding": encoding}) as packed:
            assert packed.headers["Content-Encoding"] == encoding
            assert len(packed.data) < len(plain.data) / 2
            assert inflate(packed.data) == plain.data
            tag, _ = plain.get_etag()
            assert packed.get_etag() == (tag, tag is not None or None)
        with client.head(path, headers={"Accept-Encoding": encoding}) as head:
            assert (head.status_code, head.data) == (200, b"")


def send(client: FlaskClient, body: bytes, encoding: str = "gzip") -> TestResponse:
    return client.post(
        "/v1/summaries",
        data=body,
        content_type="application/json",
        headers={"Content-Encoding": encoding},
    )


def send_file(client: FlaskClient, body: bytes, encoding: str = "gzip") -> TestResponse:
    return client.post(
        "/v1/files/summaries",
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Encoding": encoding},
    )


def form(content: bytes) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    return head + content + b"\r\n--x--\r\n"


@pytest.mark.parametrize("encoding", ["gzip", "GZip", "x-gzip"])
def test_compressed_requests(client: FlaskClient, encoding: str) -> None:
    response = send(client, gzip.compress(JSON), encoding)
    assert response.status_code == 200
    assert response.data == client.post("/v1/summaries", json={"text": REPORT}).data
    file = send_file(client, gzip.compress(form(REPORT.encode())), encoding)
    assert file.status_code == 200
    assert file.json is not None
    assert file.json["extracted_text"] == REPORT


def test_a_body_in_several_members(client: FlaskClient) -> None:
    parts = [gzip.compress(JSON[at : at + 100]) for at in range(0, len(JSON), 100)]
    assert send(client, b"".join(parts)).status_code == 200


WHOLE = gzip.compress(JSON)
DAMAGED = {
    "empty": b"",
    "plain": JSON,
    "zlib": zlib.compress(JSON),
    "header only": WHOLE[:10],
    "cut in the middle": WHOLE[: len(WHOLE) // 2],
    "without its last byte": WHOLE[:-1],
    "wrong checksum": WHOLE[:-8] + b"\0\0\0\0" + WHOLE[-4:],
    "wrong length": WHOLE[:-4] + b"\0\0\0\0",
    "garbage behind it": WHOLE + b"garbage",
    "a cut member behind it": WHOLE + WHOLE[:20],
    "zeros behind it": WHOLE + bytes(8),
    "too many members": gzip.compress(b" ") * 2000 + WHOLE,
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_gzip_is_malformed(client: FlaskClient, body: bytes) -> None:
    for response in (send(client, body), send_file(client, body)):
        assert response.status_code == 400
        assert response.json is not None
        assert response.json["code"] == "malformed_request"
        assert "gzip" in response.json["detail"]


def test_what_is_inside_is_checked_as_ever(client: FlaskClient) -> None:
    assert send(client, gzip.compress(b'{"text": ')).status_code == 400
    assert send(client, gzip.compress(b'{"text": 5}')).status_code == 422
    assert send(client, gzip.compress(WHOLE)).status_code == 400
    assert send_file(client, gzip.compress(b"no form")).status_code == 400


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "identity", "gzip, gzip", "gzip2"])
def test_other_encodings_are_refused(client: FlaskClient, encoding: str) -> None:
    for response in (send(client, JSON, encoding), send_file(client, form(b"a"), encoding)):
        assert response.status_code == 415
        assert response.json is not None
        assert response.json["code"] == "unsupported_media_type"
        assert "gzip" in response.json["detail"]
        assert response.headers["Accept-Encoding"] == "gzip"


def test_another_media_type_says_nothing_of_encodings(client: FlaskClient) -> None:
    response = client.post("/v1/summaries", data=JSON, content_type="text/plain")
    assert response.status_code == 415
    assert "Accept-Encoding" not in response.headers


def test_the_limit_is_that_of_plain_bodies(client: FlaskClient) -> None:
    fitting = JSON + b" " * (MAX_BODY_BYTES - len(JSON))
    assert send(client, gzip.compress(fitting)).status_code == 200
    assert send(client, gzip.compress(fitting + b" ")).status_code == 413
    assert send(client, gzip.compress(fitting) + gzip.compress(b" ")).status_code == 413
    assert send_file(client, gzip.compress(form(bytes(MAX_FORM_BYTES)))).status_code == 413
    compressed_too_long = gzip.compress(b"") * (MAX_BODY_BYTES // 20 + 1)
    assert send(client, compressed_too_long).status_code == 413


def test_bombs_are_inflated_no_further_than_the_limit() -> None:
    bomb = gzip.compress(bytes(200_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(RequestEntityTooLarge):
            inflated(bomb, 1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"") * 1_000_000,
        gzip.compress(b"")[:10] + b"\x00\x00\x00\xff\xff" * 4_000_000,
        gzip.compress(b"")[:3] + b"\x08" + gzip.compress(b"")[4:10] + b"a" * 20_000_000,
    ],
    ids=["empty members", "empty blocks", "an endless file name"],
)
def test_bodies_that_hold_nothing_are_refused_quickly(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(MalformedGzipError):
        inflated(body, MAX_FORM_BYTES)
    assert time.process_time() - started < 2


@given(st.lists(st.tuples(st.binary(max_size=300_000), st.integers(0, 9)), min_size=1, max_size=5))
def test_what_was_compressed_is_read(parts: list[tuple[bytes, int]]) -> None:
    body = b"".join(gzip.compress(part, level) for part, level in parts)
    plain = b"".join(part for part, _ in parts)
    assert inflated(body, len(plain)) == plain
    if plain:
        with pytest.raises(RequestEntityTooLarge):
            inflated(body, len(plain) - 1)


@given(st.binary(max_size=2000), st.integers(0), st.integers(1, 255))
def test_no_damage_goes_unseen(plain: bytes, place: int, change: int) -> None:
    body = bytearray(gzip.compress(plain, mtime=0))
    place = 10 + place % (len(body) - 10)
    body[place] ^= change
    with contextlib.suppress(MalformedGzipError, RequestEntityTooLarge):
        assert inflated(bytes(body), 10_000) == plain


def test_it_is_described(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").json
    assert spec is not None
    for path in ("/v1/summaries", "/v1/summaries/batch", "/v1/files/summaries"):
        assert "Content-Encoding: gzip" in spec["paths"][path]["post"]["description"]
