"""Finds what is left untyped in the models of a generated client."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_PYTHON = re.compile(r"\b(Any|dict|Dict|Mapping|object)\b")
_TYPESCRIPT = re.compile(r"\b(any|unknown|object|Record)\b|^\s*\[|\{\s*\[|\{\s*\}")
_TYPESCRIPT_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_TYPESCRIPT_TYPE = re.compile(
    r"^export type (\w+) = (.*?)(?=^export |\Z)", re.DOTALL | re.MULTILINE
)
_JAVA = re.compile(r"\b(Object|Map|JsonNode|void)\b|\?")
_JAVA_FIELD = re.compile(r"^  private (?!static)([^;=]+?) \w+(?: = [^;]*)?;$", re.MULTILINE)
_JAVA_OPERATION = re.compile(r"^  public (\S+) \w+\(.*\) throws ApiException \{$", re.MULTILINE)


def untyped_in_python(client: Path) -> list[str]:
    """The fields of models, and the answers of operations, that are not wholly typed."""
    return [
        f"{name}: {annotation}"
        for path in sorted(client.rglob("*.py"))
        if path.parent.name == "models" or path.parent.parent.name == "api"
        for name, annotation in _python_types(ast.parse(path.read_text(encoding="utf-8")))
        if _PYTHON.search(annotation)
    ]


def _python_types(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.AnnAssign):
                    yield f"{node.name}.{ast.unparse(item.target)}", ast.unparse(item.annotation)
        elif isinstance(node, ast.FunctionDef) and node.name == "sync" and node.returns:
            yield "sync", ast.unparse(node.returns)


def untyped_in_typescript(client: Path) -> list[str]:
    """The exported types that are not wholly typed, but the generator's own options."""
    source = _TYPESCRIPT_COMMENT.sub("", (client / "types.gen.ts").read_text(encoding="utf-8"))
    return [
        f"{name}: {line.strip()}"
        for name, body in _TYPESCRIPT_TYPE.findall(source)
        if name != "ClientOptions"
        for line in body.splitlines()
        if _TYPESCRIPT.search(line)
    ]


def untyped_in_java(client: Path) -> list[str]:
    """The fields of models, and the answers of operations, that are not wholly typed."""
    patterns = {"model": _JAVA_FIELD, "api": _JAVA_OPERATION}
    return [
        f"{path.stem}: {declared}"
        for path in sorted(client.rglob("*.java"))
        if path.parent.name in patterns
        for declared in _declared(path, patterns[path.parent.name])
        if _JAVA.search(declared)
    ]


def _declared(path: Path, pattern: re.Pattern[str]) -> list[str]:
    found: list[str] = pattern.findall(path.read_text(encoding="utf-8"))
    return found
