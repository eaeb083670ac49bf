"""``huibao summarise``: one report from a file or standard input."""

from __future__ import annotations

from typing import BinaryIO

import click
import orjson
from marshmallow import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.tagger import CheckpointError, TransformerTagger, set_threads
from report.errors import UnusableTextError
from report.summarising import summarise as summarise_report
from report.summary import Section, Summary
from service.problems import field_errors
from service.requests import SummaryRequest
from service.schemas import SummaryRequestSchema, SummaryResponseSchema
from service.settings import Settings, SettingsError


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="输出与 API 相同的 JSON。")
@click.option("--title", default="", help="报告标题，供模型参考。")
@click.option("--max-points", type=int, help="每个部分最多的要点数（1-20）。")
@click.option("--max-summary-chars", type=int, help="每个部分摘要的最多字符数（50-1000）。")
@click.option("--include-sentences", is_flag=True, help="逐句列出判定结果（仅 --json）。")
def summarise(
    file: BinaryIO,
    as_json: bool,
    title: str,
    max_points: int | None,
    max_summary_chars: int | None,
    include_sentences: bool,
) -> None:
    """摘要一份 UTF-8 文本文件中的报告；FILE 为 - 时读标准输入。"""
    options = {"max_points": max_points, "max_summary_chars": max_summary_chars}
    request = _request(
        {
            "text": _read(file),
            "title": title,
            "include_sentences": include_sentences,
            **{name: value for name, value in options.items() if value is not None},
        }
    )
    try:
        settings = Settings.from_environment()
        set_threads(settings.threads_of_model)
        tagger = TransformerTagger.load(settings.model)
        summary = summarise_report(request.sent, request.options, tagger)
    except (SettingsError, CheckpointError, UnusableTextError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        body = orjson.dumps(SummaryResponseSchema().dump(summary), option=orjson.OPT_INDENT_2)
        click.echo(body)
    else:
        _print(summary)


def _read(file: BinaryIO) -> str:
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"文件不是 UTF-8 编码（第 {error.start} 字节处）。"
        raise click.ClickException(message) from error


def _request(data: dict[str, object]) -> SummaryRequest:
    try:
        request: SummaryRequest = SummaryRequestSchema().load(data)
    except ValidationError as error:
        faults = (f"{fault.pointer}: {fault.message}" for fault in field_errors(error.messages))
        raise click.ClickException("\n".join(faults)) from error
    return request


def _print(summary: Summary) -> None:
    console = Console()
    with console.capture() as printed:
        sections = summary.sections
        for name, section in (
            ("成绩", sections.achievements),
            ("问题", sections.problems),
            ("计划", sections.plans),
        ):
            console.print(_table(name, section))
        for notice in summary.notices:
            console.print(Text(f"提示（{notice.code}）：{notice.message}"))
    # As bytes: Chinese must come out whatever the terminal's locale says.
    click.echo(printed.get().encode("utf-8"), nl=False)


def _table(name: str, section: Section) -> Table:
    if not section.present:
        return Table("报告中没有这个部分。", title=name, expand=True)
    table = Table(title=name, expand=True, show_lines=True)
    for header, share in (("要点", 6), ("标题", 3)):
        table.add_column(header, ratio=share)
    table.add_column("置信度", justify="right")
    table.add_column("位置", justify="right")
    for point in section.points:
        table.add_row(
            Text(point.text),
            Text(" › ".join(point.headings)),
            f"{point.confidence:.2f}",
            f"{point.span.start}-{point.span.end}",
        )
    table.caption = Text(f"摘要：{section.summary}")
    table.caption_justify = "left"
    return table
