"""Who is let in while others attack: slow files, wrong guesses, floods, a database that is away."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from starlette.testclient import TestClient

from bot.desk.agreements.library_errors import LibraryError
from bot.desk.shell.desk import Desk
from bot.people.identity import Actor, Role
from bot.people.store.audit_log import Action
from bot.storage import connection, open_database, transactions
from bot.web.service import Busy, Service
from bot.web.site import create_site
from tests.bot.desk.shell.office import KEPT_CLAUSE
from tests.desks import PASSWORD, OpenDesk, make_desk, serving
from tests.servers import SITES, ScriptedBot

pytestmark = pytest.mark.slow  # waits for locks and counts tries

BY = Actor("a test")
REPLY = {
    "language": "en",
    "text": "Seven days.",
    "questions": ["How long is it kept?"],
    "clauses": [{"clause_id": KEPT_CLAUSE, "quote": "7日后"}],
    "reply_id": "0123456789abcdefghijkl",
}
Enter = Callable[..., TestClient]


@pytest.fixture(scope="module")
def own(quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk that no other test changes."""
    folder = tmp_path_factory.mktemp("access")
    desk = make_desk(Service(quick_bot, open_database(f"sqlite:///{folder}/clausebot.db")))
    yield desk
    desk.close()
    desk.service.close()


@pytest.fixture
def enter(own: Desk) -> Enter:
    """Return what signs somebody in."""
    site = create_site(own.service, SITES, own)

    def enter_(name: str = "", address: str = "192.0.2.1") -> TestClient:
        client = TestClient(site, raise_server_exceptions=False, client=(address, 5000))
        if name:
            assert _sign_in(client, name).status_code == 201
        return client

    return enter_


@pytest.fixture
def locked(own: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Return what lets another program hold the database of the desk."""
    for module in (connection, transactions):
        monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    path = own.service.database.transactions.place.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)

    def lock() -> None:
        other.execute("BEGIN EXCLUSIVE")

    yield lock
    other.close()


def _sign_in(client: TestClient, name: str, password: str = PASSWORD) -> Any:
    return client.post("/api/desk/session", json={"name": name, "password": password})


# --- a file that is long on its way


@pytest.mark.parametrize("path", ["replies/import", "corpus/uploads?name=new.txt"])
@pytest.mark.parametrize("event", ["disabled", "an agent", "signed out"])
def test_whoever_may_no_longer_when_the_file_is_here_does_nothing(
    own: Desk, path: str, event: str
) -> None:
    people, library = own.people, own.library
    name = f"{event}-{path[:3]}".replace(" ", "-")
    person = people.accounts.add(name, Role.ADMIN, PASSWORD, BY)
    token = people.sign_in(name, PASSWORD, "192.0.2.1").token
    known = len(own.replies.find()), len(library.uploads())
    data = b"" if path.startswith("replies") else b"1. Terms\n1.1 A sentence stands here.\n"
    with serving(own) as url:
        address = urlsplit(url)
        head = (
            f"POST /api/desk/{path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Cookie: clausebot={token}\r\nContent-Type: application/octet-stream\r\n"
            f"Content-Length: {len(data) + 1}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        with socket.create_connection((address.hostname, address.port), timeout=30) as sent:
            sent.sendall(head.encode())
            assert b"100 Continue" in sent.recv(4096)  # they were let in, and the file is awaited
            sent.sendall(data)
            if event == "disabled":
                people.accounts.change(person.person_id, BY, is_disabled=True)
            elif event == "an agent":
                people.accounts.change(person.person_id, BY, role=Role.AGENT)
            else:
                people.sessions.revoke_all(person.person_id, BY)
            sent.sendall(b"\n")
            told = b""
            while piece := sent.recv(65536):
                told += piece
    assert told.split()[1] == (b"403" if event == "an agent" else b"401")
    assert (len(own.replies.find()), len(library.uploads())) == known
    assert [
        e for e in people.audit_log.entries(person_id=person.person_id) if "upload" in e.action
    ] == []


# --- guesses and floods


def test_a_stranger_keeps_nobody_out_of_their_own_browser(own: Desk, enter: Enter) -> None:
    own.people.accounts.add("erna", Role.AGENT, PASSWORD, BY)
    mine, stranger = enter("erna"), enter()
    device = [cookie for cookie in mine.cookies.jar if "device" in cookie.name]
    assert [cookie.has_nonstandard_attr("HttpOnly") for cookie in device] == [True]
    assert mine.delete("/api/desk/session").status_code == 204
    for _ in range(6):
        last = _sign_in(stranger, "erna", "something else")
    assert last.status_code == 429
    assert _sign_in(stranger, "erna").status_code == 429
    assert _sign_in(mine, "erna").status_code == 201  # from the same network
    assert _sign_in(enter(address="198.51.100.7"), "erna").status_code == 201
    path = f"/api/desk/people/{mine.get('/api/desk/session').json()['person_id']}/password"
    body = {"password": "nine slow boats at noon", "current": PASSWORD}
    assert mine.put(path, json=body).status_code == 204
    again = {"name": "erna", "password": "nine slow boats at noon"}
    for _ in range(6):
        _sign_in(stranger, "erna", "something else")
    assert mine.post("/api/desk/session", json=again).status_code == 201  # known still


def test_over_https_a_browser_is_known_to_this_host_alone(own: Desk) -> None:
    client = TestClient(create_site(own.service, SITES, own), base_url="https://desk.example")
    (kept,) = [
        cookie for cookie in _sign_in(client, "ben").headers.get_list("set-cookie")
        if "device" in cookie
    ]  # fmt: skip
    assert kept.startswith("__Host-clausebot-device=")
    for attribute in ("Secure", "HttpOnly", "SameSite=strict", "Path=/", "Max-Age="):
        assert attribute in kept


def test_a_flood_of_sign_ins_is_refused_and_slows_nobody_down(own: Desk, enter: Enter) -> None:
    anna, end = enter("anna"), threading.Event()
    waiting = [own.sign_ins.enter(end.wait)]
    with pytest.raises(Busy, match="too many sign-ins"):
        waiting.extend(own.sign_ins.enter(end.wait) for _ in range(1000))
    try:
        assert len(waiting) < 100
        refused = _sign_in(enter(), "ben")
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert int(refused.headers["retry-after"]) >= 1
        assert anna.get("/api/desk/session").status_code == 200
    finally:
        end.set()
    for piece in waiting:
        piece.result(30)
    assert _sign_in(enter(), "ben").status_code == 201


def test_what_a_trusted_proxy_passes_on_is_kept_only_if_it_is_an_address(
    own: Desk, enter: Enter
) -> None:
    for told, known in (("<script>x", ""), ("2001:DB8::1", "2001:db8::1")):
        cleo = enter("cleo", told)
        listed = cleo.get("/api/desk/sessions").json()["sessions"]
        assert [one["address"] for one in listed if one["is_current"]] == [known]
        entry = own.people.audit_log.entries(action=Action.SIGNED_IN, most=1)[0]
        assert entry.actor.address == known


# --- a database or a folder that is away, and what is told


def test_signing_out_clears_the_cookie_while_the_database_is_locked(
    enter: Enter, locked: Callable[[], None]
) -> None:
    ben = enter("ben")
    locked()
    answer = ben.delete("/api/desk/session")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage")
    assert "clausebot" not in dict(ben.cookies)
    assert "clausebot-device" in dict(ben.cookies)


def test_a_stranger_learns_no_path_and_no_statement(
    own: Desk, enter: Enter, locked: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    locked()
    answer = _sign_in(enter(), "ben")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage")
    path = own.service.database.transactions.place.removeprefix("sqlite:///")
    for secret in (path, "clausebot.db", "locked", "sqlite"):
        assert secret not in answer.text
    assert path in caplog.text  # whoever runs it is told


def test_an_id_that_another_reply_has_is_said_in_plain_words(enter: Enter) -> None:
    ben = enter("ben")
    assert ben.post("/api/desk/replies", json=REPLY).status_code == 201
    other = REPLY | {"text": "Another.", "beside": [REPLY["reply_id"]], "questions": ["What else?"]}
    answer = ben.post("/api/desk/replies", json=other)
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
    assert answer.json()["detail"] == "Another reply has that id. Choose another id."
    assert "UNIQUE" not in answer.text


def test_a_folder_that_cannot_be_used_is_not_named(
    own: Desk, enter: Enter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LibraryError("/secret/folder: no room is left. Free some.")

    monkeypatch.setattr(type(own.library), "upload", fail)
    headers = {"content-type": "application/octet-stream"}
    answer = enter("anna").post(
        "/api/desk/corpus/uploads", params={"name": "a.txt"}, content=b"1. A", headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "library")
    assert "/secret" not in answer.text
    assert "/secret/folder" in caplog.text


# --- the pages


def test_a_sign_out_that_the_database_does_not_take_is_said(
    open_desk: OpenDesk, desk: Desk
) -> None:
    page = open_desk("/desk/account", "ben", expected="503")
    problem = {"status": 503, "detail": "away", "code": "storage"}
    body = json.dumps(problem)
    page.route(
        "**/api/desk/session",
        lambda route: (
            route.fulfill(status=503, content_type="application/problem+json", body=body)
            if route.request.method == "DELETE"
            else route.continue_()
        ),
    )
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("alert")).to_contain_text("may still be open elsewhere")


def test_a_sign_out_that_does_not_reach_the_server_is_no_sign_out(open_desk: OpenDesk) -> None:
    page = open_desk("/desk/account", "ben", expected="Failed to load")
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("alert")).to_contain_text("still signed in; try again")
    page.context.set_offline(False)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
