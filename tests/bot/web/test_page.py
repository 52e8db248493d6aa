"""The page in a browser: each journey at both widths, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.servers import FAILING, SILENT, OpenPage

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


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#send").click()


def expect_marked_clause(page: Page) -> None:
    """Expect the retention clause opened in its agreement, its words marked and in view."""
    cited = page.locator(".agreement .cited")
    expect(cited).to_have_attribute("data-clause-id", "xunzhong/5(3)")
    expect(cited.locator("mark")).to_contain_text("本协议终止之日起7日后，将不再为您保留数据")
    expect(cited.locator("mark")).to_be_in_viewport()


@journeys
def test_welcome_offers_questions(
    open_page: OpenPage, keep: Keep, language: str, width: int
) -> None:
    page = open_page(width=width, locale=LOCALE[language])
    expect(page.locator(".example").first).to_have_text(RETENTION[language])
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("footer")).to_be_hidden()
    keep(page, f"welcome-{language}-{width}")


@journeys
def test_citation_opens_the_clause_with_its_quote_marked(
    open_page: OpenPage, keep: Keep, language: str, width: int
) -> None:
    page = open_page(width=width, locale=LOCALE[language])
    ask(page, RETENTION[language])
    card = page.locator(".card").first
    expect(card.locator(".label")).to_have_text("5（3）")
    expect(card.locator(".quote .qty")).to_have_text("7日")
    expect(page.locator(".silence")).to_contain_text("大汉" if language == "zh" else "Dahan")
    expect(card.locator(".rendering .tag")).to_have_count(0 if language == "zh" else 1)
    keep(page, f"answer-{language}-{width}")
    card.locator(".open-clause").click()
    expect_marked_clause(page)
    expect(page.locator(".cited")).to_be_focused()
    keep(page, f"clause-{language}-{width}")
    page.keyboard.press("Escape")
    expect(card.locator(".open-clause")).to_be_focused()


@journeys
def test_address_reopens_the_question(open_page: OpenPage, language: str, width: int) -> None:
    page = open_page(width=width, locale=LOCALE[language])
    ask(page, RETENTION[language])
    expect(page.locator(".card").first).to_be_visible()
    page.wait_for_url("**/?q=*")
    address = page.url
    again = open_page(address[address.index("/?") :], width=width, locale="fr-FR")
    expect(again.locator(".question")).to_have_text(RETENTION[language])
    expect(again.locator(".card .label").first).to_have_text("5（3）")
    expect(again.locator("html")).to_have_attribute("lang", language)


def test_link_to_a_citation_opens_its_clause(open_page: OpenPage) -> None:
    page = open_page(f"/?q={RETENTION['en']}")
    link = page.locator(".open-clause").first.get_attribute("href")
    assert link is not None
    expect_marked_clause(open_page(link))


def test_link_keeps_the_chosen_agreement(open_page: OpenPage) -> None:
    page = open_page(f"/?q={RETENTION['en']}&agreement=dahan")
    expect(page.locator(".scope")).to_contain_text("Dahan")
    expect(page.locator("#chooser input")).to_have_value(re.compile("Dahan"))
    expect(page.locator('.turn [data-clause^="xunzhong/"]')).to_have_count(0)


def test_unknown_values_in_a_link_are_no_error(open_page: OpenPage) -> None:
    page = open_page(f"/?q={RETENTION['en']}&agreement=nobody&lang=tlh&clause=nothing")
    expect(page.locator(".scope")).to_have_text("All agreements")
    expect_marked_clause(page)


def test_agreement_is_chosen_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    page.locator("#chooser input").focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#chooser input")).to_have_value(re.compile("协议|条款"))
    ask(page, RETENTION["zh"])
    expect(page.locator(".scope")).not_to_have_text("全部协议")


def test_switch_changes_every_word_and_keeps_the_conversation(
    open_page: OpenPage, keep: Keep
) -> None:
    page = open_page(locale="en-US")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.locator(".example").first).to_have_text(RETENTION["zh"])
    expect(page.locator("#send")).to_have_text("提问")
    expect(page.get_by_label("您的问题")).to_be_visible()
    chrome = page.locator("#masthead, #talk, #footer").all_inner_texts()
    assert not re.search(r"(?!ClauseBot|English)\b[A-Za-z]{2,}", " ".join(chrome))
    ask(page, RETENTION["zh"])
    expect(page.locator(".open-clause").first).to_contain_text("查看协议原文")
    page.get_by_role("button", name="English").click()
    expect(page.locator(".open-clause").first).to_contain_text("Open in the agreement")
    expect(page.locator(".question")).to_have_text(RETENTION["zh"])
    keep(page, "switched-en-1280")


def test_chosen_language_is_remembered(open_page: OpenPage, site_url: str) -> None:
    page = open_page(locale="en-US")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.goto(site_url)
    expect(page.locator(".example").first).to_have_text(RETENTION["zh"])


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_abstention_looks_different(open_page: OpenPage, keep: Keep, width: int) -> None:
    page = open_page(width=width)
    ask(page, "What will the weather be like in Paris tomorrow?")
    expect(page.locator(".abstained .abstained-text")).to_be_visible()
    expect(page.locator(".card")).to_have_count(0)
    keep(page, f"abstained-en-{width}")


def test_silence_names_clauses_that_open(open_page: OpenPage, keep: Keep) -> None:
    page = open_page(locale="zh-CN")
    ask(page, RETENTION["zh"] + SILENT)
    expect(page.locator(".abstained-text")).to_contain_text("没有找到")
    expect(page.locator(".near .label")).to_have_count(3)
    page.locator(".near .open-clause").first.click()
    expect(page.locator(".cited")).to_have_attribute("data-clause-id", "xunzhong/5(3)")
    expect(page.locator(".cited mark")).to_be_in_viewport()
    keep(page, "silent-zh-1280")


def test_failure_is_told_and_forgotten(open_page: OpenPage, keep: Keep) -> None:
    page = open_page(width=PHONE, locale="zh-CN")
    ask(page, "什么？" + FAILING)
    expect(page.locator(".abstained")).to_contain_text("请再试一次")
    expect(page.locator(".busy")).to_be_hidden()
    keep(page, "failed-zh-390")
    ask(page, RETENTION["zh"])
    expect(page.locator(".card .label").first).to_have_text("5（3）")


def test_what_is_no_question_stays_in_the_box(open_page: OpenPage, keep: Keep) -> None:
    page = open_page()
    ask(page, "😀😀")
    expect(page.get_by_role("alert")).to_contain_text("sentence")
    expect(page.locator("#question textarea")).to_have_value("😀😀")
    expect(page.locator(".turn")).to_have_count(0)
    keep(page, "notice-en-1280")


def test_follow_up_stands_under_the_first_question(open_page: OpenPage, keep: Keep) -> None:
    page = open_page(locale="zh-CN")
    ask(page, "账户里的余额可以退吗？")
    expect(page.locator(".turn")).to_have_count(1)
    ask(page, "那发票呢？")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").last).to_be_in_viewport()
    keep(page, "follow-up-zh-1280")
    again = open_page(page.url[page.url.index("/?") :])
    expect(again.locator(".question")).to_have_text(["账户里的余额可以退吗？", "那发票呢？"])
    page.get_by_role("button", name="重新开始").click()
    expect(page.locator(".welcome")).to_be_visible()


def test_whole_journey_by_keyboard(open_page: OpenPage, keep: Keep) -> None:
    page = open_page()
    page.locator("#question textarea").focus()
    page.keyboard.type(RETENTION["en"])
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(1)
    page.locator(".masthead [data-lang=en]").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".open-clause")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    keep(page, "focus-en-1280")
    page.keyboard.press("Enter")
    expect(page.locator(".cited")).to_be_focused()


def test_enter_of_an_input_method_does_not_send(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    page.locator("#question textarea").fill("数据")
    page.locator("#question textarea").evaluate(
        """box => { for (const kind of ["keydown", "keypress"]) box.dispatchEvent(
           new KeyboardEvent(kind, {key: "Enter", bubbles: true, isComposing: true})) }"""
    )
    page.locator("#question textarea").fill(RETENTION["zh"])
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_have_text([RETENTION["zh"]])


def test_whole_agreement_can_be_read(open_page: OpenPage, keep: Keep) -> None:
    page = open_page(width=PHONE, locale="zh-CN")
    page.locator(".book").first.click()
    expect(page.locator(".agreement-title")).to_be_focused()
    page.locator(".contents summary").click()
    page.locator(".contents a").last.click()
    expect(page.locator(".agreement-text h3").last).to_be_in_viewport()
    keep(page, "agreement-zh-390")
    page.locator(".close").click()
    expect(page.locator("#question textarea")).to_be_visible()


def test_markup_is_text(open_page: OpenPage) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script> ${alert(3)} {{value}} data?"
    page = open_page()
    ask(page, attack)
    expect(page.locator(".question")).to_have_text(attack)
    expect(page.locator("#conversation img, #conversation script")).to_have_count(0)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_dark_page_and_no_sideways_scrolling(open_page: OpenPage, keep: Keep, width: int) -> None:
    page = open_page(f"/?q={RETENTION['zh']}", width=width, locale="zh-CN", dark=True)
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep(page, f"dark-zh-{width}")


def test_how_an_agreement_was_read_stands_beside_its_text(open_page: OpenPage) -> None:
    page = open_page("/")
    page.locator("[data-open=xunzhong]").click()
    page.locator(".understood summary").click()
    entry = page.locator(".understood a", has_text="5（3）").first
    entry.click()
    expect(page.locator("[data-clause-id='xunzhong/5(3)']")).to_be_in_viewport()
