"""Who is let in, who has to wait, and what is told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.people.identity import ANONYMOUS, Kind, ProofError, Purpose, Role, SignInError, WaitError
from bot.people.passwords import Passwords
from bot.people.store.accounts import Person
from bot.people.store.audit_log import Action
from bot.people.store.people import People, open_people
from bot.storage import Database, open_database
from tests.bot.people.conftest import COMMAND, PASSWORD, SetClock

Add = Callable[..., Person]
HERE, THERE = "192.0.2.1", "198.51.100.7"


def _fail(people: People, name: str = "Anna", address: str = HERE) -> None:
    with pytest.raises(SignInError):
        people.sign_in(name, "something else", address)


@pytest.mark.parametrize(("typed", "role"), [("Anna", Role.AGENT), ("ａNNA", Role.ADMIN)])
def test_the_right_password_opens_a_session(
    people: People, add: Add, typed: str, role: Role
) -> None:
    person = add("Anna", role)
    viewer = people.sessions.viewer(people.sign_in(typed, PASSWORD, HERE).token)
    assert (viewer.kind, viewer.person_id, viewer.name) == (Kind(role), person.person_id, "Anna")
    (entry, _) = people.audit_log.entries()
    assert (entry.action, entry.subject) == (Action.SIGNED_IN, viewer.credential_id)
    assert (entry.actor.person_id, entry.actor.address) == (person.person_id, HERE)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Anna", "something else"),
        ("Anna", ""),
        ("Nobody", PASSWORD),
        ("Berta", PASSWORD),  # who is disabled
        ("", PASSWORD),
        ("Anna\0", PASSWORD),
        ("\ud800", "\ud800"),
        ("x" * 100_000, "x" * 100_000),
        ("' OR '1'='1", "' OR '1'='1"),
    ],
)
def test_whatever_is_wrong_the_steps_and_the_words_are_the_same(
    people: People, add: Add, monkeypatch: pytest.MonkeyPatch, name: str, password: str
) -> None:
    add("Anna")
    people.accounts.change(add("Berta").person_id, COMMAND, is_disabled=True)
    hashed: list[str | None] = []
    matches = Passwords.matches

    def count(self: Passwords, typed: str, kept: str | None) -> bool:
        hashed.append(kept)
        return matches(self, typed, kept)

    monkeypatch.setattr(Passwords, "matches", count)
    with pytest.raises(SignInError) as told:
        people.sign_in(name, password, HERE)
    assert str(told.value) == "the name or the password is wrong. Check both."
    assert not isinstance(told.value, WaitError)
    assert len(hashed) == 1
    assert people.audit_log.entries(most=1)[0].action is Action.SIGN_IN_FAILED


def test_an_unknown_name_costs_a_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords(memory_kib=64, rounds=1)
    verified: list[str] = []
    verify = passwords._hasher.verify

    class Hasher:
        def verify(self, kept: str, typed: bytes) -> bool:
            verified.append(kept)
            return verify(kept, typed)

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    assert not passwords.matches(PASSWORD, None)
    assert [kept.split("$")[:4] for kept in verified] == [["", "argon2id", "v=19", "m=64,t=1,p=1"]]


def test_a_success_between_forgives_the_name(people: People, add: Add) -> None:
    add()
    for number in range(12):
        _fail(people)
        if number % 4 == 3:
            people.sign_in("anna", PASSWORD, HERE)


def test_failures_under_a_name_from_one_network_wait_longer_and_longer(
    people: People, add: Add, clock: SetClock
) -> None:
    add()
    waits = []
    for number in range(18):
        _fail(people)
        if number >= 4:
            for name in ("Anna", "ANNA"):
                with pytest.raises(WaitError, match=r"Wait \d+ s and try again") as told:
                    people.sign_in(name, PASSWORD, HERE)
            waits.append(told.value.seconds)
            clock.move(seconds=told.value.seconds)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]
    people.sign_in("Anna", PASSWORD, HERE)  # the wait is over, and all is forgiven
    _fail(people)
    people.sign_in("Anna", PASSWORD, HERE)


def test_a_stranger_keeps_nobody_out_who_comes_from_elsewhere(people: People, add: Add) -> None:
    add()
    for _ in range(5):
        _fail(people)
    with pytest.raises(WaitError):
        people.sign_in("Anna", PASSWORD, HERE)
    people.sign_in("Anna", PASSWORD, THERE)


def test_whoever_guesses_from_everywhere_waits_at_last_but_not_for_long(
    people: People, add: Add, clock: SetClock
) -> None:
    add()
    for number in range(50):
        _fail(people, address=f"192.0.2.{number}")
    waits = []
    for number in range(9):
        with pytest.raises(WaitError) as told:
            people.sign_in("Anna", PASSWORD, THERE)
        waits.append(told.value.seconds)
        clock.move(seconds=told.value.seconds)
        _fail(people, address=f"192.0.2.{100 + number}")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_browser_that_signed_in_before_has_its_own_count(people: People, add: Add) -> None:
    add("Anna")
    device = people.sign_in("Anna", PASSWORD, HERE).device
    for number in range(60):  # by name, by network, and by both
        _fail(people, address=HERE if number < 5 else f"192.0.2.{number}")
    for number in range(15):
        _fail(people, f"name {number}", HERE)
    with pytest.raises(WaitError):
        people.sign_in("Anna", PASSWORD, HERE)
    again = people.sign_in("ANNA", PASSWORD, HERE, device).device
    for wrong in (device[:-1], again[:-64] + "0" * 64, "x" * 87, "\ud800", ""):
        with pytest.raises(WaitError):
            people.sign_in("Anna", PASSWORD, HERE, wrong)
    for _ in range(5):  # it is no way to guess
        with pytest.raises(SignInError) as told:
            people.sign_in("Anna", "something else", THERE, again)
        assert not isinstance(told.value, WaitError)
    with pytest.raises(WaitError):
        people.sign_in("Anna", PASSWORD, THERE, again)
    people.sign_in("Anna", PASSWORD, HERE, device)  # another time in the same browser


def test_what_a_browser_kept_is_good_for_one_name_and_one_password(
    people: People, add: Add
) -> None:
    anna, _ = add("Anna"), add("Berta")
    device = people.sign_in("Anna", PASSWORD, THERE).device
    for name in ("Anna", "Berta", "Nobody"):
        for _ in range(5):
            _fail(people, name)
    for name in ("Berta", "Nobody"):
        with pytest.raises(WaitError):
            people.sign_in(name, PASSWORD, HERE, device)
    people.accounts.change_password(anna.person_id, PASSWORD + "!", COMMAND)
    for _ in range(5):
        _fail(people, "Anna")
    with pytest.raises(WaitError):
        people.sign_in("Anna", PASSWORD + "!", HERE, device)


def test_no_strangers_tries_keep_a_person_from_proving_who_they_are(
    people: People, add: Add
) -> None:
    add()
    viewer = people.sessions.viewer(people.sign_in("Anna", PASSWORD, HERE).token)
    for number in range(60):
        _fail(people, address=HERE if number < 5 else f"192.0.2.{number}")
    people.sign_in.prove(viewer, PASSWORD, HERE)
    for _ in range(5):
        with pytest.raises(ProofError):
            people.sign_in.prove(viewer, "something else", HERE)
    with pytest.raises(WaitError):
        people.sign_in.prove(viewer, PASSWORD, HERE)


@pytest.mark.parametrize(("ahead", "wait"), [({"hours": 3}, 0), ({"minutes": 4}, 900)])
def test_a_clock_that_was_ahead_keeps_nobody_out(
    people: People, add: Add, clock: SetClock, ahead: dict[str, float], wait: int
) -> None:
    add()
    for number in range(16):
        _fail(people)
        clock.move(minutes=15 if number in range(4, 15) else 0)
    clock.move(**{unit: -by for unit, by in ahead.items()})  # it is set right
    if wait:
        with pytest.raises(WaitError) as told:
            people.sign_in("Anna", PASSWORD, HERE)
        assert told.value.seconds == wait
    else:
        people.sign_in("Anna", PASSWORD, HERE)


def test_a_name_that_nobody_has_waits_as_one_that_somebody_has(
    people: People, add: Add, clock: SetClock
) -> None:
    add()
    told: dict[str, list[int]] = {"Anna": [], "Nobody": []}
    for number in range(8):
        for name, waits in told.items():
            try:
                people.sign_in(name, "something else", HERE if number % 2 else THERE)
            except WaitError as error:
                waits.append(error.seconds)
            except SignInError:
                waits.append(0)
        clock.move(seconds=0.4)
    assert told["Anna"] == told["Nobody"]


@pytest.mark.parametrize(
    "addresses",
    [[HERE], ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], [HERE, f"::ffff:{HERE}"], [""]],
)
def test_failures_from_an_address_make_it_wait_whatever_the_name(
    people: People, add: Add, addresses: list[str]
) -> None:
    add()
    for number in range(20):
        _fail(people, f"name {number}", addresses[number % len(addresses)])
    for address in addresses:
        with pytest.raises(WaitError):
            people.sign_in("Anna", PASSWORD, address)
    people.sign_in("Anna", PASSWORD, THERE)
    people.sign_in("Anna", PASSWORD, "2001:db8:1:3::1")


def test_an_account_of_ones_own_buys_no_more_tries(people: People, add: Add) -> None:
    add("Anna")
    for number in range(19):
        _fail(people, f"name {number}")
        people.sign_in("Anna", PASSWORD, HERE)
    _fail(people, "name 19")
    with pytest.raises(WaitError):
        people.sign_in("Anna", PASSWORD, HERE)


def test_failures_are_forgotten_after_a_day(people: People, add: Add, clock: SetClock) -> None:
    add()
    for _ in range(4):
        _fail(people)
    clock.move(days=1, seconds=1)
    for _ in range(4):
        _fail(people)
    people.sign_in("Anna", PASSWORD, HERE)


def test_a_try_that_waits_makes_nobody_wait_longer(
    people: People, add: Add, clock: SetClock
) -> None:
    add()
    for _ in range(5):
        _fail(people)
    for _ in range(50):
        with pytest.raises(WaitError):
            people.sign_in("Anna", "something else", HERE)
    clock.move(seconds=1)
    people.sign_in("Anna", PASSWORD, HERE)


def test_two_programs_share_the_wait(
    people: People, add: Add, address: str, clock: SetClock, passwords: Passwords
) -> None:
    add()
    other = open_database(address)
    copy = open_people(other, clock=clock, passwords=passwords)
    for number in range(5):
        _fail(copy if number % 2 else people)
    for each in (people, copy):
        with pytest.raises(WaitError):
            each.sign_in("Anna", PASSWORD, HERE)
    other.close()


def test_of_many_tries_at_once_no_more_are_looked_at_than_one_by_one(
    people: People, add: Add, address: str, clock: SetClock, passwords: Passwords
) -> None:
    add()
    other = open_database(address)
    copy = open_people(other, clock=clock, passwords=passwords)
    together, told = threading.Barrier(12), list[str]()

    def attempt(number: int) -> None:
        together.wait()
        try:
            (copy if number % 2 else people).sign_in("Anna", "something else", HERE)
        except SignInError as error:
            told.append(type(error).__name__)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(told) == ["SignInError"] * 5 + ["WaitError"] * 7


def test_another_password_ends_the_wait_under_the_name(people: People, add: Add) -> None:
    person = add()
    for _ in range(5):
        _fail(people)
    people.accounts.change_password(person.person_id, PASSWORD + "!", COMMAND)
    people.sign_in("Anna", PASSWORD + "!", HERE)


def test_a_hash_of_former_parameters_is_renewed(
    people: People, add: Add, database: Database, clock: SetClock
) -> None:
    add()
    before = people.accounts.look_up("Anna")
    people.sign_in("Anna", PASSWORD, HERE)
    assert people.accounts.look_up("Anna") == before
    dearer = open_people(database, clock=clock, passwords=Passwords(memory_kib=128, rounds=1))
    token = dearer.sign_in("Anna", PASSWORD, HERE).token
    found = dearer.accounts.look_up("Anna")
    assert found is not None
    assert "m=128,t=1" in found[1]
    assert dearer.sessions.viewer(token).name == "Anna"
    dearer.sign_in("Anna", PASSWORD, HERE)


def test_whoever_is_disabled_while_the_password_is_looked_at_stays_out(
    people: People, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = add()
    renewed = people.accounts.verify

    def disable_meanwhile(password: str, kept: str | None) -> bool:
        is_right = renewed(password, kept)
        people.accounts.change(person.person_id, COMMAND, is_disabled=True)
        return is_right

    monkeypatch.setattr(people.accounts, "verify", disable_meanwhile)
    with pytest.raises(SignInError):
        people.sign_in("Anna", PASSWORD, HERE)
    assert people.sessions.of(None) == []


def test_no_secret_is_in_the_files_the_log_or_the_trail(
    people: People,
    add: Add,
    address: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    person = add()
    token = people.sign_in("Anna", PASSWORD, HERE).token
    assert people.sessions.viewer(token) != ANONYMOUS
    key = people.keys.make("program", Purpose.PROGRAM, COMMAND).secret
    assert people.keys.viewer(key) != ANONYMOUS
    misplaced = "hunter2 typed where the name belongs"
    with pytest.raises(SignInError):
        people.sign_in(misplaced, "canary of a wrong one", HERE)
    people.accounts.change_password(person.person_id, PASSWORD + "?", COMMAND)
    secrets = [PASSWORD, token, key, key[-43:], misplaced, "canary of a wrong one"]
    told = caplog.text + repr(people.audit_log.entries()) + repr(people.keys.of(None))
    files = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    for secret in secrets:
        assert secret not in told
        assert secret.encode() not in files
    assert address.startswith("postgresql") or b"argon2id" in files
