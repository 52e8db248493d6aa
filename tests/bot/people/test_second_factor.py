"""A second factor: what it keeps out, how often a code is good, and what is kept of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from pyotp import TOTP

from bot.people.identity import (
    Actor,
    PeopleError,
    SecondFactorError,
    SignInError,
    WaitError,
    WrongCodeError,
)
from bot.people.passwords import Passwords
from bot.people.second_factor import MAX_CODE, Seal, SealError, offer_of
from bot.people.store.accounts import Person
from bot.people.store.audit_log import Action
from bot.people.store.people import People, open_people
from bot.storage import Database, open_database
from bot.storage.backup import write_backup
from tests.bot.people.conftest import PASSWORD, SetClock

Add = Callable[..., Person]
HERE = "192.0.2.1"
TURNED_OFF = "python -m bot.people second-factor-off"


class App:
    """The authenticator app of a person who turned two-factor sign-in on a minute ago."""

    def __init__(self, people: People, person: Person, clock: SetClock) -> None:
        self.person, self._clock = person, clock
        self.secret = people.second_factors.offer(person.person_id).secret
        by = Actor(person.name, person.person_id, HERE)
        self.recovery_codes = people.second_factors.turn_on(
            person.person_id, self.code(), by, session_id=""
        )
        clock.move(minutes=1)

    def code(self, *, steps: int = 0) -> str:
        """Return what it shows, or will after so many steps of 30 s."""
        return TOTP(self.secret).at(self._clock(), counter_offset=steps)


@pytest.fixture
def app(people: People, add: Add, clock: SetClock) -> App:
    """Return the app of Anna."""
    return App(people, add("Anna"), clock)


def _sign_in(people: People, code: str, password: str = PASSWORD) -> str:
    return people.sessions.viewer(people.sign_in("Anna", password, HERE, code=code).token).name


def test_a_password_alone_opens_nothing_once_it_is_turned_on(
    people: People, add: Add, clock: SetClock
) -> None:
    person = add("Anna")
    here, elsewhere = (people.sign_in("Anna", PASSWORD, HERE).token for _ in range(2))
    mine = people.sessions.viewer(here)
    factors, by = people.second_factors, Actor.of(mine, HERE)
    secret = factors.offer(person.person_id).secret
    assert _sign_in(people, "") == "Anna"  # offered is not turned on
    with pytest.raises(WrongCodeError):
        factors.turn_on(person.person_id, "000000", by, session_id=mine.credential_id)
    code = TOTP(secret).at(clock())
    factors.turn_on(person.person_id, code, by, session_id=mine.credential_id)
    assert people.sessions.viewer(here).name == "Anna"
    assert people.sessions.viewer(elsewhere).name == ""  # it was begun without
    with pytest.raises(SecondFactorError):
        _sign_in(people, "")
    with pytest.raises(WrongCodeError):
        _sign_in(people, code)  # what turned it on is used
    with pytest.raises(PeopleError, match="is on already"):
        factors.offer(person.person_id)
    clock.move(seconds=30)
    assert _sign_in(people, TOTP(secret).at(clock())) == "Anna"


def test_a_wrong_password_is_told_before_any_code(people: People, app: App) -> None:
    for code in ("", app.code(), "000000"):
        with pytest.raises(SignInError, match="the name or the password is wrong"):
            _sign_in(people, code, "something else")
    assert _sign_in(people, app.code()) == "Anna"  # it was not taken


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_near_now_is_good_once_and_so_is_none_before_it(
    people: People, app: App, steps: int
) -> None:
    shown, code = [app.code(steps=by) for by in (-1, 0, 1)], app.code(steps=steps)
    assert _sign_in(people, code) == "Anna"
    for former in shown[: steps + 2]:
        with pytest.raises(WrongCodeError):
            _sign_in(people, former)


@pytest.mark.parametrize(
    "typed",
    ["{0:.3} {0:.6}", "", "1234567", "abcdef", "\ud800", "0" * MAX_CODE, "{0}0", "-{0}-{0}"],
)
def test_what_is_no_code_is_not_good(people: People, app: App, typed: str) -> None:
    with pytest.raises(SignInError):
        _sign_in(people, typed.format(app.code()))


@pytest.mark.parametrize("steps", [-2, 2, 20])
def test_a_code_of_long_ago_or_of_later_is_not_good(people: People, app: App, steps: int) -> None:
    with pytest.raises(WrongCodeError):
        _sign_in(people, app.code(steps=steps))


def test_a_code_may_be_typed_in_groups_and_full_width(people: People, app: App) -> None:
    wide = app.code().translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert _sign_in(people, f" {wide[:3]} {wide[3:]}") == "Anna"


def test_a_recovery_code_is_good_once_for_one_person(
    people: People, add: Add, app: App, clock: SetClock
) -> None:
    assert len(set(app.recovery_codes)) == 10
    first, second = app.recovery_codes[:2]
    other = App(people, add("Berta"), clock)
    with pytest.raises(WrongCodeError):
        _sign_in(people, other.recovery_codes[0])
    assert _sign_in(people, first.upper().replace("-", "")) == "Anna"
    with pytest.raises(WrongCodeError):
        _sign_in(people, first)
    assert _sign_in(people, second) == "Anna"
    assert people.second_factors.of(app.person.person_id).recovery_codes == 8
    used = people.audit_log.entries(action=Action.RECOVERY_CODE_USED)
    assert [entry.detail for entry in used] == ["8 left", "9 left"]


def test_codes_cannot_be_guessed_not_even_from_everywhere(
    people: People, app: App, clock: SetClock
) -> None:
    for number in range(5):
        with pytest.raises(SecondFactorError):  # which forgives none of the guesses
            people.sign_in("Anna", PASSWORD, f"192.0.2.{number}")
        with pytest.raises(WrongCodeError):
            people.sign_in("Anna", PASSWORD, f"192.0.2.{number}", code="000000")
    for number in range(60):
        with pytest.raises(WaitError):
            people.sign_in("Anna", PASSWORD, f"192.0.3.{number}", code=app.code())
    assert len(people.audit_log.entries(action=Action.SECOND_FACTOR_FAILED)) == 5
    clock.move(seconds=1)
    people.sign_in("Anna", PASSWORD, "192.0.3.1", code=app.code())


def test_being_asked_for_the_code_makes_nobody_wait(people: People, app: App) -> None:
    for _ in range(30):  # more than a name and an address have failures free
        with pytest.raises(SecondFactorError):
            _sign_in(people, "")
    assert _sign_in(people, app.code()) == "Anna"


def test_an_admin_turns_it_off_for_who_lost_the_app(people: People, app: App) -> None:
    berta = Actor("Berta", "b", HERE)
    assert people.second_factors.turn_off(app.person.person_id, berta)
    assert _sign_in(people, "") == "Anna"
    assert not people.second_factors.turn_off(app.person.person_id, berta)  # nothing to do
    (entry,) = people.audit_log.entries(action=Action.SECOND_FACTOR_OFF)
    assert (entry.actor, entry.subject, entry.detail) == (berta, app.person.person_id, "Anna")
    with pytest.raises(WrongCodeError):
        people.second_factors.turn_on(app.person.person_id, app.code(), berta, session_id="")


def test_whoever_turns_it_on_meanwhile_is_not_signed_in_by_password_alone(
    people: People, add: Add, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, verify = add("Anna"), people.accounts.verify

    def turn_on_meanwhile(password: str, kept: str | None) -> bool:
        App(people, person, clock)
        return verify(password, kept)

    monkeypatch.setattr(people.accounts, "verify", turn_on_meanwhile)
    with pytest.raises(SignInError):
        _sign_in(people, "")
    assert people.sessions.of(None) == []


def test_without_the_key_recovery_codes_still_open(
    people: People,
    app: App,
    database: Database,
    clock: SetClock,
    passwords: Passwords,
    caplog: pytest.LogCaptureFixture,
) -> None:
    elsewhere = open_people(database, clock=clock, passwords=passwords, seal=Seal())
    with pytest.raises(WrongCodeError):
        _sign_in(elsewhere, app.code())
    assert TURNED_OFF in caplog.text
    assert _sign_in(elsewhere, app.recovery_codes[0]) == "Anna"
    assert _sign_in(people, app.code()) == "Anna"


def test_no_secret_and_no_code_is_in_the_database_a_backup_the_log_or_the_trail(
    people: People,
    app: App,
    address: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    code = app.code()
    assert _sign_in(people, app.recovery_codes[0]) == _sign_in(people, code) == "Anna"
    other = open_database(address)
    write_backup(other, tmp_path / "backup.gz")
    other.close()
    told = caplog.text + repr(people.audit_log.entries()) + repr(people.accounts.of(None))
    key = tmp_path / "desk" / "two-factor.secret"
    assert key.stat().st_mode & 0o077 == 0
    files = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    for secret in (app.secret, *app.recovery_codes, app.recovery_codes[1].replace("-", "")):
        assert secret not in told
        assert secret.encode() not in files


def test_a_key_that_is_none_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "two-factor.secret"
    path.write_bytes(b"not a key")
    with pytest.raises(SealError, match=TURNED_OFF):
        Seal(path).close("secret")
    path.unlink()
    sealed = Seal(path).close("secret")
    assert Seal(path).open(sealed) == "secret"
    with pytest.raises(SealError, match=r"two-factor\.secret"):
        Seal(tmp_path / "new" / "two-factor.secret").open(sealed)


def test_the_picture_says_what_the_address_does() -> None:
    offer = offer_of("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "李 é")
    assert offer.address.startswith("otpauth://totp/ClauseBot:%E6%9D%8E%20%C3%A9?secret=JBSWY3D")
    side = len(offer.squares)
    assert {len(row) for row in offer.squares} == {side}
    assert offer.squares[0] == "0" * side  # a light margin, which scanners need
    assert offer.squares[4][4:11] == "1111111"  # the corner that they look for
