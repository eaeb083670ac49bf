"""Reloads, crashes and quick ends of the real server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from functools import partial
from pathlib import Path

from benchmarks.reports import made_up_report
from benchmarks.server_process import running_server
from models.shipped import SHIPPED_CHECKPOINT
from tests.service.test_rolling_restart import load, outcome_of, wait_until, workers_of


def test_a_reload_loses_no_request() -> None:
    with running_server(HUIBAO_LOG_LEVEL="warning") as server:
        server.wait_for("/readyz", 200)
        before = workers_of(server)
        with load(2, partial(outcome_of, server.port)) as outcomes:
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: not workers_of(server) & before)
        assert outcomes.failures == []
        assert outcomes.answered > 0
        assert len(workers_of(server)) == 1
        assert server.status_of("/readyz") == 200


def test_in_a_reload_all_old_workers_serve_until_a_new_one_can(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        log.open("wb") as output,
        running_server(log=output, HUIBAO_WORKERS="2", HUIBAO_LOG_FORMAT="json") as server,
    ):
        server.wait_for("/readyz", 200)
        before = workers_of(server)
        wait_until(lambda: messages(log).count("is ready") == 2)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: not workers_of(server) & before)
        told = messages(log).split("Handling signal: hup")[1]
        assert told.count("draining") == 2
        assert "is ready" in told.split("draining")[0]


def messages(log: Path) -> str:
    lines = log.read_text(encoding="utf-8").splitlines()
    return "\n".join(json.loads(line)["message"] for line in lines)


def test_a_shutdown_in_the_middle_of_a_reload_is_heeded() -> None:
    with running_server(HUIBAO_WORKERS="2", HUIBAO_LOG_LEVEL="critical") as server:
        server.wait_for("/readyz", 200)
        before = workers_of(server)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(workers_of(server) - before) == 2)
        server.process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        wait_until(lambda: server.status_of("/readyz") != 200)
        assert time.monotonic() - told < 5
        assert server.process.wait(timeout=60) == 0


def test_a_worker_that_hangs_keeps_nobody_from_the_other() -> None:
    settings = {"HUIBAO_WORKERS": "2", "HUIBAO_TORCH_THREADS": "1", "HUIBAO_LOG_LEVEL": "critical"}
    with running_server(**settings) as server:
        server.wait_for("/readyz", 200)
        hanging, _ = sorted(workers_of(server))
        os.kill(hanging, signal.SIGSTOP)
        try:
            time.sleep(1.5)
            answers: list[float] = []
            body = {"text": made_up_report(40_000, 1)}
            caller = threading.Thread(target=server.call, args=("POST", "/v1/summaries", body))
            caller.start()
            time.sleep(0.5)
            while caller.is_alive():
                asked = time.monotonic()
                assert server.status_of("/livez") == 200
                answers.append(time.monotonic() - asked)
                time.sleep(0.1)
            assert len(answers) > 3
            assert max(answers) < 3
        finally:
            os.kill(hanging, signal.SIGCONT)


def test_a_service_that_has_served_outlives_a_model_that_is_away(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(SHIPPED_CHECKPOINT, model)
    with running_server(HUIBAO_MODEL=str(model), HUIBAO_LOG_LEVEL="critical") as server:
        server.wait_for("/readyz", 200)
        (model / "config.json").rename(tmp_path / "away")
        seen = workers_of(server)
        os.kill(min(seen), signal.SIGKILL)

        def it_is_tried_again() -> bool:
            seen.update(workers_of(server))
            return len(seen) >= 3

        wait_until(it_is_tried_again)
        (tmp_path / "away").rename(model / "config.json")
        server.wait_for("/readyz", 200)


def test_an_interrupt_ends_at_once_whatever_is_under_way() -> None:
    with running_server(HUIBAO_LOG_LEVEL="critical") as server:
        server.wait_for("/readyz", 200)
        body = {"text": made_up_report(190_000, 1)}
        caller = threading.Thread(target=_call_in_vain, args=(server, body))
        caller.start()
        time.sleep(1)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=10) == 0
        caller.join()


def _call_in_vain(server, body) -> None:  # type: ignore[no-untyped-def]
    try:
        server.call("POST", "/v1/summaries", body)
    except OSError:
        return
    raise AssertionError("the answer came before the interrupt")
