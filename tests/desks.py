"""A desk with an admin and two agents: asked in this process, served, and in a browser."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.testclient import TestClient

from bot.desk.agreements.library import Library
from bot.desk.shell.desk import Desk
from bot.desk.shell.opening import open_desk as open_desk_over
from bot.people.identity import Actor, Role
from bot.people.passwords import Passwords
from bot.people.second_factor import Seal
from bot.people.store.people import open_people
from bot.storage import open_database
from bot.web.server import server_config
from bot.web.service import Service
from bot.web.site import create_site
from tests.conftest import ROOT
from tests.servers import SITES, ScriptedBot, _Server, watch

PASSWORD = "seven grey horses swim"  # noqa: S105 - of nobody
PEOPLE = {"anna": Role.ADMIN, "ben": Role.AGENT, "cleo": Role.AGENT}
SignedIn = Callable[[str], TestClient]
OpenDesk = Callable[..., Page]
_FOLDERS: list[TemporaryDirectory[str]] = []  # removed when the tests have ended


def make_desk(service: Service, folder: Path | None = None) -> Desk:
    """Return a desk with its people over a service; its passwords are hashed cheaply.

    Its agreements are a copy of those in ``corpus``, in ``folder`` or in one that goes with the
    tests, beside an index folder that is empty until something is published.
    """
    if folder is None:
        _FOLDERS.append(TemporaryDirectory(prefix="clausebot-desk-"))
        folder = Path(_FOLDERS[-1].name)
    if not (folder / "corpus").is_dir():
        shutil.copytree(ROOT / "corpus", folder / "corpus")
    embedder = service.bot.index.embedder
    library = Library(folder / "corpus", folder / "index", folder / "desk", embedder)
    seal = Seal(folder / "desk" / "two-factor.secret")
    people = open_people(service.database, passwords=Passwords(memory_kib=8, rounds=1), seal=seal)
    for name, role in PEOPLE.items():
        people.accounts.add(name, role, PASSWORD, Actor("a test"))
    return replace(open_desk_over(service, library, seal), people=people)


@pytest.fixture(scope="session")
def desk(quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk over a bot without a model, and a database of its own."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('desk')}/clausebot.db")
    service = Service(quick_bot, database)
    yield make_desk(service)
    service.close()


@pytest.fixture(scope="session")
def signed_in(desk: Desk) -> Iterator[SignedIn]:
    """Return what gives a client that somebody has signed in with; empty for nobody."""
    with clients_of(desk) as give:
        yield give


@contextmanager
def clients_of(desk: Desk) -> Iterator[SignedIn]:
    """Return what gives a client of a desk, see ``signed_in``."""
    site = create_site(desk.service, SITES, desk)
    clients: dict[str, TestClient] = {}

    def signed_in_(name: str) -> TestClient:
        if name not in clients:
            clients[name] = client = TestClient(site, raise_server_exceptions=False)
            if name:
                body = {"name": name, "password": PASSWORD}
                assert client.post("/api/desk/session", json=body).status_code == 201
        return clients[name]

    with TestClient(site):
        yield signed_in_


@pytest.fixture(scope="session")
def desk_url(desk: Desk) -> Iterator[str]:
    """Serve the desk on a free port of this machine."""
    with serving(desk) as url:
        yield url


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """Serve a desk on a free port of this machine."""
    config = server_config(create_site(desk.service, SITES, desk))
    config.port, config.timeout_graceful_shutdown = 0, 1
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.up.wait(timeout=60)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def open_desk(browser: Browser, desk_url: str) -> Iterator[OpenDesk]:
    """Open a page of the desk, signed in; what leaves the origin or fails fails the test.

    ``expected`` names console errors that are meant, such as that of a refusal.
    """
    contexts: list[BrowserContext] = []
    strange: list[str] = []
    meant: list[str] = []

    def open_(
        path: str = "/desk",
        name: str = "ben",
        *,
        locale: str = "en-US",
        width: int = 1280,
        dark: bool = False,
        expected: str = "",
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 860},
            locale=locale,
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
            base_url=desk_url,
        )
        contexts.append(context)
        meant.extend([expected] if expected else [])
        if name:
            body = {"name": name, "password": PASSWORD}
            assert context.request.post("/api/desk/session", data=body).status == 201
        page = context.new_page()
        watch(page, desk_url, strange)
        page.goto(path)
        expect(page.locator("html[data-ready]")).to_have_count(1, timeout=20_000)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [said for said in strange if not any(word in said for word in meant)] == []
