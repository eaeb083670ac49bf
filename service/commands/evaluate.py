"""``huibao evaluate``: measure the model on a gold file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.gold import GoldFormatError, read_gold
from evaluation.plots import plot_reliability
from evaluation.run import AS_IS, Evaluation
from evaluation.run import evaluate as evaluate_documents
from evaluation.variants import VARIANTS
from models.tagger import CheckpointError, TransformerTagger, set_threads
from report.domain import SECTION_ROLES, RhetoricalRole
from service.settings import Settings, SettingsError

_WORST_ERRORS = 5
_QUOTE_SHOWN = 60
_PLOT_FORMATS = (".svg", ".png", ".pdf")


def _plottable(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """The path of the plot; better refused at once than after all the measuring."""
    if path is not None and path.suffix not in _PLOT_FORMATS:
        raise click.BadParameter(f"须为 {'、'.join(_PLOT_FORMATS)} 文件。")
    if path is not None and not path.parent.is_dir():
        raise click.BadParameter(f"没有目录 {path.parent}。")
    return path


@click.command()
@click.option(
    "--gold",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="标注文件（JSON Lines），格式见 docs/evaluation.md。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--noise", type=int, metavar="SEED", help="另在各类人为损坏的文本上测量角色。")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=_plottable,
    help="另存置信度可靠性图（.svg、.png 或 .pdf）。",
)
def evaluate(gold: Path, as_json: bool, noise: int | None, plot: Path | None) -> None:
    """在标注文件上测量角色、置信度、要点与摘要，并与基线比较。"""
    try:
        settings = Settings.from_environment()
        set_threads(settings.threads_of_model)
        tagger = TransformerTagger.load(settings.model)
        documents = list(read_gold(gold))
    except (SettingsError, CheckpointError, GoldFormatError) as error:
        raise click.ClickException(str(error)) from error
    if not documents:
        raise click.ClickException(f"{gold} 中没有文档。")
    result = evaluate_documents(documents, tagger, noise)
    if plot is not None:
        plot_reliability(result.calibration, plot)
    if as_json:
        click.echo(_json(result))
    else:
        _print(result)


def _json(result: Evaluation) -> str:
    # Roles are keys, and orjson takes enumeration members for such only if told so.
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(asdict(result), option=options).decode()


def _print(result: Evaluation) -> None:
    console = Console()
    with console.capture() as printed:
        console.print(f"模型 {result.model.name} {result.model.version}", markup=False)
        for table in (_roles(result), _documents(result), _calibration(result), _errors(result)):
            console.print(table)
        for line in _faults(result):
            console.print(Text(line))
        console.print(_summaries(result))
    # As bytes: Chinese must come out whatever the terminal's locale says.
    click.echo(printed.get().encode("utf-8"), nl=False)


def _roles(result: Evaluation) -> Table:
    table = Table("变体", "macro3", *(role.value for role in RhetoricalRole), "字符/秒")
    table.title = "角色判定：字符级 F1"
    for name, variant in result.variants.items():
        scores = (f"{variant.roles.scores[role].f1:.3f}" for role in RhetoricalRole)
        speed = f"{variant.characters_per_second:.0f}"
        table.add_row(name, f"{variant.roles.macro3:.3f}", *scores, speed)
    return table


def _documents(result: Evaluation) -> Table:
    table = Table("文档", *VARIANTS, title="各文档判对的字符比例")
    for name in result.variants[AS_IS].roles.accuracy_by_document:
        shares = (
            f"{result.variants[variant].roles.accuracy_by_document[name]:.3f}"
            for variant in VARIANTS
        )
        table.add_row(Text(name), *shares)
    return table


def _calibration(result: Evaluation) -> Table:
    table = Table("置信度", "句数", "平均置信度", "判对比例")
    table.title = f"置信度校准：期望校准误差 {result.calibration.expected_error:.3f}"
    for item in result.calibration.bins:
        table.add_row(
            f"{item.low:.1f}-{item.high:.1f}",
            str(item.sentences),
            f"{item.confidence:.3f}",
            f"{item.accuracy:.3f}",
        )
    return table


def _errors(result: Evaluation) -> Table:
    table = Table("文档", "位置", "标注", "判定", "置信度", "原文")
    table.title = f"最重的 {_WORST_ERRORS} 处误判（共 {len(result.errors)} 处）"
    for error in result.errors[:_WORST_ERRORS]:
        table.add_row(
            Text(error.document),
            f"{error.span.start}-{error.span.end}",
            error.gold.value,
            error.predicted.value,
            f"{error.confidence:.2f}",
            Text(" ".join(error.quote.split())[:_QUOTE_SHOWN]),
        )
    return table


def _faults(result: Evaluation) -> Iterator[str]:
    for name, variant in result.variants.items():
        for fault in variant.roles.faults:
            invented = ", ".join(role.value for role in fault.invented) or "-"
            missed = ", ".join(role.value for role in fault.missed) or "-"
            yield f"{name} {fault.document}: 多出 {invented}；缺少 {missed}"


def _summaries(result: Evaluation) -> Table:
    table = Table(
        "方法", "部分", "要点准确率", "要点召回率", "限长准确率", "限长召回率", "R-1", "R-2", "R-L"
    )
    table.title = "要点与摘要"
    for name, scores in result.summaries.items():
        for role in SECTION_ROLES:
            section = scores.by_role[role]
            figures = (
                section.precision,
                section.recall,
                section.budget_precision,
                section.budget_recall,
                *asdict(section.rouge).values(),
            )
            table.add_row(name, role.value, *(f"{figure:.3f}" for figure in figures))
        table.add_row(name, "全部", "", "", f"{scores.budget_precision:.3f}", "", "", "", "")
    return table
