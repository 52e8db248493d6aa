"""The gate for browsers of other sites: a key that lists their origin, and not too often.

A request without an ``Origin``, or from our own pages, needs no key. Which site a request is
from stands in ``request.state.site``, which is None for our own.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.limits import Limits
from bot.web.problem import busy, problem
from bot.web.sites import Site, Sites

KEY_HEADER = "x-clausebot-key"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FOR_ALL = frozenset({"/widget.js"})  # every site may load it; what it asks for is checked
_FOR_SITES = "/api/"  # what a site's pages may ask for; the page and the rest are our own
_FOR_US = "/api/desk/"
_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": f"content-type, {KEY_HEADER}",
    "access-control-max-age": "600",
}


def site_of(request: HTTPConnection) -> Site | None:
    """Return the site that a request is from; None for our own pages and for programs."""
    site: Site | None = getattr(request.state, "site", None)
    return site


class Gate:
    """Wraps an application; see the module."""

    def __init__(self, app: ASGIApp, sites: Sites) -> None:
        """Stand before ``app`` and let ``sites`` through."""
        self.app = app
        self._sites = sites
        self._limits = Limits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal, reader = self._judge(scope)
        answer = self.app if refusal is None else refusal
        await answer(scope, receive, _allowing(reader, send))

    def _judge(self, scope: Scope) -> tuple[Response | None, str]:
        """Return what refuses a request, if it is, and the foreign origin that may read on."""
        headers, path = Headers(scope=scope), scope["path"]
        site = self._sites.find(headers.get(KEY_HEADER, ""))
        scope.setdefault("state", {})["site"] = site
        if not _is_foreign(scope, headers):
            if site is None and KEY_HEADER in headers:
                return problem(403, "The key is unknown. Ask whoever runs this site for one."), ""
            return self._slow_down(site, scope), ""
        if path in _FOR_ALL:
            return None, "*"
        origin = headers.get("origin")
        if path.startswith(_FOR_SITES) and not path.startswith(_FOR_US):
            if scope["method"] == "OPTIONS":  # a browser asks before it sends the key
                if origin is not None and self._sites.may_ask(origin):
                    return Response(status_code=204, headers=_PREFLIGHT), origin
            elif site is not None and (origin is None or origin in site.origins):
                return self._slow_down(site, scope), origin or ""
        return _stranger(), ""

    def _slow_down(self, site: Site | None, scope: Scope) -> Response | None:
        if site is None:
            return None
        client = scope.get("client")
        seconds = self._limits.refuse(site, client[0] if client else "")
        if not seconds:
            return None
        return busy(f"Too many questions. Ask again in {seconds} s.", seconds, status=429)


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    """Tell whether a request is from a page of another site, as far as a browser says."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site == "same-origin":
        return False
    origin = headers.get("origin")
    if origin is not None:
        return origin != f"{scope['scheme']}://{headers.get('host', '')}"
    return fetch_site in ("cross-site", "same-site") and scope["method"] not in _READING


def _stranger() -> Response:
    return problem(
        403,
        "This origin may not ask here. Send the header X-ClauseBot-Key with the key of a site "
        "that lists it; whoever runs this server adds sites to the file CLAUSEBOT_SITES.",
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
