"""The page for developers, laid out in Gradio Blocks; the only importer of gradio.

What a reader sees is a function of one frozen ``Session``. Every event makes a new
session and draws the parts that it may have changed.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import gradio.queueing
from fastapi import FastAPI
from gradio.state_holder import SessionState, StateHolder
from starlette.middleware.cors import CORSMiddleware

from bot.answering.question import MAX_LENGTH
from bot.web.http import COOKIE, choose_language
from bot.web.page.agreement_html import render_agreement, render_shelf
from bot.web.page.answer_html import (
    render_conversation,
    render_examples,
    render_footer,
    render_header,
    render_notice,
    render_receipt,
)
from bot.web.page.page_sessions import PageSessions
from bot.web.page.session import ALL, PageEvents, Session
from bot.web.service import Service
from bot.words.catalogue import say
from index.corpus import Corpus

logger = logging.getLogger(__name__)
_EVENTS = 96  # at the same time: more than ``Service`` lets wait, whose words a reader gets
_WAITING = 64  # events beyond those; a fuller queue refuses at once
_LOOKS_EVERY = 0.01  # seconds; an idle queue that looks each millisecond costs a tenth of a core
_ATTACH = "window.ClauseBot.attach(element, trigger, watch)"
_BEGIN = "(...given) => { window.ClauseBot.work(true); return given; }"
_FINISH = "() => window.ClauseBot.work(false)"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components of one page."""

    session: gr.State
    header: gr.HTML
    conversation: gr.HTML
    question: gr.Textbox
    agreement: gr.Dropdown
    send: gr.Button
    notice: gr.HTML
    examples: gr.HTML
    viewer: gr.HTML
    footer: gr.HTML
    receipt: gr.HTML

    @property
    def talk(self) -> list[Any]:
        """What a question changes, in the order of ``_draw_talk``."""
        return [
            self.session,
            self.question,
            self.conversation,
            self.examples,
            self.viewer,
            self.notice,
        ]

    @property
    def everything(self) -> list[Any]:
        """What a language changes, in the order of ``_draw_everything``."""
        return [*self.talk, self.header, self.agreement, self.send, self.footer]


def build_page(service: Service) -> gr.Blocks:
    """Lay out the page and join its parts with the events."""
    page: gr.Blocks
    events = PageEvents(service)
    with gr.Blocks(title="ClauseBot", analytics_enabled=False) as page:
        _join(page, _lay_out(events), _Handlers(events))
    page.max_threads = _EVENTS
    page.state_session_capacity = PageSessions.IN_ALL
    page.queue(max_size=_WAITING, default_concurrency_limit=None, api_open=False)
    page._queue.sleep_when_free = _LOOKS_EVERY
    # Gradio would load pandas and sum up every event so far after each one, for a
    # monitoring page that is closed here.
    page._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
    return page


class _LeanState(SessionState):
    """What a session needs from one event to the next.

    Gradio would keep a copy of all that it shows beside that, a third of a megabyte, for links
    that are closed here.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(blocks)
        self.config_values = {}

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: object) -> None:
        pass


class _LeanStates(StateHolder):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = _LeanState(self.blocks)
        return super().__getitem__(session_id)


def _tell_failed() -> None:
    """Tell in one line that an event failed, without the words of whoever sent it."""
    error = sys.exc_info()[1]
    at = traceback.extract_tb(error.__traceback__)[-1] if error else None
    where = f" in {at.name} ({at.filename}:{at.lineno})" if at else ""
    logger.warning("an event of the page failed: %s%s", type(error).__name__, where)


# Gradio prints a traceback of every event that fails, what was sent included.
vars(gradio.queueing)["traceback"] = SimpleNamespace(print_exc=_tell_failed)


def page_app(service: Service) -> tuple[FastAPI, PageSessions]:
    """Return the page as an application to be mounted at the root of a site, and its sessions."""
    app = FastAPI(openapi_url=None)
    # Without a CORS policy of the parent, Gradio reflects any origin, credentials allowed.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    page = build_page(service)
    fonts = ["Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
    theme = gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"])
    gr.mount_gradio_app(
        app,
        page,
        "/",
        footer_links=[],
        run_history=False,
        max_file_size=1,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=theme,
    )
    # A stream for each page that is open, to learn of its end; what is kept is bounded without.
    page.config["connect_heartbeat"] = False
    states = page.app.state_holder = _LeanStates()
    states.set_blocks(page)
    return app, PageSessions(page._queue, states.session_data)


def _lay_out(events: PageEvents) -> _Parts:
    session = gr.State(Session())
    header = _html("masthead")
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            conversation = _html("conversation")
            with gr.Column(elem_id="ask"):
                question = gr.Textbox(
                    elem_id="question", max_lines=6, max_length=MAX_LENGTH, interactive=True
                )
                with gr.Row(elem_id="ask-row"):
                    agreement = gr.Dropdown(
                        _choices(events, Session().language),
                        value=ALL,
                        elem_id="chooser",
                        filterable=False,
                        interactive=True,
                    )
                    send = gr.Button("", elem_id="send", variant="primary")
                notice = _html("notice")
            examples = _html("examples")
        with gr.Column(elem_id="read"):
            viewer = _html("viewer")
    return _Parts(
        session,
        header,
        conversation,
        question,
        agreement,
        send,
        notice,
        examples,
        viewer,
        footer=_html("footer"),
        receipt=_html("receipt"),
    )


def _html(name: str) -> gr.HTML:
    return gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=_ATTACH)


class _Handlers:
    """Gradio's side of each event: its values in, the values of the changed parts out."""

    def __init__(self, events: PageEvents) -> None:
        self.events = events

    async def load(self, request: gr.Request) -> list[Any]:
        query = dict(request.query_params)
        accepted = request.headers.get("accept-language", "")
        now = await self.events.start(query, accepted, request.cookies.get(COOKIE))
        chosen = query.get("agreement", ALL)
        return await asyncio.to_thread(_draw_everything, self.events, now, chosen)

    async def ask(self, now: Session, text: str, chosen: str) -> list[Any]:
        now = await self.events.ask(now, text or "", chosen)
        return await asyncio.to_thread(_draw_talk, self.events, now)

    async def ask_offered(self, now: Session, chosen: str, event: gr.EventData) -> list[Any]:
        return await self.ask(now, str(_given(event).get("question", "")), chosen)

    def rate(self, now: Session, event: gr.EventData) -> str:
        given = _given(event)
        return render_receipt(str(given.get("ticket", "")), is_kept=self.events.rate(now, given))

    def open(self, now: Session, event: gr.EventData) -> list[Any]:
        return _draw_opened(self.events, self.events.open(now, _given(event)))

    def shelve(self, now: Session) -> list[Any]:
        return _draw_opened(self.events, replace(now, place=None))

    def restart(self, now: Session) -> list[Any]:
        return _draw_talk(self.events, Session(now.language))

    def switch(self, now: Session, chosen: str, event: gr.EventData) -> list[Any]:
        language = choose_language(str(_given(event).get("language")), now.language)
        return _draw_everything(
            self.events, replace(now, language=language, notice="", draft=""), chosen
        )


def _join(page: gr.Blocks, parts: _Parts, handlers: _Handlers) -> None:
    session, viewer = parts.session, parts.viewer
    asking = [session, parts.question, parts.agreement]
    asked = gr.on(
        [parts.question.submit, parts.send.click],
        handlers.ask,
        asking,
        parts.talk,
        js=_BEGIN,
        **_QUIET,
    )
    choosing = [session, parts.agreement]
    offered = gr.on(
        [parts.examples.submit, parts.conversation.submit],
        handlers.ask_offered,
        choosing,
        parts.talk,
        **_QUIET,
    )
    for finished in (asked, offered):
        finished.then(None, None, None, js=_FINISH, **_QUIET)
    rated = parts.conversation.like
    rated(handlers.rate, session, parts.receipt, trigger_mode="multiple", **_QUIET)
    for opener in (parts.conversation, viewer):
        opener.select(
            handlers.open, session, [session, viewer], trigger_mode="always_last", **_QUIET
        )
    viewer.clear(handlers.shelve, session, [session, viewer], **_QUIET)
    parts.conversation.clear(handlers.restart, session, parts.talk, **_QUIET)
    parts.header.select(handlers.switch, choosing, parts.everything, **_QUIET)
    page.load(handlers.load, None, parts.everything, **_QUIET)


def _draw_opened(events: PageEvents, now: Session) -> list[Any]:
    corpus, now = events.settle(now)
    return [now, _draw_viewer(corpus, now)]


def _draw_talk(events: PageEvents, now: Session) -> list[Any]:
    corpus, now = events.settle(now)
    return [
        now,
        gr.update(value=now.draft),  # what was refused can be mended
        render_conversation(corpus, now.turns, now.language),
        "" if now.turns else render_examples(now.language),
        _draw_viewer(corpus, now),
        render_notice(now.notice, now.language, may_retry=now.may_retry),
    ]


def _draw_everything(events: PageEvents, now: Session, chosen: str) -> list[Any]:
    language = now.language
    session, _, *rest = _draw_talk(events, now)
    return [
        session,
        _draw_question(now),
        *rest,
        render_header(language),
        _draw_chooser(events, language, chosen),
        gr.update(value=say("send", language)),
        render_footer(language),
    ]


def _draw_question(now: Session) -> dict[str, Any]:
    """Label the box; what is being typed in it stays."""
    label, hint = say("ask_label", now.language), say("ask_hint", now.language)
    update: dict[str, Any] = gr.update(label=label, placeholder=hint)
    return {**update, "value": now.draft} if now.draft else update


def _draw_chooser(events: PageEvents, language: str, chosen: str) -> dict[str, Any]:
    choices = _choices(events, language)
    known = chosen if any(chosen == id_ for _, id_ in choices) else ALL
    update: dict[str, Any] = gr.update(
        label=say("agreement_label", language), choices=choices, value=known
    )
    return update


def _choices(events: PageEvents, language: str) -> list[tuple[str, str]]:
    everyone = [(say("all_agreements", language), ALL)]
    return everyone + [(a.title_in(language), a.id) for a in events.corpus.agreements]


def _draw_viewer(corpus: Corpus, now: Session) -> str:
    place, language = now.place, now.language
    return render_agreement(corpus, place, language) if place else render_shelf(corpus, language)


def _given(event: gr.EventData) -> Mapping[str, object]:
    """Return what came with an event; a page of somebody else's making may send anything."""
    return event._data if isinstance(event._data, dict) else {}
