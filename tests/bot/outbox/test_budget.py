"""So many records a day are kept, and what was kept before the start counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.outbox.budget import RecordBudget
from bot.storage import Database, open_database
from tests.bot.records.making import make_record

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def kept(database: Database, asked_at: datetime) -> None:
    database.keep_answer(make_record(asked_at=asked_at), surface="api")


def test_what_is_kept_of_this_day_counts_and_a_new_day_begins_anew(database: Database) -> None:
    now = NOW
    budget = RecordBudget(database, 3, now=lambda: now)
    kept(database, NOW - timedelta(days=1))
    kept(database, NOW - timedelta(hours=23))
    kept(database, NOW)  # by another program
    assert budget.take()
    budget.recount()
    assert (budget.take(), budget.take()) == (True, False)
    budget.give()
    assert budget.take()
    now = NOW + timedelta(hours=1)
    assert not budget.is_used_up
    budget.recount()
    assert [budget.take() for _ in range(4)] == [True, True, True, False]


def test_what_waits_counts_though_the_database_does_not_hold_it(database: Database) -> None:
    budget = RecordBudget(database, 1, now=lambda: NOW)
    assert budget.take()
    budget.recount()
    assert not budget.take()


def test_a_database_that_is_away_is_counted_later(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    database.close()
    database.transactions._engine = None
    budget = RecordBudget(database, 1, now=lambda: NOW)
    budget.recount()
    assert budget.take()
