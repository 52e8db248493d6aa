"""The desk put together: what it works with, and every route of it."""

from __future__ import annotations

from fastapi import APIRouter

from bot.desk.agreements.api import corpus_routes
from bot.desk.agreements.library import Library
from bot.desk.agreements.work import log_recovered
from bot.desk.gaps.api import gap_routes
from bot.desk.gaps.store import Gaps
from bot.desk.replies.api import reply_routes
from bot.desk.replies.pending import reload_index, turn_pending, warm_matcher
from bot.desk.replies.store import Replies
from bot.desk.shell.desk import Desk
from bot.desk.shell.pages import page_routes
from bot.desk.ticket.api import draft_routes
from bot.people.api.audit_log_routes import audit_routes
from bot.people.api.people_routes import keys_routes, people_routes
from bot.people.api.second_factor_routes import second_factor_routes
from bot.people.api.session_routes import session_routes, sessions_routes
from bot.people.second_factor import Seal
from bot.people.store.people import open_people
from bot.web.service import Queue, Service
from index.builder import IndexReloader

_AT_ONCE, _WAITING = 2, 32  # sign-ins that are looked at, and those that wait; each takes 0.1 s


def open_desk(service: Service, library: Library, seal: Seal) -> Desk:
    """Return the desk over one service, its database and the agreements that it answers from.

    ``seal`` keeps the secrets of two-factor sign-in.

    A new index is taken over by the desk's ``reloader``, which is looked at after a publication;
    started, it looks by itself, so that what another program builds is taken over too. Where the
    database is away now, whoever opens it later calls ``catch_up``.
    """
    database, index = service.database, service.bot.index
    reloader = IndexReloader(
        library.index, index, index.embedder, lambda found: reload_index(desk, found)
    )
    desk = Desk(
        service,
        open_people(database, seal=seal),
        Replies(database),
        Gaps(database),
        library,
        Queue(_AT_ONCE, _WAITING, "sign-ins"),
        reloader,
    )
    if database.transactions.is_open:
        catch_up(desk)
    return desk


def catch_up(desk: Desk) -> None:
    """Bring the database up to what was done without it, such as before a program was killed."""
    turn_pending(desk)
    warm_matcher(desk)
    log_recovered(desk)


def desk_routes(desk: Desk) -> APIRouter:
    """Return the routes of the desk: the API for pages and programs, and the pages."""
    described = APIRouter(tags=["desk"])
    for group in (
        session_routes,
        draft_routes,
        reply_routes,
        gap_routes,
        people_routes,
        second_factor_routes,
        sessions_routes,
        keys_routes,
        audit_routes,
        corpus_routes,
    ):
        described.include_router(group(desk))
    routes = APIRouter()
    routes.include_router(described)
    routes.include_router(page_routes())
    return routes
