"""Clients generated from ``openapi.yaml`` compile strictly and work against the live service."""

from __future__ import annotations

import http.client
import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.reports import made_up_report
from benchmarks.server_process import running_server
from service.access.authentication import Scope, new_key
from tests.clients.languages import BUILDERS, PROJECT, Program, generate, require_made
from tests.clients.newer_service import PROBLEM, newer_service
from tests.clients.untyped import untyped_in_java, untyped_in_python, untyped_in_typescript

REPORT = PROJECT / "tests/files/report.txt"
UNTYPED: dict[str, Callable[[Path], list[str]]] = {
    "python": untyped_in_python,
    "typescript": untyped_in_typescript,
    "java": untyped_in_java,
}


@dataclass(frozen=True, slots=True)
class Live:
    """The live service and a key to it; it has no queue, so that it is easily overloaded."""

    port: int
    key: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}

    def post(self, path: str, body: object) -> tuple[int, Any]:
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Busy with reports for about a minute, or until the block ends."""
        items = [{"id": str(seed), "text": made_up_report(6000, seed)} for seed in range(60)]
        body = json.dumps({"items": items})
        # A look that comes too early takes the only place itself, and the reports are refused.
        for patience in (0.5, 1, 2, 4, 8):
            with closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
                connection.request("POST", "/v1/summaries/batch", body, self.headers)
                time.sleep(patience)
                if self.post("/v1/summaries", {"text": "完成。"})[0] == 503:
                    yield
                    return
        pytest.fail("the service did not get busy")


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients of the committed description, a folder for each language."""
    folder = tmp_path_factory.mktemp("clients")
    generate(PROJECT / "openapi.yaml", folder)
    return folder


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    key = new_key("clients", frozenset({Scope.SUMMARISE}))
    with running_server(
        HUIBAO_API_KEYS=key.key.entry, HUIBAO_QUEUE="0", HUIBAO_DRAIN_SECONDS="0"
    ) as server:
        server.wait_for("/readyz", 200)
        yield Live(server.port, key.secret)


@pytest.fixture(scope="module", params=BUILDERS)
def program(
    request: pytest.FixtureRequest, clients: Path, tmp_path_factory: pytest.TempPathFactory
) -> Program:
    """The test program in one of the languages."""
    language: str = request.param
    return BUILDERS[language](clients / language, tmp_path_factory.mktemp(language))


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(
        shutil.copy(
            PROJECT / "tests/files/report.docx", tmp_path_factory.mktemp("report") / "报告.docx"
        )
    )


def told_section(summary: Any) -> dict[str, Any]:
    """What the programs are to read of a summary."""
    point = summary["sections"]["achievements"]["points"][0]
    figure = point["figures"][0]
    return {
        "quote": point["quote"],
        "start": point["span"]["start"],
        "confidence": pytest.approx(point["confidence"], abs=1e-3),
        "heading": point["headings"][0],
        "value": figure["value"],
        "unit": figure["unit"],
        "kind": figure["kind"],
    }


def test_answers_and_errors_of_the_live_service(
    program: Program, live: Live, report_file: Path
) -> None:
    text = REPORT.read_text(encoding="utf-8")
    told = program.run("answers", live.url, live.key, REPORT, report_file)
    summary = told_section(live.post("/v1/summaries", {"text": text, "max_points": 3})[1])
    in_batch = told_section(live.post("/v1/summaries", {"text": text})[1])
    assert told["summary"] == summary
    assert told["invalid"] == {
        "status": 422,
        "code": "validation_failed",
        "known": True,
        "detail": "请求体的字段不合要求。",
        "pointer": "/max_points",
        "message": "必须在 1 到 20 之间。",
    }
    assert told["unauthenticated"].pop("detail")
    assert told["unauthenticated"] == {"status": 401, "code": "unauthenticated", "known": True}
    first, second = told["batch"]
    assert first == {"id": "甲", "status": 200} | in_batch
    assert (second["id"], second["status"], second["code"]) == ("乙", 422, "blank_text")
    assert second["known"]
    of_file = told["file"]
    start, quote = of_file["start"], of_file["quote"]
    assert of_file["text"][start : start + len(quote)] == quote
    assert {"achievement", "problem", "plan"} <= set(of_file["roles"])


def test_no_line_of_a_file_ends_its_form(program: Program, live: Live, tmp_path: Path) -> None:
    """openapi-python-client alone would send nothing of what follows."""
    file = tmp_path / "报告.txt"
    text = REPORT.read_text(encoding="utf-8").rstrip()
    rest = "\r\n--+++--\r\n全年新增企业21家。"
    file.write_bytes(f"{text}{rest}".encode())
    told = program.run("answers", live.url, live.key, REPORT, file)
    assert told["file"]["text"].endswith(rest)


def test_overload_of_the_live_service(program: Program, live: Live, report_file: Path) -> None:
    with live.at_work():
        told = program.run("refused", live.url, live.key, REPORT, report_file)["refused"]
    assert (told["status"], told["code"], told["known"]) == (503, "overloaded", True)
    assert told["retry_after"] >= 1


def test_what_a_newer_service_says_is_read_and_forms_are_sent_in_utf_8(
    program: Program, report_file: Path
) -> None:
    with newer_service() as service:
        told = program.run("refused_file", service.url, "key", REPORT, report_file)["refused"]
        body = service.body
    assert told.pop("code") in {PROBLEM["code"], "unknown_default_open_api"}
    assert told == {"status": 503, "known": False, "detail": "请加纸。", "retry_after": 7}
    assert "\r\n年度工作总结\r\n".encode() in body
    assert 'filename="报告.docx"'.encode() in body
    assert report_file.read_bytes() in body


@pytest.mark.parametrize("language", BUILDERS)
def test_models_are_typed_all_through(language: str, clients: Path) -> None:
    require_made(clients / language)
    assert UNTYPED[language](clients / language) == []


def test_what_is_untyped_would_be_found(tmp_path: Path) -> None:
    description = yaml.safe_load((PROJECT / "openapi.yaml").read_text(encoding="utf-8"))
    fields = description["components"]["schemas"]["Span"]["properties"]
    fields["free"] = {"type": "object", "additionalProperties": True}
    fields["anything"] = {}
    loosened = tmp_path / "openapi.yaml"
    loosened.write_text(yaml.safe_dump(description), encoding="utf-8")
    generate(loosened, tmp_path / "clients")
    made = sorted(path.name for path in (tmp_path / "clients").iterdir())
    assert {
        language: len(UNTYPED[language](tmp_path / "clients" / language)) for language in made
    } == (dict.fromkeys(made, 2))
