"""The commands that look after people and keys."""

from __future__ import annotations

import io
import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.people.__main__ import COMMANDS, main
from bot.people.identity import ANONYMOUS, Actor, Kind, Role, Terms
from bot.people.store.people import People, open_people
from bot.storage import open_database
from tests.bot.people.conftest import PASSWORD
from tests.conftest import ROOT

pytestmark = pytest.mark.slow  # starts the command for every case

Command = Callable[..., int]


@pytest.fixture
def command(address: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs a command, a line given to it."""
    monkeypatch.setenv("CLAUSEBOT_DATABASE", address)

    def call(*arguments: str, line: str = "") -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(line))
        return main(list(arguments))

    return call


@pytest.fixture
def kept(address: str) -> Iterator[People]:
    """Return the people that the commands changed."""
    database = open_database(address)
    yield open_people(database)
    database.close()


def _add(command: Command, name: str = "anna", role: str = "admin") -> None:
    assert command("add", name, "--role", role, "--password-stdin", line=PASSWORD + "\n") == 0


def test_the_first_admin_is_made_and_signs_in(
    command: Command, kept: People, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(command)
    assert capsys.readouterr().out == "anna is added as admin.\n"
    assert (
        kept.sessions.viewer(kept.sign_in("anna", PASSWORD, "192.0.2.1").token).kind is Kind.ADMIN
    )
    assert command("list") == 0
    assert capsys.readouterr().out.startswith("admin  enabled   20")
    entry = kept.audit_log.entries()[-1]
    assert entry.actor == Actor(f"command of user {os.getuid()}")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("short\n", "12 to 256"),
        ("", "12 to 256"),
        ("x" * 1_000_000, "12 to 256"),
        ("otter lantern ANNA violin\n", "contains the name"),
        ("password1234\n", "first that are tried"),
    ],
)
def test_a_password_that_is_easy_to_guess_adds_nobody(
    command: Command, capsys: pytest.CaptureFixture[str], kept: People, line: str, words: str
) -> None:
    assert command("add", "anna", "--role", "admin", "--password-stdin", line=line) == 1
    told = capsys.readouterr()
    assert told.err.startswith("error: ")
    assert words in told.err
    assert kept.accounts.of(None) == []


def test_no_password_is_asked_for_where_nobody_could_type_it(
    command: Command, capsys: pytest.CaptureFixture[str], kept: People
) -> None:
    assert command("add", "anna", "--role", "admin", line=PASSWORD) == 1
    assert "Pipe it in with --password-stdin" in capsys.readouterr().err
    assert kept.accounts.of(None) == []


@pytest.mark.parametrize(("again", "code"), [(PASSWORD, 0), (PASSWORD + "x", 1)])
def test_a_password_is_typed_twice_and_not_shown(tmp_path: Path, again: str, code: int) -> None:
    address = f"sqlite:///{tmp_path / 'x.db'}"
    open_database(address).close()
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "bot.people", "add", "anna", "--role", "agent"],
        cwd=ROOT,
        env=os.environ | {"CLAUSEBOT_DATABASE": address},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,  # so that there is no other terminal to ask on
    )
    os.close(theirs)
    shown = b""
    for prompt, line in ((b"New password: ", PASSWORD), (b"The same again: ", again)):
        while prompt not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, line.encode() + b"\n")
    assert program.wait(timeout=60) == code
    os.set_blocking(ours, False)
    shown += os.read(ours, 4096)
    os.close(ours)
    assert b"otter" not in shown
    assert (b"anna is added" in shown) == (code == 0)
    assert (b"the two are not the same" in shown) == (code == 1)


def test_people_are_changed(
    command: Command, kept: People, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(command)
    _add(command, "berta", "agent")
    token = kept.sign_in("berta", PASSWORD, "192.0.2.1").token
    assert command("revoke", "BERTA") == 0
    assert "1 sessions of berta are ended." in capsys.readouterr().out
    assert kept.sessions.viewer(token) == ANONYMOUS
    assert command("role", "berta", "admin") == 0
    assert command("disable", "anna") == 0
    assert command("disable", "berta") == 1
    assert "last admin" in capsys.readouterr().err
    assert command("enable", "anna") == 0
    assert command("password", "anna", "--password-stdin", line=PASSWORD + "!\n") == 0
    assert kept.sign_in("anna", PASSWORD + "!", "192.0.2.1").token
    assert [person.role for person in kept.accounts.of(None)] == [Role.ADMIN, Role.ADMIN]
    for words in (["disable", "nobody"], ["revoke", "nobody"], ["role", "nobody", "agent"]):
        assert command(*words) == 1
        assert "there is no 'nobody'" in capsys.readouterr().err


def test_keys_are_shown_once_listed_and_revoked(
    command: Command, kept: People, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(command)
    capsys.readouterr()
    assert command("keys", "add", "script", "--purpose", "agent", "--person", "anna") == 0
    told = capsys.readouterr()
    assert "shown once" in told.err
    assert kept.keys.viewer(told.out.strip()).name == "anna"
    assert command("keys", "list") == 0
    listed = capsys.readouterr().out
    assert "script of anna" in listed
    assert told.out.strip() not in listed
    assert command("keys", "revoke", listed.split()[0]) == 0
    assert kept.keys.viewer(told.out.strip()) == ANONYMOUS
    assert command("keys", "list") == 0
    assert "revoked 20" in capsys.readouterr().out
    site = ("keys", "add", "Help center", "--purpose", "widget", "--per-address", "7")
    assert command(*site, "--origin", "https://a.example", "--origin", "https://b.example") == 0
    terms = kept.keys.of(None)[-1].terms
    assert terms == Terms(("https://a.example", "https://b.example"), per_address_per_minute=7)
    assert command(*site, "--origin", "https://a.example/help") == 1
    assert command("keys", "add", "x1", "--purpose", "agent") == 1
    assert command("keys", "revoke", "nothing") == 1


def test_another_password_says_which_keys_go_on_working_and_revokes_them(
    command: Command, kept: People, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(command)
    assert command("keys", "add", "script", "--purpose", "agent", "--person", "anna") == 0
    key = capsys.readouterr().out.strip().splitlines()[-1]
    assert command("password", "anna", "--password-stdin", line=PASSWORD + "!\n") == 0
    assert "Their keys work as before: 1. End them too" in capsys.readouterr().out
    assert kept.keys.viewer(key).name == "anna"
    more = ("--password-stdin", "--revoke-keys")
    assert command("password", "anna", *more, line=PASSWORD + "?\n") == 0
    assert "No key of theirs works any more." in capsys.readouterr().out
    assert kept.keys.viewer(key) == ANONYMOUS


def test_a_key_of_whoever_is_disabled_is_listed_as_one_that_opens_nothing(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(command)
    _add(command, "berta", "agent")
    assert command("keys", "add", "script", "--purpose", "agent", "--person", "berta") == 0
    assert command("disable", "berta") == 0
    capsys.readouterr()
    assert command("keys", "list") == 0
    assert "script of berta, who is disabled: it opens nothing" in capsys.readouterr().out


def test_the_trail_is_printed_and_pruned(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(command)
    _add(command, "berta", "agent")
    capsys.readouterr()
    assert command("trail") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "person_added" in first
    assert first.endswith("anna, admin")
    assert second.endswith("berta, agent")
    assert command("trail", "--last", "1") == 0
    assert capsys.readouterr().out.splitlines() == [second]
    assert command("prune", "--days", "31") == 0
    assert capsys.readouterr().out == "0 lines of the trail are deleted.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "anna"],
        ["add", "anna", "--role", "owner"],
        ["keys", "add", "x", "--purpose", "admin"],
        ["prune", "--days", "30"],
        ["prune", "--days", "-1"],
        ["prune", "--days", "9999999"],
        ["trail", "--last", "0"],
        [],
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    "words",
    [
        *(["add"], ["list"], ["disable"], ["enable"], ["revoke"], ["role"], ["password"]),
        *(["trail"], ["prune"], ["keys", "add"], ["keys", "list"], ["keys", "revoke"]),
    ],
    ids=" ".join,
)
def test_every_command_shows_an_example_that_can_be_read(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    example = capsys.readouterr().out.partition("example: python -m bot.people ")[2].strip()
    assert shlex.split(example)[: len(words)] == words
    COMMANDS.parse(shlex.split(example))
