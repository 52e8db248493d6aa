"""The command line of people and keys; ``python -m bot.people --help``."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from bot.people.identity import PER_ADDRESS, PER_KEY, Actor, PeopleError, Purpose, Role, Terms
from bot.people.passwords import MAX_LENGTH
from bot.people.store.audit_log import KEPT_AT_LEAST
from bot.people.store.people import People, open_people
from bot.storage import open_database
from index.command import DONE, BadWordError, Option, flag, option, program, run

_TIME = "%Y-%m-%d %H:%M"
COMMANDS = program(
    "python -m bot.people",
    "Look after the people of the support desk and the API keys "
    "(CLAUSEBOT_DATABASE, or sqlite:///var/clausebot.db).",
    "add anna --role admin",
)
_NAME = option("name", metavar="NAME")
_PASSWORD = flag("--password-stdin", "read it from standard input, one line")


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not KEPT_AT_LEAST.days < int(text[:6]) < 99999:
        raise BadWordError(f"{text!r} is no number over {KEPT_AT_LEAST.days}.")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:6]) < 99999:
        raise BadWordError(f"{text!r} is no number in 1..99998.")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    command = COMMANDS.parse(arguments)
    return run(lambda: _run(command))


def _run(command: Callable[[People], object]) -> int:
    with closing(open_database(os.environ.get("CLAUSEBOT_DATABASE", ""))) as database:
        command(open_people(database))
    return DONE


def _by() -> Actor:
    return Actor(f"command of user {os.getuid()}")


@COMMANDS.command(
    "add anna --role agent",
    "add a person; asks for a password",
    _NAME,
    option("--role", type=Role, choices=list(Role), required=True),
    _PASSWORD,
)
def _add(people: People, name: str, role: Role, *, password_stdin: bool) -> None:
    person = people.accounts.add(name, role, _password(is_piped=password_stdin), _by())
    print(f"{person.name} is added as {person.role}.")


@COMMANDS.command("list", "list everybody")
def _list(people: People) -> None:
    for person in people.accounts.of(None):
        state = "disabled" if person.is_disabled else "enabled"
        factors = "  two-factor sign-in" if person.has_second_factor else ""
        print(f"{person.role:6} {state:9} {person.added_at:{_TIME}}  {person.name}{factors}")


@COMMANDS.command("disable anna", "keep a person out, at once", _NAME)
def _disable(people: People, name: str) -> None:
    person = people.accounts.find(name)
    people.accounts.change(person.person_id, _by(), is_disabled=True)
    print(f"{person.name} is kept out; every session is ended and no key works.")


@COMMANDS.command("enable anna", "let a person in again", _NAME)
def _enable(people: People, name: str) -> None:
    person = people.accounts.find(name)
    people.accounts.change(person.person_id, _by(), is_disabled=False)
    print(f"{person.name} may sign in again, and keys that are not revoked work again.")


@COMMANDS.command("revoke anna", "end every session of a person", _NAME)
def _revoke(people: People, name: str) -> None:
    person = people.accounts.find(name)
    count = people.sessions.revoke_all(person.person_id, _by())
    print(f"{count} sessions of {person.name} are ended.")


@COMMANDS.command(
    "role anna admin",
    "give a person another role",
    _NAME,
    option("role", type=Role, choices=list(Role)),
)
def _change_role(people: People, name: str, role: Role) -> None:
    person = people.accounts.find(name)
    people.accounts.change(person.person_id, _by(), role=role)
    print(f"{person.name} is {role} now.")


@COMMANDS.command(
    "password anna",
    "give a person another password; asks for it",
    _NAME,
    flag("--revoke-keys", "revoke their API keys too, which go on working otherwise"),
    _PASSWORD,
)
def _change_password(people: People, name: str, *, revoke_keys: bool, password_stdin: bool) -> None:
    person = people.accounts.find(name)
    people.accounts.change_password(
        person.person_id, _password(is_piped=password_stdin), _by(), revoke_keys=revoke_keys
    )
    print(f"{person.name} has another password; every session is ended.")
    good = sum(key.revoked_at is None for key in people.keys.of(person.person_id))
    if revoke_keys:
        print("No key of theirs works any more.")
    elif good:
        print(f"Their keys work as before: {good}. End them too with --revoke-keys.")


@COMMANDS.command(
    "second-factor-off anna",
    "let a person who lost their app sign in by password alone",
    _NAME,
)
def _turn_second_factor_off(people: People, name: str) -> None:
    person = people.accounts.find(name)
    if people.second_factors.turn_off(person.person_id, _by()):
        print(f"{person.name} signs in by password alone now, and can set it up again.")
    else:
        print(f"{person.name} signs in by password alone; nothing is changed.")


_KEYS = COMMANDS.group("keys", "add, list and revoke API keys")


def _requests(name: str, default: int, of: str) -> Option:
    words = f"requests a minute by {of} of a widget; default {default}"
    return option(name, type=_count, default=default, metavar="REQUESTS", help=words)


@_KEYS.command(
    "add 'help center' --purpose widget --origin https://help.example.com",
    "make a key, and print it this once",
    option("name", metavar="NAME", help="what to call it"),
    option("--purpose", type=Purpose, choices=list(Purpose), required=True),
    option("--person", metavar="NAME", help="whose it is; an agent's key needs one"),
    option(
        "--origin",
        action="append",
        default=[],
        help="whose pages show the widget, such as https://help.example.com; may be given again",
    ),
    _requests("--per-key", PER_KEY, "all visitors together"),
    _requests("--per-address", PER_ADDRESS, "one visitor"),
)
def _add_key(
    people: People,
    *,
    name: str,
    purpose: Purpose,
    person: str | None,
    origin: list[str],
    per_key: int,
    per_address: int,
) -> None:
    owner = people.accounts.find(person).person_id if person else ""
    terms = Terms(tuple(origin), per_key, per_address)
    new = people.keys.make(name, purpose, _by(), person_id=owner, terms=terms)
    print("This is shown once and kept nowhere:", file=sys.stderr)
    print(new.secret)


@_KEYS.command("list", "list the keys, revoked ones as well")
def _list_keys(people: People) -> None:
    owners = {person.person_id: person for person in people.accounts.of(None)}
    for key in people.keys.of(None):
        used = f"used {key.used_at:{_TIME}}" if key.used_at else "never used"
        state = f"revoked {key.revoked_at:{_TIME}}" if key.revoked_at else used
        owner = owners.get(key.person_id)
        whose = f" of {owner.name}" if owner else ""
        if owner and owner.is_disabled:
            whose += ", who is disabled: it opens nothing"
        print(f"{key.key_id}  {key.purpose:7}  {state:24}  {key.name}{whose}")


@_KEYS.command(
    "revoke 4f7a2c91d0b3e8653ac0719e",
    "make a key useless, for good",
    option("key_id", metavar="ID", help="as listed"),
)
def _revoke_key(people: People, key_id: str) -> None:
    people.keys.revoke(key_id, _by(), owner=None)
    print(f"{key_id} is revoked.")


@COMMANDS.command(
    "trail --last 20",
    "print who did what, the last at the end",
    option("--last", type=_count, default=50, metavar="LINES", help="default 50"),
)
def _audit_log(people: People, last: int) -> None:
    for entry in reversed(people.audit_log.entries(most=last)):
        place = f" from {entry.actor.address}" if entry.actor.address else ""
        done = " ".join(filter(None, (entry.action, entry.subject, entry.detail)))
        print(f"{entry.at:{_TIME}}  {entry.actor.name}{place}: {done}")


@COMMANDS.command(
    "prune --days 730",
    "delete the trail of long ago, beyond recovery",
    option("--days", type=_days, required=True, help="what is older than so many days"),
)
def _prune(people: People, days: int) -> None:
    before = datetime.now(UTC) - timedelta(days=days)
    print(f"{people.audit_log.prune(before, _by())} lines of the trail are deleted.")


def _password(*, is_piped: bool) -> str:
    """Return a new password: typed twice, or one line of standard input."""
    if is_piped:
        return sys.stdin.readline(MAX_LENGTH + 2).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise PeopleError("there is no terminal to ask on. Pipe it in with --password-stdin.")
    password = getpass.getpass("New password: ")
    if password != getpass.getpass("The same again: "):
        raise PeopleError("the two are not the same. Nothing is changed; try again.")
    return password


if __name__ == "__main__":
    sys.exit(main())
