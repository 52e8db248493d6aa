"""The ticket page: a message to a cited draft, by mouse and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.export_markdown import escape_markdown
from bot.markup import escape
from bot.web.desk import Desk
from bot.web.queue import Queue
from tests.bot.web.desk.conftest import PASSWORD, OpenDesk
from tests.bot.web.desk.test_drafts import approve
from tests.bot.web.payloads import PAYLOADS
from tests.bot.web.test_accessibility import expect_accessible

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
ODD_TEXT = "\n\n".join(
    [
        "<img src=x onerror=alert(1)> & \"you\" 'me'",
        "- a list\n+ b\n1. c\n12) d\n123. e\n1234. f",
        "    code\n\tcode\n# no heading\n> no quote | no table",
        "[a](javascript:alert(1)) ![b](//c) www.d.example https://e.example f@g.example",
        "*x* _y_ ~z~ $k$ ^l^ `m` {n} \\o &lt; &amp;amp;",
        "\u202edrow\x07\u2066",
    ]
)


def draft(page: Page, message: str = ENGLISH) -> None:
    page.locator("#message").fill(message)
    page.locator("#message").press("Control+Enter")
    expect(page.locator("#result-heading")).to_be_focused()


def card(page: Page, number: int) -> Locator:
    return page.locator(".question").nth(number - 1)


def whole(page: Page) -> Locator:
    return page.locator("#whole")


def quotes(page: Page, number: int) -> list[str]:
    return card(page, number).locator(".passages .quote").all_inner_texts()


def swap_first(page: Page, number: int = 1) -> str:
    """Cite the first of the other clauses instead of one; return the clause's words."""
    choices = card(page, number).locator(".choices")
    if choices.get_attribute("open") is None:
        choices.locator("summary").click()
    words, former = choices.locator(".clause").first.inner_text(), quotes(page, number)[0]
    choices.get_by_role("button", name=SWAP).first.click()
    expect(card(page, number).locator(".passages .quote").first).not_to_have_text(former)
    expect(card(page, number).locator(".tag").first).to_have_text("Chosen by you")
    return words


def clipboard(page: Page, kind: str = "text/plain") -> str:
    read = """async (kind) => {
        const [item] = await navigator.clipboard.read();
        return (await item.getType(kind)).text();
    }"""
    return str(page.evaluate(read, kind))


@pytest.mark.parametrize(
    ("name", "locale", "width", "dark"),
    [
        ("zh", "zh-CN", 1280, False),
        ("en", "en-US", 1280, False),
        ("phone", "zh-CN", 390, False),
        ("dark", "en-US", 1280, True),
    ],
)
def test_every_state_is_accessible(
    open_desk: OpenDesk, keep: Keep, name: str, locale: str, width: int, dark: bool
) -> None:
    page = open_desk(locale=locale, width=width, dark=dark)
    expect_accessible(page, "empty")
    draft(page, CHINESE if locale == "zh-CN" else ENGLISH)
    keep(page, f"desk-ticket-{name}")
    card(page, 1).locator("summary").click()
    whole(page).press("End")
    page.keyboard.type(EDIT)
    card(page, 2).locator(".passage-head button").first.click()
    expect(page.locator("[role=alert] .notice")).to_be_visible()
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


def test_an_edit_is_overwritten_only_when_one_says_so(open_desk: OpenDesk) -> None:
    page = open_desk()
    draft(page)
    whole(page).press("Control+Home")
    page.keyboard.type(EDIT)
    edited = whole(page).input_value()
    swap_first(page)
    expect(page.get_by_role("alert")).to_contain_text("The draft has changed since your edit.")
    expect(whole(page)).to_have_value(edited)
    page.get_by_role("button", name="Keep my words").click()
    expect(page.get_by_role("button", name="Keep my words")).to_have_count(0)
    expect(whole(page)).to_have_value(edited)

    swap_first(page)
    page.get_by_role("button", name="Take the new draft over").click()
    expect(whole(page)).to_have_value(re.compile("^Hello,"))
    assert quotes(page, 1)[0] in whole(page).input_value()
    swap_first(page)
    expect(whole(page)).to_have_value(re.compile(re.escape(quotes(page, 1)[0])))


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
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('&lt;'))")
    assert clipboard(page) == "&lt;b&gt;5 &lt; 6&lt;/b&gt;  \nas \\*said\\*\n\nTom\n"


def test_an_edited_text_is_escaped_as_the_server_escapes(open_desk: OpenDesk) -> None:
    page = open_desk()
    for text in (ODD_TEXT, "\n\n".join(PAYLOADS)):
        forms = "(text) => import('/desk/files/ticket_forms.js').then((m) => [m.paragraphs(text), \
            m.toMarkdown(text), m.toHtml(text)])"
        paragraphs, markdown, html = page.evaluate(forms, text)
        shown = [escape_markdown(words).replace("\n", "  \n") for words in paragraphs]
        assert markdown == "\n\n".join(shown) + "\n"
        lines = [escape(words).replace("\n", "<br>") for words in paragraphs]
        assert html == "".join(f"<p>{line}</p>\n" for line in lines)


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
