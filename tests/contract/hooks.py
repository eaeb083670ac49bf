"""What schemathesis is told about the service: checks of its own, files that can be read, and
the few requests that a schema cannot tell apart.

It is loaded by schemathesis itself (``tests.contract.running``), whose checks are all on. A
failure of theirs is dropped only where what they cannot know is verified here, request by
request: nothing is dropped for an operation or a status as such.
"""

from __future__ import annotations

import json
import os
import re
from itertools import count
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData

from benchmarks.reports import made_up_report
from report.domain import is_han
from report.summarising import MAX_TEXT_CHARACTERS
from service.answers.idempotency import MalformedIdempotencyKeyError, idempotency_key
from service.schemas import MAX_BATCH_CHARACTERS

KEYED = "HUIBAO_CONTRACT_KEYED"
"""Set where the service under test has keys, so that all but the probes need one."""
REASONS = "HUIBAO_CONTRACT_REASONS"
"""The file that takes a line for each schema-valid request that was refused for a reason."""
BATCH, FROM_FILE = "createSummaryBatch", "createSummaryFromFile"
_PROBES = ("/livez", "/readyz")
_FILES = Path(__file__).parent.parent / "files"
_REFUSED_FILES = {
    *("unsupported_format", "broken_file", "encrypted_file", "no_text_layer", "empty_file"),
    *("blank_text", "no_chinese_text"),
}
"""Codes of problems with what is inside of a file, of which a schema says nothing."""
_KEY = "Idempotency-Key"
_BEARER = re.compile(r"Bearer hb_[A-Za-z0-9_-]{43}")
"""What the harness sends, unless the fuzzer puts something else in its place."""
_REUSED_KEYS = 10
"""Of so many requests with a key that was used before, one keeps it."""
_requests_of_keys: dict[str, set[tuple[str, bytes]]] = {}
_fresh_keys = count()
_validators: list[Draft4Validator] = []


@st.composite
def _reports(draw: st.DrawFn) -> bytes:
    """Text files in the encodings that are read."""
    text = made_up_report(draw(st.integers(10, 300)), draw(st.integers(0, 99)))
    return text.encode(draw(st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16"))))


schemathesis.openapi.format(
    "binary",
    st.one_of(
        _reports(),
        st.sampled_from(sorted(_FILES.glob("*.*"))).map(Path.read_bytes),
        st.binary(),
    ),
)


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Keys are optional in the description, as they are off by default; here they are not."""
    if KEYED in os.environ:
        raw_schema["security"] = [{"ApiKey": []}]
        for path in _PROBES:
            raw_schema["paths"][path]["get"]["security"] = []
    _validators.append(_item_validator(raw_schema))


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Generated keys are often the same; most repeated ones are made new, to get further."""
    if _key(case.headers.get(_KEY)) in _requests_of_keys:
        number = next(_fresh_keys)
        if number % _REUSED_KEYS:
            case.headers[_KEY] = f"contract-{number}"


@schemathesis.hook
def after_call(context: HookContext, case: Case, response: Response) -> None:
    """Remember which requests an ``Idempotency-Key`` came with."""
    key = _key(response.request.headers.get(_KEY))
    if key is not None:
        request = (response.request.path_url, _sent(response))
        _requests_of_keys.setdefault(key, set()).add(request)


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Whether a failure is one: not if the request was in truth what its answer says."""
    if isinstance(failure, RejectedPositiveData):
        has_reason = _is_refused_for_a_reason(case, response)
        if has_reason:
            with Path(os.environ[REASONS]).open("a", encoding="ascii") as reasons:
                reasons.write(f"{_operation(case)} {response.json()['code']}\n")
        return not has_reason
    if isinstance(failure, AcceptedNegativeData):
        return not _is_fine_in_truth(case, response)
    return True


@schemathesis.check
def problems_name_themselves(ctx: CheckContext, response: Response, case: Case) -> None:
    """A problem's status, type and request_id are those of its answer."""
    if response.status_code < 400:
        return
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"] == f"urn:huibao:problem:{problem['code']}"
    assert [problem["request_id"]] == response.headers["x-request-id"]


@schemathesis.check
def batch_items_are_judged_one_by_one(ctx: CheckContext, response: Response, case: Case) -> None:
    """Of an accepted batch, items that fit their schema have results, all others problems."""
    if _operation(case) != BATCH or response.status_code != 200:
        return
    items = json.loads(_sent(response))["items"]
    results = response.json()["results"]
    assert [result["id"] for result in results] == [item["id"] for item in items]
    for item, result in zip(items, results, strict=True):
        good = result["status"] == 200
        assert good == ("result" in result) != ("problem" in result)
        assert good == _is_good_item(case, item), f"an item was answered {result['status']}"
        if not good:
            assert 400 <= result["status"] < 500
            assert result["problem"]["status"] == result["status"]


def _is_good_item(case: Case, item: dict[str, Any]) -> bool:
    """Whether an item fits its schema, with a text as the service measures it."""
    text = item.get("text")
    lenient = {**item, "text": _as_schemas_see(text)} if isinstance(text, str) else item
    return bool(_validators[-1].is_valid(lenient))


def _item_validator(description: dict[str, Any]) -> Draft4Validator:
    """Of the items of a batch, whatever their schema is called."""
    body = description["paths"]["/v1/summaries/batch"]["post"]["requestBody"]
    reference = body["content"]["application/json"]["schema"]["$ref"]
    batch = description["components"]["schemas"][reference.rpartition("/")[2]]
    item = batch["properties"]["items"]["items"]
    return Draft4Validator({**item, "components": description["components"]})


def _is_refused_for_a_reason(case: Case, response: Response) -> bool:
    """Whether a request that fits the schema was refused for what a schema cannot say."""
    problem = response.json()
    faults = problem.get("errors", [])
    if problem["code"] == "idempotency_key_reused":
        key = _key(response.request.headers[_KEY])
        return key is not None and len(_requests_of_keys[key]) > 1
    if problem["code"] == "unauthenticated":
        # Now and then the fuzzer makes up an Authorization header of its own.
        return not _BEARER.fullmatch(response.request.headers.get("Authorization", ""))
    if _operation(case) == FROM_FILE:
        return problem["code"] in _REFUSED_FILES and [at["pointer"] for at in faults] == ["/file"]
    if _operation(case) == BATCH and problem["code"] == "validation_failed":
        items = json.loads(_sent(response))["items"]
        length = sum(len(item["text"].strip()) for item in items)
        return len({item["id"] for item in items}) < len(items) or length > MAX_BATCH_CHARACTERS
    return False


def _is_fine_in_truth(case: Case, response: Response) -> bool:
    """Whether a request that does not fit the schema was rightly not refused."""
    if response.status_code != 200:
        return False
    if _operation(case) == BATCH:
        # ``batch_items_are_judged_one_by_one`` has seen to the rest.
        return any(result["status"] >= 400 for result in response.json()["results"])
    body = case.body if isinstance(case.body, dict) else {}
    if _operation(case) == FROM_FILE:
        # In a form a number is text like any other.
        return isinstance(body.get("title"), int | float)
    text = body.get("text")
    return isinstance(text, str) and _as_schemas_see(text) != text


def _as_schemas_see(text: str) -> str:
    """The text with what the description says in words only put so that its schema says it:
    white space around it does not count, and all Chinese characters are such.
    """
    measured = text.strip() if len(text) > MAX_TEXT_CHARACTERS else text
    return "".join("中" if ord(sign) > 0xFFFF and is_han(sign) else sign for sign in measured)


def _operation(case: Case) -> str:
    return str(case.operation.definition.raw.get("operationId"))


def _key(header: str | bytes | None) -> str | None:
    """The key that a header names, if any."""
    text = header.decode("latin-1") if isinstance(header, bytes) else header
    try:
        return idempotency_key(text or "")
    except MalformedIdempotencyKeyError:
        return None


def _sent(response: Response) -> bytes:
    body = response.request.body or b""
    return body.encode() if isinstance(body, str) else body
