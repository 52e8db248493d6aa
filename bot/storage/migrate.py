"""Brings the tables of a database to what this program needs, one program at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bot.storage.errors import StorageError

FOLDER = Path(__file__).with_name("migrations")
_LOCK = "SELECT pg_advisory_xact_lock(7246181)"  # any number that no other program takes


def migrate(engine: Engine, place: str) -> None:
    """Create or change the tables as needed.

    Two programs that start together wait for each other; whatever fails leaves the database
    as it was.

    Raises:
        StorageError: The database was written by a newer program.
    """
    scripts = ScriptDirectory(str(FOLDER))
    with engine.connect().execution_options(begins="BEGIN") as connection:
        if _revision(connection) == scripts.get_current_head():
            return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(_LOCK)
        revision = _revision(connection)
        if revision not in {None, *(script.revision for script in scripts.walk_revisions())}:
            raise StorageError(
                f"{place}: was written by a newer version of this program (tables {revision}). "
                "Install the newer program, or name another database in CLAUSEBOT_DATABASE."
            )
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
