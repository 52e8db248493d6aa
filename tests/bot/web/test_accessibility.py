"""axe finds nothing serious in any state of the page."""

from __future__ import annotations

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.bot.web.test_page import DESKTOP, LOCALE, PHONE, RETENTION, ask
from tests.servers import CROWDED, FAILING, OpenPage

AXE = Axe()
DISPUTED = {"zh": "修改协议会提前通知我吗？", "en": "Can the terms change without notice?"}


def expect_accessible(page: Page, state: str) -> None:
    found = AXE.run(page).response["violations"]
    grave = [
        (fault["id"], [node["html"][:160] for node in fault["nodes"]])
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]
    assert not grave, state


@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("zh", DESKTOP, True), ("en", PHONE, False)],
)
def test_every_state_is_accessible(
    open_page: OpenPage, language: str, width: int, dark: bool
) -> None:
    page = open_page(width=width, locale=LOCALE[language], dark=dark)
    expect_accessible(page, "empty")
    ask(page, RETENTION[language] + CROWDED)
    expect(page.locator("[data-retry]")).to_be_visible()
    expect_accessible(page, "crowded")
    ask(page, DISPUTED[language])
    expect(page.locator(".differs")).to_be_visible()
    page.locator(".thumb.unhelpful").click()
    page.locator(".chip").first.click()
    expect(page.locator(".rating[data-state=kept]")).to_have_count(1)
    page.locator(".sharing summary").click()
    expect_accessible(page, "answered, feedback and menu open")
    page.keyboard.press("Escape")
    ask(page, "What will the weather be like in Paris tomorrow?")
    expect(page.locator(".abstained")).to_be_visible()
    ask(page, "What?" + FAILING)
    expect(page.locator("[data-reason=failed]")).to_be_visible()
    expect_accessible(page, "abstained and failed")
    page.locator(".open-clause").first.click()
    expect(page.locator(".cited")).to_be_focused()
    page.locator(".find-words").fill("服务")
    page.locator(".contents summary").click()
    page.locator(".understood summary").click()
    expect_accessible(page, "agreement open")


def test_headings_descend_step_by_step(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, DISPUTED["en"])
    expect(page.locator(".differs")).to_be_visible()
    levels = [
        int(tag[1])
        for tag in page.locator("h1, h2, h3, h4").evaluate_all(
            "headings => headings.map(heading => heading.tagName)"
        )
    ]
    assert levels[0] == 1
    assert all(lower - upper <= 1 for upper, lower in itertools.pairwise(levels))
    assert levels.count(1) == 1


def test_shared_answer_is_accessible(open_page: OpenPage, site_url: str) -> None:
    page = open_page(f"/?q={RETENTION['en']}")
    address = page.locator("[data-copy-link]").get_attribute("data-copy-link")
    page.goto(f"{site_url}{address}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect_accessible(page, f"shared, {scheme}")
