"""Approved replies, kept; a step is written only upon the one that it was made from."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from bot.desk.approval import approve, edit, retire, review
from bot.desk.approval import save as save_reply
from bot.desk.approved import Approved, Content, State
from bot.desk.reply_file import from_line, read_replies, to_line
from bot.desk.shelf import Match, Shelf
from bot.people.identity import Actor
from bot.record import writable
from bot.storage.database import Database
from bot.storage.errors import ConflictError, StorageError
from bot.storage.kept import strip_text
from bot.storage.people.trail import Action, Deed, note
from bot.storage.tables import metadata
from index.clause_index import ClauseIndex
from index.errors import ClauseBotError
from index.text import normalise

replies = Table(
    "replies",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),  # steps in its history
    Column("reply", Text, nullable=False),  # JSON, as in the file
)


class UnknownReplyError(StorageError):
    """There is no reply of that id."""


class ReplyFileError(ClauseBotError):
    """A file of replies is not taken over.

    Attributes:
        problems: Each wrong line's number, from 1, and what is wrong with it.
    """

    def __init__(self, path: Path, problems: Sequence[tuple[int, str]]) -> None:
        lines = "; ".join(f"line {number}: {problem}" for number, problem in problems[:10])
        super().__init__(f"{path}: nothing is taken over. {len(problems)} lines are wrong: {lines}")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: how many replies are new, and how many were there already."""

    new: int
    known: int


class Replies:
    """Keeps approved replies, and finds the one for a question; for several threads at once.

    Methods that take ``revision`` raise ConflictError when the reply has another by now, so
    that nobody's edit is lost; those that take an id raise UnknownReplyError for an unknown one.
    """

    def __init__(self, database: Database) -> None:
        self._transactions = database.transactions
        self._lock = threading.Lock()
        self._shelf: Shelf | None = None
        self._stamp: tuple[int, int] | None = None  # of what is on the shelf

    def save(
        self, content: Content, *, by: Actor, index: ClauseIndex, reply_id: str = ""
    ) -> Approved:
        """Keep a new reply, approved by who saves it, persons in its questions masked.

        Args:
            content: What it says and rests on.
            by: Who saves it; the trail tells.
            index: The agreements of today.
            reply_id: Chosen by the caller, so that saving twice keeps it once; empty for none.

        Raises:
            ReplyError: It may not be approved.
            ConflictError: Another reply has that id.
        """
        reply = save_reply(reply_id or secrets.token_urlsafe(16), _clean(content), by.name, index)
        reply = from_line(to_line(reply).encode())
        try:
            with self._transactions.writing() as connection:
                connection.execute(insert(replies), _to_row(reply))
                _tell(connection, by, Action.REPLY_APPROVED, reply.reply_id)
        except ConflictError:
            known = self.get(reply.reply_id)
            if known.content != reply.content:
                raise
            return known
        return reply

    def get(self, reply_id: str) -> Approved:
        """Return one reply."""
        with self._transactions.reading() as connection:
            return _get(connection, reply_id)

    def find(self, words: str = "", state: State | None = None) -> list[Approved]:
        """Return the replies that hold every word, in any part and order, the newest step first."""
        query = select(replies.c.reply)
        if state is not None:
            query = query.where(replies.c.state == str(state))
        wanted = normalise(words).split()
        found = [from_line(row.reply.encode()) for row in self._transactions.rows(query)]
        hits = [reply for reply in found if all(word in _words(reply) for word in wanted)]
        return sorted(hits, key=lambda reply: (reply.history[-1].at, reply.reply_id), reverse=True)

    def edit(
        self, reply_id: str, content: Content, *, by: Actor, revision: int, index: ClauseIndex
    ) -> Approved:
        """Write other content; see ``bot.desk.approval.edit``."""
        return self._change(
            (reply_id, revision),
            (by, Action.REPLY_CHANGED),
            lambda reply: edit(reply, _clean(content), by.name, index),
        )

    def approve(self, reply_id: str, *, by: Actor, revision: int, index: ClauseIndex) -> Approved:
        """Approve a reply again; see ``bot.desk.approval.approve``."""
        return self._change(
            (reply_id, revision),
            (by, Action.REPLY_APPROVED),
            lambda reply: approve(reply, by.name, index),
        )

    def retire(self, reply_id: str, *, by: Actor, revision: int) -> Approved:
        """Offer a reply no longer."""
        return self._change(
            (reply_id, revision),
            (by, Action.REPLY_RETIRED),
            lambda reply: retire(reply, by.name),
        )

    def review(self, index: ClauseIndex) -> list[Approved]:
        """Turn pending every reply under which a clause changed, and return those that turned."""
        turned = []
        for reply in self.find():
            reviewed = review(reply, index)
            if reviewed != reply and self._write(reviewed, reply.revision):
                turned += [reviewed] if reply.state is State.APPROVED else []
        return turned

    def would_turn(self, index: ClauseIndex) -> list[Approved]:
        """Return, as they would be, the replies that would turn pending with an index."""
        approved = self.find(state=State.APPROVED)
        return [turned for reply in approved if (turned := review(reply, index)) is not reply]

    def match(
        self, question: str, index: ClauseIndex, agreement: str | None = None
    ) -> Match | None:
        """Return the approved reply to like questions, its clauses unchanged, or None.

        Args:
            question: In either language.
            index: The agreements of today.
            agreement: Id of the agreement that was chosen; None for those that are named.
        """
        return self._shelf_of_now(index).match(question, index, agreement)

    def export(self, target: Path) -> int:
        """Write every reply, one a line; return how many.

        Raises:
            OSError: The file cannot be written; what stood there stays.
        """
        part = target.with_name(target.name + ".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        lines = sorted(row.reply for row in self._transactions.rows(select(replies.c.reply)))
        try:
            part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return len(lines)

    def take_over(self, source: Path, *, by: Actor, index: ClauseIndex) -> Imported:
        """Keep the replies of a file, all of them or, if a line is wrong, none.

        One whose clauses are not as it cites them is pending from the start.

        Raises:
            ReplyFileError: Names the lines that are wrong.
            OSError: The file cannot be read.
        """
        problems: list[tuple[int, str]] = []
        new: dict[str, Approved] = {}
        known = {reply.reply_id: reply for reply in self.find()}
        count = 0
        for number, found in read_replies(source):
            problem = found if isinstance(found, str) else _problem(found, known, new)
            if problem or isinstance(found, str):
                problems.append((number, problem))
            elif found.reply_id in known:
                count += 1
            else:
                new[found.reply_id] = review(_cleaned(found), index)
        if problems:
            raise ReplyFileError(source, problems)
        if new:
            with self._transactions.writing() as connection:
                connection.execute(insert(replies), [_to_row(reply) for reply in new.values()])
                for reply_id in new:
                    _tell(connection, by, Action.REPLY_CHANGED, reply_id, "taken over from a file")
        return Imported(len(new), count)

    def _change(
        self,
        place: tuple[str, int],
        told: tuple[Actor, Action],
        step: Callable[[Approved], Approved],
    ) -> Approved:
        """Take a step from the revision of a reply that ``place`` names, and tell the trail."""
        reply_id, revision = place
        changed = step(self.get(reply_id))
        if not self._write(changed, revision, told):
            raise ConflictError(f"reply {reply_id}: was changed meanwhile. Look at it again.")
        return changed

    def _write(
        self, reply: Approved, revision: int, told: tuple[Actor, Action] | None = None
    ) -> bool:
        """Write a reply upon a revision; tell whether it was still that one."""
        same = (replies.c.id == reply.reply_id) & (replies.c.revision == revision)
        with self._transactions.writing() as connection:
            done = connection.execute(update(replies).where(same).values(_to_row(reply)))
            if told is not None and done.rowcount == 1:
                _tell(connection, *told, reply.reply_id)
        return done.rowcount == 1

    def _shelf_of_now(self, index: ClauseIndex) -> Shelf:
        stamp = select(func.count(), func.coalesce(func.sum(replies.c.revision), 0))
        with self._transactions.reading() as connection:
            row = connection.execute(stamp).one()
        now = (int(row[0]), int(row[1]))
        with self._lock:
            model = index.embedder.fingerprint
            if self._shelf is None or self._stamp != now or self._shelf.model != model:
                approved = self.find(state=State.APPROVED)
                self._shelf = Shelf(approved, index.embedder, self._shelf)
                self._stamp = now
            return self._shelf


def _tell(
    connection: Connection, by: Actor, action: Action, reply_id: str, detail: str = ""
) -> None:
    note(connection, datetime.now(UTC), by, Deed(action, reply_id, detail))


def _get(connection: Connection, reply_id: str) -> Approved:
    query = select(replies.c.reply).where(replies.c.id == writable(reply_id).replace("\0", ""))
    line = connection.execute(query).scalar()
    if line is None:
        raise UnknownReplyError(f"there is no reply {reply_id!r}.")
    return from_line(line.encode())


def _to_row(reply: Approved) -> dict[str, object]:
    return {
        "id": reply.reply_id,
        "state": str(reply.state),
        "revision": reply.revision,
        "reply": to_line(reply),
    }


def _clean(content: Content) -> Content:
    """Return content that any database holds, with nobody told in the questions."""
    questions = (strip_text(question, keep_words=True) for question in content.questions)
    text = writable(content.text).replace("\0", "\ufffd")
    return replace(content, text=text, questions=tuple(dict.fromkeys(questions)))


def _cleaned(reply: Approved) -> Approved:
    return replace(reply, content=_clean(reply.content))


def _problem(reply: Approved, known: Mapping[str, Approved], new: Mapping[str, Approved]) -> str:
    """Return why a reply of a file cannot be kept beside others; empty where it can."""
    if reply.reply_id in new:
        return f"the reply {reply.reply_id} stands there twice."
    if known.get(reply.reply_id, reply) not in (reply, _cleaned(reply)):
        return f"another reply has the id {reply.reply_id} here."
    return ""


def _words(reply: Approved) -> str:
    content = reply.content
    cited = (f"{cited.clause_id} {cited.label} {cited.quote}" for cited in content.citations)
    return normalise("\n".join((content.text, *content.questions, *cited, reply.approved_by)))
