"""API keys: shown once, kept as a hash, each good for one purpose."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update

from bot.people.errors import PeopleError, UnknownError
from bot.people.identity import ANONYMOUS, Actor, Kind, Purpose, Viewer, clean_name
from bot.people.tokens import digest, key_purpose, new_id, new_key
from bot.storage.errors import ConflictError, StorageError
from bot.storage.people.clock import Clock, as_utc
from bot.storage.people.trail import Action, Deed, note
from bot.storage.tables import api_keys, people
from bot.storage.transactions import Transactions

USED_EVERY = timedelta(minutes=1)  # written no more often than this
_KINDS = {
    Purpose.WIDGET: Kind.WIDGET,
    Purpose.PROGRAM: Kind.PROGRAM,
    Purpose.AGENT: Kind.AGENT_KEY,
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, without the secret.

    Attributes:
        key_id: Which opens nothing.
        name: What people call it.
        purpose: What it is good for.
        person_id: Whose it is; empty for nobody's.
        added_at: In UTC.
        used_at: When it was last used, to the minute; None for never.
        revoked_at: None while it is good.
    """

    key_id: str
    name: str
    purpose: Purpose
    person_id: str
    added_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Keys:
    """Adds, finds and revokes API keys."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    def add(self, name: str, purpose: Purpose, by: Actor, *, person_id: str = "") -> str:
        """Make a key and return it: it is kept nowhere, and cannot be shown again.

        Args:
            name: What people call it.
            purpose: What it is good for.
            by: Who makes it.
            person_id: Whose it is, so that it stops working with them; empty for nobody's.

        Raises:
            PeopleError: The name cannot be used, or an agent's key would be nobody's.
            UnknownError: There is no such person.
        """
        if purpose is Purpose.AGENT and not person_id:
            raise PeopleError("an agent's key belongs to a person. Say whose it is.")
        key, name, now = new_key(purpose), clean_name(name), self._clock()
        row = {
            "id": new_id(),
            "secret": digest(key),
            "name": name,
            "purpose": purpose,
            "person_id": person_id or None,
            "added_at": now,
        }
        try:
            with self._transactions.writing() as connection:
                connection.execute(insert(api_keys), row)
                deed = Deed(Action.KEY_ADDED, str(row["id"]), f"{name}, {purpose}")
                note(connection, now, by, deed)
        except ConflictError as error:
            raise UnknownError("there is no such person to own the key.") from error
        return key

    def viewer(self, key: str) -> Viewer:
        """Return who comes with a key; somebody unknown if it is none, or none any more."""
        purpose = key_purpose(key)
        if purpose is None:
            return ANONYMOUS
        is_good = api_keys.c.revoked_at.is_(None) & (
            api_keys.c.person_id.is_(None) | people.c.is_disabled.is_(False)
        )
        query = (
            select(api_keys, people.c.name.label("owner"))
            .join(people, isouter=True)
            .where((api_keys.c.secret == digest(key)) & (api_keys.c.purpose == purpose) & is_good)
        )
        with self._transactions.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return ANONYMOUS
        now = self._clock()
        if row.used_at is None or as_utc(row.used_at) <= now - USED_EVERY:
            self._use(row.id, now)
        return Viewer(_KINDS[purpose], row.person_id or "", row.owner or row.name, row.id)

    def of(self, owner: str | None) -> list[Key]:
        """Return keys, revoked ones as well, the first made first.

        Args:
            owner: Whose; None for everybody's and nobody's.
        """
        query = select(api_keys).order_by(api_keys.c.added_at, api_keys.c.id)
        if owner is not None:
            query = query.where(api_keys.c.person_id == owner)
        return [_key(row) for row in self._transactions.rows(query)]

    def revoke(self, key_id: str, by: Actor, *, owner: str | None) -> None:
        """Make a key open nothing any more, for good.

        Args:
            key_id: Which.
            by: Who revokes it.
            owner: It is revoked only if it is this person's; None for any.

        Raises:
            UnknownError: There is none that is good, or not of this owner.
        """
        which: ColumnElement[bool] = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
        if owner is not None:
            which &= api_keys.c.person_id == owner
        now = self._clock()
        with self._transactions.writing() as connection:
            revoked = update(api_keys).where(which).values(revoked_at=now)
            if connection.execute(revoked).rowcount == 0:
                raise UnknownError("there is no such key that is good. List them to see which are.")
            note(connection, now, by, Deed(Action.KEY_REVOKED, key_id))

    def _use(self, key_id: str, now: datetime) -> None:
        used = update(api_keys).where(api_keys.c.id == key_id).values(used_at=now)
        try:
            with self._transactions.writing() as connection:
                connection.execute(used)
        except StorageError as error:  # reading goes on while nothing can be written
            logger.warning("the use of a key was not written: %s", error)


def _key(row: Row[Any]) -> Key:
    return Key(
        row.id,
        row.name,
        Purpose(row.purpose),
        row.person_id or "",
        as_utc(row.added_at),
        None if row.used_at is None else as_utc(row.used_at),
        None if row.revoked_at is None else as_utc(row.revoked_at),
    )
