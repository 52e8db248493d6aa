"""People with their sessions, keys and trail, kept in the database; rules are in ``bot.people``."""

from __future__ import annotations

from dataclasses import dataclass

from bot.people.passwords import Passwords
from bot.storage.database import Database
from bot.storage.people.accounts import Accounts, Person
from bot.storage.people.clock import Clock, utc_now
from bot.storage.people.keys import Key, Keys, NewKey
from bot.storage.people.sessions import Session, Sessions
from bot.storage.people.sign_in import SignedIn, SignIn
from bot.storage.people.throttle import Throttle
from bot.storage.people.trail import Action, Deed, Entry, Trail

__all__ = [
    "Accounts",
    "Action",
    "Deed",
    "Entry",
    "Key",
    "Keys",
    "NewKey",
    "People",
    "Person",
    "Session",
    "Sessions",
    "SignIn",
    "SignedIn",
    "Trail",
    "open_people",
]


@dataclass(frozen=True, slots=True)
class People:
    """Everything that is kept of people.

    Attributes:
        accounts: Who they are.
        sign_in: Name and password in, a session out.
        sessions: Of those who signed in.
        keys: API keys.
        trail: Who did what.
    """

    accounts: Accounts
    sign_in: SignIn
    sessions: Sessions
    keys: Keys
    trail: Trail


def open_people(
    database: Database, *, clock: Clock = utc_now, passwords: Passwords | None = None
) -> People:
    """Return the people of a database.

    Every method of theirs raises StorageError when the database cannot be read or written.
    """
    transactions, passwords = database.transactions, passwords or Passwords()
    throttle, trail = Throttle(transactions, clock), Trail(transactions, clock)
    sessions, keys = Sessions(transactions, clock), Keys(transactions, clock)
    accounts = Accounts(transactions, clock, passwords=passwords, throttle=throttle, keys=keys)
    return People(
        accounts,
        SignIn(accounts, sessions, throttle, trail),
        sessions,
        keys,
        trail,
    )
