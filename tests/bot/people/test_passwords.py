"""Passwords: how they are hashed, and which are refused."""

from __future__ import annotations

import pytest

from bot.people.identity import PasswordError, PeopleError, clean_name, fold_name
from bot.people.passwords import (
    MAX_LENGTH,
    Passwords,
    check_password,
    digest,
    is_token,
    key_purpose,
    new_token,
)

GOOD = "lantern otter sixty violin"


def test_a_hash_is_argon2id_salted_and_dear() -> None:
    passwords = Passwords()
    first, second = passwords.hash(GOOD), passwords.hash(GOOD)
    assert first.startswith("$argon2id$v=19$m=40960,t=2,p=1$")
    assert first != second
    assert passwords.matches(GOOD, first)
    assert not passwords.matches(GOOD + " ", first)
    assert not passwords.is_outdated(first)
    assert passwords.is_outdated(Passwords(memory_kib=64, rounds=1).hash(GOOD))


@pytest.mark.parametrize(
    "typed", ["", "\0", "\ud800", "x" * 1_000_000, "lantern otter sixty violiN"]
)
def test_another_password_does_not_match_whatever_it_is(typed: str) -> None:
    passwords = Passwords(memory_kib=64, rounds=1)
    assert not passwords.matches(typed, passwords.hash(GOOD))
    assert not passwords.matches(typed, "no hash at all")
    assert not passwords.matches(typed, None)


def test_the_same_password_typed_on_another_keyboard_matches() -> None:
    passwords = Passwords(memory_kib=64, rounds=1)
    assert passwords.matches("cafe\u0301 ｌantern", passwords.hash("caf\u00e9 lantern"))


@pytest.mark.parametrize(
    "password", [GOOD, "七只水獭在灯笼下拉小提琴呢", "xK4#mQ9!tR2z", "i" * 3 + GOOD]
)
def test_a_password_that_is_hard_to_guess_is_taken(password: str) -> None:
    check_password(password, "anna")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("xK4#mQ9!tR2", "12 to 256"),
        ("", "12 to 256"),
        (GOOD * (MAX_LENGTH // 20), "12 to 256"),
        ("lantern ANNA violin", "contains the name"),
        ("ｌａｎｔｅｒｎａｎｎａ otter", "contains the name"),
        ("password1234", "first that are tried"),
        ("P@ssw0rd!2026", "first that are tried"),
        ("  Password 1234", "first that are tried"),
        ("123456789012", "first that are tried"),
        ("210987654321", "first that are tried"),
        ("qwertyuiop[]", "first that are tried"),
        ("1qaz2wsx3edc", "first that are tried"),
        ("aaaaaaaaaaaa", "first that are tried"),
        ("abcabcabcabc", "first that are tried"),
        ("otter9otter9", "first that are tried"),
        ("administrator", "first that are tried"),
        ("correcthorsebatterystaple", "first that are tried"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_and_not_repeated(
    password: str, words: str
) -> None:
    with pytest.raises(PasswordError, match=words) as told:
        check_password(password, "Anna")
    assert not password or password not in str(told.value)


@pytest.mark.parametrize(
    "name", ["", "a", "x" * 65, " anna", "anna ", "an\nna", "an\0na", "an\ud800na", "an\u202ena"]
)
def test_a_name_that_cannot_be_read_is_refused(name: str) -> None:
    with pytest.raises(PeopleError, match=r"cannot be used\. Write 2 to 64"):
        clean_name(name)


def test_names_that_look_alike_are_one() -> None:
    assert clean_name("Ａnna") == "Anna"
    assert len({fold_name(name) for name in ("Anna", "ANNA", "ａnna")}) == 1
    assert fold_name("王伟") != fold_name("王玮")


def test_secrets_are_of_256_bits_and_say_what_they_are() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(is_token(token) for token in tokens)
    for purpose in ("widget", "program", "agent"):
        assert key_purpose(f"cb_{purpose}_{tokens.copy().pop()}") == purpose
    assert len(digest("\ud800")) == 64


@pytest.mark.parametrize(
    "text",
    ["", "cb_admin_" + "x" * 43, "cb_agent_" + "x" * 42, "x" * 43, "cb_agent_" + "x" * 43 + "\n"],
)
def test_what_is_no_key_is_seen(text: str) -> None:
    assert key_purpose(text) is None
