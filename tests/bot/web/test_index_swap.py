"""Another index is taken over between an answer and what is shown of it: no face mixes the two."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.answering.answer import Answer
from bot.answering.bot import Bot
from bot.desk.replies.rules import Content, cite_clauses
from bot.people.identity import Actor
from bot.records.record import Record, record_from_json, seal_record
from bot.storage import open_database
from bot.storage.tables import answers
from bot.web.bodies import AnswerObject
from bot.web.page.agreement_html import OpenedAt, render_agreement, render_shelf
from bot.web.page.answer_html import render_conversation
from bot.web.page.session import ALL, PageEvents, Session
from bot.web.service import Served, Service, Surface
from bot.web.site import create_site
from index.builder import IndexReloader
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex, Hit
from tests.bot.web.asking import ask, run_aside
from tests.desks import PASSWORD, make_desk
from tests.fakes import WordEmbedder

pytestmark = pytest.mark.slow  # takes fifty indexes over

QUESTION = "How long is data kept?"
FEES = "Are fees paid in advance?"
FORMER, LATER = "spring", "summer"  # in every text, title and fact of an index
TITLE = f"Terms of {FORMER}"
TAKEOVERS, ASKERS = 50, 4


def make_index(folder: Path, edition: str, name: str = "acme") -> ClauseIndex:
    """Return the stored index of one agreement that names its edition everywhere."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    lines = ("Data is kept for 7 days", "Fees are paid in advance", "Disputes go to court")
    about = f'title = "Terms of {edition}"\nversion = "{edition}"\nlanguage = "en"\n'
    fields = [
        {"clause_id": f"{name}/{number}", "rendering": f"译文{number}（{edition}）"}
        for number in range(1, len(lines) + 1)
    ]
    for ending, rows in (
        ("txt", [f"{number}. {line}, {edition}." for number, line in enumerate(lines, start=1)]),
        ("toml", [about]),
        ("views.jsonl", map(json.dumps, fields)),
    ):
        (corpus / f"{name}.{ending}").write_text("\n".join(rows), "utf-8")
    index = ClauseIndex.build(read_corpus(corpus), WordEmbedder())
    index.save(folder / "index")
    return index


def texts_of(index: ClauseIndex) -> dict[str, str]:
    """Return the words of every clause, by its id."""
    return {clause.clause_id: clause.text for clause in index.corpus.clauses}


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory) -> ClauseIndex:
    """Return the index that is asked."""
    return make_index(tmp_path_factory.mktemp(FORMER), FORMER)


@pytest.fixture(scope="module", params=["reworded", "gone"])
def later(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ClauseIndex:
    """Return the index that is taken over: of other words of the clauses, or without them."""
    name = {"reworded": "acme", "gone": "globex"}[request.param]
    return make_index(tmp_path_factory.mktemp(LATER), LATER, name)


@dataclass(frozen=True, slots=True)
class Site:
    """A site with its desk, and a client that an agent has signed in with."""

    service: Service
    client: TestClient

    def kept(self) -> dict[str, Record]:
        """Return every record that was kept, by the id of its answer."""
        rows = self.service.database.transactions.rows(select(answers.c.id, answers.c.record))
        return {row.id: record_from_json(row.record) for row in rows}


@pytest.fixture(scope="module")
def site(former: ClauseIndex, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a site that answers everything; one approved reply rests on the former index."""
    folder = tmp_path_factory.mktemp("site")
    service = Service(Bot(former, 0.0), open_database(f"sqlite:///{folder}/clausebot.db"))
    desk = make_desk(service, folder)
    rests_on = cite_clauses(former, "en", [("acme/2", texts_of(former)["acme/2"])])
    content = Content("en", f"Yes, since {FORMER}.", (FEES,), *rests_on)
    service.writer.save_reply(content, by=Actor("ben"), index=former)
    with TestClient(create_site(service, desk=desk), raise_server_exceptions=False) as client:
        given = {"name": "ben", "password": PASSWORD}
        assert client.post("/api/desk/session", json=given).status_code == 201
        yield Site(service, client)
    service.close()


@pytest.fixture
def overtaken(
    site: Site, former: ClauseIndex, later: ClauseIndex, monkeypatch: pytest.MonkeyPatch
) -> Site:
    """Return the site; it takes the later index over as soon as an answer or hits are made."""
    answer_, search_ = Bot.ask, ClauseIndex.search

    def ask_(bot: Bot, text: str, **given: Any) -> Answer:
        answer = answer_(bot, text, **given)
        site.service.swap(later)
        return answer

    def find_(index: ClauseIndex, question: str, **given: Any) -> list[Hit]:
        hits = search_(index, question, **given)
        site.service.swap(later)
        return hits

    site.service.swap(former)
    monkeypatch.setattr(Bot, "ask", ask_)
    monkeypatch.setattr(ClauseIndex, "search", find_)
    return site


@dataclass(frozen=True, slots=True)
class Shown:
    """What a face gives out.

    Attributes:
        whole: All of it.
        texts: The words of the clauses in it, by their ids.
        generation: That it names; empty where it names none.
    """

    whole: str
    texts: dict[str, str]
    generation: str = ""


def read_object(given: Mapping[str, Any], whole: str) -> Shown:
    """Read an answer, or hits, as programs get them."""
    lists = [given.get(name, []) for name in ("citations", "retrieved", "related", "hits")]
    texts = {clause["clause_id"]: clause["text"] for clauses in lists for clause in clauses}
    return Shown(whole, texts, given["generation"])


def ask_rest(site: Site) -> Shown:
    response = site.client.post("/api/ask", json={"question": QUESTION})
    return read_object(response.json(), response.text)


def ask_stream(site: Site) -> Shown:
    streamed = site.client.post("/api/ask/stream", json={"question": QUESTION}).text
    whole = streamed.rpartition("event: done\ndata: ")[2]
    return read_object(json.loads(whole), streamed)


def search_rest(site: Site) -> Shown:
    response = site.client.get("/api/search", params={"q": QUESTION})
    return read_object(response.json(), response.text)


def call_tool(site: Site, tool: str) -> Shown:
    params = {"name": tool, "arguments": {"question": QUESTION}}
    response = site.client.post(
        "/mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params},
        headers={"accept": "application/json, text/event-stream"},
    )
    return read_object(response.json()["result"]["structuredContent"], response.text)


def ask_dify(site: Site) -> Shown:
    response = site.client.post(
        "/retrieval",
        json={"knowledge_id": "acme", "query": QUESTION},
        headers={"authorization": "Bearer any"},
    )
    assert response.status_code == 200
    records = response.json()["records"]
    texts = {record["metadata"]["clause_id"]: record["content"] for record in records}
    return Shown(response.text, texts)


def ask_page(site: Site) -> Shown:
    session = run_aside(PageEvents(site.service).ask(Session(), QUESTION, ALL))
    answer = session.turns[-1].answer
    assert answer is not None
    first = answer.citations[0]
    assert session.place == OpenedAt("acme", first.clause_id, first.start, first.end)
    row = AnswerObject.of(answer).model_dump(mode="json")
    return read_object(row, json.dumps(row))


def draft(site: Site) -> Shown:
    body = {"message": f"{QUESTION} {FEES}", "keep": True}
    response = site.client.post("/api/desk/drafts", json=body)
    replies = response.json()["replies"]
    assert [reply["text"] for reply in replies] == [QUESTION, FEES]
    assert replies[1]["approved"]["text"] == f"Yes, since {FORMER}."
    shown = [clause for reply in replies for clause in reply["choices"]]
    texts = {clause["clause_id"]: clause["text"] for clause in shown}
    for passage in (passage for reply in replies for passage in reply["passages"]):
        assert passage["quote"] in texts[passage["clause_id"]]
    return Shown(response.text, texts)


ASKING: dict[str, Callable[[Site], Shown]] = {
    "rest": ask_rest,
    "stream": ask_stream,
    "mcp": partial(call_tool, tool="ask"),
    "dify": ask_dify,
    "page": ask_page,
    "draft": draft,
}
SEARCHING: dict[str, Callable[[Site], Shown]] = {
    "search": search_rest,
    "mcp search": partial(call_tool, tool="search_clauses"),
}
UNDATED = {"dify", "draft"}  # they name no generation


@pytest.mark.parametrize("face", [*ASKING, *SEARCHING])
def test_what_is_shown_is_of_the_index_that_answered(
    overtaken: Site, former: ClauseIndex, later: ClauseIndex, face: str
) -> None:
    shown = {**ASKING, **SEARCHING}[face](overtaken)
    assert overtaken.service.bot.index is later
    assert shown.texts
    assert shown.texts.items() <= texts_of(former).items()
    assert (TITLE in shown.whole) == (face in ASKING)  # hits name the id of their agreement
    assert LATER not in shown.whole
    assert shown.generation == ("" if face in UNDATED else former.generation)


@pytest.mark.parametrize("face", ASKING)
def test_what_is_kept_is_of_the_index_that_answered(
    overtaken: Site, former: ClauseIndex, face: str
) -> None:
    before = overtaken.kept()
    ASKING[face](overtaken)
    kept = {id_: record for id_, record in overtaken.kept().items() if id_ not in before}
    assert len(kept) == (2 if face == "draft" else 1)
    for answer_id, record in kept.items():
        assert record.generation == former.generation
        assert [(source.title, source.version) for source in record.sources] == [(TITLE, FORMER)]
        cited = {citation.clause_id: citation.text for citation in record.citations}
        assert cited
        assert cited.items() <= texts_of(former).items()
        assert LATER not in seal_record(record)[0]
        again = overtaken.client.get(f"/api/answers/{answer_id}")
        assert record_from_json(again.text) == record


def test_the_page_is_drawn_from_the_later_index_alone(overtaken: Site, later: ClauseIndex) -> None:
    events = PageEvents(overtaken.service)
    session = run_aside(events.ask(Session(), QUESTION, ALL))
    corpus, settled = events.settle(session)
    assert corpus is later.corpus
    drawn = render_conversation(corpus, settled.turns, "en")
    place = settled.place
    drawn += render_agreement(corpus, place, "en") if place else render_shelf(corpus, "en")
    assert LATER in drawn
    assert FORMER not in drawn
    if place is not None:
        assert place == OpenedAt("acme", "acme/1"), "the offsets are of the former words"


def test_what_is_in_progress_goes_on_with_its_index(
    site: Site, former: ClauseIndex, later: ClauseIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, find = site.service, ClauseIndex.find

    def find_(index: ClauseIndex, *given: Any) -> Any:
        service.swap(later)  # the question is framed, and nothing is found yet
        return find(index, *given)

    monkeypatch.setattr(ClauseIndex, "find", find_)
    for answers_from in (former, later):
        service.swap(answers_from)
        bot = service.bot
        served = ask(service, QUESTION, surface=Surface.API)
        assert served.index is bot.index is answers_from
        assert served.answer.generation == answers_from.generation
        shown = {clause.clause_id: clause.text for clause in served.answer.retrieved}
        assert shown == texts_of(answers_from)
    service.swap(former)
    found = run_aside(service.search_soon(QUESTION))
    assert found.index is former
    assert {hit.clause.clause_id: hit.clause.text for hit in found.hits} == texts_of(former)
    service.swap(former)

    def work(bot: Bot) -> Answer:
        bot.ask(QUESTION)
        return bot.ask(FEES)

    assert service.take_turn(work).generation == former.generation
    assert service.bot.index is later


def test_every_answer_is_of_one_index_through_fifty_swaps(tmp_path: Path) -> None:
    index = make_index(tmp_path, "round 0")
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    service = Service(Bot(index, 0.0), database, at_once=ASKERS)
    reloader = IndexReloader(tmp_path / "index", index, index.embedder, service.swap)
    texts = {index.generation: texts_of(index)}
    given: list[Served] = []

    def publish(number: int) -> str:
        newer = make_index(tmp_path, f"round {number}")
        texts[newer.generation] = texts_of(newer)
        assert reloader.look()
        return newer.generation

    async def ask_through() -> None:
        is_over = False

        async def ask_on() -> None:
            while not is_over:
                given.append(await service.ask_soon(QUESTION, surface=Surface.API))

        askers = [asyncio.ensure_future(ask_on()) for _ in range(ASKERS)]
        for number in range(1, TAKEOVERS + 1):
            generation = await asyncio.to_thread(publish, number)
            served = await service.ask_soon(QUESTION, surface=Surface.API)
            assert served.answer.generation == generation
        is_over = True
        await asyncio.gather(*askers)

    run_aside(ask_through())
    assert len(texts) == TAKEOVERS + 1
    assert len(given) >= ASKERS
    rows = database.transactions.rows(select(answers.c.id, answers.c.record))
    kept = {row.id: json.loads(row.record)["generation"] for row in rows}
    for served in given:
        assert served.index.generation == served.answer.generation
        shown = {clause.clause_id: clause.text for clause in served.answer.retrieved}
        shown |= {citation.clause_id: citation.text for citation in served.answer.citations}
        assert shown
        assert shown.items() <= texts[served.answer.generation].items()
        assert kept[served.answer_id] == served.answer.generation
    service.close()
