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
from bot.outbox.budget import RecordBudget
from bot.outbox.outbox import Loss, Losses, Outbox, OutboxEntry
from bot.outbox.relay import (
    ANSWER,
    FEEDBACK,
    NEVER,
    REPLY,
    SECONDS,
    KeptAnswer,
    OutboxRelay,
    read_reply,
)
from bot.people.identity import Actor
from bot.records.record import Record, to_row
from bot.settings import RECORDS_A_DAY
from bot.storage.database import PATIENCE, Database
from bot.storage.feedback import Feedback
from bot.storage.storage_errors import OutageError, StorageError, TakenError
from index.errors import ClauseBotError
from index.search.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
MOST_OF_ADDRESS = 100  # feedback of one address that the outbox takes in one outage
_TOO_MUCH = (
    "the database is out of order, and much feedback of this address waits for it already. "
    "Send more once it is back."
)
T = TypeVar("T")


class AnswerWaitsError(ClauseBotError):
    """An answer is kept, and the database has yet to take it."""

    def __init__(self, answer_id: str) -> None:
        super().__init__(
            f"The answer {answer_id!r} is kept and waits for the database. Ask for it again soon."
        )


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
    """Keeps answers, feedback and replies for good; may be used from several threads at once.

    Attributes:
        outbox: Where they wait; None for none.
        budget: How many records of answers may be kept.
        losses: What was not kept.
    """

    def __init__(
        self,
        database: Database,
        replies: Replies,
        outbox: Outbox | None = None,
        *,
        records_a_day: int = RECORDS_A_DAY,
    ) -> None:
        """Keep in ``database``; without an outbox, what it cannot take is not acknowledged."""
        self.outbox = outbox
        self.budget = RecordBudget(database, records_a_day)
        self.losses = Losses()
        self._database = database
        self._replies = replies
        self._waiting_of: Counter[str] = Counter()  # feedback in the outbox, by address
        self._relay = (
            OutboxRelay(database, replies, outbox, self.losses) if outbox is not None else None
        )

    def keep_answer(
        self, record: Record, *, surface: str, site: str = "", probability: float | None = None
    ) -> bool:
        """Keep the record of an answer; return whether it is kept, see ``Database.keep_answer``.

        It is not where enough are kept of this day, or neither the database nor the outbox takes
        it; both are counted. A full outbox drops its oldest answers for it.
        """
        if not self.budget.take():
            self.losses.count(ANSWER, Loss.OVER_BUDGET)
            return False

        def write() -> None:
            self._database.keep_answer(
                record,
                surface=surface,
                site=site,
                probability=probability,
                patience=None if self.outbox is None else PATIENCE,  # else nobody waits for a lock
            )

        def entry() -> OutboxEntry:
            kept = self._database.strip_answer(record)
            sealed = to_row(kept) | {"digest": kept.digest}
            body = asdict(KeptAnswer(sealed, surface, site, probability))
            return OutboxEntry(ANSWER, record.answer_id, record.asked_at, body)

        try:
            self._keep(write, entry)
        except StorageError as error:
            self.budget.give()
            logger.warning("an answer was given but not kept: %s", error)
            return False
        return True

    def demand_written(self, answer_id: str) -> None:
        """Make sure that an answer does not wait; whoever looks for it in the database asks first.

        Raises:
            AnswerWaitsError: It does.
        """
        if self._waits(ANSWER, answer_id):
            raise AnswerWaitsError(answer_id)

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

        def entry() -> OutboxEntry:
            return OutboxEntry(FEEDBACK, feedback_id, now, asdict(stripped))

        is_early = self._waits(ANSWER, given.answer_id)  # and it waits behind its answer
        if (is_early or self._is_left_alone) and self._waiting_of[address] >= MOST_OF_ADDRESS:
            raise OutageError(_TOO_MUCH)
        written = None
        if is_early:
            self._spool(entry())
        else:
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
            lambda: OutboxEntry(REPLY, reply.reply_id, reply.approved_at, body),
        )
        return Saved(reply if written is None else written, written is None)

    def spooled(self) -> dict[str, int]:
        """Return how many entries the outbox holds by state; empty for no outbox.

        See ``Outbox.count``, which says what may go wrong.
        """
        return {} if self.outbox is None else self.outbox.count()

    def start(self, seconds: float = SECONDS) -> None:
        """Relay at once and every so many seconds, in a thread that ends with the program."""
        self.budget.start()
        if self._relay is not None:
            self._relay.start(seconds)

    def stop(self) -> None:
        """Relay no more, and wait for the entry that is being written."""
        self.budget.stop()
        if self._relay is not None:
            self._relay.stop()

    @property
    def _is_left_alone(self) -> bool:
        return self._relay is not None and self._relay.is_left_alone

    def _keep(self, write: Callable[[], T], entry: Callable[[], OutboxEntry]) -> T | None:
        """Write, or put into the outbox; return what was written, None for what waits there."""
        if self._is_left_alone:
            try:
                self._put(entry())
            except OSError as error:
                logger.warning("nothing can be spooled: %s", error)
            else:
                return None
        try:
            return write()
        except NEVER:
            raise
        except StorageError as error:
            made = entry()
            self._spool(made, error)
            logger.warning("%s waits in the outbox: %s", made.kind, error)
            if self._relay is not None:
                self._relay.is_left_alone = True
            return None

    def _spool(self, entry: OutboxEntry, failed: StorageError | None = None) -> None:
        """Put an entry into the outbox; raise what the database ``failed`` by, if it takes none."""
        try:
            self._put(entry)
        except OSError as error:
            self.losses.count(entry.kind, Loss.UNWRITABLE)
            logger.error("%s neither kept nor spooled: %s", entry.kind, error)  # noqa: TRY400
            raise failed or OutageError(str(error)) from error

    def _put(self, entry: OutboxEntry) -> None:
        """Put an entry into the outbox.

        Raises:
            OSError: There is no outbox, or it does not take it.
        """
        if self.outbox is None:
            raise OSError("there is no outbox")
        if entry.kind == ANSWER:
            dropped = self.outbox.put_over_oldest(entry)
            self.losses.count(ANSWER, Loss.DROPPED, dropped)
        else:
            self.outbox.put(entry)

    def _waits(self, kind: str, key: str) -> bool:
        """Tell whether an entry waits; not where nobody knows."""
        if self.outbox is None:
            return False
        try:
            return self.outbox.holds(kind, key)
        except OSError as error:
            logger.warning("nobody knows what waits: %s", error)
            return False

    def _waiting_reply(self, reply: ApprovedReply) -> ApprovedReply | None:
        """Return the reply that waits under the same id; None if there is none."""
        if self.outbox is None:
            return None
        try:
            entry = self.outbox.find(REPLY, reply.reply_id)
        except OSError as error:
            logger.warning("nobody knows whether a reply waits: %s", error)
            return None
        if entry is None:
            return None
        waiting = read_reply(entry)[0]
        if not is_same_save(waiting, reply):
            raise TakenError(f"another reply has the id {reply.reply_id}.")
        return waiting
