"""Who may call: API keys with names and scopes, and what each port answers."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Self

from flask import g, request
from werkzeug.exceptions import NotFound

from service.settings import PREFIX, Settings, SettingsError

logger = logging.getLogger(__name__)

ANONYMOUS = "anonymous"
"""The name of a caller without a key."""
PROBE_PATHS = frozenset({"/livez", "/readyz"})
METRICS_PATH = "/metrics"
_NAME = r"[A-Za-z0-9._-]{1,64}"
_KEY_PREFIX = "hb_"
_LOOK_SECONDS = 1.0
"""How often the file of keys is looked at, at most."""
_MAX_KEYS_FILE_BYTES = 1024 * 1024
_VARIABLE = f"{PREFIX}API_KEYS"
_FILE_VARIABLE = f"{PREFIX}API_KEYS_FILE"
_ENTRY = re.compile(
    rf"(?P<name>{_NAME}):(?P<digest>[0-9A-Fa-f]{{64}})(?::(?P<scopes>[a-z]+(?:\+[a-z]+)*))?"
)
# The token of RFC 6750; what is none cannot be a key.
_BEARER = re.compile(r"bearer +(?P<token>[A-Za-z0-9._~+/=-]{1,512})", re.IGNORECASE | re.ASCII)


class Scope(StrEnum):
    """What a key allows."""

    SUMMARISE = "summarise"
    METRICS = "metrics"


class UnauthenticatedError(Exception):
    """A key is needed, and there is none or an unknown one.

    Attributes:
        given: whether one was given.
    """

    def __init__(self, given: bool) -> None:
        super().__init__("no valid key")
        self.given = given


class ForbiddenError(Exception):
    """The key does not allow this.

    Attributes:
        scope: the scope that it lacks.
    """

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"the key lacks the scope {scope}")
        self.scope = scope


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: only its digest.

    Plain SHA-256 is enough: slow password hashes and salts protect secrets that can be
    guessed, and a key of 256 random bits cannot. It costs a microsecond a request.
    """

    name: str
    digest: bytes = field(repr=False)
    scopes: frozenset[Scope] = frozenset({Scope.SUMMARISE})

    @property
    def entry(self) -> str:
        """The key as ``HUIBAO_API_KEYS`` and its file hold it."""
        scopes = "+".join(scope for scope in Scope if scope in self.scopes)
        return f"{self.name}:{self.digest.hex()}:{scopes}"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; ``secret`` is for its holder and is stored nowhere."""

    secret: str = field(repr=False)
    key: ApiKey


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stored key before it is read; ``place`` says where it stands."""

    place: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Version:
    """What changes when a file does. Its ctime changes even if its mtime is kept."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


def is_name(text: str) -> bool:
    """Whether a key may be called so. Names are logged: a key by mistake must not be one."""
    reserved = text == ANONYMOUS or text.startswith(_KEY_PREFIX)
    return bool(re.fullmatch(_NAME, text)) and not reserved


def new_key(name: str, scopes: frozenset[Scope]) -> NewKey:
    """A key of 256 random bits."""
    secret = f"{_KEY_PREFIX}{secrets.token_urlsafe(32)}"
    return NewKey(secret, ApiKey(name, _digest(secret), scopes))


class KeyRing:
    """The keys that callers may have. Those in a file are read again when it changes.

    Args:
        fixed: entries as in ``HUIBAO_API_KEYS``.
        path: a file with further ones.
        clock: seconds that never go back.

    Raises:
        SettingsError: if they cannot be used; it names the place, never the content.
    """

    def __init__(
        self, fixed: str, path: Path | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fixed = fixed
        self._path = path
        self._clock = clock
        self._looking = threading.Lock()
        self._next_look = clock() + _LOOK_SECONDS
        self._version = _version_of(path) if path else None
        self._reported = self._version
        self._keys = self._read()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The keys of the settings.

        Raises:
            SettingsError: if they cannot be used.
        """
        path = Path(settings.api_keys_file) if settings.api_keys_file else None
        return cls(settings.api_keys, path)

    def find(self, token: str) -> ApiKey | None:
        """The key that ``token`` is, if any.

        All keys are compared, each in constant time: how long it takes tells nothing.
        """
        self._look()
        digest = _digest(token)
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def _look(self) -> None:
        """Read the file again if it has changed; others go on with the keys there are."""
        if self._clock() < self._next_look or not self._looking.acquire(blocking=False):
            return
        try:
            self._next_look = self._clock() + _LOOK_SECONDS
            self._read_again()
        finally:
            self._looking.release()

    def _read_again(self) -> None:
        # Looked at before the file is read: what changes meanwhile is seen the next time.
        version = _version_of(self._path) if self._path else None
        if version == self._version:
            return
        try:
            self._keys = self._read()
        except SettingsError as error:
            if version != self._reported:
                logger.error("%s; the keys read before stay in use", error)  # noqa: TRY400
            self._reported = version
        else:
            self._version = self._reported = version
            logger.info("%s was read again: %d keys now", _FILE_VARIABLE, len(self._keys))

    def _read(self) -> tuple[ApiKey, ...]:
        in_file = _entries_in_file(self._path) if self._path else iter(())
        return _keys_of(chain(_entries_in_variable(self._fixed), in_file))


class Authentication:
    """Decides before a request's body is read whether it is answered.

    Args:
        settings: keys and ports.

    Raises:
        SettingsError: if the keys cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._ring = KeyRing.from_settings(settings) if settings.has_keys else None
        self._operations_port = settings.operations_port
        self._open_metrics = settings.open_metrics

    def check(self) -> None:
        """Let the current request pass, with ``g.client`` as the name of its caller.

        Raises:
            NotFound: if this port does not answer the path.
            UnauthenticatedError: if a key is needed and there is none that is known.
            ForbiddenError: if the key lacks the scope.
        """
        g.client = ANONYMOUS
        scope = self._required_scope()
        if self._ring is None or scope is None:
            return
        key = _caller(self._ring)
        g.client = key.name
        if scope not in key.scopes:
            raise ForbiddenError(scope)

    def _required_scope(self) -> Scope | None:
        if self._operations_port:
            # The port of the listening socket: no header of a request can change it.
            here = request.environ["SERVER_PORT"] == str(self._operations_port)
            _require_answered(here)
            if here:
                return None
        # Unknown paths and methods have no rule. Preflights cannot carry a key.
        if request.url_rule is None or request.method == "OPTIONS":
            return None
        return self._scope_of(request.url_rule.rule)

    def _scope_of(self, rule: str) -> Scope | None:
        """What a route needs; one that nothing is said of needs a key."""
        if rule in PROBE_PATHS or rule == "/openapi.json" or rule.startswith("/docs"):
            return None
        if rule == METRICS_PATH:
            return None if self._open_metrics else Scope.METRICS
        return Scope.SUMMARISE


def _require_answered(on_operations_port: bool) -> None:
    """Probes are on both ports, metrics on the operations port, all else on the main one."""
    path = request.path
    if path in PROBE_PATHS:
        return
    if on_operations_port != (path == METRICS_PATH):
        raise NotFound


def _caller(ring: KeyRing) -> ApiKey:
    header = request.headers.get("Authorization", "").strip(" \t")
    bearer = _BEARER.fullmatch(header)
    key = ring.find(bearer["token"]) if bearer else None
    if key is None:
        raise UnauthenticatedError(given=header[:7].lower() == "bearer ")
    return key


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _entries_in_variable(value: str) -> Iterator[_Entry]:
    texts = [text for text in re.split(r"[,\s]+", value) if text]
    for number, text in enumerate(texts, start=1):
        yield _Entry(f"entry {number} of {_VARIABLE}", text)


def _entries_in_file(path: Path) -> Iterator[_Entry]:
    for number, line in enumerate(_text_of(path).split("\n"), start=1):
        text = line.partition("#")[0].strip()
        if text:
            yield _Entry(f"line {number} of {_FILE_VARIABLE}", text)


def _text_of(path: Path) -> str:
    try:
        # Reading a pipe or a device could wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise SettingsError(f"{_FILE_VARIABLE} is not a regular file")
        with path.open("rb") as file:
            content = file.read(_MAX_KEYS_FILE_BYTES + 1)
        if len(content) > _MAX_KEYS_FILE_BYTES:
            raise SettingsError(f"{_FILE_VARIABLE} has more than {_MAX_KEYS_FILE_BYTES} bytes")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{_FILE_VARIABLE} cannot be read: {error.strerror}") from None
    except ValueError:
        raise SettingsError(f"{_FILE_VARIABLE} is not UTF-8") from None


def _version_of(path: Path) -> _Version | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return _Version(seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def _keys_of(entries: Iterator[_Entry]) -> tuple[ApiKey, ...]:
    """The keys of the entries: at least one, each with a name and a digest of its own."""
    keys: list[ApiKey] = []
    for entry in entries:
        key = _key_of(entry)
        if any(key.name == other.name or key.digest == other.digest for other in keys):
            raise SettingsError(f"{entry.place} has the name or the digest of an earlier one")
        keys.append(key)
    if not keys:
        raise SettingsError(f"{_VARIABLE} and {_FILE_VARIABLE} hold no key")
    return tuple(keys)


def _key_of(entry: _Entry) -> ApiKey:
    found = _ENTRY.fullmatch(entry.text)
    if not found:
        raise SettingsError(
            f"{entry.place} is not NAME:DIGEST or NAME:DIGEST:SCOPE+SCOPE, where DIGEST is the "
            "SHA-256 of a key in hexadecimal, not the key; `huibao key NAME` makes both"
        )
    if not is_name(found["name"]):
        raise SettingsError(f"{entry.place} has a name that is reserved, or the key itself")
    return ApiKey(found["name"], bytes.fromhex(found["digest"]), _scopes_of(entry, found["scopes"]))


def _scopes_of(entry: _Entry, names: str | None) -> frozenset[Scope]:
    try:
        return frozenset(Scope(name) for name in (names or Scope.SUMMARISE).split("+"))
    except ValueError:
        message = f"{entry.place} has a scope other than {', '.join(Scope)}"
        raise SettingsError(message) from None
