"""What can go wrong with a database, said so that a person can mend it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError, SQLAlchemyError, TimeoutError

from index.errors import ClauseBotError


class StorageError(ClauseBotError):
    """The database cannot be opened, read or written; says why and what to do."""


class ConflictError(StorageError):
    """What was to be written contradicts what is there, such as an id that is taken."""


class UnknownAnswerError(StorageError):
    """Feedback was given on an answer that is not kept."""


LOCKED = "is locked by another program. Wait for it, or end it"
_READ_ONLY = "cannot be written. Give this program the right to write the file and its folder"
_FULL = "there is no room left on the disk. Free some"
_BY_SQLITE_NAME = {
    "SQLITE_BUSY": LOCKED,
    "SQLITELOCKED": LOCKED,
    "SQLITE_NOTADB": "is no database. Move the file away, or set CLAUSEBOT_DATABASE to another",
    "SQLITE_CORRUPT": "is damaged. Move the file away and put back a copy of it",
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": "cannot be opened. Check the path and the rights to it",
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": "could not be read or written. Check the disk",
}
_BY_SQL_STATE = {
    "55P03": LOCKED,
    "57014": "took too long. Look at what else the server does",
    "53100": _FULL,
    "53300": "has too many connections. Allow more, or end some",
    "25006": "may only be read. Set CLAUSEBOT_DATABASE to the server that is written",
    "42501": "refused it. Give the user the right to create and write tables",
}
_UNREACHABLE = (
    "gives no connection. Check that the server runs and that CLAUSEBOT_DATABASE is right"
)


def explain(error: SQLAlchemyError, place: str) -> StorageError:
    """Return the error that tells a person what is wrong with the database at ``place``."""
    if isinstance(error, TimeoutError):
        return StorageError(f"{place}: every connection is in use. Ask again in a moment.")
    cause = getattr(error, "orig", None)
    detail = str(cause or error).strip().split("\n")[0].rstrip(".")
    if isinstance(error, IntegrityError):
        return ConflictError(f"{place}: refused a row ({detail}).")
    advice = _advice(cause)
    return StorageError(f"{place}: {advice} ({detail}).")


def _advice(cause: Any) -> str:
    name = str(getattr(cause, "sqlite_errorname", ""))
    for start, advice in _BY_SQLITE_NAME.items():
        if name.startswith(start):
            return advice
    if not hasattr(cause, "sqlstate"):
        return "failed"
    return _BY_SQL_STATE.get(str(cause.sqlstate), "failed" if cause.sqlstate else _UNREACHABLE)
