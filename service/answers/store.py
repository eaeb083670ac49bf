"""Answers kept in the memory of a process, so that the same work is not done twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from cachetools import TLRUCache

from service.answers.idempotency import IdempotencyConflictError, IdempotencyKeyReusedError

_ENTRY_BYTES = 512
"""What an entry takes beside its answer, rounded up."""


class AnswerSource(StrEnum):
    """Where an answer comes from."""

    COMPUTED = "computed"
    CACHE = "cache"
    IDEMPOTENCY = "idempotency"


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that is being answered.

    Attributes:
        source: where the answer comes from.
        answer: the kept answer, ``None`` if it must be computed.
        keep: keeps an answer that was computed.
    """

    source: AnswerSource
    answer: bytes | None
    keep: Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, the digest of the request it belongs to, and for how long it is kept."""

    question: bytes
    answer: bytes
    seconds: int


class AnswerStore:
    """Answers by the digests of requests, and by the digests of idempotency keys.

    Neither requests nor keys themselves are stored. The least recently used answers go first.

    Args:
        max_bytes: memory for all answers together.
        idempotency_seconds: how long an answer is kept for its idempotency key.
        cache_seconds: how long an answer is kept for equal requests; 0 for never.
        clock: tells the time in seconds.
    """

    def __init__(
        self,
        max_bytes: int,
        idempotency_seconds: int,
        cache_seconds: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._idempotency_seconds = idempotency_seconds
        self._cache_seconds = cache_seconds
        self._lock = threading.Lock()
        self._under_way: dict[bytes, bytes] = {}
        self._kept: TLRUCache[bytes, _Kept] = TLRUCache(max_bytes, _expiry, clock, _size)

    @property
    def caches(self) -> bool:
        """Whether equal requests are answered alike without work."""
        return self._cache_seconds > 0

    @property
    def size(self) -> int:
        """Bytes that are in use."""
        with self._lock:
            self._kept.expire()
            return int(self._kept.currsize)

    @contextmanager
    def asking(self, question: bytes, key: bytes | None = None) -> Iterator[Asking]:
        """Answer a request, with a kept answer if there is one.

        Args:
            question: digest of the request.
            key: digest of its idempotency key; ``None`` if it has none.

        Raises:
            IdempotencyKeyReusedError: if the key belongs to another request.
            IdempotencyConflictError: if the first request with the key is still under way.
        """
        if key is None:
            yield self._from_cache(question, key)
            return
        replayed = self._claimed(question, key)
        if replayed is not None:
            yield Asking(AnswerSource.IDEMPOTENCY, replayed, _keep_nothing)
            return
        try:
            yield self._from_cache(question, key)
        finally:
            with self._lock:
                del self._under_way[key]

    def _claimed(self, question: bytes, key: bytes) -> bytes | None:
        """The answer that is kept for the key; if there is none, the key is now under way."""
        with self._lock:
            kept = self._kept.get(key)
            first = kept.question if kept else self._under_way.get(key, question)
            if first != question:
                raise IdempotencyKeyReusedError
            if kept:
                return kept.answer
            if key in self._under_way:
                raise IdempotencyConflictError
            self._under_way[key] = question
            return None

    def _from_cache(self, question: bytes, key: bytes | None) -> Asking:
        with self._lock:
            kept = self._kept.get(question)
            if kept is None:
                return Asking(
                    AnswerSource.COMPUTED, None, lambda answer: self._keep(question, key, answer)
                )
            if key is not None:
                self._put(key, _Kept(question, kept.answer, self._idempotency_seconds))
            return Asking(AnswerSource.CACHE, kept.answer, _keep_nothing)

    def _keep(self, question: bytes, key: bytes | None, answer: bytes) -> None:
        with self._lock:
            if self.caches:
                self._put(question, _Kept(question, answer, self._cache_seconds))
            if key is not None:
                self._put(key, _Kept(question, answer, self._idempotency_seconds))

    def _put(self, digest: bytes, kept: _Kept) -> None:
        if _size(kept) <= self._kept.maxsize:
            self._kept[digest] = kept


def _expiry(_: bytes, kept: _Kept, now: float) -> float:
    return now + kept.seconds


def _size(kept: _Kept) -> int:
    return _ENTRY_BYTES + len(kept.answer)


def _keep_nothing(_: bytes) -> None:
    """It is kept already."""
