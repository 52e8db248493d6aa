"""The whole site as one application: API, tools, widget, and the page at the root."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from bot.desk.approved import ReplyError
from bot.people.errors import PeopleError
from bot.storage import StorageError
from bot.storage.people import Keys
from bot.storage.people.clock import utc_now
from bot.storage.replies import ReplyFileError
from bot.web import refusals
from bot.web.api import api_routes
from bot.web.callers import Callers
from bot.web.description import DescribedSite
from bot.web.desk import AccessError, Desk, desk_routes
from bot.web.desk.corpus_work import WorkingError
from bot.web.desk.upload import UploadError
from bot.web.dify import dify_routes
from bot.web.docs import docs_routes
from bot.web.gate import Gate
from bot.web.guard import Guard
from bot.web.headers import SafeHeaders
from bot.web.mcp import PATH as TOOLS
from bot.web.mcp import ToolServer
from bot.web.page import page_app
from bot.web.service import Busy, Service
from bot.web.shell import FILES, Shell
from bot.web.sites import Sites
from bot.web.widget import widget_routes
from index.errors import CorpusError, QueryError, StoreError
from index.library import LibraryError


def create_site(service: Service, sites: Sites | None = None, desk: Desk | None = None) -> FastAPI:
    """Return the site over one service.

    Args:
        service: Who answers; whoever made it closes it.
        sites: Whose pages may ask from a visitor's browser, beside our own, and those that have
            a key in the database.
        desk: What support agents work with; without it the site answers visitors alone.
    """
    keys = desk.people.keys if desk else Keys(service.database.transactions, utc_now)
    callers = Callers(sites or Sites(), keys)
    page, tools = page_app(service), ToolServer(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # A mounted application is not started by itself; Gradio's queue has to be.
        try:
            async with page.router.lifespan_context(page), tools.running():
                yield
        finally:
            await run_in_threadpool(callers.close)

    site = DescribedSite(lifespan=lifespan)
    site.add_middleware(Guard)  # the last one added stands before the others
    site.add_middleware(Gate, callers=callers)
    site.add_middleware(SafeHeaders)
    site.add_exception_handler(RequestValidationError, refusals.refuse_body)
    site.add_exception_handler(QueryError, refusals.refuse_query)
    site.add_exception_handler(Busy, refusals.refuse_busy)
    site.add_exception_handler(StorageError, refusals.refuse_storage)
    site.add_exception_handler(HTTPException, refusals.refuse)
    site.add_exception_handler(AccessError, refusals.refuse_access)
    site.add_exception_handler(PeopleError, refusals.refuse_people)
    site.add_exception_handler(ReplyError, refusals.refuse_reply)
    site.add_exception_handler(ReplyFileError, refusals.refuse_reply_file)
    site.add_exception_handler(UploadError, refusals.refuse_upload)
    for refused in (CorpusError, LibraryError, StoreError, WorkingError):
        site.add_exception_handler(refused, refusals.refuse_corpus)
    site.include_router(api_routes(service))
    site.include_router(dify_routes(service, callers))
    site.include_router(widget_routes(service, callers))
    site.include_router(docs_routes())
    if desk is not None:
        site.include_router(desk_routes(desk))
    site.router.routes.append(Route(TOOLS, tools))
    site.mount("/page", StaticFiles(directory=FILES))
    site.mount("/", Shell(page))
    return site
