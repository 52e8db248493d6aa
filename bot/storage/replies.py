"""Approved replies, kept; a step is written only upon the one that it was made from."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Connection, insert, select, update

from bot.desk.approval import approve, edit, retire, review
from bot.desk.approved import Approved, Content, State
from bot.desk.shelf import Shelf
from bot.people.identity import Actor
from bot.storage.database import Database
from bot.storage.errors import ConflictError
from bot.storage.people.trail import Action, Deed, note
from bot.storage.reply_exchange import Imported, ReplyFileError, export_replies, import_replies
from bot.storage.reply_making import is_same_save, make_reply
from bot.storage.reply_shelf import ReplyShelf
from bot.storage.reply_table import (
    KEPT_READ,
    UnknownReplyError,
    clean,
    from_row,
    get_reply,
    read,
    replies,
    select_replies,
    to_row,
)
from index.clause_index import ClauseIndex
from index.text import normalise

__all__ = [
    "Imported",
    "Replies",
    "ReplyFileError",
    "UnknownReplyError",
    "is_same_save",
    "make_reply",
]


class Replies:
    """Keeps approved replies, and finds the one for a question; for several threads at once.

    Methods that take ``revision`` raise ConflictError when the reply has another by now, so
    that nobody's edit is lost. Those that take ``owner`` change what is this person's alone, or
    anybody's for None; those that take an id raise UnknownReplyError for an unknown one.
    """

    def __init__(self, database: Database) -> None:
        self._transactions = database.transactions
        self._shelf = ReplyShelf(database.transactions)
        # Against which index, and which revisions.
        self._reviewed: tuple[weakref.ref[ClauseIndex] | None, set[tuple[str, int]]] = None, set()

    def save(
        self, content: Content, *, by: Actor, index: ClauseIndex, reply_id: str = ""
    ) -> Approved:
        """Keep a new reply, approved by who saves it, persons in its questions masked.

        Args:
            content: What it says and rests on.
            by: Who saves it and owns it.
            index: The agreements of today.
            reply_id: Chosen by the caller, so that saving twice keeps it once; empty for none.

        Raises:
            ReplyError: It may not be approved.
            ConflictError: Another reply has that id.
        """
        return self.add(make_reply(content, by=by, index=index, reply_id=reply_id), by=by)

    def add(self, reply: Approved, *, by: Actor) -> Approved:
        """Keep a reply that was made, and tell the trail when it was; return it as it is kept.

        Raises:
            ConflictError: Another reply has that id.
        """
        reply = replace(reply, owner=by.person_id)
        told = Deed(Action.REPLY_APPROVED, reply.reply_id)
        try:
            with self._transactions.writing() as connection:
                connection.execute(insert(replies), to_row(reply))
                note(connection, reply.approved_at, by, told)
        except ConflictError:
            known = self.get(reply.reply_id)
            if not is_same_save(known, reply):
                raise
            return known
        return reply

    def get(self, reply_id: str) -> Approved:
        """Return one reply."""
        return self._get(reply_id, None)

    def find(self, words: str = "", state: State | None = None) -> list[Approved]:
        """Return the replies that hold every word, in any part and order, the newest step first."""
        query = select_replies()
        if state is not None:
            query = query.where(replies.c.state == str(state))
        wanted = normalise(words).split()
        rows = self._transactions.rows(query)
        hits = [from_row(row) for row in rows if all(word in _words(row.reply) for word in wanted)]
        return sorted(hits, key=lambda reply: (reply.history[-1].at, reply.reply_id), reverse=True)

    def edit(
        self,
        reply_id: str,
        content: Content,
        *,
        by: Actor,
        revision: int,
        index: ClauseIndex,
        owner: str | None = None,
    ) -> Approved:
        """Write other content; see ``bot.desk.approval.edit``."""
        return self._change(
            (reply_id, revision, owner),
            (by, Action.REPLY_CHANGED),
            lambda reply: edit(reply, clean(content), by.name, index),
        )

    def approve(
        self,
        reply_id: str,
        *,
        by: Actor,
        revision: int,
        index: ClauseIndex,
        owner: str | None = None,
    ) -> Approved:
        """Approve a reply again; see ``bot.desk.approval.approve``."""
        return self._change(
            (reply_id, revision, owner),
            (by, Action.REPLY_APPROVED),
            lambda reply: approve(reply, by.name, index),
        )

    def retire(
        self, reply_id: str, *, by: Actor, revision: int, owner: str | None = None
    ) -> Approved:
        """Offer a reply no longer."""
        return self._change(
            (reply_id, revision, owner),
            (by, Action.REPLY_RETIRED),
            lambda reply: retire(reply, by.name),
        )

    def review(self, index: ClauseIndex) -> list[Approved]:
        """Turn pending every reply under which a clause changed, and return those that turned.

        What was held against this index already is not read again, so that it may be called
        before every list.
        """
        held_against, seen = self._reviewed
        if held_against is None or held_against() is not index:
            self._reviewed = weakref.ref(index), (seen := set())
        stands = replies.c.state != str(State.RETIRED)
        query = select(replies.c.id, replies.c.revision).where(stands)
        if all((row.id, row.revision) in seen for row in self._transactions.rows(query)):
            return []
        turned = []
        for reply in map(from_row, list(self._transactions.rows(select_replies().where(stands)))):
            if (reply.reply_id, reply.revision) not in seen:
                reviewed = review(reply, index)
                if reviewed != reply and self._write(reviewed, reply.revision):
                    turned += [reviewed] if reply.state is State.APPROVED else []
                seen.add((reply.reply_id, reviewed.revision))
        return turned

    def would_turn(self, index: ClauseIndex) -> list[Approved]:
        """Return, as they would be, the replies that would turn pending with an index."""
        approved = self.find(state=State.APPROVED)
        return [turned for reply in approved if (turned := review(reply, index)) is not reply]

    def on_shelf(self, index: ClauseIndex) -> Shelf:
        """Return the approved replies of this moment, for all the questions of one draft."""
        return self._shelf.of_now(index)

    def export(self) -> bytes:
        """Return every reply, one a line; whose they are is not told."""
        return export_replies(self._transactions)

    def take_over(self, data: bytes, *, by: Actor, index: ClauseIndex) -> Imported:
        """Keep the replies of a file as nobody's, all of them or, if a line is wrong, none.

        One whose clauses are not as it cites them is pending from the start.

        Raises:
            ReplyFileError: Names the lines that are wrong.
        """
        return import_replies(self._transactions, data, by, index)

    def _get(self, reply_id: str, owner: str | None) -> Approved:
        with self._transactions.reading() as connection:
            return get_reply(connection, reply_id, owner)

    def _change(
        self,
        place: tuple[str, int, str | None],
        told: tuple[Actor, Action],
        step: Callable[[Approved], Approved],
    ) -> Approved:
        """Take a step from the revision of an owner's reply, and tell the trail."""
        reply_id, revision, owner = place
        reply = self._get(reply_id, owner)
        if reply.revision == revision:
            changed = step(reply)
            if self._write(changed, revision, told):
                return changed
        raise ConflictError(f"reply {reply_id}: was changed meanwhile. Look at it again.")

    def _write(
        self, reply: Approved, revision: int, told: tuple[Actor, Action] | None = None
    ) -> bool:
        """Write a reply upon a revision; tell whether it was still that one."""
        same = (replies.c.id == reply.reply_id) & (replies.c.revision == revision)
        with self._transactions.writing() as connection:
            done = connection.execute(update(replies).where(same).values(to_row(reply)))
            if told is not None and done.rowcount == 1:
                _tell(connection, *told, reply.reply_id)
        return done.rowcount == 1


def _tell(
    connection: Connection, by: Actor, action: Action, reply_id: str, detail: str = ""
) -> None:
    note(connection, datetime.now(UTC), by, Deed(action, reply_id, detail))


@lru_cache(maxsize=KEPT_READ)
def _words(line: str) -> str:
    """Return what a reply is found by."""
    reply = read(line)
    content = reply.content
    cited = (f"{cited.clause_id} {cited.label} {cited.quote}" for cited in content.citations)
    return normalise("\n".join((content.text, *content.questions, *cited, reply.approved_by)))
