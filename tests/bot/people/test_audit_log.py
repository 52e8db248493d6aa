"""The audit log tells what was done, and can only grow."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot.people.identity import ANONYMOUS, Actor, Kind, Role, Viewer
from bot.people.store.accounts import Person
from bot.people.store.audit_log import Action, AuditEvent, AuditLog, note
from bot.people.store.people import People
from bot.storage import Database, StorageError, open_database
from bot.storage.tables import trail_pruning
from tests.bot.people.conftest import COMMAND, SetClock

Add = Callable[..., Person]
ANNA = Actor("Anna", "p1", "192.0.2.1")


def test_a_line_says_who_what_on_which_when_and_from_where(people: People, clock: SetClock) -> None:
    people.audit_log.add(ANNA, AuditEvent(Action.REPLY_APPROVED, "reply-7", "第十二条"))
    clock.move(hours=1)
    people.audit_log.add(COMMAND, AuditEvent(Action.CORPUS_PUBLISHED, "acme/terms"))
    second, first = people.audit_log.entries()
    assert (first.actor, first.action) == (ANNA, Action.REPLY_APPROVED)
    assert (first.subject, first.detail) == ("reply-7", "第十二条")
    assert (second.at, first.at) == (clock.time, clock.time - timedelta(hours=1))
    assert second.number > first.number
    assert people.audit_log.entries(most=1) == [second]
    assert people.audit_log.entries(before=second.number) == [first]


def test_what_is_not_done_is_not_told(people: People, database: Database, clock: SetClock) -> None:
    def fail_halfway() -> None:
        with database.transactions.writing() as connection:
            note(connection, clock(), ANNA, AuditEvent(Action.REPLY_APPROVED, "reply-7"))
            connection.exec_driver_sql("INSERT INTO answers (id) VALUES ('half')")

    with pytest.raises(StorageError):
        fail_halfway()
    assert people.audit_log.entries() == []


def test_text_that_no_database_or_terminal_takes_is_told_all_the_same(people: People) -> None:
    people.audit_log.add(
        Actor("\x1b[2J\0"), AuditEvent(Action.REPLY_CHANGED, "\ud800", "x\n" * 10_000)
    )
    (entry,) = people.audit_log.entries()
    texts = (entry.actor.name, entry.subject, entry.detail)
    assert all(text.isprintable() and len(text) <= 500 for text in texts)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET who = 'nobody'",
        "UPDATE trail SET id = id + 10",
        "DELETE FROM trail",
        "DELETE FROM trail WHERE id = 1",
        "INSERT INTO trail (id, at, who, person_id, action, subject, detail, address) "
        "SELECT id, at, 'nobody', person_id, action, subject, detail, address FROM trail",
    ],
)
def test_a_line_is_neither_changed_nor_deleted(
    people: People, database: Database, statement: str
) -> None:
    people.audit_log.add(ANNA, AuditEvent(Action.ROLE_CHANGED, "p2", "to admin"))
    before = people.audit_log.entries()
    with pytest.raises(StorageError), database.transactions.writing() as connection:
        connection.exec_driver_sql(statement)
    assert people.audit_log.entries() == before


def test_a_line_is_not_replaced_or_emptied_away(people: People, database: Database) -> None:
    people.audit_log.add(ANNA, AuditEvent(Action.ROLE_CHANGED, "p2", "to admin"))
    before = people.audit_log.entries()
    statement = (
        "REPLACE INTO trail "
        "SELECT id, at, 'nobody', person_id, action, subject, detail, address, digest FROM trail"
        if database.transactions.is_file
        else "TRUNCATE trail"
    )
    with (
        pytest.raises(StorageError, match="can only grow"),
        database.transactions.writing() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert people.audit_log.entries() == before


def test_pruning_deletes_what_is_old_and_says_so(
    people: People, database: Database, clock: SetClock
) -> None:
    for number in range(3):
        people.audit_log.add(ANNA, AuditEvent(Action.REPLY_CHANGED, f"reply-{number}"))
        clock.move(days=40)
    assert people.audit_log.prune(clock.time - timedelta(days=70), COMMAND) == 2
    last, rest = people.audit_log.entries()
    assert (last.action, last.actor, rest.subject) == (Action.TRAIL_PRUNED, COMMAND, "reply-2")
    assert last.detail.startswith("2 lines before 2026-02-21T03:04:05+00:00, the last of them ")
    assert set(people.audit_log.verify()) == {""}
    clock.move(days=-100)
    people.audit_log.add(
        ANNA, AuditEvent(Action.REPLY_CHANGED, "as old as those that were deleted")
    )
    with pytest.raises(StorageError), database.transactions.writing() as connection:
        connection.exec_driver_sql("DELETE FROM trail WHERE subject LIKE 'as old%%'")
    assert len(people.audit_log.entries()) == 3


def test_the_trail_of_the_last_days_is_not_deleted(people: People, clock: SetClock) -> None:
    people.audit_log.add(ANNA, AuditEvent(Action.ROLE_CHANGED, "p2"))
    for days in (-1, 0, 29):
        with pytest.raises(ValueError, match="last 30 days"):
            people.audit_log.prune(clock.time - timedelta(days=days), COMMAND)
    assert len(people.audit_log.entries()) == 1


def test_pruned_lines_are_nowhere_in_the_files(
    people: People, clock: SetClock, address: str, tmp_path: Path
) -> None:
    people.audit_log.add(Actor("Rumpelstilzchen"), AuditEvent(Action.REPLY_CHANGED))
    clock.move(days=40)
    people.audit_log.prune(clock.time - timedelta(days=31), COMMAND)
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"Rumpelstilzchen" not in file.read_bytes()
    assert len(people.audit_log.entries()) == 1


def test_a_time_of_another_zone_is_kept_as_the_same_moment(people: People, clock: SetClock) -> None:
    clock.time = datetime.fromisoformat("2026-01-02T11:00:00+08:00")
    people.audit_log.add(ANNA, AuditEvent(Action.REPLY_CHANGED))
    assert people.audit_log.entries()[0].at == datetime(2026, 1, 2, 3, tzinfo=UTC)


def test_whoever_has_no_name_is_told_by_what_they_are() -> None:
    assert Actor.of(ANONYMOUS, "192.0.2.1") == Actor("anonymous", "", "192.0.2.1")
    assert Actor.of(Viewer(Kind.AGENT, "p1", "Anna", "s1"), "192.0.2.1") == ANNA


def test_every_change_of_a_person_is_told(people: People, add: Add) -> None:
    add("Admin", Role.ADMIN)
    person = add("Anna")
    people.accounts.change(person.person_id, ANNA, role=Role.ADMIN)
    people.accounts.change(person.person_id, ANNA, is_disabled=True)
    people.accounts.change(person.person_id, ANNA, is_disabled=False)
    told = [
        (entry.action, entry.subject, entry.detail) for entry in people.audit_log.entries(most=4)
    ]
    assert told == [
        (Action.PERSON_ENABLED, person.person_id, "Anna"),
        (Action.PERSON_DISABLED, person.person_id, "Anna"),
        (Action.ROLE_CHANGED, person.person_id, "Anna to admin"),
        (Action.PERSON_ADDED, person.person_id, "Anna, agent"),
    ]


def _told_to_prune(until: datetime) -> str:
    return f"{until:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("days", "is_told"), [(-365 * 70, False), (-365 * 70, True), (29, True), (31, False)]
)
def test_the_database_refuses_a_pruning_that_is_young_or_untold(
    people: People, database: Database, clock: SetClock, days: int, is_told: bool
) -> None:
    until = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
    clock.time = datetime.now(UTC) - timedelta(days=60)
    people.audit_log.add(ANNA, AuditEvent(Action.ROLE_CHANGED, "p2", "to admin"))
    if is_told:
        people.audit_log.add(
            ANNA, AuditEvent(Action.TRAIL_PRUNED, _told_to_prune(until), "0 lines")
        )
    with (
        pytest.raises(StorageError, match="30 days old, and told so first"),
        database.transactions.writing() as connection,
    ):
        connection.execute(insert(trail_pruning), {"until": until})


def test_a_pruning_that_is_told_and_old_cannot_be_widened(
    people: People, database: Database, clock: SetClock
) -> None:
    clock.time = datetime.now(UTC)
    until = clock.time.replace(microsecond=0) - timedelta(days=31)
    people.audit_log.add(ANNA, AuditEvent(Action.TRAIL_PRUNED, _told_to_prune(until), "0 lines"))

    def widen() -> None:
        with database.transactions.writing() as connection:
            connection.execute(insert(trail_pruning), {"until": until})
            connection.execute(update(trail_pruning).values(until=clock.time))

    with pytest.raises(StorageError, match="told so first"):
        widen()


def _without_triggers(database: Database, statement: str) -> None:
    """Do what somebody does who may do everything."""
    with database.transactions.writing() as connection:
        if database.transactions.is_file:
            for name in ("changed", "deleted", "replaced"):
                connection.exec_driver_sql(f"DROP TRIGGER trail_is_not_{name}")
        else:
            connection.exec_driver_sql("ALTER TABLE trail DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE trail SET who = 'nobody' WHERE id = 2", 2),
        ("UPDATE trail SET at = '2020-01-01 00:00:00.000000' WHERE id = 3", 3),
        ("DELETE FROM trail WHERE id = 2", 3),
        ("DELETE FROM trail WHERE id = 1", 2),
        (
            "INSERT INTO trail (id, at, who, person_id, action, subject, detail, address) "
            "SELECT 9, at, who, person_id, action, subject, detail, address FROM trail LIMIT 1",
            9,
        ),
    ],
)
def test_what_was_done_to_the_trail_without_the_triggers_is_seen(
    people: People, database: Database, statement: str, line: int
) -> None:
    for number in range(1, 5):
        people.audit_log.add(ANNA, AuditEvent(Action.REPLY_CHANGED, f"reply-{number}", "第十二条"))
    assert list(people.audit_log.verify()) == [""] * 4
    _without_triggers(database, statement)
    (problem,) = filter(None, people.audit_log.verify())
    assert problem.startswith(f"line {line} of the trail: is not as it was written")


def test_a_pruned_trail_goes_on_from_the_line_that_tells_it(
    people: People, database: Database, clock: SetClock
) -> None:
    for number in range(4):
        people.audit_log.add(ANNA, AuditEvent(Action.REPLY_CHANGED, f"reply-{number}"))
        clock.move(days=40)
    people.audit_log.prune(clock.time - timedelta(days=110), COMMAND)
    assert people.audit_log.prune(clock.time - timedelta(days=70), COMMAND) == 1
    assert list(people.audit_log.verify()) == [""] * 3
    _without_triggers(database, "DELETE FROM trail WHERE subject = 'reply-3'")
    (problem,) = filter(None, people.audit_log.verify())
    assert "lines before it are gone" in problem


def test_a_line_that_came_late_is_pruned_with_those_around_it(
    people: People, clock: SetClock
) -> None:
    people.audit_log.add(ANNA, AuditEvent(Action.REPLY_CHANGED, "first"))
    clock.move(days=40)
    people.audit_log.add(ANNA, AuditEvent(Action.REPLY_CHANGED, "second"))
    clock.move(days=-40)  # as a reply that waited for the database
    people.audit_log.add(ANNA, AuditEvent(Action.REPLY_CHANGED, "late"))
    clock.move(days=71)
    assert people.audit_log.prune(clock.time - timedelta(days=60), COMMAND) == 1
    assert set(people.audit_log.verify()) == {""}
    assert [entry.subject for entry in people.audit_log.entries()][1:] == ["late", "second"]


def test_two_programs_add_to_one_chain(people: People, address: str, clock: SetClock) -> None:
    databases = [open_database(address) for _ in range(3)]

    def add(database: Database) -> None:
        for number in range(5):
            AuditLog(database.transactions, clock).add(
                ANNA, AuditEvent(Action.REPLY_CHANGED, f"r-{number}")
            )

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, databases))
    for database in databases:
        database.close()
    assert list(people.audit_log.verify()) == [""] * 15
