"""Who has turned two-factor sign-in on, and whether a code is good; each is taken once."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.people.identity import Actor, PeopleError, WrongCodeError
from bot.people.second_factor import (
    Offer,
    Seal,
    SealError,
    clean_code,
    find_step,
    new_recovery_codes,
    new_secret,
    offer_of,
    recovery_digest,
)
from bot.people.store.accounts import find_row
from bot.people.store.audit_log import Action, AuditEvent, note
from bot.storage.tables import Clock, as_utc, people, sessions
from bot.storage.transactions import Transactions

logger = logging.getLogger(__name__)
_NOTHING = {"totp_secret": None, "totp_since": None, "totp_step": None, "recovery_codes": "[]"}


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Whether somebody signs in with two factors.

    Attributes:
        since: When it was turned on, in UTC; None where it is off.
        recovery_codes: How many are left.
    """

    since: datetime | None
    recovery_codes: int


class SecondFactors:
    """Turns two-factor sign-in on and off, and looks at codes.

    Every method raises UnknownError where there is no such person.
    """

    def __init__(self, transactions: Transactions, clock: Clock, seal: Seal) -> None:
        self._transactions = transactions
        self._clock = clock
        self._seal = seal

    def of(self, person_id: str) -> SecondFactor:
        """Return whether a person has it."""
        with self._transactions.reading() as connection:
            row = find_row(connection, person_id)
        since = None if row.totp_since is None else as_utc(row.totp_since)
        return SecondFactor(since, len(json.loads(row.recovery_codes)))

    def offer(self, person_id: str) -> Offer:
        """Return a new secret for a person's app; nothing is asked for until it is turned on.

        Raises:
            PeopleError: It is on.
            SealError: Secrets cannot be kept.
        """
        secret = new_secret()
        sealed = self._seal.close(secret)
        with self._transactions.writing() as connection:
            row = _locked(connection, person_id)
            _expect_off(row)
            _set(connection, person_id, **_NOTHING | {"totp_secret": sealed})
        return offer_of(secret, row.name)

    def turn_on(self, person_id: str, code: str, by: Actor, *, session_id: str) -> list[str]:
        """Turn it on by the first code of the app; sessions that were begun without one end.

        Only the one that asks stays.

        Returns:
            The recovery codes, which are kept as hashes alone.

        Raises:
            PeopleError: It is on, or nothing was offered.
            WrongCodeError: The code is not of the secret that was offered.
        """
        codes = new_recovery_codes()
        with self._transactions.writing() as connection:
            row = _locked(connection, person_id)
            _expect_off(row)
            step = self._step(row, code)
            if step is None:
                raise WrongCodeError
            now = self._clock()
            digests = [recovery_digest(person_id, code) for code in codes]
            _set(connection, person_id, totp_since=now, totp_step=step, recovery_codes=digests)
            others = (sessions.c.person_id == person_id) & (sessions.c.id != session_id)
            connection.execute(delete(sessions).where(others))
            note(connection, now, by, AuditEvent(Action.SECOND_FACTOR_ON, person_id, row.name))
        return codes

    def turn_off(self, person_id: str, by: Actor) -> bool:
        """Turn it off, and forget secret and codes; return whether it was on."""
        with self._transactions.writing() as connection:
            row = _locked(connection, person_id)
            _set(connection, person_id, **_NOTHING)
            if row.totp_since is not None:
                event = AuditEvent(Action.SECOND_FACTOR_OFF, person_id, row.name)
                note(connection, self._clock(), by, event)
        return row.totp_since is not None

    def accept(self, person_id: str, code: str, address: str) -> bool:
        """Tell whether a code is good, and take it: it is never good again.

        A code of the app is good unless one of the same time or a later one was taken. What is
        wrong is written into the audit log; so is the use of a recovery code.
        """
        with self._transactions.writing() as connection:
            row = _locked(connection, person_id)
            step, left = self._step(row, code), json.loads(row.recovery_codes)
            used = recovery_digest(person_id, code)
            action = Action.SECOND_FACTOR_FAILED
            if row.totp_since is None:
                is_good = False
            elif used in left:
                is_good, action = True, Action.RECOVERY_CODE_USED
                left.remove(used)
                _set(connection, person_id, recovery_codes=left)
            else:
                is_good = step is not None and step > row.totp_step
                if is_good:
                    _set(connection, person_id, totp_step=step)
            if not is_good or action is Action.RECOVERY_CODE_USED:
                detail = f"{len(left)} left" if is_good else ""
                actor = Actor(row.name, person_id if is_good else "", address)
                note(connection, self._clock(), actor, AuditEvent(action, person_id, detail))
        return is_good

    def _step(self, row: Row[Any], code: str) -> int | None:
        if row.totp_secret is None:
            return None
        try:
            secret = self._seal.open(row.totp_secret)
        except SealError as error:
            logger.error("%s", error)  # noqa: TRY400 - says all there is
            return None
        return find_step(secret, clean_code(code), self._clock())


def _locked(connection: Connection, person_id: str) -> Row[Any]:
    """Return the row of a person, which nobody else changes before this transaction ends."""
    connection.execute(select(people.c.id).where(people.c.id == person_id).with_for_update())
    return find_row(connection, person_id)


def _set(connection: Connection, person_id: str, **values: object) -> None:
    if isinstance(values.get("recovery_codes"), list):
        values["recovery_codes"] = json.dumps(values["recovery_codes"])
    connection.execute(update(people).where(people.c.id == person_id).values(values))


def _expect_off(row: Row[Any]) -> None:
    if row.totp_since is not None:
        words = "two-factor sign-in is on already. Turn it off to set it up anew."
        raise PeopleError(words, "second_factor_on")
