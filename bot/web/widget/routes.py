"""The widget's script, its frame for hosts without script, its documentation and a demo."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web.callers import Callers
from bot.web.headers import frame_policy
from bot.web.language import language_of
from bot.web.service import Service
from bot.web.widget.pages import demo_page, documentation_page, frame_page

SCRIPT = Path(__file__).with_name("widget.js").read_bytes()
FILES = StaticFiles(directory=Path(__file__).with_name("files"))
_COMPRESSED = gzip.compress(SCRIPT, mtime=0)
_ETAG = f'"{hashlib.sha256(SCRIPT).hexdigest()[:16]}"'
_SCRIPT_HEADERS = {
    "cache-control": "public, max-age=600",  # so long a host may show the version before
    "cross-origin-resource-policy": "cross-origin",
    "etag": _ETAG,
    "vary": "Accept-Encoding",
}
# As strict as a host may be: the demo shows that the widget needs no more.
_DEMO_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'"
)


def widget_routes(service: Service, callers: Callers) -> APIRouter:
    """Return the routes of the widget; only the frame is shown inside the pages of ``callers``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/widget.js")
    def script(request: Request) -> Response:
        """Return the one file that a help center loads."""
        if request.headers.get("if-none-match") == _ETAG:
            return Response(status_code=304, headers=_SCRIPT_HEADERS)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers = {**_SCRIPT_HEADERS, "content-encoding": "gzip"}
            return Response(_COMPRESSED, headers=headers, media_type="text/javascript")
        return Response(SCRIPT, headers=_SCRIPT_HEADERS, media_type="text/javascript")

    @routes.get("/widget/frame")
    def frame(request: Request) -> Response:
        """Return the widget as a page of its own, to be shown in a frame."""
        query = request.query_params
        site = callers.find(query.get("key", ""))
        key = query["key"] if site else ""
        page = frame_page(language_of(request), query.get("agreement", ""), key)
        headers = {
            "content-security-policy": frame_policy(site),
            "cross-origin-resource-policy": "cross-origin",
        }
        return HTMLResponse(page, headers=headers)

    @routes.get("/widget")
    def documentation(request: Request) -> Response:
        """Return how to put the widget into a site, with the widget beside it."""
        agreements = service.bot.index.corpus.agreements
        server = str(request.base_url).rstrip("/")
        return HTMLResponse(documentation_page(language_of(request), agreements, server))

    @routes.get("/widget/demo")
    def demo(request: Request) -> Response:
        """Return the help center of an invented company, with the widget on it."""
        headers = {"content-security-policy": _DEMO_POLICY}
        return HTMLResponse(demo_page(language_of(request)), headers=headers)

    @routes.get("/widget/files/{name}")
    async def files(name: str, request: Request) -> Response:
        """Return a style sheet or script of the pages."""
        return await FILES.get_response(name, request.scope)

    return routes
