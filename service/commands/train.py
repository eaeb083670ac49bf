"""``huibao train``: adapt the model to one's own labelled reports."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from evaluation.gold import GoldFormatError
from models.shipped import SHIPPED_CHECKPOINT
from training.adapting import AdaptationSettings, adapt
from training.documents import read_labelled

_DEFAULTS = AdaptationSettings()


@click.command()
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    required=True,
    help="自有标注文件（JSON Lines，格式同 evaluate）；可重复给出。",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="新模型的目录；中断后再次运行会接着训练。",
)
@click.option("--base", default=str(SHIPPED_CHECKPOINT), help="起点模型，默认为随附的模型。")
@click.option("--name", default=_DEFAULTS.name, show_default=True, help="新模型的名称。")
@click.option(
    "--steps", type=click.IntRange(1), default=_DEFAULTS.steps, show_default=True, help="训练步数。"
)
def train(data: tuple[Path, ...], output: Path, base: str, name: str, steps: int) -> None:
    """用自有标注报告在 CPU 上微调模型；之后以 HUIBAO_MODEL=OUTPUT 使用。"""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        documents = list(read_labelled(data))
    except GoldFormatError as error:
        raise click.ClickException(str(error)) from error
    if not documents:
        raise click.ClickException("标注文件中没有文档。")
    try:
        adapt(documents, base, output, AdaptationSettings(name=name, steps=steps))
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已保存到 {output}。")
