"""The ticket page, worked by mouse, for the tests of what it does."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Keep = Callable[[Page, str], None]
ENGLISH = """Hi there,

we left Xunzhong last week (order no. 4500129931). How long do you keep our data after that? \
Which bank do you use?

Many thanks,
Tom Baker
+420 603 111 222"""
CHINESE = """您好！

我们公司用的是讯众的短信平台，订单号 20871。数据会保留多久？发票能开吗？

谢谢！
李女士 13800138000"""
EDIT = "Dear Tom, "
SWAP = re.compile("^Instead of")
DROP = re.compile("^Drop:")
QUOTES = ".passages .quote:not(.leading)"


def draft(page: Page, message: str = ENGLISH) -> None:
    """Draft a reply to a message."""
    page.locator("#message").fill(message)
    page.locator("#message").press("Control+Enter")
    expect(page.locator("#result-heading")).to_be_focused()


def card(page: Page, number: int) -> Locator:
    """Return the card of one question, from 1."""
    return page.locator(".question").nth(number - 1)


def whole(page: Page) -> Locator:
    """Return the text of the whole reply."""
    return page.locator("#whole")


def quotes(page: Page, number: int) -> list[str]:
    """Return what the reply to one question quotes, without what leads into it."""
    return card(page, number).locator(QUOTES).all_inner_texts()


def swap_first(page: Page, number: int = 1) -> str:
    """Cite the first of the other clauses instead of one; return the clause's words."""
    choices = card(page, number).locator(".choices")
    if choices.get_attribute("open") is None:
        choices.locator("summary").click()
    words, former = (
        choices.locator(".clause:not(.leading)").first.inner_text(),
        quotes(page, number)[0],
    )
    choices.get_by_role("button", name=SWAP).first.click()
    expect(card(page, number).locator(".passages .quote:not(.leading)").first).not_to_have_text(
        former
    )
    expect(card(page, number).locator(".tag").first).to_have_text("Chosen by you")
    return words


def open_approval(page: Page) -> Locator:
    """Open what approves the reply to the first question, and return it; it cites something."""
    if not quotes(page, 1):
        card(page, 1).locator(".choices summary").click()
        card(page, 1).locator("[data-key^='cite 0']").first.click()
        expect(card(page, 1).locator(QUOTES)).to_have_count(1)
    page.locator("[data-key='approve 0']").click()
    return page.get_by_role("dialog")


def clipboard(page: Page, kind: str = "text/plain") -> str:
    """Return what was copied."""
    read = """async (kind) => {
        const [item] = await navigator.clipboard.read();
        return (await item.getType(kind)).text();
    }"""
    return str(page.evaluate(read, kind))
