"""The desk put together."""

from __future__ import annotations

from bot.storage.gaps import Gaps
from bot.storage.people import open_people
from bot.storage.replies import Replies
from bot.web.desk.corpus_work import tell_recovered
from bot.web.desk.desk import Desk
from bot.web.desk.review import take_index, turn_pending
from bot.web.service import Service
from index.library import Library
from index.live import Takeover


def open_desk(service: Service, library: Library) -> Desk:
    """Return the desk over one service, its database and the agreements that it answers from.

    A new index is taken over by the desk's ``takeover``, which is looked at after a publication;
    started, it looks by itself, so that what another program builds is taken over too. The trail
    is told what the library has recovered.
    """
    database, index = service.database, service.bot.index
    takeover = Takeover(library.index, index, index.embedder, lambda found: take_index(desk, found))
    desk = Desk(
        service,
        open_people(database),
        Replies(database),
        Gaps(database),
        library,
        takeover,
    )
    turn_pending(desk)  # what changed while nothing ran
    tell_recovered(desk)
    return desk
