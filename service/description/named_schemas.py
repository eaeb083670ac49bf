"""How marshmallow schemas are told in the OpenAPI description, so that clients read well."""

from __future__ import annotations

import inspect
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import Schema, fields


class NamingConverter(OpenAPIConverter):
    """Every enum is a component of its own name, and schemas have their docstrings."""

    def schema2jsonschema(self, schema: Schema) -> dict[str, Any]:
        """The JSON Schema of ``schema``, described by its docstring."""
        described: dict[str, Any] = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        return {"description": inspect.getdoc(schema)} | described

    def field2property(self, field: fields.Field[Any]) -> dict[str, Any]:
        """The JSON Schema of ``field``; an enum is a reference to its component."""
        described: dict[str, Any] = super().field2property(field)
        return self._named(field, described) if isinstance(field, fields.Enum) else described

    def _named(self, field: fields.Enum[Any], described: dict[str, Any]) -> dict[str, Any]:
        name = field.enum.__name__
        component = {key: described.pop(key) for key in ("type", "enum")}
        if name not in self.spec.components.schemas:
            self.spec.components.schema(name, component)
        reference = {"$ref": f"#/components/schemas/{name}"}
        # Beside a bare reference, OpenAPI 3.0 ignores descriptions and defaults.
        return {"allOf": [reference], **described} if described else reference


class NamingPlugin(MarshmallowPlugin):
    """apispec's plug-in for marshmallow with the converter above."""

    Converter = NamingConverter
