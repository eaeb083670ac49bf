"""Labels of reports that are not part of the project: positions and labels without text.

One JSON object a line: {"source", "file", "start", "end", "sha256", "spans": [{"start",
"end", "role", "salience", "kept"}]}. The positions are those of the corpus file;
``sha256`` is of the stretch [start, end), so that labels never meet another text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from evaluation.gold import SALIENT
from report.domain import RhetoricalRole
from training.documents import Document, Unit
from training.weak_labels import regions


class ChangedTextError(Exception):
    """A labelled text is not the one that was labelled."""


def read_offset_labels(path: Path, corpus: Path) -> Iterator[Document]:
    """The labelled stretches of ``corpus``, each a document of its region.

    Raises:
        ChangedTextError: if the corpus has another text in a labelled place.
        OSError: if a file is missing.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        folder = corpus / row["source"]
        text = (folder / row["file"]).read_text(encoding="utf-8")
        stretch = text[row["start"] : row["end"]]
        if hashlib.sha256(stretch.encode()).hexdigest() != row["sha256"]:
            raise ChangedTextError(f"{folder / row['file']} is not the text that was labelled")
        yield Document(
            f"{Path(row['file']).stem}@{row['start']}",
            row["source"],
            regions(folder).get(row["file"], Path(row["file"]).stem),
            tuple(_units(text, row)),
        )


def _units(text: str, row: Mapping[str, Any]) -> Iterator[Unit]:
    spans = row["spans"]
    ends = [*(span["start"] for span in spans), row["end"]]
    for span, (_, following) in zip(spans, pairwise(ends), strict=True):
        yield Unit(
            text[span["start"] : span["end"]],
            RhetoricalRole(span["role"]),
            text[span["end"] : following],
            span["salience"] == SALIENT,
            tuple(map(bool, span["kept"])),
        )
