"""The address of a database in, connections to it out: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot.storage.storage_errors import OutageError, StorageError
from index.environ import find_host_slip, find_path_slip, find_port_slip, find_slip

DEFAULT = "sqlite:///var/clausebot.db"
WAIT_SECONDS = 5.0  # for another program's lock
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_PRAGMAS = (
    "journal_mode=WAL",  # reading does not wait for writing
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is overwritten
)


def parse_address(address: str) -> URL:
    """Return the URL that an address is; empty for the default.

    Raises:
        StorageError: It is none of a file of SQLite or of PostgreSQL, or holds a slip. The message
            does not repeat it, since it may hold a password.
    """
    if problem := find_slip(address):
        raise _unusable(problem)
    given = address.strip() or DEFAULT
    scheme, colon, rest = given.partition(":")
    try:
        url = make_url(f"{scheme.lower()}{colon}{rest}")
    except (ArgumentError, ValueError) as error:
        raise _unusable(_why_no_url(given)) from error
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return _checked_file(url)
    if url.drivername not in _POSTGRESQL:
        raise _unusable(f"is of {url.drivername!r}, which is not supported")
    return _checked_server(url).set(drivername="postgresql+psycopg")


def _why_no_url(address: str) -> str:
    """Return what keeps an address from being one, without its words."""
    scheme, colon, rest = address.partition(":")
    if scheme.lower() in ("sqlite", *_POSTGRESQL):
        has_slashes = colon and rest.startswith("//")
        return "has a port that is no number" if has_slashes else "misses slashes after its scheme"
    if "://" in address:
        return "does not begin with sqlite or postgresql"
    is_path = "/" in address or "\\" in address or "." in address
    return "is a path alone, without sqlite:/// before it" if is_path else "is no address"


def _checked_file(url: URL) -> URL:
    if url.host or url.port or url.username or url.password:
        raise _unusable("names a server, as sqlite://NAME does with two slashes")
    if url.database in (None, "", ":memory:") or url.query:
        raise _unusable("names no file, or more than a file")
    path = url.database or ""
    if path.endswith("/"):
        raise _unusable("names a folder, and no file in it")
    if problem := find_slip(path) or find_path_slip(path):
        raise _unusable(f"names a file whose path {problem}")
    return url


def _checked_server(url: URL) -> URL:
    if "@" in (url.host or ""):  # what stands before it is of the password, and is not repeated
        raise _unusable("has an @ in its password, which is written %40")
    if problem := find_port_slip(url.port):
        raise _unusable(problem)
    if not (url.database or "").strip("/ "):
        raise _unusable("names no database after the server")
    for host in (url.host or "").split(",") if url.host else ():
        if problem := find_host_slip(host):
            raise _unusable(f"names a server that {problem}")
    return url


def place_of(url: URL) -> str:
    """Return where a database is, without a password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string()


def is_silent(url: URL) -> bool:
    """Tell whether a server gives no answer, or is about to start or to end.

    One that answers, and refuses a user or a database, is none of these, and a file is no server.
    """
    if url.get_backend_name() == "sqlite":
        return False
    from psycopg import ProgrammingError, pq
    from psycopg.conninfo import make_conninfo

    parts = url.translate_connect_args(username="user", database="dbname")
    wanted = {"connect_timeout": round(WAIT_SECONDS)} | parts | dict(url.query)
    try:
        answer = pq.PGconn.ping(make_conninfo(**wanted).encode())
    except ProgrammingError:  # an option that there is not; whoever connects is told
        return False
    return answer in (pq.Ping.NO_RESPONSE, pq.Ping.REJECT)


def connect(url: URL) -> Engine:
    """Return the engine for a URL; nothing is opened yet.

    Raises:
        OutageError: There is no room for the file.
        StorageError: The file or its folder cannot be made.
    """
    if url.get_backend_name() == "sqlite":
        return _connect_sqlite(url)
    wait = round(WAIT_SECONDS * 1000)
    limits = f"-c lock_timeout={wait} -c idle_in_transaction_session_timeout=60000"
    return create_engine(
        url,
        pool_pre_ping=True,  # a server that was restarted costs no answer
        connect_args={"connect_timeout": round(WAIT_SECONDS)}
        | {"options": limits}
        | dict(url.query),
    )


def _connect_sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # questions are nobody else's
    except OSError as error:
        kind = OutageError if error.errno in _NO_ROOM else StorageError
        raise kind(
            f"{path}: cannot be made or written ({error.strerror}). "
            "Set CLAUSEBOT_DATABASE to a file in a folder that this program may write."
        ) from error
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Take the lock before the first statement: one that is taken later may fail at once.

    What is committed is on the disk then, and what was committed before it with it; a power cut
    may lose no more than what was said to be ``may_be_lost``.
    """
    options = connection.get_execution_options()
    begins = options.get("begins", "BEGIN IMMEDIATE")
    patience = round(options.get("patience", WAIT_SECONDS) * 1000)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
    if begins == "BEGIN IMMEDIATE":
        level = "NORMAL" if options.get("may_be_lost") else "FULL"
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
    if begins:
        connection.exec_driver_sql(begins)


def _unusable(problem: str) -> StorageError:
    return StorageError(
        f"CLAUSEBOT_DATABASE {problem}. Write sqlite:///FILE or "
        "postgresql://USER:PASSWORD@HOST/NAME."
    )
