"""What waits in the outbox is brought into the database, at the start and from time to time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.desk.replies.file_format import from_line
from bot.desk.replies.rules import ApprovedReply
from bot.desk.replies.store import Replies
from bot.desk.replies.store_rows import UnknownReplyError
from bot.outbox.outbox import Outbox, OutboxEntry, read_entry
from bot.people.identity import Actor
from bot.storage.database import Database
from bot.storage.feedback import Feedback
from bot.storage.storage_errors import ConflictError, StorageError, UnknownAnswerError
from index.background import CircuitBreaker, Worker
from index.jsonl import read_value

logger = logging.getLogger(__name__)
FEEDBACK, REPLY = "feedback", "reply"  # kinds of entries
NEVER = (ConflictError, UnknownAnswerError, UnknownReplyError)  # trying again changes nothing
# A database that is out of order makes whoever writes wait until it says so, such as for a lock.
# Then it is left alone for so many seconds, or until something was written.
LEFT_ALONE = 15.0


@dataclass(frozen=True, slots=True)
class Relayed:
    """What became of the outbox: how many entries are written, refused, and still wait."""

    written: int = 0
    refused: int = 0
    waiting: int = 0


class OutboxRelay:
    """Writes entries as they would have been when they were acknowledged."""

    def __init__(
        self, database: Database, replies: Replies, outbox: Outbox, breaker: CircuitBreaker
    ) -> None:
        """Relay from ``outbox`` into ``database``, which ``breaker`` leaves alone if it fails."""
        self._database = database
        self._replies = replies
        self._outbox = outbox
        self._breaker = breaker
        self._said: dict[str, str] = {}  # what the log has of an entry, by its file
        self._worker = Worker("replay")

    def relay(self) -> Relayed:
        """Write what waits, the oldest first, unless another program is at it.

        Raises:
            OSError: The folder cannot be read.
        """
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

    def start(self, seconds: float) -> None:
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
        if entry.kind == FEEDBACK:
            given = read_value(Feedback, entry.body)
            self._database.keep_feedback(given, feedback_id=entry.key, given_at=entry.at)
        elif entry.kind == REPLY:
            reply, by = read_reply(entry)
            self._replies.add(reply, by=by)
        else:
            raise ValueError(f"is of {entry.kind!r}, which this program does not know.")
        self._breaker.reset()

    def _refuse(self, path: Path, error: Exception) -> bool:
        """Move an entry aside that can never be written; tell whether it could be."""
        try:
            # An answer that is gone does not come back, and strangers may name any.
            is_useless = isinstance(error, UnknownAnswerError)
            self._outbox.refuse(path, str(error), goes=is_useless)
        except OSError as full:
            self._say(path, full)
            return False
        logger.error("%s is moved to %s and not kept: %s", path.name, self._outbox.refused, error)
        return True

    def _is_out_of_order(self) -> bool:
        """Tell whether the database takes nothing at all, rather than not this one entry."""
        try:
            self._database.check()
        except StorageError:
            self._breaker.trip()
            return True
        return False

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
