"""People over each database, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.people.identity import Actor, Role
from bot.people.passwords import Passwords
from bot.people.second_factor import Seal
from bot.people.store.accounts import Person
from bot.people.store.people import People, open_people
from bot.storage import Database

PASSWORD = "lantern otter sixty violin"  # noqa: S105 - of nobody
COMMAND = Actor("command")


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    time: datetime = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.time

    def move(self, **by: float) -> None:
        """Move on, as ``timedelta`` says."""
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> SetClock:
    """Return the clock of the people."""
    return SetClock()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Return hashing that costs a test nothing."""
    return Passwords(memory_kib=64, rounds=1)


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    """Return what seals secrets by a key in a file."""
    return Seal(tmp_path / "desk" / "two-factor.secret")


@pytest.fixture
def people(database: Database, clock: SetClock, passwords: Passwords, seal: Seal) -> People:
    """Return the people of an empty database."""
    return open_people(database, clock=clock, passwords=passwords, seal=seal)


@pytest.fixture
def add(people: People) -> Callable[..., Person]:
    """Return a function that adds a person."""

    def make(name: str = "Anna", role: Role = Role.AGENT) -> Person:
        return people.accounts.add(name, role, PASSWORD, COMMAND)

    return make
