"""What is wrong with a database is said, with what to do, and nothing else breaks."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text

from bot.people.identity import Actor, Role
from bot.people.store.people import open_people
from bot.records.record import seal_record
from bot.storage import Database, Feedback, StorageError, connection, open_database, transactions
from bot.storage.connection import connect, parse_address
from bot.storage.migrate import FOLDER
from bot.storage.tables import metadata
from tests.bot.records.making import make_record


def _change(address: str, statement: str, **values: object) -> None:
    """Change a database behind the program's back."""
    engine = connect(parse_address(address))
    with engine.begin() as opened:
        opened.execute(text(statement), values)
    engine.dispose()


def _head() -> str:
    return str(ScriptDirectory(str(FOLDER)).get_current_head())


def _file(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a file of SQLite is to be."""
    return tmp_path / "clausebot.db"


def test_the_tables_are_those_the_program_thinks_of(address: str) -> None:
    open_database(address).close()
    engine = connect(parse_address(address))
    with engine.begin() as opened:
        assert compare_metadata(MigrationContext.configure(opened), metadata) == []
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(address: str) -> None:
    open_database(address).close()
    _change(address, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match=r"newer version .*9999.*Install the newer program"):
        open_database(address)
    _change(address, "UPDATE alembic_version SET version_num = :head", head=_head())
    open_database(address).close()


def test_a_migration_that_fails_leaves_no_half_of_it(address: str) -> None:
    _change(address, "CREATE TABLE feedback (id INTEGER)")
    with pytest.raises(StorageError, match="already exists"):
        open_database(address)
    _change(address, "CREATE TABLE answers (id INTEGER)")  # is not there yet


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE answers SET record = replace(record, '15日', '51日')", "changed after"),
        ("UPDATE answers SET record = 'nothing'", "is not JSON"),
        ("UPDATE answers SET digest = 'x'", "another record"),
        ("UPDATE answers SET record = :other", "another record"),
    ],
)
def test_a_record_that_was_changed_in_the_database_is_refused(
    database: Database, address: str, statement: str, words: str
) -> None:
    record = make_record()
    database.keep_answer(record, surface="api")
    other = {"other": seal_record(make_record())[0]} if ":other" in statement else {}
    _change(address, statement, **other)
    with pytest.raises(StorageError, match=words):
        database.answer(record.answer_id)
    assert [words in problem for problem in database.verify()] == [True]


@pytest.mark.parametrize(
    "address",
    [
        "var/clausebot.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root:geheim@localhost/x",
        "postgresql://a:geheim@localhost:port/x",
        "sqlite:///file:x.db?mode=ro&uri=true",
        "geheim",
        # slashes
        "sqlite://var/x.db",
        "sqlite:/var/x.db",
        "sqlite:x.db",
        "sqlite:///",
        "sqlite:///var/",
        "postgresql:/a:geheim@localhost/x",
        "postgresql//a:geheim@localhost/x",
        "jdbc:postgresql://a:geheim@localhost/x",
        # schemes
        "sqllite:///x.db",
        "postgresql+asyncpg://a:geheim@localhost/x",
        "https://a:geheim@localhost/x",
        # ports, hosts and names
        "postgresql://a:geheim@localhost:0/x",
        "postgresql://a:geheim@localhost:99999/x",
        "postgresql://a:geheim@localhost:-1/x",
        "postgresql://a:geheim@localhost:/x",
        "postgresql://a:geheim@[::1/x",
        "postgresql://a:geheim@my host/x",
        "postgresql://a:geheim@a..b/x",
        "postgresql://a:geheim@300.1.1.1/x",
        "postgresql://a:geheim@$HOST/x",
        "postgresql://a:geheim@localhost",
        "postgresql://a:geheim@localhost/",
        "postgresql://a:gehe@im@localhost/x",
        # blanks, quotation marks, and what a shell or an editor leaves
        "   ",
        "'postgresql://a:geheim@localhost/x'",
        '"sqlite:///x.db"',
        "sqlite:///'x.db'",
        "\u201csqlite:///x.db\u201d",
        "sqlite:///x\n.db",
        "sqlite:///x\0.db",
        "sqlite:///$HOME/x.db",
        "sqlite:///~/x.db",
        "<geheim>",
        # paths
        "/var/x.db",
        r"C:\data\x.db",
        r"sqlite:///C:\data\x.db",
        "sqlite:///C:/data/x.db",
        "file:///x.db",
        f"sqlite:///{'x' * 300}",
    ],
)
@pytest.mark.usefixtures("elsewhere")
def test_an_address_of_nothing_we_know_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(StorageError, match=r"CLAUSEBOT_DATABASE .* Write sqlite:///FILE") as told:
        open_database(address)
    assert "geheim" not in str(told.value)
    assert "\n" not in str(told.value)
    assert not list(Path().iterdir())  # nothing is made of it


@pytest.mark.parametrize("scheme", ["SQLite", "sqlite+pysqlite"])
@pytest.mark.usefixtures("elsewhere")
def test_a_scheme_is_read_in_any_letters(scheme: str) -> None:
    open_database(f" {scheme}:///x.db\n").close()
    assert Path("x.db").is_file()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own, where a file that is made by mistake is seen."""
    monkeypatch.chdir(tmp_path)


def test_a_file_that_is_no_database_is_left_as_it_was(path: Path) -> None:
    path.write_bytes(b"meeting notes, not a database\n" * 100)
    with pytest.raises(StorageError, match=rf"{path}: is no database.*Move the file away"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == b"meeting notes, not a database\n" * 100


def test_a_damaged_file_is_said_to_be_damaged(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    for _ in range(50):
        database.keep_answer(make_record(), surface="api")
    database.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096 : len(damaged) - 4096] = b"\xff" * (len(damaged) - 8192)
    path.write_bytes(damaged)
    with pytest.raises(StorageError, match=r"is damaged.*put back a copy"):
        open_database(f"sqlite:///{path}").keep_answer(make_record(), surface="api")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError, match=r"file/x.db: cannot be made or written"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'x.db'}")
    with pytest.raises(StorageError, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_file_that_may_only_be_read_is_said_to_be() -> None:
    with tempfile.TemporaryDirectory() as folder, _as_nobody(Path(folder)):
        path = Path(folder, "clausebot.db")
        with pytest.raises(StorageError, match=r"cannot be written.*right to write"):
            open_database(f"sqlite:///{path}").check()


@contextmanager
def _as_nobody(folder: Path) -> Iterator[None]:
    """Make a database in a folder that may then be read only; root may write all the same."""
    open_database(f"sqlite:///{folder / 'clausebot.db'}").close()
    (folder / "clausebot.db").chmod(0o444)
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


def test_nobody_else_may_read_the_file(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    database.keep_answer(make_record(), surface="api")
    for part in path.parent.iterdir():
        assert stat.S_IMODE(part.stat().st_mode) == 0o600, part
    database.close()


def test_a_locked_database_is_waited_for(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("COMMIT")).start()
    record = make_record()
    database.keep_answer(record, surface="api")
    assert database.holds(record.answer_id)
    other.close()
    database.close()


def test_a_database_that_stays_locked_is_said_to_be(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.05)
    database = open_database(f"sqlite:///{path}")
    record = make_record()
    database.keep_answer(record, surface="api")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"is locked by another program. Wait for it"):
        database.keep_answer(make_record(), surface="api")
    with pytest.raises(StorageError, match="is locked"):
        database.check()
    assert database.answer(record.answer_id) == record  # reading goes on
    other.execute("ROLLBACK")
    database.check()
    other.close()
    database.close()


def test_a_thread_waits_no_longer_for_another_than_for_a_program(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "WAIT_SECONDS", 0.05)
    opened = transactions.Transactions(parse_address(f"sqlite:///{path}"))
    with opened.writing():
        told: list[BaseException] = []

        def write() -> None:
            try:
                with opened.writing():
                    pass
            except StorageError as error:
                told.append(error)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert "is locked" in str(told[0])
    opened.close()


def test_a_locked_table_of_postgresql_is_said_to_be(
    new_postgresql: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "WAIT_SECONDS", 2)
    address = new_postgresql()
    database = open_database(address)
    other = psycopg.connect(address)
    other.execute("LOCK TABLE answers IN ACCESS EXCLUSIVE MODE")
    with pytest.raises(StorageError, match="is locked by another program"):
        database.keep_answer(make_record(), surface="api")
    other.rollback()
    database.check()
    other.close()
    database.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("/clausebot_", "/nothing_"), "no connection.*database .* does not exist"),
        (("?host=", "?host=/nowhere"), "no connection.*Check that the server runs"),
        (("//postgres@", "//nobody@"), "no connection.*role .* does not exist"),
    ],
)
def test_a_server_that_refuses_is_said_to_without_the_password(
    new_postgresql: Callable[[], str], change: tuple[str, str], words: str
) -> None:
    address = new_postgresql().replace(*change).replace("@", ":geheim@")
    with pytest.raises(StorageError, match=words) as told:
        open_database(address)
    assert "geheim" not in str(told.value)


def test_a_server_that_was_restarted_costs_no_answer(new_postgresql: Callable[[], str]) -> None:
    address = new_postgresql()
    database = open_database(address)
    database.check()
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    database.keep_answer(make_record(), surface="api")
    database.close()


def test_erased_words_are_nowhere_in_the_files(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    words = "Rumpelstilzchen"
    for number in range(300):  # pages are split, and keep copies of what they held
        question = f"{words} asks {'x' * (number * 37 % 900)}?" if number % 7 == 0 else "?"
        database.keep_answer(make_record(question), surface="api")
    files = [path, path.with_name(path.name + "-wal")]
    assert words.encode() in b"".join(file.read_bytes() for file in files)
    other = open_database(f"sqlite:///{path}")  # idle, as a running page is
    other.check()
    database.erase(database.find(words))
    for file in path.parent.iterdir():
        assert words.encode() not in file.read_bytes(), file
    assert len(list(other.verify())) == 300 - 43
    other.close()
    database.close()


def test_words_that_were_moved_from_page_to_page_are_erased_as_well(path: Path) -> None:
    words, chance = "Rumpelstilzchen", random.Random(5)
    database = open_database(f"sqlite:///{path}")
    record = make_record()
    database.keep_answer(record, surface="api")
    given = Feedback(record.answer_id, "helpful")
    keys = [str(number) for number in range(400)]
    for key in [*keys, *chance.sample(keys, 300)]:  # later words make room by moving others
        name = words if int(key) % 2 else "nobody"
        database.keep_feedback(
            replace(given, key=key, note=f"{name} {'x' * chance.randrange(900)}")
        )
    database.erase(database.find(words))
    assert all(words.encode() not in file.read_bytes() for file in path.parent.iterdir())
    assert len(list(database.given())) == 200
    database.close()


def test_pruned_words_are_nowhere_in_the_files(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    now = datetime.now(UTC)
    for number in range(20):
        asked = make_record("Rumpelstilzchen?", asked_at=now - timedelta(days=number))
        database.keep_answer(asked if number > 9 else make_record(), surface="api")
    assert database.prune(now - timedelta(days=9, hours=1)) == 10
    assert all(b"Rumpelstilzchen" not in file.read_bytes() for file in path.parent.iterdir())
    database.close()


def test_erasing_while_another_program_reads_is_said_to_be_unfinished(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.05)
    database = open_database(f"sqlite:///{path}")
    database.keep_answer(make_record("Rumpelstilzchen asks"), surface="api")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM answers").fetchone()
    with pytest.raises(StorageError, match=r"the rows are deleted, but another program is reading"):
        database.erase(database.find("Rumpelstilzchen"))
    reader.close()
    database.erase(database.find("Rumpelstilzchen"))
    assert all(b"Rumpelstilzchen" not in file.read_bytes() for file in path.parent.iterdir())
    database.close()


def test_what_was_acknowledged_is_on_the_disk(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    levels: list[int] = []

    @event.listens_for(database.transactions._engine, "commit")
    def note(opened: Connection) -> None:
        levels.append(opened.exec_driver_sql("PRAGMA synchronous").scalar_one())

    record, normal, full = make_record(), 1, 2
    database.keep_answer(record, surface="api")
    database.keep_feedback(Feedback(record.answer_id, "helpful"))
    database.keep_answer(make_record(), surface="api")
    assert levels == [normal, full, normal]
    levels.clear()
    open_people(database).accounts.add("anna", Role.ADMIN, "seven grey horses swim", Actor("test"))
    database.erase(database.find("Rumpelstilzchen"))
    assert set(levels) == {full}
    database.close()


def test_a_question_is_no_statement(database: Database) -> None:
    record = make_record("'); DROP TABLE answers; --")
    database.keep_answer(replace(record, reason="'); DELETE"), surface="'--", site="\"';")
    assert database.answer(record.answer_id) is not None
    assert database.find("'); DROP TABLE").answers == (record.answer_id,)
