"""Every reply as it was read last: one takes a millisecond, so only what changed is read again."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from sqlalchemy import select

from bot.desk.approved import Approved
from bot.storage.readable import readable
from bot.storage.reply_table import from_row, replies
from bot.storage.transactions import Transactions
from index.text import normalise

_AT_ONCE = 500  # rows asked for by their ids


class ReplyCache:
    """Keeps the replies of a database in memory; for several threads at once."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._lock = threading.Lock()
        self._revisions: dict[str, int] = {}  # of those that cannot be read as well
        self._replies: dict[str, Approved] = {}
        self._words: dict[str, tuple[Approved, str]] = {}
        self._newest_first: tuple[Approved, ...] = ()

    def all(self) -> tuple[Approved, ...]:
        """Return every reply of this moment, the newest step first; the same if none changed.

        Rows that cannot be read are left out, and told in the log.

        Raises:
            StorageError: The database cannot be read.
        """
        with self._transactions.reading() as connection:
            stamps = select(replies.c.id, replies.c.revision)
            now = {row[0]: row[1] for row in connection.execute(stamps)}
        with self._lock:
            if now != self._revisions:
                self._read(now)
            return self._newest_first

    def words(self, reply: Approved) -> str:
        """Return what a reply is found by, as the search reads it."""
        known = self._words.get(reply.reply_id)
        if known is None or known[0] is not reply:
            known = self._words[reply.reply_id] = reply, _words(reply)
        return known[1]

    def forget(self, reply_id: str) -> None:
        """Read a reply again: it was written without a step."""
        with self._lock:
            self._revisions.pop(reply_id, None)

    def _read(self, now: dict[str, int]) -> None:
        for gone in self._revisions.keys() - now.keys():
            del self._revisions[gone]
            self._words.pop(gone, None)
            self._replies.pop(gone, None)
        changed = [name for name, revision in now.items() if self._revisions.get(name) != revision]
        for at in range(0, len(changed), _AT_ONCE):
            self._fetch(changed[at : at + _AT_ONCE])
        self._newest_first = tuple(
            sorted(
                self._replies.values(),
                key=lambda reply: (reply.history[-1].at, reply.reply_id),
                reverse=True,
            )
        )

    def _fetch(self, ids: Sequence[str]) -> None:
        with self._transactions.reading() as connection:
            found = connection.execute(select(replies).where(replies.c.id.in_(ids))).all()
        for name in ids:
            self._replies.pop(name, None)
        self._revisions.update((row.id, row.revision) for row in found)
        self._replies.update(
            (reply.reply_id, reply) for _, reply in readable("replies", found, from_row)
        )


def _words(reply: Approved) -> str:
    content = reply.content
    cited = (f"{cited.clause_id} {cited.label} {cited.quote}" for cited in content.citations)
    return normalise("\n".join((content.text, *content.questions, *cited, reply.approved_by)))
