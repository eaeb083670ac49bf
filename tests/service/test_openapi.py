from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from report.domain import RhetoricalRole
from service.commands.openapi import openapi_yaml
from service.problems import ProblemCode

COMMITTED = Path(__file__).parent.parent.parent / "openapi.yaml"


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))
    return loaded


def test_the_committed_description_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi_yaml(), "run `make openapi`"


def test_the_served_description_is_the_committed_one(
    client: FlaskClient, spec: dict[str, Any]
) -> None:
    assert client.get("/openapi.json").json == spec


def test_it_is_valid_openapi_3_0_3(spec: dict[str, Any]) -> None:
    assert spec["openapi"] == "3.0.3"
    validate(spec)


def test_operations_have_their_names(spec: dict[str, Any]) -> None:
    operations = {
        (path, method): operation["operationId"]
        for path, item in spec["paths"].items()
        for method, operation in item.items()
    }
    assert operations == {
        ("/v1/summaries", "post"): "createSummary",
        ("/v1/summaries/batch", "post"): "createSummaryBatch",
        ("/v1/files/summaries", "post"): "createSummaryFromFile",
        ("/v1/info", "get"): "getInfo",
        ("/metrics", "get"): "getMetrics",
        ("/livez", "get"): "getLiveness",
        ("/readyz", "get"): "getReadiness",
    }


def test_every_status_of_a_summary_is_described(spec: dict[str, Any]) -> None:
    responses = spec["paths"]["/v1/summaries"]["post"]["responses"]
    assert " ".join(sorted(responses)) == "200 400 401 403 408 409 413 415 422 429 500 503"
    for status, response in responses.items():
        media_type = "application/json" if status == "200" else "application/problem+json"
        assert list(response["content"]) == [media_type]
        assert "X-Request-Id" in response["headers"]


def inline_objects(schema: Any, path: str) -> list[str]:
    """Where a schema nests an object without naming it."""
    if isinstance(schema, list):
        return [found for item in schema for found in inline_objects(item, path)]
    if not isinstance(schema, dict):
        return []
    found = [path] if schema.get("type") == "object" and path.count("/") else []
    return found + [
        hit for key, value in schema.items() for hit in inline_objects(value, f"{path}/{key}")
    ]


def test_every_object_is_a_named_component(spec: dict[str, Any]) -> None:
    for name, schema in spec["components"]["schemas"].items():
        assert inline_objects(schema, name) == []
    assert inline_objects(spec["paths"], "paths") == []


def test_enums_are_ascii_and_complete(spec: dict[str, Any]) -> None:
    schemas = spec["components"]["schemas"]
    assert schemas["RhetoricalRole"]["enum"] == list(RhetoricalRole)
    assert schemas["ProblemCode"]["enum"] == list(ProblemCode)


def enums_inside(schema: Any) -> list[Any]:
    """The enums that a schema spells out."""
    if isinstance(schema, list):
        return [found for item in schema for found in enums_inside(item)]
    if not isinstance(schema, dict):
        return []
    found = [schema["enum"]] if isinstance(schema.get("enum"), list) else []
    return found + [hit for value in schema.values() for hit in enums_inside(value)]


def test_every_enum_is_a_named_component_and_spelt_out_once(spec: dict[str, Any]) -> None:
    inside = enums_inside(spec)
    assert inside == [
        item["enum"] for item in spec["components"]["schemas"].values() if "enum" in item
    ]
    assert len({tuple(values) for values in inside}) == len(inside)


def test_every_object_is_described(spec: dict[str, Any]) -> None:
    for name, schema in spec["components"]["schemas"].items():
        assert schema.get("description") or "enum" in schema, name


def test_limits_are_real(spec: dict[str, Any]) -> None:
    request = spec["components"]["schemas"]["SummaryRequest"]
    limits = request["properties"]
    assert request["required"] == ["text"]
    assert request["additionalProperties"] is False
    assert (limits["text"]["minLength"], limits["text"]["maxLength"]) == (1, 200_000)
    assert re.search(limits["text"]["pattern"], "2023 report 总结\n")
    assert not re.search(limits["text"]["pattern"], "annual report")
    assert (limits["max_points"]["minimum"], limits["max_points"]["maximum"]) == (1, 20)
    summary_chars = limits["max_summary_chars"]
    assert (summary_chars["minimum"], summary_chars["maximum"]) == (50, 1000)


def test_nothing_is_nullable(spec: dict[str, Any]) -> None:
    assert "nullable" not in COMMITTED.read_text(encoding="utf-8")
