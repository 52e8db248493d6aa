"""API keys: shown once, kept as a hash, each good for one purpose."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from bot.people.identity import (
    ANONYMOUS,
    Actor,
    Kind,
    PeopleError,
    Purpose,
    Terms,
    UnknownError,
    Viewer,
    check_terms,
    clean_name,
)
from bot.people.passwords import digest, key_purpose, new_id, new_key
from bot.people.store.audit_log import Action, AuditEvent, note
from bot.storage.storage_errors import ConflictError, StorageError
from bot.storage.tables import Clock, api_keys, as_utc, people
from bot.storage.transactions import Transactions, readable

USED_EVERY = timedelta(minutes=1)  # written no more often than this
_KINDS = {
    Purpose.WIDGET: Kind.WIDGET,
    Purpose.PROGRAM: Kind.PROGRAM,
    Purpose.AGENT: Kind.AGENT_KEY,
}
_IS_GOOD = api_keys.c.revoked_at.is_(None) & (
    api_keys.c.person_id.is_(None) | people.c.is_disabled.is_(False)
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, without the secret.

    Attributes:
        key_id: Which opens nothing.
        name: What people call it.
        purpose: What it is good for.
        person_id: Whose it is; empty for nobody's.
        terms: What comes with it.
        added_at: In UTC.
        used_at: When it was last used, to the minute; None for never.
        revoked_at: None while it is good.
    """

    key_id: str
    name: str
    purpose: Purpose
    person_id: str
    terms: Terms
    added_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made.

    Attributes:
        key: Without the secret.
        secret: Which is kept nowhere, and cannot be shown again.
    """

    key: Key
    secret: str


class Keys:
    """Adds, finds and revokes API keys.

    Attributes:
        changes: How many were made or revoked here, so that whoever knows the good ones by heart
            looks again at once; what another program did is seen by looking from time to time.
    """

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self.changes = 0

    def make(
        self,
        name: str,
        purpose: Purpose,
        by: Actor,
        *,
        person_id: str = "",
        terms: Terms = Terms(),  # noqa: B008 - cannot be changed
    ) -> NewKey:
        """Make a key; it stops working with the person whose it is, empty for nobody.

        Raises:
            PeopleError: The name or the terms cannot be used, or an agent's key would be
                nobody's.
            UnknownError: There is no such person.
        """
        if purpose is Purpose.AGENT and not person_id:
            raise PeopleError("an agent's key belongs to a person. Say whose it is.", "key_owner")
        name, terms, secret = clean_name(name), check_terms(purpose, terms), new_key(purpose)
        key = Key(new_id(), name, purpose, person_id, terms, self._clock(), None, None)
        detail = f"{name}, {purpose} {' '.join(terms.origins)}".rstrip()
        try:
            with self._transactions.writing() as connection:
                connection.execute(insert(api_keys), _row(key, secret))
                note(connection, key.added_at, by, AuditEvent(Action.KEY_ADDED, key.key_id, detail))
        except ConflictError as error:
            raise UnknownError("there is no such person to own the key.") from error
        self.changes += 1
        return NewKey(key, secret)

    def viewer(self, key: str) -> Viewer:
        """Return who comes with a key; somebody unknown if it is none, or none any more."""
        purpose = key_purpose(key)
        if purpose is None:
            return ANONYMOUS
        query = (
            select(api_keys, people.c.name.label("owner"))
            .join(people, isouter=True)
            .where((api_keys.c.secret == digest(key)) & (api_keys.c.purpose == purpose) & _IS_GOOD)
        )
        with self._transactions.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return ANONYMOUS
        now = self._clock()
        if row.used_at is None or as_utc(row.used_at) <= now - USED_EVERY:
            self.use([row.id])
        return Viewer(_KINDS[purpose], row.person_id or "", row.owner or row.name, row.id)

    def good(self) -> Mapping[str, Key]:
        """Return every key that is good, by the digest of its secret."""
        query = select(api_keys).join(people, isouter=True).where(_IS_GOOD)
        rows = self._transactions.rows(query)
        return {row.secret: key for row, key in readable("api_keys", rows, read_key)}

    def of(self, owner: str | None) -> list[Key]:
        """Return keys, revoked ones too, first made first; None for everybody's and nobody's."""
        query = select(api_keys).order_by(api_keys.c.added_at, api_keys.c.id)
        if owner is not None:
            query = query.where(api_keys.c.person_id == owner)
        rows = self._transactions.rows(query)
        return [key for _, key in readable("api_keys", rows, read_key)]

    def revoke(self, key_id: str, by: Actor, *, owner: str | None) -> None:
        """Make a key open nothing any more, for good; only if it is its owner's, None for any.

        Raises:
            UnknownError: There is none that is good, or not of this owner.
        """
        which: ColumnElement[bool] = api_keys.c.id == key_id
        if owner is not None:
            which &= api_keys.c.person_id == owner
        with self._transactions.writing() as connection:
            if not self._revoke(connection, which, by):
                raise UnknownError("there is no such key that is good. List them to see which are.")
        self.changes += 1

    def revoke_of(self, connection: Connection, person_id: str, by: Actor) -> None:
        """Revoke every key of a person in the transaction of what makes it necessary."""
        self._revoke(connection, api_keys.c.person_id == person_id, by)
        self.changes += 1

    def _revoke(self, connection: Connection, which: ColumnElement[bool], by: Actor) -> int:
        """Revoke those of some keys that are good, and return how many."""
        now, is_good = self._clock(), api_keys.c.revoked_at.is_(None)
        revoked = update(api_keys).where(which, is_good).values(revoked_at=now)
        rows = connection.execute(revoked.returning(api_keys.c.id, api_keys.c.name)).all()
        for key_id, name in rows:
            note(connection, now, by, AuditEvent(Action.KEY_REVOKED, key_id, name))
        return len(rows)

    def use(self, key_ids: Iterable[str]) -> None:
        """Write that keys were used just now; where nothing can be written, the log says so."""
        used = update(api_keys).where(api_keys.c.id.in_(key_ids)).values(used_at=self._clock())
        try:
            with self._transactions.writing() as connection:
                connection.execute(used)
        except StorageError as error:  # reading goes on while nothing can be written
            logger.warning("the use of a key was not written: %s", error)


def _row(key: Key, secret: str) -> dict[str, object]:
    return {
        "id": key.key_id,
        "secret": digest(secret),
        "name": key.name,
        "purpose": key.purpose,
        "person_id": key.person_id or None,
        "origins": json.dumps(key.terms.origins),
        "per_key_per_minute": key.terms.per_key_per_minute,
        "per_address_per_minute": key.terms.per_address_per_minute,
        "added_at": key.added_at,
    }


def read_key(row: Row[Any]) -> Key:
    """Return the key that a row holds; its terms are held against what terms may be."""
    purpose, origins = Purpose(row.purpose), tuple(json.loads(row.origins))
    terms = Terms(origins, row.per_key_per_minute, row.per_address_per_minute)
    return Key(
        row.id,
        row.name,
        purpose,
        row.person_id or "",
        check_terms(purpose, terms),
        as_utc(row.added_at),
        None if row.used_at is None else as_utc(row.used_at),
        None if row.revoked_at is None else as_utc(row.revoked_at),
    )
