"""The pages of the desk: the same frame for each, without data; a script asks the API for that."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web.http import LANGUAGES, language_of, problem
from bot.words.catalogue import read_words
from bot.words.templates import render

_BOT = Path(__file__).parents[2]
_ROOMS = ("desk/shell", "desk/ticket", "desk/replies", "desk/gaps", "desk/agreements", "people")
PLACES = tuple(_BOT / room / "page" for room in _ROOMS)
PAGES = {  # path below /desk, and the script of the page
    "": "ticket",
    "sign-in": "sign_in",
    "replies": "replies",
    "gaps": "gaps",
    "corpus": "corpus",
    "people": "people",
    "trail": "trail",
    "account": "account",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


class _RoomFiles(StaticFiles):
    """Scripts and styles of every room of the desk under one address."""

    def get_directories(self, *_: object) -> list[Any]:
        return list(PLACES)


def page_routes() -> APIRouter:
    """Return the routes of the pages and of what they load."""
    routes = APIRouter(include_in_schema=False)
    kept = _RoomFiles(directory=PLACES[0])

    @routes.get("/desk")
    @routes.get("/desk/{name}")
    def page(request: Request, name: str = "") -> Response:
        """Return a page; whoever is not signed in sees no more than its frame."""
        if name not in PAGES:
            return problem(404, "There is no such page.")
        headers = {"content-security-policy": _POLICY, "cache-control": "no-store"}
        return HTMLResponse(render_page(name, language_of(request)), headers=headers)

    @routes.get("/desk/files/{name}")
    async def files(name: str, request: Request) -> Response:
        """Return a style sheet or a script."""
        response = await kept.get_response(name, request.scope)
        response.headers["cache-control"] = "no-cache"  # asked for again, mostly unchanged
        return response

    return routes


@cache
def render_page(name: str, language: str) -> str:
    """Return a page of the desk, one of ``PAGES``."""
    return render(
        "desk/shell/page/page.html",
        path=f"/desk/{name}".rstrip("/"),
        script=PAGES[name],
        languages=LANGUAGES,
        language=language,
        words=read_words(language, "desk_"),
    )
