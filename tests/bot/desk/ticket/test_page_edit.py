"""What an agent writes into the whole reply outlasts changes of the draft, and reloads."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.bot.desk.ticket.ticketing import (
    EDIT,
    clipboard,
    draft,
    quotes,
    swap_first,
    whole,
)
from tests.desks import PASSWORD, OpenDesk


def test_an_edited_greeting_stays_as_the_citations_change(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    whole(page).press("Control+Home")
    page.keyboard.type(EDIT)
    for number in (1, 2):
        swap_first(page, number)
        expect(whole(page)).to_have_value(re.compile(re.escape(quotes(page, number)[0])))
    assert whole(page).input_value().startswith(f"{EDIT}Hello,")
    expect(page.get_by_role("alert").locator(".notice")).to_have_count(0)
    page.get_by_role("button", name="Drop my edit").click()
    expect(whole(page)).to_have_value(re.compile("^Hello,"))
    assert quotes(page, 2)[0] in whole(page).input_value()


def test_an_edited_section_is_overwritten_only_when_one_says_so(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    heading = "Regarding “How long do you keep our data after that?”:"
    text = whole(page).input_value()
    whole(page).fill(text.replace(heading, f"{heading}\n\nIn short: soon."))
    swap_first(page, 2)
    expect(whole(page)).to_have_value(re.compile(re.escape(quotes(page, 2)[0])))
    former = quotes(page, 1)[0]
    swap_first(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The draft of “question 1”, where you have written, has changed.")
    alert.get_by_text("What the draft says now").click()
    expect(alert.locator(".wording")).to_contain_text(quotes(page, 1)[0])
    assert "In short: soon." in whole(page).input_value()
    assert former in whole(page).input_value()
    page.reload()
    expect(alert.get_by_role("button", name="Keep my words")).to_be_visible()
    alert.get_by_role("button", name="Keep my words").click()
    expect(alert.locator(".notice")).to_have_count(0)
    assert former in whole(page).input_value()

    swap_first(page)
    alert.get_by_role("button", name="Take the new words").click()
    expect(alert.locator(".notice")).to_have_count(0)
    text = whole(page).input_value()
    assert "In short" not in text
    assert quotes(page, 1)[0] in text
    assert quotes(page, 2)[0] in text
    expect(whole(page)).to_be_focused()


def test_words_for_one_customer_are_not_taken_for_another(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    whole(page).press("Control+Home")
    page.keyboard.type(EDIT)
    edited = whole(page).input_value()
    page.locator("#message").fill("What does it cost?")
    page.locator("#message").press("Control+Enter")
    choice = page.get_by_role("button", name="Take the new words")
    expect(choice).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("The draft of “whole reply”")
    expect(whole(page)).to_have_value(edited)
    page.evaluate("navigator.clipboard.writeText('nothing')")
    for name in ("Copy as text", "Approve as a reply"):  # it is for another customer
        page.get_by_role("button", name=name).first.click()
        expect(choice).to_be_focused()
    assert clipboard(page) == "nothing"
    expect(page.get_by_role("dialog")).to_have_count(0)
    choice.click()
    expect(whole(page)).to_have_value(re.compile("^Hello,"))
    assert "What does it cost?" in whole(page).input_value()


def test_a_reload_keeps_the_edit_and_signing_out_forgets_it(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    swap_first(page)
    whole(page).press("Control+Home")
    page.keyboard.type(EDIT)
    edited, cited = whole(page).input_value(), quotes(page, 1)
    page.locator("#message").fill("a later message")
    page.reload()
    expect(whole(page)).to_have_value(edited)
    expect(page.locator("#message")).to_have_value("a later message")
    assert quotes(page, 1) == cited
    page.get_by_role("link", name="中文").click()
    expect(whole(page)).to_have_value(edited)
    page.get_by_role("button", name="退出").click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()  # it would be lost
    expect(whole(page)).to_have_value(edited)
    page.get_by_role("button", name="退出").click()
    page.get_by_role("dialog").get_by_role("button", name="放弃并退出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    page.get_by_label("用户名").fill("ben")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_have_value("")
    expect(whole(page)).to_be_hidden()


def test_a_clause_that_is_gone_leaves_message_and_edit(open_desk: OpenDesk) -> None:
    page = open_desk(expected="404")
    draft(page)
    cited = quotes(page, 1)
    whole(page).fill(EDIT)
    page.evaluate("""() => {
        const kept = JSON.parse(sessionStorage.getItem("ticket"));
        kept.asked.cited = [["xunzhong/99"]];
        sessionStorage.setItem("ticket", JSON.stringify(kept));
    }""")
    page.reload()
    expect(page.get_by_text("that you chose is gone")).to_be_visible()
    expect(whole(page)).to_have_value(EDIT)
    assert quotes(page, 1) == cited


def test_another_person_in_the_same_tab_sees_none_of_it(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    body = {"name": "cleo", "password": PASSWORD}
    assert page.request.post("/api/desk/session", data=body).status == 201
    page.reload()
    expect(page.locator("#who")).to_contain_text("cleo")
    expect(page.locator("html[data-ready]")).to_have_count(1)
    expect(page.locator("#message")).to_have_value("")
    expect(whole(page)).to_be_hidden()


def test_a_new_ticket_begins_empty(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    whole(page).fill(EDIT)
    page.get_by_role("button", name="New ticket").click()
    page.get_by_role("button", name="Cancel").click()
    expect(whole(page)).to_have_value(EDIT)
    page.get_by_role("button", name="New ticket").click()
    page.get_by_role("button", name="Discard and start").click()
    expect(page.locator("#message")).to_be_focused()
    expect(page.locator("#message")).to_have_value("")
    page.reload()
    expect(page.locator("html[data-ready]")).to_have_count(1)
    expect(whole(page)).to_be_hidden()
    draft(page)
    expect(whole(page)).to_have_value(re.compile("^Hello,"))
