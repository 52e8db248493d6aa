"""Brings the tables of a database to what this program needs, one program at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bot.storage.storage_errors import StorageError

FOLDER = Path(__file__).with_name("migrations")
_LOCK = "SELECT pg_advisory_xact_lock(7246181)"  # any number that no other program takes


def migrate(engine: Engine, place: str) -> None:
    """Create or change the tables as needed.

    Two programs that start together wait for each other; whatever fails leaves the database
    as it was.

    Raises:
        StorageError: The database was written by a newer program.
    """
    with engine.connect().execution_options(begins="BEGIN") as connection:
        if revision_of(connection) == _scripts().get_current_head():
            return
    with engine.begin() as connection:
        begin_migrating(connection)
        revision = revision_of(connection)
        if revision is not None and revision not in known_revisions():
            raise StorageError(
                f"{place}: was written by a newer version of this program (tables {revision}). "
                "Install the newer program, or name another database in CLAUSEBOT_DATABASE."
            )
        upgrade(connection, "head")


def begin_migrating(connection: Connection) -> None:
    """Wait, in a transaction, until no other program changes the tables."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_LOCK)


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the tables to a revision, ``head`` for the newest, in the caller's transaction."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    command.upgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """Return of which revision the tables are; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> set[str]:
    """Return the revisions that this program can bring to its own."""
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER))
