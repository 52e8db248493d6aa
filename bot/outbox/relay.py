"""What waits in the outbox is brought into the database, at the start and from time to time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.desk.replies.file_format import from_line
from bot.desk.replies.rules import ApprovedReply
from bot.desk.replies.store import Replies, UnknownReplyError
from bot.outbox.outbox import Outbox, OutboxEntry, read_entry
from bot.people.identity import Actor
from bot.records.record import build
from bot.storage.database import Database
from bot.storage.errors import ConflictError, StorageError, UnknownAnswerError
from bot.storage.feedback import Feedback

logger = logging.getLogger(__name__)
FEEDBACK, REPLY = "feedback", "reply"  # kinds of entries
NEVER = (ConflictError, UnknownAnswerError, UnknownReplyError)  # trying again changes nothing
_LEFT_ALONE = 15.0  # seconds


@dataclass(frozen=True, slots=True)
class Relayed:
    """What became of the outbox: how many entries are written, refused, and still wait."""

    written: int = 0
    refused: int = 0
    waiting: int = 0


class Outage:
    """Whether the database was out of order just now.

    It makes whoever writes wait until it says so, such as for a lock. Then it is left alone for
    a while, or until something was written.
    """

    def __init__(self) -> None:
        self._until = 0.0  # monotonic

    def is_on(self) -> bool:
        """Return whether to leave it alone."""
        return time.monotonic() < self._until

    def begin(self) -> None:
        """Leave it alone from now on."""
        self._until = time.monotonic() + _LEFT_ALONE

    def end(self) -> None:
        """Write again."""
        self._until = 0.0


class OutboxRelay:
    """Writes entries as they would have been when they were acknowledged."""

    def __init__(
        self, database: Database, replies: Replies, outbox: Outbox, outage: Outage
    ) -> None:
        """Relay from ``outbox`` into the database; see ``OutboxWriter``."""
        self._database = database
        self._replies = replies
        self._outbox = outbox
        self._outage = outage
        self._said: dict[str, str] = {}  # what the log has of an entry, by its file
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

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

        Args:
            seconds: To wait for a program that relays.

        Raises:
            StorageError: It has not ended by then.
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
        self._thread = threading.Thread(
            target=self._run, args=(seconds,), name="replay", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Relay no more, and wait for the entry that is being written."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _relay(self) -> Relayed:
        self._outbox.sweep()
        paths = self._outbox.waiting()
        written = refused = 0
        for path in paths:
            if self._stopped.is_set():
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
            given: Feedback = build(Feedback, dict(entry.body))
            self._database.keep_feedback(given, feedback_id=entry.key, given_at=entry.at)
        elif entry.kind == REPLY:
            reply, by = read_reply(entry)
            self._replies.add(reply, by=by)
        else:
            raise ValueError(f"is of {entry.kind!r}, which this program does not know.")
        self._outage.end()

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
            self._outage.begin()
            return True
        return False

    def _say(self, path: Path, error: Exception) -> None:
        """Say once why an entry still waits."""
        if self._said.get(path.name) != str(error):
            self._said[path.name] = str(error)
            logger.warning("%s still waits: %s", path, error)

    def _run(self, seconds: float) -> None:
        while True:
            try:
                done = self.relay()
                if done.written:
                    logger.info("%d written from the spool, %d wait", done.written, done.waiting)
            except Exception:  # the edge of this thread: it must live as long as the program
                logger.exception("a replay of the spool failed")
            if self._stopped.wait(seconds):
                return


def read_reply(entry: OutboxEntry) -> tuple[ApprovedReply, Actor]:
    """Return a reply and who saved it.

    Raises:
        ValueError: The entry holds none.
    """
    try:
        by: Actor = build(Actor, entry.body["by"])
        reply = from_line(str(entry.body["reply"]).encode())
    except KeyError as error:
        raise ValueError(f"has no {error}.") from error
    return replace(reply, owner=by.person_id), by
