"""What waits in the outbox is brought into the database, at the start and from time to time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.desk.replies.file_format import from_line
from bot.desk.replies.rules import ApprovedReply
from bot.desk.replies.store import Replies
from bot.desk.replies.store_rows import UnknownReplyError
from bot.outbox.outbox import Loss, Losses, Outbox, OutboxEntry, kind_of, read_entry
from bot.people.identity import Actor
from bot.records.record import Record, RecordError, canonical_json, record_from_json
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.storage_errors import ConflictError, StorageError, UnknownAnswerError
from index.background import Worker
from index.jsonl import read_value

logger = logging.getLogger(__name__)
ANSWER, FEEDBACK, REPLY = "answer", "feedback", "reply"  # kinds of entries
NEVER = (ConflictError, UnknownAnswerError, UnknownReplyError)  # trying again changes nothing
SECONDS = 1.0  # from relay to relay, and from try to try of a database that is out of order


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The record of an answer, as it waits.

    Attributes:
        record: As JSON, with its digest; masked by now.
        surface: Where it was asked.
        site: Name of the site that it was asked on; empty for our own.
        probability: That the best citation answers, 0..1; None where there is none.
    """

    record: dict[str, Any]
    surface: str
    site: str
    probability: float | None

    def read_record(self) -> Record:
        """Return the record.

        Raises:
            ValueError: It is none, or was changed.
        """
        try:
            return record_from_json(canonical_json(self.record))
        except RecordError as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Relayed:
    """What became of the outbox: how many entries are written, refused, and still wait."""

    written: int = 0
    refused: int = 0
    waiting: int = 0


class OutboxRelay:
    """Writes entries as they would have been when they were acknowledged.

    A database that is out of order makes whoever writes wait until it says so, such as for a lock.
    It is left alone then by everybody else: the relay alone tries it, until it is in order.

    Attributes:
        is_left_alone: Whether the database is out of order, so that all goes into the outbox.
    """

    def __init__(
        self, database: Database, replies: Replies, outbox: Outbox, losses: Losses
    ) -> None:
        """Relay from ``outbox`` into ``database``, and count in ``losses`` what is refused."""
        self.is_left_alone = False
        self._database = database
        self._replies = replies
        self._outbox = outbox
        self._losses = losses
        self._said: dict[str, str] = {}  # what the log has of an entry, by its file
        self._worker = Worker("replay")

    def relay(self) -> Relayed:
        """Write what waits, the oldest first, unless another program is at it.

        Raises:
            OSError: The folder cannot be read.
        """
        if self.is_left_alone and self._is_out_of_order():
            return Relayed(waiting=len(self._outbox.waiting()))
        with self._outbox.alone() as is_alone:
            return self._relay() if is_alone else Relayed()

    @contextmanager
    def relayed(self, seconds: float) -> Iterator[Relayed]:
        """Write what waits, and let no other program relay meanwhile.

        Raises:
            StorageError: One that relays has not ended after so many seconds.
            OSError: The folder cannot be read.
        """
        with self._outbox.alone(seconds) as is_alone:
            if not is_alone:
                raise StorageError(
                    f"{self._outbox.folder}: another program has been replaying it for "
                    f"{seconds:g} seconds. Wait for it, or end it, and do this again."
                )
            yield self._relay()

    def start(self, seconds: float = SECONDS) -> None:
        """Relay at once and every so many seconds, in a thread that ends with the program."""
        self._worker.repeat(self._relay_and_tell, seconds, is_first_at_once=True)

    def stop(self) -> None:
        """Relay no more, and wait for the entry that is being written."""
        self._worker.stop()

    def _relay(self) -> Relayed:
        self._outbox.sweep()
        paths = self._outbox.waiting()
        written = refused = 0
        for path in paths:
            if self._worker.is_stopped:
                break
            try:
                self._write(read_entry(path))
                self._outbox.drop(path)
                written += 1
            except FileNotFoundError:  # removed by hand
                continue
            except (*NEVER, ValueError) as error:
                refused += self._refuse(path, error)
            except (StorageError, OSError) as error:
                self._say(path, error)
                if self._is_out_of_order():
                    break
        return Relayed(written, refused, len(paths) - written - refused)

    def _write(self, entry: OutboxEntry) -> None:
        """Write an entry.

        Raises:
            ValueError: It is none.
        """
        if entry.kind == ANSWER:
            answer = read_value(KeptAnswer, entry.body)
            self._database.keep_answer(
                answer.read_record(),
                surface=answer.surface,
                site=answer.site,
                probability=answer.probability,
            )
        elif entry.kind == FEEDBACK:
            self._write_feedback(entry)
        elif entry.kind == REPLY:
            reply, by = read_reply(entry)
            self._replies.add(reply, by=by)
        else:
            raise ValueError(f"is of {entry.kind!r}, which this program does not know.")

    def _write_feedback(self, entry: OutboxEntry) -> None:
        given = read_value(Feedback, entry.body)
        try:
            self._database.keep_feedback(given, feedback_id=entry.key, given_at=entry.at)
        except UnknownAnswerError as error:
            if self._outbox.holds(ANSWER, given.answer_id):  # the clock was set back between both
                raise StorageError(f"the answer {given.answer_id!r} waits as well.") from error
            raise

    def _refuse(self, path: Path, error: Exception) -> bool:
        """Move an entry aside that can never be written; tell whether it could be."""
        try:
            # An answer that is gone does not come back, and strangers may name any.
            is_useless = isinstance(error, UnknownAnswerError)
            self._outbox.refuse(path, str(error), goes=is_useless)
        except OSError as full:
            self._say(path, full)
            return False
        self._losses.count(kind_of(path), Loss.REFUSED)
        logger.error("%s is moved to %s and not kept: %s", path.name, self._outbox.refused, error)
        return True

    def _is_out_of_order(self) -> bool:
        """Tell whether the database takes nothing at all, rather than not this one entry."""
        try:
            self._database.check()
        except StorageError:
            self.is_left_alone = True
        else:
            self.is_left_alone = False
        return self.is_left_alone

    def _say(self, path: Path, error: Exception) -> None:
        """Say once why an entry still waits."""
        if self._said.get(path.name) != str(error):
            self._said[path.name] = str(error)
            logger.warning("%s still waits: %s", path, error)

    def _relay_and_tell(self) -> None:
        done = self.relay()
        if done.written:
            logger.info("%d written from the spool, %d wait", done.written, done.waiting)


def read_reply(entry: OutboxEntry) -> tuple[ApprovedReply, Actor]:
    """Return a reply and who saved it.

    Raises:
        ValueError: The entry holds none.
    """
    try:
        by = read_value(Actor, entry.body["by"])
        reply = from_line(str(entry.body["reply"]).encode())
    except KeyError as error:
        raise ValueError(f"has no {error}.") from error
    return replace(reply, owner=by.person_id), by
