"""From the ticket page to an approved reply, and back for a like question."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from bot.desk.shell.desk import Desk
from tests.bot.desk.replies.changing import LATER, WORDS, answering_from, reword
from tests.bot.desk.ticket.test_api import approve
from tests.bot.desk.ticket.ticketing import (
    Keep,
    card,
    draft,
    open_approval,
    quotes,
    whole,
)
from tests.bot.web.test_accessibility import expect_accessible
from tests.desks import OpenDesk


def test_an_approved_reply_comes_first_for_a_like_question(open_desk: OpenDesk, keep: Keep) -> None:
    question = "How long do you keep the purple ledger of data after we leave Xunzhong?"
    page = open_desk()
    draft(page, f"Hello,\n{question}\nWhich bank do you use?")
    heading = f"Regarding “{question}”:"
    text = whole(page).input_value()
    whole(page).fill(text.replace(heading, f"{heading}\n\nSeven days, as agreed."))
    card(page, 1).get_by_role("button", name="Approve as a reply").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("The reply, without")).to_have_value(
        re.compile(r"^Seven days, as agreed\.(?s:.*)”$")
    )
    assert "Hello" not in dialog.get_by_label("The reply, without").input_value()
    expect(dialog.get_by_label("Questions that it answers")).to_have_value(question)
    assert dialog.get_by_role("checkbox", checked=True).count() == len(quotes(page, 1))
    dialog.get_by_label("Questions that it answers").fill("")
    dialog.get_by_role("button", name="Approve").click()
    expect(dialog).to_be_visible()  # a question is needed
    dialog.get_by_label("Questions that it answers").fill(question)
    dialog.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved. It comes first")).to_be_visible()
    expect(page.locator("[data-key='approve 0']")).to_be_focused()

    other = open_desk(name="cleo")
    draft(other, f"Dear all, {question} Thanks!")
    approved = card(other, 1).locator(".approved")
    expect(approved).to_contain_text("Approved by ben")
    expect(approved).to_contain_text(f"for “{question}”")
    assert "Seven days, as agreed." not in whole(other).input_value()
    approved.get_by_role("button", name="Use it").click()
    expect(whole(other)).to_have_value(re.compile(r"”:\n\nSeven days, as agreed\."))
    expect(card(other, 1).locator(".passages")).to_have_count(0)
    keep(other, "desk-ticket-approved-en")
    expect_accessible(other, "an approved reply is used")
    approved.get_by_role("button", name="Quote the clauses instead").click()
    expect(card(other, 1).locator(".passages")).to_have_count(1)
    assert "Seven days, as agreed." not in whole(other).input_value()


def test_of_a_reply_in_the_other_language_the_clauses_are_taken(
    open_desk: OpenDesk, desk: Desk
) -> None:
    question = "How many green ledgers does Xunzhong keep?"
    approve(desk, question, "xunzhong/5(1)", "保存三年。", "zh")
    page = open_desk()
    draft(page, question)
    card(page, 1).get_by_role("button", name="Cite its clauses").click()
    expect(card(page, 1).locator(".tag").first).to_have_text("Chosen by you")
    expect(card(page, 1).locator(".passages > li")).to_have_count(1)
    assert "保存三年" not in whole(page).input_value()


def test_the_whole_reply_is_approved_without_its_frame(open_desk: OpenDesk) -> None:
    page = open_desk(expected="422")
    draft(page)
    page.get_by_role("button", name="Approve the whole as a reply").click()
    dialog = page.get_by_role("dialog")
    text = dialog.get_by_label("The reply, without").input_value()
    assert text.startswith("Regarding “How long")
    assert "Kind regards" not in text
    assert len(dialog.get_by_label("Questions").input_value().splitlines()) == 2
    while dialog.locator("input:checked").count():
        dialog.locator("input:checked").first.uncheck()
    with page.expect_response("**/api/desk/replies") as answer:
        dialog.get_by_role("button", name="Approve").click()
    assert answer.value.status == 422
    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog.get_by_label("The reply, without")).to_have_value(text)


def test_a_reply_holds_neither_another_question_nor_what_follows_the_letter(
    open_desk: OpenDesk,
) -> None:
    page = open_desk()
    draft(page)
    text = whole(page).input_value()
    first = "Regarding “How long do you keep our data after that?”:"
    whole(page).fill(text.replace(first, "On your first point:") + "\n\nBen, extension 555")
    dialog, box = page.get_by_role("dialog"), page.get_by_label("The reply, without")
    card(page, 1).locator("[data-key='approve 0']").click()
    expect(dialog).to_contain_text("is gone from the whole reply")
    assert quotes(page, 1)[0] in box.input_value()
    assert "Which bank" not in box.input_value()
    dialog.get_by_role("button", name="Cancel").click()
    card(page, 2).locator("[data-key='approve 1']").click()
    expect(dialog).to_be_visible()
    expect(dialog).not_to_contain_text("is gone from the whole reply")
    assert box.input_value()
    assert "555" not in box.input_value()
    assert "unclear" not in box.input_value()


def test_what_was_written_for_approval_is_not_thrown_away_unasked(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    page.locator("[data-key='approve 0']").click()
    text = page.get_by_label("The reply, without")
    page.keyboard.press("Escape")  # nothing was written
    expect(text).to_have_count(0)
    page.locator("[data-key='approve 0']").click()
    text.fill("My own words.")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").last.get_by_role("button", name="Cancel").click()
    expect(text).to_have_value("My own words.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Throw away").click()
    expect(text).to_have_count(0)


def test_a_second_reply_to_the_same_question_changes_the_first(
    open_desk: OpenDesk, keep: Keep
) -> None:
    question = "Does Xunzhong archive crimson recordings?"
    page = open_desk(expected="409")
    dialog = page.get_by_role("dialog")

    def approve_again(text: str) -> None:
        draft(page, question)
        open_approval(page)
        dialog.get_by_label("The reply, without").fill(text)
        dialog.get_by_role("button", name="Approve").click()

    approve_again("Seven days.")
    expect(page.get_by_text("Approved. It comes first")).to_be_visible()
    approve_again("Seven days, as agreed.")
    notice = dialog.get_by_role("alert")
    expect(notice).to_contain_text("A reply to a like question stands already.")
    expect(notice.locator(".wording")).to_have_text("Seven days.")
    expect(notice.locator("[tabindex]")).to_be_focused()
    expect_accessible(page, "a reply stands already")
    keep(page, "desk-ticket-standing-en")
    notice.get_by_role("button", name="Put my words in its place").press("Enter")
    expect(page.get_by_text("Changed. It comes first")).to_be_visible()
    expect(card(page, 1).locator(".approved .wording")).to_have_text("Seven days, as agreed.")
    found = page.request.get("/api/desk/replies", params={"words": "crimson"}).json()["replies"]
    assert [(known["revision"], known["questions"]) for known in found] == [(2, [question])]

    approve_again("Nine days.")
    notice.get_by_role("button", name="It is another question: keep both").click()
    expect(page.get_by_text("Approved. It comes first")).to_be_visible()
    assert page.request.get("/api/desk/replies", params={"words": "crimson"}).json()["total"] == 2


def test_the_reply_of_somebody_else_is_named_and_not_changed(
    open_desk: OpenDesk, desk: Desk, keep: Keep
) -> None:
    question = "May an amber visitor photograph Xunzhong?"
    saved = approve(desk, question, "xunzhong/5(3)", "Seven days.")
    page = open_desk(locale="zh-CN", width=390, expected="409")
    draft(page, question)
    dialog = open_approval(page)
    dialog.get_by_role("button", name="批准").click()
    notice = dialog.get_by_role("alert")
    expect(notice).to_contain_text("只有管理员可以修改")
    expect(notice.get_by_role("button", name="用我的文字更新它")).to_have_count(0)
    link = notice.get_by_role("link", name="打开它")
    expect(link).to_have_attribute("href", f"/desk/replies?id={saved.reply_id}")
    keep(page, "desk-ticket-standing-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value.locator(".reply-text").first).to_have_text("Seven days.")


def test_a_stale_draft_is_quoted_anew_with_the_words_of_the_agent(
    open_desk: OpenDesk, desk: Desk, keep: Keep, tmp_path: Path
) -> None:
    page = open_desk(locale="zh-CN", expected="422", dark=True)
    page.get_by_label("依据的协议").select_option("xunzhong")
    draft(page, "注册时使用的手机号码要长期有效吗？")
    quoted = quotes(page, 1)
    assert any(WORDS in quote for quote in quoted)
    page.locator("[data-key='approve 0']").click()
    dialog = page.get_by_role("dialog")
    text = dialog.get_by_label("回复（不含")
    text.fill(f"简单说：是的。\n\n{text.input_value()}")
    with answering_from(desk, reword(tmp_path / "later", WORDS, LATER)):
        dialog.get_by_role("button", name="批准").click()
        notice = dialog.get_by_role("alert")
        expect(notice.locator("del")).to_contain_text("长期")
        expect(notice.locator("ins")).to_contain_text("三年内")
        expect_accessible(page, "the agreement is another by now")
        keep(page, "desk-ticket-stale-dark")
        notice.get_by_role("button", name="照现在的原文引用").click()
        expect(text).to_be_focused()
        expect(text).to_have_value(re.compile(f"^简单说：是的。(?s:.*){LATER}"))
        assert WORDS not in text.input_value()
        expect(dialog.locator(".clause-choice:has(:checked)").first).to_contain_text(LATER)
        dialog.get_by_role("button", name="批准").click()
        expect(page.get_by_text("已批准，类似问题会优先显示它。")).to_be_visible()
        expect(card(page, 1).locator(".approved .wording")).to_contain_text(LATER)
