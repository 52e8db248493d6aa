"""The script, the frame, the documentation and the demo: over HTTP, and looked at."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

import bot.web.widget.widget_routes
from bot.answering.answer import Reason
from bot.web.sites import read_sites
from bot.web.widget.widget_routes import SCRIPT
from bot.words.catalogue import say
from tests.bot.web.widget.conftest import KEY, Host, OpenVisit, ask, element, page_with
from tests.bot.web.widget.test_journeys import LOCALE, RETENTION
from tests.servers import SILENT

Keep = Callable[[Page, str], None]
LIMIT = 15_000  # bytes of the script, compressed
FOLDER = Path(bot.web.widget.widget_routes.__file__).parent


def judge(page: Page) -> list[str]:
    """Return what axe finds serious or critical, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {[node['target'] for node in violation['nodes']]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
    ]


def test_the_script_is_small_and_public(widget_url: str) -> None:
    response = httpx.get(f"{widget_url}/widget.js", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) <= LIMIT
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert len(gzip.compress(response.content, 9)) <= LIMIT
    plain = httpx.get(f"{widget_url}/widget.js", headers={"accept-encoding": "identity"})
    assert plain.content == response.content
    etag = response.headers["etag"]
    again = httpx.get(f"{widget_url}/widget.js", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_script_has_no_way_to_make_markup_of_text() -> None:
    script = (FOLDER / "widget.js").read_text("utf-8")
    ways = r"innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser|srcdoc|eval\(|Function\("
    assert not re.findall(ways, script)


def test_the_script_is_the_file_with_the_words_of_the_catalogue() -> None:
    words, _ = json.JSONDecoder().raw_decode(SCRIPT.decode().partition("const WORDS = ")[2])
    assert set(words) == {"zh", "en"}
    for language in words:
        assert words[language]["hero"] == say("hero", language)
        assert all(
            f"abstained_{reason}" in words[language] for reason in Reason if reason != "invalid"
        )


@pytest.mark.parametrize(
    ("key", "ancestors"),
    [(KEY, "'self' {host}"), ("", "'self'"), ("pk_unknown", "'self'"), ('"><script>', "'self'")],
)
def test_the_frame_names_who_may_show_it(
    widget_url: str, host: Host, key: str, ancestors: str
) -> None:
    query = {"key": key, "lang": "zh", "agreement": '"><script>alert(1)</script>'}
    response = httpx.get(f"{widget_url}/widget/frame", params=query)
    policy = response.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors " + ancestors.format(host=host.origin))
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert response.text.count("<script") == 1
    assert (f'key="{KEY}"' in response.text) == (key == KEY)


@pytest.mark.parametrize("path", ["/widget", "/widget/demo", "/widget/frame"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_speak_the_language_asked_for(widget_url: str, path: str, language: str) -> None:
    asked = httpx.get(widget_url + path, params={"lang": language})
    accepted = httpx.get(widget_url + path, headers={"accept-language": LOCALE[language]})
    assert asked.text == accepted.text
    assert f'<html lang="{language}">' in asked.text
    assert asked.headers["x-content-type-options"] == "nosniff"
    assert "{{" not in asked.text


@pytest.mark.parametrize("path", ["/widget/files/../routes.py", "/widget/files/none.css"])
def test_other_files_are_not_served(widget_url: str, path: str) -> None:
    assert httpx.get(widget_url + path).status_code == 404


def test_the_documentation_says_the_same_in_both_languages() -> None:
    both = [
        (FOLDER / "templates" / f"{name}.{language}.html").read_text("utf-8")
        for name in ("documentation", "demo")
        for language in ("zh", "en")
    ]
    for chinese, english in (both[:2], both[2:]):
        for shape in (r"<(\w+)", r'\b(?:id|name|data-copy)="([^"]*)"'):
            assert re.findall(shape, chinese) == re.findall(shape, english)


def test_the_documentation_names_every_attribute_and_variable() -> None:
    script = (FOLDER / "widget.js").read_text("utf-8")
    page = (FOLDER / "templates" / "documentation.en.html").read_text("utf-8")
    listed = set(re.findall(r"--clause-bot-[a-z-]+", page))
    assert set(re.findall(r"--clause-bot-[a-z-]+", script)) == listed
    read = set(re.findall(r'Attribute\("(\w+)"\)', script)) | {"theme", "position"}
    assert {f"<code>{name}</code></th>" in page for name in read} == {True}


def test_the_site_of_the_documentation_is_one_that_is_read(tmp_path: Path) -> None:
    page = (FOLDER / "templates" / "documentation.en.html").read_text("utf-8")
    example = page.split('<code id="sites">')[1].split("</code>")[0]
    assert tomllib.loads(example)
    path = tmp_path / "sites.toml"
    path.write_text(example, "utf-8")
    site = read_sites(path).find("pk_8c1f5c0de2a94b7f")
    assert site is not None
    assert site.origins == ("https://help.example.com",)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_documentation_shows_and_tells(
    visit: OpenVisit, widget_url: str, keep: Keep, language: str, width: int
) -> None:
    seen = visit(f"{widget_url}/widget?lang={language}", width=width, dark=width < 600)
    snippet = seen.page.locator("#snippet")
    expect(snippet).to_contain_text(f"{widget_url}/widget.js")
    keep(seen.page, f"widget-documentation-{language}-{width}")
    assert judge(seen.page) == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    seen.page.locator("[name=agreement]").select_option("xunzhong")
    seen.page.locator("[name=position]").select_option("left")
    seen.page.locator("[name=accent]").fill("#0b6b52")
    seen.page.locator("[data-copy=snippet]").click()
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert 'agreement="xunzhong"' in copied
    assert 'position="left"' in copied
    assert "--clause-bot-accent: #0b6b52" in copied
    widget = seen.widget()
    ask(widget, RETENTION[language])
    expect(widget.locator(".card .label").first).to_have_text("5（3）")
    expect(widget.locator(".head")).to_have_css("background-color", "rgb(11, 107, 82)")


def test_a_copied_snippet_works_where_it_is_pasted(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    seen = visit(f"{widget_url}/widget?lang=en")
    snippet = seen.page.locator("#snippet").inner_text().replace("pk_…", KEY)
    pasted = f'<!doctype html><html lang="en"><title>Help</title><body>{snippet}</body></html>'
    widget = visit(host.show(pasted)).open()
    ask(widget, "Which court hears a dispute?")
    expect(widget.locator(".card, .abstained").first).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_demo_is_a_help_center_with_the_widget(
    visit: OpenVisit, widget_url: str, keep: Keep, language: str, width: int
) -> None:
    seen = visit(f"{widget_url}/widget/demo?lang={language}", width=width)
    expect(seen.widget().locator(".launcher")).to_be_visible()
    keep(seen.page, f"widget-demo-{language}-{width}")
    assert judge(seen.page) == []
    seen.page.locator("#find").fill("20")
    expect(seen.page.locator("#articles li:visible")).to_have_count(1)
    seen.page.locator("#articles li:visible a").click()
    expect(seen.page.locator("article:visible")).to_have_id("balance")
    seen.page.locator("#find").fill("")
    seen.page.locator("#articles a[href='#terms']").click()
    seen.page.locator("[data-ask]").click()
    widget = seen.widget()
    widget.locator(".examples button").first.click()
    expect(widget.locator(".card .label").first).to_have_text("3.2.2")
    keep(seen.page, f"widget-demo-answer-{language}-{width}")


STATES = ("closed", "open", "answered", "silent", "form", "refused")


def reach(widget: Locator, state: str, language: str) -> None:
    """Bring a widget into a state."""
    if state == "closed":
        return
    widget.locator(".launcher").click()
    if state in {"answered", "form"}:
        question = {"zh": "修改协议会提前通知我吗？", "en": "Can the terms change without notice?"}
        ask(widget, question[language])
        expect(widget.locator(".after")).to_have_count(1)
        if widget.locator("summary").count():
            widget.locator("summary").first.click()
    if state == "silent":
        ask(widget, RETENTION[language] + SILENT)
        expect(widget.locator(".nearest")).to_have_count(1)
    if state == "form":
        widget.locator(".unhelpful").click()
    if state == "refused":
        widget.evaluate("widget => widget.setAttribute('key', 'pk_unknown')")
        ask(widget, RETENTION[language])
        expect(widget.locator(".failure")).to_be_visible()


@pytest.mark.parametrize(("language", "dark"), [("zh", True), ("en", False)])
def test_nothing_serious_stands_in_anyones_way(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep, language: str, dark: bool
) -> None:
    page = page_with(widget_url, element(f'lang="{language}"', agreement="dahan"))
    page = page.replace('<html lang="en"', f'<html lang="{language}"')
    for state in STATES:
        seen = visit(host.show(page), dark=dark, may_fail=state == "refused")
        reach(seen.widget(), state, language)
        assert judge(seen.page) == [], state
        if dark:
            keep(seen.page, f"widget-dark-{state}-{language}-1280")
