"""Feedback is taken by every face while the database is out of order."""

from __future__ import annotations

import sqlite3
import stat
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
from bot.people.client_address import open_voters
from bot.people.identity import Actor, Purpose
from bot.people.store.keys import Keys
from bot.storage import connection, open_database, transactions
from bot.storage.tables import utc_now
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


def test_an_answer_has_its_id_at_once_and_says_while_it_waits(service: Service) -> None:
    words = {
        "zh": "这条回答已保存，正在等待写入数据库。请稍后再打开。",
        "en": "This answer is kept and waits for the database. Open it again in a moment.",
    }
    with TestClient(create_site(service)) as client:
        with locked(service):
            answer_id = client.post("/api/ask", json={"question": QUESTION}).json()["answer_id"]
            for path in (f"/a/{answer_id}", f"/api/answers/{answer_id}"):
                for language, said in words.items():
                    told = client.get(path, headers={"accept-language": language})
                    assert (told.status_code, told.json()["code"]) == (503, "waits")
                    assert told.json()["words"] == said
                    assert told.headers["retry-after"] == "2"
            body = {"answer_id": answer_id, "verdict": "helpful"}
            assert client.post("/api/feedback", json=body).status_code == 202
        assert relay(service.writer) == Relayed(written=2)
        assert client.get(f"/a/{answer_id}").status_code == 200
        assert client.post("/api/feedback", json=body).status_code == 201


def _votes(service: Service) -> list[str]:
    return [row.feedback.note for row in service.database.given()]


def test_one_network_has_one_vote_on_an_answer_and_may_change_it(service: Service) -> None:
    keys = Keys(service.database.transactions, utc_now)
    secret = keys.make("Help desk", Purpose.PROGRAM, Actor("anna")).secret
    site = create_site(service)

    def give(address: str, note: str, key: str = "", bearer: str = "") -> str:
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        body = {"answer_id": answer_id, "verdict": "helpful", "note": note, "key": key}
        given = TestClient(site, client=(address, 1)).post(
            "/api/feedback", json=body, headers=headers
        )
        assert given.status_code == 201
        return str(given.json()["id"])

    with TestClient(site) as client:
        answer_id = client.post("/api/ask", json={"question": QUESTION}).json()["answer_id"]
        first = {give("2001:db8::1", str(number), f"k-{number}") for number in range(9)}
        assert len(first) == 1
        assert _votes(service) == ["8"]
        assert give("2001:db8::ffff", "neighbour") in first  # one machine has all of a /64
        second = give("192.0.2.1", "elsewhere")
        assert give("198.51.100.1", "moved", "k-0") in first  # the browser is known by its key
        assert sorted(_votes(service)) == ["elsewhere", "moved"]
        theirs = {give("192.0.2.1", name, name, secret) for name in ("ben", "cleo", "ben")}
    assert len(theirs) == 2
    assert second not in theirs
    assert len(_votes(service)) == 4


def test_a_vote_names_no_address(service: Service) -> None:
    with TestClient(create_site(service), client=("192.0.2.1", 1)) as client:
        answers = [
            client.post("/api/ask", json={"question": QUESTION}).json()["answer_id"] for _ in "ab"
        ]
        for answer_id in answers:
            client.post("/api/feedback", json={"answer_id": answer_id, "verdict": "helpful"})
    first, second = [row.feedback.voter for row in service.database.given()]
    assert len(first) == len(second) == 64
    assert first != second  # nobody learns what else somebody judged


def test_voters_are_known_after_a_restart_by_a_secret_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "desk" / "voters.secret"
    name = open_voters(path).name("a-1", "192.0.2.1")
    assert open_voters(path).name("a-1", "192.0.2.1") == name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"half")
    assert open_voters(path).name("a-1", "192.0.2.1") != name
    assert open_voters(path / "no folder").name("a-1", "192.0.2.1") != name


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
