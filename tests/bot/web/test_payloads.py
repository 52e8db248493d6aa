"""200 hostile texts in every place that shows text, judged in a real browser.

They come as questions, as earlier questions, as notes, and as an agreement that somebody wrote
to do harm: its clauses, titles, renderings, version. Many are shown at once; whatever one of
them did would leave a trace (see ``payloads``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    expect,
)

from bot.answering.answer import Answer, Citation, Outcome, Related
from bot.answering.bot import Bot
from bot.storage import Database, open_database
from bot.web.service import Service
from bot.web.site import create_site
from bot.words.templates import escape
from index.corpus import read_corpus
from index.relations.relations import RelationKind
from index.search.clause_index import ClauseIndex
from tests.bot.web.payloads import ACT, IMAGE, PAYLOADS
from tests.bot.web.widget.conftest import served
from tests.fakes import WordEmbedder

WORST = f" </script><script>{ACT}</script>{IMAGE}"  # told of an agreement, its title and all
BATCH = 20  # payloads shown with one question
BATCHES = [PAYLOADS[at : at + BATCH] for at in range(0, len(PAYLOADS), BATCH)]
LOOK = """(root) => {
  const found = [];
  const name = /^[a-z][a-z0-9:_.-]*$/i;
  const bad = /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data|file):|^(?!.*[?]).*pwned/is;
  const leads = ["action", "content", "data", "formaction", "href", "poster", "src", "srcdoc",
    "srcset", "style", "xlink:href"];
  for (const element of root.querySelectorAll("*")) {
    const acts = element.matches("script:not([nonce]), style, svg *")
      && /pwned|alert/.test(element.textContent);
    if (acts || !/^[a-z][a-z0-9-]*$/i.test(element.localName) || element.matches(".pwned, x-pwned"))
      found.push(element.outerHTML.slice(0, 200));
    for (const attribute of element.attributes) {
      const value = attribute.value;
      const away = /^(https?:)?[/][/]/i.test(value)
        && value.replace(/^https?:/i, "").split(/[/?#]/)[2] !== location.host;
      const leading = leads.includes(attribute.name) && (bad.test(value) || away);
      if (leading || !name.test(attribute.name) || attribute.name.startsWith("on"))
        found.push(`${element.localName} ${attribute.name}=${value.slice(0, 200)}`);
    }
    if (element.shadowRoot) found.push(...look(element.shadowRoot));
  }
  return found;
}"""
TRACES = f"() => {{ const look = {LOOK}; return [window.__pwned ?? [], look(document)].flat(); }}"


def shown(text: str) -> str:
    """Return a text as a page shows it, with marks for what cannot be shown."""
    return unescape(escape(text))


def question_of(number: int) -> str:
    """Return a question that holds one batch of payloads, and asks for it in the answer."""
    return f"What about batch {number}? " + " ".join(BATCHES[number])


class HostileBot(Bot):
    """Cites the clauses of a batch, and says its payloads wherever an answer says anything."""

    def ask(
        self,
        text: str,
        *,
        agreement: str | None = None,
        history: Sequence[str] = (),
        is_asked: bool = False,
    ) -> Answer:
        """Answer one question."""
        number = re.search(r"batch (\d+)\?", text)
        assert number
        payloads = BATCHES[int(number[1])]
        clauses = [
            clause
            for clause in self.index.corpus.clauses
            if any(payload in clause.text for payload in payloads)
        ]
        citations = tuple(
            Citation(
                clause_id=clause.clause_id,
                agreement=clause.agreement,
                label=clause.label,
                path=clause.path,
                quote=clause.text[1:],
                start=1,
                end=len(clause.text),
                text=clause.text,
                translation=clause.text,
                quote_translation=clause.text,
                confidence=1.0,
            )
            for clause in clauses
        )
        related = tuple(
            Related(
                clause_id=clause.clause_id,
                agreement=clause.agreement,
                label=clause.label,
                path=clause.path,
                text=clause.text,
                kind=RelationKind.DISAGREES,
                note=payload,
                of=clause.clause_id,
            )
            for clause, payload in zip(clauses[:3], payloads, strict=False)
        )
        return Answer(
            question=text,
            language="en",
            outcome=Outcome.ANSWERED,
            reason=None,
            text="\n\n".join(payloads),
            citations=citations,
            remarks=tuple(payloads),
            related=related,
        )


def write_hostile(folder: Path) -> None:
    """Write an agreement whose every word is hostile into a folder."""
    lines = [f"{IMAGE} 服务协议", ""]
    for number, payloads in enumerate(BATCHES, start=1):
        lines.append(f"{number}、 标题{payloads[0]}")
        lines += [f"（{at}）条款 {payload}" for at, payload in enumerate(payloads, start=1)]
    (folder / "evil.txt").write_text("\n".join(lines), "utf-8")
    told = ("title", "title_en", "party", "party_en", "version", "source")
    metadata = "".join(f"{name} = {json.dumps(name + WORST)}\n" for name in told)
    (folder / "evil.toml").write_text(metadata, "utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> ClauseIndex:
    """Return the index of an agreement whose every word is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile(folder)
    return ClauseIndex.build(read_corpus(folder), WordEmbedder())


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('hostile')}/kept.db")
    yield database
    database.close()


@pytest.fixture(scope="module")
def hostile_url(hostile: ClauseIndex, database: Database) -> Iterator[str]:
    """Serve a site over the hostile agreement."""
    with served(create_site(Service(HostileBot(hostile), database))) as port:
        yield f"http://127.0.0.1:{port}"


@dataclass(slots=True)
class Watched:
    """A page with what a payload did on it."""

    page: Page
    origin: str
    done: list[str] = field(default_factory=list)

    def judge(self) -> None:
        """Expect that nothing was done, and that nothing in the page is of a payload's making."""
        assert self.page.evaluate(TRACES) == []
        assert self.done == []

    def note(self, request: Request) -> None:
        """Note a request that leaves the site, or for what a payload names."""
        url = urlsplit(request.url)
        is_ours = request.url.startswith((self.origin, "file:", "data:font", "data:image", "blob:"))
        if not is_ours or ("pwned" in url.path and not request.is_navigation_request()):
            self.done.append(f"request {request.url}")


@contextmanager
def watching(context: BrowserContext, origin: str) -> Iterator[Watched]:
    """Open a page that notes dialogs, refusals of the policy and strange requests."""
    watched = Watched(context.new_page(), origin)
    page = watched.page

    def note_dialog(dialog: Dialog) -> None:
        watched.done.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def note_word(said: ConsoleMessage) -> None:
        # A request that failed is noted as a request.
        if said.type == "error" and not said.text.startswith("Failed to load resource"):
            watched.done.append(said.text)

    page.on("dialog", note_dialog)
    page.on("console", note_word)
    page.on("popup", lambda popup: watched.done.append(f"popup {popup.url}"))
    page.on("pageerror", lambda error: watched.done.append(f"error {error}"))
    page.on("request", lambda request: watched.note(request))  # noqa: PLW0108 slots hold no more
    yield watched
    context.close()


@pytest.fixture
def watched(browser: Browser, hostile_url: str) -> Iterator[Watched]:
    """Open such a page for nobody known."""
    context = browser.new_context(locale="en-US", reduced_motion="reduce")
    with watching(context, hostile_url) as watched:
        yield watched


def ready(page: Page) -> None:
    expect(page.locator("html[data-ready]")).to_have_count(1, timeout=20_000)


def test_payloads_are_200_and_the_clauses_hold_them_all(hostile: ClauseIndex) -> None:
    assert len(set(PAYLOADS)) == 200
    texts = [clause.text for clause in hostile.corpus.clauses]
    assert all(any(payload in text for text in texts) for payload in PAYLOADS)


def test_page_shows_them_as_text(watched: Watched, hostile_url: str) -> None:
    page = watched.page
    page.goto(hostile_url)
    ready(page)
    for number, payloads in enumerate(BATCHES):
        question = question_of(number)
        page.locator("#question textarea").fill(question)
        page.locator("#send").click()
        expect(page.locator(".turn")).to_have_count(number + 1, timeout=20_000)
        watched.judge()
        turn = page.locator(".turn").last
        assert turn.locator(".question").text_content() == shown(question)
        quotes = turn.locator(".quote .words").all_text_contents()
        assert all(any(shown(payload) in quote for quote in quotes) for payload in payloads)
    agreement = page.locator(".agreement-text").text_content() or ""
    assert all(shown(payload) in agreement for payload in PAYLOADS)
    page.mouse.move(300, 300)
    page.locator(".thumb.unhelpful").first.click()
    page.locator(".why textarea").first.fill(" ".join(BATCHES[0]))
    page.locator(".why label.chip").first.click()
    page.locator("[data-rate-send]").first.click()
    expect(page.locator(".rating-said").first).not_to_be_empty()
    page.locator(".agreement-tools .close").click()
    watched.judge()


@pytest.mark.parametrize("number", range(0, len(BATCHES), 2))
def test_shared_link_shows_them_as_text(watched: Watched, hostile_url: str, number: int) -> None:
    page = watched.page
    hostile_words = {"agreement": IMAGE, "lang": IMAGE, "clause": f"evil/{IMAGE}"}
    query = {"q": question_of(number), "after": question_of(number + 1), **hostile_words}
    page.goto(f"{hostile_url}/?{urlencode(query)}")
    ready(page)
    expect(page.locator(".turn")).to_have_count(2, timeout=20_000)
    watched.judge()
    assert page.locator(".question").all_text_contents() == [
        shown(question_of(number + 1)),
        shown(question_of(number)),
    ]


def test_widget_shows_them_as_text(watched: Watched, hostile_url: str) -> None:
    page = watched.page
    page.goto(f"{hostile_url}/widget/frame?{urlencode({'lang': 'en', 'key': IMAGE})}")
    for number, payloads in enumerate(BATCHES):
        question = question_of(number)
        page.locator("#question").fill(question)
        page.locator(".ask button").click()
        expect(page.locator(".turn footer")).to_have_count(number + 1, timeout=20_000)
        watched.judge()
        turn = page.locator(".turn").last
        assert turn.locator(".question").text_content() == shown(question)
        quotes = turn.locator(".quote").all_text_contents()
        assert all(any(shown(payload) in quote for quote in quotes) for payload in payloads)
    page.locator(".unhelpful").first.click()
    page.locator(".form .choice").first.click()
    page.locator(".form textarea").first.fill(" ".join(BATCHES[1]))
    page.locator(".form .solid").click()
    expect(page.locator(".thanks")).to_be_visible()
    page.locator(".restart").click()
    watched.judge()


def test_widget_takes_its_attributes_as_text(watched: Watched, hostile_url: str) -> None:
    page = watched.page
    page.goto(f"{hostile_url}/widget/frame?lang=en")
    for payloads in BATCHES:
        page.locator("clause-bot").evaluate(
            "(element, said) => { for (const name of ['heading', 'examples', 'agreement', 'key'])"
            " element.setAttribute(name, said); }",
            "|".join(payloads),
        )
        assert page.locator(".heading").text_content() == shown("|".join(payloads))
        watched.judge()


def keep(url: str, number: int) -> str:
    body = {"question": question_of(number), "history": [question_of(number - 1)]}
    answer_id: str = httpx.post(f"{url}/api/ask", json=body).json()["answer_id"]
    assert answer_id
    return answer_id


def test_kept_answers_show_them_as_text(watched: Watched, hostile_url: str, tmp_path: Path) -> None:
    page = watched.page
    for number, payloads in enumerate(BATCHES):
        answer_id = keep(hostile_url, number)
        export = httpx.get(f"{hostile_url}/api/answers/{answer_id}/export?format=html")
        (tmp_path / "export.html").write_bytes(export.content)
        for address in (f"{hostile_url}/a/{answer_id}", f"file://{tmp_path}/export.html"):
            page.goto(address)
            watched.judge()
            text = page.locator("body").text_content() or ""
            assert all(text.count(shown(payload)) >= 2 for payload in payloads)


@pytest.mark.parametrize(
    "address", ["/", "/?lang=zh", "/widget", "/widget/demo", "/docs", f"/a/{IMAGE}", f"/{IMAGE}"]
)
def test_other_pages_show_them_as_text(watched: Watched, hostile_url: str, address: str) -> None:
    watched.page.goto(hostile_url + address, wait_until="load")
    watched.judge()


@pytest.mark.parametrize("path", ["/api/agreements/evil", "/api/search?q=batch", "/api/ask"])
def test_objects_of_programs_are_no_pages(watched: Watched, hostile_url: str, path: str) -> None:
    """A browser that is led to them must not take them for a page."""
    method: Any = httpx.post if path == "/api/ask" else httpx.get
    given = {"json": {"question": question_of(0)}} if path == "/api/ask" else {}
    response = method(hostile_url + path, **given)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    watched.page.goto(hostile_url + path)
    watched.judge()


def test_notes_are_taken_as_they_are(hostile_url: str) -> None:
    answer_id = keep(hostile_url, 0)
    for payloads in BATCHES:
        body = {"answer_id": answer_id, "verdict": "unhelpful", "note": " ".join(payloads)}
        assert httpx.post(f"{hostile_url}/api/feedback", json=body).status_code == 201


def test_traces_are_seen(watched: Watched, hostile_url: str) -> None:
    """What these tests look for is found where it is: in a page that takes text for more."""
    page = watched.page
    page.goto(f"{hostile_url}/widget/frame?lang=en")
    watched.judge()
    markup = [text for text in PAYLOADS if re.search(r"<[a-z]", text, re.IGNORECASE)]
    inert = "const inert = document.implementation.createHTMLDocument();"
    opened = 'inert.body.innerHTML = `<div>${text}</div><p title="${text}"></p>`;'
    seen = page.evaluate(
        f"(texts) => {{ const look = {LOOK}; {inert} return texts.map((text) => {{ "
        f"{opened} return look(inert).length; }}); }}",
        markup,
    )
    missed = [text for text, count in zip(markup, seen, strict=True) if not count]
    assert len(markup) > 140
    assert [text for text in missed if not re.match("<(body|frameset|!)", text)] == []
    page.evaluate("text => { document.body.innerHTML = text; }", IMAGE)
    expect(page.locator(".pwned")).to_have_count(1)
    assert any("Content Security Policy" in note for note in watched.done)
    assert any("/pwned.png" in note for note in watched.done)
