"""A session opens while it is used, for so long, and until somebody ends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.people.identity import ANONYMOUS, Actor, Kind, Purpose, Role, UnknownError
from bot.people.store.accounts import Person
from bot.people.store.audit_log import Action
from bot.people.store.people import People
from bot.storage import Database, StorageError
from bot.storage.transactions import Transactions
from tests.bot.people.conftest import COMMAND, PASSWORD, SetClock

Add = Callable[..., Person]
HERE = "192.0.2.1"


def test_a_session_that_is_used_ends_after_twelve_hours(
    people: People, add: Add, clock: SetClock
) -> None:
    add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    for _ in range(12):
        assert people.sessions.viewer(token).name == "Anna"
        clock.move(hours=1)
    assert people.sessions.viewer(token) == ANONYMOUS
    assert people.sessions.of(None) == []


def test_a_session_that_is_not_used_ends_after_two_hours(
    people: People, add: Add, clock: SetClock
) -> None:
    add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    clock.move(hours=1, minutes=59, seconds=59)
    assert people.sessions.viewer(token).name == "Anna"
    clock.move(hours=2)
    assert people.sessions.of(None) == []
    assert people.sessions.viewer(token) == ANONYMOUS


def test_use_is_written_once_a_minute(people: People, add: Add, clock: SetClock) -> None:
    add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    seen = []
    for _ in range(5):
        clock.move(seconds=25)
        people.sessions.viewer(token)
        seen.append(people.sessions.of(None)[0].seen_at)
    begun = people.sessions.of(None)[0].begun_at
    assert [round((at - begun).total_seconds()) for at in seen] == [0, 0, 75, 75, 75]


def test_a_session_opens_while_nothing_can_be_written(
    people: People, add: Add, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    key = people.keys.make("script", Purpose.AGENT, COMMAND, person_id=person.person_id).secret
    clock.move(minutes=5)

    def locked(_: Transactions) -> None:
        raise StorageError("is locked")

    monkeypatch.setattr(Transactions, "writing", locked)
    assert people.sessions.viewer(token).name == "Anna"
    assert people.keys.viewer(key).name == "Anna"


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 42, "\0" * 43, "é" * 43, "' OR 1=1 --"])
def test_what_is_no_token_is_nobody(people: People, add: Add, token: str) -> None:
    add()
    people.sign_in("Anna", PASSWORD, HERE)
    assert people.sessions.viewer(token) == ANONYMOUS


def test_the_id_and_the_hash_of_a_session_open_nothing(
    people: People, add: Add, database: Database
) -> None:
    add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    with database.transactions.reading() as connection:
        row = connection.exec_driver_sql("SELECT id, token FROM sessions").one()
    assert token not in row
    for text in row:
        assert people.sessions.viewer(text) == ANONYMOUS


def test_sessions_are_ended_one_by_one_and_all_together(people: People, add: Add) -> None:
    person = add()
    first, second, third = (people.sign_in("Anna", PASSWORD, HERE).token for _ in range(3))
    by = Actor("Anna", person.person_id, HERE)
    opened = people.sessions.viewer(first)
    people.sessions.revoke(opened.credential_id, by, owner=person.person_id)
    assert people.sessions.viewer(first) == ANONYMOUS
    assert people.sessions.viewer(second).name == people.sessions.viewer(third).name == "Anna"
    assert people.sessions.revoke_all(person.person_id, COMMAND) == 2
    assert people.sessions.viewer(second) == people.sessions.viewer(third) == ANONYMOUS
    last, former, *_ = people.audit_log.entries()
    assert (last.action, last.subject) == (Action.SESSIONS_REVOKED, person.person_id)
    assert (former.action, former.actor) == (Action.SESSION_REVOKED, by)


@pytest.mark.parametrize("owner", ["", "Berta"])
def test_a_session_is_ended_by_its_id_and_its_owner(people: People, add: Add, owner: str) -> None:
    add()
    owner = add(owner).person_id if owner else ""
    viewer = people.sessions.viewer(people.sign_in("Anna", PASSWORD, HERE).token)
    before = people.audit_log.entries()
    with pytest.raises(UnknownError) as foreign:
        people.sessions.revoke(viewer.credential_id, COMMAND, owner=owner)
    with pytest.raises(UnknownError) as absent:
        people.sessions.revoke("absent", COMMAND, owner=None)
    assert str(foreign.value) == str(absent.value)
    assert people.sessions.of(owner) == []
    assert len(people.sessions.of(viewer.person_id)) == 1
    assert people.audit_log.entries() == before
    people.sessions.revoke(viewer.credential_id, COMMAND, owner=None)


def test_whoever_is_disabled_is_out_at_once_by_every_entrance(people: People, add: Add) -> None:
    anna, berta = add("Anna"), add("Berta")
    tokens = [people.sign_in("Anna", PASSWORD, HERE).token for _ in range(2)]
    keys = [
        people.keys.make(purpose, purpose, COMMAND, person_id=anna.person_id).secret
        for purpose in Purpose
    ]
    other = people.sign_in("Berta", PASSWORD, HERE).token
    people.accounts.change(anna.person_id, COMMAND, is_disabled=True)
    assert {people.sessions.viewer(token) for token in tokens} == {ANONYMOUS}
    assert {people.keys.viewer(key) for key in keys} == {ANONYMOUS}
    assert people.sessions.viewer(other).person_id == berta.person_id
    people.accounts.change(anna.person_id, COMMAND, is_disabled=False)
    assert {people.sessions.viewer(token) for token in tokens} == {ANONYMOUS}  # ended for good
    assert {people.keys.viewer(key).name for key in keys} == {"Anna"}


def test_a_disabled_person_is_out_even_where_the_session_is_still_there(
    people: People, add: Add, database: Database
) -> None:
    add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    with database.transactions.writing() as connection:
        connection.exec_driver_sql("UPDATE people SET is_disabled = true")
    assert people.sessions.viewer(token) == ANONYMOUS


def test_another_role_holds_at_once(people: People, add: Add) -> None:
    person = add("Anna", Role.ADMIN)
    add("Berta", Role.ADMIN)
    token = people.sign_in("Anna", PASSWORD, HERE).token
    assert people.sessions.viewer(token).kind is Kind.ADMIN
    people.accounts.change(person.person_id, COMMAND, role=Role.AGENT)
    assert people.sessions.viewer(token).kind is Kind.AGENT


def test_another_password_ends_every_session(people: People, add: Add) -> None:
    person = add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    people.accounts.change_password(person.person_id, PASSWORD + "!", COMMAND)
    assert people.sessions.viewer(token) == ANONYMOUS
    assert people.sign_in("Anna", PASSWORD + "!", HERE).token


def test_sessions_that_are_over_are_not_kept(
    people: People, add: Add, clock: SetClock, database: Database
) -> None:
    add()
    for _ in range(3):
        people.sign_in("Anna", PASSWORD, HERE)
        clock.move(hours=13)
    people.sign_in("Anna", PASSWORD, HERE)
    with database.transactions.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar() == 1


@pytest.mark.parametrize("ahead", [{"hours": 3}, {"minutes": 4}])
def test_a_session_that_a_clock_began_that_was_ahead_is_none(
    people: People, add: Add, clock: SetClock, ahead: dict[str, float]
) -> None:
    add()
    clock.move(**ahead)
    token = people.sign_in("Anna", PASSWORD, HERE).token
    assert people.sessions.viewer(token).name == "Anna"
    clock.move(**{unit: -by for unit, by in ahead.items()})  # it is set right
    is_open = "minutes" in ahead
    assert (people.sessions.viewer(token) != ANONYMOUS) == is_open
    assert len(people.sessions.of(None)) == is_open


def test_the_use_of_a_session_by_a_clock_that_was_ahead_keeps_it_no_longer(
    people: People, add: Add, clock: SetClock
) -> None:
    add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    clock.move(hours=1)
    assert people.sessions.viewer(token).name == "Anna"
    clock.move(minutes=-50)
    assert people.sessions.viewer(token) == ANONYMOUS


def test_nobodys_sessions_are_not_ended(people: People) -> None:
    with pytest.raises(UnknownError):
        people.sessions.revoke_all("absent", COMMAND)
    assert people.audit_log.entries() == []
