"""Approved replies as rows of a table: written, read, and kept in memory as they were read last."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from bot.desk.replies.file_format import from_line, to_line
from bot.desk.replies.rules import ApprovedReply, Content
from bot.records.record import writable
from bot.storage.storage_errors import StorageError
from bot.storage.stripping import strip_text
from bot.storage.tables import replies
from bot.storage.transactions import Transactions, readable
from index.text import normalise

_AT_ONCE = 500  # rows asked for by their ids


class UnknownReplyError(StorageError):
    """There is no reply of that id, or not of that owner."""


def get_reply(connection: Connection, reply_id: str, owner: str | None) -> ApprovedReply:
    """Return one reply; only if it is its owner's, None for any. Nobody's is no one's own.

    Raises:
        UnknownReplyError: There is none.
    """
    here = replies.c.id == writable(reply_id).replace("\0", "")
    query: Select[Any] = select(replies.c.reply, replies.c.owner).where(here)
    if owner is not None:
        query = query.where(replies.c.owner == owner, replies.c.owner != "")
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownReplyError(f"there is no reply {reply_id!r}, or it is not yours.")
    return from_row(row)


def from_row(row: Row[Any]) -> ApprovedReply:
    """Return the reply that a row holds."""
    return replace(from_line(row.reply.encode()), owner=row.owner)


def to_row(reply: ApprovedReply) -> dict[str, object]:
    """Return the row that holds a reply."""
    return {
        "id": reply.reply_id,
        "state": str(reply.state),
        "revision": reply.revision,
        "reply": to_line(reply),
        "owner": reply.owner,
    }


def clean(content: Content) -> Content:
    """Return content that any database holds, with nobody told in the questions."""
    questions = (strip_text(question, keep_words=True) for question in content.questions)
    text = writable(content.text).replace("\0", "\ufffd")
    return replace(content, text=text, questions=tuple(dict.fromkeys(questions)))


class ReplyCache:
    """Keeps the replies of a database in memory; for several threads at once."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._lock = threading.Lock()
        self._revisions: dict[str, int] = {}  # of those that cannot be read as well
        self._replies: dict[str, ApprovedReply] = {}
        self._words: dict[str, tuple[ApprovedReply, str]] = {}
        self._newest_first: tuple[ApprovedReply, ...] = ()

    def all(self) -> tuple[ApprovedReply, ...]:
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

    def words(self, reply: ApprovedReply) -> str:
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


def _words(reply: ApprovedReply) -> str:
    content = reply.content
    cited = (f"{cited.clause_id} {cited.label} {cited.quote}" for cited in content.citations)
    return normalise("\n".join((content.text, *content.questions, *cited, reply.approved_by)))
