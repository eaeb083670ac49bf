"""``huibao openapi``: print the OpenAPI description."""

from __future__ import annotations

import click
import yaml

from extraction.extracting import Extractor
from report.tagging import RoleTagger
from service.app import create_app
from service.work.model_host import ModelHost, ModelNotReadyError

_ORDER = ("openapi", "info", "servers", "security", "tags", "paths", "components")


def openapi_yaml() -> str:
    """The OpenAPI description of the service as YAML; ``openapi.yaml`` is its export."""
    spec = create_app(ModelHost(_no_model, places=1), Extractor()).extensions["openapi"].to_dict()
    ordered = {name: spec[name] for name in _ORDER}
    text: str = yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=100)
    return text


@click.command()
def openapi() -> None:
    """打印 OpenAPI 3.0.3 描述（YAML）。"""
    click.echo(openapi_yaml(), nl=False)


def _no_model() -> RoleTagger:
    raise ModelNotReadyError
