"""A served site and a browser to look at it with."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.bot import Bot
from bot.web.site import create_site

SCREENSHOTS = Path(__file__).parents[3] / "var" / "screenshots"
OpenPage = Callable[..., Page]


class _Server(uvicorn.Server):
    """A server that says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        self.up.set()


@pytest.fixture(scope="session")
def site_url(bot: Bot) -> Iterator[str]:
    """Serve the site on a free port of this machine."""
    server = _Server(uvicorn.Config(create_site(bot), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.up.wait(timeout=60)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    server.force_exit = True  # the page's event streams would be waited for
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


@pytest.fixture
def open_page(browser: Browser, site_url: str) -> Iterator[OpenPage]:
    """Open the site in a fresh context; whatever leaves the origin or fails is a failure."""
    contexts: list[BrowserContext] = []
    strange: list[str] = []

    def open_(
        path: str = "/", *, width: int = 1280, locale: str = "en-US", dark: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 860},
            locale=locale,
            color_scheme="dark" if dark else "light",
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((site_url, "data:", "blob:"))
                else strange.append(f"request {request.url}")
            ),
        )
        page.on("pageerror", lambda error: strange.append(f"error {error}"))
        page.on(
            "console",
            lambda message: (
                strange.append(f"console {message.text}") if message.type == "error" else None
            ),
        )
        page.on("dialog", lambda dialog: (strange.append("dialog"), dialog.dismiss()))
        page.goto(site_url + path)
        expect(page.locator("html[data-ready]")).to_have_count(1, timeout=20_000)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not strange


@pytest.fixture(scope="session")
def keep() -> Callable[[Page, str], None]:
    """Save a screenshot to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def keep_(page: Page, name: str) -> None:
        page.evaluate("document.fonts.ready")
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return keep_
