"""How long to wait after failed sign-ins, kept in the database so that all programs agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.people.client_address import network_of
from bot.people.identity import WaitError
from bot.people.passwords import digest
from bot.storage.tables import AHEAD, Clock, as_utc
from bot.storage.tables import sign_in_failures as failures
from bot.storage.transactions import Transactions

MAX_WAIT = timedelta(minutes=15)
MAX_WAIT_OF_NAME = timedelta(minutes=1)  # whoever guesses from everywhere binds a name no longer
FORGOTTEN_AFTER = timedelta(days=1)  # without another failure
_HALF = 32  # of 64 characters: the former tell the name, so that they are found by it


@dataclass(frozen=True, slots=True)
class Counter:
    """What failures are counted under.

    Attributes:
        subject: A hash, since a password may be typed where the name belongs.
        free: Failures before there is a wait; it doubles with each that follows.
        most: The longest wait.
        is_shared: Whether others are counted here too, so that one success forgives one failure.
    """

    subject: str
    free: int
    most: timedelta = MAX_WAIT
    is_shared: bool = False


def of_stranger(folded: str, address: str) -> tuple[Counter, ...]:
    """Return the counters of a browser that nobody is known to have signed in with."""
    network = digest(f"address:{network_of(address)}")
    return (
        Counter(_name(folded) + network[:_HALF], 5),
        Counter(network, 20, is_shared=True),
        Counter(digest(f"name:{folded}"), 50, MAX_WAIT_OF_NAME),
    )


def of_device(folded: str, device: str) -> tuple[Counter, ...]:
    """Return the counter of a browser that the person signed in with before."""
    return (Counter(_name(folded) + digest(f"device:{device}")[:_HALF], 5),)


def of_session(session_id: str) -> tuple[Counter, ...]:
    """Return the counter of a session, in which the present password is asked for once more."""
    return (Counter(digest(f"session:{session_id}"), 5),)


def of_codes(person_id: str) -> tuple[Counter, ...]:
    """Return the counter of codes for a person, which those alone guess who know the password."""
    return (Counter(digest(f"code:{person_id}"), 5),)


class Throttle:
    """Counts failed sign-ins."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    def count(self, counters: Sequence[Counter]) -> None:
        """Count a try as failed, before its password is looked at.

        Were it counted afterwards, any number of tries at once would be looked at. A try that
        has to wait is not counted: who knocks on a blocked name makes it wait no longer.

        Raises:
            WaitError: It is too early for another.
        """
        now = self._clock()
        with self._transactions.writing() as connection:
            rows = _lock(connection, counters, now)
            wait = max(_left(row, counter, now) for counter, row in rows)
            if wait > timedelta():
                raise WaitError(math.ceil(wait.total_seconds()))
            for counter, row in rows:
                failed = 1 if _is_old(row, now) else row.failed + 1
                until = now + _wait(failed - counter.free, counter.most)
                _set(connection, row.subject, failed=failed, last_at=now, blocked_until=until)

    def forgive(self, counters: Sequence[Counter]) -> None:
        """Take back a try that did not fail.

        The failures under the name are forgotten. Those from the network are not, or who has
        one account could try any number of names between two sign-ins of their own.
        """
        now = self._clock()
        with self._transactions.writing() as connection:
            for counter, row in _lock(connection, counters, now):
                if counter.is_shared:
                    failed = max(0, row.failed - 1)
                    _set(connection, row.subject, failed=failed, blocked_until=now)
                else:
                    connection.execute(delete(failures).where(failures.c.subject == row.subject))

    def take_back(self, counters: Sequence[Counter]) -> None:
        """Count a try as never made: it neither failed nor proved who it was.

        Unlike ``forgive`` it forgets no failure before it.
        """
        now = self._clock()
        with self._transactions.writing() as connection:
            for _, row in _lock(connection, counters, now):
                failed = max(0, row.failed - 1)
                _set(connection, row.subject, failed=failed, blocked_until=now)

    def forget(self, folded: str) -> None:
        """Forget the failures under a name, and those that are too old to count."""
        now = self._clock()
        old = (failures.c.last_at < now - FORGOTTEN_AFTER) | (failures.c.last_at > now + AHEAD)
        named = failures.c.subject.startswith(_name(folded), autoescape=True)
        free = select(failures.c.subject).where(old | named).with_for_update(skip_locked=True)
        with self._transactions.writing() as connection:
            connection.execute(delete(failures).where(failures.c.subject.in_(free)))


def _name(folded: str) -> str:
    return digest(f"name:{folded}")[:_HALF]


def _is_old(row: Row[Any], now: datetime) -> bool:
    """Tell whether a count is of long ago, or of a clock that was ahead."""
    return not now - FORGOTTEN_AFTER <= as_utc(row.last_at) <= now + AHEAD


def _left(row: Row[Any], counter: Counter, now: datetime) -> timedelta:
    return timedelta() if _is_old(row, now) else min(as_utc(row.blocked_until) - now, counter.most)


def _wait(beyond: int, most: timedelta) -> timedelta:
    """Return how long to wait after so many failures beyond the free ones; at 0, a second."""
    if beyond < 0:
        return timedelta()
    return min(timedelta(seconds=2 ** min(beyond, 30)), most)


def _lock(
    connection: Connection, counters: Iterable[Counter], now: datetime
) -> list[tuple[Counter, Row[Any]]]:
    """Return the counters with their rows, made where there are none, for this transaction alone.

    Always in the same order, so that no two wait for each other.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    rows = []
    for counter in sorted(counters, key=lambda counter: counter.subject):
        subject = counter.subject
        row = {"subject": subject, "failed": 0, "last_at": now, "blocked_until": now}
        locked = (
            dialect.insert(failures)
            .values(row)
            .on_conflict_do_update(index_elements=["subject"], set_={"subject": subject})
            .returning(*failures.c)
        )
        rows.append((counter, connection.execute(locked).one()))
    return rows


def _set(connection: Connection, subject: str, **values: object) -> None:
    connection.execute(update(failures).where(failures.c.subject == subject).values(values))
