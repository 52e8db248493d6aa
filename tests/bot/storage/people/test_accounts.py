"""People are added and changed, and an admin always remains."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.people.errors import PasswordError, PeopleError, UnknownError
from bot.people.identity import Role
from bot.storage import open_database
from bot.storage.people import People, Person, open_people
from tests.bot.storage.people.conftest import COMMAND, PASSWORD, SetClock

Add = Callable[..., Person]


def test_nobody_is_there_before_somebody_is_added(people: People, add: Add) -> None:
    assert people.accounts.all() == []
    berta, anna = add("Berta", Role.ADMIN), add("anna")
    assert people.accounts.all() == [anna, berta]
    assert people.accounts.find("ANNA") == anna


@pytest.mark.parametrize("name", ["Anna", "ANNA", "Ａnna"])
def test_a_name_is_given_once(people: People, add: Add, name: str) -> None:
    anna = add("Anna")
    before = people.trail.entries()
    with pytest.raises(PeopleError, match=r"already\. Choose another"):
        add(name, Role.ADMIN)
    assert people.accounts.all() == [anna]
    assert people.trail.entries() == before


@pytest.mark.parametrize("name", ["ß" * 64, "王伟", "Ｚoë O'Brien; DROP TABLE people --"])
def test_whoever_is_added_is_found(people: People, add: Add, name: str) -> None:
    person = add(name)
    assert people.accounts.find(name) == person


@pytest.mark.parametrize(("name", "password"), [("\0\0", PASSWORD), ("Anna", "short")])
def test_a_bad_name_or_password_adds_nobody(people: People, name: str, password: str) -> None:
    with pytest.raises(PeopleError):
        people.accounts.add(name, Role.AGENT, password, COMMAND)
    assert people.accounts.all() == []


def test_a_password_is_not_changed_to_an_easy_one(people: People, add: Add) -> None:
    person = add()
    with pytest.raises(PasswordError, match="contains the name"):
        people.accounts.change_password(person.person_id, "anna is my name", COMMAND)
    assert people.sign_in("Anna", PASSWORD, "192.0.2.1")


def test_the_last_admin_stays(people: People, add: Add) -> None:
    first, second = add("First", Role.ADMIN), add("Second", Role.ADMIN)
    add("Agent")
    people.accounts.disable(first.person_id, COMMAND)
    with pytest.raises(PeopleError, match="last admin"):
        people.accounts.disable(second.person_id, COMMAND)
    with pytest.raises(PeopleError, match="last admin"):
        people.accounts.change_role(second.person_id, Role.AGENT, COMMAND)
    people.accounts.change_role(second.person_id, Role.ADMIN, COMMAND)
    people.accounts.enable(first.person_id, COMMAND)
    people.accounts.change_role(second.person_id, Role.AGENT, COMMAND)
    assert [(p.name, p.role, p.is_disabled) for p in people.accounts.all()] == [
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
            each[number].accounts.disable(ids[number], COMMAND)

    threads = [threading.Thread(target=disable, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(person.is_disabled for person in people.accounts.all()) == [False, True]


def test_whoever_there_is_not_cannot_be_changed(people: People) -> None:
    with pytest.raises(UnknownError):
        people.accounts.find("Nobody")
    for change in (people.accounts.disable, people.accounts.enable):
        with pytest.raises(UnknownError):
            change("absent", COMMAND)
    with pytest.raises(UnknownError):
        people.accounts.change_role("absent", Role.ADMIN, COMMAND)
    with pytest.raises(UnknownError):
        people.accounts.change_password("absent", PASSWORD, COMMAND)
    assert people.trail.entries() == []
