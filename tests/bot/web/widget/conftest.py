"""A site with the widget, and the pages of others that show it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect
from starlette.applications import Starlette
from starlette.requests import Request as Received
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.storage import Database, open_database
from bot.web.service import Service
from bot.web.site import create_site
from bot.web.sites import Site, Sites
from tests.servers import ScriptedBot

KEY, HURRIED_KEY = "pk_help-center-of-tests", "pk_hurried-center-of-tests"
HELPFUL_WORDS = "<h1>Help</h1><p>How to top up.</p>"


class _Server(uvicorn.Server):
    """A server that says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        self.up.set()


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """Serve an application on a free port of this machine, and give its number."""
    server = _Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.up.wait(timeout=60)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)


@dataclass(slots=True)
class Host:
    """A site of somebody else, on an origin of its own, showing whatever a test gives it."""

    origin: str = ""
    page: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def show(self, page: str, policy: str = "") -> str:
        """Show a page from now on, under a Content-Security-Policy; return its address."""
        self.page = page
        self.headers = {"content-security-policy": policy} if policy else {}
        return self.origin + "/help"

    def app(self) -> Starlette:
        """Return what serves it."""

        def give(_: Received) -> Response:
            return HTMLResponse(self.page, headers=self.headers)

        def none(_: Received) -> Response:
            return PlainTextResponse("", 204)

        return Starlette(routes=[Route("/help", give), Route("/favicon.ico", none)])


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """Serve a help center that the site allows. To a browser it is another site."""
    host = Host()
    with served(host.app()) as port:
        host.origin = f"http://localhost:{port}"
        yield host


@pytest.fixture(scope="session")
def stranger() -> Iterator[Host]:
    """Serve a help center that the site does not know."""
    host = Host()
    with served(host.app()) as port:
        host.origin = f"http://localhost:{port}"
        yield host


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Return where the answers and the feedback of these tests are kept."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('widget')}/kept.db")
    yield database
    database.close()


@pytest.fixture(scope="session")
def widget_url(scripted: ScriptedBot, database: Database, host: Host) -> Iterator[str]:
    """Serve the site, which allows ``host``, by one of its keys only a few times a minute."""
    sites = Sites(
        [
            Site(KEY, "Help center", (host.origin,), 100_000, 100_000),
            Site(HURRIED_KEY, "Hurried center", (host.origin,), 100_000, 2),
        ]
    )
    with served(create_site(Service(scripted, database), sites)) as port:
        yield f"http://127.0.0.1:{port}"


def page_with(server: str, *elements: str, head: str = "", body: str = HELPFUL_WORDS) -> str:
    """Return a help center's page with the script and these elements."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Help</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{head}<script src="{server}/widget.js" defer></script></head>'
        f"<body><main>{body}</main>{''.join(elements)}</body></html>"
    )


def element(*attributes: str, agreement: str = "", key: str = KEY) -> str:
    """Return the tag of a widget."""
    given = {"agreement": agreement, "key": key}
    written = [f'{name}="{value}"' for name, value in given.items() if value]
    return f"<clause-bot {' '.join([*attributes, *written])}></clause-bot>"


@dataclass(slots=True)
class Visit:
    """A page in the browser, with what it asked for and what went wrong on it."""

    page: Page
    requests: list[str]
    faults: list[str]

    def widget(self, number: int = 0) -> Locator:
        """Return a widget of the page."""
        return self.page.locator("clause-bot").nth(number)

    def open(self, number: int = 0) -> Locator:
        """Open a widget as a visitor does, and return it."""
        widget = self.widget(number)
        widget.locator(".launcher").click()
        expect(widget.locator("#question")).to_be_visible()
        return widget


OpenVisit = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser) -> Iterator[OpenVisit]:
    """Open an address as a new visitor; what fails on the page fails the test, unless told."""
    visits: list[tuple[Visit, bool]] = []

    def visit_(
        address: str,
        *,
        width: int = 1280,
        locale: str = "en-US",
        dark: bool = False,
        may_fail: bool = False,
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 860},
            locale=locale,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        visit = Visit(context.new_page(), [], [])
        visits.append((visit, may_fail))
        _watch(visit)
        visit.page.goto(address)
        return visit

    yield visit_
    for visit, may_fail in visits:
        visit.page.context.close()
        assert may_fail or not visit.faults


def _watch(visit: Visit) -> None:
    def on_request(request: Request) -> None:
        visit.requests.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            visit.faults.append(f"console {message.text}")

    visit.page.on("request", on_request)
    visit.page.on("console", on_console)
    visit.page.on("pageerror", lambda error: visit.faults.append(f"error {error}"))


def ask(widget: Locator, question: str) -> None:
    """Type a question and send it."""
    widget.locator("#question").fill(question)
    widget.locator(".ask button").click()
