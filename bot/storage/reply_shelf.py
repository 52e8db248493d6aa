"""The shelf of approved replies in memory, read anew when another program kept one as well."""

from __future__ import annotations

import threading

from sqlalchemy import select

from bot.desk.approved import State
from bot.desk.shelf import Shelf
from bot.storage.reply_table import from_row, replies, select_replies
from bot.storage.transactions import Transactions
from index.clause_index import ClauseIndex


class ReplyShelf:
    """Keeps the shelf that was read last; for several threads at once."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._lock = threading.Lock()
        self._shelf: Shelf | None = None
        # Of what is on the shelf. A count would not do: one reply may go as another comes.
        self._stamp: frozenset[tuple[str, int]] | None = None

    def of_now(self, index: ClauseIndex) -> Shelf:
        """Return the shelf with every reply that is approved, for the model of an index.

        Each call asks the database for the ids, so ask once for all questions of a draft.
        """
        is_approved = replies.c.state == str(State.APPROVED)
        stamp = select(replies.c.id, replies.c.revision).where(is_approved)
        with self._transactions.reading() as connection:
            now = frozenset((row.id, row.revision) for row in connection.execute(stamp))
        with self._lock:
            model = index.embedder.fingerprint
            if self._shelf is None or self._stamp != now or self._shelf.model != model:
                approved = select_replies().where(is_approved)
                found = [from_row(row) for row in self._transactions.rows(approved)]
                found.sort(key=lambda reply: (reply.history[-1].at, reply.reply_id), reverse=True)
                self._shelf = Shelf(found, index.embedder, self._shelf)
                self._stamp = now
            return self._shelf
