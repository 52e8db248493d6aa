"""A backup holds all that is kept, and gives it back to either database, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from bot.desk.gaps.rules import GapState
from bot.desk.gaps.store import Gaps
from bot.desk.replies.rules import save
from bot.desk.replies.store_rows import to_row
from bot.people.identity import Actor, Purpose, Role
from bot.people.passwords import Passwords
from bot.people.store.audit_log import KEPT_AT_LEAST, Action, AuditEvent
from bot.people.store.people import People, open_people
from bot.storage import Database, Feedback, StorageError, backup, open_database
from bot.storage import transactions as readable
from bot.storage.__main__ import main
from bot.storage.backup import (
    BACKED_UP,
    BackupError,
    BackupWriter,
    Header,
    Part,
    opened_backup,
    reflect,
    write_backup,
)
from bot.storage.connection import connect, parse_address
from bot.storage.migrate import known_revisions, revision_of, upgrade
from bot.storage.restore import restore_backup
from bot.storage.tables import gap_questions, gaps, replies
from index.search.clause_index import ClauseIndex
from tests.bot.desk.replies.replying import content_of as content_of_reply
from tests.bot.records.making import make_record

COMMAND = Actor("command line")
PASSWORD = "lantern otter sixty violin"  # noqa: S105 - of nobody
TIME = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
NewAddress = Callable[[str], str]


@pytest.fixture
def new_address(tmp_path: Path, request: pytest.FixtureRequest) -> NewAddress:
    """Return a function that gives the address of a database that is not there or empty."""

    def make(kind: str) -> str:
        if kind == "postgresql":
            return str(request.getfixturevalue("new_postgresql")())
        return f"sqlite:///{tmp_path}/new-{len(list(tmp_path.iterdir()))}.db"

    return make


def people_of(database: Database) -> People:
    return open_people(database, passwords=Passwords(memory_kib=64, rounds=1))


@pytest.fixture
def filled(database: Database, small_index: ClauseIndex) -> Database:
    """Return a database with something in every table that is backed up, and in some others."""
    people = people_of(database)
    anna = people.accounts.add("anna", Role.ADMIN, PASSWORD, by=COMMAND)
    people.keys.make("desk", Purpose.AGENT, by=COMMAND, person_id=anna.person_id)
    people.sign_in("anna", PASSWORD, "192.0.2.1")
    record = make_record("=1+1 谁付款？\u2028", asked_at=TIME)
    database.keep_answer(record, surface="widget", site="pk_1", probability=0.1 + 0.2)
    database.keep_answer(make_record(), surface="api")
    given = Feedback(record.answer_id, "unhelpful", "other", "注\n", "page", "", "k-1")
    database.keep_feedback(given)
    database.keep_feedback(replace(given, key="", reason=None))
    with database.transactions.writing() as connection:
        reply = save("r-1", content_of_reply(small_index), "anna", small_index)
        connection.execute(insert(replies), to_row(replace(reply, owner="p-1")))
        gap = {"id": "g-1", "state": "new", "note": "n", "who": "anna", "changed_at": TIME}
        connection.execute(insert(gaps), gap)
        question = {"id": record.answer_id, "gap_id": "g-1", "near": "[]"}
        connection.execute(insert(gap_questions), question)
    return database


def content_of(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, as this program reads it."""
    with database.transactions.snapshot() as connection:
        tables = reflect(connection)
        return {
            name: [
                tuple(
                    value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
                    for value in row
                )
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for name, table in tables.items()
        }


def restored(source: Path, address: str) -> dict[str, list[tuple[Any, ...]]]:
    counts = restore_backup(source, address)
    engine = connect(parse_address(address))
    with engine.connect() as connection:
        assert revision_of(connection) == max(known_revisions())
    engine.dispose()
    database = open_database(address)
    content = content_of(database)
    database.close()
    assert counts.items() <= {name: len(rows) for name, rows in content.items()}.items()
    return content


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everything_is_given_back_to_either_database(
    filled: Database, tmp_path: Path, new_address: NewAddress, kind: str
) -> None:
    target, before = tmp_path / "new" / "backup.gz", content_of(filled)
    counts = write_backup(filled, target)
    assert all(counts.values()), counts
    assert list(counts) == list(BACKED_UP)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["backup.gz"]
    address = new_address(kind)
    assert restored(target, address) == before
    database = open_database(address)
    assert all(problem == "" for problem in database.verify())
    assert [given.feedback for given in database.given()] == [
        given.feedback for given in filled.given()
    ]
    again = tmp_path / "again.gz"
    assert write_backup(database, again) == counts
    assert lines_of(again)[1:-1] == lines_of(target)[1:-1]  # but for the time it was made
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_trail_goes_on_and_can_still_only_grow(
    filled: Database, tmp_path: Path, new_address: NewAddress, kind: str
) -> None:
    target, address = tmp_path / "backup.gz", new_address(kind)
    write_backup(filled, target)
    restore_backup(target, address)
    database = open_database(address)
    audit_log = people_of(database).audit_log
    before = audit_log.entries()
    audit_log.add(COMMAND, AuditEvent(Action.CORPUS_PUBLISHED, "acme"))
    last, *rest = audit_log.entries()
    assert rest == before
    assert last.number == before[0].number + 1
    for statement in ("UPDATE trail SET who = 'nobody'", "DELETE FROM trail"):
        with pytest.raises(StorageError, match="can only grow"):
            _execute(database, statement)
    assert audit_log.prune(datetime.now(UTC) - KEPT_AT_LEAST - timedelta(hours=1), COMMAND) == 0
    database.close()


def _execute(database: Database, statement: str) -> None:
    with database.transactions.writing() as connection:
        connection.execute(text(statement))


def test_who_was_there_signs_in_again(
    filled: Database, tmp_path: Path, new_address: NewAddress
) -> None:
    target, address = tmp_path / "backup.gz", new_address("sqlite")
    write_backup(filled, target)
    words = gzip.decompress(target.read_bytes())
    assert b'"sessions"' not in words
    assert b'"sign_in_failures"' not in words
    restore_backup(target, address)
    database = open_database(address)
    people = people_of(database)
    (anna,) = people.accounts.of(None)
    assert people.sessions.of(anna.person_id) == []
    people.sign_in("anna", PASSWORD, "192.0.2.1")
    database.close()


def test_every_table_is_backed_up_or_left_out_on_purpose(database: Database) -> None:
    with database.transactions.reading() as connection:
        names = set(connection.dialect.get_table_names(connection))
    left_out = ("sessions", "sign_in_failures", "trail_pruning")
    assert names == {*BACKED_UP, *left_out, "alembic_version"}


def test_a_backup_is_of_one_moment(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_of, other = backup._rows, open_database(_address_of(filled))

    def write_meanwhile(connection: Any, table: Any) -> Any:
        answer = make_record()
        other.keep_answer(answer, surface="api")
        other.keep_feedback(Feedback(answer.answer_id, "helpful"))
        return rows_of(connection, table)

    before = content_of(filled)
    monkeypatch.setattr(backup, "_rows", write_meanwhile)
    counts = write_backup(filled, tmp_path / "backup.gz")
    other.close()
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert len(content_of(filled)["answers"]) > counts["answers"]


def _address_of(database: Database) -> str:
    return database.transactions._url.render_as_string(hide_password=False)


def test_a_database_that_holds_something_is_left_alone(
    filled: Database, tmp_path: Path, new_address: NewAddress
) -> None:
    target, before = tmp_path / "backup.gz", content_of(filled)
    write_backup(filled, target)
    with pytest.raises(StorageError, match=r"is not empty \(1 people.*does not exist yet"):
        restore_backup(target, _address_of(filled))
    assert content_of(filled) == before
    address = new_address("sqlite")
    open_database(address).close()  # tables, and nothing in them
    assert restored(target, address) == before


def lines_of(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def sealed(lines: list[bytes]) -> bytes:
    """Return the lines of a backup, with a checksum that fits them."""
    end = json.loads(lines[-1]) | {"sha256": hashlib.sha256(b"".join(lines[:-1])).hexdigest()}
    return gzip.compress(b"".join(lines[:-1]) + json.dumps(end).encode() + b"\n")


def _changed(lines: list[bytes]) -> bytes:
    return gzip.compress(b"".join(lines).replace("注".encode(), "记".encode()))


def _header(**changes: object) -> Callable[[list[bytes]], bytes]:
    def change(lines: list[bytes]) -> bytes:
        first = json.dumps(json.loads(lines[0]) | changes).encode() + b"\n"
        return sealed([first, *lines[1:]])

    return change


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_changed, "was changed after it was made"),
        (lambda lines: gzip.compress(b"".join(lines[:3] + lines[4:])), "was changed after"),
        (lambda lines: gzip.compress(b"".join(lines[:-1])), "ends too soon"),
        (lambda lines: gzip.compress(b"".join(lines))[:-100], "is damaged or ends too soon"),
        (lambda lines: gzip.compress(b"".join([*lines, b"{}\n"])), "goes on after its end"),
        (lambda lines: gzip.compress(b"".join(lines) * 2), "goes on after its end"),
        (lambda _: b"meeting notes\n", "is no backup, or is damaged"),
        (lambda _: b"", "ends too soon"),
        (lambda _: gzip.compress(b"[1]\n"), "is no backup of this program"),
        (lambda _: gzip.compress(b"notes\n"), "a line that is not JSON"),
        (_header(format=2), r"has format 2, this program reads 1.*newer"),
        (_header(revision="9999"), r"newer version of this program \(tables 9999\)"),
        (lambda lines: sealed([*lines[:-2], lines[-1]]), "was changed after it was made"),
        (lambda lines: sealed([lines[0], b"[1]\n", *lines[1:]]), "a row that fits no table"),
        (lambda lines: sealed([*lines[:2], b"[1]\n", *lines[2:]]), "a row that fits no table"),
        (
            lambda lines: sealed(
                [b"".join(lines[:-1]), b'{"table":"x","columns":[]}\n', lines[-1]]
            ),
            "was changed after|a table 'x' that there is not",
        ),
    ],
)
def test_a_backup_that_is_not_whole_is_refused_before_anything_is_made(
    tmp_path: Path, damage: Callable[[list[bytes]], bytes], words: str
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    record = make_record()
    database.keep_answer(record, surface="api")
    database.keep_feedback(Feedback(record.answer_id, "helpful", note="注"))
    source = tmp_path / "backup.gz"
    write_backup(database, source)
    database.close()
    source.write_bytes(damage(lines_of(source)))
    with pytest.raises(BackupError, match=words):
        restore_backup(source, f"sqlite:///{tmp_path}/new.db")
    assert not (tmp_path / "new.db").exists()


def test_each_flipped_byte_is_seen(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    database.keep_answer(make_record(), surface="api")
    source = tmp_path / "backup.gz"
    write_backup(database, source)
    database.close()
    whole = source.read_bytes()
    for at in range(10, len(whole), 7):  # what stands before tells nothing of the content
        source.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(BackupError), opened_backup(source) as (_, rest):
            list(rest)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restore_that_fails_leaves_nothing(
    filled: Database, tmp_path: Path, new_address: NewAddress, kind: str
) -> None:
    target, address = tmp_path / "backup.gz", new_address(kind)
    write_backup(filled, target)
    lines = lines_of(target)
    last = json.loads(lines[-1])
    last["rows"]["trail"] += 1  # the same number twice, after all else was written
    target.write_bytes(sealed([*lines[:-1], lines[-2], json.dumps(last).encode()]))
    with pytest.raises(StorageError, match=r"refused a row|can only grow"):
        restore_backup(target, address)
    database = open_database(address)
    assert not any(content_of(database).values())
    database.close()


def test_a_time_that_is_none_is_said_to_be_none(filled: Database, tmp_path: Path) -> None:
    target = tmp_path / "backup.gz"
    write_backup(filled, target)
    wrong = [line.replace(b"2026-01-02T", b"0001-01-01T") for line in lines_of(target)]
    wrong = [line.replace(b"03:04:05.678901+00:00", b"00:00:00+14:00") for line in wrong]
    assert any(b"0001-01-01T00:00:00+14:00" in line for line in wrong)
    target.write_bytes(sealed(wrong))
    with pytest.raises(BackupError, match=r"holds a time that is none .*out of range"):
        restore_backup(target, f"sqlite:///{tmp_path}/new.db")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_of_an_older_program_is_brought_to_this_one(
    tmp_path: Path, new_address: NewAddress, kind: str
) -> None:
    old = f"sqlite:///{tmp_path}/old.db"
    engine = connect(parse_address(old))
    with engine.begin() as connection:
        upgrade(connection, "0001")
        connection.exec_driver_sql(
            "INSERT INTO answers VALUES ('a-1', '{}', 'd', 'api', '', '2026-01-02 03:04:05.000000',"
            " 'zh', 'answered', NULL, 'q')"
        )
    with engine.connect() as connection, gzip.open(tmp_path / "b.gz", "wb") as out:
        writer = BackupWriter(out, Header("0001", "2026-01-02T03:04:05+00:00"))
        for name, table in reflect(connection).items():
            writer.begin(Part(name, tuple(table.columns.keys())))
            for row in backup._rows(connection, table):
                writer.add([backup._to_json(value) for value in row])
        writer.end()
    engine.dispose()
    content = restored(tmp_path / "b.gz", new_address(kind))
    assert [row[0] for row in content["answers"]] == ["a-1"]
    assert len(known_revisions()) > 3
    used = new_address(kind)
    open_database(used).close()
    with pytest.raises(StorageError, match=r"of another version .* than the backup \(0001\)"):
        restore_backup(tmp_path / "b.gz", used)


def test_a_backup_that_cannot_be_written_leaves_what_was_there(
    filled: Database, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_backup(filled, tmp_path / "taken")
    assert list(tmp_path.glob("*.part")) == []


def test_the_commands_say_how_much_there_was(
    filled: Database,
    tmp_path: Path,
    new_address: NewAddress,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLAUSEBOT_DATABASE", _address_of(filled))
    target = str(tmp_path / "backup.gz")
    Path(target).write_bytes(b"of yesterday")
    assert main(["backup", target]) == 1
    assert "is there already, and is left" in capsys.readouterr().err
    assert Path(target).read_bytes() == b"of yesterday"
    assert main(["backup", target, "--force"]) == 0
    assert "1 people, 1 api keys, 2 answers, 2 feedback" in capsys.readouterr().out
    assert main(["restore", target]) == 1
    assert capsys.readouterr().err.startswith("error: ")
    monkeypatch.setenv("CLAUSEBOT_DATABASE", new_address("sqlite"))
    assert main(["restore", target]) == 0
    assert "2 answers, 2 feedback" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "nowhere")]) == 1
    assert "nowhere" in capsys.readouterr().err


def with_cell(lines: list[bytes], table: str, column: str, value: object) -> bytes:
    """Return a backup in which the first row of a table holds another value."""
    rows = [json.loads(line) for line in lines]
    at = next(
        at for at, row in enumerate(rows) if isinstance(row, dict) and row.get("table") == table
    )
    rows[at + 1][rows[at]["columns"].index(column)] = value
    return sealed([json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows])


STRANGE = [
    ("people", "role", "root", "the row .* of people cannot be read .*root"),
    ("people", "is_disabled", "maybe", "line 3: 'is_disabled' is 'maybe', no BOOLEAN"),
    ("people", "name", 7, "line 3: 'name' is 7"),
    ("people", "name", "x" * 65, "line 3: 'name' is "),
    ("replies", "reply", "not json", "the row 'r-1' of replies cannot be read"),
    ("replies", "reply", '{"format":1}', "the row 'r-1' of replies cannot be read"),
    ("replies", "revision", "abc", "'revision' is 'abc', no INTEGER"),
    ("replies", "revision", 7, "the row 'r-1' of replies .*another reply than its row says"),
    ("trail", "action", "nonsense", "the row 1 of trail cannot be read .*nonsense"),
    ("gaps", "state", "zzz", "the row 'g-1' of gaps cannot be read .*zzz"),
    ("gap_questions", "near", "oops", "of gap_questions cannot be read"),
    ("gap_questions", "agreements", '"acme"', "of gap_questions cannot be read .*no list of ids"),
    ("api_keys", "origins", "oops", "of api_keys cannot be read"),
    ("api_keys", "origins", '["https://evil.example; script-src *"]', "of api_keys cannot be"),
    ("api_keys", "per_key_per_minute", 0, "of api_keys cannot be read .*no number of requests"),
    ("feedback", "verdict", "maybe", "of feedback cannot be read"),
]


@pytest.mark.parametrize(("table", "column", "value", "words"), STRANGE)
def test_what_no_list_could_show_is_not_restored(
    filled: Database, tmp_path: Path, table: str, column: str, value: object, words: str
) -> None:
    source = tmp_path / "backup.gz"
    write_backup(filled, source)
    source.write_bytes(with_cell(lines_of(source), table, column, value))
    address = f"sqlite:///{tmp_path}/new.db"
    with pytest.raises(BackupError, match=words):
        restore_backup(source, address)
    database = open_database(address)
    assert not any(content_of(database).values())
    database.close()


def test_a_row_that_cannot_be_read_is_left_out_of_the_lists_and_named_once(
    filled: Database, caplog: pytest.LogCaptureFixture
) -> None:
    readable._say.cache_clear()
    people, gaps_ = people_of(filled), Gaps(filled)
    people.accounts.add("ben", Role.AGENT, PASSWORD, by=COMMAND)
    secret = people.keys.make("shop", Purpose.PROGRAM, by=COMMAND).secret
    with filled.transactions.writing() as connection:
        if filled.transactions.is_file:
            connection.execute(text("DROP TRIGGER trail_is_not_changed"))
        else:
            connection.execute(text("ALTER TABLE trail DISABLE TRIGGER ALL"))
        for statement in (
            "UPDATE people SET role = 'root' WHERE name = 'anna'",
            "UPDATE api_keys SET origins = 'oops' WHERE name = 'desk'",
            "UPDATE trail SET action = 'nonsense' WHERE id = 1",
            "UPDATE gaps SET state = 'zzz'",
        ):
            connection.execute(text(statement))
    for _ in range(2):
        assert [person.name for person in people.accounts.of(None)] == ["ben"]
        assert [key.name for key in people.keys.of(None)] == ["shop"]
        assert [key.name for key in people.keys.good().values()] == ["shop"]
        assert 1 not in {entry.number for entry in people.audit_log.entries()}
        assert [gap.mark.state for gap in gaps_.find()] == [GapState.NEW]
    assert people.keys.viewer(secret).name == "shop"
    told = [record.message for record in caplog.records]
    assert [words.split(":")[0] for words in told] == ["people", "api_keys", "trail", "gaps"]
    gap_id = gaps_.find()[0].gap_id
    gaps_.mark(gap_id, GapState.IGNORED, "mended", by=COMMAND)
    assert [gap.mark.note for gap in gaps_.find()] == ["mended"]
