"""What a reader does with an answer, in a browser: at both widths, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.outbox.writer import Kept
from bot.storage import Feedback, StorageError
from bot.storage.feedback import digest_key
from bot.web.service import Service
from tests.bot.web.test_page import DESKTOP, LOCALE, PHONE, RETENTION, ask, journeys
from tests.servers import CROWDED, OpenPage

Keep = Callable[[Page, str], None]
QUOTE = "除法定及本协议另行约定外，云通讯自本协议终止之日起7日后，将不再为您保留数据"
NOTICE = "Can the terms change without notice?"  # on which clauses disagree
STOLEN = "Somebody got hold of my Dahan password. Who bears the loss?"  # quoted in part
TELL_AT_ONCE = """new MutationObserver((changes) => {
    for (const {target} of changes) target.dispatchEvent(new Event("toggle"));
}).observe(document.querySelector("#conversation"), {attributeFilter: ["open"], subtree: true})"""
OPEN_AT_ONCE = """new MutationObserver((_, watcher) => {
    const fold = document.querySelector(".turn .whole summary");
    if (fold?.textContent !== "条款全文") return;
    watcher.disconnect();
    fold.click();
}).observe(document.querySelector("#conversation"), {childList: true, subtree: true})"""
FOLLOW_UP = {
    "zh": ("怎么收费？", "那余额不够呢？"),
    "en": ("How am I charged?", "And if the balance runs out?"),
}


def answered(open_page: OpenPage, language: str = "en", width: int = DESKTOP) -> Page:
    page = open_page(width=width, locale=LOCALE[language])
    ask(page, RETENTION[language])
    expect(page.locator(".card .label").first).to_have_text("5（3）")
    return page


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def kept(service: Service, key: str | None) -> list[tuple[str, str | None, str]]:
    """Return what is kept of one turn: verdict, reason, note."""
    words = [given.feedback for given in service.database.given()]
    return [
        (word.verdict, word.reason, word.note)
        for word in words
        if word.key == digest_key(word.answer_id, key or "")
    ]


@journeys
def test_follow_up_is_understood_from_the_question_before(
    open_page: OpenPage, keep: Keep, language: str, width: int
) -> None:
    page = open_page(width=width, locale=LOCALE[language])
    first, second = FOLLOW_UP[language]
    ask(page, first)
    expect(page.locator(".turn")).to_have_count(1)
    ask(page, second)
    expect(page.locator(".turn")).to_have_count(2)
    turn = page.locator(".turn").last
    expect(turn.locator('[data-clause="dahan/3.2.2"]').first).to_be_attached()
    expect(turn.locator("h2")).to_be_in_viewport()
    expect(page.locator("[data-restart]")).to_have_count(1)
    keep(page, f"follow-up-{language}-{width}")


@journeys
def test_shared_link_shows_the_same_quote(
    open_page: OpenPage, keep: Keep, language: str, width: int
) -> None:
    page = answered(open_page, language, width)
    page.locator(".sharing summary").click()
    keep(page, f"share-{language}-{width}")
    page.locator("[data-copy-link]").click()
    expect(page.locator("#said")).to_have_text({"zh": "链接已复制", "en": "Link copied"}[language])
    expect(page.locator(".sharing summary")).to_be_focused()
    address = clipboard(page)
    assert re.search(r"/a/[\w-]{22}$", address)
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator("body")).to_contain_text(QUOTE)
    expect(other.locator("body")).to_contain_text(RETENTION[language])
    assert other.evaluate("document.documentElement.scrollWidth") <= width
    keep(other, f"shared-{language}-{width}")
    other.close()


@journeys
def test_answer_is_copied_and_downloaded(
    open_page: OpenPage, tmp_path: Path, language: str, width: int
) -> None:
    page = answered(open_page, language, width)
    page.locator(".sharing summary").click()
    page.locator("[data-copy-text]").click()
    text = clipboard(page)
    assert text.startswith(RETENTION[language])
    assert QUOTE in text
    assert "5（3）" in text
    for name in ("markdown", "html", "json"):
        page.locator(".sharing summary").click()
        with page.expect_download() as download:
            page.locator(f"[download][href$={name}]").click()
        file = tmp_path / name
        download.value.save_as(file)
        assert QUOTE in file.read_text("utf-8")
        expect(page.locator(".sharing")).not_to_have_attribute("open", re.compile(".*"))
    assert json.loads(file.read_text("utf-8"))


@journeys
def test_reader_says_what_was_wrong(
    open_page: OpenPage, keep: Keep, service: Service, language: str, width: int
) -> None:
    page = answered(open_page, language, width)
    key = page.locator(".turn").get_attribute("data-key")
    down, up = page.locator(".thumb.unhelpful"), page.locator(".thumb.helpful")
    down.click()
    expect(page.locator(".rating-said")).to_have_text(re.compile("Thank you|谢谢"))
    assert kept(service, key) == [("unhelpful", None, "")]
    page.locator(".chip").nth(1).click()
    page.locator(".note textarea").fill("备份呢？")
    expect(page.locator("[data-rate-send]")).to_be_in_viewport()
    keep(page, f"feedback-{language}-{width}")
    page.locator("[data-rate-send]").click()
    expect(page.locator(".why")).to_be_hidden()
    assert kept(service, key) == [("unhelpful", "incomplete", "备份呢？")]
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(down).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".rating[data-state=kept]")).to_have_count(1)
    assert kept(service, key) == [("helpful", None, "")]


def test_what_a_reader_did_outlives_a_redraw(open_page: OpenPage) -> None:
    page = answered(open_page)
    page.locator(".thumb.unhelpful").click()
    page.locator(".chip").first.click()
    page.locator(".note textarea").fill("half a thou")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.get_by_role("button", name="中文")).to_be_focused()
    ask(page, STOLEN)
    expect(page.locator(".turn")).to_have_count(2)
    first = page.locator(".turn").first
    expect(first.locator(".thumb.unhelpful")).to_have_attribute("aria-pressed", "true")
    expect(first.locator("[value=wrong_clause]")).to_be_checked()
    expect(first.locator(".note textarea")).to_have_value("half a thou")
    last = page.locator(".turn").last
    last.locator(".whole summary").first.click()
    expect(last.locator(".whole[open]")).to_have_count(1)
    page.evaluate(TELL_AT_ONCE)  # as a slow machine does, before the next frame
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(last.locator(".whole[open]")).to_have_count(1)


def test_what_is_opened_before_the_page_has_settled_stays_open(open_page: OpenPage) -> None:
    page = open_page(width=DESKTOP, locale=LOCALE["en"])
    ask(page, STOLEN)
    expect(page.locator(".whole")).not_to_have_count(0)
    page.evaluate(OPEN_AT_ONCE)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.locator(".whole[open]")).to_have_count(1)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".whole[open]")).to_have_count(1)


def test_rating_that_fails_is_tried_again_by_the_reader(
    open_page: OpenPage, keep: Keep, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Feedback) -> Kept:
        raise StorageError("the disk is full")

    page = answered(open_page)
    key = page.locator(".turn").get_attribute("data-key")
    with monkeypatch.context() as broken:
        broken.setattr(service, "keep_feedback", refuse)
        page.locator(".thumb.helpful").click()
        expect(page.locator(".rating-said")).to_have_text("That could not be saved.")
        keep(page, "rating-failed-en-1280")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".rating-said")).to_have_text("Thank you. Noted.")
    assert kept(service, key) == [("helpful", None, "")]


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_crowd_keeps_what_was_typed(open_page: OpenPage, keep: Keep, width: int) -> None:
    page = open_page(width=width)
    question = RETENTION["en"] + CROWDED
    ask(page, question)
    expect(page.get_by_role("alert")).to_contain_text("Try again in 7 s")
    expect(page.locator("#question textarea")).to_have_value(question)
    expect(page.locator(".busy")).to_be_hidden()
    keep(page, f"crowded-en-{width}")
    page.locator("#question textarea").fill(RETENTION["en"])
    page.locator("[data-retry]").click()
    expect(page.locator(".card .label").first).to_have_text("5（3）")
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_lost_connection_keeps_what_was_typed(
    open_page: OpenPage, site_url: str, keep: Keep
) -> None:
    page = open_page().context.new_page()  # one whose failed requests fail no test
    page.goto(site_url)
    expect(page.locator("html[data-ready]")).to_have_count(1)
    page.route("**/queue/join**", lambda route: route.abort())
    ask(page, RETENTION["en"])
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    expect(page.locator(".busy")).to_be_hidden()
    expect(page.locator("#question textarea")).to_have_value(RETENTION["en"])
    keep(page, "lost-en-1280")
    page.unroute("**/queue/join**")
    page.locator("[data-retry]").click()
    expect(page.locator(".card .label").first).to_have_text("5（3）")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.close()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_disagreeing_clause_opens_beside_the_answer(
    open_page: OpenPage, keep: Keep, width: int
) -> None:
    page = open_page(width=width)
    ask(page, NOTICE)
    differing = page.locator(".differs")
    expect(differing.locator("h3")).to_have_text(re.compile("differ"))
    differing.scroll_into_view_if_needed()
    keep(page, f"differs-en-{width}")
    link = differing.locator(".open-clause").first
    clause = link.get_attribute("data-clause")
    assert clause
    link.click()
    expect(page.locator(".cited")).to_have_attribute("data-clause-id", clause)
    expect(page.locator(".cited")).to_be_focused()


@journeys
def test_words_are_found_in_the_agreement(
    open_page: OpenPage, keep: Keep, language: str, width: int
) -> None:
    page = answered(open_page, language, width)
    page.locator(".open-clause").first.click()
    expect(page.locator(".cited")).to_be_focused()
    field, count = page.locator(".find-words"), page.locator(".find-count")
    field.fill("数据")
    expect(count).to_have_text(re.compile(r"^\d+/10$"))
    expect(page.locator(".cited mark")).to_contain_text(QUOTE)
    before = int(count.inner_text().split("/")[0])
    field.press("Enter")
    expect(count).to_have_text(f"{before % 10 + 1}/10")
    keep(page, f"find-{language}-{width}")
    field.press("Shift+Enter")
    page.locator("[data-find='-1']").click()
    expect(count).to_have_text(f"{(before - 2) % 10 + 1}/10")
    painted = page.evaluate(
        "[CSS.highlights.get('found').size, CSS.highlights.get('found-now').size]"
    )
    assert painted == [10, 1]
    field.press("Escape")
    expect(field).to_have_value("")
    expect(count).to_have_text("")
    expect(page.locator(".agreement")).to_be_visible()


@pytest.mark.parametrize(
    ("words", "found"),
    [("api", "API"), ("ＡＰＩ", "API"), ("(3)", "（3）"), ("7日后， 将不再", ""), ("<mark>", "")],
)
def test_found_are_either_case_and_width_and_nothing_else(
    open_page: OpenPage, words: str, found: str
) -> None:
    page = answered(open_page)
    page.locator(".find-words").fill(words)
    matches = page.evaluate("[...CSS.highlights.get('found')].map(String)")
    assert set(matches) == ({found} if found else set())
    if not found:
        expect(page.locator(".find-count")).to_have_text("No match")


def test_search_goes_on_in_the_same_agreement_only(open_page: OpenPage) -> None:
    page = answered(open_page)
    page.locator(".find-words").fill("数据")
    ask(page, "What confidential information is covered?")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("[data-agreement=xunzhong] .find-words")).to_have_value("数据")
    page.locator(".shelf-link").click()
    page.locator("[data-open=dahan]").click()
    expect(page.locator("[data-agreement=dahan] .find-words")).to_have_value("")


def tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_answer_is_rated_and_shared_by_keyboard_alone(
    open_page: OpenPage, service: Service, width: int
) -> None:
    page = answered(open_page, width=width)
    key = page.locator(".turn").get_attribute("data-key")
    page.locator(".masthead [data-lang=en]").focus()
    tab_to(page, ".thumb.unhelpful")
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_be_visible()
    tab_to(page, ".chip input")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, ".note textarea")
    page.keyboard.type("Backups?")
    tab_to(page, "[data-rate-send]")
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_be_hidden()
    expect(page.locator(".thumb.unhelpful")).to_be_focused()
    assert kept(service, key) == [("unhelpful", "not_answered", "Backups?")]
    tab_to(page, ".sharing summary")
    page.keyboard.press("Enter")
    tab_to(page, "[data-copy-text]")
    page.keyboard.press("Escape")
    expect(page.locator(".sharing summary")).to_be_focused()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_agreement_is_searched_and_left_by_keyboard_alone(open_page: OpenPage, width: int) -> None:
    page = answered(open_page, width=width)
    page.locator(".masthead [data-lang=en]").focus()
    tab_to(page, ".open-clause")
    page.keyboard.press("Enter")
    expect(page.locator(".cited")).to_be_focused()
    page.locator(".agreement-title").focus()
    tab_to(page, ".find-words")
    page.keyboard.type("数据")
    page.keyboard.press("Enter")
    expect(page.locator(".find-count")).to_have_text(re.compile("/10"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".open-clause").first).to_be_focused()


def test_open_agreement_covers_the_page_on_a_phone(open_page: OpenPage) -> None:
    page = answered(open_page, width=PHONE)
    page.locator(".open-clause").first.click()
    expect(page.locator(".cited")).to_be_focused()
    for hidden in ("#masthead", "#talk", "#footer"):
        assert page.locator(hidden).evaluate("element => element.inert")
    page.set_viewport_size({"width": DESKTOP, "height": 860})
    expect(page.locator("#talk")).not_to_have_attribute("inert", re.compile(".*"))
    page.set_viewport_size({"width": PHONE, "height": 844})


def test_answer_is_announced_once_it_is_there(open_page: OpenPage) -> None:
    page = open_page()
    page.locator(".example").first.click()
    expect(page.locator("#said")).to_have_text("Answered; clauses cited: 1.")
    expect(page.locator(".turn h2")).to_be_focused()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_two_thousand_letters_without_a_blank_stay_on_the_page(
    open_page: OpenPage, keep: Keep, width: int
) -> None:
    page = open_page(width=width)
    ask(page, "a" * 1990 + " data?")
    expect(page.locator(".question.long")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep(page, f"long-question-en-{width}")


@pytest.mark.parametrize("strange", ["\u202edata kept?", "data\u2067 kept \u202d?", "data\u200f?"])
def test_marks_of_direction_turn_nothing_around(open_page: OpenPage, strange: str) -> None:
    page = open_page()
    ask(page, strange)
    expect(page.locator(".question bdi")).to_have_count(1)
    shown = page.locator(".question").inner_text()
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_on_paper_are_questions_and_answers(open_page: OpenPage, keep: Keep) -> None:
    page = answered(open_page)
    page.emulate_media(media="print")
    expect(page.locator(".quote").first).to_be_visible()
    for hidden in ("#ask", "#read", ".turn-tools", ".switch"):
        expect(page.locator(hidden)).to_be_hidden()
    keep(page, "print-en-1280")


def test_footer_leads_to_the_api_and_the_widget(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    links = page.locator(".fine a")
    assert [link.get_attribute("href") for link in links.all()] == ["/docs", "/widget"]
    expect(links.first).to_have_text("接口文档")
