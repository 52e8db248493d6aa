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

from bot.answer import Answer, Outcome, Reason
from bot.bot import Bot
from bot.web.site import create_site

SCREENSHOTS = Path(__file__).parents[3] / "var" / "screenshots"
OpenPage = Callable[..., Page]
SILENT, FAILING = "（协议未写）", "（出错）"


class ScriptedBot(Bot):
    """Answers as the real one; two words in a question make it silent, or fail."""

    def ask(
        self, text: str, *, agreement: str | None = None, history: Sequence[str] = ()
    ) -> Answer:
        """Answer one question."""
        if FAILING in text:
            raise RuntimeError("the model fell over")
        answer = super().ask(text, agreement=agreement, history=history)
        if SILENT in text:
            everyone = tuple(known.id for known in self.index.corpus.agreements)
            return replace(
                answer,
                outcome=Outcome.ABSTAINED,
                reason=Reason.SILENT,
                citations=(),
                silent=everyone,
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
def site_url(scripted: ScriptedBot) -> Iterator[str]:
    """Serve the site on a free port of this machine."""
    config = uvicorn.Config(
        create_site(scripted), port=0, log_level="error", timeout_graceful_shutdown=1
    )
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
        if message.type == "error":
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
