"""The site starts while its database is out of order: visitors are answered, the desk waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from bot.desk.agreements.journal import Journal
from bot.desk.replies.store import Replies
from bot.desk.shell.desk import Desk
from bot.desk.shell.opening import catch_up
from bot.desk.shell.opening import open_desk as open_desk_over
from bot.outbox.outbox import Outbox
from bot.outbox.relay import Relayed
from bot.outbox.writer import OutboxWriter
from bot.people.passwords import new_token
from bot.people.second_factor import Seal
from bot.people.store.audit_log import Action
from bot.storage import Feedback, connection, open_database, transactions
from bot.web.service import Service
from bot.web.site import create_site
from tests.bot.desk.agreements.library import BRIEF
from tests.bot.desk.agreements.test_api import kill_in
from tests.bot.records.making import make_record
from tests.bot.web.test_service import counted
from tests.databases import relay
from tests.desks import PASSWORD, make_desk, serving
from tests.servers import ScriptedBot

pytestmark = pytest.mark.slow  # waits for locks

QUESTION = "协议终止后数据保留多久？"
ANNA = {"name": "anna", "password": PASSWORD}


@dataclass
class Away:
    """A desk that was opened while another program held its database."""

    desk: Desk
    database_file: sqlite3.Connection
    answer_id: str  # of an answer that was kept before

    def come_back(self) -> None:
        """Let go of the database, and do what is done then."""
        self.database_file.close()
        self.desk.service.database.transactions.open()
        catch_up(self.desk)


@pytest.fixture
def away(quick_bot: ScriptedBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Away]:
    """Return a desk with people and an answer in a database that is locked by now."""
    for module in (connection, transactions):
        monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    address, record = f"sqlite:///{tmp_path}/clausebot.db", make_record()
    before = open_database(address)
    library = make_desk(Service(quick_bot, before), tmp_path).library
    before.keep_answer(record, surface="page")
    before.close()
    other = sqlite3.connect(tmp_path / "clausebot.db", isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    database = open_database(address, may_be_away=True)
    writer = OutboxWriter(database, Replies(database), Outbox(tmp_path / "spool"))
    service = Service(quick_bot, database, writer=writer)
    yield Away(open_desk_over(service, library, Seal()), other, record.answer_id)
    other.close()
    service.close()


@contextmanager
def client_of(away: Away) -> Iterator[TestClient]:
    """Ask the whole site, without a server between."""
    with TestClient(create_site(away.desk.service, desk=away.desk)) as client:
        yield client


def test_visitors_are_answered_and_everybody_is_told(away: Away) -> None:
    service = away.desk.service
    with client_of(away) as client:
        answer = client.post("/api/ask", json={"question": QUESTION}).json()
        assert answer["citations"]
        assert answer["answer_id"]  # its record waits
        ready = client.get("/api/ready")
        assert ready.status_code == 200
        assert ready.json()["parts"]["database"].startswith("It cannot be written.")
        assert client.get("/api/health").json()["storage"] == "out_of_order"
        for asked in (
            client.post("/api/desk/session", json=ANNA),
            client.get("/api/desk/session", headers={"cookie": f"clausebot={new_token()}"}),
        ):
            assert (asked.status_code, asked.json()["code"]) == (503, "storage")
            assert int(asked.headers["retry-after"]) > 0
        assert "clausebot_database_up 0.0" in client.get("/metrics").text
        assert counted(service, 'clausebot_records_total{kept="yes"}') == 1


def test_what_is_said_meanwhile_is_kept_once_it_is_back(away: Away) -> None:
    service = away.desk.service
    said = {"answer_id": away.answer_id, "verdict": "helpful"}
    with client_of(away) as client:
        given = client.post("/api/feedback", json=said)
        assert given.status_code == 202
        assert 'clausebot_spool_entries{state="waiting"} 1.0' in client.get("/metrics").text
        away.come_back()
        assert relay(service.writer) == Relayed(written=1)
        kept = {row.feedback_id: row.feedback for row in service.database.given()}
        assert kept == {given.json()["id"]: Feedback(away.answer_id, "helpful", surface="api")}
        assert client.post("/api/ask", json={"question": QUESTION}).json()["answer_id"]
        assert client.get("/api/health").json()["storage"] == "ok"
        assert client.get("/api/ready").status_code == 200
        assert client.post("/api/desk/session", json=ANNA).status_code == 201
        metrics = client.get("/metrics").text
    assert "clausebot_database_up 1.0" in metrics
    assert 'clausebot_spool_entries{state="waiting"} 0.0' in metrics
    assert 'clausebot_spool_entries{state="refused"} 0.0' in metrics


def test_the_trail_is_told_what_it_missed(away: Away) -> None:
    library = away.desk.library
    upload = library.upload("brief.md", BRIEF.encode(), "anna")
    base = library.review(upload.upload_id).base
    kill_in(Journal, "finish", lambda: library.publish(upload.upload_id, "anna", base))
    library.recover()  # as the next program does, which has no database
    opened = open_desk_over(away.desk.service, library, Seal())
    away.come_back()
    told = opened.people.audit_log.entries(action=Action.CORPUS_PUBLISHED)
    assert [(entry.actor.name, entry.subject) for entry in told] == [("anna", "brief")]
    opened.close()


def test_the_desk_says_so_in_the_readers_language(away: Away, browser: Browser) -> None:
    words = {
        "zh-CN": "数据库暂时无法使用，稍后再试",
        "en-US": "The database cannot be used right now. Try again later",
    }
    with serving(away.desk) as url:
        for locale, said in words.items():
            context = browser.new_context(locale=locale, base_url=url)
            page = context.new_page()
            page.goto("/desk/sign-in")
            page.locator("#name").fill("anna")
            page.locator("#password").fill(PASSWORD)
            page.locator("#password").press("Enter")
            expect(page.get_by_role("alert")).to_contain_text(said)
            context.close()
