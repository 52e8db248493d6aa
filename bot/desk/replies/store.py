"""Approved replies, kept; a step is written only upon the one that it was made from."""

from __future__ import annotations

import secrets
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from bot.desk.replies.file_format import from_line, read_replies, to_line
from bot.desk.replies.matcher import ReplyMatcher
from bot.desk.replies.rules import (
    ApprovedReply,
    Content,
    State,
    approve,
    edit,
    retire,
    review,
    save,
)
from bot.desk.replies.store_matcher import MatcherCache
from bot.desk.replies.store_rows import ReplyCache, clean, get_reply, to_row
from bot.people.identity import Actor
from bot.people.store.audit_log import Action, AuditEvent, note
from bot.storage.database import Database
from bot.storage.storage_errors import ConflictError, StorageError, TakenError
from bot.storage.tables import replies
from bot.storage.transactions import Transactions
from index.errors import ClauseBotError
from index.search.clause_index import ClauseIndex
from index.text import normalise


def make_reply(
    content: Content, *, by: Actor, index: ClauseIndex, reply_id: str = ""
) -> ApprovedReply:
    """Return a new reply as it is kept, before it is; see ``OutboxWriter.save_reply``."""
    reply = save(reply_id or secrets.token_urlsafe(16), clean(content), by.name, index)
    return from_line(to_line(reply).encode())


def is_same_save(known: ApprovedReply, reply: ApprovedReply) -> bool:
    """Tell whether a new reply is one that is known, which may have been changed since."""
    if known.revision == 1:
        return known.content == reply.content
    first, content = known.history[1], reply.content  # how it read until the second step
    clauses = tuple(cited.clause_id for cited in content.citations)
    was = first.text, first.questions, first.clauses
    return was == (content.text, content.questions, clauses)


class ReplyFileError(ClauseBotError):
    """A file of replies is not taken over.

    Attributes:
        problems: Each wrong line's number, from 1, and what is wrong with it.
    """

    code = "reply_file"

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        lines = "; ".join(f"line {number}: {problem}" for number, problem in problems[:10])
        super().__init__(f"nothing is taken over. {len(problems)} lines are wrong: {lines}")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: how many replies are new, and how many were there already."""

    new: int
    known: int


def import_replies(
    transactions: Transactions,
    data: bytes,
    by: Actor,
    index: ClauseIndex,
    kept: Sequence[ApprovedReply],
) -> Imported:
    """Keep the replies of a file beside those that are kept; see ``Replies.take_over``."""
    problems: list[tuple[int, str]] = []
    new: dict[str, ApprovedReply] = {}
    known = {reply.reply_id: replace(reply, owner="") for reply in kept}
    count = 0
    for number, found in read_replies(data):
        problem = found if isinstance(found, str) else _problem(found, known, new)
        if problem or isinstance(found, str):
            problems.append((number, problem))
        elif found.reply_id in known:
            count += 1
        else:
            new[found.reply_id] = review(_cleaned(found), index)
    if problems:
        raise ReplyFileError(problems)
    if new:
        told = "taken over from a file"
        events = [AuditEvent(Action.REPLY_CHANGED, reply_id, told) for reply_id in new]
        with transactions.writing() as connection:
            connection.execute(insert(replies), [to_row(reply) for reply in new.values()])
            note(connection, datetime.now(UTC), by, *events)
    return Imported(len(new), count)


def _cleaned(reply: ApprovedReply) -> ApprovedReply:
    return replace(reply, content=clean(reply.content))


def _problem(
    reply: ApprovedReply, known: Mapping[str, ApprovedReply], new: Mapping[str, ApprovedReply]
) -> str:
    """Return why a reply of a file cannot be kept beside others; empty where it can."""
    if reply.reply_id in new:
        return f"the reply {reply.reply_id} stands there twice."
    if known.get(reply.reply_id, reply) not in (reply, _cleaned(reply)):
        return f"another reply has the id {reply.reply_id} here."
    return ""


class Replies:
    """Keeps approved replies, and finds the one for a question; for several threads at once.

    Methods that take ``revision`` raise ConflictError when the reply has another by now, so
    that nobody's edit is lost. Those that take ``owner`` change what is this person's alone, or
    anybody's for None; those that take an id raise UnknownReplyError for an unknown one.
    """

    def __init__(self, database: Database) -> None:
        self._transactions = database.transactions
        self._cache = ReplyCache(database.transactions)
        self._matcher = MatcherCache(self._cache)
        # Against which index, which revisions, and all of them if they were.
        self._reviewed: tuple[weakref.ref[ClauseIndex] | None, set[tuple[str, int]]] = None, set()
        self._all_reviewed: Sequence[ApprovedReply] = ()

    def add(self, reply: ApprovedReply, *, by: Actor) -> ApprovedReply:
        """Keep a reply that was made, and tell the audit log when it was; return it as it is kept.

        Raises:
            TakenError: Another reply has that id.
        """
        reply = replace(reply, owner=by.person_id)
        told = AuditEvent(Action.REPLY_APPROVED, reply.reply_id)
        try:
            with self._transactions.writing() as connection:
                connection.execute(insert(replies), to_row(reply))
                note(connection, reply.approved_at, by, told)
        except ConflictError as error:
            known = self.get(reply.reply_id)
            if not is_same_save(known, reply):
                raise TakenError(f"another reply has the id {reply.reply_id}.") from error
            return known
        return reply

    def get(self, reply_id: str, owner: str | None = None) -> ApprovedReply:
        """Return one reply."""
        with self._transactions.reading() as connection:
            return get_reply(connection, reply_id, owner)

    def find(self, words: str = "", state: State | None = None) -> list[ApprovedReply]:
        """Return the replies that hold every word, in any part and order, the newest step first."""
        wanted = normalise(words).split()
        found = [reply for reply in self._cache.all() if state in (None, reply.state)]
        if not wanted:
            return found
        return [
            reply
            for reply in found
            for held in [self._cache.words(reply)]
            if all(word in held for word in wanted)
        ]

    def edit(
        self,
        reply_id: str,
        content: Content,
        *,
        by: Actor,
        revision: int,
        index: ClauseIndex,
        owner: str | None = None,
    ) -> ApprovedReply:
        """Write other content; see ``rules.edit``."""
        return self._change(
            reply_id,
            lambda reply: edit(reply, clean(content), by.name, index),
            by=by,
            action=Action.REPLY_CHANGED,
            revision=revision,
            owner=owner,
        )

    def approve(
        self,
        reply_id: str,
        *,
        by: Actor,
        revision: int,
        index: ClauseIndex,
        owner: str | None = None,
    ) -> ApprovedReply:
        """Approve a reply again; see ``rules.approve``."""
        return self._change(
            reply_id,
            lambda reply: approve(reply, by.name, index),
            by=by,
            action=Action.REPLY_APPROVED,
            revision=revision,
            owner=owner,
        )

    def retire(
        self, reply_id: str, *, by: Actor, revision: int, owner: str | None = None
    ) -> ApprovedReply:
        """Offer a reply no longer."""
        return self._change(
            reply_id,
            lambda reply: retire(reply, by.name),
            by=by,
            action=Action.REPLY_RETIRED,
            revision=revision,
            owner=owner,
        )

    def review(
        self, index: ClauseIndex, is_newest: Callable[[], bool] = lambda: True
    ) -> list[ApprovedReply]:
        """Turn replies pending, and back, and return those; see ``rules.review``.

        What was held against this index already is not read again, so that it may be called
        before every list. ``is_newest`` is asked once the replies are read, and nothing is done
        unless it is so: who saved one of them may have had newer agreements.
        """
        held_against, seen = self._reviewed
        if held_against is None or held_against() is not index:
            self._reviewed = weakref.ref(index), (seen := set())
            self._all_reviewed = ()
        known = self._cache.all()
        if known is self._all_reviewed:
            return []
        found = [
            reply
            for reply in known
            if reply.state is not State.RETIRED and (reply.reply_id, reply.revision) not in seen
        ]
        if not found:
            self._all_reviewed = known
        turned = []
        for reply in found if found and is_newest() else ():
            reviewed = review(reply, index)
            if reviewed != reply and self._write(reviewed, reply.revision):
                turned += [reviewed] if reply.state is not reviewed.state else []
            seen.add((reply.reply_id, reviewed.revision))
        return turned

    def would_turn(self, index: ClauseIndex) -> list[ApprovedReply]:
        """Return, as they would be, the replies that would turn pending, or back, with an index."""
        found = ((reply, review(reply, index)) for reply in self.find())
        return [turned for reply, turned in found if turned.state is not reply.state]

    def matcher_of_now(self, index: ClauseIndex) -> ReplyMatcher:
        """Return the replies of this moment that are not retired, for all questions of a draft.

        Of many that are new, some come onto it later; see ``MatcherCache.of_now``.
        """
        return self._matcher.of_now(index)

    def export(self) -> bytes:
        """Return every reply, one a line; whose they are is not told."""
        lines = sorted(row.reply for row in self._transactions.rows(select(replies.c.reply)))
        return "".join(f"{line}\n" for line in lines).encode()

    def take_over(self, data: bytes, *, by: Actor, index: ClauseIndex) -> Imported:
        """Keep the replies of a file as nobody's, all of them or, if a line is wrong, none.

        One whose clauses are not as it cites them is pending from the start.

        Raises:
            ReplyFileError: Names the lines that are wrong.
        """
        taken = import_replies(self._transactions, data, by, index, self._cache.all())
        with suppress(StorageError):  # they are kept; whoever imports reads them, not a draft
            self._matcher.of_now(index)
        return taken

    def close(self) -> None:
        """End what runs beside."""
        self._matcher.stop()

    def _change(
        self,
        reply_id: str,
        step: Callable[[ApprovedReply], ApprovedReply],
        *,
        by: Actor,
        action: Action,
        revision: int,
        owner: str | None,
    ) -> ApprovedReply:
        """Take a step from the revision of an owner's reply, and tell the audit log."""
        reply = self.get(reply_id, owner)
        if reply.revision == revision:
            changed = step(reply)
            if self._write(changed, revision, by=by, action=action):
                return changed
        raise ConflictError(f"reply {reply_id}: was changed meanwhile. Look at it again.")

    def _write(
        self,
        reply: ApprovedReply,
        revision: int,
        *,
        by: Actor | None = None,
        action: Action | None = None,
    ) -> bool:
        """Write a reply upon a revision; tell whether it was still that one.

        The audit log tells who did what, if somebody did.
        """
        same = (replies.c.id == reply.reply_id) & (replies.c.revision == revision)
        with self._transactions.writing() as connection:
            done = connection.execute(update(replies).where(same).values(to_row(reply)))
            if by is not None and action is not None and done.rowcount == 1:
                note(connection, datetime.now(UTC), by, AuditEvent(action, reply.reply_id))
        self._cache.forget(reply.reply_id)  # a pending one may be written without a step
        return done.rowcount == 1
