"""Everything that is kept of people; and signing in: name and password for a session's token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.people.identity import Actor, ProofError, SignInError, Viewer, fold_name
from bot.people.passwords import Passwords, device_of, new_device
from bot.people.store.accounts import Accounts, Person
from bot.people.store.audit_log import Action, AuditEvent, AuditLog
from bot.people.store.keys import Keys
from bot.people.store.sessions import Sessions
from bot.people.store.throttle import Counter, Throttle, of_device, of_session, of_stranger
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
        self, accounts: Accounts, sessions: Sessions, throttle: Throttle, audit_log: AuditLog
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._throttle = throttle
        self._audit_log = audit_log

    def __call__(self, name: str, password: str, address: str, device: str = "") -> SignedIn:
        """Begin a session.

        An unknown name, a wrong password and a disabled person take the same steps, a hash
        among them, and end in the same words. ``device`` is what the browser kept of an earlier
        time; empty for none.

        Raises:
            WaitError: There were too many failures; the password was not looked at.
            SignInError: Something is wrong.
        """
        name = name[:_MAX_NAME]
        folded, found = fold_name(name), self._accounts.look_up(name)
        known = device_of(device, folded, found[1]) if found else ""
        counters = of_device(folded, known) if known else of_stranger(folded, address)
        self._throttle.count(counters)
        person, kept = self._verify(found, password, address)
        token = self._sessions.begin(person.person_id, kept, address)
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
        keys: API keys.
        audit log: Who did what.
    """

    accounts: Accounts
    sign_in: SignIn
    sessions: Sessions
    keys: Keys
    audit_log: AuditLog


def open_people(
    database: Database, *, clock: Clock = utc_now, passwords: Passwords | None = None
) -> People:
    """Return the people of a database.

    Every method of theirs raises StorageError when the database cannot be read or written.
    """
    transactions, passwords = database.transactions, passwords or Passwords()
    throttle, audit_log = Throttle(transactions, clock), AuditLog(transactions, clock)
    sessions, keys = Sessions(transactions, clock), Keys(transactions, clock)
    accounts = Accounts(transactions, clock, passwords=passwords, throttle=throttle, keys=keys)
    return People(
        accounts,
        SignIn(accounts, sessions, throttle, audit_log),
        sessions,
        keys,
        audit_log,
    )
