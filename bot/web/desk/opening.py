"""The desk put together."""

from __future__ import annotations

from bot.storage.gaps import Gaps
from bot.storage.people import open_people
from bot.storage.replies import Replies
from bot.web.desk.corpus_work import tell_recovered
from bot.web.desk.desk import Desk
from bot.web.desk.review import take_index, turn_pending, warm_shelf
from bot.web.queue import Queue
from bot.web.service import Service
from index.builder import Takeover
from index.library import Library

_AT_ONCE, _WAITING = 2, 32  # sign-ins that are looked at, and those that wait; each takes 0.1 s


def open_desk(service: Service, library: Library) -> Desk:
    """Return the desk over one service, its database and the agreements that it answers from.

    A new index is taken over by the desk's ``takeover``, which is looked at after a publication;
    started, it looks by itself, so that what another program builds is taken over too. Where the
    database is away now, whoever opens it later calls ``catch_up``.
    """
    database, index = service.database, service.bot.index
    takeover = Takeover(library.index, index, index.embedder, lambda found: take_index(desk, found))
    desk = Desk(
        service,
        open_people(database),
        Replies(database),
        Gaps(database),
        library,
        Queue(_AT_ONCE, _WAITING, "sign-ins"),
        takeover,
    )
    if database.transactions.is_open:
        catch_up(desk)
    return desk


def catch_up(desk: Desk) -> None:
    """Bring the database up to what was done without it, such as before a program was killed."""
    turn_pending(desk)
    warm_shelf(desk)
    tell_recovered(desk)
