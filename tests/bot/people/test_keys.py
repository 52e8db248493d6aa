"""A key opens what it is for, until it is revoked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.people.identity import ANONYMOUS, Kind, PeopleError, Purpose, Role, UnknownError
from bot.people.store.accounts import Person
from bot.people.store.audit_log import Action
from bot.people.store.people import People
from bot.storage import Database
from tests.bot.people.conftest import COMMAND, SetClock

Add = Callable[..., Person]


@pytest.mark.parametrize(
    ("purpose", "kind"), [(Purpose.WIDGET, Kind.WIDGET), (Purpose.PROGRAM, Kind.PROGRAM)]
)
def test_a_key_that_is_nobodys_is_known_by_its_name(
    people: People, purpose: Purpose, kind: Kind
) -> None:
    key = people.keys.make("Help center", purpose, COMMAND).secret
    (kept,) = people.keys.of(None)
    viewer = people.keys.viewer(key)
    assert (viewer.kind, viewer.person_id, viewer.name) == (kind, "", "Help center")
    assert viewer.credential_id == kept.key_id
    assert key.startswith(f"cb_{purpose}_")


def test_an_agents_key_is_its_owner_but_never_an_admin(people: People, add: Add) -> None:
    person = add("Anna", Role.ADMIN)
    key = people.keys.make("script", Purpose.AGENT, COMMAND, person_id=person.person_id).secret
    viewer = people.keys.viewer(key)
    assert (viewer.kind, viewer.person_id, viewer.name) == (
        Kind.AGENT_KEY,
        person.person_id,
        "Anna",
    )


def test_an_agents_key_needs_an_owner_whom_there_is(people: People) -> None:
    with pytest.raises(PeopleError, match="Say whose it is"):
        people.keys.make("script", Purpose.AGENT, COMMAND)
    with pytest.raises(UnknownError, match="no such person"):
        people.keys.make("script", Purpose.AGENT, COMMAND, person_id="nobody")
    assert people.keys.of(None) == []
    assert people.audit_log.entries() == []


def test_a_key_says_what_it_is_for_and_may_not_say_another(people: People, add: Add) -> None:
    key = people.keys.make("Help center", Purpose.WIDGET, COMMAND).secret
    for purpose in ("program", "agent", "admin"):
        assert people.keys.viewer(key.replace("widget", purpose, 1)) == ANONYMOUS


def test_a_key_whose_purpose_was_changed_in_its_text_opens_nothing(
    people: People, database: Database
) -> None:
    key = people.keys.make("Help center", Purpose.WIDGET, COMMAND).secret
    with database.transactions.writing() as connection:
        connection.exec_driver_sql("UPDATE api_keys SET purpose = 'program'")
    assert people.keys.viewer(key) == ANONYMOUS


@pytest.mark.parametrize("text", ["", "\0", "cb_widget_" + "x" * 43, "cb_widget_'; --", "é" * 60])
def test_what_is_no_key_is_nobody(people: People, text: str) -> None:
    people.keys.make("Help center", Purpose.WIDGET, COMMAND)
    assert people.keys.viewer(text) == ANONYMOUS
    assert people.sessions.viewer(text) == ANONYMOUS


def test_neither_the_id_nor_the_hash_of_a_key_opens(people: People, database: Database) -> None:
    key = people.keys.make("Help center", Purpose.WIDGET, COMMAND).secret
    with database.transactions.reading() as connection:
        row = connection.exec_driver_sql("SELECT id, secret FROM api_keys").one()
    assert key not in row
    for text in row:
        assert people.keys.viewer(text) == people.keys.viewer(f"cb_widget_{text}") == ANONYMOUS


def test_a_revoked_key_opens_nothing_and_is_still_listed(
    people: People, add: Add, clock: SetClock
) -> None:
    person = add()
    keys = []
    for name in ("first", "second"):
        new = people.keys.make(name, Purpose.AGENT, COMMAND, person_id=person.person_id)
        keys.append(new.secret)
        clock.move(minutes=1)
    first, _ = people.keys.of(person.person_id)
    clock.move(hours=1)
    people.keys.revoke(first.key_id, COMMAND, owner=person.person_id)
    assert people.keys.viewer(keys[0]) == ANONYMOUS
    assert people.keys.viewer(keys[1]).name == "Anna"
    assert [key.revoked_at for key in people.keys.of(None)] == [clock.time, None]
    assert people.audit_log.entries(most=1)[0].action is Action.KEY_REVOKED
    with pytest.raises(UnknownError):
        people.keys.revoke(first.key_id, COMMAND, owner=None)


def test_a_key_is_revoked_by_its_id_and_its_owner(people: People, add: Add) -> None:
    anna, berta = add("Anna"), add("Berta")
    mine = people.keys.make("script", Purpose.AGENT, COMMAND, person_id=anna.person_id).secret
    nobodys = people.keys.make("Help center", Purpose.WIDGET, COMMAND).secret
    for key in people.keys.of(None):
        for owner in (berta.person_id, ""):
            with pytest.raises(UnknownError) as foreign:
                people.keys.revoke(key.key_id, COMMAND, owner=owner)
            with pytest.raises(UnknownError) as absent:
                people.keys.revoke("absent", COMMAND, owner=owner)
            assert str(foreign.value) == str(absent.value)
    assert people.keys.of(berta.person_id) == people.keys.of("") == []
    assert [key.name for key in people.keys.of(anna.person_id)] == ["script"]
    assert ANONYMOUS not in {people.keys.viewer(mine), people.keys.viewer(nobodys)}


def test_use_is_written_once_a_minute(people: People, clock: SetClock) -> None:
    key = people.keys.make("Help center", Purpose.WIDGET, COMMAND).secret
    begun, used = clock.time, [people.keys.of(None)[0].used_at]
    for _ in range(5):
        people.keys.viewer(key)
        used.append(people.keys.of(None)[0].used_at)
        clock.move(seconds=25)
    seconds = [at and round((at - begun).total_seconds()) for at in used]
    assert seconds == [None, 0, 0, 0, 75, 75]
