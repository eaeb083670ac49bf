from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from models.tagger import TransformerTagger
from service.commands import main
from tests.conftest import CueTagger

REPORT = "一、总结\n完成投资3.2亿元。\n二、打算\n力争新增30家。"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr(TransformerTagger, "load", lambda *_, **__: CueTagger())

    def invoke(*arguments: str, text: str | bytes = ""):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(main, arguments, input=text)

    return invoke


def test_summarise_prints_a_readable_table(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8-sig")
    result = run("summarise", str(path))
    assert result.exit_code == 0
    for words in ("成绩", "完成投资3.2亿元。", "计划", "力争新增30家。", "报告中没有这个部分"):
        assert words in result.output


def test_summarise_prints_the_json_of_the_api(run) -> None:  # type: ignore[no-untyped-def]
    result = run("summarise", "-", "--json", "--max-points", "1", text=REPORT)
    answer = json.loads(result.output)
    assert answer["sections"]["achievements"]["summary"] == "完成投资3.2亿元。"
    assert "sentences" not in answer
    listed = json.loads(run("summarise", "-", "--json", "--include-sentences", text=REPORT).output)
    assert len(listed["sentences"]) == 4


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        ([], "  ", "文本为空"),
        ([], "abc", "没有汉字"),
        ([], "完成".encode("gbk"), "UTF-8"),
        (["--max-points", "0"], REPORT, "/max_points: 必须在 1 到 20 之间"),
    ],
)
def test_summarise_refuses_what_the_api_refuses(  # type: ignore[no-untyped-def]
    run, arguments: list[str], text: str | bytes, message: str
) -> None:
    result = run("summarise", "-", *arguments, text=text)
    assert result.exit_code == 1
    assert message in result.output


def test_report_text_is_no_markup(run) -> None:  # type: ignore[no-untyped-def]
    output = run("summarise", "-", text="投资[/b]完成[bold]:warning:任务。").output
    assert "[/b]" in output
    assert "[bold]:warning:" in output


def test_warnings_are_printed(run) -> None:  # type: ignore[no-untyped-def]
    assert "no_sections" in run("summarise", "-", text="谢谢大家。").output


GOLD = {
    "id": "x",
    "text": "完成任务。人手不足。",
    "spans": [
        {"start": 0, "end": 5, "role": "achievement", "salience": 2},
        {"start": 5, "end": 10, "role": "plan", "salience": 1},
    ],
    "summaries": {},
}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD), encoding="utf-8")
    return path


def test_evaluate_prints_tables(run, gold: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("evaluate", "--gold", str(gold))
    assert result.exit_code == 0
    for words in ("as_is", "headings_stripped", "one_line", "no_full_stops", "problem"):
        assert words in result.output
    assert "缺少 plan" in result.output


def test_evaluate_prints_json(run, gold: Path) -> None:  # type: ignore[no-untyped-def]
    scores = json.loads(run("evaluate", "--gold", str(gold), "--json").output)
    as_is = scores["roles"]["as_is"]
    assert as_is["roles"]["achievement"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert as_is["macro3"] == pytest.approx(1 / 3)
    assert as_is["faults"] == [{"document": "x", "invented": ["problem"], "missed": ["plan"]}]
    assert scores["points"]["achievement"] == {"precision": 1.0, "recall": 1.0}


@pytest.mark.parametrize(("content", "message"), [("", "没有文档"), ("{}", "line 1")])
def test_evaluate_refuses_other_files(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(content, encoding="utf-8")
    result = run("evaluate", "--gold", str(path))
    assert result.exit_code == 1
    assert message in result.output


def test_openapi_is_printed(run) -> None:  # type: ignore[no-untyped-def]
    assert yaml.safe_load(run("openapi").output)["openapi"] == "3.0.3"


def test_unknown_commands_are_refused(run) -> None:  # type: ignore[no-untyped-def]
    assert run("translate").exit_code == 2
    assert "summarise" in run("--help").output


def test_serve_refuses_bad_settings(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("HUIBAO_WORKERS", "many")
    result = run("serve")
    assert result.exit_code == 2
    assert "HUIBAO_WORKERS" in result.output
