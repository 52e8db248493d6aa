"""What was restored, read as the program reads it, before it counts.

The checksum of a backup tells of accidents. A file that somebody made or changed may have a good
one, and hold what no list can show; answers aside, of which each record has a digest of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    Row,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeEngine

from bot.desk.gaps.store import read_mark
from bot.desk.replies.store_rows import from_row
from bot.people.store.accounts import read_person
from bot.people.store.audit_log import read_entry
from bot.people.store.keys import read_key
from bot.storage.backup import (
    BACKED_UP,
    OTHER,
    BackupError,
    Header,
    Part,
    count_rows,
    opened_backup,
    reflect,
)
from bot.storage.connection import connect, parse_address, place_of
from bot.storage.database import read_feedback
from bot.storage.migrate import begin_migrating, known_revisions, revision_of, upgrade
from bot.storage.storage_errors import StorageError, explain
from bot.storage.tables import api_keys, audit_log, feedback, gap_questions, gaps, people, replies
from bot.storage.transactions import UNREADABLE

_READ_AT_ONCE = 500  # rows read in one go


def check_rows(connection: Connection, source: Path) -> None:
    """Read every row of the newest tables through its reader.

    Raises:
        BackupError: One cannot be read; names the table, the row and what is wrong.
    """
    for table, read in _READERS.items():
        rows = connection.execute(select(table), execution_options={"yield_per": _READ_AT_ONCE})
        for row in rows:
            try:
                read(row)
            except UNREADABLE as error:
                words = f"the row {row.id!r} of {table.name} cannot be read ({error})"
                raise BackupError(f"{source}: {words}. {OTHER}") from error


def _read_reply(row: Row[Any]) -> None:
    reply = from_row(row)
    if (reply.reply_id, reply.state, reply.revision) != (row.id, row.state, row.revision):
        raise ValueError("it is another reply than its row says")


def _read_question(row: Row[Any]) -> None:
    for ids in (json.loads(row.near), json.loads(row.agreements)):
        if not isinstance(ids, list) or not all(isinstance(name, str) for name in ids):
            raise ValueError("its clauses or agreements are no list of ids")


_READERS: Mapping[Table, Callable[[Row[Any]], object]] = {
    people: read_person,
    api_keys: read_key,
    replies: _read_reply,
    gaps: read_mark,
    gap_questions: _read_question,
    feedback: read_feedback,
    audit_log: read_entry,
}


_AT_ONCE = 500  # rows written in one go


def restore_backup(source: Path, address: str) -> dict[str, int]:
    """Restore a backup, all of it or nothing; return how many rows each table has.

    The file is verified to its end before the database is touched, and again while it is read.
    One of an older program is restored as it was, and then brought to what this program needs.
    The database holds nothing yet; its address is as in ``open_database``.

    Raises:
        BackupError: The file is no backup, of a newer program, not whole, or holds what this
            program cannot read.
        StorageError: The database holds something, or cannot be written.
        OSError: The file cannot be read.
    """
    url = parse_address(address)
    place = place_of(url)
    header, total = _verify(source)
    engine = connect(url)
    try:
        with engine.begin() as connection:
            begin_migrating(connection)
            _make_tables(connection, header, place)
            counts = _fill(connection, source, total)
            upgrade(connection, "head")
            check_rows(connection, source)
    except SQLAlchemyError as error:
        raise explain(error, place) from error
    finally:
        engine.dispose()
    return counts


def _verify(source: Path) -> tuple[Header, int]:
    """Read a backup to its end; return its header and how many rows it has."""
    with opened_backup(source) as (header, rest):
        if header.revision not in known_revisions():
            raise BackupError(
                f"{source}: was made by a newer version of this program (tables "
                f"{header.revision}). Nothing was restored. Install the newer program."
            )
        total = 0
        for found in rest:
            if not isinstance(found, Part):
                total += 1
            elif found.table not in BACKED_UP:
                raise BackupError(f"{source}: holds a table {found.table!r} that there is not.")
    return header, total


def _make_tables(connection: Connection, header: Header, place: str) -> None:
    """Make the tables of the backup's revision, unless they are there and empty."""
    counts = count_rows(connection, reflect(connection))
    if any(counts.values()):
        held = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        raise StorageError(
            f"{place}: is not empty ({held}). Nothing was restored. Name a database that does "
            "not exist yet, or is empty, in CLAUSEBOT_DATABASE."
        )
    revision = revision_of(connection)
    if revision is None:
        upgrade(connection, header.revision)
    elif revision != header.revision:
        raise StorageError(
            f"{place}: is empty, but its tables are of another version ({revision}) than the "
            f"backup ({header.revision}). Name a database without tables in CLAUSEBOT_DATABASE."
        )


def _fill(connection: Connection, source: Path, total: int) -> dict[str, int]:
    """Write every row of a backup; return how many each table has."""
    from tqdm import tqdm

    tables = reflect(connection)
    with (
        opened_backup(source) as (_, rest),
        tqdm(total=total, desc="restore", unit=" rows", disable=None) as progress,
    ):
        for table, rows in _batches(rest, tables, source):
            connection.execute(insert(table), rows)
            progress.update(len(rows))
    for table in tables.values():
        _set_counter(connection, table)
    return count_rows(connection, tables)


def _batches(
    rest: Iterator[Part | list[Any]], tables: Mapping[str, Table], source: Path
) -> Iterator[tuple[Table, list[dict[str, object]]]]:
    """Yield tables, each with some of its rows."""
    table: Table | None = None
    rows: list[dict[str, object]] = []
    for line, found in enumerate(rest, start=2):  # the header is the first
        is_next = isinstance(found, Part)
        if table is not None and rows and (is_next or len(rows) == _AT_ONCE):
            yield table, rows
            rows = []
        if isinstance(found, Part):
            table = tables.get(found.table)
            if table is None or set(found.columns) != set(table.columns.keys()):
                raise BackupError(f"{source}: table {found.table!r} is not of its revision.")
            columns = [table.columns[name] for name in found.columns]
        else:
            pairs = zip(columns, found, strict=True)
            place = f"{source}: line {line}"
            rows.append({column.name: _to_value(column, cell, place) for column, cell in pairs})
    if table is not None and rows:
        yield table, rows


def _to_value(column: Column[Any], cell: object, place: str) -> object:
    """Return a cell as the database takes it: times are texts in a backup.

    SQLite itself takes any value in any column.
    """
    if cell is None:
        return cell
    if not isinstance(column.type, DateTime):
        if not _fits(column.type, cell):
            raise BackupError(f"{place}: {column.name!r} is {cell!r}, no {column.type}. {OTHER}")
        return cell
    try:
        return datetime.fromisoformat(str(cell)).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the latter: before the year 1 in UTC
        raise BackupError(f"{place}: holds a time that is none ({error}). {OTHER}") from error


def _fits(kind: TypeEngine[Any], cell: object) -> bool:
    """Tell whether a cell is what a column holds."""
    if isinstance(kind, Boolean):
        return cell in (0, 1)
    if isinstance(kind, Integer):
        return type(cell) is int
    if isinstance(kind, Float):
        return type(cell) in (int, float)
    if not isinstance(cell, str) or "\0" in cell:
        return False
    return not isinstance(kind, String) or kind.length is None or len(cell) <= kind.length


def _set_counter(connection: Connection, table: Table) -> None:
    """Let PostgreSQL count on from the last row; SQLite does so by itself."""
    (key, *_) = table.primary_key.columns
    if connection.dialect.name == "postgresql" and isinstance(key.type, Integer):
        counter, last = func.pg_get_serial_sequence(table.name, key.name), func.max(key)
        connection.execute(select(func.setval(counter, last)).having(last > 0))
