"""How often a caller may ask for summaries, counted for each key or address."""

from __future__ import annotations

import ipaddress
import logging
import time

from flask import Flask, Response, current_app, g, request
from flask_limiter import ApplicationLimit, Limiter, RequestLimit
from limits import RateLimitItem, parse_many
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from werkzeug.exceptions import TooManyRequests

from service.access.authentication import ANONYMOUS
from service.settings import PREFIX, Settings, SettingsError

logger = logging.getLogger(__name__)

_EXTENSION = "rate_limits"
_MEMORY = "memory://"
_SCHEMES = ("redis://", "rediss://", "redis+unix://")
_NETWORK_BITS = 64
"""The IPv6 addresses that one customer of a network has at will."""
# A store that does not answer must not keep requests waiting; it is close by, or of no use.
_STORAGE_OPTIONS: dict[str, float | bool] = {
    "wrap_exceptions": True,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
}


class OversizedRequestError(Exception):
    """A request costs more than the limit allows in a whole window: waiting does not help."""


def require_usable(settings: Settings) -> None:
    """Check limits and their storage, without connecting to it.

    Raises:
        SettingsError: if they cannot be used; an address, which may hold a password, is
            never told.
    """
    if settings.rate_limit:
        _parsed(settings.rate_limit)
        _require_storage(settings.rate_limit_storage)


class RateLimits:
    """Counts the requests of an application; those over the limit get a 429.

    A window begins with a caller's first request and ends after its length, when all of the
    limit is there again: who waits as long as ``RateLimit-Reset`` says is served, and a
    caller takes a few bytes, not some for each request. The price is that twice the limit
    can pass within one length, around the end of a window.

    While the storage is away each process counts in its own memory.

    Args:
        app: the application; what sets ``g.client`` must be registered before.
        settings: the limits and where to count.

    Raises:
        SettingsError: if they cannot be used.
    """

    def __init__(self, app: Flask, settings: Settings) -> None:
        require_usable(settings)
        self._limiter = Limiter(
            _caller,
            app=app,
            application_limits=[ApplicationLimit(settings.rate_limit, exempt_when=_is_free)],
            strategy="fixed-window",
            storage_uri=settings.rate_limit_storage,
            storage_options=_STORAGE_OPTIONS,  # type: ignore[arg-type]
            headers_enabled=False,  # its headers hold points in time; the standard has seconds
            in_memory_fallback_enabled=settings.rate_limit_storage != _MEMORY,
            # Of threads that lose the storage at once only one is taken to the fallback.
            swallow_errors=True,
        )
        app.after_request(self._add_headers)

    def charge(self, cost: int) -> None:
        """Make the current request cost ``cost``, of which 1 is paid.

        Raises:
            OversizedRequestError: if no window has room for it.
            TooManyRequests: if this one has not.
        """
        limits = self._limiter.current_limits
        if any(cost > limit.limit.amount for limit in limits):
            raise OversizedRequestError
        try:
            # Tested first, for a refused hit counts as well.
            self._apply(limits, cost - 1, test=True)
            self._apply(limits, cost - 1, test=False)
        except StorageError:
            logger.warning("the rate limit storage is away; a request is not fully counted")

    def _apply(self, limits: list[RequestLimit], cost: int, test: bool) -> None:
        method = self._limiter.limiter.test if test else self._limiter.limiter.hit
        for limit in limits:
            limit.breached = not method(limit.limit, *limit.request_args, cost=cost)
        if any(limit.breached for limit in limits):
            raise TooManyRequests

    def _add_headers(self, response: Response) -> Response:
        limits = self._limiter.current_limits
        if not limits:
            return response
        try:
            limit = max(limits, key=_tightness)
            remaining, reset = limit.remaining, _seconds_left(limit)
        except StorageError:
            logger.warning("the rate limit storage is away; an answer does not tell the limit")
            return response
        response.headers["RateLimit-Limit"] = str(limit.limit.amount)
        response.headers["RateLimit-Remaining"] = str(remaining)
        response.headers["RateLimit-Reset"] = str(reset)
        if limit.breached:
            response.headers["Retry-After"] = str(reset)
        return response


def limit_rates(app: Flask, settings: Settings) -> None:
    """Limit how often callers may ask, if the settings say so.

    Raises:
        SettingsError: if they cannot be used.
    """
    app.extensions[_EXTENSION] = RateLimits(app, settings) if settings.rate_limit else None


def charge(cost: int) -> None:
    """Make the current request cost as many as ``cost`` texts.

    Raises:
        OversizedRequestError: if that is more than the limit ever allows at once.
        TooManyRequests: if it is more than is left.
    """
    limits: RateLimits | None = current_app.extensions[_EXTENSION]
    if limits is not None and cost > 1:
        limits.charge(cost)


def _is_free() -> bool:
    """Whether the current request is no request for a summary."""
    rule = request.url_rule.rule if request.url_rule else ""
    return request.method != "POST" or not rule.startswith("/v1/")


def _caller() -> str:
    """Who is counted: a key by its name, anyone else by the address of the connection."""
    client: str = g.client
    return f"address {_network(request.remote_addr)}" if client == ANONYMOUS else f"key {client}"


def _network(address: str | None) -> str:
    """The address, or of IPv6 the network that belongs to one caller."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), _NETWORK_BITS), strict=False))


def _tightness(limit: RequestLimit) -> tuple[bool, int, int]:
    """Orders limits: the one that a caller must heed most comes last."""
    return limit.breached, limit.reset_at if limit.breached else 0, -limit.remaining


def _seconds_left(limit: RequestLimit) -> int:
    """Whole seconds until all of the limit is there again; rounded up, as redis rounds down."""
    return max(1, min(limit.reset_at - int(time.time()), limit.limit.get_expiry()))


def _parsed(text: str) -> list[RateLimitItem]:
    try:
        limits = parse_many(text)
    except ValueError:
        limits = []
    if not limits or any(limit.amount < 1 for limit in limits):
        raise SettingsError(
            f"{PREFIX}RATE_LIMIT must be such as 60/minute or 10/second;1000/hour, not {text!r}"
        )
    return limits


def _require_storage(address: str) -> None:
    name = f"{PREFIX}RATE_LIMIT_STORAGE"
    if address == _MEMORY:
        return
    if not address.startswith(_SCHEMES):
        raise SettingsError(f"{name} must be {_MEMORY} or begin with {', '.join(_SCHEMES)}")
    try:
        storage_from_string(address)
    except ConfigurationError:
        raise SettingsError(f"{name} needs the redis client: install huibao[redis]") from None
    except ValueError:
        raise SettingsError(f"{name} is not the address of a redis server") from None
