"""The check before the site: pages of others need a key that lists them, nobody asks too often."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace

from limits import RateLimitItem, RateLimitItemPerMinute, parse
from limits.storage import MemoryStorage, memory
from limits.strategies import FixedWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.people.client_address import network_of
from bot.people.identity import Purpose
from bot.people.passwords import KEY_PREFIX, key_purpose
from bot.web.exposure import Exposure, is_loopback
from bot.web.http import busy, problem
from bot.web.service import Surface
from bot.web.sites import BlindError, Callers, Site

_SCHEME = "bearer "


def bearer_key(headers: Headers) -> str | None:
    """Return the key of ours in ``Authorization: Bearer``; None where none stands there.

    What else stands in that header may be meant for a proxy before us.
    """
    given = headers.get("authorization", "")
    key = given[len(_SCHEME) :].strip()
    return key if given[: len(_SCHEME)].lower() == _SCHEME and key.startswith(KEY_PREFIX) else None


# The clock of the wall may be set back, and then nobody could ask until it is there again.
vars(memory)["time"] = SimpleNamespace(time=time.monotonic)


class Limits:
    """Counts the requests of every network, and those with the key of every site.

    It counts from the first one on, for as long as the limit says, and keeps one number for each.
    """

    def __init__(self, exposure: Exposure) -> None:
        """Hold each network to the limit that ``exposure`` names, if there is one."""
        self._window = FixedWindowRateLimiter(MemoryStorage())
        self._usual = parse(exposure.limit) if exposure.limit else None
        self._spares_loopback = exposure.spares_loopback

    def refuse(self, address: str, *, counts: bool) -> int:
        """Look whether a network asks too often; return 0, or in how many seconds it may again.

        ``counts`` tells whether this request is one that is limited.
        """
        if self._usual is None or not counts or (self._spares_loopback and is_loopback(address)):
            return 0
        return self._hit(self._usual, network_of(address))

    def refuse_site(self, site: Site, address: str) -> int:
        """Count one request with a key; return 0, or in how many seconds another may be made.

        The limit of the address is looked at first, so that one visitor who asks too often takes
        nothing from the others.
        """
        own = RateLimitItemPerMinute(site.per_address_per_minute)
        whole = RateLimitItemPerMinute(site.per_key_per_minute)
        return self._hit(own, site.key, network_of(address)) or self._hit(whole, site.key)

    def _hit(self, item: RateLimitItem, *names: str) -> int:
        if self._window.hit(item, *names):
            return 0
        until = self._window.get_window_stats(item, *names).reset_time
        return max(1, math.ceil(until - time.monotonic()))


KEY_HEADER = "x-clausebot-key"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FOR_ALL = frozenset({"/widget.js"})  # every site may load it; what it asks for is checked
_FOR_PROGRAMS = frozenset({"/mcp"})
_FOR_SITES = ("/api/", "/v1/")  # what a site's pages may ask for; the page and the rest are our own
_FOR_US = "/api/desk/"
_SEARCH = "/api/search"  # read, and yet as dear as a question
_BLIND_SECONDS = 5  # after which the keys may be known
_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": f"content-type, {KEY_HEADER}",
    "access-control-max-age": "600",
}


def site_of(request: HTTPConnection) -> Site | None:
    """Return the site or program that a request is from; None for our own, and for nobody."""
    site: Site | None = getattr(request.state, "site", None)
    return site


def asked_on(request: HTTPConnection, usual: Surface) -> tuple[Surface, str]:
    """Return where something was asked, and the name of whose key came with it.

    Programs and our own pages ask on the ``usual`` surface.
    """
    site = site_of(request)
    if site is None:
        return usual, ""
    return usual if site.is_program else Surface.WIDGET, site.name


class KeyCheck:
    """Wraps an application; see the module."""

    def __init__(self, app: ASGIApp, callers: Callers, exposure: Exposure) -> None:
        self.app = app
        self._callers = callers
        self._limits = Limits(exposure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            refusal, reader = await self._judge(scope)
        except BlindError as error:
            refusal, reader = busy(str(error), _BLIND_SECONDS, code="storage"), ""
        answer = self.app if refusal is None else refusal
        await answer(scope, receive, _allowing(reader, send))

    async def _judge(self, scope: Scope) -> tuple[Response | None, str]:
        """Return what refuses a request, if it is, and the foreign origin that may read on."""
        headers, path = Headers(scope=scope), scope["path"]
        key = _key_of(headers, path)
        site = None if key is None else await self._find(key)
        scope.setdefault("state", {})["site"] = site
        if not _is_foreign(scope, headers):
            if site is None and key is not None:
                return _unknown(key, is_bearer=KEY_HEADER not in headers), ""
            return self._slow_down(site, scope), ""
        if path in _FOR_ALL:
            return None, "*"
        return await self._judge_foreign(scope, headers.get("origin"), site)

    async def _judge_foreign(
        self, scope: Scope, origin: str | None, site: Site | None
    ) -> tuple[Response | None, str]:
        if _is_public(scope["path"]):
            if scope["method"] == "OPTIONS":  # a browser asks before it sends the key
                if origin is not None and await run_in_threadpool(self._callers.may_ask, origin):
                    return Response(status_code=204, headers=_PREFLIGHT), origin
            elif _may_ask(site, origin):
                return self._slow_down(site, scope), origin or ""
        return _stranger(), ""

    async def _find(self, key: str) -> Site | None:
        if key_purpose(key) is None:  # none of the database's, so that nothing is waited for
            return self._callers.find(key)
        return await run_in_threadpool(self._callers.find, key)

    def _slow_down(self, site: Site | None, scope: Scope) -> Response | None:
        client = scope.get("client")
        address = client[0] if client else ""
        counts = scope["method"] not in _READING or scope["path"] == _SEARCH
        seconds = self._limits.refuse(address, counts=counts)
        if not seconds and site is not None and not site.is_program:
            seconds = self._limits.refuse_site(site, address)
        if not seconds:
            return None
        words = f"Too many questions from your network. Ask again in {seconds} s."
        return busy(words, seconds, status=429, code="busy")


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    """Tell whether a request is from a page of another site, as far as a browser says."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site == "same-origin":
        return False
    origin = headers.get("origin")
    if origin is not None:
        return origin != f"{scope['scheme']}://{headers.get('host', '')}"
    return fetch_site in ("cross-site", "same-site") and scope["method"] not in _READING


def _may_ask(site: Site | None, origin: str | None) -> bool:
    """Tell whether a page of an origin, None where a browser hides it, may ask with this key."""
    if site is None or site.is_program:
        return False
    return origin is None or origin in site.origins


def _key_of(headers: Headers, path: str) -> str | None:
    """Return the key that a request sends; None for none that is the gate's to look at."""
    if KEY_HEADER in headers:
        return headers[KEY_HEADER]
    return bearer_key(headers) if _is_public(path) or path in _FOR_PROGRAMS else None


def _is_public(path: str) -> bool:
    """Tell whether pages of other sites may ask for a path; at the desk they may not."""
    return path.startswith(_FOR_SITES) and not path.startswith(_FOR_US)


def _unknown(key: str, *, is_bearer: bool) -> Response:
    if is_bearer or key_purpose(key) in (Purpose.PROGRAM, Purpose.AGENT):
        words = "The key is unknown or revoked. Ask an admin of the desk for another, or send none."
        return problem(401, words, {"www-authenticate": "Bearer"}, code="key")
    return problem(403, "The key is unknown or revoked. Ask whoever runs this site for another.")


def _stranger() -> Response:
    return problem(
        403,
        "This origin may not ask here. Send the header X-ClauseBot-Key with the key of a site "
        "that lists it; an admin makes one at the desk, or adds the site to CLAUSEBOT_SITES.",
    )


def _allowing(origin: str, send: Send) -> Send:
    """Return what sends an answer with word of who may read it."""

    async def send_allowing(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), (b"vary", b"Origin")]
            if origin:
                headers += [
                    (b"access-control-allow-origin", origin.encode("latin-1")),
                    (b"access-control-expose-headers", b"Retry-After"),
                ]
            message["headers"] = headers
        await send(message)

    return send_allowing
