"""How long to wait after failed sign-ins, kept in the database so that all programs agree."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.people.errors import WaitError
from bot.people.tokens import digest
from bot.storage.people.clock import Clock, as_utc
from bot.storage.tables import sign_in_failures as failures
from bot.storage.transactions import Transactions

FREE_PER_NAME, FREE_PER_ADDRESS = 5, 20  # failures; the wait doubles with each that follows
MAX_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)  # without another failure


class Throttle:
    """Counts failed sign-ins, per name and per address."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    def count(self, folded: str, address: str) -> None:
        """Count a try as failed, before its password is looked at.

        Were it counted afterwards, any number of tries at once would be looked at. A try that
        has to wait is not counted: who knocks on a blocked name makes it wait no longer.

        Args:
            folded: The name that is tried, be it anybody's or not.
            address: Where from.

        Raises:
            WaitError: It is too early for another.
        """
        now = self._clock()
        free = _subjects(folded, address)
        with self._transactions.writing() as connection:
            rows = _lock(connection, free, now)
            wait = max(as_utc(row.blocked_until) - now for row in rows)
            if wait > timedelta():
                raise WaitError(math.ceil(wait.total_seconds()))
            for row in rows:
                is_old = as_utc(row.last_at) < now - FORGOTTEN_AFTER
                failed = 1 if is_old else row.failed + 1
                until = now + _wait(failed - free[row.subject])
                _set(connection, row.subject, failed=failed, last_at=now, blocked_until=until)

    def forgive(self, folded: str, address: str) -> None:
        """Take back a try that did not fail.

        The failures under the name are forgotten. Those from the address are not, or who has
        one account could try any number of names between two sign-ins of their own.
        """
        now = self._clock()
        name, place = _subjects(folded, address)
        with self._transactions.writing() as connection:
            rows = _lock(connection, (name, place), now)
            failed = next(row.failed for row in rows if row.subject == place)
            _set(connection, place, failed=max(0, failed - 1), blocked_until=now)
            connection.execute(delete(failures).where(failures.c.subject == name))

    def forget(self, folded: str) -> None:
        """Forget the failures under a name, and those that are too old to count."""
        old = failures.c.last_at < self._clock() - FORGOTTEN_AFTER
        named = failures.c.subject == _name(folded)
        free = select(failures.c.subject).where(old | named).with_for_update(skip_locked=True)
        with self._transactions.writing() as connection:
            connection.execute(delete(failures).where(failures.c.subject.in_(free)))


def _subjects(folded: str, address: str) -> Mapping[str, int]:
    """Return what failures are counted under, with how many are free.

    Hashed, since a password may be typed where the name belongs.
    """
    return {_name(folded): FREE_PER_NAME, digest(f"address:{_network(address)}"): FREE_PER_ADDRESS}


def _name(folded: str) -> str:
    return digest(f"name:{folded}")


def _network(address: str) -> str:
    """Return what one machine cannot change at will: of IPv6 it owns the latter half."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))


def _wait(beyond: int) -> timedelta:
    """Return how long to wait after so many failures beyond the free ones; at 0, a second."""
    if beyond < 0:
        return timedelta()
    return min(timedelta(seconds=2 ** min(beyond, 30)), MAX_WAIT)


def _lock(connection: Connection, subjects: Iterable[str], now: datetime) -> list[Row[Any]]:
    """Return the rows of the subjects, made where there are none, for this transaction alone."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    rows = []
    for subject in sorted(subjects):  # always in this order, so that no two wait for each other
        row = {"subject": subject, "failed": 0, "last_at": now, "blocked_until": now}
        locked = (
            dialect.insert(failures)
            .values(row)
            .on_conflict_do_update(index_elements=["subject"], set_={"subject": subject})
            .returning(*failures.c)
        )
        rows.append(connection.execute(locked).one())
    return rows


def _set(connection: Connection, subject: str, **values: object) -> None:
    connection.execute(update(failures).where(failures.c.subject == subject).values(values))
