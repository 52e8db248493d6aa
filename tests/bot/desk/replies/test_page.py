"""The page of approved replies: found, edited, approved again; by mouse and by keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from bot.desk.shell.desk import Desk
from bot.storage import open_database
from bot.web.service import Service
from index.search.clause_index import ClauseIndex
from tests.bot.desk.replies.changing import (
    CLAUSE,
    GONE,
    GONE_WORDS,
    LATER,
    WORDS,
    answering_from,
    reword,
)
from tests.bot.web.payloads import PAYLOADS
from tests.bot.web.test_accessibility import expect_accessible
from tests.desks import OpenDesk, SignedIn, clients_of, make_desk, serving
from tests.servers import ScriptedBot

Keep = Callable[[Page, str], None]
NUMBER = "注册的手机号码过期了怎么办？"
NOBODY = "谁来负责无法控制的故障？"
LEASE = "May I lease the interfaces to a partner?"


@pytest.fixture(scope="module")
def own_desk(quick_bot: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk whose agreements change without anybody else noticing."""
    folder = tmp_path_factory.mktemp("replies")
    database = open_database(f"sqlite:///{folder}/clausebot.db")
    service = Service(ScriptedBot(quick_bot.index, answer_above=0.0), database)
    yield make_desk(service)
    service.close()


@pytest.fixture(scope="module")
def clients(own_desk: Desk) -> Iterator[SignedIn]:
    """Return what gives a client of that desk."""
    with clients_of(own_desk) as give:
        yield give


@pytest.fixture(scope="module")
def desk_url(own_desk: Desk) -> Iterator[str]:
    """Serve that desk."""
    with serving(own_desk) as url:
        yield url


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> ClauseIndex:
    """Return our agreements with one clause worded otherwise."""
    return reword(tmp_path_factory.mktemp("later"), WORDS, LATER)


Save = Callable[..., str]


@pytest.fixture
def save(clients: SignedIn, request: pytest.FixtureRequest) -> Save:
    """Save replies whose ids are this test's own, beside those of other tests to like questions."""
    made = 0
    name = re.sub(r"\W", "-", request.node.name)[:50]

    def save_(question: str = NUMBER, who: str = "ben", **given: Any) -> str:
        nonlocal made
        made += 1
        body = {
            "reply_id": f"{name}-{made}",
            "language": "zh",
            "text": "请保持注册手机号码长期有效；过期的号码将视作无效用户。",
            "questions": [question],
            "clauses": [{"clause_id": CLAUSE, "quote": WORDS}],
        } | given
        beside: list[str] = []
        while True:
            answer = clients(who).post("/api/desk/replies", json=body | {"beside": beside})
            if answer.status_code != 409 or set(named := _standing(answer)) <= set(beside):
                break
            beside += named
        assert answer.status_code == 201, answer.text
        return str(body["reply_id"])

    return save_


def _standing(answer: httpx2.Response) -> list[str]:
    return [known["reply_id"] for known in answer.json()["standing"]]


def state_of(clients: SignedIn, reply_id: str) -> dict[str, Any]:
    found: dict[str, Any] = clients("ben").get(f"/api/desk/replies/{reply_id}").json()
    return found


def result(page: Page, question: str) -> Locator:
    return page.get_by_role("list", name="Replies").get_by_role("link", name=question, exact=True)


def wholly(page: Page, keep: Keep, name: str) -> None:
    """Keep a screenshot of the whole page, however long."""
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(860, height)})
    keep(page, name)
    page.set_viewport_size(size)


def expect_no_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_desk_without_replies_says_what_to_do(open_desk: OpenDesk, keep: Keep) -> None:
    page = open_desk("/desk/replies", locale="zh-CN")
    expect(page.get_by_text("还没有批准过的回复。")).to_be_visible()
    expect_accessible(page, "empty")
    keep(page, "desk-replies-empty-zh")
    page.get_by_role("link", name="去起草").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("工单")


def test_found_edited_and_kept_by_mouse(
    open_desk: OpenDesk, clients: SignedIn, save: Save, keep: Keep
) -> None:
    word = "鼠标甲"
    reply_id = save(f"{NUMBER}{word}")
    save(f"{LEASE} {word}", language="en", text="No.")
    page = open_desk("/desk/replies")
    page.get_by_label("Search", exact=True).fill(word)
    expect(page.get_by_text("2 found")).to_be_visible()
    page.get_by_label("Search", exact=True).fill(f"怎么办 {word}")
    expect(page.get_by_text("1 found")).to_be_visible()
    result(page, f"{NUMBER}{word}").click()
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    expect(page).to_have_url(re.compile(f"id={reply_id}"))
    expect(page.get_by_role("blockquote")).to_have_text(WORDS)
    page.get_by_role("button", name="Copy the reply").click()
    assert page.evaluate("navigator.clipboard.readText()") == state_of(clients, reply_id)["text"]
    page.reload()
    expect(page.get_by_role("heading", level=2)).to_have_text(f"{NUMBER}{word}")
    wholly(page, keep, "desk-replies-open-en")
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Reply", exact=True).fill("换一句。")
    page.get_by_role("button", name="Add a question").click()
    page.keyboard.type(f"What if my number lapses? {word}")
    expect_accessible(page, "editing")
    wholly(page, keep, "desk-replies-edit-en")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".reply-text").first).to_have_text("换一句。")
    saved = state_of(clients, reply_id)
    assert (saved["text"], len(saved["questions"])) == ("换一句。", 2)
    page.get_by_text("History (2 steps)").click()
    page.get_by_text("How it read until then").click()
    expect(page.locator(".history .reply-text")).to_contain_text("请保持注册手机号码")
    page.get_by_role("button", name="Retire", exact=True).click()
    expect(page.locator(".reply .tag", has_text="Retired")).to_be_visible()
    page.get_by_role("button", name="Approve again", exact=True).click()
    expect(page.locator(".reply .tag", has_text="Approved")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Retired")).click()
    expect(page.get_by_text("No reply is in this state.")).to_be_visible()


def test_a_changed_clause_is_shown_and_mended_by_keyboard(
    open_desk: OpenDesk,
    own_desk: Desk,
    clients: SignedIn,
    save: Save,
    later: ClauseIndex,
    keep: Keep,
) -> None:
    word = "键盘乙"
    reply_id = save(f"{NUMBER}{word}")
    with answering_from(own_desk, later):
        page = open_desk("/desk/replies")
        press_to(page, "searchbox", "Search")
        page.keyboard.type(word)
        expect(page.get_by_text("1 found")).to_be_visible()
        press_to(page, "link", f"{NUMBER}{word}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=2)).to_be_focused()
        expect(page.locator(".reply .tag", has_text="Pending")).to_be_visible()
        difference = page.locator(".difference")
        expect(difference.locator("del")).to_have_text(re.compile("长期$"))
        expect(difference.locator("ins")).to_have_text(re.compile("三年内$"))
        expect_accessible(page, "pending")
        wholly(page, keep, "desk-replies-pending-en")
        press_to(page, "button", "Mend and approve again")
        page.keyboard.press("Enter")
        press_to(page, "textbox", "Reply")
        page.keyboard.press("Control+A")
        page.keyboard.type("三年内有效。")
        press_to(page, "button", "Cite it as it is now")
        wholly(page, keep, "desk-replies-mend-en")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Words quoted")).to_have_value(re.compile(LATER))
        press_to(page, "button", "Save and approve again")
        page.keyboard.press("Enter")
        expect(page.locator(".reply .tag", has_text="Approved")).to_be_visible()
        expect(page.get_by_role("blockquote")).to_have_text(re.compile(LATER))
        saved = state_of(clients, reply_id)
        assert (saved["state"], saved["text"]) == ("approved", "三年内有效。")


def press_to(page: Page, role: str, name: str) -> None:
    """Press the tabulator until the focus is there."""
    wanted = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    expect(wanted.first).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.first.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {role} {name!r}")


def test_a_clause_that_is_gone_is_dropped_and_another_found(
    open_desk: OpenDesk, own_desk: Desk, clients: SignedIn, save: Save, tmp_path: Path, keep: Keep
) -> None:
    reply_id = save(NOBODY, clauses=[{"clause_id": GONE, "quote": GONE_WORDS}])
    with answering_from(own_desk, reword(tmp_path, f"- (5) {GONE_WORDS}", "", "dahan")):
        page = open_desk(f"/desk/replies?id={reply_id}", locale="zh-CN", expected="422")
        expect(page.get_by_text("协议里已没有这一条。")).to_be_visible()
        keep(page, "desk-replies-gone-zh")
        page.get_by_role("button", name="修改并重新批准").click()
        page.get_by_role("button", name="保存并重新批准").click()
        page.get_by_role("button", name="仍然正确，批准").click()  # the text is as before
        expect(page.get_by_role("alert")).to_contain_text(f"协议里没有这一条：{GONE}")
        page.get_by_role("button", name=f"移除条款：{GONE}").click()
        page.get_by_label("查找要引用的条款").fill("不可抗力")
        page.keyboard.press("Enter")
        page.get_by_role("button", name=re.compile("引用条款：")).first.click()
        page.get_by_role("button", name="保存并重新批准").click()
        page.get_by_role("button", name="仍然正确，批准").click()  # the text is as before
        expect(page.locator(".reply .tag", has_text="已批准")).to_be_visible()
    assert state_of(clients, reply_id)["clauses"][0]["clause_id"] != GONE


def test_what_is_not_saved_is_not_lost(
    open_desk: OpenDesk, clients: SignedIn, save: Save, keep: Keep
) -> None:
    word = "未存丙"
    reply_id, _ = save(f"{NUMBER}{word}"), save(f"{LEASE} {word}")
    page = open_desk(f"/desk/replies?words={word}", expected="409")
    result(page, f"{NUMBER}{word}").click()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Reply", exact=True).fill("我的一句。")
    for leaves in (
        lambda: result(page, f"{LEASE} {word}").click(),
        lambda: page.evaluate("history.back()"),
        lambda: page.get_by_role("button", name="Cancel").click(),
    ):
        leaves()
        dialog = page.get_by_role("dialog", name="Leave without saving?")
        dialog.get_by_role("button", name="Cancel").click()
        expect(page.get_by_label("Reply", exact=True)).to_have_value("我的一句。")
        expect(page).to_have_url(re.compile(f"id={reply_id}"))
    body = state_of(clients, reply_id) | {"text": "别人先写的。"}
    fields = ("revision", "language", "text", "questions")
    sent = {name: body[name] for name in fields} | {
        "clauses": [{"clause_id": CLAUSE, "quote": WORDS}]
    }
    assert clients("anna").put(f"/api/desk/replies/{reply_id}", json=sent).status_code == 200
    page.get_by_role("button", name="Save", exact=True).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("anna · Edited")
    expect(alert).to_contain_text("别人先写的。")
    expect(page.get_by_label("Reply", exact=True)).to_have_value("我的一句。")
    wholly(page, keep, "desk-replies-conflict-en")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".reply-text").first).to_have_text("我的一句。")
    assert state_of(clients, reply_id)["history"][-1]["text"] == "别人先写的。"


def test_what_is_refused_stays_in_the_form(open_desk: OpenDesk, save: Save) -> None:
    page = open_desk(f"/desk/replies?id={save()}", locale="zh-CN", expected="422")
    page.get_by_role("button", name="编辑", exact=True).click()
    page.get_by_label("引文").fill("没有这样的话")
    page.get_by_label("回复", exact=True).fill("一句话。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(f"引文与条款原文不一致：{CLAUSE}")
    expect(page.get_by_label("回复", exact=True)).to_have_value("一句话。")


def test_somebody_elses_reply_is_read_and_not_changed(open_desk: OpenDesk, save: Save) -> None:
    reply_id = save()
    for name, theirs in (("cleo", True), ("anna", False)):
        page = open_desk(f"/desk/replies?id={reply_id}", name)
        expect(page.get_by_role("button", name="Copy the reply")).to_be_visible()
        expect(page.get_by_text("This reply is ben's.")).to_have_count(int(theirs))
        for button in ("Edit", "Retire"):
            found = page.get_by_role("button", name=button, exact=True)
            expect(found).to_have_count(0 if theirs else 1)
        expect(page.get_by_role("button", name="Import replies")).to_have_count(int(not theirs))


def test_replies_go_out_and_come_in(
    open_desk: OpenDesk, save: Save, tmp_path: Path, keep: Keep
) -> None:
    reply_id = save("去和来")
    page = open_desk("/desk/replies", "anna", expected="422")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Export all replies").click()
    assert waited.value.suggested_filename == "clausebot-replies.jsonl"
    file = tmp_path / "replies.jsonl"
    waited.value.save_as(file)
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    row = next(row for row in rows if row["reply_id"] == reply_id)
    new = row | {"reply_id": f"{reply_id}-new"}
    file.write_text(json.dumps(row) + "\n" + json.dumps(new) + "\n", "utf-8")
    picker = page.locator("input[type=file]")
    picker.set_input_files(file)
    expect(page.get_by_text("replies.jsonl: 1 new, 1 were here already.")).to_be_visible()
    wrong = new | {"reply_id": "../x"}
    file.write_text(json.dumps(wrong) + "\n{\n", "utf-8")
    picker.set_input_files(file)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("2 lines are wrong, and nothing is imported")
    expect(alert.get_by_role("listitem")).to_have_text(
        [re.compile("^Line 1:"), re.compile("^Line 2:")]
    )
    expect_accessible(page, "refused file")
    keep(page, "desk-replies-import-en")
    page = open_desk(f"/desk/replies?id={reply_id}-new", "ben")
    expect(page.get_by_text("Only an admin can change it.")).to_be_visible()


def test_long_lists_come_in_pages(open_desk: OpenDesk, save: Save) -> None:
    word = "许多丁"
    for number in range(23):
        save(f"{word}{number}？")
    page = open_desk(f"/desk/replies?words={word}")
    links = page.get_by_role("list", name="Replies").get_by_role("link")
    expect(links).to_have_count(20)
    page.get_by_role("button", name="Older").click()
    expect(links).to_have_count(3)
    expect(page.get_by_text("21–23 of 23")).to_be_visible()
    expect(links.first).to_be_focused()
    page.reload()
    expect(links).to_have_count(3)
    page.get_by_role("button", name="Newer").click()
    expect(links).to_have_count(20)


@pytest.mark.parametrize(
    ("locale", "width", "dark"),
    [("zh-CN", 1280, False), ("en-US", 390, True)],
)
def test_every_width_and_colour(
    open_desk: OpenDesk,
    own_desk: Desk,
    save: Save,
    later: ClauseIndex,
    keep: Keep,
    locale: str,
    width: int,
    dark: bool,
) -> None:
    save(LEASE, language="en", text="You may not lease them.\n\nAsk us for an account of its own.")
    reply_id = save("What if my registered number lapses?")
    name = f"desk-replies-{locale[:2]}-{width}{'-dark' if dark else ''}"
    with answering_from(own_desk, later):
        page = open_desk("/desk/replies", locale=locale, width=width, dark=dark)
        expect(page.locator(".reply-link").first).to_be_visible()
        expect_accessible(page, "list")
        expect_no_sideways(page)
        keep(page, f"{name}-list")
        page.goto(f"/desk/replies?id={reply_id}")  # which may be far down the list by now
        expect(page.locator(".difference")).to_be_visible()
        expect_accessible(page, "reply")
        expect_no_sideways(page)
        wholly(page, keep, name)
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(found => +found.tagName[1])"
        )
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_hostile_texts_stay_texts(open_desk: OpenDesk, save: Save) -> None:
    batches = [PAYLOADS[at : at + 40] for at in range(0, len(PAYLOADS), 40)]
    for batch in batches:
        reply_id = save(f"x {batch[0]}", text="\n".join(batch), questions=[f"x {p}" for p in batch])
        page = open_desk(f"/desk/replies?id={reply_id}")
        expect(page.locator(".reply-text").first).to_contain_text(batch[-1].strip()[:20])
        page.get_by_role("button", name="Edit", exact=True).click()
        expect(page.locator(".asked-list input")).to_have_count(len(batch))
        assert page.evaluate("window.__pwned") is None
        assert page.locator(".pwned").count() == 0
    page = open_desk(
        "/desk/replies?words=%3Cscript%3E&state=%3Cimg%3E&id=%3Cimg%20src=x%3E", expected="4"
    )
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.locator("main img").count() == 0
