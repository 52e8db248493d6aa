"""The whole site as one application: API and its description, tools, widget, desk, and the page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.desk.shell.desk import Desk
from bot.desk.shell.opening import desk_routes
from bot.people.store.keys import Keys
from bot.storage.tables import utc_now
from bot.web.api import api_routes
from bot.web.dify import dify_routes
from bot.web.error_responses import REFUSALS
from bot.web.exposure import Exposure, HostCheck
from bot.web.http import ProblemObject
from bot.web.key_check import KeyCheck
from bot.web.mcp import PATH as TOOLS
from bot.web.mcp import ToolServer
from bot.web.middleware import BodyLimit, SafeHeaders
from bot.web.openai import OpenAIErrors, openai_routes
from bot.web.page.page import page_app
from bot.web.page.page_routes import FILES, RouteWhitelist
from bot.web.readiness import Readiness
from bot.web.service import Service
from bot.web.sites import Callers, KeptKeys, Sites
from bot.web.widget.widget_routes import widget_routes
from bot.words.templates import render

_ABOUT = """Ask terms-of-service agreements in Chinese or English. Every answer cites the clauses
that decide the question, word for word; where the agreements do not decide it, it says so.

Errors are `application/problem+json` (RFC 9457) and say what to do. A full queue answers 503 at
once, with `Retry-After`. A browser on another site sends the public key of its site as
`X-ClauseBot-Key`; programs and our own pages need none. A program that has a key of its own sends
it as `Authorization: Bearer`, and its questions are counted under its name."""
_TAGS = [
    {"name": "ask", "description": "Questions and their answers."},
    {"name": "read", "description": "What the answers rest on."},
    {"name": "answers", "description": "Answers that were given, verified again."},
    {"name": "feedback", "description": "What askers think of answers."},
    {"name": "desk", "description": "For support agents, and for their programs with a key."},
    {"name": "openai", "description": "The same for clients of OpenAI's API."},
    {"name": "dify", "description": "External knowledge for a flow built in Dify."},
    {"name": "status", "description": "For whoever runs this."},
]


class DescribedSite(FastAPI):
    """An application whose description names the form of every error once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            title="ClauseBot",
            version="1",
            description=_ABOUT,
            openapi_tags=_TAGS,
            docs_url=None,
            redoc_url=None,
            **options,
        )

    def openapi(self) -> dict[str, Any]:
        """Return the description, with the form of the errors that the routes refer to."""
        if not self.openapi_schema:
            described = super().openapi()
            schemas = described["components"]["schemas"]
            schemas[ProblemObject.__name__] = ProblemObject.model_json_schema()
            for schema in schemas.values():
                _describe_fields(schema)
            for path in described["paths"].values():
                for operation in path.values():
                    # What a route does in one sentence says more than its function's name.
                    operation["summary"] = operation.pop("description").rstrip(".")
        return super().openapi()


def _describe_fields(schema: dict[str, Any]) -> None:
    """Say of each field of a value what the value's docstring says of that attribute."""
    about, _, attributes = schema.get("description", "").partition("\n\nAttributes:\n")
    if attributes:
        schema["description"] = about
    for name, words in _ATTRIBUTE.findall(attributes):
        if name in schema["properties"]:
            schema["properties"][name]["description"] = " ".join(words.split())


_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)


def docs_routes() -> APIRouter:
    """Return the page and the files that it loads."""
    # The package is only the bundle of files; nothing of it is imported.
    files = StaticFiles(packages=[("fastapi_offline", "static")])
    routes = APIRouter(routes=[Mount("/docs/files", files)])

    @routes.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        """Show how to begin, and every route, what it takes and gives; let it be tried."""
        server = str(request.base_url).rstrip("/")  # whose address stands in the snippets
        return HTMLResponse(render("web/page/templates/docs.html", server=server))

    return routes


def create_site(
    service: Service,
    sites: Sites | None = None,
    desk: Desk | None = None,
    exposure: Exposure | None = None,
) -> FastAPI:
    """Return the site over one service, which whoever made it closes.

    Pages of ``sites`` may ask from a visitor's browser, beside our own and those that have a key in
    the database. Without a desk for support agents it answers visitors alone, and without
    ``exposure`` it is open to whoever reaches it.
    """
    exposure = exposure or Exposure()
    keys = desk.people.keys if desk else Keys(service.database.transactions, utc_now)
    kept = KeptKeys(keys)
    callers = Callers(sites or Sites(), kept)
    (page, sessions), tools = page_app(service), ToolServer(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # A mounted application is not started by itself; Gradio's queue has to be.
        try:
            async with page.router.lifespan_context(page), tools.running():
                yield
        finally:
            await run_in_threadpool(kept.close)

    site = DescribedSite(lifespan=lifespan)
    site.add_middleware(BodyLimit)  # the last one added stands before the others
    site.add_middleware(KeyCheck, callers=callers, exposure=exposure)
    if exposure.hosts is not None:
        site.add_middleware(HostCheck, hosts=exposure.hosts)
    site.add_middleware(OpenAIErrors)
    site.add_middleware(SafeHeaders)
    for kind, refusal in REFUSALS.items():
        site.add_exception_handler(kind, refusal)
    readiness = Readiness(service, lambda: desk.reloader.trouble if desk else "")
    site.include_router(api_routes(service, readiness, exposure))
    site.include_router(openai_routes(service))
    site.include_router(dify_routes(service, callers))
    site.include_router(widget_routes(service, callers))
    site.include_router(docs_routes())
    if desk is not None:
        site.include_router(desk_routes(desk))
    site.router.routes.append(Route(TOOLS, tools))
    site.mount("/page", StaticFiles(directory=FILES))
    site.mount("/", RouteWhitelist(page, sessions))
    return site
