"""The page of the agreements: upload, review, publish, back; by mouse and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.desk.shell.desk import Desk
from tests.bot.desk.agreements.library import (
    BRIEF,
    CHANGED_CLAUSE,
    NEWER,
    living_desk,
    publish,
    restore,
    save_reply,
    send,
)
from tests.bot.web.test_accessibility import expect_accessible
from tests.desks import OpenDesk, SignedIn, clients_of, serving

Keep = Callable[[Page, str], None]
PHONE = 390
HOSTILE = "<img src=x onerror=alert(1)> '\"javascript&colon;.md"
HOSTILE_TEXT = (
    "# Terms of {{5}} ${alert(5)} & Co\n\n<script>alert(1)</script>\n\n"
    "1. <img src=x onerror=alert(2)>\n\n"
    "3. [link](javascript:alert(3)) ${alert(4)} {{5}}\n"
)


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk of this module, whose agreements change."""
    with living_desk(tmp_path_factory.mktemp("living")) as desk:
        yield desk


@pytest.fixture(scope="module")
def desk_url(living: Desk) -> Iterator[str]:
    with serving(living) as url:
        yield url


@pytest.fixture(scope="module")
def signed_in(living: Desk) -> Iterator[SignedIn]:
    with clients_of(living) as give:
        yield give


@pytest.fixture
def desk(living: Desk) -> Iterator[Desk]:
    """Return the desk; after the test its agreements are what they were."""
    yield living
    restore(living)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    path = tmp_path / "xunzhong.txt"
    path.write_text(NEWER, "utf-8")
    return path


def words_of(desk: Desk) -> str:
    index = desk.service.bot.index
    return index.corpus.clauses[index.position(CHANGED_CLAUSE)].text


def expect_no_sideways_scroll(page: Page) -> None:
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


def test_uploads_reviews_publishes_and_goes_back_by_mouse(
    open_desk: OpenDesk, keep: Keep, desk: Desk, newer: Path, signed_in: SignedIn
) -> None:
    save_reply(signed_in("ben"))
    page = open_desk("/desk/corpus", "anna", locale="zh-CN")
    keep(page, "desk-corpus-list-zh")
    page.get_by_label("协议文件").set_input_files(newer)
    expect(page.get_by_label("这是")).to_have_value("xunzhong")
    page.get_by_role("button", name="上传并审阅").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("讯众云通信平台服务条款")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".summary")).to_have_text(
        "条款：1 条修改，0 条新增，0 条删除，0 条移位，48 条不变。"
    )
    expect(page.get_by_text("（9） 紧接在第 5 号之后")).to_be_visible()
    expect(page.locator(".compared del")).to_have_text("7日")
    expect(page.locator(".compared ins")).to_have_text("三十天")
    expect(page.get_by_role("link", name="终止之日起7日后")).to_have_attribute(
        "href", "/desk/replies?id=kept-after-the-end"
    )
    keep(page, "desk-corpus-review-zh")
    page.reload()  # what was uploaded is still there
    page.get_by_role("button", name="发布").first.click()
    dialog = page.get_by_role("dialog", name="发布《讯众云通信平台服务条款》？")
    expect(dialog).to_contain_text("转为待复核的回复：1 条")
    dialog.get_by_role("button", name="取消").click()
    assert "7日后" in words_of(desk)
    page.get_by_role("button", name="发布").last.click()
    dialog.get_by_role("button", name="发布").click()
    expect(page.get_by_text("《讯众云通信平台服务条款》已发布，现在据此回答。")).to_be_focused()
    assert "三十天后" in words_of(desk)
    reply = desk.replies.get("kept-after-the-end")
    assert (reply.state, reply.changes[0].clause_id) == ("pending", CHANGED_CLAUSE)
    keep(page, "desk-corpus-published-zh")
    page.get_by_role("button", name="退回一步").click()
    expect(page.get_by_role("dialog")).to_contain_text("自动恢复批准的回复：1 条")
    keep(page, "desk-corpus-back-zh")
    page.get_by_role("dialog").get_by_role("button", name="退回一步").click()
    expect(page.get_by_text("现在按之前的文字回答")).to_be_focused()
    expect(page.get_by_role("button", name="退回一步")).to_have_count(0)
    assert "7日后" in words_of(desk)


def reach(page: Page, name: str) -> None:
    """Go on by Tab until what has that name is focused."""
    focused = "() => document.activeElement.textContent || document.activeElement.id"
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in page.evaluate(focused):
            return
    raise AssertionError(f"Tab does not come to {name}")


def test_uploads_publishes_and_goes_back_by_keyboard_alone(
    open_desk: OpenDesk, keep: Keep, desk: Desk, newer: Path
) -> None:
    page = open_desk("/desk/corpus", "anna")
    page.on("filechooser", lambda _: None)  # whoever listens early meets no window of the system
    reach(page, "file")
    expect(page.get_by_label("File of the agreement")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(newer)
    reach(page, "More about it")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Terms as of winter")
    reach(page, "Upload and review")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    reach(page, "Publish")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is published, and answered from now.")).to_be_focused()
    assert desk.service.bot.index.agreement("xunzhong").title == "Terms as of winter"
    reach(page, "One step back")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is taken back")).to_be_focused()
    assert "7日后" in words_of(desk)


def test_a_dropped_file_is_taken(open_desk: OpenDesk, desk: Desk) -> None:
    page = open_desk("/desk/corpus", "anna")
    data = page.evaluate_handle(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "sunrise.md"));
          return data;
        }""",
        BRIEF,
    )
    page.dispatch_event(".drop", "dragover", {"dataTransfer": data})
    expect(page.locator(".drop.over")).to_be_visible()
    page.dispatch_event(".drop", "drop", {"dataTransfer": data})
    expect(page.locator(".drop.over")).to_have_count(0)
    page.get_by_role("button", name="Upload and review").click()
    expect(page.locator(".summary")).to_have_text("A new agreement; clauses: 2.")
    assert [upload.name for upload in desk.library.uploads()] == ["sunrise.md"]


def test_a_discarded_upload_leaves_the_list(open_desk: OpenDesk, desk: Desk) -> None:
    page = open_desk("/desk/corpus", "anna")
    page.get_by_label("File of the agreement").set_input_files(
        {"name": "sunrise.md", "mimeType": "text/markdown", "buffer": BRIEF.encode()}
    )
    page.get_by_role("button", name="Upload and review").click()
    page.get_by_role("link", name="All agreements").click()
    page.get_by_role("link", name="sunrise.md").click()
    page.get_by_role("button", name="Discard").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(page.get_by_text("The upload sunrise.md is discarded.")).to_be_focused()
    expect(page.get_by_role("link", name="sunrise.md")).to_have_count(0)
    assert desk.library.uploads() == []


def test_renames_merges_and_removes_an_agreement(
    open_desk: OpenDesk, keep: Keep, desk: Desk
) -> None:
    page = open_desk("/desk/corpus", "anna")
    page.get_by_role("link", name="Dahan Cloud").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dahan Cloud")
    page.get_by_label("English title").fill("Sunset Terms")
    page.get_by_label("It is a former edition of").select_option("xunzhong")
    expect_accessible(page, "an agreement")
    expect_no_sideways_scroll(page)
    keep(page, "desk-corpus-agreement")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is changed.")).to_be_focused()
    expect(page.get_by_role("row", name="Sunset Terms")).to_contain_text("former edition of Xun")
    assert desk.service.bot.index.agreement("dahan").edition_of == "xunzhong"
    page.get_by_role("link", name="Sunset Terms").click()
    expect(page.get_by_label("It is a former edition of")).to_have_value("xunzhong")
    expect(page.get_by_text("It is taken for a former edition")).to_be_visible()
    page.get_by_role("link", name="All agreements").click()
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="One step back").click()
    dialog.get_by_role("button", name="One step back").click()
    page.get_by_role("link", name="Dahan Cloud").click()
    page.get_by_role("button", name="Remove").click()
    expect(dialog).to_contain_text("Replies that turn pending: 0")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Remove")).to_be_focused()
    page.get_by_role("button", name="Remove").click()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("is removed.")).to_be_focused()
    assert [one.id for one in desk.service.bot.index.corpus.agreements] == ["xunzhong"]
    told = page.get_by_role("list", name="History").get_by_role("listitem")
    expect(told.first).to_contain_text("removed · by anna")
    expect(told.nth(1)).to_contain_text("taken back: names or editions changed")
    page.get_by_role("button", name="One step back").click()
    expect(dialog).to_contain_text("comes back with the words")
    dialog.get_by_role("button", name="One step back").click()
    expect(page.get_by_role("link", name="Dahan Cloud")).to_be_visible()
    expect(told.first).to_contain_text("taken back: removed")


def test_an_agreement_that_is_gone_says_so(open_desk: OpenDesk, desk: Desk) -> None:
    page = open_desk("/desk/corpus?agreement=none", "anna", locale="zh-CN", expected="404")
    expect(page.get_by_role("alert")).to_contain_text("没有这份协议")
    page.get_by_role("link", name="全部协议").click()
    expect(page.get_by_role("link", name="讯众云通信平台服务条款")).to_be_visible()


def test_what_was_chosen_and_stated_stays_after_an_error(
    open_desk: OpenDesk, keep: Keep, desk: Desk
) -> None:
    page = open_desk("/desk/corpus", "anna", locale="zh-CN", width=PHONE, expected="422")
    file = page.get_by_label("协议文件")
    file.set_input_files({"name": "空.txt", "mimeType": "text/plain", "buffer": b"\x00\x01"})
    page.get_by_text("补充信息").click()
    page.get_by_label("英文标题").fill("Empty terms")
    page.get_by_role("button", name="上传并审阅").click()
    expect(page.get_by_role("alert")).to_contain_text("空.txt 第 1 行含有二进制数据")
    expect(page.get_by_role("button", name="上传并审阅")).to_be_enabled()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_label("英文标题")).to_have_value("Empty terms")
    assert file.evaluate("(input) => input.files[0].name") == "空.txt"
    expect_no_sideways_scroll(page)
    expect_accessible(page, "refused")
    assert desk.library.uploads() == []


def test_a_review_that_is_out_of_date_says_so(
    open_desk: OpenDesk, desk: Desk, newer: Path, signed_in: SignedIn
) -> None:
    page = open_desk("/desk/corpus", "anna", expected="409")
    page.get_by_label("File of the agreement").set_input_files(newer)
    page.get_by_role("button", name="Upload and review").click()
    expect(page.locator(".summary")).to_be_visible()
    anna = signed_in("anna")
    assert publish(anna, send(anna, "sunrise.md", BRIEF).json()).status_code == 200
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert")).to_contain_text("have changed since you looked")
    assert "7日后" in words_of(desk)


def test_no_name_and_no_content_does_anything(open_desk: OpenDesk, keep: Keep, desk: Desk) -> None:
    page = open_desk("/desk/corpus", "anna", width=PHONE, dark=True)
    page.get_by_label("File of the agreement").set_input_files(
        {"name": HOSTILE, "mimeType": "text/plain", "buffer": HOSTILE_TEXT.encode()}
    )
    page.get_by_role("button", name="Upload and review").click()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("{{5}} ${alert(5)} & Co")
    expect(page.locator(".outline")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator(".outline")).to_contain_text("<img src=x onerror=alert(2)>")
    assert page.locator("main img, main script").count() == 0
    expect_no_sideways_scroll(page)
    keep(page, "desk-corpus-hostile-phone")
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is published")).to_be_focused()
    page.goto("/desk/corpus")
    expect(page.get_by_role("row", name=re.compile("alert"))).to_be_visible()
    expect_no_sideways_scroll(page)


def test_a_long_list_is_folded(open_desk: OpenDesk, desk: Desk, signed_in: SignedIn) -> None:
    many = "".join(f"\n第{n}条 新的第{n}条规定，内容为{n}。\n" for n in range(1, 61))
    sent = send(signed_in("anna"), "xunzhong.txt", "# 讯众云通信平台服务条款\n" + many).json()
    page = open_desk(f"/desk/corpus?upload={sent['upload']['upload_id']}", "anna")
    added = page.locator("details", has_text="New clauses: ")
    expect(added).not_to_have_attribute("open", "")
    added.locator("summary").first.click()
    expect(added.locator(".rows > li")).to_have_count(20)
    added.get_by_role("button", name="Show").click()
    expect(added.locator(".rows > li").nth(20)).to_be_focused()
    expect(added.get_by_role("button", name="Show")).to_have_count(0)


def test_an_upload_that_is_gone_says_so(open_desk: OpenDesk, desk: Desk) -> None:
    page = open_desk("/desk/corpus?upload=0123456789abcdef", "anna", expected="404")
    expect(page.get_by_role("alert")).to_contain_text("There is no such upload")
    page.get_by_role("link", name="All agreements").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Agreements")


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("locale", "width", "dark"), [("en-US", 1280, True), ("zh-CN", PHONE, False)]
)
def test_every_state_is_accessible(
    open_desk: OpenDesk, keep: Keep, signed_in: SignedIn, locale: str, width: int, dark: bool
) -> None:
    sent = send(signed_in("anna"), "xunzhong.txt", NEWER).json()
    page = open_desk("/desk/corpus", "anna", locale=locale, width=width, dark=dark)
    page.locator("form summary").click()
    expect_accessible(page, "list, with an upload that waits")
    expect_no_sideways_scroll(page)
    keep(page, f"desk-corpus-list-{width}-{'dark' if dark else 'light'}")
    page.goto(f"/desk/corpus?upload={sent['upload']['upload_id']}")
    page.locator(".part > summary").last.click()
    expect(page.locator(".outline")).to_be_visible()
    expect_accessible(page, "review")
    expect_no_sideways_scroll(page)
    page.locator(".outline").scroll_into_view_if_needed()
    keep(page, f"desk-corpus-outline-{width}-{'dark' if dark else 'light'}")
    page.locator("main .solid").first.click()
    expect_accessible(page, "asked whether to publish")
