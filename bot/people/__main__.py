"""The command line of people and keys; ``python -m bot.people --help``."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from datetime import UTC, datetime, timedelta

from bot.people.identity import PER_ADDRESS, PER_KEY, Actor, PeopleError, Purpose, Role, Terms
from bot.people.passwords import MAX_LENGTH
from bot.people.store.audit_log import KEPT_AT_LEAST
from bot.people.store.people import People, open_people
from bot.storage import open_database
from index.command import DONE, add_command, run

_TIME = "%Y-%m-%d %H:%M"


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    return run(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    database = open_database(os.environ.get("CLAUSEBOT_DATABASE", ""))
    try:
        options.run(open_people(database), options)
    finally:
        database.close()
    return DONE


def _by() -> Actor:
    return Actor(f"command of user {os.getuid()}")


def _add(people: People, options: argparse.Namespace) -> None:
    person = people.accounts.add(options.name, options.role, _password(options), _by())
    print(f"{person.name} is added as {person.role}.")


def _list(people: People, _: argparse.Namespace) -> None:
    for person in people.accounts.of(None):
        state = "disabled" if person.is_disabled else "enabled"
        print(f"{person.role:6} {state:9} {person.added_at:{_TIME}}  {person.name}")


def _disable(people: People, options: argparse.Namespace) -> None:
    person = people.accounts.find(options.name)
    people.accounts.change(person.person_id, _by(), is_disabled=True)
    print(f"{person.name} is kept out; every session is ended and no key works.")


def _enable(people: People, options: argparse.Namespace) -> None:
    person = people.accounts.find(options.name)
    people.accounts.change(person.person_id, _by(), is_disabled=False)
    print(f"{person.name} may sign in again, and keys that are not revoked work again.")


def _change_role(people: People, options: argparse.Namespace) -> None:
    person = people.accounts.find(options.name)
    people.accounts.change(person.person_id, _by(), role=options.role)
    print(f"{person.name} is {options.role} now.")


def _change_password(people: People, options: argparse.Namespace) -> None:
    person = people.accounts.find(options.name)
    people.accounts.change_password(
        person.person_id, _password(options), _by(), revoke_keys=options.revoke_keys
    )
    print(f"{person.name} has another password; every session is ended.")
    good = sum(key.revoked_at is None for key in people.keys.of(person.person_id))
    if options.revoke_keys:
        print("No key of theirs works any more.")
    elif good:
        print(f"Their keys work as before: {good}. End them too with --revoke-keys.")


def _revoke(people: People, options: argparse.Namespace) -> None:
    person = people.accounts.find(options.name)
    count = people.sessions.revoke_all(person.person_id, _by())
    print(f"{count} sessions of {person.name} are ended.")


def _add_key(people: People, options: argparse.Namespace) -> None:
    owner = people.accounts.find(options.person).person_id if options.person else ""
    terms = Terms(tuple(options.origin), options.per_key, options.per_address)
    new = people.keys.make(options.name, options.purpose, _by(), person_id=owner, terms=terms)
    print("This is shown once and kept nowhere:", file=sys.stderr)
    print(new.secret)


def _list_keys(people: People, _: argparse.Namespace) -> None:
    owners = {person.person_id: person for person in people.accounts.of(None)}
    for key in people.keys.of(None):
        used = f"used {key.used_at:{_TIME}}" if key.used_at else "never used"
        state = f"revoked {key.revoked_at:{_TIME}}" if key.revoked_at else used
        owner = owners.get(key.person_id)
        whose = f" of {owner.name}" if owner else ""
        if owner and owner.is_disabled:
            whose += ", who is disabled: it opens nothing"
        print(f"{key.key_id}  {key.purpose:7}  {state:24}  {key.name}{whose}")


def _revoke_key(people: People, options: argparse.Namespace) -> None:
    people.keys.revoke(options.key_id, _by(), owner=None)
    print(f"{options.key_id} is revoked.")


def _audit_log(people: People, options: argparse.Namespace) -> None:
    for entry in reversed(people.audit_log.entries(most=options.last)):
        place = f" from {entry.actor.address}" if entry.actor.address else ""
        done = " ".join(filter(None, (entry.action, entry.subject, entry.detail)))
        print(f"{entry.at:{_TIME}}  {entry.actor.name}{place}: {done}")


def _prune(people: People, options: argparse.Namespace) -> None:
    before = datetime.now(UTC) - timedelta(days=options.days)
    print(f"{people.audit_log.prune(before, _by())} lines of the trail are deleted.")


def _password(options: argparse.Namespace) -> str:
    """Return a new password: typed twice, or one line of standard input."""
    if options.password_stdin:
        return sys.stdin.readline(MAX_LENGTH + 2).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise PeopleError("there is no terminal to ask on. Pipe it in with --password-stdin.")
    password = getpass.getpass("New password: ")
    if password != getpass.getpass("The same again: "):
        raise PeopleError("the two are not the same. Nothing is changed; try again.")
    return password


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not KEPT_AT_LEAST.days < int(text[:6]) < 99999:
        raise argparse.ArgumentTypeError(f"{text!r} is no number over {KEPT_AT_LEAST.days}.")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:6]) < 99999:
        raise argparse.ArgumentTypeError(f"{text!r} is no number in 1..99998.")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.people",
        description="Look after the people of the support desk and the API keys "
        "(CLAUSEBOT_DATABASE, or sqlite:///var/clausebot.db).",
        epilog="example: python -m bot.people add anna --role admin",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    me = "python -m bot.people"
    add = add_command(
        commands, "add", _add, "add a person; asks for a password", f"{me} add anna --role agent"
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", type=Role, choices=list(Role), required=True)
    add_command(commands, "list", _list, "list everybody", f"{me} list")
    for name, function, summary in (
        ("disable", _disable, "keep a person out, at once"),
        ("enable", _enable, "let a person in again"),
        ("revoke", _revoke, "end every session of a person"),
    ):
        one = add_command(commands, name, function, summary, f"{me} {name} anna")
        one.add_argument("name", metavar="NAME")
    role = add_command(
        commands, "role", _change_role, "give a person another role", f"{me} role anna admin"
    )
    role.add_argument("name", metavar="NAME")
    role.add_argument("role", type=Role, choices=list(Role))
    password = add_command(
        commands,
        "password",
        _change_password,
        "give a person another password; asks for it",
        f"{me} password anna",
    )
    password.add_argument("name", metavar="NAME")
    password.add_argument(
        "--revoke-keys",
        action="store_true",
        help="revoke their API keys too, which go on working otherwise",
    )
    for asks in (add, password):
        asks.add_argument(
            "--password-stdin", action="store_true", help="read it from standard input, one line"
        )
    _add_keys(commands.add_parser("keys", help="add, list and revoke API keys"))
    audit_log = add_command(
        commands,
        "trail",
        _audit_log,
        "print who did what, the last at the end",
        f"{me} trail --last 20",
    )
    audit_log.add_argument("--last", type=_count, default=50, metavar="LINES", help="default 50")
    prune = add_command(
        commands,
        "prune",
        _prune,
        "delete the trail of long ago, beyond recovery",
        f"{me} prune --days 730",
    )
    prune.add_argument("--days", type=_days, required=True, help="what is older than so many days")
    return parser


def _add_keys(keys: argparse.ArgumentParser) -> None:
    commands = keys.add_subparsers(required=True, metavar="COMMAND")
    me = "python -m bot.people keys"
    add = add_command(
        commands,
        "add",
        _add_key,
        "make a key, and print it this once",
        f"{me} add 'help center' --purpose widget --origin https://help.example.com",
    )
    add.add_argument("name", metavar="NAME", help="what to call it")
    add.add_argument("--purpose", type=Purpose, choices=list(Purpose), required=True)
    add.add_argument("--person", metavar="NAME", help="whose it is; an agent's key needs one")
    add.add_argument(
        "--origin",
        action="append",
        default=[],
        help="whose pages show the widget, such as https://help.example.com; may be given again",
    )
    for name, default, of in (
        ("--per-key", PER_KEY, "all visitors together"),
        ("--per-address", PER_ADDRESS, "one visitor"),
    ):
        words = f"requests a minute by {of} of a widget; default {default}"
        add.add_argument(name, type=_count, default=default, metavar="REQUESTS", help=words)
    add_command(commands, "list", _list_keys, "list the keys, revoked ones as well", f"{me} list")
    revoke = add_command(
        commands,
        "revoke",
        _revoke_key,
        "make a key useless, for good",
        f"{me} revoke 4f7a2c91d0b3e8653ac0719e",
    )
    revoke.add_argument("key_id", metavar="ID", help="as listed")


if __name__ == "__main__":
    sys.exit(main())
