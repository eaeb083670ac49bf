"""The command line: ``huibao serve``, ``key``, ``summarise``, ``evaluate``, ``train``, ..."""

from __future__ import annotations

from importlib import import_module

import click

from service.version import VERSION

_OPTIONAL = ("matplotlib", "rouge_score", "sumy")
"""What only the extra ``evaluation`` installs."""
_COMMANDS = ("evaluate", "key", "openapi", "serve", "summarise", "train")


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
        try:
            module = import_module(f"service.commands.{cmd_name}")
        except ModuleNotFoundError as error:
            if error.name not in _OPTIONAL:
                raise
            return _unavailable(cmd_name, error.name)
        command: click.Command = getattr(module, cmd_name)
        return command


def _unavailable(name: str, missing: str) -> click.Command:
    """The command in an installation without the libraries that it needs."""
    message = f"缺少 {missing}：请安装附加组件 evaluation（pip install '.[evaluation]'）。"

    def fail(**_: object) -> None:
        raise click.ClickException(message)

    settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name, callback=fail, context_settings=settings, short_help="需要附加组件 evaluation。"
    )


@click.group(cls=LazyGroup)
@click.version_option(VERSION, prog_name="huibao")
def main() -> None:
    """汇报：把中文工作报告分为成绩、问题、计划三个部分。"""
