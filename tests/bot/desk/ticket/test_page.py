"""The ticket page: a message to a cited draft, by mouse and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from bot.desk.shell.desk import Desk
from bot.web.service import Queue
from tests.bot.desk.ticket.ticketing import (
    CHINESE,
    DROP,
    EDIT,
    ENGLISH,
    Keep,
    card,
    clipboard,
    draft,
    quotes,
    swap_first,
    whole,
)
from tests.bot.web.payloads import PAYLOADS
from tests.bot.web.test_accessibility import expect_accessible
from tests.desks import OpenDesk


@pytest.mark.parametrize(
    ("name", "locale", "width", "dark"),
    [("phone", "zh-CN", 390, False), ("dark", "en-US", 1280, True)],
)
def test_every_state_is_accessible(
    open_desk: OpenDesk, keep: Keep, name: str, locale: str, width: int, dark: bool
) -> None:
    page = open_desk(locale=locale, width=width, dark=dark)
    expect_accessible(page, "empty")
    draft(page, CHINESE if locale == "zh-CN" else ENGLISH)
    keep(page, f"desk-ticket-{name}")
    card(page, 1).locator("summary").click()
    quote = quotes(page, 2)[0]
    whole(page).fill(whole(page).input_value().replace(quote, f"{quote} {EDIT}"))
    card(page, 2).locator(".passage-head button").first.click()
    expect(page.locator("[role=alert] .notice").first).to_be_visible()
    expect_accessible(page, "edited, and the draft changed since")
    keep(page, f"desk-ticket-conflict-{name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("[data-key='approve 0']").click()
    expect_accessible(page, "approving")
    keep(page, f"desk-ticket-approve-{name}")


def test_the_message_is_shown_as_it_was_read(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page, "😀 " + ENGLISH)
    assert page.locator(".message").inner_text().replace("1How", "How").replace(
        "2Which", "Which"
    ) == ("😀 " + ENGLISH)
    assert page.locator(".message .asked").all_inner_texts() == [
        "1How long do you keep our data after that?",
        "2Which bank do you use?",
    ]
    assert page.locator(".message .identifier").all_inner_texts() == [
        "4500129931",
        "+420 603 111 222",
    ]
    expect(page.locator(".legend")).to_contain_text("order number, telephone number")
    expect(page.locator(".legend")).to_contain_text("signature")
    page.get_by_role("link", name="Go to question 2").click()
    expect(page.locator("#question-2")).to_be_focused()


def test_the_reply_follows_the_citations_by_mouse(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    expect(page.locator("#result-heading")).to_have_text("2 questions found")
    as_bot = whole(page).input_value()
    first = quotes(page, 1)
    assert first
    assert all(quote in as_bot for quote in first)

    swapped = swap_first(page)
    assert quotes(page, 1)[0] in swapped
    expect(whole(page)).to_have_value(re.compile(re.escape(quotes(page, 1)[0])))
    card(page, 1).get_by_role("button", name=re.compile("^Cite this:")).first.click()
    expect(card(page, 1).locator(".passages > li")).to_have_count(len(first) + 1)
    order = quotes(page, 1)
    card(page, 1).get_by_role("button", name=re.compile("^Move up:")).first.click()
    expect(card(page, 1).locator(".passages .quote").first).to_have_text(order[1])
    assert whole(page).input_value().index(order[1]) < whole(page).input_value().index(order[0])

    for left in range(len(order) - 1, -1, -1):
        card(page, 1).get_by_role("button", name=DROP).first.click()
        expect(card(page, 1).locator(".passages > li")).to_have_count(left)
    expect(card(page, 1).locator(".tag").first).to_have_text("Not settled")
    expect(whole(page)).to_have_value(re.compile("No clause of the agreement clearly settles"))
    card(page, 1).get_by_role("button", name="Question 1: back to what was cited").click()
    expect(whole(page)).to_have_value(as_bot)


def test_two_changes_at_once_both_count(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    page.evaluate("""() => {
        for (const card of document.querySelectorAll(".question")) {
            card.querySelector("[data-key^=drop]").click();
        }
    }""")
    expect(page.locator(".passages")).to_have_count(0)


def test_copies_text_markdown_and_html(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    page.get_by_role("button", name="Copy as text").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    text = clipboard(page)
    assert text == whole(page).input_value()
    page.get_by_role("button", name="Copy as Markdown").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('**'))")
    assert clipboard(page).startswith("Hello,\n\n")
    page.get_by_role("button", name="Copy as HTML").click()
    page.wait_for_function("navigator.clipboard.read().then(([item]) => item.types.length === 2)")
    assert "<strong>Regarding" in clipboard(page, "text/html")
    assert clipboard(page) == text

    whole(page).fill("<b>5 < 6</b>\nas *said*\n\nTom")
    page.get_by_role("button", name="Copy as HTML").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.endsWith('Tom'))")
    assert clipboard(page, "text/html").endswith(
        "<p>&lt;b&gt;5 &lt; 6&lt;/b&gt;<br>as *said*</p>\n<p>Tom</p>\n"
    )
    page.get_by_role("button", name="Copy as Markdown").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('\\\\<'))")
    assert clipboard(page) == r"\<b\>5 \< 6\</b\>  " + "\nas \\*said\\*\n\nTom\n"


def test_from_message_to_approved_reply_by_keyboard_alone(open_desk: OpenDesk) -> None:
    page = open_desk()

    def press_until(key: str, focused: str) -> None:
        for _ in range(60):
            if page.evaluate("(wanted) => document.activeElement.matches(wanted)", focused):
                return
            page.keyboard.press(key)
        raise AssertionError(f"{focused} is not reached")

    press_until("Tab", "#message")
    page.keyboard.insert_text("How many orange ledgers does Xunzhong keep? Which bank do you use?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#result-heading")).to_be_focused()
    press_until("Tab", "[data-key='summary 0']")
    page.keyboard.press("Enter")
    before = quotes(page, 1)
    press_until("Tab", "[data-key^='swap 0']")
    page.keyboard.press("Space")
    expect(page.locator("#question-1")).to_be_focused()
    assert quotes(page, 1) != before
    expect(card(page, 1).locator("details")).to_have_attribute("open", "")
    press_until("Tab", "#whole")
    page.keyboard.press("Control+Home")
    page.keyboard.type(EDIT)
    assert whole(page).input_value().startswith(EDIT)
    press_until("Tab", ".actions button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert clipboard(page).startswith(EDIT)
    press_until("Shift+Tab", "[data-key='approve 0']")
    page.keyboard.press("Enter")
    press_until("Tab", ".approve .solid")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Approved. It comes first")).to_be_visible()
    expect(card(page, 1).locator(".approved")).to_contain_text("Approved by ben")
    assert whole(page).input_value().startswith(EDIT)


def test_a_message_in_chinese_is_replied_to_in_chinese(open_desk: OpenDesk) -> None:
    page = open_desk(locale="zh-CN")
    draft(page, CHINESE)
    expect(page.locator("#result-heading")).to_have_text("找到 2 个问题")
    expect(whole(page)).to_have_value(re.compile("^您好！"))
    expect(page.locator(".rendering")).to_have_count(0)
    expect(page.locator(".message .asked")).to_have_text(["1数据会保留多久？", "2发票能开吗？"])


def test_one_agreement_may_be_chosen(open_desk: OpenDesk) -> None:
    page = open_desk()
    page.get_by_label("Answer from").select_option("dahan")
    draft(page, "What does it cost?")
    cited = page.locator("[data-key^=drop]").evaluate_all("all => all.map((b) => b.dataset.key)")
    assert cited
    assert all(" dahan/" in key for key in cited)


def test_what_cannot_be_drafted_is_said(
    open_desk: OpenDesk, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_desk(expected="503")
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.get_by_role("alert")).to_contain_text("Paste the customer's message first.")
    expect(page.locator("#message")).to_be_focused()
    page.locator("#message").fill("怎么收费？" * 4001)
    page.get_by_role("button", name="Draft a reply").click()
    expect(page.get_by_role("alert")).to_contain_text("more than 20,000 characters")
    page.locator("#message").fill(ENGLISH)
    with monkeypatch.context() as patch:
        patch.setattr(desk.service, "_queue", Queue(at_once=1, waiting=-1))
        page.get_by_role("button", name="Draft a reply").click()
        expect(page.get_by_role("alert").first).to_contain_text("Try again in 1 s")
    expect(page.locator("#message")).to_have_value(ENGLISH)

    draft(page, "Hello,\n\nThanks,\nTom")
    expect(page.locator("#result-heading")).to_have_text("No question found")
    expect(page.locator(".results .notice")).to_contain_text("as one sentence at the end")
    expect(whole(page)).to_have_value(re.compile("Which point of the agreement"))
    draft(page, "怎么收费？" * 33)
    expect(page.locator(".results .notice")).to_contain_text("3 more questions")


def test_a_change_that_fails_leaves_the_draft_as_it_was(open_desk: OpenDesk) -> None:
    page = open_desk(expected="ERR_INTERNET_DISCONNECTED")
    draft(page)
    before = whole(page).input_value()
    page.context.set_offline(True)
    card(page, 1).get_by_role("button", name=DROP).first.click()
    expect(page.get_by_role("alert").first).to_contain_text("cannot be reached")
    expect(page.get_by_role("alert").first).to_be_in_viewport()
    expect(whole(page)).to_have_value(before)
    page.context.set_offline(False)
    swap_first(page, 2)
    expect(page.get_by_role("alert").filter(has_text="reached")).to_have_count(0)
    assert quotes(page, 1)
    assert whole(page).input_value() != before


def test_no_word_of_a_message_is_more_than_text(open_desk: OpenDesk) -> None:
    page = open_desk()
    for place in range(0, len(PAYLOADS), 100):
        hostile = "\n".join(f"How long is {text} kept?" for text in PAYLOADS[place : place + 100])
        draft(page, hostile)
        expect(page.locator(".question")).not_to_have_count(0)
        page.get_by_role("button", name="Copy as HTML").click()
        page.get_by_role("button", name="Approve the whole").click()
        page.get_by_role("button", name="Cancel").click()
        assert page.evaluate("window.__pwned") is None
        assert page.locator(".pwned, main img, main script, main iframe").count() == 0


def test_an_item_of_a_list_is_shown_with_what_leads_into_it(open_desk: OpenDesk) -> None:
    page = open_desk()
    page.get_by_label("Answer from").select_option("dahan")
    draft(page, "服务中断及您损失的，系统遭到破坏、瘫痪或无法正常使用的，谁负责？")
    passages = card(page, 1).locator(".passages > li")
    led = passages.filter(has=page.locator(".lead-in")).first
    words = led.locator(".lead-in .quote").inner_text()
    assert words.endswith("：")
    text = whole(page).input_value()
    assert f"“{words}”" in text
    assert text.index(words) < text.index(led.locator(".quote:not(.leading)").inner_text())
    page.locator("[data-key='approve 0']").click()
    expect(page.get_by_role("dialog").locator(".clause-choice:has(:checked)")).to_contain_text(
        [words]
    )


def test_a_question_is_said_to_be_unsettled_by_keyboard(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    button = card(page, 1).get_by_role("button", name="Question 1: say that it is not settled")
    button.focus()
    page.keyboard.press("Enter")
    expect(card(page, 1).locator(".tag").first).to_have_text("Not settled")
    expect(page.locator("#question-1")).to_be_focused()
    expect(whole(page)).to_have_value(re.compile("No clause of the agreement clearly settles"))
    expect(button).to_have_count(0)
    card(page, 1).get_by_role("button", name="Question 1: back to what was cited").click()
    expect(button).to_have_count(1)
