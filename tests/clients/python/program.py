"""Uses the generated Python client as a caller would; prints what it read as JSON.

Arguments: what to do, the address of the service, an API key, a report as text and as a file.
"""

from __future__ import annotations

import json
import sys
from io import BytesIO
from pathlib import Path

from httpx import Timeout
from huibao_client import AuthenticatedClient, Client
from huibao_client.api.files import create_summary_from_file
from huibao_client.api.summaries import create_summary, create_summary_batch
from huibao_client.models import (
    FileSummaryRequest,
    FileSummaryResponse,
    Problem,
    RepairCode,
    Script,
    SectionSummary,
    SummaryBatchItem,
    SummaryBatchRequest,
    SummaryBatchResponse,
    SummaryBatchResult,
    SummaryRequest,
    SummaryResponse,
)
from huibao_client.types import File, Response, Unset

Told = dict[str, str | int | float | bool | list[str]]


def told_section(section: SectionSummary) -> Told:
    point = section.points[0]
    figure = point.figures[0]
    return {
        "quote": point.quote,
        "start": point.span.start,
        "confidence": point.confidence,
        "heading": point.headings[0],
        "value": figure.value,
        "unit": figure.unit,
        "kind": figure.kind.value,
    }


def told_problem(problem: Problem) -> Told:
    told: Told = {
        "status": problem.status,
        "code": problem.code.value,
        "known": problem.code.name != "UNKNOWN",
        "detail": problem.detail,
    }
    if problem.errors:
        return told | {"pointer": problem.errors[0].pointer, "message": problem.errors[0].message}
    return told


def problem_of(answer: Response[Problem | SummaryResponse]) -> Problem:
    assert isinstance(answer.parsed, Problem)
    return answer.parsed


def told_result(result: SummaryBatchResult) -> Told:
    told: Told = {"id": result.id, "status": result.status}
    if isinstance(result.result, SummaryResponse):
        return told | told_section(result.result.sections.achievements)
    assert isinstance(result.problem, Problem)
    return told | told_problem(result.problem)


def answers(url: str, key: str, text: str, file: Path) -> dict[str, Told | list[Told]]:
    client = AuthenticatedClient(base_url=url, token=key, timeout=Timeout(120))
    summary = create_summary.sync(client=client, body=SummaryRequest(text=text, max_points=3))
    assert isinstance(summary, SummaryResponse)
    invalid = create_summary.sync_detailed(
        client=client, body=SummaryRequest(text=text, max_points=0)
    )
    anonymous = create_summary.sync_detailed(
        client=Client(base_url=url), body=SummaryRequest(text=text)
    )
    batch = create_summary_batch.sync(
        client=client,
        body=SummaryBatchRequest(
            items=[SummaryBatchItem(id="甲", text=text), SummaryBatchItem(id="乙", text=" ")]
        ),
    )
    assert isinstance(batch, SummaryBatchResponse)
    of_file = create_summary_from_file.sync(client=client, body=form_of(file))
    assert isinstance(of_file, FileSummaryResponse)
    assert not isinstance(of_file.sentences, Unset)
    roles = [sentence.role.value for sentence in of_file.sentences]
    told_file: Told = {"text": of_file.extracted_text, "roles": roles}
    return {
        "summary": told_section(summary.sections.achievements),
        "invalid": told_problem(problem_of(invalid)),
        "unauthenticated": told_problem(problem_of(anonymous)),
        "batch": [told_result(result) for result in batch.results],
        "file": told_file | told_section(of_file.sections.achievements),
    }


def form_of(file: Path) -> FileSummaryRequest:
    return FileSummaryRequest(
        file=File(payload=BytesIO(file.read_bytes()), file_name=file.name),
        title="年度工作总结",
        include_sentences=True,
        script=Script.SIMPLIFIED,
        disabled_repairs=[RepairCode.TRADITIONAL, RepairCode.WIDTH],
    )


def refused(url: str, key: str, text: str, file: Path) -> dict[str, Told]:
    client = AuthenticatedClient(base_url=url, token=key, timeout=Timeout(120))
    answer = create_summary.sync_detailed(client=client, body=SummaryRequest(text=text))
    return {"refused": told_problem(problem_of(answer)) | wait_of(answer.headers["Retry-After"])}


def refused_file(url: str, key: str, text: str, file: Path) -> dict[str, Told]:
    client = AuthenticatedClient(base_url=url, token=key, timeout=Timeout(120))
    answer = create_summary_from_file.sync_detailed(client=client, body=form_of(file))
    assert isinstance(answer.parsed, Problem)
    return {"refused": told_problem(answer.parsed) | wait_of(answer.headers["Retry-After"])}


def wait_of(retry_after: str) -> Told:
    return {"retry_after": int(retry_after)}


def main() -> None:
    what, url, key, text, file = sys.argv[1:]
    does = {"answers": answers, "refused": refused, "refused_file": refused_file}[what]
    told = does(url, key, Path(text).read_text(encoding="utf-8"), Path(file))
    sys.stdout.buffer.write(json.dumps(told).encode())


if __name__ == "__main__":
    main()
