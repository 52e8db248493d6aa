"""The API's description for people, in a browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.bot.web.test_accessibility import expect_accessible
from tests.servers import watch


def test_the_description_is_shown_and_tried_without_leaving_the_site(
    browser: Browser, site_url: str, keep: Callable[[Page, str], None]
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    strange: list[str] = []
    watch(page, site_url, strange)
    page.goto(f"{site_url}/docs")
    expect(page.get_by_role("heading", name="ClauseBot", exact=False)).to_be_visible(timeout=20_000)
    expect(page.locator(".opblock")).to_have_count(16)
    expect_accessible(page, "description")
    keep(page, "docs")
    page.locator("#operations-status-health_api_health_get .opblock-summary-control").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table")).to_contain_text('"status": "ok"')
    keep(page, "docs-tried")
    page.close()
    assert not strange
