"""Every route of the desk: one file for each group."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.desk.desk import Desk
from bot.web.desk.pages import page_routes
from bot.web.desk.session import session_routes


def desk_routes(desk: Desk) -> APIRouter:
    """Return the routes of the desk: the API for pages and programs, and the pages."""
    described = APIRouter(tags=["desk"])
    for group in (session_routes,):
        described.include_router(group(desk))
    routes = APIRouter()
    routes.include_router(described)
    routes.include_router(page_routes())
    return routes
