"""The widget's script, its frame for hosts without script, its documentation and a demo."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web.http import LANGUAGES, language_of
from bot.web.middleware import frame_policy
from bot.web.service import Service
from bot.web.sites import Callers
from bot.words.catalogue import read_words
from bot.words.templates import render
from index.files import checksum

_WORDS = {language: read_words(language, "asking", "widget") for language in LANGUAGES}
# Indentation and comments of a line stay at home: they are a fifteenth of what a visitor loads.
_SCRIPT = re.sub(
    r"\n +(?:/\*\*[^*]*\*/)?", "\n", Path(__file__).with_name("widget.js").read_text("utf-8")
)
SCRIPT = _SCRIPT.replace("/* words */ {}", json.dumps(_WORDS, ensure_ascii=False), 1).encode()
FILES = StaticFiles(directory=Path(__file__).with_name("files"))
_COMPRESSED = gzip.compress(SCRIPT, mtime=0)
_ETAG = f'"{checksum(SCRIPT)[:16]}"'
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
        query, language = request.query_params, language_of(request)
        site = callers.find(query.get("key", ""))
        key = query["key"] if site else ""
        given = {"lang": language, "agreement": query.get("agreement", ""), "key": key}
        page = render("web/widget/templates/frame.html", language=language, given=given)
        headers = {
            "content-security-policy": frame_policy(site),
            "cross-origin-resource-policy": "cross-origin",
        }
        return HTMLResponse(page, headers=headers)

    @routes.get("/widget")
    def documentation(request: Request) -> Response:
        """Return how to put the widget into a site, with the widget beside it."""
        agreements = service.bot.index.corpus.agreements
        page = render(
            f"web/widget/templates/documentation.{language_of(request)}.html",
            server=str(request.base_url).rstrip("/"),  # whose address stands in the snippets
            agreements=agreements,
            agreement=agreements[0].id if agreements else "",
        )
        return HTMLResponse(page)

    @routes.get("/widget/demo")
    def demo(request: Request) -> Response:
        """Return the help center of an invented company, with the widget on it."""
        headers = {"content-security-policy": _DEMO_POLICY}
        page = render(f"web/widget/templates/demo.{language_of(request)}.html")
        return HTMLResponse(page, headers=headers)

    @routes.get("/widget/files/{name}")
    async def files(name: str, request: Request) -> Response:
        """Return a style sheet or script of the pages."""
        return await FILES.get_response(name, request.scope)

    return routes
