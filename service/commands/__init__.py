"""The command line: ``huibao serve``, ``summarise``, ``evaluate`` and ``openapi``."""

from __future__ import annotations

from importlib import import_module

import click

from service.version import VERSION

_COMMANDS = ("evaluate", "openapi", "serve", "summarise")


class LazyGroup(click.Group):
    """Imports a command only when it is used, as click's documentation describes.

    ``serve`` starts gunicorn, whose workers load torch themselves; importing it for the
    other commands first would double the time to start.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, if there is one."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"service.commands.{cmd_name}"), cmd_name)
        return command


@click.group(cls=LazyGroup)
@click.version_option(VERSION, prog_name="huibao")
def main() -> None:
    """汇报：把中文工作报告分为成绩、问题、计划三个部分。"""
