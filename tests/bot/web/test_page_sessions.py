"""Sessions that nobody reads and streams that nobody ends, sent to the page over real sockets."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.page.page_routes import RouteWhitelist
from bot.web.page.page_sessions import PageSessions
from bot.web.server import server_config
from bot.web.service import Service
from bot.web.site import create_site
from tests.servers import _Server

JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data?session_hash="
JSON = {"content-type": "application/json"}
SECRET = "my number is 13912345678"  # noqa: S105 — what an asker wrote


@dataclass(slots=True)
class Served:
    """A page that is served, and what it keeps."""

    port: int
    sessions: PageSessions
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def asking(
        self, path: str, body: object = None, source: str = "127.0.0.1"
    ) -> Iterator[http.client.HTTPResponse]:
        """Ask from an address over a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, 30, (source, 0))) as made:
            sent = None if body is None else json.dumps(body)
            made.request("POST" if sent else "GET", path, sent, JSON if sent else {})
            yield made.getresponse()

    def join(self, session: str, source: str = "127.0.0.1", **given: object) -> int:
        """Send an event, which draws everything, and return the status."""
        body = {"data": [], "fn_index": 10, "session_hash": session} | given
        with self.asking(JOIN, body, source) as answer:
            return answer.status

    def read(self, session: str) -> str:
        """Read what came of a session's events, to the end of the stream."""
        with self.asking(DATA + session) as answer:
            return answer.read().decode()

    def kept(self) -> int:
        """Return how many events are kept that nobody was told the outcome of."""
        return self.sessions._events().total()

    def tasks(self) -> int:
        """Return how much goes on at the same time."""
        return len(asyncio.all_tasks(self.loop))


@pytest.fixture(scope="module")
def served(quick_service: Service) -> Iterator[Served]:
    """Serve the page by the server of the program."""
    site = create_site(quick_service)
    apps = (getattr(route, "app", None) for route in site.routes)
    door = next(app for app in apps if isinstance(app, RouteWhitelist))
    loops: list[asyncio.AbstractEventLoop] = []
    config = server_config(_noting(site, loops))
    config.port, config.timeout_graceful_shutdown, config.log_level = 0, 1, "error"
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.up.wait(60)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(port, door.sessions, loops[0])
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Return the page without sessions, with room for few events."""
    monkeypatch.setattr(PageSessions, "EVENTS_PER_NETWORK", 6)
    monkeypatch.setattr(PageSessions, "EVENTS_IN_ALL", 12)
    yield served

    async def drop_all() -> None:
        for session in [*served.sessions._networks]:
            await served.sessions._drop(session)

    asyncio.run_coroutine_threadsafe(drop_all(), served.loop).result(10)


def _noting(site: ASGIApp, loops: list[asyncio.AbstractEventLoop]) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        loops.append(asyncio.get_running_loop())
        await site(scope, receive, send)

    return serve


def _wait_for(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_events_that_nobody_reads_are_few_and_leave_room_for_others(page: Served) -> None:
    for number in range(20):
        for host in (2, 3):
            assert page.join(f"{host}/{number}", f"127.0.0.{host}") == 200
            assert page.kept() <= 12
    assert page.join("reader") == 200
    assert '"process_completed"' in page.read("reader")


def test_one_session_cannot_pile_up_events_either(page: Served) -> None:
    for _ in range(20):
        page.join("one")
        assert page.kept() <= 6


def test_what_nobody_begins_to_read_is_forgotten(
    page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PageSessions, "UNREAD_SECONDS", 0.2)
    assert page.join("unread") == 200
    _wait_for(lambda: page.kept() == 0)
    assert not page.sessions.is_known("unread")


def test_sessions_are_bounded_and_the_oldest_of_a_network_goes(
    page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PageSessions, "PER_NETWORK", 3)
    monkeypatch.setattr(PageSessions, "IN_ALL", 5)
    for number in range(6):
        for host in (2, 3):
            page.join(f"{host}/{number}", f"127.0.0.{host}")
            page.read(f"{host}/{number}")
            assert len(page.sessions._states) <= 5
    assert "2/5" in page.sessions._states
    assert "2/0" not in page.sessions._states


def test_a_stream_that_waits_for_nothing_ends(
    page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.join("idle")
    page.read("idle")
    monkeypatch.setattr(PageSessions, "STREAM_SECONDS", 0.2)
    assert page.read("idle") == ""
    with page.asking("/gradio_api/heartbeat/idle") as answer:
        assert answer.status == 404
    with page.asking("/") as answer:
        assert '"connect_heartbeat":false' in answer.read().decode()


def test_a_stream_of_nothing_known_is_refused(page: Served) -> None:
    assert json.loads(page.read("nobody"))["status"] == 404


def test_nothing_goes_on_for_readers_who_left(page: Served) -> None:
    page.join("first")
    page.read("first")
    before = page.tasks()
    for number in range(20):
        page.join(f"gone{number}")
        page.read(f"gone{number}")
        with page.asking(f"{DATA}gone{number}") as answer:
            assert answer.status == 200
    _wait_for(lambda: not page.sessions.is_known("gone19") and not page.kept())
    watching = len(page.sessions._watching)
    assert page.tasks() - watching < before + 10


@pytest.mark.parametrize(
    "forged",
    [
        {"fn_index": 999_999},
        {"fn_index": 0, "data": [None, SECRET, SECRET]},  # no agreement is called so
        {"fn_index": 0, "data": [SECRET]},
        {"fn_index": 0, "data": {SECRET: 1}},
        {"fn_index": 5, "data": [None], "trigger_id": SECRET},
    ],
    ids=str,
)
def test_a_forged_event_leaves_one_line_and_no_word_of_its_sender(
    page: Served,
    forged: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.INFO):
        if page.join("forged", event_data={SECRET: 1}, **forged) == 200:
            page.read("forged")
    said = caplog.text + "".join(capfd.readouterr())
    assert "13912345678" not in said
    assert "Traceback" not in said
    assert len(caplog.records) <= 1


def test_an_event_is_small(page: Served) -> None:
    assert page.join("large", event_data={"note": "a" * 40_000}) == 413
