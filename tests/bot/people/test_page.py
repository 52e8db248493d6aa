"""The pages of people, of the audit log and of one's own account, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from pyotp import TOTP

from bot.desk.shell.desk import Desk
from bot.desk.shell.pages import PLACES
from bot.people.identity import Actor, Purpose, Role, Terms, is_name
from bot.people.store.audit_log import Action, AuditEvent
from bot.words.catalogue import read_words
from tests.bot.web.payloads import PAYLOADS
from tests.bot.web.test_accessibility import expect_accessible
from tests.desks import PASSWORD, OpenDesk

BY = Actor("a test")
Keep = Callable[[Page, str], None]


def _person(page: Page, name: str) -> Locator:
    return page.locator("details.person").filter(has=page.get_by_text(name, exact=True))


def _said(page: Page, words: str) -> None:
    expect(page.locator("#said")).to_contain_text(words)


def _does_not_scroll_sideways(page: Page) -> None:
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(too_wide)


def test_an_agent_is_added_signs_in_and_is_disabled(open_desk: OpenDesk, keep: Keep) -> None:
    page = open_desk("/desk/people", "anna", expected="status of 4")
    page.get_by_label("Name", exact=True).fill("fred")
    page.get_by_label("First password").fill("password1234")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("among the first that are tried")
    expect(page.get_by_label("Name", exact=True)).to_have_value("fred")  # nothing is lost
    page.get_by_label("First password").fill(PASSWORD)
    page.get_by_role("button", name="Add", exact=True).click()
    _said(page, "fred is added.")
    theirs = open_desk("/desk/account", "fred")
    expect(theirs.get_by_text("You draft and approve replies")).to_be_visible()
    fred = _person(page, "fred")
    fred.locator("summary").click()
    expect(fred.get_by_role("button", name="End")).to_be_visible()
    keep(page, "desk-people-en")
    fred.get_by_role("button", name="Make an admin").click()
    page.get_by_role("dialog").get_by_role("button", name="Make an admin").click()
    expect(fred.locator("summary")).to_contain_text("admin")
    expect(fred.get_by_role("button", name="Make an agent")).to_be_focused()
    theirs.reload()
    theirs.get_by_role("link", name="Trail").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Trail")
    fred.get_by_role("button", name="Disable").click()
    keep(page, "desk-people-sure-en")
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(fred.locator("summary")).to_contain_text("disabled")
    expect(fred.get_by_text("Nobody is signed in.")).to_be_visible()
    theirs.get_by_label("What was done").select_option("role_changed")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Sign in")
    theirs.get_by_label("Name").fill("fred")
    theirs.get_by_label("Password").fill(PASSWORD)
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("alert")).to_contain_text("name or the password is wrong")
    fred.get_by_role("button", name="Enable").click()
    expect(fred.locator("summary")).not_to_contain_text("disabled")
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Trail")


def test_the_last_admin_stays_and_says_so(open_desk: OpenDesk, desk: Desk) -> None:
    for person in desk.people.accounts.of(None):
        if person.role is Role.ADMIN and person.name != "anna":
            desk.people.accounts.change(person.person_id, BY, is_disabled=True)
    page = open_desk("/desk/people", "anna", locale="zh-CN", expected="422")
    anna = _person(page, "anna")
    anna.locator("summary").click()
    anna.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(anna.get_by_role("alert")).to_contain_text("最后一位管理员")
    assert not desk.people.accounts.find("anna").is_disabled


def test_a_password_is_set_and_a_session_ended_by_keyboard(open_desk: OpenDesk, desk: Desk) -> None:
    desk.people.accounts.add("gerd", Role.AGENT, PASSWORD, BY)
    theirs = open_desk("/desk/account", "gerd", expected="401")
    page = open_desk("/desk/people", "anna")
    gerd = _person(page, "gerd")
    gerd.locator("summary").focus()
    page.keyboard.press("Enter")
    end = gerd.get_by_role("button", name="End")
    expect(end).to_be_visible()
    for _ in range(12):  # audit log, role, disable, password, set, then the session
        page.keyboard.press("Tab")
        if end.evaluate("button => button === document.activeElement"):
            break
    expect(end).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")  # not yet
    expect(dialog).to_have_count(0)
    expect(end).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="End")).to_be_focused()
    page.keyboard.press("Enter")
    _said(page, "The session is ended.")
    expect(gerd.get_by_role("heading", name="Open sessions")).to_be_focused()
    theirs.reload()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Sign in")
    gerd.get_by_label("New password").focus()
    page.keyboard.type("nine slow boats at noon")
    page.keyboard.press("Enter")
    _said(page, "gerd has another password")
    theirs.get_by_label("Name").fill("gerd")
    theirs.get_by_label("Password").fill("nine slow boats at noon")
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("My account")


def test_a_key_is_made_copied_used_and_revoked(open_desk: OpenDesk, desk: Desk, keep: Keep) -> None:
    page = open_desk("/desk/account", "ben", expected="401")
    page.get_by_label("Name of the key").fill("night report")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name='The new key "night report"')).to_be_focused()
    keep(page, "desk-account-key-en")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy the key")).to_be_focused()
    page.keyboard.press("Enter")
    _said(page, "Copied.")
    key = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"cb_agent_[\w-]{43}", key)
    given = {"authorization": f"Bearer {key}"}
    stranger = open_desk("/desk/sign-in", "").request
    assert stranger.get("/api/desk/replies", headers=given).status == 200
    page.get_by_role("button", name="I have stored it").click()
    expect(page.get_by_label("Name of the key")).to_be_focused()
    assert key not in page.content()
    page.reload()
    entry = page.locator(".entry").filter(has_text="night report")
    expect(entry).to_contain_text("Last used")
    assert key not in page.content()
    entry.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    _said(page, "The key is revoked.")
    expect(page.get_by_text("Revoked keys (1)")).to_be_visible()
    assert stranger.get("/api/desk/replies", headers=given).status == 401
    audit_log = open_desk("/desk/trail?action=key_revoked", "anna")
    row = audit_log.get_by_role("row").filter(has_text="night report")
    expect(row).to_contain_text("ben")
    expect(row).to_contain_text("Revoked a key")
    expect(row).to_contain_text("127.0.0.1")
    assert (
        desk.people.audit_log.entries(action=Action.KEY_REVOKED, most=1)[0].detail == "night report"
    )


def test_every_session_is_ended_together_and_keys_with_a_password(
    open_desk: OpenDesk, desk: Desk, keep: Keep
) -> None:
    person = desk.people.accounts.add("jule", Role.AGENT, PASSWORD, BY)
    desk.people.keys.make("night run", Purpose.AGENT, BY, person_id=person.person_id)
    theirs = [open_desk("/desk/account", "jule", expected="401") for _ in range(2)]
    page = open_desk("/desk/people", "anna")
    jule, entry = _person(page, "jule"), page.locator(".entry").filter(has_text="night run")
    jule.locator("summary").click()
    jule.get_by_role("button", name="End all sessions").click()
    expect(page.get_by_role("dialog")).to_contain_text("Their keys go on working")
    page.get_by_role("dialog").get_by_role("button", name="End all sessions").click()
    _said(page, "Every session of jule is ended.")
    expect(jule.get_by_text("Nobody is signed in.")).to_be_visible()
    expect(jule.get_by_role("button", name="End all sessions")).to_be_hidden()
    for elsewhere in theirs:
        elsewhere.reload()
        expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")
    jule.get_by_role("button", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(entry).to_contain_text("its owner is disabled: it opens nothing")
    jule.get_by_role("button", name="Enable").click()
    expect(entry).not_to_contain_text("disabled")
    expect(jule.get_by_text("keys go on working")).to_be_visible()
    keep(page, "desk-people-password-en")
    jule.get_by_label("New password").fill("nine slow boats at noon")
    jule.get_by_label("Revoke every key too").check()
    jule.get_by_role("button", name="Set the password").click()
    _said(page, "jule has another password")
    expect(page.get_by_text("Revoked keys (")).to_be_visible()
    assert [key.revoked_at is None for key in desk.people.keys.of(person.person_id)] == [False]


def test_a_widgets_key_is_made_with_its_sites(open_desk: OpenDesk, keep: Keep) -> None:
    page = open_desk("/desk/people", "anna", locale="zh-CN", expected="status of 4")
    page.get_by_label("密钥名称").fill("帮助中心")
    page.get_by_label("允许的网站").fill("https://help.example.com/zh")
    page.get_by_label("每分钟请求数（每位访客）").fill("3")
    page.get_by_role("button", name="创建密钥").click()
    expect(page.get_by_role("alert")).to_contain_text("不带路径")
    page.get_by_label("允许的网站").fill("https://shop.example\nhttps://www.shop.example")
    page.get_by_role("button", name="创建密钥").click()
    expect(page.get_by_role("heading", name="新密钥“帮助中心”")).to_be_focused()
    keep(page, "desk-people-key-zh")
    key = page.get_by_label("密钥", exact=True).input_value()
    given = {"x-clausebot-key": key, "origin": "https://shop.example"}
    asked = open_desk("/desk/sign-in", "").request.get("/api/agreements", headers=given)
    assert asked.status == 200
    assert asked.headers["access-control-allow-origin"] == "https://shop.example"
    entry = page.locator(".entry").filter(has_text="帮助中心")
    expect(entry).to_contain_text("https://www.shop.example")
    expect(entry).to_contain_text("每分钟 600 次，每位访客 3 次")
    page.get_by_label("用途").select_option("program")
    expect(page.get_by_label("允许的网站")).to_be_hidden()
    page.get_by_label("密钥名称").fill("夜间报表")
    page.get_by_role("button", name="创建密钥").click()
    expect(page.get_by_role("heading", name="新密钥“夜间报表”")).to_be_focused()


def test_a_second_factor_is_set_up_by_keyboard_and_opens_the_door(
    open_desk: OpenDesk, desk: Desk, keep: Keep
) -> None:
    desk.people.accounts.add("kurt", Role.AGENT, PASSWORD, BY)
    page = open_desk("/desk/account", "kurt", locale="zh-CN", expected="401")
    page.get_by_role("button", name="开始设置").press("Enter")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="验证器应用的二维码")).to_be_visible()
    secret = page.get_by_label("或输入这个密钥").input_value()
    keep(page, "desk-second-factor-zh")
    page.get_by_label("应用显示的六位数字").fill(TOTP(secret).now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="恢复码")).to_be_focused()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("button", name="我已保存").click()
    expect(page.get_by_text("剩余恢复码 10")).to_be_visible()
    assert secret not in page.content()
    assert codes[0] not in page.content()
    page.context.clear_cookies()
    page.goto("/desk/sign-in")
    page.get_by_label("用户名").fill("kurt")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("一个恢复码")).to_be_focused()
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("sign-in"))


def test_ones_own_password_is_changed_and_other_sessions_end(
    open_desk: OpenDesk, desk: Desk, keep: Keep
) -> None:
    desk.people.accounts.add("hanna", Role.AGENT, PASSWORD, BY)
    elsewhere = open_desk("/desk/account", "hanna", expected="401")
    page = open_desk("/desk/account", "hanna", expected="422")
    expect(page.get_by_role("button", name="End")).to_have_count(2)
    keep(page, "desk-account-en")
    page.get_by_label("Present password").fill("not this one")
    page.get_by_label("New password").fill("nine slow boats at noon")
    page.get_by_label("The new one again").fill("nine slow boats at moon")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not typed alike")
    page.keyboard.type("nine slow boats at noon")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("present password is wrong")
    page.get_by_label("Present password").fill(PASSWORD)
    page.keyboard.press("Enter")
    _said(page, "The password is changed")
    expect(page.get_by_role("button", name="End")).to_have_count(1)
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    page.get_by_role("button", name="End").click()
    expect(page.get_by_role("dialog")).to_contain_text("sign in again")
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_trail_is_sifted_and_read_on(open_desk: OpenDesk, desk: Desk, keep: Keep) -> None:
    person = desk.people.accounts.add("ida", Role.AGENT, PASSWORD, BY)
    for number in range(60):
        role = (Role.ADMIN, Role.AGENT)[number % 2]
        desk.people.accounts.change(person.person_id, Actor("ben", "p", "192.0.2.1"), role=role)
    page = open_desk("/desk/people", "anna", locale="zh-CN")
    ida = _person(page, "ida")
    ida.locator("summary").click()
    ida.get_by_role("link", name="查看操作记录").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text("更改了角色")
    expect(rows.first).to_contain_text("ida → 客服")
    keep(page, "desk-trail-zh")
    page.get_by_role("button", name="更早的记录").click()
    expect(rows).to_have_count(61)
    expect(rows.nth(50)).to_be_focused()
    expect(rows.last).to_contain_text("添加了人员")
    expect(page.get_by_role("button", name="更早的记录")).to_be_hidden()
    page.get_by_label("操作", exact=True).select_option("key_added")
    expect(page.get_by_text("没有符合的记录")).to_be_visible()
    page.reload()
    expect(page.get_by_label("操作", exact=True)).to_have_value("key_added")
    page.get_by_label("由谁或对谁").select_option("")
    page.get_by_label("操作", exact=True).select_option("role_changed")
    expect(rows).to_have_count(50)


def test_whoever_sets_the_desk_up_is_told_how_to_make_the_first_admin(open_desk: OpenDesk) -> None:
    page = open_desk("/desk/sign-in", "", locale="zh-CN")
    page.get_by_text("第一次使用？").click()
    expect(page.get_by_text("python -m bot.people add NAME --role admin")).to_be_visible()


def test_an_agent_is_told_that_these_are_for_admins(open_desk: OpenDesk) -> None:
    for path in ("/desk/people", "/desk/trail"):
        page = open_desk(path, "ben", expected="403")
        expect(page.get_by_role("alert")).to_contain_text("Ask an admin")
        expect(page.get_by_role("navigation").get_by_role("link", name="Trail")).to_have_count(0)


def test_names_are_shown_as_they_are(open_desk: OpenDesk, desk: Desk) -> None:
    names = [payload for payload in PAYLOADS if is_name(payload)][:40]
    assert len(names) > 20
    for name in names:
        desk.people.keys.make(name, Purpose.WIDGET, BY, terms=Terms(("https://shop.example",)))
        desk.people.audit_log.add(Actor(name), AuditEvent(Action.REPLY_CHANGED, name, name))
    person = desk.people.accounts.add(names[0], Role.AGENT, PASSWORD, BY)
    page = open_desk("/desk/people", "anna")
    _person(page, person.name).locator("summary").click()
    expect(page.get_by_text(names[20], exact=True).first).to_be_attached()
    audit_log = open_desk("/desk/trail", "anna")
    expect(audit_log.get_by_text(names[-1], exact=True).first).to_be_attached()
    for shown in (page, audit_log):
        assert shown.evaluate("window.__pwned") is None
        assert shown.locator(".pwned").count() == 0
    desk.people.accounts.change(person.person_id, BY, is_disabled=True)
    for key in desk.people.keys.of(None):
        if key.name in names:
            desk.people.keys.revoke(key.key_id, BY, owner=None)


@pytest.mark.parametrize(
    ("locale", "width", "dark"),
    [("zh-CN", 390, False), ("en-US", 1280, True)],
)
def test_every_page_is_accessible_and_fits(
    open_desk: OpenDesk, keep: Keep, locale: str, width: int, dark: bool
) -> None:
    state = f"{locale[:2]}-{width}{'-dark' if dark else ''}"
    for path in ("people", "trail", "account"):
        page = open_desk(f"/desk/{path}", "anna", locale=locale, width=width, dark=dark)
        if path == "people":
            _person(page, "ben").locator("summary").click()
            expect(_person(page, "ben").locator(".busy")).to_have_count(0)
        if path == "account":
            page.locator("#key-name").fill("report")
            page.keyboard.press("Enter")
            expect(page.locator("#secret-title")).to_be_focused()
        keep(page, f"desk-{path}-{state}")
        expect_accessible(page, f"{path} {state}")
        _does_not_scroll_sideways(page)


def test_every_action_has_its_words() -> None:
    script = (PLACES[-1] / "trail.js").read_text("utf-8")
    for action in Action:
        assert f'"{action}"' in script  # it can be chosen
        for language in ("zh", "en"):
            assert f"trail_did_{action}" in read_words(language, "desk_")
