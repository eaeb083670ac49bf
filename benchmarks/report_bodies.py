"""Reports to send: real ones of a folder, or made-up ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.reports import made_up_report

_SHORTEST, _LONGEST = 200, 12_000
_MADE_UP_CHARACTERS = (800, 1_200, 1_600, 2_400, 4_000, 8_000)


def report_bodies(folders: Sequence[Path], count: int, seed: int) -> list[str]:
    """So many texts of 200 to 12,000 characters.

    They are files of the folders that exist, drawn at random: .txt, or .jsonl with a ``text``
    and a ``sep`` after it a line. Without any they are made up.
    """
    rng = random.Random(seed)
    files = sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in _READERS
    )
    rng.shuffle(files)
    texts: list[str] = []
    for path in files:
        text = _READERS[path.suffix](path.read_text("utf-8"))
        if _SHORTEST <= len(text) <= _LONGEST:
            texts.append(text)
        if len(texts) == count:
            break
    return texts or [
        made_up_report(rng.choice(_MADE_UP_CHARACTERS), place) for place in range(count)
    ]


def _joined(lines: str) -> str:
    pieces = [json.loads(line) for line in lines.splitlines()]
    return "".join(piece.get("text", "") + piece.get("sep", "") for piece in pieces)


_READERS: dict[str, Callable[[str], str]] = {".txt": str, ".jsonl": _joined}
