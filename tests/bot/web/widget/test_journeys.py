"""A visitor's journeys through the widget, on a help center of another origin."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from bot.storage import Database
from tests.bot.web.widget.conftest import (
    HELPFUL_WORDS,
    KEY,
    Host,
    OpenVisit,
    ask,
    element,
    page_with,
)
from tests.servers import SILENT

Keep = Callable[[Page, str], None]
RETENTION = {
    "zh": "协议终止后数据保留多久？",
    "en": "How long is data kept after termination?",
}
LOCALE = {"zh": "zh-CN", "en": "en-US"}
DESKTOP, PHONE = 1280, 390
journeys = pytest.mark.parametrize(
    ("language", "width"),
    [("zh", PHONE), ("en", DESKTOP)],
)


@journeys
def test_a_question_leads_to_the_marked_clause(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep, language: str, width: int
) -> None:
    address = host.show(page_with(widget_url, element(f'lang="{language}"')))
    seen = visit(address, width=width, locale=LOCALE[language])
    keep(seen.page, f"widget-closed-{language}-{width}")
    assert [url for url in seen.requests if url.startswith(widget_url)] == [
        f"{widget_url}/widget.js"
    ]
    widget = seen.open()
    expect(widget.locator(".scope")).to_have_text(re.compile("全部协议|All agreements"))
    keep(seen.page, f"widget-open-{language}-{width}")
    ask(widget, RETENTION[language])
    card = widget.locator(".card").first
    expect(card.locator(".label")).to_have_text("5（3）")
    expect(card.locator(".title")).to_have_text(re.compile("讯众云通信平台|Xunzhong Cloud"))
    expect(card.locator(".quote")).to_contain_text("自本协议终止之日起7日后，将不再为您保留数据")
    expect(card.locator(".rendering")).to_have_count(1 if language == "en" else 0)
    expect(widget.locator(".remark")).to_contain_text("大汉" if language == "zh" else "Dahan")
    keep(seen.page, f"widget-answer-{language}-{width}")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    with seen.page.expect_popup() as opened:
        card.locator(".open").click()
    page = opened.value
    cited = page.locator(".agreement .cited")
    expect(cited).to_have_attribute("data-clause-id", "xunzhong/5(3)", timeout=20_000)
    expect(cited.locator("mark")).to_contain_text("本协议终止之日起7日后，将不再为您保留数据")
    expect(cited.locator("mark")).to_be_in_viewport()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_whole_clause_is_read_where_it_is_cited(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    seen = visit(host.show(page_with(widget_url, element(agreement="dahan"))))
    widget = seen.open()
    ask(widget, "Somebody got hold of my password. Who bears the loss?")
    card = widget.locator(".card", has=seen.page.locator("details")).first
    card.locator("summary").click()
    quote = card.locator(".quote").inner_text()
    expect(card.locator(".whole mark")).to_have_text(quote)
    whole = card.locator(".whole").inner_text()
    assert quote in whole
    assert len(whole) > len(quote)
    expect(card.locator(".whole ~ .rendering .tag")).to_have_text("Unofficial translation")
    keep(seen.page, "widget-whole-en-1280")


def test_follow_ups_are_asked_with_the_questions_before(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    seen = visit(host.show(page_with(widget_url, element('lang="zh"'))))
    widget = seen.open()
    questions = ["账户里的余额可以退吗？", "那发票呢？"]
    for number, question in enumerate(questions):
        with seen.page.expect_request("**/api/ask/stream") as asked:
            ask(widget, question)
        assert json.loads(asked.value.post_data or "{}")["history"] == questions[:number]
        expect(widget.locator(".after")).to_have_count(number + 1)
    turn = widget.locator(".turn").last
    expect(turn.locator(".question")).to_have_text(questions[1])
    expect(turn).to_be_in_viewport()
    keep(seen.page, "widget-follow-up-zh-1280")
    body = {"question": questions[1], "history": questions[:1]}
    same = httpx.post(f"{widget_url}/api/ask", json=body, timeout=60).json()
    labels = [citation["label"] for citation in same["citations"]]
    expect(turn.locator(".card .label, .near .label")).to_have_text(labels)
    after = turn.locator("a.page").get_attribute("href") or ""
    assert "after=" in after
    widget.get_by_role("button", name="重新开始").click()
    expect(widget.locator(".greeting")).to_be_visible()
    expect(widget.locator("#question")).to_be_focused()
    ask(widget, questions[0])
    expect(widget.locator(".after")).to_have_count(1)
    assert "after=" not in (widget.locator("a.page").get_attribute("href") or "")


def test_feedback_is_kept_with_its_reason(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep, database: Database
) -> None:
    seen = visit(host.show(page_with(widget_url, element())), width=PHONE)
    widget = seen.open()
    ask(widget, RETENTION["en"])
    widget.get_by_role("button", name="Not helpful").click()
    expect(widget.get_by_label("Wrong clause")).to_be_focused()
    widget.get_by_label("Incomplete").check()
    widget.get_by_label("More, if you like").fill("The backup is missing.")
    keep(seen.page, "widget-feedback-en-390")
    widget.get_by_role("button", name="Send", exact=True).click()
    expect(widget.locator(".thanks")).to_be_focused()
    expect(widget.get_by_role("button", name="Helpful")).to_have_count(0)
    given = list(database.given())[-1]
    assert (given.feedback.verdict, given.feedback.reason) == ("unhelpful", "incomplete")
    assert given.feedback.note == "The backup is missing."
    assert (given.feedback.surface, given.feedback.site) == ("widget", "Help center")
    assert given.record.question == RETENTION["en"]


def test_a_thumb_up_is_kept_and_what_was_not_kept_is_said(
    visit: OpenVisit, host: Host, widget_url: str, database: Database
) -> None:
    seen = visit(host.show(page_with(widget_url, element('lang="zh"'))), may_fail=True)
    widget = seen.open()
    ask(widget, RETENTION["zh"])
    expect(widget.get_by_role("button", name="有帮助")).to_be_visible()  # the answer is whole
    before = len(list(database.given()))
    seen.page.context.set_offline(True)
    widget.get_by_role("button", name="有帮助").click()
    expect(widget.get_by_role("alert")).to_contain_text("请再试一次")
    seen.page.context.set_offline(False)
    widget.get_by_role("button", name="有帮助").click()
    expect(widget.locator(".thanks")).to_have_text("谢谢，已记录。")
    kept = [given.feedback.verdict for given in database.given()][before:]
    assert kept == ["helpful"]


def test_silence_shows_the_nearest_clauses(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    seen = visit(host.show(page_with(widget_url, element('lang="zh"'))), width=PHONE)
    widget = seen.open()
    ask(widget, RETENTION["zh"] + SILENT)
    expect(widget.locator(".abstained .role")).to_have_text("协议未规定")
    expect(widget.locator(".nearest li > .reference")).to_have_count(3)
    expect(widget.locator(".card")).to_have_count(0)
    first = widget.locator(".nearest li").first
    first.locator("summary").click()
    expect(first.locator(".whole")).to_contain_text("不再为您保留数据")
    keep(seen.page, "widget-silent-zh-390")


def test_what_is_no_question_is_told_and_not_remembered(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    widget = visit(host.show(page_with(widget_url, element()))).open()
    ask(widget, "😀😀")
    expect(widget.locator(".said")).to_contain_text("in Chinese or English")
    expect(widget.locator(".abstained")).to_have_count(0)
    expect(widget.locator(".after")).to_have_count(0)
    widget.locator("#question").fill("   ")
    widget.locator(".ask button").click()
    expect(widget.locator(".turn")).to_have_count(1)
    ask(widget, RETENTION["en"])
    assert "after=" not in (widget.locator("a.page").get_attribute("href") or "")


def test_an_answer_is_copied_with_its_link(visit: OpenVisit, host: Host, widget_url: str) -> None:
    seen = visit(host.show(page_with(widget_url, element(agreement="xunzhong"))))
    widget = seen.open()
    ask(widget, RETENTION["en"])
    widget.locator(".copy").click()
    expect(widget.locator(".copy")).to_have_text("Copied")
    text = seen.page.evaluate("navigator.clipboard.readText()")
    assert "no longer retain data" in text
    assert f"{widget_url}/?q=How+long" in text
    assert "agreement=xunzhong" in text


def test_whole_journey_by_keyboard(visit: OpenVisit, host: Host, widget_url: str) -> None:
    page = '<p><a href="#first" id="first">First link</a></p>'
    seen = visit(host.show(page_with(widget_url, element(), body=page)))
    keyboard, widget = seen.page.keyboard, seen.widget()
    seen.page.locator("#first").focus()
    keyboard.press("Tab")
    expect(widget.locator(".launcher")).to_be_focused()
    keyboard.press("Enter")
    expect(widget.locator("#question")).to_be_focused()
    keyboard.type(RETENTION["en"])
    keyboard.press("Enter")
    expect(widget.locator(".after")).to_have_count(1)
    expect(widget.get_by_role("status")).to_have_text("Answered; clauses cited: 1.")
    expect(widget.locator("#question")).to_be_focused()
    for _ in range(20):
        keyboard.press("Shift+Tab")
        if widget.locator(".open").evaluate("link => link.matches(':focus-visible')"):
            break
    outline = widget.locator(".open").evaluate("link => getComputedStyle(link).outlineStyle")
    assert outline == "solid"
    keyboard.press("Escape")
    expect(widget.locator(".panel")).to_be_hidden()
    expect(widget.locator(".launcher")).to_be_focused()
    keyboard.press("Space")
    expect(widget.locator(".card")).to_have_count(1)


def test_on_a_phone_nothing_behind_the_sheet_is_reached(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    seen = visit(host.show(page_with(widget_url, element())), width=PHONE)
    widget = seen.open()
    expect(widget.get_by_role("heading", name="Ask the agreement")).to_be_focused()
    box = widget.locator(".panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": PHONE, "height": 844}
    for _ in range(12):
        seen.page.keyboard.press("Tab")
        inside = "['BODY', 'CLAUSE-BOT'].includes(document.activeElement.tagName)"
        assert seen.page.evaluate(inside)
    seen.page.set_viewport_size({"width": DESKTOP, "height": 860})
    expect(widget.locator(".panel")).not_to_have_css("width", f"{DESKTOP}px")
    assert not widget.locator(".panel").evaluate("panel => panel.matches(':modal')")
    seen.page.keyboard.press("Escape")
    expect(widget.locator(".panel")).to_be_hidden()


def test_enter_of_an_input_method_does_not_send(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    widget = visit(host.show(page_with(widget_url, element('lang="zh"')))).open()
    box = widget.locator("#question")
    box.fill("数据")
    for key in ("Enter", "Escape"):
        box.evaluate(
            """(box, key) => box.dispatchEvent(new KeyboardEvent("keydown",
               {key, bubbles: true, composed: true, isComposing: true}))""",
            key,
        )
    expect(box).to_have_value("数据")
    expect(widget.locator(".turn")).to_have_count(0)
    expect(widget.locator(".panel")).to_be_visible()
    box.fill(RETENTION["zh"])
    box.press("Shift+Enter")
    expect(widget.locator(".turn")).to_have_count(0)
    box.press("Enter")
    expect(widget.locator(".turn")).to_have_count(1)


@pytest.mark.parametrize(
    ("spoken", "expected"),  # by the page, the browser and the attribute
    [
        (("zh-Hans", "en-US", "auto"), "zh"),
        (("en", "zh-CN", "auto"), "en"),
        (("fr", "zh-CN", "auto"), "zh"),
        (("fr", "de-DE", "auto"), "en"),
        (("en", "en-US", "zh"), "zh"),
        (("zh", "zh-CN", "tlh"), "zh"),
    ],
)
def test_speaks_the_language_of_the_page_or_the_browser(
    visit: OpenVisit, host: Host, widget_url: str, spoken: tuple[str, str, str], expected: str
) -> None:
    page_language, locale, attribute = spoken
    page = page_with(widget_url, element(f'lang="{attribute}"'))
    page = page.replace('lang="en"', f'lang="{page_language}"', 1)
    seen = visit(host.show(page), locale=locale)
    expect(seen.widget()).to_have_attribute("lang", expected)
    words = {"zh": "协议问答", "en": "Ask about the terms"}[expected]
    expect(seen.widget().locator(".launcher")).to_contain_text(words)


def test_two_widgets_on_one_page_are_strangers(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    page = page_with(
        widget_url,
        element('position="left" lang="zh" heading="讯众条款"', agreement="xunzhong"),
        element('lang="en" examples="How do I pay? | Who hears a dispute?"', agreement="dahan"),
    )
    seen = visit(host.show(page))
    left, right = seen.open(0), seen.open(1)
    expect(right.locator(".examples button")).to_have_text(
        ["How do I pay?", "Who hears a dispute?"]
    )
    ask(left, RETENTION["zh"])
    ask(right, "Can the terms change without notice?")
    expect(left.locator(".after")).to_have_count(1)
    expect(right.locator(".after")).to_have_count(1)
    expect(left.locator(".heading")).to_have_text("讯众条款")
    expect(left.locator(".title").first).to_have_text("讯众云通信平台服务条款")
    expect(right.locator(".title").first).to_contain_text("Dahan")
    keep(seen.page, "widget-two-1280")
    right.locator(".close").click()
    expect(right.locator(".panel")).to_be_hidden()
    expect(left.locator(".panel")).to_be_visible()


def test_a_host_opens_closes_and_changes_it(visit: OpenVisit, host: Host, widget_url: str) -> None:
    seen = visit(host.show(page_with(widget_url, element(agreement="xunzhong"))))
    widget = seen.widget()
    widget.evaluate("widget => widget.open()")
    expect(widget.locator(".scope")).to_contain_text("Xunzhong")
    widget.evaluate("widget => widget.setAttribute('agreement', 'dahan')")
    expect(widget.locator(".scope")).to_contain_text("Dahan")
    widget.evaluate("widget => widget.setAttribute('lang', 'zh')")
    expect(widget.locator(".scope")).to_have_text("大汉云通讯开放平台用户使用协议")
    widget.evaluate("widget => widget.close()")
    expect(widget.locator(".panel")).to_be_hidden()
    widget.evaluate("widget => { widget.remove(); document.body.append(widget); }")
    expect(widget.locator(".launcher")).to_be_visible()


def test_shortcuts_of_the_host_do_not_hear_what_is_typed(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    seen = visit(host.show(page_with(widget_url, element(), body=HELPFUL_WORDS)))
    seen.page.evaluate(
        "document.addEventListener('keydown', event => { window.heard = event.key; })"
    )
    widget = seen.open()
    widget.locator("#question").press_sequentially("/s?")
    expect(widget.locator("#question")).to_have_value("/s?")
    assert seen.page.evaluate("window.heard") is None


def test_the_key_is_sent_and_no_cookie_or_address(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    seen = visit(host.show(page_with(widget_url, element())))
    with seen.page.expect_request("**/api/ask/stream") as asked:
        ask(seen.open(), RETENTION["en"])
    headers = asked.value.all_headers()
    assert headers["x-clausebot-key"] == KEY
    assert headers["origin"] == host.origin
    assert not {"cookie", "referer"} & set(headers)
