"""200 hostile texts in every place of the desk that shows what somebody else wrote.

They come in customers' messages, replies, notes, names of files, people and keys, and as an
agreement; judged in a real browser, as in ``tests/bot/web/test_payloads.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import APIRequestContext, Browser, FilePayload, expect

from bot.answering.answer import Answer
from bot.desk.shell.desk import Desk
from bot.people.identity import clean_name
from bot.storage import open_database
from bot.web.service import Service
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.bot.desk.gaps.grouped import group
from tests.bot.web.payloads import PAYLOADS
from tests.bot.web.test_payloads import (
    BATCHES,
    HostileBot,
    Watched,
    ready,
    shown,
    watching,
    write_hostile,
)
from tests.desks import PASSWORD, make_desk, serving
from tests.fakes import WordEmbedder

AT_ONCE = 20  # uploads that wait
WITHOUT_BATCH = " What about batch 0?"


class DeskBot(HostileBot):
    """Answers whatever part of a message is taken for a question."""

    def ask(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        is_asked: bool = False,
    ) -> Answer:
        """Answer one question."""
        asked = text if "about batch" in text else text + WITHOUT_BATCH
        return super().ask(asked, agreement=agreement, history=history, is_asked=is_asked)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk over the hostile agreement."""
    folder = tmp_path_factory.mktemp("hostile-desk")
    (folder / "corpus").mkdir()
    write_hostile(folder / "corpus")
    index = ClauseIndex.build(read_corpus(folder / "corpus"), WordEmbedder())
    service = Service(DeskBot(index), open_database(f"sqlite:///{folder}/kept.db"))
    yield (desk := make_desk(service, folder))
    desk.close()
    service.close()


@pytest.fixture(scope="module")
def desk_url(desk: Desk) -> Iterator[str]:
    with serving(desk) as url:
        yield url


@pytest.fixture
def watched(browser: Browser, desk_url: str) -> Iterator[Watched]:
    """Open a page of an admin, who sees everything."""
    context = browser.new_context(locale="en-US", reduced_motion="reduce", base_url=desk_url)
    body = {"name": "anna", "password": PASSWORD}
    assert context.request.post("/api/desk/session", data=body).status == 201
    with watching(context, desk_url) as watched:
        yield watched


def api(watched: Watched) -> APIRequestContext:
    return watched.page.context.request


def look(watched: Watched, path: str) -> str:
    """Open a page of the desk, judge it, and return the text that it shows."""
    watched.page.goto(path)
    ready(watched.page)
    return text_of(watched)


def text_of(watched: Watched) -> str:
    """Judge the page with every list unfolded, and return its text."""
    more = watched.page.get_by_role("button", name=re.compile("^Show .*more"))
    while more.count():
        more.first.click()
    watched.judge()
    return watched.page.locator("main").text_content() or ""


def test_a_customers_message(watched: Watched) -> None:
    look(watched, "/desk")
    page = watched.page
    for number, payloads in enumerate(BATCHES):
        page.locator("#message").fill(f"What about batch {number}?\n" + "\n".join(payloads))
        page.locator("#message").press("Control+Enter")
        expect(page.locator("main")).to_contain_text(f"What about batch {number}?")
        expect(page.locator("#result-heading")).to_be_focused(timeout=20_000)
        text = text_of(watched)
        assert [p for p in payloads if shown(p) not in text] == []
    page.get_by_role("button", name="Approve").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    watched.judge()


def test_replies(watched: Watched, desk: Desk) -> None:
    clauses = desk.service.bot.index.corpus.clauses
    for number, payloads in enumerate(BATCHES):
        clause = next(clause for clause in clauses if payloads[1] in clause.text)
        body = {
            "reply_id": f"hostile-{number}",
            "language": "en",
            "text": "\n".join(payloads),
            "questions": [f"about {payload}" for payload in payloads],
            "clauses": [{"clause_id": clause.clause_id, "quote": clause.text}],
            "beside": [f"hostile-{former}" for former in range(number)],
        }
        assert api(watched).post("/api/desk/replies", data=body).status == 201
    text = look(watched, "/desk/replies")
    assert text.count("<") >= len(BATCHES)
    for number, payloads in enumerate(BATCHES):
        text = look(watched, f"/desk/replies?id=hostile-{number}")
        assert [p for p in payloads if shown(p) not in text] == []
    watched.page.get_by_role("button", name="Edit").click()
    watched.judge()


def test_questions_and_notes_of_gaps(watched: Watched, desk: Desk) -> None:
    for number, payloads in enumerate(BATCHES):
        question = f"What about batch {number}? " + " ".join(payloads)
        answered = api(watched).post("/api/ask", data={"question": question}).json()
        wrong = {"answer_id": answered["answer_id"], "verdict": "unhelpful", "note": payloads[0]}
        assert api(watched).post("/api/feedback", data=wrong).status == 201
    group(desk.gaps, desk.service.bot.index.embedder)
    gaps: list[dict[str, Any]] = api(watched).get("/api/desk/gaps").json()["gaps"]
    for gap, payloads in zip(gaps, BATCHES * len(gaps), strict=False):
        mark = {"state": "should_say", "note": "\n".join(payloads)}
        assert api(watched).put(f"/api/desk/gaps/{gap['gap_id']}", data=mark).ok
    text = look(watched, "/desk/gaps")
    assert all(shown(gap["examples"][0])[:60] in text for gap in gaps)
    notes = [area.input_value() for area in watched.page.locator("main textarea").all()]
    assert "\n".join(BATCHES[0]) in notes


def test_names_of_files(watched: Watched, desk: Desk) -> None:
    waiting: list[str] = []
    refused: list[str] = []
    for number, payload in enumerate(PAYLOADS[::4]):  # a reader's process is begun for each
        name = f"{payload}{number}.txt"
        answer = api(watched).post(
            f"/api/desk/corpus/uploads?{urlencode({'name': name})}",
            data=f"1. Terms\n1.1 A sentence number {number}.\n".encode(),
            headers={"content-type": "application/octet-stream"},
        )
        assert answer.status in (201, 422), answer.text()
        (waiting if answer.status == 201 else refused).append(name)
        if len(waiting) == AT_ONCE:
            look_at_names(watched, desk, waiting)
    look_at_names(watched, desk, waiting)
    assert 5 < len(refused) < 45
    for name in refused[:3]:  # the page says why, and may repeat the name
        file = FilePayload(name=name, mimeType="text/plain", buffer=b"1. A sentence.\n")
        watched.page.get_by_label("File of the agreement").set_input_files(file)
        watched.page.get_by_role("button", name="Upload and review").click()
        expect(watched.page.locator("[role=alert]").first).not_to_be_empty()
        watched.judge()


def look_at_names(watched: Watched, desk: Desk, waiting: list[str]) -> None:
    """Expect that the page shows the names of the uploads that wait; discard them."""
    text = look(watched, "/desk/corpus")
    assert all(shown(name) in text for name in waiting)
    for upload in desk.library.uploads():
        desk.library.discard(upload.upload_id)
    waiting.clear()


def test_a_new_version(watched: Watched, desk: Desk, tmp_path: Path) -> None:
    write_hostile(tmp_path)
    text = (tmp_path / "evil.txt").read_text("utf-8").replace("条款 ", "条款更新 ")
    upload = desk.library.upload("evil.txt", text.encode(), "anna")
    seen = look(watched, f"/desk/corpus?upload={upload.upload_id}")
    for fold in watched.page.locator("details:not([open]) > summary").all():
        fold.click()
    seen = text_of(watched)
    assert sum(shown(payload) in seen for batch in BATCHES for payload in batch) >= 190
    desk.library.discard(upload.upload_id)


def test_names_of_people_and_keys(watched: Watched) -> None:
    short = [payload for batch in BATCHES for payload in batch if 2 <= len(payload.strip()) <= 60]
    kept = []
    for payload in short:
        body = {"name": payload, "purpose": "program"}
        if api(watched).post("/api/desk/keys", data=body).status == 201:
            kept.append(payload)
    added = []
    for payload in short[:30]:
        body = {"name": payload, "role": "agent", "password": PASSWORD}
        if api(watched).post("/api/desk/people", data=body).status == 201:
            added.append(payload)
    assert len(kept) > 50
    assert len(added) > 15
    text = look(watched, "/desk/people")
    assert [name for name in (*kept, *added) if shown(clean_name(name)) not in text] == []
    text = look(watched, "/desk/trail")
    assert shown(clean_name(added[-1])) in text
