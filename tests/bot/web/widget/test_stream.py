"""What the widget makes of streams and errors, from real servers and from one that misbehaves."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import bot.web.api.answers
from bot.answering.answer import Answer
from bot.storage import Database
from bot.web.service import Service
from bot.web.site import create_site
from bot.web.widget.widget_routes import SCRIPT
from tests.bot.web.widget.conftest import (
    HURRIED_KEY,
    Host,
    OpenVisit,
    ask,
    element,
    page_with,
    served,
)
from tests.bot.web.widget.test_journeys import RETENTION
from tests.servers import FAILING, ScriptedBot

Keep = Callable[[Page, str], None]
TITLES = {
    "agreements": [{"id": "acme", "title": "服务条款", "title_en": "Terms", "language": "zh"}]
}
TEXT = "𠮷野家：您应在十五日内付款。逾期的，按日计收违约金。"  # its first sign is two UTF-16 units
CITATION = {
    "clause_id": "acme/1(1)",
    "agreement": "acme",
    "label": "1（1）",
    "path": ["1、 付款"],
    "quote": "您应在十五日内付款。",
    "start": 4,
    "end": 14,
    "text": TEXT,
    "translation": "Pay within fifteen days. Then interest accrues.",
    "quote_translation": "Pay within fifteen days.",
    "confidence": 0.879,
    "lead_in": "您应当：",
}
ANSWER = {
    "question": "?",
    "language": "en",
    "outcome": "answered",
    "reason": None,
    "answer": "Pay within fifteen days.",
    "remarks": [],
    "citations": [CITATION],
    "retrieved": [],
    "related": [],
    "answer_id": "a",
}
BEGIN = ("begin", {"language": "en", "outcome": "answered", "reason": None})


def stream(*events: tuple[str, object], end: str = "\n") -> bytes:
    """Return events as a server sends them, with a heartbeat before each."""
    lines = [
        [": heartbeat", "", f"event: {name}", f"data:{json.dumps(data, ensure_ascii=False)}", ""]
        for name, data in events
    ]
    return "".join(line + end for event in lines for line in event).encode()


WHOLE = (BEGIN, ("citation", CITATION), ("text", {"delta": "Pay"}), ("done", ANSWER))


@dataclass(slots=True)
class Fake:
    """A server that shows the widget and answers with bytes that a test gives it."""

    origin: str = ""
    body: bytes = b""
    media_type: str = "text/event-stream"

    def app(self) -> Starlette:
        """Return what serves it."""

        def answer(_: Request) -> Response:
            return Response(self.body, media_type=self.media_type)

        def page(_: Request) -> Response:
            html = page_with(self.origin, element('lang="en"', key=""))
            return Response(html, media_type="text/html")

        def script(_: Request) -> Response:
            return Response(SCRIPT, media_type="text/javascript")

        def titles(_: Request) -> Response:
            return JSONResponse(TITLES)

        def nothing(_: Request) -> Response:
            return PlainTextResponse("", 204)

        return Starlette(
            routes=[
                Route("/help", page),
                Route("/widget.js", script),
                Route("/api/agreements", titles),
                Route("/api/ask/stream", answer, methods=["POST"]),
                Route("/favicon.ico", nothing),
            ]
        )


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    fake = Fake()
    with served(fake.app()) as port:
        fake.origin = f"http://127.0.0.1:{port}"
        yield fake


def opened(visit: OpenVisit, fake: Fake, body: bytes) -> Locator:
    """Return the widget after it was asked, and answered with these bytes."""
    fake.body, fake.media_type = body, "text/event-stream"
    widget = visit(fake.origin + "/help").open()
    ask(widget, "?")
    return widget


CUT = """(size) => {
    const whole = window.fetch;
    window.fetch = async (...asked) => {
        const response = await whole(...asked);
        if (!response.url.endsWith("/stream")) return response;
        const bytes = new Uint8Array(await response.arrayBuffer());
        const pieces = new ReadableStream({ start(stream) {
            for (let at = 0; at < bytes.length; at += size) {
                stream.enqueue(bytes.slice(at, at + size));
            }
            stream.close();
        } });
        return new Response(pieces, { headers: response.headers });
    };
}"""  # a network cuts where it likes; this cuts everywhere, each time the same


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_a_stream_is_read_however_it_is_cut(
    visit: OpenVisit, fake: Fake, end: str, size: int
) -> None:
    fake.body, fake.media_type = stream(*WHOLE, end=end), "text/event-stream"
    seen = visit(fake.origin + "/help")
    seen.page.evaluate(CUT, size)
    widget = seen.open()
    ask(widget, "?")
    expect(widget.locator(".quote")).to_contain_text("您应在十五日内付款。")
    expect(widget.locator(".rendering").first).to_contain_text("Pay within fifteen days.")
    expect(widget.locator(".after")).to_be_visible()
    expect(widget.locator(".failure")).to_have_count(0)


def test_a_quote_is_marked_by_code_points(visit: OpenVisit, fake: Fake) -> None:
    widget = opened(visit, fake, stream(*WHOLE))
    widget.locator("summary").click()
    expect(widget.locator(".whole")).to_have_text(TEXT)
    expect(widget.locator(".whole mark")).to_have_text("您应在十五日内付款。")


def test_a_quote_that_is_not_at_its_place_is_not_marked(visit: OpenVisit, fake: Fake) -> None:
    moved = {**CITATION, "start": 5, "end": 15}
    widget = opened(visit, fake, stream(BEGIN, ("done", {**ANSWER, "citations": [moved]})))
    widget.locator("summary").click()
    expect(widget.locator(".whole")).to_have_text(TEXT)
    expect(widget.locator("mark")).to_have_count(0)


@pytest.mark.parametrize(
    "body",
    [
        stream(*WHOLE)[:-40],
        stream(*WHOLE[:2]),
        stream(*WHOLE[:2]) + b"event: done\ndata: {oops\n\n",
        stream(*WHOLE[:2]) + b"event: done\ndata: \xe6\x82",
    ],
)
def test_a_stream_that_breaks_off_says_so_and_is_asked_again(
    visit: OpenVisit, fake: Fake, body: bytes, keep: Keep
) -> None:
    widget = opened(visit, fake, body)
    expect(widget.locator(".failure")).to_have_attribute("data-kind", "broken")
    expect(widget.locator(".card")).to_have_count(1)  # what arrived stays
    expect(widget.locator(".after, .busy")).to_have_count(0)
    keep(widget.page, "widget-broken-1280")
    fake.body = stream(*WHOLE)
    widget.get_by_role("button", name="Try again").click()
    expect(widget.locator(".after")).to_have_count(1)
    expect(widget.locator(".failure")).to_have_count(0)
    expect(widget.locator(".card")).to_have_count(1)
    expect(widget.locator(".turn")).to_have_count(1)


@pytest.mark.parametrize("body", [b"", b"<!doctype html><h1>Log in</h1>"])
def test_what_is_no_stream_is_a_failure(visit: OpenVisit, fake: Fake, body: bytes) -> None:
    fake.body, fake.media_type = body, "text/html"
    widget = visit(fake.origin + "/help").open()
    ask(widget, "?")
    expect(widget.locator(".failure")).to_have_attribute("data-kind", "failed")


PAYLOADS = (
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    "<svg onload=window.hit=1>",
    "</p></blockquote><iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "javascript:window.hit=1",
    "[click](javascript:window.hit=1) ![](https://elsewhere.example/x.png)",
    "${window.hit=1} {{constructor.constructor('window.hit=1')()}}",
    "<style>*{display:none}</style><base href='https://elsewhere.example/'>",
    "<a href='https://elsewhere.example' target=_self>x</a><meta http-equiv=refresh content=0>",
    "\u202eevitisop\u202c \x00\x1b[31m \ud7ff\uffff",
)


def test_a_card_says_how_sure_it_is_and_what_leads_into_a_list_item(
    visit: OpenVisit, fake: Fake
) -> None:
    card = opened(visit, fake, stream(*WHOLE)).locator(".card")
    expect(card.locator(".tools > .tag")).to_have_text("87% sure")
    expect(card.locator(".quote")).to_have_text("您应当：您应在十五日内付款。")
    expect(card.locator(".quote .lead-in")).to_have_text("您应当：")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_a_server_sends_is_text(visit: OpenVisit, fake: Fake, payload: str) -> None:
    clause = {
        **CITATION,
        **dict.fromkeys(
            ("label", "text", "quote", "translation", "quote_translation", "lead_in"), payload
        ),
        "clause_id": payload,
        "agreement": payload,
        "path": [payload, payload],
        "start": 0,
        "end": len(payload),
        "kind": "disagrees",
        "note": payload,
    }
    answered = {
        **ANSWER,
        "answer": payload,
        "remarks": [payload],
        "citations": [clause, {**clause, "quote": payload[:3], "end": 3}],
        "related": [clause],
        "answer_id": payload,
    }
    abstained = {
        **ANSWER,
        "outcome": "abstained",
        "reason": "silent",
        "remarks": [payload],
        "citations": [],
        "retrieved": [clause],
    }
    fake.body = stream(BEGIN, ("citation", clause), ("done", answered))
    fake.media_type = "text/event-stream"
    seen = visit(fake.origin + "/help")
    widget = seen.open()
    ask(widget, payload)
    expect(widget.locator(".after")).to_have_count(1)
    shown = widget.locator(".question bdi").evaluate("shown => shown.textContent")
    assert shown == re.sub("[\u202a-\u202e\u2066-\u2069]", "\ufffd", payload)  # seen, not obeyed
    widget.locator(".unhelpful").click()
    fake.body = stream(("begin", {}), ("done", abstained))
    ask(widget, payload)
    expect(widget.locator(".abstained")).to_have_count(1)
    fake.body = stream(("error", {"status": 404, "detail": payload}))
    ask(widget, payload)
    expect(widget.locator(".failure")).to_have_count(1)
    strange = "script, img, iframe, style, base, meta, object, embed, link, [onload], [onerror]"
    assert widget.locator(strange).count() == 0
    links = widget.locator("a").evaluate_all("links => links.map(link => link.origin)")
    assert set(links) == {fake.origin}
    assert seen.page.evaluate("window.hit") is None
    assert not [url for url in seen.requests if not url.startswith(fake.origin)]


def test_a_failure_of_the_server_is_told(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    page = page_with(widget_url, element('lang="zh"'))
    seen = visit(host.show(page), width=390, may_fail=True)
    widget = seen.open()
    ask(widget, RETENTION["zh"] + FAILING)
    expect(widget.locator(".failure")).to_have_attribute("data-kind", "failed")
    expect(widget.locator(".failure")).to_contain_text("请再试一次")
    expect(widget.get_by_role("status")).to_contain_text("请再试一次")
    keep(seen.page, "widget-failed-zh-390")
    ask(widget, RETENTION["zh"])
    expect(widget.locator(".card .label").first).to_have_text("5（3）")


def test_a_failure_inside_the_stream_is_told(
    visit: OpenVisit, host: Host, widget_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        bot.web.api.answers, "HEARTBEAT", 0
    )  # the status is sent before the failure
    widget = visit(host.show(page_with(widget_url, element())), may_fail=True).open()
    ask(widget, RETENTION["en"] + FAILING)
    expect(widget.locator(".failure")).to_have_attribute("data-kind", "failed")


def test_an_unknown_agreement_is_told_with_the_servers_words(
    visit: OpenVisit, host: Host, widget_url: str
) -> None:
    page = page_with(widget_url, element(agreement="acme"))
    widget = visit(host.show(page), may_fail=True).open()
    ask(widget, RETENTION["en"])
    expect(widget.locator(".failure")).to_contain_text("dahan")


def test_a_lost_connection_is_told_and_found_again(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    page = page_with(widget_url, element('lang="zh"'))
    seen = visit(host.show(page), width=390, may_fail=True)
    widget = seen.open()
    expect(widget.locator(".scope")).to_have_text("全部协议")
    seen.page.context.set_offline(True)
    ask(widget, RETENTION["zh"])
    expect(widget.locator(".failure")).to_have_attribute("data-kind", "offline")
    keep(seen.page, "widget-offline-zh-390")
    seen.page.context.set_offline(False)
    widget.get_by_role("button", name="重试").click()
    expect(widget.locator(".card .label").first).to_have_text("5（3）")
    expect(widget.locator("#question")).to_be_focused()


def test_a_server_that_is_gone_is_not_called_a_refusal(
    visit: OpenVisit, host: Host, scripted: ScriptedBot, database: Database
) -> None:
    with served(Starlette(routes=[Route("/widget.js", lambda _: Response(SCRIPT))])) as port:
        address = host.show(page_with(f"http://127.0.0.1:{port}", element()))
        seen = visit(address, may_fail=True)
    widget = seen.open()
    ask(widget, RETENTION["en"])
    expect(widget.locator(".failure")).to_have_attribute("data-kind", "unreachable")


def test_too_many_questions_say_when_to_ask_again(
    visit: OpenVisit, host: Host, widget_url: str, keep: Keep
) -> None:
    seen = visit(host.show(page_with(widget_url, element(key=HURRIED_KEY))), may_fail=True)
    seen.page.clock.install()
    widget = seen.open()
    expect(widget.locator(".scope")).not_to_be_empty()
    for number in (1, 2):
        ask(widget, RETENTION["en"])
        expect(widget.locator(".turn")).to_have_count(number)
        expect(widget.locator(".busy")).to_have_count(0)
    failure = widget.locator(".failure")
    expect(failure).to_have_attribute("data-kind", "limited")
    again = failure.get_by_role("button")
    expect(again).to_be_disabled()
    expect(again).to_contain_text("Try again in")
    keep(seen.page, "widget-limited-1280")
    seen.page.clock.run_for(61_000)
    expect(again).to_be_enabled()
    expect(again).to_have_text("Try again")


class HoldingBot(ScriptedBot):
    """Holds its first question until it is let go."""

    held: threading.Event
    go: threading.Event

    def ask(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        is_asked: bool = False,
    ) -> Answer:
        """Answer one question, when it may."""
        if text.startswith("Hold"):
            self.held.set()
            self.go.wait(timeout=60)
        return super().ask(text, agreement=agreement, history=history, is_asked=is_asked)


def test_a_busy_server_says_when_to_ask_again(
    visit: OpenVisit, scripted: ScriptedBot, database: Database, keep: Keep
) -> None:
    bot = HoldingBot(scripted.index, scripted.answer_above)
    bot.held, bot.go = threading.Event(), threading.Event()
    service = Service(bot, database, at_once=1, waiting=0)
    with served(create_site(service)) as port:
        address = f"http://127.0.0.1:{port}/widget/demo?lang=en"
        first, second = visit(address), visit(address, may_fail=True)
        ask(first.open(), "Hold on, what happens if my balance runs out?")
        assert bot.held.wait(timeout=30)
        expect(first.widget().locator(".busy")).to_be_visible()
        keep(first.page, "widget-busy-1280")
        widget = second.open()
        ask(widget, "Which court hears a dispute?")
        expect(widget.locator(".failure")).to_have_attribute("data-kind", "crowded")
        expect(widget.get_by_role("status")).to_contain_text("Try again in")
        keep(second.page, "widget-crowded-1280")
        bot.go.set()
        expect(first.widget().locator(".after")).to_have_count(1)
        widget.get_by_role("button", name="Try again", exact=True).click(timeout=15_000)
        expect(widget.locator(".card").first).to_be_visible()


def test_starting_over_forgets_the_question_under_way(
    visit: OpenVisit, scripted: ScriptedBot, database: Database
) -> None:
    bot = HoldingBot(scripted.index, scripted.answer_above)
    bot.held, bot.go = threading.Event(), threading.Event()
    with served(create_site(Service(bot, database))) as port:
        widget = visit(f"http://127.0.0.1:{port}/widget/demo?lang=en").open()
        ask(widget, "Hold on, what happens if my balance runs out?")
        assert bot.held.wait(timeout=30)
        widget.get_by_role("button", name="Start over").click()
        expect(widget.locator(".greeting")).to_be_visible()
        bot.go.set()
        ask(widget, "Which court hears a dispute?")
        expect(widget.locator(".after")).to_have_count(1)
        expect(widget.locator(".turn")).to_have_count(1)
