"""Feedback is taken by every face while the database is out of order."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.desk.replies.store import Replies
from bot.outbox.outbox import Outbox
from bot.outbox.relay import Relayed
from bot.outbox.writer import OutboxWriter
from bot.storage import connection, open_database, transactions
from bot.web.page.session import ALL, PageEvents, Session
from bot.web.service import Service, Surface
from bot.web.site import create_site
from tests.bot.web.asking import run_aside
from tests.databases import relay
from tests.servers import ScriptedBot

QUESTION = "协议终止后数据保留多久？"


@pytest.fixture
def service(
    quick_bot: ScriptedBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """Return a service with an outbox, which waits for no lock."""
    for module in (connection, transactions):
        monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    writer = OutboxWriter(database, Replies(database), Outbox(tmp_path / "spool"))
    made = Service(quick_bot, database, writer=writer)
    yield made
    made.close()


@contextmanager
def locked(service: Service) -> Iterator[None]:
    other = sqlite3.connect(service.database.place, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


def counted(service: Service) -> float:
    text = service.metrics.to_text(service.bot.index).decode()
    name = 'clausebot_feedback_total{verdict="helpful"} '
    return sum(float(row.removeprefix(name)) for row in text.splitlines() if row.startswith(name))


def test_the_api_says_whether_the_database_has_it(service: Service) -> None:
    with TestClient(create_site(service)) as client:
        answer_id = client.post("/api/ask", json={"question": QUESTION}).json()["answer_id"]
        body = {"answer_id": answer_id, "verdict": "helpful", "key": "k"}
        first = client.post("/api/feedback", json=body)
        with locked(service):
            spooled = client.post("/api/feedback", json=body | {"key": "other"})
            odd = client.post("/api/feedback", json=body | {"answer_id": "x/y"})
    assert (first.status_code, spooled.status_code, odd.status_code) == (201, 202, 422)
    assert relay(service.writer) == Relayed(written=1)
    kept = {row.feedback_id for row in service.database.given()}
    assert kept == {first.json()["id"], spooled.json()["id"]}
    assert counted(service) == 2


def test_the_description_of_the_api_tells_both(service: Service) -> None:
    with TestClient(create_site(service)) as client:
        described = client.get("/openapi.json").json()["paths"]["/api/feedback"]["post"]
    schemas = [
        described["responses"][status]["content"]["application/json"]["schema"]
        for status in ("201", "202")
    ]
    assert schemas[0] == schemas[1]


def test_the_page_takes_a_rating(service: Service) -> None:
    events = PageEvents(service)
    asked = run_aside(events.ask(Session(), QUESTION, ALL))
    with locked(service):
        assert events.rate(asked, {"turn": asked.turns[-1].key, "verdict": "helpful"})
    relay(service.writer)
    assert [row.feedback.surface for row in service.database.given()] == [Surface.PAGE]


def test_a_service_that_is_closed_replays_no_more(service: Service) -> None:
    def replaying() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name == "replay"]

    service.writer.start(0.01)
    assert replaying()
    service.close()
    assert not replaying()
