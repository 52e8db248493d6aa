"""A program starts while its database is out of order, and opens it once it is in order."""

from __future__ import annotations

import logging
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.storage import Database, StorageError, connection, open_database, transactions
from bot.storage.database import Opener
from bot.storage.storage_errors import OutageError
from tests.bot.records.making import make_record
from tests.bot.storage.test_errors import _change
from tests.postgresql import stopped

SOON = 0.01  # seconds from try to try
PATIENCE = 30.0  # seconds after which a test that waits has failed


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no lock; what is tested is what comes after the wait."""
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(transactions, "WAIT_SECONDS", 0.05)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file as a program does that lets nobody even read it."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


@contextmanager
def _full_disk() -> Iterator[None]:
    """Let this process write no byte into a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _opened_late(database: Database) -> None:
    """Let an opener open a database, and see that it is done once and works."""
    done: list[bool] = []
    is_done = threading.Event()

    def then() -> None:
        done.append(database.transactions.is_open)
        is_done.set()

    opener = Opener(database, then)
    opener.start(SOON)
    assert is_done.wait(PATIENCE)
    opener.stop()
    assert done == [True]
    _works(database)


def _works(database: Database) -> None:
    record = make_record()
    database.keep_answer(record, surface="api")
    assert database.answer(record.answer_id) == record
    assert database.transactions.trouble == ""
    database.close()


def _is_away(database: Database, words: str) -> None:
    """See that nothing waits for a database that is away, and that everything says why."""
    assert not database.transactions.is_open
    assert words in database.transactions.trouble
    for use in (
        lambda: database.keep_answer(make_record(), surface="api"),
        lambda: database.holds("x"),
        lambda: list(database.given()),
        database.check,
    ):
        with pytest.raises(OutageError, match=words):
            use()


@pytest.mark.parametrize("is_new", [True, False])
def test_a_file_that_is_locked_is_opened_later(tmp_path: Path, is_new: bool) -> None:
    path = tmp_path / "clausebot.db"
    if not is_new:
        open_database(f"sqlite:///{path}").close()
    with _locked(path):
        with pytest.raises(OutageError, match="is locked by another program"):
            open_database(f"sqlite:///{path}")
        database = open_database(f"sqlite:///{path}", may_be_away=True)
        _is_away(database, "is locked by another program")
    _opened_late(database)


def test_a_disk_that_is_full_may_have_room_later(tmp_path: Path) -> None:
    with _full_disk():
        database = open_database(f"sqlite:///{tmp_path}/clausebot.db", may_be_away=True)
        _is_away(database, "could not be read or written")
    _opened_late(database)


def test_a_server_that_is_stopped_is_connected_to_later(
    postgresql: str, new_postgresql: Callable[[], str]
) -> None:
    address = new_postgresql()
    with stopped(postgresql):
        with pytest.raises(OutageError, match="gives no connection"):
            open_database(address)
        database = open_database(address, may_be_away=True)
        _is_away(database, "gives no connection")
    _opened_late(database)


def test_a_server_that_comes_up_just_now_is_connected_to_at_once(
    new_postgresql: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "is_silent", lambda _: True)  # as it was a moment ago
    database = open_database(new_postgresql(), may_be_away=True)
    assert database.transactions.is_open
    _works(database)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("/clausebot_", "/nothing_"), "database .* does not exist"),
        (("//postgres@", "//nobody@"), "role .* does not exist"),
        (("?host=", "?hots=/x&host="), "hots"),
    ],
)
def test_a_server_that_refuses_is_a_mistake_and_no_outage(
    new_postgresql: Callable[[], str], change: tuple[str, str], words: str
) -> None:
    with pytest.raises(StorageError, match=words) as told:
        open_database(new_postgresql().replace(*change), may_be_away=True)
    assert not isinstance(told.value, OutageError)


def test_a_database_of_a_newer_program_is_a_mistake_and_no_outage(address: str) -> None:
    open_database(address).close()
    _change(address, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="newer version") as told:
        open_database(address, may_be_away=True)
    assert not isinstance(told.value, OutageError)


def test_a_file_that_is_no_database_is_a_mistake_and_no_outage(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"meeting notes, not a database\n" * 100)
    for wrong in (path, tmp_path, path / "x.db"):
        with pytest.raises(StorageError) as told:
            open_database(f"sqlite:///{wrong}", may_be_away=True)
        assert not isinstance(told.value, OutageError)


def test_the_log_says_what_is_wrong_and_when_that_is_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "clausebot.db"
    with _locked(path):
        database = open_database(f"sqlite:///{path}", may_be_away=True)
    _opened_late(database)
    levels = {record.levelno: record.getMessage() for record in caplog.records}
    assert "is locked" in levels[logging.ERROR]
    assert "answers are given but not kept" in levels[logging.ERROR]
    assert "is open now" in levels[logging.WARNING]


def test_a_mistake_that_shows_later_is_said_once_and_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "clausebot.db"
    address = f"sqlite:///{path}"
    open_database(address).close()
    _change(address, "UPDATE alembic_version SET version_num = '9999'")
    with _locked(path):
        database = open_database(address, may_be_away=True)
    tried, tries = threading.Event(), []
    opening = database.transactions.open

    def open_counting() -> None:
        tries.append(1)
        if len(tries) > 2:
            tried.set()
        opening()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database.transactions, "open", open_counting)
        opener = Opener(database, lambda: None)
        opener.start(SOON)
        assert tried.wait(PATIENCE)
        opener.stop()
    said = [row.getMessage() for row in caplog.records if "newer version" in row.getMessage()]
    assert len(said) == 1
    assert "still without a database" in said[0]
    assert not database.transactions.is_open


def test_what_fails_after_the_opening_ends_no_program(tmp_path: Path) -> None:
    path = tmp_path / "clausebot.db"
    with _locked(path):
        database = open_database(f"sqlite:///{path}", may_be_away=True)
    is_done = threading.Event()

    def fail() -> None:
        is_done.set()
        raise StorageError("it is locked again.")

    opener = Opener(database, fail)
    opener.start(SOON)
    assert is_done.wait(PATIENCE)
    opener.stop()
    _works(database)


def test_an_opener_has_nothing_to_do_where_it_is_open(database: Database) -> None:
    opener = Opener(database, lambda: pytest.fail("it was open"))
    opener.start(SOON)
    assert "opening" not in [thread.name for thread in threading.enumerate()]
    opener.stop()


def test_what_went_wrong_last_is_known_until_something_is_written(tmp_path: Path) -> None:
    path = tmp_path / "clausebot.db"
    database = open_database(f"sqlite:///{path}")
    record = make_record()
    database.keep_answer(record, surface="api")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutageError):
        database.check()
    assert database.holds(record.answer_id)
    assert "is locked" in database.transactions.trouble
    other.close()
    with pytest.raises(StorageError, match="refused a row"):  # a fault of the row
        database.keep_answer(replace(record, text="another"), surface="api")
    assert "is locked" in database.transactions.trouble
    _works(database)
    other.close()
