"""What /api/ready says of each part, and when it is not ready."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.desk.replies.store import Replies
from bot.outbox.outbox import Outbox
from bot.outbox.writer import OutboxWriter
from bot.storage import connection, open_database, transactions
from bot.web import readiness
from bot.web.service import Service, Surface
from bot.web.site import create_site
from index.store import MANIFEST
from tests.bot.outbox.test_outbox import _no_file_longer_than
from tests.bot.web.asking import ask
from tests.bot.web.test_feedback_kept import QUESTION, locked
from tests.databases import relay
from tests.desks import make_desk
from tests.servers import FAILING, ScriptedBot

FINE = dict.fromkeys(("records", "disk", "database", "index", "model"), "ok")


@pytest.fixture
def service(
    quick_bot: ScriptedBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """Return a service with an outbox and a budget of two records, which waits for no lock."""
    for module in (connection, transactions):
        monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(readiness, "FLOOR", 0)
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    outbox = Outbox(tmp_path / "spool")
    writer = OutboxWriter(database, Replies(database), outbox, records_a_day=2)
    made = Service(quick_bot, database, writer=writer)
    yield made
    made.close()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_site(service)) as client:
        yield client


def wrong(client: TestClient, status: int = 200) -> dict[str, str]:
    """Return what is said to be wrong, by the names of the parts."""
    told = client.get("/api/ready")
    assert told.status_code == status
    parts = told.json()["parts"]
    assert parts.keys() == FINE.keys()
    return {name: words for name, words in parts.items() if words != "ok"}


def test_all_is_well(client: TestClient) -> None:
    told = client.get("/api/ready").json()
    assert (told["status"], told["parts"]) == ("ready", FINE)


def test_a_lock_is_told_and_records_wait(client: TestClient, service: Service) -> None:
    with locked(service):
        found = wrong(client)
        assert ask(service, QUESTION, surface=Surface.API).answer_id
    assert found.keys() == {"records", "database"}
    assert "wait in the outbox" in found["records"]
    relay(service.writer)
    assert wrong(client) == {}


def test_a_full_disk_is_not_ready_and_no_answer_has_an_id(
    client: TestClient, service: Service
) -> None:
    with _no_file_longer_than(0):
        told = client.get("/api/ready")
        found = wrong(client, 503)
        assert ask(service, QUESTION, surface=Surface.API).answer_id == ""
        assert client.get("/api/health").status_code == 200
    assert (told.json()["code"], told.headers["retry-after"]) == ("storage", "5")
    assert found.keys() == {"records", "disk", "database"}
    assert not [words for words in found.values() if str(service.database.place) in words]
    assert wrong(client) == {}
    assert ask(service, QUESTION, surface=Surface.API).answer_id


def test_an_outbox_alone_that_is_full_leaves_it_ready(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: Outbox) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Outbox, "probe", no_room)
    assert wrong(client).keys() == {"disk"}
    with locked(service):
        assert wrong(client, 503).keys() == {"records", "disk", "database"}


def test_little_room_is_told(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "FLOOR", 1 << 60)
    found = wrong(client)
    assert found.keys() == {"disk"}
    assert "MB are free, which is less than" in found["disk"]


def test_a_budget_that_is_used_up_is_told(client: TestClient, service: Service) -> None:
    for _ in range(3):
        ask(service, QUESTION, surface=Surface.API)
    found = wrong(client)
    assert found.keys() == {"records"}
    assert "2 are kept of this day, which is all that CLAUSEBOT_RECORDS_A_DAY" in found["records"]


def test_a_question_that_failed_is_told_until_one_is_answered(
    client: TestClient, service: Service
) -> None:
    with pytest.raises(RuntimeError):
        ask(service, FAILING, surface=Surface.API)
    assert wrong(client).keys() == {"model"}
    ask(service, QUESTION, surface=Surface.API)
    assert wrong(client) == {}


def test_a_newer_index_that_is_damaged_is_told(service: Service, tmp_path: Path) -> None:
    desk = make_desk(service, tmp_path)
    desk.library.index.mkdir(parents=True, exist_ok=True)
    (desk.library.index / MANIFEST).write_text("{")
    desk.reloader.look()
    with TestClient(create_site(service, desk=desk)) as client:
        found = wrong(client)
    desk.close()
    assert found.keys() == {"index"}
