"""``huibao summarise``: one report from a file of any format, or from standard input."""

from __future__ import annotations

from typing import Any

import click
import orjson
from marshmallow import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extraction.errors import UnreadableFileError
from extraction.extracting import Extractor
from models.tagger import CheckpointError, TransformerTagger, set_threads
from report.errors import UnusableTextError
from report.judging import SentText
from report.repairs.repairing import RepairCode
from report.summarising import summarise as summarise_report
from report.summary import Script, Section, Summary
from service.problems import field_errors
from service.schemas import FileSummaryRequestSchema, FileSummaryResponseSchema
from service.settings import Settings, SettingsError
from service.work.file_summaries import FileSummary, with_encoding_notice
from service.work.requests import FileSummaryRequest, UploadedFile


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="输出与 API 相同的 JSON。")
@click.option("--title", default="", help="报告标题，供模型参考。")
@click.option("--max-points", type=int, help="每个部分最多的要点数（1-20）。")
@click.option("--max-summary-chars", type=int, help="每个部分摘要的最多字符数（50-1000）。")
@click.option("--include-sentences", is_flag=True, help="逐句列出判定结果（仅 --json）。")
@click.option(
    "--script",
    type=click.Choice([script.value for script in Script]),
    default=Script.ORIGINAL.value,
    help="摘要和要点的字体：与原文相同，或转为简体。",
)
@click.option(
    "--disable-repair",
    "disabled_repairs",
    type=click.Choice([code.value for code in RepairCode]),
    multiple=True,
    help="不要进行的修复；可重复给出。",
)
def summarise(file: str, as_json: bool, **options: Any) -> None:
    """摘要一个文件（文本、网页、Word、PDF 等）中的报告；FILE 为 - 时读标准输入。"""
    given = {name: value for name, value in options.items() if value is not None}
    given["disabled_repairs"] = list(options["disabled_repairs"])
    with click.open_file(file, "rb") as stream:
        request = _request({"file": UploadedFile(file, stream.read()), **given})
    try:
        settings = Settings.from_environment()
        extractor = Extractor(settings.extraction_limits)
        document = extractor.extract(request.file.content, request.file.name)
        set_threads(settings.threads_of_model)
        tagger = TransformerTagger.load(settings.model)
        sent = SentText(document.text, request.title, document.outline)
        summary = summarise_report(sent, request.options, tagger)
    except (SettingsError, CheckpointError, UnreadableFileError, UnusableTextError) as error:
        raise click.ClickException(str(error)) from error
    answer = FileSummary(with_encoding_notice(summary, document), document)
    if as_json:
        body = orjson.dumps(FileSummaryResponseSchema().dump(answer), option=orjson.OPT_INDENT_2)
        click.echo(body)
    else:
        _print(answer.summary)


def _request(data: dict[str, object]) -> FileSummaryRequest:
    try:
        request: FileSummaryRequest = FileSummaryRequestSchema().load(data)
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
