"""A database from before there were people is taken over with what it holds."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot.people.store.people import open_people
from bot.storage import open_database
from bot.storage.connection import connect, parse_address
from bot.storage.migrate import FOLDER


def test_answers_stay_and_nobody_is_let_in_by_default(address: str) -> None:
    engine = connect(parse_address(address))
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(FOLDER))
        command.upgrade(config, "0001")
        row = "'old', '{}', 'x', 'api', '', '2026-01-02 03:04:05', 'en', 'answered', NULL, '?'"
        connection.execute(text(f"INSERT INTO answers VALUES ({row})"))  # noqa: S608 - ours
    engine.dispose()
    database = open_database(address)
    assert database.holds("old")
    people = open_people(database)
    assert not people.accounts.of(None)
    assert not people.keys.of(None)
    assert not people.audit_log.entries()
    database.close()
