"""What was acknowledged is kept: in the database, or in the outbox until the database takes it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import TypeVar

from bot.desk.replies.file_format import to_line
from bot.desk.replies.rules import ApprovedReply, Content
from bot.desk.replies.store import Replies, is_same_save, make_reply
from bot.outbox.outbox import Outbox, OutboxEntry
from bot.outbox.relay import FEEDBACK, LEFT_ALONE, NEVER, REPLY, OutboxRelay, read_reply
from bot.people.identity import Actor
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.storage_errors import OutageError, StorageError, TakenError
from index.background import CircuitBreaker
from index.search.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
SECONDS = 5.0  # from relay to relay
MOST_OF_ADDRESS = 100  # feedback of one address that the outbox takes in one outage
_TOO_MUCH = (
    "the database is out of order, and much feedback of this address waits for it already. "
    "Send more once it is back."
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """Feedback that is acknowledged.

    Attributes:
        feedback_id: Its id.
        is_spooled: Whether the database has yet to take it.
    """

    feedback_id: str
    is_spooled: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """A reply that is acknowledged.

    Attributes:
        reply: As it is kept.
        is_spooled: Whether the database has yet to take it; until then no list holds it.
    """

    reply: ApprovedReply
    is_spooled: bool


class OutboxWriter:
    """Keeps feedback and replies for good; may be used from several threads at once."""

    def __init__(self, database: Database, replies: Replies, outbox: Outbox | None = None) -> None:
        """Keep in ``database``; without an outbox, what it cannot take is not acknowledged."""
        self._database = database
        self._replies = replies
        self._outbox = outbox
        self._breaker = CircuitBreaker(LEFT_ALONE)
        self._waiting_of: Counter[str] = Counter()  # feedback in the outbox, by address
        self._relay = (
            OutboxRelay(database, replies, outbox, self._breaker) if outbox is not None else None
        )

    def keep_feedback(self, given: Feedback, *, address: str = "") -> Kept:
        """Keep feedback; see ``Database.keep_feedback``.

        It is told where it is from, so that one stranger does not fill the outbox; empty for
        whoever cannot name answers at will.

        Raises:
            UnknownAnswerError: There is no such answer.
            StorageError: It is neither in the database nor in the outbox.
        """
        stripped = self._database.strip_feedback(given)
        feedback_id, now = token_urlsafe(16), datetime.now(UTC)

        def write() -> str:
            return self._database.keep_feedback(given, feedback_id=feedback_id, given_at=now)

        entry = OutboxEntry(FEEDBACK, feedback_id, now, asdict(stripped))
        if self._breaker.is_tripped and self._waiting_of[address] >= MOST_OF_ADDRESS:
            raise OutageError(_TOO_MUCH)
        written = self._keep(write, entry)
        if written is not None:
            self._waiting_of.clear()
        elif address:
            self._waiting_of[address] += 1
        return Kept(feedback_id if written is None else written, written is None)

    def save_reply(
        self, content: Content, *, by: Actor, index: ClauseIndex, reply_id: str = ""
    ) -> Saved:
        """Keep a new reply, approved and owned by who saves it, persons in its questions masked.

        The caller may choose its id, so that saving twice keeps it once; empty for none.

        Raises:
            ReplyError: It may not be approved.
            TakenError: Another reply has that id.
            StorageError: It is neither in the database nor in the outbox.
        """
        made = make_reply(content, by=by, index=index, reply_id=reply_id)
        reply = replace(made, owner=by.person_id)
        waiting = self._waiting_reply(reply)
        if waiting is not None:
            return Saved(waiting, is_spooled=True)
        body = {"reply": to_line(reply), "by": asdict(by)}
        written = self._keep(
            lambda: self._replies.add(reply, by=by),
            OutboxEntry(REPLY, reply.reply_id, reply.approved_at, body),
        )
        return Saved(reply if written is None else written, written is None)

    def spooled(self) -> dict[str, int]:
        """Return how many entries the outbox holds by state; empty for no outbox.

        See ``Outbox.count``, which says what may go wrong.
        """
        return {} if self._outbox is None else self._outbox.count()

    def start(self, seconds: float = SECONDS) -> None:
        """Relay at once and every so many seconds, in a thread that ends with the program."""
        if self._relay is not None:
            self._relay.start(seconds)

    def stop(self) -> None:
        """Relay no more, and wait for the entry that is being written."""
        if self._relay is not None:
            self._relay.stop()

    def _keep(self, write: Callable[[], T], entry: OutboxEntry) -> T | None:
        """Write, or put into the outbox; return what was written, None for what waits there."""
        if self._outbox is not None and self._breaker.is_tripped:
            try:
                self._outbox.put(entry)
            except OSError as error:
                logger.warning("nothing can be spooled: %s", error)
            else:
                return None
        try:
            return write()
        except NEVER:
            raise
        except StorageError as error:
            if self._outbox is None:
                raise
            try:
                self._outbox.put(entry)
            except OSError as full:
                logger.error("%s neither kept nor spooled: %s", entry.kind, full)  # noqa: TRY400
                raise error from full
            self._breaker.trip()
            logger.warning("%s waits in %s: %s", entry.kind, self._outbox.folder, error)
            return None

    def _waiting_reply(self, reply: ApprovedReply) -> ApprovedReply | None:
        """Return the reply that waits under the same id; None if there is none."""
        if self._outbox is None:
            return None
        try:
            entry = self._outbox.find(REPLY, reply.reply_id)
        except OSError as error:
            logger.warning("nobody knows whether a reply waits: %s", error)
            return None
        if entry is None:
            return None
        waiting = read_reply(entry)[0]
        if not is_same_save(waiting, reply):
            raise TakenError(f"another reply has the id {reply.reply_id}.")
        return waiting
