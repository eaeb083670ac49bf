"""``huibao evaluate``: measure the model on a gold file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from evaluation.gold import GoldDocument, GoldFormatError, read_gold
from evaluation.point_scores import PointScore, score_points
from evaluation.role_scores import RoleResult, score_roles
from evaluation.variants import VARIANTS
from models.tagger import CheckpointError, TransformerTagger, set_threads
from report.domain import LabelledSentence, RhetoricalRole
from report.labelling import decide
from report.segmentation import segment
from report.summarising import summarise
from report.summary import SummaryOptions
from service.settings import Settings, SettingsError


@click.command()
@click.option(
    "--gold",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="标注文件（JSON Lines），格式见 docs/evaluation.md。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def evaluate(gold: Path, as_json: bool) -> None:
    """在标注文件上测量角色判定的字符级 F1 与要点的准确率。"""
    try:
        settings = Settings.from_environment()
        set_threads(settings.threads_of_model)
        tagger = TransformerTagger.load(settings.model)
        documents = list(read_gold(gold))
    except (SettingsError, CheckpointError, GoldFormatError) as error:
        raise click.ClickException(str(error)) from error
    if not documents:
        raise click.ClickException(f"{gold} 中没有文档。")
    roles = _score_variants(documents, tagger)
    points = score_points(documents, lambda text: summarise(text, SummaryOptions(), tagger))
    if as_json:
        click.echo(orjson.dumps(_as_json(roles, points), option=orjson.OPT_INDENT_2).decode())
    else:
        _print(roles, points)


def _score_variants(
    documents: Sequence[GoldDocument], tagger: TransformerTagger
) -> dict[str, RoleResult]:
    def label(text: str) -> Sequence[LabelledSentence]:
        report = segment(text)
        return decide(report, tagger.tag(report).scores)

    return {name: score_roles(documents, variant, label) for name, variant in VARIANTS.items()}


def _as_json(
    roles: dict[str, RoleResult], points: dict[RhetoricalRole, PointScore]
) -> dict[str, Any]:
    return {
        "roles": {
            name: {
                "macro3": result.macro3,
                "roles": {
                    role.value: {
                        "precision": score.precision,
                        "recall": score.recall,
                        "f1": score.f1,
                    }
                    for role, score in result.scores.items()
                },
                "accuracy_by_document": result.by_document,
                "faults": [
                    {
                        "document": fault.document,
                        "invented": [role.value for role in fault.invented],
                        "missed": [role.value for role in fault.missed],
                    }
                    for fault in result.faults
                ],
                "characters_per_second": result.characters_per_second,
            }
            for name, result in roles.items()
        },
        "points": {
            role.value: {"precision": score.precision, "recall": score.recall}
            for role, score in points.items()
        },
    }


def _print(roles: dict[str, RoleResult], points: dict[RhetoricalRole, PointScore]) -> None:
    console = Console()
    table = Table(title="角色判定：字符级 F1")
    for header in ("变体", "macro3", *(role.value for role in RhetoricalRole), "字符/秒"):
        table.add_column(header)
    for name, result in roles.items():
        scores = (f"{result.scores[role].f1:.3f}" for role in RhetoricalRole)
        speed = f"{result.characters_per_second:.0f}"
        table.add_row(name, f"{result.macro3:.3f}", *scores, speed)
    console.print(table)
    for name, result in roles.items():
        for fault in result.faults:
            invented = ", ".join(role.value for role in fault.invented) or "-"
            missed = ", ".join(role.value for role in fault.missed) or "-"
            console.print(f"{name} {fault.document}: 多出 {invented}；缺少 {missed}", markup=False)
    table = Table(title="要点（显著度 2 的字符）")
    for header in ("部分", "准确率", "召回率"):
        table.add_column(header)
    for role, score in points.items():
        table.add_row(role.value, f"{score.precision:.3f}", f"{score.recall:.3f}")
    console.print(table)
