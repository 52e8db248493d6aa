"""The pages of the desk: the same frame for each, without data; a script asks the API for that."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web.http import LANGUAGES, language_of, problem
from bot.words.html import escape

_BOT = Path(__file__).parents[2]
_ROOMS = ("desk/shell", "desk/ticket", "desk/replies", "desk/gaps", "desk/agreements", "people")
PLACES = tuple(_BOT / room / "page" for room in _ROOMS)
WORDS = sorted((_BOT / "words").glob("desk_*.toml"))
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


def render_page(name: str, language: str) -> str:
    """Return a page of the desk.

    Args:
        name: One of ``PAGES``.
        language: ``zh`` or ``en``.
    """
    words = read_words(language)
    script = PAGES[name]
    title = escape(words[f"title_{script}"])
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    path = "/desk" + (f"/{name}" if name else "")
    chosen = ' aria-current="true"'
    switch = "".join(
        f'<a href="{path}?lang={code}" lang="{code}" hreflang="{code}" data-lang="{code}"'
        f"{chosen if code == language else ''}>{known}</a>"
        for code, known in LANGUAGES.items()
    )
    return _template().substitute(
        {name: escape(words[name]) for name in ("skip", "desk_name", "language_label", "no_script")}
        | {"language": language, "title": title, "words": data, "script": script, "switch": switch}
    )


@cache
def read_words(language: str) -> Mapping[str, str]:
    """Return every word of the pages in one language, by key."""
    words: dict[str, str] = {}
    for path in WORDS:
        for key, entry in tomllib.loads(path.read_text("utf-8")).items():
            if key in words:
                raise ValueError(f"{path}: the key {key!r} stands in another file already")
            words[key] = entry[language]
    return words


@cache
def _template() -> Template:
    return Template((PLACES[0] / "page.html").read_text("utf-8"))
