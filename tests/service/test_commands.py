from __future__ import annotations

import json
import os
import subprocess
import sys
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
        ([], "  ", "文件中没有文字"),
        ([], "abc", "没有汉字"),
        ([], b"%PDF-1.7 broken", "文件已损坏"),
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
    "id": "[/b]",
    "text": "完成任务。人手[bold]不足。",
    "spans": [
        {"start": 0, "end": 5, "role": "achievement", "salience": 2},
        {"start": 5, "end": 16, "role": "plan"},
    ],
    "summaries": {"achievements": "完成任务。"},
}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD), encoding="utf-8")
    return path


def test_evaluate_prints_tables(run, gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("COLUMNS", "160")
    result = run("evaluate", "--gold", str(gold))
    assert result.exit_code == 0
    for words in (
        *("模型 cues 1", "as_is", "headings_stripped", "one_line", "no_full_stops", "字符/秒"),
        *("判对的字符比例", "[/b]", "期望校准误差", "共 1 处", "人手[bold]不足。"),
        *("huibao", "lead", "textrank", "centroid", "全部"),
        "as_is [/b]: 多出 problem；缺少 plan",
    ):
        assert words in result.output


def test_evaluate_prints_json(run, gold: Path) -> None:  # type: ignore[no-untyped-def]
    result = json.loads(run("evaluate", "--gold", str(gold), "--json").output)
    assert result["model"] == {"name": "cues", "version": "1"}
    roles = result["variants"]["as_is"]["roles"]
    assert roles["scores"]["achievement"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert roles["macro3"] == pytest.approx(1 / 3)
    assert roles["accuracy_by_document"] == {"[/b]": pytest.approx(5 / 16)}
    assert roles["faults"] == [{"document": "[/b]", "invented": ["problem"], "missed": ["plan"]}]
    [error] = result["errors"]
    assert (error["quote"], error["span"]) == ("人手[bold]不足。", {"start": 5, "end": 16})
    assert (error["gold"], error["predicted"]) == ("plan", "problem")
    huibao = result["summaries"]["huibao"]["by_role"]["achievement"]
    assert (huibao["precision"], huibao["recall"]) == (1.0, 1.0)
    assert huibao["rouge"] == {"rouge1": 1.0, "rouge2": 1.0, "rouge_l": 1.0}
    [judged] = result["calibration"]["bins"]
    assert (judged["sentences"], judged["accuracy"]) == (2, 0.5)


def test_evaluate_draws_a_plot(run, gold: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "plot.svg"
    assert run("evaluate", "--gold", str(gold), "--json", "--plot", str(path)).exit_code == 0
    assert "<svg" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("plot", "message"), [("plot.txt", ".svg、.png、.pdf"), ("nowhere/plot.svg", "没有目录")]
)
def test_evaluate_refuses_plots_that_cannot_be_written(  # type: ignore[no-untyped-def]
    run, gold: Path, tmp_path: Path, plot: str, message: str
) -> None:
    result = run("evaluate", "--gold", str(gold), "--plot", str(tmp_path / plot))
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "没有文档"), (b"{}", "line 1"), ("完成".encode("gbk"), "line 1")]
)
def test_evaluate_refuses_other_files(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "other.jsonl"
    path.write_bytes(content)
    result = run("evaluate", "--gold", str(path))
    assert result.exit_code == 1
    assert message in result.output


def without(library: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in an installation that lacks ``library``."""
    code = f"import sys; sys.modules[{library!r}] = None; from service.commands import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def test_a_plain_installation_says_what_evaluate_needs(gold: Path) -> None:
    result = without("matplotlib", "evaluate", "--gold", str(gold), "--json")
    assert result.returncode == 1
    assert "缺少 matplotlib" in result.stderr
    assert ".[evaluation]" in result.stderr


def test_a_plain_installation_still_lists_its_commands() -> None:
    listed = without("matplotlib", "--help").stdout
    for name in ("evaluate", "openapi", "serve", "summarise", "train"):
        assert name in listed
    assert "需要附加组件 evaluation" in listed


OWN = {"id": "x", "text": "完成任务。", "spans": [{"start": 0, "end": 5, "role": "achievement"}]}


def test_train_makes_a_model_of_ones_own(tiny_encoder: Path, gold: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine"
    result = CliRunner().invoke(
        main,
        [
            *("train", "--data", str(gold), "--data", str(gold), "--output", str(output)),
            *("--base", str(tiny_encoder), "--name", "ours", "--steps", "1"),
        ],
    )
    assert result.exit_code == 0, result.output
    assert f"已保存到 {output}。" in result.output
    assert TransformerTagger.load(output).card.name == "ours"


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        ("", [], "没有文档"),
        ("{}", [], "line 1"),
        (json.dumps(OWN), ["--base", "/no/such/folder"], "/no/such/folder"),
    ],
)
def test_train_refuses_what_it_cannot_read(
    tmp_path: Path, content: str, arguments: list[str], message: str
) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(content, encoding="utf-8")
    output = tmp_path / "mine"
    options = ["--data", str(path), "--output", str(output), "--steps", "1", *arguments]
    result = CliRunner().invoke(main, ["train", *options])
    assert result.exit_code == 1
    assert message in result.output
    assert not output.exists()


def test_train_needs_data(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["train", "--output", str(tmp_path)])
    assert result.exit_code == 2
    assert "--data" in result.output


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
