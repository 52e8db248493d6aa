"""A copy of everything that is kept, as it was at one moment, while the program goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Row, Table, func, select

from bot.storage.backup_file import Header, Part, new_backup
from bot.storage.database import Database
from bot.storage.errors import StorageError
from bot.storage.migrate import revision_of
from bot.storage.people.clock import as_utc

# In the order in which a row's references are there before it.
BACKED_UP = (
    "people", "api_keys", "answers", "feedback", "replies", "gaps", "gap_questions", "trail",
)  # fmt: skip
LEFT_OUT = ("sessions", "sign_in_failures", "trail_pruning")  # people sign in again
_AT_ONCE = 500  # rows read in one go


def write_backup(database: Database, target: Path) -> dict[str, int]:
    """Write a backup, which either database can be restored from.

    Args:
        database: Read in one transaction; others go on reading and writing.
        target: The file; what stood there is replaced once the backup is whole.

    Returns:
        How many rows each table has.

    Raises:
        StorageError: The database cannot be read.
        OSError: The file cannot be written; what stood there stays.
    """
    from tqdm import tqdm

    with database.transactions.snapshot() as connection:
        revision = revision_of(connection)
        if revision is None:
            raise StorageError(f"{database.place}: has no tables of this program.")
        tables = reflect(connection)
        total = sum(count_rows(connection, tables).values())
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        with (
            new_backup(target, Header(revision, made_at)) as out,
            tqdm(total=total, desc="backup", unit=" rows", disable=None) as progress,
        ):
            for name, table in tables.items():
                out.begin(Part(name, tuple(column.name for column in table.columns)))
                for row in _rows(connection, table):
                    out.add([_to_json(value) for value in row])
                    progress.update()
            return out.end()


def reflect(connection: Connection) -> dict[str, Table]:
    """Return the tables that a backup holds, as they are in the database, references first."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in BACKED_UP)
    return {name: found.tables[name] for name in BACKED_UP if name in found.tables}


def count_rows(connection: Connection, tables: Mapping[str, Table]) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in tables.items()
    }


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    """Yield the rows of a table in the order of their keys, a few at a time."""
    query = select(table).order_by(*table.primary_key.columns)
    yield from connection.execute(query, execution_options={"yield_per": _AT_ONCE})


def _to_json(value: object) -> object:
    if isinstance(value, datetime):
        return as_utc(value).isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"no backup holds a {type(value).__name__}")
