"""A copy of everything that is kept, as one verified file, while the program goes on."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Row, Table, func, select

from bot.storage.database import Database
from bot.storage.migrate import revision_of
from bot.storage.storage_errors import StorageError
from bot.storage.tables import as_utc
from index.errors import ClauseBotError
from index.files import whole_file

FORMAT = 1  # raised when older programs cannot read the file any more
_KIND = "clausebot backup"
OTHER = "Nothing was restored. Use another backup."
_LONGEST = 64 << 20  # bytes of a line, so that no file fills the memory


class BackupError(ClauseBotError):
    """A file is no backup that can be restored; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line tells.

    Attributes:
        revision: Of the tables, as the migrations name it.
        made_at: When the backup was made, as ISO 8601 in UTC.
    """

    revision: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Part:
    """A table of a backup: its name and the names of its columns."""

    table: str
    columns: tuple[str, ...]


class BackupWriter:
    """Writes the lines of one backup, tables one after another."""

    def __init__(self, out: gzip.GzipFile, header: Header) -> None:
        self._out = out
        self._sum = hashlib.sha256()
        self._counts: Counter[str] = Counter()
        self._table = ""
        self._write({"kind": _KIND, "format": FORMAT} | asdict(header))

    def begin(self, part: Part) -> None:
        """Begin a table."""
        self._table = part.table
        self._counts[part.table] = 0
        self._write({"table": part.table, "columns": part.columns})

    def add(self, row: list[object]) -> None:
        """Write a row of the table that was begun."""
        self._counts[self._table] += 1
        self._write(row)

    def end(self) -> dict[str, int]:
        """Write the last line and return how many rows each table has."""
        counts = dict(self._counts)
        self._write({"rows": counts, "sha256": self._sum.hexdigest()})
        return counts

    def _write(self, value: object) -> None:
        line = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        self._sum.update(line)
        self._out.write(line)


@contextmanager
def new_backup(target: Path, header: Header) -> Iterator[BackupWriter]:
    """Give a writer of a file that nobody else may read, in place once it is whole and on disk.

    Raises:
        OSError: It cannot be written; what stood there stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        whole_file(target, is_private=True) as file,
        gzip.GzipFile("", "wb", 6, file, mtime=0) as out,
    ):
        yield BackupWriter(out, header)


@contextmanager
def opened_backup(source: Path) -> Iterator[tuple[Header, Iterator[Part | list[Any]]]]:
    """Give the header of a backup, and an iterator over its tables and rows in their order.

    The iterator ends only where the whole file is what was written; what it gave before an
    error is not to be relied on.

    Raises:
        BackupError: It is none, or of a newer program, or not whole.
        OSError: It cannot be read.
    """
    try:
        with gzip.open(source) as lines:
            reader = _Reader(source, lines)
            yield reader.header(), reader.rest()
    except gzip.BadGzipFile as error:
        raise BackupError(f"{source}: is no backup, or is damaged ({error}). {OTHER}") from error
    except (EOFError, zlib.error) as error:
        raise BackupError(f"{source}: is damaged or ends too soon ({error}). {OTHER}") from error


class _Reader:
    """Reads the lines of a backup."""

    def __init__(self, source: Path, lines: gzip.GzipFile) -> None:
        self._source = source
        self._lines = lines
        self._sum = hashlib.sha256()

    def header(self) -> Header:
        row = self._line()
        if not isinstance(row, dict) or row.get("kind") != _KIND:
            raise self._wrong("is no backup of this program")
        if row.get("format") != FORMAT:
            raise BackupError(
                f"{self._source}: has format {row.get('format')!r}, this program reads {FORMAT}. "
                "Restore it with the version of the program that made it, or a newer one."
            )
        return Header(str(row.get("revision")), str(row.get("made_at")))

    def rest(self) -> Iterator[Part | list[Any]]:
        """Yield a Part for each table, and after it its rows."""
        counts: dict[str, int] = {}
        part = None
        while True:
            before = self._sum.hexdigest()
            row = self._line()
            if isinstance(row, dict) and "sha256" in row:
                break
            if isinstance(row, dict):
                part = self._part(row)
                counts[part.table] = 0
                yield part
            elif part is not None and isinstance(row, list) and len(row) == len(part.columns):
                counts[part.table] += 1
                yield row
            else:
                raise self._wrong("holds a row that fits no table")
        if row["sha256"] != before or row.get("rows") != counts:
            raise self._wrong("was changed after it was made, its checksum differs")
        if self._lines.read(1):
            raise self._wrong("goes on after its end")

    def _part(self, row: dict[str, Any]) -> Part:
        try:
            return Part(str(row["table"]), tuple(str(name) for name in row["columns"]))
        except (KeyError, TypeError) as error:
            raise self._wrong("holds a table without a name or columns") from error

    def _line(self) -> Any:
        line = self._lines.readline(_LONGEST)
        if not line.endswith(b"\n"):
            raise self._wrong("ends too soon" if len(line) < _LONGEST else "holds an endless line")
        self._sum.update(line)
        try:
            return json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self._wrong(f"holds a line that is not JSON ({error})") from error

    def _wrong(self, problem: str) -> BackupError:
        return BackupError(f"{self._source}: {problem}. {OTHER}")


# In the order in which a row's references are there before it. Sessions, failures to sign in and
# the mark of a pruning are left out: people sign in again.
BACKED_UP = (
    "people", "api_keys", "answers", "feedback", "replies", "gaps", "gap_questions", "trail",
)  # fmt: skip
_AT_ONCE = 500  # rows read in one go


def write_backup(database: Database, target: Path) -> dict[str, int]:
    """Write a backup that restores either database; return how many rows each table has.

    It is read in one transaction, while others go on reading and writing. What stood at the
    target is replaced once the backup is whole.

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
