"""``huibao key``: make an API key."""

from __future__ import annotations

import click

from service.access.authentication import Scope, is_name, new_key


@click.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=[Scope.SUMMARISE.value],
    help="密钥的权限，可重复给出；默认 summarise。",
)
def key(name: str, scopes: tuple[str, ...]) -> None:
    """生成名为 NAME 的 API 密钥。

    标准输出第一行是密钥，只显示这一次，交给调用方；第二行是要存入 HUIBAO_API_KEYS 或
    HUIBAO_API_KEYS_FILE 的条目，其中只有密钥的 SHA-256。
    """
    if not is_name(name):
        raise click.BadParameter(
            "只能用 1 至 64 个字母、数字和 . _ -，不能是 anonymous，也不能以 hb_ 开头。",
            param_hint="NAME",
        )
    made = new_key(name, frozenset(Scope(scope) for scope in scopes))
    click.echo("密钥（只显示这一次，请交给调用方）：", err=True)
    click.echo(made.secret)
    click.echo("条目（存入 HUIBAO_API_KEYS 或 HUIBAO_API_KEYS_FILE）：", err=True)
    click.echo(made.key.entry)
