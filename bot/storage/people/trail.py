"""The trail of who did what: it can be added to and read.

Triggers in the database refuse to change or delete a line of it; the one way to delete is
``Trail.prune``, which says in the trail that it was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from bot.people.identity import Actor
from bot.storage.people.clock import Clock, as_utc
from bot.storage.tables import trail, trail_pruning
from bot.storage.transactions import Transactions

KEPT_AT_LEAST = timedelta(days=30)
_MAX_LENGTH = 500  # characters of one field


class Action(StrEnum):
    """What is kept in the trail."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    PERSON_ADDED = "person_added"
    PERSON_DISABLED = "person_disabled"
    PERSON_ENABLED = "person_enabled"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - names an action
    SESSION_REVOKED = "session_revoked"
    SESSIONS_REVOKED = "sessions_revoked"
    KEY_ADDED = "key_added"
    KEY_REVOKED = "key_revoked"
    REPLY_APPROVED = "reply_approved"
    REPLY_CHANGED = "reply_changed"
    REPLY_RETIRED = "reply_retired"
    GAP_MARKED = "gap_marked"
    CORPUS_UPLOADED = "corpus_uploaded"
    CORPUS_PUBLISHED = "corpus_published"
    CORPUS_DISCARDED = "corpus_discarded"
    CORPUS_RESTORED = "corpus_restored"
    TRAIL_PRUNED = "trail_pruned"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail.

    Attributes:
        number: Rises from line to line.
        at: In UTC.
        actor: Who, and from where.
        action: What was done.
        subject: Id of what it was done to; may be empty.
        detail: What a person needs to understand it; may be empty.
    """

    number: int
    at: datetime
    actor: Actor
    action: Action
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, to be written into the trail; see ``Entry``."""

    action: Action
    subject: str = ""
    detail: str = ""


def note(connection: Connection, at: datetime, actor: Actor, deed: Deed) -> None:
    """Add a line in the transaction of what was done: both are kept, or neither."""
    row = {
        "at": at.astimezone(UTC),
        "who": _plain(actor.name),
        "person_id": actor.person_id,
        "action": deed.action,
        "subject": _plain(deed.subject),
        "detail": _plain(deed.detail),
        "address": _plain(actor.address),
    }
    connection.execute(insert(trail), row)


class Trail:
    """Reads the trail, and adds to it."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    def add(self, actor: Actor, deed: Deed) -> None:
        """Add a line of its own."""
        with self._transactions.writing() as connection:
            note(connection, self._clock(), actor, deed)

    def entries(
        self,
        *,
        most: int = 100,
        before: int | None = None,
        action: Action | None = None,
        person_id: str = "",
    ) -> list[Entry]:
        """Return the last lines, the last first.

        Args:
            most: How many.
            before: Only lines with smaller numbers, to read on from.
            action: Only what was done so; None for all.
            person_id: Only what this person did, and what was done to them; empty for all.
        """
        query = select(trail).order_by(trail.c.id.desc()).limit(most)
        if before is not None:
            query = query.where(trail.c.id < before)
        if action is not None:
            query = query.where(trail.c.action == action)
        if person_id:
            query = query.where((trail.c.person_id == person_id) | (trail.c.subject == person_id))
        return [
            Entry(
                row.id,
                as_utc(row.at),
                Actor(row.who, row.person_id, row.address),
                Action(row.action),
                row.subject,
                row.detail,
            )
            for row in self._transactions.rows(query)
        ]

    def prune(self, before: datetime, by: Actor) -> int:
        """Delete the lines before a time, beyond recovery, and say so in the trail.

        Returns:
            How many.

        Raises:
            ValueError: The time is less than ``KEPT_AT_LEAST`` ago.
            StorageError: Another program is reading what is to be overwritten; the lines are
                deleted all the same.
        """
        now = self._clock()
        if before > now - KEPT_AT_LEAST:
            raise ValueError(f"the trail of the last {KEPT_AT_LEAST.days} days is not deleted")
        before = before.astimezone(UTC)
        with self._transactions.writing() as connection:
            connection.execute(insert(trail_pruning), {"until": before})  # the triggers look here
            deleted = connection.execute(delete(trail).where(trail.c.at < before)).rowcount
            connection.execute(delete(trail_pruning))
            detail = f"{deleted} lines before {before.isoformat(timespec='seconds')}"
            note(connection, now, by, Deed(Action.TRAIL_PRUNED, detail=detail))
        self._transactions.overwrite()
        return deleted


def _plain(text: str) -> str:
    """Return text that every database and terminal can take, and not too much of it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:_MAX_LENGTH])
