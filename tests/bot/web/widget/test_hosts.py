"""The widget on pages that make it hard: strict policies, hostile styles, strangers, frames."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.bot.web.widget.conftest import (
    KEY,
    Host,
    OpenVisit,
    ask,
    element,
    page_with,
)
from tests.bot.web.widget.test_journeys import RETENTION

Keep = Callable[[Page, str], None]
HOSTILE = """
* { all: unset !important; display: block !important; color: red !important;
    background: lime !important; font: 700 60px/3 fantasy !important; float: right !important;
    letter-spacing: 1em !important; text-transform: uppercase !important; opacity: .2;
    pointer-events: none; visibility: hidden; }
html { font-size: 60px; writing-mode: vertical-rl; direction: rtl; }
button, dialog, form, textarea, article, h2, p, a { display: none !important; }
.panel, .card, .launcher, .quote, .head { display: none !important; position: static !important; }
clause-bot { display: none !important; position: relative !important; zoom: 3; }
"""
PROPERTIES = (
    "display", "position", "color", "backgroundColor", "fontSize", "fontFamily", "fontWeight",
    "lineHeight", "letterSpacing", "textTransform", "direction", "writingMode", "visibility",
    "pointerEvents", "cssFloat", "textAlign", "opacity",
)  # fmt: skip
REFUSED = re.compile("^chrome-error:")  # what Chromium shows in a frame that it may not fill
PARTS = (".launcher", ".panel", ".heading", ".question", ".label", ".quote", ".open", "#question")


def styles(widget: Locator) -> dict[str, list[str]]:
    """Return how each part of an open widget with an answer is computed to look."""
    return {
        part: widget.locator(part).first.evaluate(
            """(element, names) => {
                const style = getComputedStyle(element);
                const { width, height } = element.getBoundingClientRect();
                return [...names.map((name) => style[name]), width, height];
            }""",
            list(PROPERTIES),
        )
        for part in PARTS
    }


def test_a_strict_policy_needs_two_lines(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    policy = (
        f"default-src 'none'; script-src {widget_url}; connect-src {widget_url}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    )
    seen = visit(host.show(page_with(widget_url, element()), policy))
    widget = seen.open()
    ask(widget, RETENTION["en"])
    expect(widget.locator(".card .label").first).to_have_text("5（3）")
    expect(widget.locator(".launcher")).to_have_css("position", "fixed")  # styles came along
    widget.locator(".unhelpful").click()
    expect(widget.locator(".form")).to_be_visible()
    keep(seen.page, "widget-strict-policy-1280")


def test_hostile_styles_change_nothing(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    looks = []
    for head in ("", f"<style>{HOSTILE}</style>"):
        page = page_with(widget_url, element(agreement="xunzhong"), head=head)
        seen = visit(host.show(page.replace("<html", '<html dir="rtl"') if head else page))
        widget = seen.widget()
        expect(widget.locator(".launcher")).to_be_visible()
        closed = place_of_launcher(widget)
        widget.locator(".launcher").click()
        ask(widget, RETENTION["en"])
        expect(widget.locator(".after")).to_have_count(1)
        looks.append((closed, styles(widget)))
        keep(seen.page, f"widget-{'hostile' if head else 'friendly'}-styles-1280")
    assert looks[0] == looks[1]


def place_of_launcher(widget: Locator) -> tuple[float, ...] | None:
    """Return where the launcher is, and its size."""
    box = widget.locator(".launcher").bounding_box()
    return None if box is None else (box["x"], box["y"], box["width"], box["height"])


def test_variables_dress_it(visit: OpenVisit, host: Host, widget_url: str, keep: Keep) -> None:
    style = (
        "<style>clause-bot { --clause-bot-accent: rgb(11, 107, 82); --clause-bot-radius: 3px;"
        " --clause-bot-width: 500px; --clause-bot-offset: 40px; --clause-bot-marker: #9fe8c8;"
        " --clause-bot-font: Georgia, serif; }</style>"
    )
    seen = visit(host.show(page_with(widget_url, element(), head=style)))
    widget = seen.open()
    ask(widget, RETENTION["en"])
    expect(widget.locator(".after")).to_have_count(1)
    expect(widget.locator(".head")).to_have_css("background-color", "rgb(11, 107, 82)")
    expect(widget.locator(".label").first).to_have_css("color", "rgb(11, 107, 82)")
    expect(widget.locator(".panel")).to_have_css("border-top-left-radius", "3px")
    box = widget.locator(".panel").bounding_box()
    assert box is not None
    assert (box["width"], box["x"] + box["width"]) == (500, 1280 - 40)
    expect(widget.locator(".quote").first).to_have_css("border-left-color", "rgb(159, 232, 200)")
    keep(seen.page, "widget-themed-1280")


@pytest.mark.parametrize("key", ["", "pk_of-somebody-else", KEY])
def test_a_stranger_is_refused_and_told_so(
    visit: OpenVisit, stranger: Host, widget_url: str, keep: Keep, key: str
) -> None:
    seen = visit(stranger.show(page_with(widget_url, element(key=key))), may_fail=True)
    widget = seen.open()
    ask(widget, RETENTION["en"])
    expect(widget.locator(".failure")).to_have_attribute("data-kind", "refused")
    expect(widget.locator(".failure")).to_contain_text(stranger.origin)
    expect(widget.locator(".card")).to_have_count(0)
    expect(widget.get_by_role("button", name="Try again")).to_have_count(0)
    if key == KEY:
        keep(seen.page, "widget-refused-1280")


def test_an_allowed_site_without_its_key_is_refused(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    seen = visit(host.show(page_with(widget_url, element(key=""))), may_fail=True)
    widget = seen.open()
    ask(widget, RETENTION["en"])
    expect(widget.locator(".failure")).to_have_attribute("data-kind", "refused")


def frame(server: str, key: str = KEY) -> str:
    """Return a page without script that shows the frame."""
    return (
        '<!doctype html><html lang="en"><title>Help</title><body><main><h1>Help</h1>'
        f'<iframe src="{server}/widget/frame?agreement=xunzhong&amp;lang=zh&amp;key={key}" '
        'title="Ask" width="420" height="680"></iframe></main></body></html>'
    )


def test_an_allowed_site_shows_the_frame(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    policy = f"default-src 'none'; frame-src {widget_url}"
    seen = visit(host.show(frame(widget_url), policy))
    inside = seen.page.frame_locator("iframe")
    widget = inside.locator("clause-bot")
    expect(widget.locator(".launcher")).to_have_count(0)
    expect(widget.locator(".close")).to_have_count(0)
    ask(widget, RETENTION["zh"])
    expect(widget.locator(".card .label").first).to_have_text("5（3）")
    expect(widget.locator(".scope")).to_have_text("讯众云通信平台服务条款")
    box = widget.locator(".panel").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (420, 680)
    keep(seen.page, "widget-frame-zh-1280")
    with seen.page.expect_popup() as opened:
        widget.locator(".open").first.click()
    assert opened.value.url.startswith(f"{widget_url}/?q=")


@pytest.mark.parametrize("key", ["", "pk_of-somebody-else", KEY])
def test_a_stranger_cannot_show_the_frame(
    visit: OpenVisit, stranger: Host, widget_url: str, keep: Keep, key: str
) -> None:
    seen = visit(stranger.show(frame(widget_url, key)), may_fail=True)
    inside = seen.page.frames[-1]
    inside.wait_for_url(REFUSED)
    assert inside.locator("clause-bot").count() == 0
    assert any("frame-ancestors" in fault for fault in seen.faults)
    if key == KEY:
        keep(seen.page, "widget-frame-refused-1280")


def test_an_allowed_site_cannot_show_the_frame_of_an_unknown_key(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    seen = visit(host.show(frame(widget_url, "pk_of-somebody-else")), may_fail=True)
    seen.page.frames[-1].wait_for_url(REFUSED)


def test_messages_from_the_page_move_nothing(visit: OpenVisit, host: Host, widget_url: str) -> None:
    seen = visit(host.show(page_with(widget_url, element()) + frame(widget_url)))
    seen.page.evaluate(
        """() => {
            const evil = [{type: "ask", question: "x"}, {__proto__: {open: true}}, "open", null,
                          "x".repeat(1e6), {type: "open", key: "pk_x"}];
            for (const message of evil) {
                postMessage(message, "*");
                frames[0].postMessage(message, "*");
            }
        }"""
    )
    inside = seen.page.frame_locator("iframe").locator("clause-bot")
    expect(inside.locator(".greeting")).to_be_visible()
    expect(seen.widget().locator(".panel")).to_be_hidden()
    assert not [url for url in seen.requests if "/api/" in url]
