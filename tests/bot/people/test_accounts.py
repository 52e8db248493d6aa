"""People are added and changed, and an admin always remains."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.people.identity import ANONYMOUS, PasswordError, PeopleError, Purpose, Role, UnknownError
from bot.people.store.accounts import Person
from bot.people.store.audit_log import Action
from bot.people.store.people import People, open_people
from bot.storage import open_database
from tests.bot.people.conftest import COMMAND, PASSWORD, SetClock

Add = Callable[..., Person]


def test_nobody_is_there_before_somebody_is_added(people: People, add: Add) -> None:
    assert people.accounts.of(None) == []
    berta, anna = add("Berta", Role.ADMIN), add("anna")
    assert people.accounts.of(None) == [anna, berta]
    assert people.accounts.find("ANNA") == anna


@pytest.mark.parametrize("name", ["Anna", "ANNA", "Ａnna"])
def test_a_name_is_given_once(people: People, add: Add, name: str) -> None:
    anna = add("Anna")
    before = people.audit_log.entries()
    with pytest.raises(PeopleError, match=r"already\. Choose another"):
        add(name, Role.ADMIN)
    assert people.accounts.of(None) == [anna]
    assert people.audit_log.entries() == before


@pytest.mark.parametrize("name", ["ß" * 64, "王伟", "Ｚoë O'Brien; DROP TABLE people --"])
def test_whoever_is_added_is_found(people: People, add: Add, name: str) -> None:
    person = add(name)
    assert people.accounts.find(name) == person


@pytest.mark.parametrize(("name", "password"), [("\0\0", PASSWORD), ("Anna", "short")])
def test_a_bad_name_or_password_adds_nobody(people: People, name: str, password: str) -> None:
    with pytest.raises(PeopleError):
        people.accounts.add(name, Role.AGENT, password, COMMAND)
    assert people.accounts.of(None) == []


def test_a_password_is_not_changed_to_an_easy_one(people: People, add: Add) -> None:
    person = add()
    with pytest.raises(PasswordError, match="contains the name"):
        people.accounts.change_password(person.person_id, "anna is my name", COMMAND)
    assert people.sign_in("Anna", PASSWORD, "192.0.2.1").token


def test_the_last_admin_stays(people: People, add: Add) -> None:
    first, second = add("First", Role.ADMIN), add("Second", Role.ADMIN)
    add("Agent")
    people.accounts.change(first.person_id, COMMAND, is_disabled=True)
    with pytest.raises(PeopleError, match="last admin"):
        people.accounts.change(second.person_id, COMMAND, is_disabled=True)
    with pytest.raises(PeopleError, match="last admin"):
        people.accounts.change(second.person_id, COMMAND, role=Role.AGENT)
    people.accounts.change(second.person_id, COMMAND, role=Role.ADMIN)
    people.accounts.change(first.person_id, COMMAND, is_disabled=False)
    people.accounts.change(second.person_id, COMMAND, role=Role.AGENT)
    assert [(p.name, p.role, p.is_disabled) for p in people.accounts.of(None)] == [
        ("Agent", "agent", False),
        ("First", "admin", False),
        ("Second", "agent", False),
    ]


def test_of_two_who_disable_each_other_one_remains(
    people: People, add: Add, address: str, clock: SetClock
) -> None:
    ids = [add("First", Role.ADMIN).person_id, add("Second", Role.ADMIN).person_id]
    other = open_database(address)
    each, together = (people, open_people(other, clock=clock)), threading.Barrier(2)

    def disable(number: int) -> None:
        together.wait()
        with suppress(PeopleError):
            each[number].accounts.change(ids[number], COMMAND, is_disabled=True)

    threads = [threading.Thread(target=disable, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(person.is_disabled for person in people.accounts.of(None)) == [False, True]


def test_whoever_there_is_not_cannot_be_changed(people: People) -> None:
    with pytest.raises(UnknownError):
        people.accounts.find("Nobody")
    for is_disabled in (True, False):
        with pytest.raises(UnknownError):
            people.accounts.change("absent", COMMAND, is_disabled=is_disabled)
    with pytest.raises(UnknownError):
        people.accounts.change("absent", COMMAND, role=Role.ADMIN)
    with pytest.raises(UnknownError):
        people.accounts.change_password("absent", PASSWORD, COMMAND)
    assert people.audit_log.entries() == []


@pytest.mark.parametrize("revoke_keys", [False, True])
def test_another_password_ends_keys_where_that_is_wanted(
    people: People, add: Add, revoke_keys: bool
) -> None:
    person, other = add("Anna"), add("Berta")
    theirs, foreign = (
        people.keys.make("script", Purpose.AGENT, COMMAND, person_id=each.person_id).secret
        for each in (person, other)
    )
    people.accounts.change_password(
        person.person_id, PASSWORD + "!", COMMAND, revoke_keys=revoke_keys
    )
    assert (people.keys.viewer(theirs) == ANONYMOUS) == revoke_keys
    assert people.keys.viewer(foreign).name == "Berta"
    revoked = people.audit_log.entries(action=Action.KEY_REVOKED)
    assert [entry.detail for entry in revoked] == ["script"] * revoke_keys
