"""Every route of the desk: one file for each group."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.desk.corpus import corpus_routes
from bot.web.desk.desk import Desk
from bot.web.desk.drafts import draft_routes
from bot.web.desk.gaps import gap_routes
from bot.web.desk.keys import keys_routes
from bot.web.desk.pages import page_routes
from bot.web.desk.people import people_routes
from bot.web.desk.replies import reply_routes
from bot.web.desk.session import session_routes
from bot.web.desk.sessions import sessions_routes
from bot.web.desk.trail import trail_routes


def desk_routes(desk: Desk) -> APIRouter:
    """Return the routes of the desk: the API for pages and programs, and the pages."""
    described = APIRouter(tags=["desk"])
    for group in (
        session_routes,
        draft_routes,
        reply_routes,
        gap_routes,
        people_routes,
        sessions_routes,
        keys_routes,
        trail_routes,
        corpus_routes,
    ):
        described.include_router(group(desk))
    routes = APIRouter()
    routes.include_router(described)
    routes.include_router(page_routes())
    return routes
