"""The README's example is real: the answer printed there is the one the model gives."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from extraction.extracting import Extractor
from models.tagger import TransformerTagger
from service.app import create_app
from service.work.model_host import ModelHost

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def without_confidences(value: Any) -> Any:
    """``value`` without the confidences, whose last digits differ between processors."""
    if isinstance(value, dict):
        return {k: without_confidences(v) for k, v in value.items() if k != "confidence"}
    if isinstance(value, list):
        return [without_confidences(item) for item in value]
    return value


def test_the_example_answer_is_the_real_one(tagger: TransformerTagger) -> None:
    request = re.search(r"-d '(\{.*?\})'", README, re.DOTALL)
    answer = re.search(r"```json\n(\{.*?\n\})\n```", README, re.DOTALL)
    assert request
    assert answer
    host = ModelHost(lambda: tagger, places=1)
    host.start()
    response = (
        create_app(host, Extractor())
        .test_client()
        .post("/v1/summaries", data=request.group(1), content_type="application/json")
    )
    assert without_confidences(response.json) == without_confidences(json.loads(answer.group(1)))


@pytest.mark.parametrize("name", ["operations", "architecture", "evaluation", "training"])
def test_links_to_documents_lead_somewhere(name: str) -> None:
    assert f"docs/{name}.md" in README
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        if not link.startswith("http"):
            assert (Path(__file__).parent.parent / link).exists(), link
