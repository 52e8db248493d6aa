"""What comes with a key is kept, and a key from before there were terms is taken over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.people.identity import (
    MOST,
    MOST_ORIGINS,
    PER_ADDRESS,
    PER_KEY,
    PeopleError,
    Purpose,
    Role,
    Terms,
    check_terms,
)
from bot.people.store.accounts import Person
from bot.people.store.audit_log import Action
from bot.people.store.people import People, open_people
from bot.storage import open_database
from bot.storage.connection import connect, parse_address
from bot.storage.migrate import FOLDER
from tests.bot.people.conftest import COMMAND

SHOP = "https://shop.example"
Add = Callable[..., Person]


def test_a_key_keeps_its_terms(people: People) -> None:
    terms = Terms((SHOP, "http://[::1]:8080"), 7, 3)
    new = people.keys.make("Help center", Purpose.WIDGET, COMMAND, terms=terms)
    assert new.key.terms == terms
    assert people.keys.of(None) == [new.key]
    assert list(people.keys.good().values()) == [new.key]
    assert (
        people.audit_log.entries(most=1)[0].detail
        == f"Help center, widget {SHOP} http://[::1]:8080"
    )


def test_good_keys_are_neither_revoked_nor_of_somebody_kept_out(people: People, add: Add) -> None:
    anna, berta = add("Anna"), add("Berta")
    for name, owner in (("first", anna), ("second", anna), ("third", berta)):
        people.keys.make(name, Purpose.AGENT, COMMAND, person_id=owner.person_id)
    people.keys.make("Help center", Purpose.WIDGET, COMMAND)
    first = next(key for key in people.keys.of(anna.person_id) if key.name == "first")
    people.keys.revoke(first.key_id, COMMAND, owner=None)
    people.accounts.change(berta.person_id, COMMAND, is_disabled=True)
    assert {key.name for key in people.keys.good().values()} == {"second", "Help center"}
    people.accounts.change(berta.person_id, COMMAND, is_disabled=False)
    assert {key.name for key in people.keys.good().values()} == {"second", "third", "Help center"}


def test_changes_are_counted(people: People) -> None:
    new = people.keys.make("Help center", Purpose.WIDGET, COMMAND)
    assert people.keys.changes == 1
    with pytest.raises(PeopleError):
        people.keys.make("", Purpose.WIDGET, COMMAND)
    assert people.keys.changes == 1
    people.keys.revoke(new.key.key_id, COMMAND, owner=None)
    assert people.keys.changes == 2


@pytest.mark.parametrize(
    ("purpose", "terms", "code"),
    [
        (Purpose.PROGRAM, Terms((SHOP,)), "key_origins"),
        (Purpose.AGENT, Terms((SHOP,)), "key_origins"),
        (
            Purpose.WIDGET,
            Terms(tuple(f"https://{n}.example" for n in range(MOST_ORIGINS + 1))),
            "key_origins",
        ),
        (Purpose.WIDGET, Terms((SHOP, "https://SHOP.example")), "key_origin"),
        (Purpose.WIDGET, Terms(("https://" + "a" * 300,)), "key_origin"),
        (Purpose.WIDGET, Terms((SHOP,), per_key_per_minute=0), "key_limit"),
        (Purpose.WIDGET, Terms((SHOP,), per_address_per_minute=MOST + 1), "key_limit"),
    ],
)
def test_terms_that_make_no_sense_are_refused(purpose: Purpose, terms: Terms, code: str) -> None:
    with pytest.raises(PeopleError) as refused:
        check_terms(purpose, terms)
    assert refused.value.code == code


def test_role_and_gate_change_together_or_not_at_all(people: People, add: Add) -> None:
    anna, berta = add("Anna", Role.ADMIN), add("Berta", Role.ADMIN)
    people.accounts.change(berta.person_id, COMMAND, role=Role.AGENT, is_disabled=True)
    (changed,) = people.accounts.of(berta.person_id)
    assert (changed.role, changed.is_disabled) == (Role.AGENT, True)
    told = people.audit_log.entries()
    with pytest.raises(PeopleError) as refused:
        people.accounts.change(anna.person_id, COMMAND, role=Role.ADMIN, is_disabled=True)
    assert refused.value.code == "last_admin"
    assert people.accounts.of(anna.person_id) == [anna]
    assert people.audit_log.entries() == told


def test_there_is_an_admin_or_not(people: People, add: Add) -> None:
    assert not people.accounts.has_admin()
    add("Anna")
    assert not people.accounts.has_admin()
    add("Berta", Role.ADMIN)
    assert people.accounts.has_admin()


def test_the_trail_is_sifted_by_action_and_person(people: People, add: Add) -> None:
    anna, berta = add("Anna", Role.ADMIN), add("Berta")
    people.accounts.change(berta.person_id, COMMAND, role=Role.ADMIN)
    people.keys.make("script", Purpose.AGENT, COMMAND, person_id=berta.person_id)
    sifted = people.audit_log.entries(person_id=berta.person_id)
    assert [entry.action for entry in sifted] == [Action.ROLE_CHANGED, Action.PERSON_ADDED]
    sifted = people.audit_log.entries(action=Action.PERSON_ADDED)
    assert [entry.subject for entry in sifted] == [berta.person_id, anna.person_id]
    (last,) = people.audit_log.entries(action=Action.PERSON_ADDED, before=sifted[0].number)
    assert last == sifted[1]


def test_a_key_from_before_there_were_terms_has_the_usual_ones(address: str) -> None:
    engine = connect(parse_address(address))
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(FOLDER))
        command.upgrade(config, "0003")
        connection.execute(
            text(
                "INSERT INTO api_keys (id, secret, name, purpose, added_at) "
                "VALUES ('old', 'x', 'Help center', 'widget', '2026-01-02 03:04:05')"
            )
        )
    engine.dispose()
    database = open_database(address)
    (key,) = open_people(database).keys.of(None)
    assert (key.name, key.terms) == ("Help center", Terms((), PER_KEY, PER_ADDRESS))
    database.close()
