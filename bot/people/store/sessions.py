"""Sessions of those who signed in: a token out, a viewer in its place at every request."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from bot.people.identity import ANONYMOUS, Actor, Kind, Role, SignInError, UnknownError, Viewer
from bot.people.passwords import digest, is_token, new_id, new_token
from bot.people.store.accounts import find_row
from bot.people.store.audit_log import Action, AuditEvent, note
from bot.storage.storage_errors import StorageError
from bot.storage.tables import AHEAD, Clock, as_utc, people, sessions
from bot.storage.transactions import Transactions

IDLE, ABSOLUTE = timedelta(hours=2), timedelta(hours=12)  # after which a session ends
SEEN_EVERY = timedelta(minutes=1)  # written no more often than this
_KINDS = {Role.AGENT: Kind.AGENT, Role.ADMIN: Kind.ADMIN}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """A session, without its token.

    Attributes:
        session_id: Which it does not open.
        person_id: Whose it is.
        address: Where it was begun.
        begun_at: In UTC.
        seen_at: When it was last used, to the minute.
        ends_at: When it ends, be it used or not.
    """

    session_id: str
    person_id: str
    address: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime


class Sessions:
    """Begins, finds and ends sessions."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    def begin(self, person_id: str, kept: str, address: str, *, is_proven: bool = True) -> str:
        """Begin a session and return its token, which is kept nowhere.

        ``kept`` is the hash that the password was verified with, and ``is_proven`` whether a
        second factor was, if they have one.

        Raises:
            SignInError: They were disabled, got another password, or turned a second factor on,
                in that very moment.
        """
        token, now = new_token(), self._clock()
        mine = (people.c.id == person_id) & (people.c.password == kept)
        if not is_proven:
            mine &= people.c.totp_since.is_(None)
        query = select(people.c.name).where(mine & people.c.is_disabled.is_(False))
        row = {
            "id": new_id(),
            "token": digest(token),
            "person_id": person_id,
            "address": address,
            "begun_at": now,
            "seen_at": now,
            "ends_at": now + ABSOLUTE,
        }
        over = (sessions.c.person_id == person_id) & ~_is_open(now)
        with self._transactions.writing() as connection:
            name = connection.execute(query.with_for_update()).scalar()
            if name is None:
                raise SignInError
            connection.execute(delete(sessions).where(over))
            connection.execute(insert(sessions), row)
            actor = Actor(name, person_id, address)
            note(connection, now, actor, AuditEvent(Action.SIGNED_IN, str(row["id"])))
        return token

    def viewer(self, token: str) -> Viewer:
        """Return who comes with a token; somebody unknown if it opens no session any more."""
        if not is_token(token):
            return ANONYMOUS
        now = self._clock()
        query = (
            select(sessions.c.id, sessions.c.seen_at, sessions.c.person_id)
            .add_columns(people.c.name, people.c.role)
            .join(people)
            .where(sessions.c.token == digest(token))
            .where(_is_open(now) & people.c.is_disabled.is_(False))
        )
        with self._transactions.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return ANONYMOUS
        if as_utc(row.seen_at) <= now - SEEN_EVERY:
            self._see(row.id, now)
        return Viewer(_KINDS[Role(row.role)], row.person_id, row.name, row.id)

    def of(self, owner: str | None) -> list[Session]:
        """Return the sessions that are open, the last used first; None for everybody's."""
        is_open = _is_open(self._clock())
        query = select(sessions).where(is_open).order_by(sessions.c.seen_at.desc())
        if owner is not None:
            query = query.where(sessions.c.person_id == owner)
        return [_session(row) for row in self._transactions.rows(query)]

    def revoke(self, session_id: str, by: Actor, *, owner: str | None) -> None:
        """End a session; only if it is its owner's, None for anybody's.

        Raises:
            UnknownError: There is none, or not of this owner.
        """
        which = sessions.c.id == session_id
        if owner is not None:
            which &= sessions.c.person_id == owner
        ended = delete(sessions).where(which).returning(sessions.c.person_id)
        with self._transactions.writing() as connection:
            person_id = connection.execute(ended).scalar()
            if person_id is None:
                raise UnknownError("there is no such session. List them to see which there are.")
            name = find_row(connection, person_id).name
            event = AuditEvent(Action.SESSION_REVOKED, session_id, name)
            note(connection, self._clock(), by, event)

    def revoke_all(self, person_id: str, by: Actor) -> int:
        """End every session of a person and return how many there were.

        Raises:
            UnknownError: There is no such person.
        """
        with self._transactions.writing() as connection:
            find_row(connection, person_id)
            mine = delete(sessions).where(sessions.c.person_id == person_id)
            count = connection.execute(mine).rowcount
            event = AuditEvent(Action.SESSIONS_REVOKED, person_id, f"{count} sessions")
            note(connection, self._clock(), by, event)
        return count

    def _see(self, session_id: str, now: datetime) -> None:
        seen = update(sessions).where(sessions.c.id == session_id).values(seen_at=now)
        try:
            with self._transactions.writing() as connection:
                connection.execute(seen)
        except StorageError as error:  # reading goes on while nothing can be written
            logger.warning("the use of a session was not written: %s", error)


def _is_open(now: datetime) -> ColumnElement[bool]:
    """Tell which sessions are open; none is that a clock began, or saw used, that was ahead."""
    is_used = (sessions.c.seen_at > now - IDLE) & (sessions.c.seen_at <= now + AHEAD)
    return (sessions.c.ends_at > now) & is_used


def _session(row: Row[Any]) -> Session:
    times = (as_utc(time) for time in (row.begun_at, row.seen_at, row.ends_at))
    return Session(row.id, row.person_id, row.address, *times)
