"""A served site and a browser to look at it with."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    expect,
    sync_playwright,
)
from starlette.testclient import TestClient

from bot.answering.answer import Answer, Outcome, Reason
from bot.answering.bot import Bot
from bot.settings import Settings
from bot.storage import open_database
from bot.web.exposure import Exposure
from bot.web.server import server_config
from bot.web.service import Busy, Service
from bot.web.site import create_site
from bot.web.sites import Site, Sites
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.conftest import ROOT
from tests.fakes import WordEmbedder

expect.set_options(timeout=30_000)  # a state comes late on a busy machine; what never comes fails
SCREENSHOTS = Path(__file__).parents[1] / "var" / "screenshots"
OpenPage = Callable[..., Page]
HELP_KEY, HELP_ORIGIN = "pk_help_center_1", "https://help.example.com"
SITES = Sites([Site(HELP_KEY, "Help center", (HELP_ORIGIN,))])
SILENT, FAILING, CROWDED = "（协议未写）", "（出错）", "（人多）"


class ScriptedBot(Bot):
    """Answers as the real one; a word in a question makes it silent, fail or be too busy."""

    def ask(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        is_asked: bool = False,
    ) -> Answer:
        """Answer one question."""
        if FAILING in text:
            raise RuntimeError("the model fell over")
        if CROWDED in text:
            raise Busy(7)
        answer = super().ask(text, agreement=agreement, history=history, is_asked=is_asked)
        if SILENT in text:
            everyone = tuple(known.id for known in self.index.corpus.agreements)
            return replace(
                answer,
                outcome=Outcome.ABSTAINED,
                reason=Reason.SILENT,
                citations=(),
                without=everyone,
            )
        return answer


@pytest.fixture(scope="session")
def scripted(bot: Bot) -> ScriptedBot:
    """Return the bot that the site is served with."""
    return ScriptedBot(bot.index, bot.answer_above)


class _Server(uvicorn.Server):
    """A server that says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        self.up.set()


@pytest.fixture(scope="session")
def service(scripted: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Return the service that the site is served with, its database in a folder of its own."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('kept')}/clausebot.db")
    service = Service(scripted, database)
    yield service
    service.close()


@pytest.fixture(scope="session")
def quick_bot() -> ScriptedBot:
    """Return a bot without a model, which answers nearly everything, well or not."""
    index = ClauseIndex.build(read_corpus(ROOT / "corpus"), WordEmbedder())
    return ScriptedBot(index, answer_above=0.0)


@pytest.fixture(scope="session")
def quick_service(
    quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Return a service over that bot, for what does not hang on the answers."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('quick')}/clausebot.db")
    service = Service(quick_bot, database)
    yield service
    service.close()


@pytest.fixture(scope="session")
def client(quick_service: Service) -> Iterator[TestClient]:
    """Ask the whole site over that service, without a server between."""
    with TestClient(create_site(quick_service, SITES), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def site_url(service: Service) -> Iterator[str]:
    """Serve the site on a free port of this machine."""
    config = server_config(create_site(service, SITES, exposure=Exposure.of(Settings())))
    config.port, config.timeout_graceful_shutdown = 0, 1
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.up.wait(timeout=60)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing. Run: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts() -> dict[tuple[int, str, bool], BrowserContext]:
    """Keep contexts between tests, so that Gradio's files are fetched once for each."""
    return {}


def watch(page: Page, origin: str, strange: list[str]) -> None:
    """Note every request that leaves the origin, every error and every dialog."""

    def on_request(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            strange.append(f"request {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        # Gradio's client says so of a stream that is open when its page is left.
        if message.type == "error" and not message.text.startswith("AbortError: signal is aborted"):
            strange.append(f"console {message.text}")

    def on_dialog(dialog: Dialog) -> None:
        strange.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("request", on_request)
    page.on("pageerror", lambda error: strange.append(f"error {error}"))
    page.on("console", on_console)
    page.on("dialog", on_dialog)


@pytest.fixture
def open_page(
    browser: Browser, site_url: str, contexts: dict[tuple[int, str, bool], BrowserContext]
) -> Iterator[OpenPage]:
    """Open the site without cookies; what leaves the origin or fails fails the test."""
    pages: list[Page] = []
    strange: list[str] = []

    def open_(
        path: str = "/", *, width: int = 1280, locale: str = "en-US", dark: bool = False
    ) -> Page:
        key = (width, locale, dark)
        if key not in contexts:
            contexts[key] = browser.new_context(
                viewport={"width": width, "height": 844 if width < 600 else 860},
                locale=locale,
                color_scheme="dark" if dark else "light",
                permissions=["clipboard-read", "clipboard-write"],
            )
        page = contexts[key].new_page()
        pages.append(page)
        watch(page, site_url, strange)
        page.goto(site_url + path)
        expect(page.locator("html[data-ready]")).to_have_count(1, timeout=20_000)
        return page

    yield open_
    for page in pages:
        page.context.clear_cookies()
        page.close()
    assert not strange


@pytest.fixture(scope="session")
def keep() -> Callable[[Page, str], None]:
    """Save a screenshot to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def keep_(page: Page, name: str) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")

    return keep_
