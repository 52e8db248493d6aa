"""Rows of a table in, what they hold out: one that cannot be read spoils no list."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Row, Select, Table, delete
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.connection import WAIT_SECONDS, connect, is_silent, place_of
from bot.storage.migrate import migrate
from bot.storage.storage_errors import LOCKED, ConflictError, OutageError, StorageError, explain
from index.errors import ClauseBotError

T = TypeVar("T")
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, ClauseBotError)
"""What a reader raises for a row that holds what this program never wrote."""

logger = logging.getLogger(__name__)


def readable(
    table: str, rows: Iterable[Row[Any]], read: Callable[[Row[Any]], T]
) -> Iterator[tuple[Row[Any], T]]:
    """Yield each row with what it holds, and say once in the log which are left out, and why.

    Left out are those for which ``read`` raises one of ``UNREADABLE``; each has its ``id``.
    """
    for row in rows:
        try:
            found = read(row)
        except UNREADABLE as error:
            _say(table, str(row.id), str(error))
        else:
            yield row, found


@lru_cache(maxsize=1_000)  # the keys are read every few seconds
def _say(table: str, row_id: str, reason: str) -> None:
    logger.error("%s: the row %r cannot be read, and is left out: %s", table, row_id, reason)


_ERASED = "answers, feedback, gaps, replies, trail"  # tables from which rows are deleted
_AT_ONCE = 500  # rows read or deleted in one go, so that nobody waits long


class Transactions:
    """Reads and writes one database, from several threads at once.

    Attributes:
        place: Where it is, without a password.
        is_file: Whether it is a file of SQLite.
        trouble: Why it could not be opened, or what its last use failed for; empty where it is in
            order. What another program did to it is seen when it is used.
    """

    def __init__(self, url: URL, *, may_be_away: bool = False) -> None:
        """Open the database; see ``open``.

        One that ``may_be_away`` may be out of order now, and opened later; until then all reading
        and writing raises OutageError at once.

        Raises:
            StorageError: It cannot be opened or written, is damaged, or of a newer program.
        """
        self.is_file = url.get_backend_name() == "sqlite"
        self.place = place_of(url)
        self.trouble = ""
        self._url = url
        self._engine: Engine | None = None
        self._turn = threading.Lock()
        self._opening = threading.Lock()
        try:
            self.open()
        except OutageError:
            if not may_be_away:
                raise

    @property
    def is_open(self) -> bool:
        """Whether it was opened at some time, be it in order now or not."""
        return self._engine is not None

    def open(self) -> None:
        """Open the database unless it is, and bring its tables to what this program needs.

        Raises:
            OutageError: It is locked, full or not reached; it may be in order again by itself.
            StorageError: It is set wrongly, damaged, or of a newer program.
        """
        with self._opening:
            if self._engine is None:
                self._engine = self._opened()
                self.trouble = ""

    def _opened(self) -> Engine:
        was_silent = is_silent(self._url)  # asked first: it may come up while we connect
        try:
            engine = connect(self._url)
            try:
                with self._telling():
                    migrate(engine, self.place)
            except StorageError:
                engine.dispose()
                raise
        except StorageError as error:
            self.trouble = str(error)
            if was_silent:
                raise OutageError(str(error)) from error
            raise
        return engine

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection that reads."""
        return self._connected(begins="BEGIN")

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Give a connection that reads, and sees all as it was at one moment."""
        if self.is_file:
            return self.reading()
        return self._connected(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def writing(
        self, *, may_be_lost: bool = False, patience: float | None = None
    ) -> Iterator[Connection]:
        """Give a connection whose writing is committed at the end, or not at all on an error.

        For what ``may_be_lost`` by a power cut nobody waits for the disk; whatever is written
        otherwise afterwards brings it to the disk as well. ``patience`` is for how many seconds
        others are waited for; None for as many as usual.
        """
        seconds = WAIT_SECONDS if patience is None else min(patience, WAIT_SECONDS)
        connected = self._connected(may_be_lost=may_be_lost, patience=seconds)
        with self._in_turn(seconds), connected as connection, connection.begin():
            if patience is not None and not self.is_file:
                wait = round(seconds * 1000)
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")
            yield connection
        self.trouble = ""

    def rows(self, query: Select[Any]) -> Iterator[Row[Any]]:
        """Yield what a query finds, without holding all of it."""
        with self.reading() as connection:
            yield from connection.execution_options(yield_per=_AT_ONCE).execute(query)

    def delete(self, table: Table, ids: Sequence[str]) -> int:
        """Delete rows, and what hangs on them, and return how many there were."""
        deleted = 0
        for at in range(0, len(ids), _AT_ONCE):
            wanted = table.c.id.in_(ids[at : at + _AT_ONCE])
            with self.writing() as connection:
                deleted += connection.execute(delete(table).where(wanted)).rowcount
        return deleted

    def overwrite(self) -> None:
        """Rewrite the files without what was deleted.

        Overwriting rows as they are deleted is not enough: where rows grew, or pages were
        joined, other pages of SQLite keep copies of them.

        Raises:
            StorageError: Another program is reading, and its log still holds what was deleted.
        """
        statement = "VACUUM" if self.is_file else f"VACUUM FULL {_ERASED}"
        options = {"begins": ""} if self.is_file else {"isolation_level": "AUTOCOMMIT"}
        is_read = False
        with self._in_turn(WAIT_SECONDS), self._connected(**options) as connection:
            connection.exec_driver_sql(statement)
            if self.is_file:
                log = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                is_read = bool(log.scalars().one())
        if is_read:
            raise StorageError(
                f"{self.place}: the rows are deleted, but another program is reading, and its "
                "log still holds their words. End that program and do this again."
            )

    def close(self) -> None:
        """Give back every connection."""
        if self._engine is not None:
            self._engine.dispose()

    @contextmanager
    def _connected(self, **options: Any) -> Iterator[Connection]:
        """Give a connection with options of its own.

        Raises:
            OutageError: The database is not open yet.
        """
        if self._engine is None:
            raise OutageError(self.trouble)
        with self._telling(), self._engine.connect() as connection:
            yield connection.execution_options(**options)

    @contextmanager
    def _in_turn(self, seconds: float) -> Iterator[None]:
        """Let one thread write at a time; SQLite's own waiting sleeps, and may starve one."""
        if not self.is_file:
            yield
        elif self._turn.acquire(timeout=seconds):
            try:
                yield
            finally:
                self._turn.release()
        else:
            raise OutageError(f"{self.place}: {LOCKED}.")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            told = explain(error, self.place)
            if not isinstance(told, ConflictError):
                self.trouble = str(told)
            raise told from error
