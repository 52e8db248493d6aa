"""The whole site as one application: API, the page's files, and the page at the root."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from bot.bot import Bot
from bot.web.api import api_routes, refuse_agreement, refuse_body
from bot.web.guard import Guard
from bot.web.page import page_app
from bot.web.problem import problem
from bot.web.shell import FILES, Shell
from index.errors import QueryError


def create_site(bot: Bot) -> FastAPI:
    """Return the site over one bot."""
    page = page_app(bot)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # A mounted application is not started by itself; Gradio's queue has to be.
        async with page.router.lifespan_context(page):
            yield

    site = FastAPI(title="ClauseBot", lifespan=lifespan, docs_url=None, redoc_url=None)
    site.add_middleware(Guard)
    site.add_exception_handler(RequestValidationError, refuse_body)
    site.add_exception_handler(QueryError, refuse_agreement)
    site.add_exception_handler(HTTPException, _refuse)
    site.include_router(api_routes(bot))
    site.mount("/page", StaticFiles(directory=FILES))
    site.mount("/", Shell(page))
    return site


def _refuse(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, str(error.detail))
