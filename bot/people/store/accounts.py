"""Who the people are: name, role, password, and whether they are let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.people.identity import (
    Actor,
    PeopleError,
    ProofError,
    Role,
    UnknownError,
    clean_name,
    fold_name,
    is_name,
    normalise_name,
)
from bot.people.passwords import Passwords, check_password, new_id
from bot.people.store.audit_log import Action, AuditEvent, note
from bot.people.store.keys import Keys
from bot.people.store.throttle import Throttle
from bot.storage.storage_errors import ConflictError
from bot.storage.tables import Clock, as_utc, people, sessions
from bot.storage.transactions import Transactions, readable

_IS_ADMIN = (people.c.role == Role.ADMIN) & people.c.is_disabled.is_(False)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people.

    Attributes:
        person_id: Never changes.
        name: Nobody else's, in whatever case.
        role: What they may do.
        is_disabled: Whether they are kept out.
        added_at: In UTC.
        has_second_factor: Whether signing in takes a code beside the password.
    """

    person_id: str
    name: str
    role: Role
    is_disabled: bool
    added_at: datetime
    has_second_factor: bool


class Accounts:
    """Adds, changes and finds people; there is no way to delete one, so that the audit log is read.

    Methods that change somebody raise UnknownError where there is no such person.
    """

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        *,
        passwords: Passwords,
        throttle: Throttle,
        keys: Keys,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._passwords = passwords
        self._throttle = throttle
        self._keys = keys

    def add(self, name: str, role: Role, password: str, by: Actor) -> Person:
        """Add a person.

        Raises:
            PeopleError: The name cannot be used, or somebody has it.
            PasswordError: The password is too easy to guess.
        """
        name = clean_name(name)
        check_password(password, name)
        person = Person(
            new_id(), name, role, is_disabled=False, added_at=self._clock(), has_second_factor=False
        )
        row = {
            "id": person.person_id,
            "name": name,
            "folded": fold_name(name),
            "role": role,
            "password": self._passwords.hash(password),
            "is_disabled": False,
            "added_at": person.added_at,
        }
        try:
            with self._transactions.writing() as connection:
                connection.execute(insert(people), row)
                event = AuditEvent(Action.PERSON_ADDED, person.person_id, f"{name}, {role}")
                note(connection, self._clock(), by, event)
        except ConflictError as error:
            words = f"there is a {name!r} already. Choose another name."
            raise PeopleError(words, "name_taken") from error
        return person

    def of(self, owner: str | None) -> list[Person]:
        """Return the person of an id, or none if nobody has it; everybody, by name, for None."""
        query = select(people).order_by(people.c.folded)
        if owner is not None:
            query = query.where(people.c.id == owner)
        rows = self._transactions.rows(query)
        return [person for _, person in readable("people", rows, read_person)]

    def has_admin(self) -> bool:
        """Tell whether there is anybody who may let others in."""
        with self._transactions.reading() as connection:
            return connection.execute(select(people.c.id).where(_IS_ADMIN)).first() is not None

    def find(self, name: str) -> Person:
        """Return the person of a name.

        Raises:
            UnknownError: There is none.
        """
        found = self.look_up(name)
        if found is None:
            raise UnknownError(f"there is no {name!r}. List everybody to see who there is.")
        return found[0]

    def look_up(self, name: str) -> tuple[Person, str] | None:
        """Return the person of a name, with the hash of their password; None if there is none."""
        if not is_name(normalise_name(name)):  # a database may refuse even to look for it
            return None
        query = select(people).where(people.c.folded == fold_name(name))
        with self._transactions.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (read_person(row), row.password)

    def verify(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is that of a hash; for None it takes as long to say no."""
        return self._passwords.matches(password, kept)

    def renew(self, person_id: str, password: str, kept: str) -> str:
        """Hash a password that was just verified anew, if the parameters have changed since.

        Returns:
            The hash that is kept now.
        """
        if not self._passwords.is_outdated(kept):
            return kept
        mine = (people.c.id == person_id) & (people.c.password == kept)
        hashed = self._passwords.hash(password)
        with self._transactions.writing() as connection:
            connection.execute(update(people).where(mine).values(password=hashed))
        return hashed

    def change(
        self,
        person_id: str,
        by: Actor,
        *,
        role: Role | None = None,
        is_disabled: bool | None = None,
    ) -> None:
        """Change what a person may do, all of it or nothing; None leaves it as it is.

        What they have open obeys another role at once. Of whoever is kept out the sessions end,
        and the keys open nothing; not any more, they begin a new session, and their keys open
        again what they opened.

        Raises:
            PeopleError: They are the last admin.
        """
        with self._transactions.writing() as connection:
            if is_disabled or role is Role.AGENT:
                _keep_an_admin(connection, person_id)
            if role is not None:
                event = AuditEvent(Action.ROLE_CHANGED, person_id, f"to {role}")
                self._change(connection, {"role": role}, by, event)
            if is_disabled is not None:
                action = Action.PERSON_DISABLED if is_disabled else Action.PERSON_ENABLED
                self._change(
                    connection, {"is_disabled": is_disabled}, by, AuditEvent(action, person_id)
                )
            if is_disabled:
                connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    def change_password(
        self,
        person_id: str,
        password: str,
        by: Actor,
        *,
        former: str | None = None,
        revoke_keys: bool = False,
    ) -> str:
        """Give a person another password; every session of theirs ends, and no wait is left.

        Their keys go on working, unless they are to be revoked. ``former`` is the hash that must
        still be kept, which the present password was verified with; None where an admin or a
        command changes it.

        Returns:
            The hash that is kept now, with which a session may begin.

        Raises:
            PasswordError: It is too easy to guess.
            ProofError: Somebody changed it in that very moment.
        """
        with self._transactions.reading() as connection:
            row = find_row(connection, person_id)
        check_password(password, row.name)
        hashed = self._passwords.hash(password)
        with self._transactions.writing() as connection:
            kept = select(people.c.password).where(people.c.id == person_id).with_for_update()
            if former not in (None, connection.execute(kept).scalar()):
                raise ProofError
            event = AuditEvent(Action.PASSWORD_CHANGED, person_id)
            self._change(connection, {"password": hashed}, by, event)
            connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
            if revoke_keys:
                self._keys.revoke_of(connection, person_id, by)
        self._throttle.forget(row.folded)
        return hashed

    def _change(
        self, connection: Connection, values: Mapping[str, object], by: Actor, event: AuditEvent
    ) -> None:
        row = find_row(connection, event.subject)
        connection.execute(update(people).where(people.c.id == row.id).values(values))
        detail = f"{row.name} {event.detail}".rstrip()
        note(connection, self._clock(), by, AuditEvent(event.action, event.subject, detail))


def find_row(connection: Connection, person_id: str) -> Row[Any]:
    """Return the row of a person.

    Raises:
        UnknownError: There is none.
    """
    row = connection.execute(select(people).where(people.c.id == person_id)).one_or_none()
    if row is None:
        raise UnknownError("there is no such person. List everybody to see who there is.")
    return row


def read_person(row: Row[Any]) -> Person:
    """Return the person that a row holds."""
    added_at, has_second_factor = as_utc(row.added_at), row.totp_since is not None
    return Person(row.id, row.name, Role(row.role), row.is_disabled, added_at, has_second_factor)


def _keep_an_admin(connection: Connection, person_id: str) -> None:
    """Refuse to lose the last admin; of two who disable each other at once, one is refused."""
    query = select(people.c.id).where(_IS_ADMIN).order_by(people.c.id).with_for_update()
    if list(connection.execute(query).scalars()) == [person_id]:
        words = "this is the last admin. Make somebody else an admin first."
        raise PeopleError(words, "last_admin")
