"""Signing in and out: by mouse and keyboard, the cookie, refusals, waiting."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from bot.desk.shell.desk import Desk
from bot.desk.shell.pages import PAGES
from bot.people.identity import Actor
from bot.web.site import create_site
from tests.desks import PASSWORD, OpenDesk, SignedIn
from tests.servers import HELP_KEY, HELP_ORIGIN, SITES


@pytest.fixture
def fresh(desk: Desk) -> TestClient:
    """Return a client from an address of its own, so that its failures slow nobody else down."""
    site = create_site(desk.service, SITES, desk)
    return TestClient(site, raise_server_exceptions=False, client=("192.0.2.77", 5000))


def test_a_session_begins_and_ends(fresh: TestClient) -> None:
    begun = fresh.post("/api/desk/session", json={"name": "Cleo", "password": PASSWORD})
    assert begun.status_code == 201
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    me = fresh.get("/api/desk/session").json()
    assert (me["name"], me["role"]) == ("cleo", "agent")
    token = "; ".join(f"{name}={value}" for name, value in fresh.cookies.items())
    assert fresh.delete("/api/desk/session").status_code == 204
    assert "clausebot" not in dict(fresh.cookies)
    assert fresh.get("/api/desk/session", headers={"cookie": token}).status_code == 401


def test_over_https_the_cookie_is_bound_to_this_host(desk: Desk) -> None:
    site = create_site(desk.service, SITES, desk)
    client = TestClient(site, base_url="https://desk.example.com")
    body = {"name": "cleo", "password": PASSWORD}
    cookie = client.post("/api/desk/session", json=body).headers["set-cookie"]
    assert cookie.startswith("__Host-clausebot=")
    assert "Secure" in cookie
    assert client.get("/api/desk/session").status_code == 200


def test_failures_say_the_same_and_then_to_wait(fresh: TestClient) -> None:
    tries = [
        fresh.post("/api/desk/session", json={"name": name, "password": "wrong"})
        for name in ("cleo", "nobody of this name")
    ]
    assert [answer.status_code for answer in tries] == [401, 401]
    assert tries[0].json() == tries[1].json()
    for _ in range(6):
        last = fresh.post("/api/desk/session", json={"name": "nobody else", "password": "wrong"})
    assert last.status_code == 429
    assert last.json()["code"] == "wait"
    assert int(last.headers["retry-after"]) >= 1


def test_another_sites_page_signs_nobody_in(desk: Desk, signed_in: SignedIn) -> None:
    headers = {"origin": HELP_ORIGIN, "x-clausebot-key": HELP_KEY}
    client = TestClient(create_site(desk.service, SITES, desk))
    body = {"name": "cleo", "password": PASSWORD}
    assert client.post("/api/desk/session", json=body, headers=headers).status_code == 403
    assert signed_in("cleo").delete("/api/desk/session", headers=headers).status_code == 403
    assert signed_in("cleo").get("/api/desk/session").status_code == 200


def test_what_the_desk_says_is_kept_by_no_cache(signed_in: SignedIn) -> None:
    answer = signed_in("ben").get("/api/desk/session")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_no_more_than_its_frame_to_nobody(signed_in: SignedIn, name: str) -> None:
    answer = signed_in("").get(f"/desk/{name}" if name else "/desk")
    assert answer.status_code == 200
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "anna" not in answer.text


def test_signs_in_by_keyboard_and_goes_where_one_wanted(
    open_desk: OpenDesk, keep: Callable[[Page, str], None]
) -> None:
    page = open_desk("/desk/sign-in?next=/desk/gaps", name="", expected="401")
    keep(page, "desk-sign-in-en")
    page.keyboard.type("ben")
    page.keyboard.press("Tab")
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("name or the password is wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/desk/gaps$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Gaps")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/desk//evil", "/"]
)
def test_goes_nowhere_else_after_signing_in(open_desk: OpenDesk, elsewhere: str) -> None:
    page = open_desk(f"/desk/sign-in?next={elsewhere}", name="")
    page.get_by_label("Name").fill("ben")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ticket")


def test_whoever_is_not_signed_in_is_asked_to(open_desk: OpenDesk) -> None:
    page = open_desk("/desk/replies", name="", locale="zh-CN", expected="401")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_whoever_is_signed_out_while_writing_keeps_the_words(
    open_desk: OpenDesk, desk: Desk
) -> None:
    page = open_desk("/desk", "cleo", expected="401")
    words = "Hello, how long do you keep our data?"
    page.locator("#message").fill(words)
    mine = page.context.request.get("/api/desk/session").json()["session_id"]
    desk.people.sessions.revoke(mine, Actor("a test"), owner=None)
    page.locator("#message").press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("no longer signed in")
    expect(page.get_by_role("link", name="Sign in")).to_have_attribute("target", "_blank")
    expect(page.locator("#message")).to_have_value(words)
    body = {"name": "cleo", "password": PASSWORD}
    assert page.context.request.post("/api/desk/session", data=body).status == 201
    page.locator("#message").press("Control+Enter")
    expect(page.locator("#result-heading")).to_be_focused()
