"""Reports as files: the contract of ``POST /v1/files/summaries``."""

from __future__ import annotations

import io
import json
import logging
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from extraction.document import ExtractedDocument
from extraction.errors import (
    BrokenFileError,
    ConverterMissingError,
    EncryptedFileError,
    ExtractionTimeoutError,
    FileTooLargeError,
    NoTemporarySpaceError,
    NoTextLayerError,
    UnsupportedFormatError,
)
from extraction.limits import ExtractionLimits
from report.domain import Heading, Span
from report.watching import Watch
from service.app import create_app
from service.bodies import MAX_FORM_BYTES
from service.settings import Settings
from service.work.model_host import ModelHost
from tests.conftest import CueTagger

REPORT = "一、总结\n完成投资3.2亿元。\n二、问题\n人手不足。"


def send(
    client: FlaskClient, content: bytes, name: str = "report.txt", **form: Any
) -> TestResponse:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, given in form.items()
        for value in (given if isinstance(given, list) else [given])
    ]
    disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    head = "".join(parts) + f"--x\r\n{disposition}\r\n\r\n"
    return client.post(
        "/v1/files/summaries",
        data=head.encode() + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def test_a_file_gets_the_answer_of_its_text(client: FlaskClient) -> None:
    answer = send(client, REPORT.encode()).json
    assert answer is not None
    extracted, encoding = answer.pop("extracted_text"), answer.pop("encoding")
    assert (extracted, encoding) == (REPORT, "utf-8")
    assert answer == client.post("/v1/summaries", json={"text": REPORT}).json


def test_a_guessed_encoding_is_told(client: FlaskClient) -> None:
    answer = send(client, (REPORT * 5).encode("gb18030")).json
    assert answer is not None
    assert answer["extracted_text"] == REPORT * 5
    assert answer["encoding"] == "gb18030"
    assert answer["warnings"][0]["code"] == "encoding_guessed"


def test_options_are_those_of_texts(client: FlaskClient) -> None:
    traditional = "一、總結\n完成投資3.2億元。\n二、問題\n人手不足。"
    form = {"script": "simplified", "include_sentences": "true", "max_points": "1"}
    answer = send(client, traditional.encode(), **form).json
    assert answer is not None
    achievements = answer["sections"]["achievements"]
    assert achievements["summary"] == "完成投资3.2亿元。"
    assert achievements["points"][0]["quote"] == "完成投資3.2億元。"
    assert answer["repairs"] == [{"code": "traditional", "count": 6}]
    assert len(answer["sentences"]) == 4
    form = {"disabled_repairs": ["traditional", "width"]}
    answer = send(client, traditional.encode(), **form).json
    assert answer is not None
    assert answer["repairs"] == []


def test_booleans_may_be_written_as_clients_for_python_do(client: FlaskClient) -> None:
    assert "sentences" in (send(client, REPORT.encode(), include_sentences="True").json or {})
    assert "sentences" not in (send(client, REPORT.encode(), include_sentences="False").json or {})


@pytest.mark.parametrize(
    ("form", "pointer", "message"),
    [
        ({"max_points": "0"}, "/max_points", "必须在 1 到 20 之间。"),
        ({"max_points": "5.0"}, "/max_points", "类型不正确。"),
        ({"include_sentences": "yes"}, "/include_sentences", "类型不正确。"),
        ({"script": "latin"}, "/script", "必须是以下之一：original, simplified。"),
        ({"disabled_repairs": "all"}, "/disabled_repairs/0", "必须是以下之一"),
        ({"title": ["甲", "乙"]}, "/title", "类型不正确。"),
        ({"text": "完成"}, "/text", "未知字段。"),
    ],
)
def test_unfit_options_are_422_and_name_the_field(
    client: FlaskClient, form: dict[str, Any], pointer: str, message: str
) -> None:
    response = send(client, REPORT.encode(), **form)
    assert response.status_code == 422
    assert response.json is not None
    [error] = response.json["errors"]
    assert error["pointer"] == pointer
    assert error["message"].startswith(message)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "缺少必填字段。"),
        ({"file": "完成"}, "必须是一个上传的文件（带文件名），且只给出一次。"),
        ({"file": [(io.BytesIO(b"a"), "a"), (io.BytesIO(b"b"), "b")]}, "必须是一个上传的文件"),
    ],
)
def test_there_must_be_one_file(client: FlaskClient, data: Any, message: str) -> None:
    response = client.post("/v1/files/summaries", data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["errors"][0]["pointer"] == "/file"
    assert response.json["errors"][0]["message"].startswith(message)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded", b"file=a", 415),
        ("multipart/form-data", b"--x--", 400),
        ("multipart/form-data; boundary=x", b"no form", 400),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n"
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n1\r\n--x--',
            400,
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=", 400),
    ],
)
def test_other_bodies_are_refused(
    client: FlaskClient, content_type: str, body: bytes, status: int
) -> None:
    response = client.post("/v1/files/summaries", data=body, content_type=content_type)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


def test_lists_may_be_repeated_or_parted_by_commas(client: FlaskClient) -> None:
    text = "完成投资１２亿元。\u200b"
    for given in (["width", "invisible"], "width,invisible", ["width,", "invisible"]):
        answer = send(client, text.encode(), disabled_repairs=given).json
        assert answer is not None
        assert answer["repairs"] == []


def json_part(name: str, content: str) -> str:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n'
    return f"{head}Content-Type: application/json\r\n\r\n{content}\r\n"


def send_parts(client: FlaskClient, *parts: str) -> TestResponse:
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    body = "".join(parts) + f"{file}{REPORT}\r\n--x--\r\n"
    content_type = "multipart/form-data; boundary=x"
    return client.post("/v1/files/summaries", data=body.encode(), content_type=content_type)


def test_parts_may_be_json_as_generated_clients_write_them(client: FlaskClient) -> None:
    """openapi-generator's Java client sends enums so, and a list once for each of its items."""
    repairs = json_part("disabled_repairs", '["width","marks"]')
    response = send_parts(
        client, json_part("script", '"simplified"'), repairs, repairs, json_part("max_points", "2")
    )
    assert response.status_code == 200
    plain = send(client, REPORT.encode(), script="simplified", max_points=2)
    assert response.json == plain.json
    wrong = send_parts(client, json_part("max_points", '"2"'), json_part("title", "{}"))
    assert wrong.json is not None
    assert [error["pointer"] for error in wrong.json["errors"]] == ["/title", "/max_points"]
    for broken in ("[", "\ufeff1", "NaN"):
        assert send_parts(client, json_part("title", broken)).status_code == 400


def test_long_lists_in_forms_are_not_read_to_their_end(client: FlaskClient) -> None:
    started = time.monotonic()
    response = send(client, b"x", disabled_repairs="width," * 2_000_000)
    assert response.status_code == 422
    assert response.json is not None
    assert [error["pointer"] for error in response.json["errors"]] == ["/disabled_repairs"]
    assert time.monotonic() - started < 10


def test_names_of_files_may_be_in_gbk(client: FlaskClient) -> None:
    body = (
        '--x\r\nContent-Disposition: form-data; name="file"; filename="总结.txt"\r\n\r\n'.encode(
            "gbk"
        )
        + REPORT.encode()
        + b"\r\n--x--\r\n"
    )
    response = client.post(
        "/v1/files/summaries", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["extracted_text"] == REPORT


def test_a_title_must_be_utf8(client: FlaskClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\r\n--x--\r\n'
    response = client.post(
        "/v1/files/summaries", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == 422
    assert response.json is not None
    assert "/title" in [error["pointer"] for error in response.json["errors"]]


def test_bodies_over_the_limit_are_413(client: FlaskClient) -> None:
    response = send(client, b"a" * MAX_FORM_BYTES)
    assert response.status_code == 413
    assert response.json is not None
    assert response.json["code"] == "payload_too_large"


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"", "a.txt", 422, "empty_file"),
        (b"  \n", "a.txt", 422, "empty_file"),
        (b"Annual report", "a.txt", 422, "no_chinese_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.docx", 415, "unsupported_format"),
        (b"%PDF-1.7 broken", "a.pdf", 422, "broken_file"),
        ("完成投资。".encode() * 40_001, "a.txt", 422, "text_too_long"),
    ],
)
def test_files_that_cannot_be_read_are_4xx_and_say_why(
    client: FlaskClient, content: bytes, name: str, status: int, code: str
) -> None:
    response = send(client, content, name)
    assert response.json is not None
    assert (response.status_code, response.json["code"]) == (status, code)
    assert response.json["errors"][0]["pointer"] == "/file"
    assert response.json["detail"]


class Fake:
    """An extractor that finds one document, or fails."""

    limits = ExtractionLimits(file_bytes=7)

    def __init__(self, found: ExtractedDocument | Exception) -> None:
        self.found = found

    def extract(self, data: bytes, name: str, watch: Watch) -> ExtractedDocument:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnsupportedFormatError(), 415, "unsupported_format"),
        (ConverterMissingError("doc"), 415, "converter_missing"),
        (BrokenFileError(), 422, "broken_file"),
        (EncryptedFileError(), 422, "encrypted_file"),
        (NoTextLayerError(), 422, "no_text_layer"),
        (FileTooLargeError("pages", 500), 413, "file_too_large"),
        (ExtractionTimeoutError(30), 422, "extraction_timeout"),
        (NoTemporarySpaceError(), 503, "no_temporary_space"),
    ],
)
def test_each_error_has_its_status(
    host: ModelHost, error: Exception, status: int, code: str
) -> None:
    with create_app(host, Fake(error)).test_client() as client:
        response = send(client, b"x")
        assert client.get("/v1/info").json["limits"]["max_file_bytes"] == 7  # type: ignore[index]
    assert response.json is not None
    assert (response.status_code, response.json["code"]) == (status, code)
    assert response.json["detail"]


def test_headings_that_the_file_marks_are_headings(host: ModelHost) -> None:
    text = "本年度\n完成投资3.2亿元。"
    document = ExtractedDocument(text, (Heading(Span(0, 3), 1),))
    with create_app(host, Fake(document)).test_client() as client:
        answer = send(client, b"x").json
    assert answer is not None
    assert answer["sections"]["achievements"]["points"][0]["headings"] == ["本年度"]


def test_waiting_files_count_against_the_capacity(cue_tagger: CueTagger) -> None:
    host = ModelHost(lambda: cue_tagger, places=1)
    host.start()
    with create_app(host, Fake(BrokenFileError())).test_client() as client:
        with host.admission():
            assert send(client, b"x").status_code == 503
        assert send(client, b"x").status_code == 422


def test_slow_files_keep_no_text_from_the_model(host: ModelHost) -> None:
    reading, done = threading.Event(), threading.Event()

    class Slow(Fake):
        def extract(self, data: bytes, name: str, watch: Watch) -> ExtractedDocument:
            reading.set()
            done.wait(timeout=30)
            return super().extract(data, name, watch)

    settings = Settings(file_places=1)
    app = create_app(host, Slow(ExtractedDocument("完成投资3.2亿元。")), settings)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: send(app.test_client(), b"x").status_code)
        assert reading.wait(timeout=30)
        second = send(app.test_client(), b"x")
        assert second.json is not None
        assert (second.status_code, second.json["code"]) == (503, "overloaded")
        assert app.test_client().post("/v1/summaries", json={"text": REPORT}).status_code == 200
        done.set()
        assert first.result(timeout=30) == 200
    assert send(app.test_client(), b"x").status_code == 200


def test_neither_names_nor_texts_of_files_reach_the_logs(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("[Content_Types].xml", "机密")
        made.writestr("word/document.xml", "<机密")
    with caplog.at_level(logging.DEBUG):
        send(client, REPORT.encode(), "机密.txt")
        send(client, archive.getvalue(), "机密.docx")
    assert "机密" not in caplog.text
    assert "完成投资" not in caplog.text


def test_the_answer_is_what_the_schema_says(client: FlaskClient) -> None:
    answer = send(client, REPORT.encode())
    assert list(json.loads(answer.data))[-2:] == ["extracted_text", "encoding"]
