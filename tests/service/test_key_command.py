"""``huibao key``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from service.access.authentication import KeyRing, Scope
from service.commands import main


def test_a_key_and_its_entry(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["key", "crm-2025.1"])
    assert result.exit_code == 0
    secret, entry = result.stdout.splitlines()
    assert "只显示这一次" in result.stderr
    assert secret not in result.stderr
    assert secret not in entry
    file = tmp_path / "keys"
    file.write_text(entry + "\n", encoding="utf-8")
    for ring in (KeyRing(entry, None), KeyRing("", file)):
        found = ring.find(secret)
        assert found is not None
        assert (found.name, found.scopes) == ("crm-2025.1", {Scope.SUMMARISE})


def test_scopes_can_be_given() -> None:
    arguments = ["key", "all", "--scope", "metrics", "--scope", "summarise"]
    result = CliRunner().invoke(main, arguments)
    assert result.stdout.endswith(":summarise+metrics\n")


def test_every_key_is_another() -> None:
    secrets = {CliRunner().invoke(main, ["key", "a"]).stdout.split()[0] for _ in range(20)}
    assert len(secrets) == 20


@pytest.mark.parametrize("name", ["", "a b", "张三", "a" * 65, "anonymous", "hb_x", "a:b", "a\n"])
def test_names_that_cannot_be_used(name: str) -> None:
    result = CliRunner().invoke(main, ["key", name])
    assert result.exit_code == 2
    assert "NAME" in result.output
    assert not result.stdout


def test_scopes_that_do_not_exist() -> None:
    assert CliRunner().invoke(main, ["key", "a", "--scope", "admin"]).exit_code == 2


def test_it_is_listed() -> None:
    assert "生成名为 NAME 的 API 密钥" in CliRunner().invoke(main, ["--help"]).output
