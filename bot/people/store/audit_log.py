"""The audit log of who did what: added to, read, and verified by a chain of digests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from bot.people.identity import Actor
from bot.storage.tables import Clock, as_utc, audit_log, trail_pruning
from bot.storage.transactions import Transactions, readable
from index.files import checksum

_TEXTS = ("who", "person_id", "action", "subject", "detail", "address")
_LOCK = "SELECT pg_advisory_xact_lock(7246182)"  # any number that no other program takes
_PRUNED = re.compile(r"the last of them ([0-9a-f]{64})")


def last_digest(connection: Connection) -> str:
    """Return the digest of the last line; nobody else adds one before this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_LOCK)
    last = select(audit_log.c.digest).order_by(audit_log.c.id.desc()).limit(1)
    return str(connection.execute(last).scalar() or "")


def digest_of(former: str, at: datetime, line: Mapping[Any, Any]) -> str:
    """Return the digest of a line that follows one with the digest ``former``; empty for none."""
    moment = as_utc(at).isoformat(timespec="microseconds")
    words = json.dumps([former, moment, *(line[name] for name in _TEXTS)], ensure_ascii=False)
    return checksum(words.encode())


def describe_pruning(count: int, before: str, last: str) -> str:
    """Return how the audit log describes deleted lines; ``last`` is the last one's digest."""
    return f"{count} lines before {before}" + (f", the last of them {last}" if count else "")


def find_breaks(rows: Iterable[Row[Any]], told: Iterable[str]) -> Iterator[str]:
    """Yield for every line, the first one first, what is wrong with it, or nothing.

    ``told`` holds what the lines that tell of pruning say.
    """
    pruned = [found[1] for words in told if (found := _PRUNED.search(words))]
    formers = ["", *pruned]
    for row in rows:
        line = row._mapping
        if any(digest_of(former, row.at, line) == row.digest for former in formers):
            yield ""
        else:
            yield (
                f"line {row.id} of the trail: is not as it was written, or lines before it are "
                "gone. Compare it with a backup."
            )
        formers = [row.digest]


KEPT_AT_LEAST = timedelta(days=30)
_MAX_LENGTH = 500  # characters of one field


class Action(StrEnum):
    """What is kept in the audit log."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    PERSON_ADDED = "person_added"
    PERSON_DISABLED = "person_disabled"
    PERSON_ENABLED = "person_enabled"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - names an action
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    RECOVERY_CODE_USED = "recovery_code_used"
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
    CORPUS_RESTATED = "corpus_restated"
    CORPUS_REMOVED = "corpus_removed"
    CORPUS_RESTORED = "corpus_restored"
    TRAIL_PRUNED = "trail_pruned"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit log.

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
class AuditEvent:
    """What was done, to be written into the audit log; see ``Entry``."""

    action: Action
    subject: str = ""
    detail: str = ""


def note(connection: Connection, at: datetime, actor: Actor, *events: AuditEvent) -> None:
    """Add a line for each event in the transaction of what was done: all are kept, or nothing."""
    rows, former = [], last_digest(connection) if events else ""
    for event in events:
        row = {
            "at": at.astimezone(UTC),
            "who": _plain(actor.name),
            "person_id": actor.person_id,
            "action": str(event.action),
            "subject": _plain(event.subject),
            "detail": _plain(event.detail),
            "address": _plain(actor.address),
        }
        former = digest_of(former, at, row)
        rows.append(row | {"digest": former})
    if rows:
        connection.execute(insert(audit_log), rows)


class AuditLog:
    """Reads the audit log, and adds to it."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    def add(self, actor: Actor, event: AuditEvent) -> None:
        """Add a line of its own."""
        with self._transactions.writing() as connection:
            note(connection, self._clock(), actor, event)

    def entries(
        self,
        *,
        most: int = 100,
        before: int | None = None,
        action: Action | None = None,
        person_id: str = "",
    ) -> list[AuditEntry]:
        """Return the last lines, the last first.

        Where it is asked for, only those with numbers below ``before``, to read on from; only what
        was done so; only what a person did, and what was done to them.
        """
        query = select(audit_log).order_by(audit_log.c.id.desc()).limit(most)
        if before is not None:
            query = query.where(audit_log.c.id < before)
        if action is not None:
            query = query.where(audit_log.c.action == action)
        if person_id:
            query = query.where(
                (audit_log.c.person_id == person_id) | (audit_log.c.subject == person_id)
            )
        rows = self._transactions.rows(query)
        return [entry for _, entry in readable("trail", rows, read_entry)]

    def prune(self, before: datetime, by: Actor) -> int:
        """Delete the lines before a time, beyond recovery, and say so in the audit log.

        They are deleted up to the first line that is of a later time.

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
        before = before.astimezone(UTC).replace(microsecond=0)
        with self._transactions.writing() as connection:
            last_digest(connection)  # so that nobody adds a line meanwhile
            kept = (
                select(func.min(audit_log.c.id)).where(audit_log.c.at >= before).scalar_subquery()
            )
            is_old = (audit_log.c.at < before) & (func.coalesce(audit_log.c.id < kept, True))
            old = (
                connection.execute(
                    select(audit_log.c.digest).where(is_old).order_by(audit_log.c.id)
                )
                .scalars()
                .all()
            )
            detail = describe_pruning(len(old), before.isoformat(), old[-1] if old else "")
            until = f"{before:%Y-%m-%dT%H:%M:%SZ}"
            note(connection, now, by, AuditEvent(Action.TRAIL_PRUNED, until, detail))
            connection.execute(insert(trail_pruning), {"until": before})  # the triggers look here
            connection.execute(delete(audit_log).where(is_old))
            connection.execute(delete(trail_pruning))
        self._transactions.overwrite()
        return len(old)

    def verify(self) -> Iterator[str]:
        """Yield for every line what is wrong with it, or nothing; see ``find_breaks``."""
        told = select(audit_log.c.detail).where(audit_log.c.action == Action.TRAIL_PRUNED)
        details = [row.detail for row in self._transactions.rows(told)]
        yield from find_breaks(
            self._transactions.rows(select(audit_log).order_by(audit_log.c.id)), details
        )

    def last_digest(self) -> str:
        """Return the digest of the last line; empty for none."""
        with self._transactions.reading() as connection:
            return last_digest(connection)


def read_entry(row: Row[Any]) -> AuditEntry:
    """Return the line that a row holds."""
    actor = Actor(row.who, row.person_id, row.address)
    return AuditEntry(row.id, as_utc(row.at), actor, Action(row.action), row.subject, row.detail)


def _plain(text: str) -> str:
    """Return text that every database and terminal can take, and not too much of it."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:_MAX_LENGTH])
