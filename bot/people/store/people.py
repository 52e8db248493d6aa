"""Everything that is kept of people; and signing in: name and password for a session's token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.people.identity import (
    Actor,
    ProofError,
    SecondFactorError,
    SignInError,
    Viewer,
    WaitError,
    WrongCodeError,
    fold_name,
)
from bot.people.passwords import Passwords, device_of, new_device
from bot.people.second_factor import Seal
from bot.people.store.accounts import Accounts, Person
from bot.people.store.audit_log import Action, AuditEvent, AuditLog
from bot.people.store.keys import Keys
from bot.people.store.second_factors import SecondFactors
from bot.people.store.sessions import Sessions
from bot.people.store.throttle import (
    Counter,
    Throttle,
    of_codes,
    of_device,
    of_session,
    of_stranger,
)
from bot.storage.database import Database
from bot.storage.tables import Clock, utc_now

_MAX_NAME = 256  # characters of what was typed that are looked at


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser gets that somebody signed in with.

    Attributes:
        token: Opens the session.
        device: Proves the next time that they signed in with it before; it opens nothing.
    """

    token: str
    device: str


class SignIn:
    """Lets people in."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        second_factors: SecondFactors,
        throttle: Throttle,
        audit_log: AuditLog,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._second_factors = second_factors
        self._throttle = throttle
        self._audit_log = audit_log

    def __call__(
        self, name: str, password: str, address: str, device: str = "", code: str = ""
    ) -> SignedIn:
        """Begin a session.

        An unknown name, a wrong password and a disabled person take the same steps, a hash
        among them, and end in the same words. ``device`` is what the browser kept of an earlier
        time, ``code`` what the second factor gave; empty for none.

        Raises:
            WaitError: There were too many failures; the password, or the code, was not looked at.
            SecondFactorError: There is no code, and this person needs one.
            WrongCodeError: It is wrong; the password was right.
            SignInError: Something is wrong.
        """
        name = name[:_MAX_NAME]
        folded, found = fold_name(name), self._accounts.look_up(name)
        known = device_of(device, folded, found[1]) if found else ""
        counters = of_device(folded, known) if known else of_stranger(folded, address)
        self._throttle.count(counters)
        person, kept = self._verify(found, password, address)
        if person.has_second_factor:
            try:
                self._take(person.person_id, code, address)
            except (SecondFactorError, WaitError):  # nothing was guessed at
                self._throttle.take_back(counters)
                raise
        token = self._sessions.begin(
            person.person_id, kept, address, is_proven=person.has_second_factor
        )
        self._throttle.forgive(counters)
        kept = self._accounts.renew(person.person_id, password, kept)
        return SignedIn(token, new_device(folded, kept))

    def prove(self, viewer: Viewer, password: str, address: str) -> str:
        """Return the hash of a person's password, which they gave once more before a change.

        A session that was left open is no way to guess: its tries are counted, by themselves,
        so that no stranger's tries keep a person from changing their password.

        Raises:
            WaitError: There were too many failures; the password was not looked at.
            ProofError: It is another.
        """
        counters: Sequence[Counter] = of_session(viewer.credential_id)
        self._throttle.count(counters)
        try:
            _, kept = self._verify(self._accounts.look_up(viewer.name), password, address)
        except SignInError as error:
            raise ProofError from error
        self._throttle.forgive(counters)
        return kept

    def prove_code(self, viewer: Viewer, code: str, address: str) -> None:
        """Take a code that a person gave once more before a change; nothing if they need none.

        Raises:
            WaitError: There were too many wrong codes; this one was not looked at.
            SecondFactorError: There is none.
            WrongCodeError: It is wrong.
        """
        if self._second_factors.of(viewer.person_id).since is not None:
            self._take(viewer.person_id, code, address)

    def _take(self, person_id: str, code: str, address: str) -> None:
        if not code:
            raise SecondFactorError
        guesses = of_codes(person_id)
        self._throttle.count(guesses)
        if not self._second_factors.accept(person_id, code, address):
            raise WrongCodeError
        self._throttle.forgive(guesses)

    def _verify(
        self, found: tuple[Person, str] | None, password: str, address: str
    ) -> tuple[Person, str]:
        person, kept = found or (None, None)
        is_right = self._accounts.verify(password, kept)
        if person is None or kept is None or not is_right or person.is_disabled:
            # an unknown name is not written down: it may be a password
            actor = Actor(person.name if person else "an unknown name", address=address)
            subject = person.person_id if person else ""
            self._audit_log.add(actor, AuditEvent(Action.SIGN_IN_FAILED, subject))
            raise SignInError
        return person, kept


@dataclass(frozen=True, slots=True)
class People:
    """Everything that is kept of people.

    Attributes:
        accounts: Who they are.
        sign_in: Name and password in, a session out.
        sessions: Of those who signed in.
        second_factors: Of those who turned them on.
        keys: API keys.
        audit log: Who did what.
    """

    accounts: Accounts
    sign_in: SignIn
    second_factors: SecondFactors
    sessions: Sessions
    keys: Keys
    audit_log: AuditLog


def open_people(
    database: Database,
    *,
    clock: Clock = utc_now,
    passwords: Passwords | None = None,
    seal: Seal | None = None,
) -> People:
    """Return the people of a database; without a seal no code of an app can be looked at.

    Every method of theirs raises StorageError when the database cannot be read or written.
    """
    transactions, passwords = database.transactions, passwords or Passwords()
    throttle, audit_log = Throttle(transactions, clock), AuditLog(transactions, clock)
    sessions, keys = Sessions(transactions, clock), Keys(transactions, clock)
    accounts = Accounts(transactions, clock, passwords=passwords, throttle=throttle, keys=keys)
    second_factors = SecondFactors(transactions, clock, seal or Seal())
    return People(
        accounts,
        SignIn(accounts, sessions, second_factors, throttle, audit_log),
        second_factors,
        sessions,
        keys,
        audit_log,
    )
