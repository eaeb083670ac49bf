"""Operations that answer a repeated request with the answer they gave before."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

import orjson
from flask import Response, current_app, g, request

from service.access.authentication import ANONYMOUS
from service.answers.idempotency import HEADER, REPLAYED_HEADER, idempotency_key
from service.answers.store import AnswerSource, AnswerStore

_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def reuses_answers(view: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """Let a view answer from the store of the application where that is right.

    It stands between the parsing of the request and the making of the response: equal
    requests are equal after validation, and what is kept are the bytes of the answer.
    Answers with ``Cache-Control: no-store`` are not kept. ``g.answer_source`` tells where
    the answer came from.
    """

    @wraps(view)
    def answer(asked: object) -> Response:
        store: AnswerStore = current_app.extensions["answer_store"]
        header = request.headers.get(HEADER)
        if header is None and not store.caches:
            g.answer_source = AnswerSource.COMPUTED
            return view(asked)
        caller = g.get("client", ANONYMOUS)
        key = None if header is None else _digest("key", caller, idempotency_key(header))
        question = _digest("request", caller, request.method, request.path, asked)
        with store.asking(question, key) as asking:
            g.answer_source = asking.source
            if asking.answer is not None:
                return _again(asking.answer, asking.source)
            response = view(asked)
            if not response.cache_control.no_store:
                asking.keep(response.get_data())
            return response

    return answer


def _again(body: bytes, source: AnswerSource) -> Response:
    response = Response(body, mimetype="application/json")
    if source is AnswerSource.IDEMPOTENCY:
        response.headers[REPLAYED_HEADER] = "true"
    return response


def _digest(*parts: object) -> bytes:
    """A digest that is the same for equal values only."""
    return sha256(orjson.dumps(parts, _canonical, _CANONICAL)).digest()


def _canonical(value: object) -> object:
    """The part of a request that JSON has nothing for, as something it has."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    raise TypeError(type(value).__name__)
