"""What can go wrong with a database, said so that a person can mend it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError, SQLAlchemyError, TimeoutError

from index.errors import ClauseBotError


class StorageError(ClauseBotError):
    """The database cannot be opened, read or written; says why and what to do."""


class OutageError(StorageError):
    """The database is locked, full or not reached, and may be in order again by itself."""


class ConflictError(StorageError):
    """What was to be written contradicts what is there, such as an id that is taken."""


class TakenError(ConflictError):
    """Another object has the id under which something was to be kept."""


class UnknownAnswerError(StorageError):
    """Feedback was given on an answer that is not kept."""


LOCKED = "is locked by another program. Wait for it, or end it"
_READ_ONLY = "cannot be written. Give this program the right to write the file and its folder"
_FULL = "there is no room left on the disk. Free some"
_BY_SQLITE_NAME = {
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
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
# Of SQL states: lack of resources, operators, the system, connections; and each one by itself.
_PASSING = ("53", "57", "58", "08", "55P03")
_PASSING_IN_FILES = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR")
_UNREACHABLE = (
    "gives no connection. Check that the server runs and that CLAUSEBOT_DATABASE is right"
)


def explain(error: SQLAlchemyError, place: str) -> StorageError:
    """Return the error that tells a person what is wrong with the database at ``place``."""
    if isinstance(error, TimeoutError):
        return OutageError(f"{place}: every connection is in use. Ask again in a moment.")
    cause = getattr(error, "orig", None)
    detail = str(cause or error).strip().split("\n")[0].rstrip(".")
    if isinstance(error, IntegrityError):
        return ConflictError(f"{place}: refused a row ({detail}).")
    kind = OutageError if _is_passing(cause) else StorageError
    return kind(f"{place}: {_advice(cause)} ({detail}).")


def _is_passing(cause: Any) -> bool:
    if str(getattr(cause, "sqlite_errorname", "")).startswith(_PASSING_IN_FILES):
        return True
    return str(getattr(cause, "sqlstate", None) or "").startswith(_PASSING)


def _advice(cause: Any) -> str:
    name = str(getattr(cause, "sqlite_errorname", ""))
    for start, advice in _BY_SQLITE_NAME.items():
        if name.startswith(start):
            return advice
    if not hasattr(cause, "sqlstate"):
        return "failed"
    return _BY_SQL_STATE.get(str(cause.sqlstate), "failed" if cause.sqlstate else _UNREACHABLE)
