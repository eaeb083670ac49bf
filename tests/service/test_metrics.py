from __future__ import annotations

import errno
import http.client
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.server_process import ServerProcess, free_port, running_server
from extraction.extracting import Extractor
from report.domain import Report
from report.tagging import Tagging
from report.watching import UNWATCHED, Watch
from service.app import create_app
from service.settings import Settings
from service.telemetry.metrics import Metrics
from service.telemetry.metrics_folder import release_metrics_space, reserve_metrics_space
from service.work.model_host import ModelHost
from tests.conftest import CueTagger

REPORT = "全年完成投资469亿元，同比增长8.3%。\n人手不足的问题仍在。\n下一步将加强培训。"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, /, **labels: str) -> float:
    return samples[f"huibao_{name}", frozenset(labels.items())]


def scraped(client: FlaskClient) -> Samples:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.content_type == "text/plain; version=0.0.4; charset=utf-8"
    return parsed(response.text)


def summarise(client: FlaskClient, text: str = REPORT, **environ: object) -> int:
    answer = client.post("/v1/summaries", json={"text": text}, environ_overrides=environ)
    return answer.status_code


def test_what_is_counted_is_what_was_sent(client: FlaskClient) -> None:
    assert summarise(client) == 200
    assert summarise(client) == 200
    assert summarise(client, "") == 422
    assert client.get("/nowhere").status_code == 404
    found = scraped(client)
    summaries = {"route": "/v1/summaries", "method": "POST"}
    assert value(found, "requests_total", status="200", **summaries) == 2
    assert value(found, "requests_total", status="422", **summaries) == 1
    assert value(found, "requests_total", route="unmatched", method="GET", status="404") == 1
    assert value(found, "request_seconds_count", route="/v1/summaries") == 3
    assert value(found, "request_seconds_bucket", route="/v1/summaries", le="+Inf") == 3
    assert value(found, "problems_total", code="blank_text") == 1
    assert value(found, "problems_total", code="not_found") == 1
    assert value(found, "answers_total", source="computed") == 2
    assert value(found, "encoded_windows_total") == 2
    assert value(found, "request_reports_count") == 2
    for stage in ("queue", "segment", "encode", "select"):
        assert value(found, "stage_seconds_count", stage=stage) == 2
    assert value(found, "stage_seconds_count", stage="extract") == 0
    assert value(found, "stage_seconds_sum", stage="encode") > 0


def test_what_is_found_in_reports_is_counted(client: FlaskClient) -> None:
    text = REPORT.replace("。", "。\u200b", 1)
    answer = client.post("/v1/summaries", json={"text": text}).json
    found = scraped(client)
    assert value(found, "report_characters_sum") == answer["coverage"]["characters"]
    for role, count in answer["coverage"]["by_role"].items():
        assert value(found, "sentences_total", role=role) == count["sentences"]
        assert value(found, "role_characters_total", role=role) == count["characters"]
    for role in ("achievement", "problem", "plan"):
        assert value(found, "sections_total", role=role, present="true") == 1
        assert value(found, "sections_total", role=role, present="false") == 0
        assert value(found, "sentence_confidence_sum", role=role) == pytest.approx(0.94)
        assert value(found, "sentence_confidence_bucket", role=role, le="0.9") == 0
        assert value(found, "sentence_confidence_bucket", role=role, le="0.95") == 1
    audit = answer["number_audit"]
    assert value(found, "number_audit_checked_total") == audit["checked"] == 2
    assert value(found, "number_audit_missing_total") == audit["checked"] - audit["found"]
    assert value(found, "number_audit_rebuilt_total") == audit["rebuilt"]
    assert value(found, "repairs_total", code="invisible") == 1
    assert value(found, "report_parts_count") == 0


def test_warnings_are_counted(client: FlaskClient) -> None:
    assert summarise(client, "天气晴好。") == 200
    found = scraped(client)
    assert value(found, "warnings_total", code="no_sections") == 1
    assert value(found, "sections_total", role="plan", present="false") == 1


def test_the_texts_of_a_batch_are_counted_one_by_one(client: FlaskClient) -> None:
    items = [{"id": str(place), "text": REPORT} for place in range(3)]
    answer = client.post("/v1/summaries/batch", json={"items": [*items, {"id": "x", "text": ""}]})
    assert answer.status_code == 200
    found = scraped(client)
    assert value(found, "request_reports_count") == 1
    assert value(found, "request_reports_sum") == 3
    assert value(found, "report_characters_count") == 3
    assert value(found, "answers_total", source="computed") == 1
    assert value(found, "item_problems_total", code="blank_text") == 1
    assert value(found, "problems_total", code="blank_text") == 0


def test_a_file_whose_encoding_was_guessed_is_counted_with_its_warning(
    client: FlaskClient,
) -> None:
    data = {"file": (io.BytesIO(REPORT.encode("gb18030")), "a.txt")}
    answer = client.post("/v1/files/summaries", data=data)
    assert answer.status_code == 200
    found = scraped(client)
    assert value(found, "warnings_total", code="encoding_guessed") == 1
    assert value(found, "stage_seconds_count", stage="extract") == 1


def test_kept_answers_are_told_apart_and_no_report_counts_twice(host: ModelHost) -> None:
    app = create_app(host, Extractor(), Settings(cache_seconds=60))
    with app.test_client() as client:
        assert [summarise(client), summarise(client)] == [200, 200]
        found = scraped(client)
    assert value(found, "answers_total", source="computed") == 1
    assert value(found, "answers_total", source="cache") == 1
    assert value(found, "report_characters_count") == 1


def test_what_callers_make_up_grows_no_labels(client: FlaskClient) -> None:
    def names() -> set[object]:
        return {key for key in scraped(client) if key[0] == "huibao_requests_total"}

    client.get("/unknown")
    client.open("/unknown", method="BREW")
    names()
    before = names()
    for number in range(30):
        client.get(f"/unknown/{number}?key=机密")
        client.open(f"/unknown/{number}", method=f"BREW{number}")
    assert names() == before
    assert value(scraped(client), "requests_total", route="unmatched", method="other", status="404")


def test_no_text_and_no_ids_are_exposed(client: FlaskClient) -> None:
    headers = {"X-Request-Id": "request-x4711", "Authorization": "Bearer secret-x4711"}
    client.post("/v1/summaries", json={"text": REPORT, "title": "机密"}, headers=headers)
    exposed = client.get("/metrics").text
    assert exposed.isascii()
    assert "x4711" not in exposed


def test_refusals_at_once_are_counted(client: FlaskClient, host: ModelHost) -> None:
    with host.admission():
        assert summarise(client) == 503
    assert value(scraped(client), "problems_total", code="overloaded") == 1


def test_callers_that_left_are_no_errors_of_ours(client: FlaskClient) -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with closing(ours):
        summarise(client, **{"gunicorn.socket": ours})
    found = scraped(client)
    assert value(found, "callers_gone_total") == 1
    assert value(found, "problems_total", code="deadline_exceeded") == 0
    labels = {"route": "/v1/summaries", "method": "POST", "status": "499"}
    assert value(found, "requests_total", **labels) == 1


class Waiting(CueTagger):
    """Judges when it is let."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.may.set()

    def tag_all(self, reports: Sequence[Report], watch: Watch = UNWATCHED) -> list[Tagging]:
        assert self.may.wait(30)
        return super().tag_all(reports, watch)


def test_the_queue_has_a_depth_while_requests_wait() -> None:
    tagger = Waiting()
    host = ModelHost(lambda: tagger, places=3)
    host.start()
    app = create_app(host, Extractor())
    tagger.may.clear()
    callers = [threading.Thread(target=summarise, args=(app.test_client(),)) for _ in range(3)]
    for caller in callers:
        caller.start()
    with app.test_client() as client:
        deadline = time.monotonic() + 20
        while value(scraped(client), "queue_depth") != 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        tagger.may.set()
        for caller in callers:
            caller.join()
        found = scraped(client)
    assert value(found, "queue_depth") == 0
    assert value(found, "stage_seconds_count", stage="queue") == 3


def test_a_worker_tells_its_state_its_model_and_its_memory(host: ModelHost) -> None:
    metrics = Metrics()
    metrics.worker.started(queue=2)
    assert value(parsed(metrics.exposition()), "workers_ready") == 0
    metrics.worker.ready(host.card)
    found = parsed(metrics.exposition())
    assert value(found, "workers") == value(found, "workers_ready") == 1
    assert value(found, "worker_starts_total") == 1
    assert value(found, "queue_places") == 2
    assert value(found, "model_info", name="cues", version="1") == 1
    memory = value(found, "worker_process_resident_memory_bytes", pid=str(os.getpid()))
    assert memory > 1_000_000
    metrics.worker.unready()
    assert value(parsed(metrics.exposition()), "workers_ready") == 0


FOLDER = """
import os, sys
from service.telemetry.metrics_folder import create_metrics_folder, shared_metrics_folder
folder = create_metrics_folder()
assert shared_metrics_folder() == folder == create_metrics_folder()
print(folder, flush=True)
sys.stdin.read()
os._exit(0)
"""


def start_owner() -> tuple[subprocess.Popen[str], Path]:
    """A process that owns a folder until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", FOLDER], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def end(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    owner.communicate()


def test_folders_of_killed_services_are_removed_and_those_in_use_are_not() -> None:
    killed, left = start_owner()
    end(killed)
    living, used = start_owner()
    try:
        assert left.is_dir()  # so young that it might be about to be used
        for folder in (left, used):
            os.utime(folder, (0, 0))
        other, new = start_owner()
        end(other)
        shutil.rmtree(new)
        assert not left.exists()
        assert used.is_dir()
    finally:
        end(living)
        shutil.rmtree(used)


# Everything a worker may ever count: values that never go together are among these.
COUNT_ALL = """
import os, sys
from http import HTTPStatus
from pathlib import Path
from service.telemetry.metrics_folder import create_metrics_folder
folder = create_metrics_folder()
from extraction.extracting import Extractor
from report.watching import Stage
from service.app import create_app
from service.telemetry.metrics import Metrics
from service.work.model_host import ModelHost
from service.problems import KINDS, ProblemCode
from service.telemetry.request_record import (
    CALLER_GONE,
    METHODS,
    OTHER_METHOD,
    UNMATCHED,
    RequestRecord,
)
from tests.conftest import CueTagger

def files():
    return {path.name: path.stat() for path in folder.glob("*.db")}

host = ModelHost(CueTagger, places=1)
host.start()
metrics = Metrics(folder)
metrics.worker.started(queue=2)
metrics.worker.ready(host.card)
app = create_app(host, Extractor(), metrics=metrics)
before = files()
assert len(before) == 4
for stat in before.values():
    assert stat.st_blocks * 512 >= stat.st_size, "a file has holes"
if len(sys.argv) > 1:
    try:
        (Path(sys.argv[1]) / "fill").write_bytes(bytes(8 << 20))
    except OSError as error:
        print(error)
statuses = {200, 304, CALLER_GONE} | {int(kind.status) for kind in KINDS.values()}
for route in {rule.rule for rule in app.url_map.iter_rules()} | {UNMATCHED}:
    for method in (*METHODS, OTHER_METHOD):
        for status in statuses:
            metrics.request_finished(RequestRecord("1", route, method, status, 1.0, {}))
for code in ProblemCode:
    metrics.connection_refused(code)
metrics.request_finished(
    RequestRecord("1", UNMATCHED, "GET", 200, 1.0, {}, item_problems=tuple(ProblemCode))
)
answer = app.test_client().post("/v1/summaries", json={"text": "全年完成投资469亿元。"})
assert answer.status_code == 200
assert 'connections_refused_total{code="blank_text"} 1.0' in metrics.exposition()
assert {name: stat.st_size for name, stat in files().items()} == {
    name: stat.st_size for name, stat in before.items()
}
print("counted")
for path in folder.iterdir():
    path.unlink()
folder.rmdir()
"""


def test_files_have_no_holes_and_are_never_outgrown() -> None:
    result = subprocess.run(
        [sys.executable, "-c", COUNT_ALL], capture_output=True, text=True, check=False
    )
    assert result.stdout == "counted\n", result.stderr


def with_small_memory(options: str, *command: str) -> list[str]:
    """A command that sees another ``/dev/shm``."""
    mount = f"mount -t tmpfs -o {options} tmpfs /dev/shm && "
    private = ["unshare", "-rm", "sh", "-c"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*private, mount + "true"], check=False).returncode
    ):
        pytest.skip("may not mount")
    return [*private, mount + 'exec "$@"', "sh", *command]


def test_counting_goes_on_when_the_memory_is_full() -> None:
    command = with_small_memory("size=1m", sys.executable, "-c", COUNT_ALL, "/dev/shm")
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout == "[Errno 28] No space left on device\ncounted\n", result.stderr


def test_a_service_without_space_for_its_metrics_says_so_and_ends() -> None:
    serve = (sys.executable, "-m", "service.commands", "serve", "--port", "0")
    command = with_small_memory("size=64k", *serve)
    environment = os.environ | {"HUIBAO_LOG_FORMAT": "json"}
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 4
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    [critical] = [line["message"] for line in lines if line["level"] == "critical"]
    assert "No space left on device" in critical
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("options", ["ro", "size=4m"])
def test_a_service_starts_on_memory_that_is_read_only_or_small(options: str) -> None:
    port = free_port()
    serve = (sys.executable, "-m", "service.commands", "serve", "--port", str(port))
    with subprocess.Popen(with_small_memory(options, *serve)) as process:
        try:
            ServerProcess(process, port).wait_for("/livez", 200)
        finally:
            process.terminate()


def test_heartbeats_and_metrics_are_in_the_same_place() -> None:
    code = """
import runpy, tempfile
from pathlib import Path
from service.telemetry import metrics_folder
metrics_folder._MEMORY = Path("/nowhere")
found = runpy.run_path("service/server/gunicorn.conf.py")["worker_tmp_dir"]
metrics_folder.remove_metrics_folder()
assert found == tempfile.gettempdir(), found
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_dead_leave_only_what_they_used_and_ids_may_come_again(tmp_path: Path) -> None:
    reserve_metrics_space(tmp_path)
    path = tmp_path / f"counter_{os.getpid()}.db"
    reserved = path.stat().st_size
    assert reserved >= 100_000
    counts = MmapedDict(str(path))  # type: ignore[no-untyped-call]
    counts.write_value("first", 3.0, 0.0)  # type: ignore[no-untyped-call]
    counts.close()  # type: ignore[no-untyped-call]
    release_metrics_space(tmp_path, os.getpid() + 1)
    assert path.stat().st_size == reserved
    release_metrics_space(tmp_path, os.getpid())
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 100

    reserve_metrics_space(tmp_path)
    assert path.stat().st_size == reserved
    counts = MmapedDict(str(path))  # type: ignore[no-untyped-call]
    counts.write_value("second", 1.0, 0.0)  # type: ignore[no-untyped-call]
    counts.close()  # type: ignore[no-untyped-call]
    values = MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call]
    assert {key.strip(): number for key, number, *_ in values} == {"first": 3.0, "second": 1.0}


def test_without_space_no_file_is_left_for_others_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left"):
        Metrics(tmp_path)
    assert list(tmp_path.iterdir()) == []


def scrape(server: ServerProcess) -> Samples:
    """The metrics, from whichever worker answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request("GET", "/metrics")
        return parsed(connection.getresponse().read().decode())


def workers(samples: Samples) -> set[int]:
    name = "huibao_worker_process_resident_memory_bytes"
    return {int(dict(labels)["pid"]) for found, labels in samples if found == name}


def wait_for_ready(server: ServerProcess, ready: int, starts: int) -> Samples:
    deadline = time.monotonic() + 120
    while True:
        found = scrape(server)
        counts = value(found, "workers_ready"), value(found, "worker_starts_total")
        if counts == (ready, starts):
            return found
        assert time.monotonic() < deadline, counts
        time.sleep(0.2)


@pytest.fixture
def server() -> Iterator[ServerProcess]:
    with running_server(
        HUIBAO_WORKERS="2", HUIBAO_TORCH_THREADS="1", HUIBAO_DRAIN_SECONDS="0"
    ) as running:
        running.wait_for("/livez", 200)
        yield running


def counted(samples: Samples) -> list[float]:
    labels = {"route": "/v1/summaries", "method": "POST"}
    return [
        value(samples, "requests_total", status="200", **labels),
        value(samples, "requests_total", status="422", **labels),
        value(samples, "report_characters_count"),
        value(samples, "sentence_confidence_count", role="plan"),
        value(samples, "stage_seconds_count", stage="encode"),
    ]


def left_by(process: int) -> int:
    """Bytes of the files with the metrics of a worker."""
    parents = {Path("/dev/shm"), Path(tempfile.gettempdir())}
    files = [path for parent in parents for path in parent.glob(f"huibao-metrics-*/*_{process}.db")]
    return sum(path.stat().st_size for path in files)


def test_connections_that_are_refused_are_counted() -> None:
    with running_server(HUIBAO_RECEIVE_TIMEOUT="1", HUIBAO_DRAIN_SECONDS="0") as server:
        server.wait_for("/livez", 200)
        for sent in (b"no HTTP\r\n\r\n", b"never\r\n\r\n", b"GET / HTTP/1.1\r\n"):
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
                connection.sendall(sent)
                while connection.recv(4096):
                    pass
        found = scrape(server)
    assert value(found, "connections_refused_total", code="malformed_request") == 2
    assert value(found, "connections_refused_total", code="request_timeout") == 1
    assert value(found, "connections_refused_total", code="overloaded") == 0
    assert value(found, "problems_total", code="malformed_request") == 0


def test_workers_add_up_and_the_dead_keep_their_counts(server: ServerProcess) -> None:
    first = workers(wait_for_ready(server, ready=2, starts=2))
    assert len(first) == 2
    for _ in range(8):
        assert server.call("POST", "/v1/summaries", {"text": REPORT})[0] == 200
    for _ in range(3):
        assert server.call("POST", "/v1/summaries", {"text": ""})[0] == 422
    sent = [8, 3, 8, 8, 8]
    # Connections go to either worker; each tells the same.
    assert [counted(scrape(server)) for _ in range(6)] == [sent] * 6

    os.kill(min(first), signal.SIGKILL)
    found = wait_for_ready(server, ready=2, starts=3)
    assert counted(found) == sent
    assert value(found, "workers") == 2
    assert value(found, "queue_places") == 2 * Settings().queue
    assert min(first) not in workers(found)
    assert 0 < left_by(min(first)) < 50_000 < left_by(max(first))
    assert len(workers(found)) == 2
    assert server.call("POST", "/v1/summaries", {"text": REPORT})[0] == 200
    assert counted(scrape(server)) == [9, 3, 9, 9, 9]


def test_the_operation_is_described(client: FlaskClient) -> None:
    spec = json.loads(client.get("/openapi.json").text)
    operation = spec["paths"]["/metrics"]["get"]
    assert operation["operationId"] == "getMetrics"
    assert operation["responses"]["200"]["content"] == {
        "text/plain": {"schema": {"type": "string"}}
    }
