"""The command line: ``huibao serve``, ``summarise``, ``evaluate`` and ``openapi``."""

from __future__ import annotations

import click

from service.commands.evaluate import evaluate
from service.commands.openapi import openapi
from service.commands.serve import serve
from service.commands.summarise import summarise
from service.version import VERSION


@click.group()
@click.version_option(VERSION, prog_name="huibao")
def main() -> None:
    """汇报：把中文工作报告分为成绩、问题、计划三个部分。"""


for command in (serve, summarise, evaluate, openapi):
    main.add_command(command)
