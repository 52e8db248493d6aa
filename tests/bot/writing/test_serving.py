"""Written answers as they are given out: the API, its stream, the page, the record."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.__main__ import COMMANDS
from bot.answering.bot import Bot
from bot.records.record import record_from_json
from bot.storage import Database, open_database
from bot.web.page.answer_html import Turn, render_conversation
from bot.web.service import Service
from bot.web.site import create_site
from bot.writing.check import _CLAUSE
from bot.writing.limits import Patience
from bot.writing.model import ChatModel
from bot.writing.writer import Writer
from index.command import run
from tests.bot.writing.conftest import Serve
from tests.bot.writing.endpoint import Call, Endpoint, statements, stream
from tests.bot.writing.endpoint import say as says
from tests.fakes import Credulous

REFUND, BILL = "交了的钱能退吗？", "账单几天内要付清？"
CLAUSE = "已支付的费用不予退还。"
LIE = "已支付的费用30日内可以退还。"


def tell_both(call: Call) -> None:
    """Say what the clause says, and a lie."""
    call.send(stream(statements((LIE, "1", CLAUSE), (CLAUSE, "1", CLAUSE))))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    yield opened
    opened.close()


@pytest.fixture
def endpoint(serving: Serve) -> Endpoint:
    return serving(tell_both)


@pytest.fixture
def service(small_bot: Bot, database: Database, endpoint: Endpoint) -> Service:
    model = ChatModel("openai:scripted", endpoint.url, patience=Patience.of(120))
    return Service(small_bot, database, author=Writer(model, Credulous()))


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_site(service)) as client:
        yield client


def test_every_face_gives_what_passed_and_nothing_else(
    client: TestClient, service: Service, small_bot: Bot
) -> None:
    answer = client.post("/api/ask", json={"question": REFUND}).json()
    assert answer["prose"] == f"{CLAUSE}〔1（2）〕"
    assert answer["answer"].startswith(answer["prose"] + "\n\n《云梯短信服务协议》")
    assert answer["writer"] == {"model": "openai:scripted", "prompt": "1", "kept": 1, "dropped": 1}
    assert [cited["clause_id"] for cited in answer["citations"]] == ["acme/1(2)"]
    streamed = client.post("/api/ask/stream", json={"question": REFUND}).text
    record = client.get(f"/api/answers/{answer['answer_id']}/export?format=json").text
    shared = client.get(f"/a/{answer['answer_id']}").text
    written = (
        service.author.write(small_bot.ask(REFUND), small_bot.index) if service.author else None
    )
    page = render_conversation(small_bot.index.corpus, [Turn(REFUND, None, written)], "zh")
    for face in (json.dumps(answer, ensure_ascii=False), streamed, record, shared, page):
        assert CLAUSE in face
        assert "30日" not in face
    assert "openai:scripted · 1 · 采用 1 句，未采用 1 句" in shared
    kept = record_from_json(record)
    assert (kept.writer, kept.text) == (written and written.writer, answer["answer"])


def test_a_record_without_a_model_keeps_its_form(small_bot: Bot, database: Database) -> None:
    with TestClient(create_site(Service(small_bot, database))) as client:
        answer = client.post("/api/ask", json={"question": REFUND}).json()
        assert (answer["writer"], answer["prose"]) == (None, "")
        row = client.get(f"/api/answers/{answer['answer_id']}").json()
    assert row["format"] == 1
    assert "writer" not in row


def test_a_slow_model_holds_up_no_other_question(
    client: TestClient, endpoint: Endpoint, service: Service
) -> None:
    may_go_on, asked = threading.Event(), threading.Semaphore(0)

    def wait(call: Call) -> None:
        asked.release()
        assert may_go_on.wait(60)
        tell_both(call)

    endpoint.script = wait
    found: list[str] = []

    def ask() -> None:
        found.append(client.post("/api/ask", json={"question": REFUND}).json()["prose"])

    waiting = [threading.Thread(target=ask) for _ in range(4)]  # more than are answered at once
    for thread in waiting:
        thread.start()
    for _ in waiting:
        assert asked.acquire(timeout=60)
    other = client.post("/api/ask", json={"question": "What will the weather be like in Paris?"})
    assert other.json()["outcome"] == "abstained"
    assert found == []
    may_go_on.set()
    for thread in waiting:
        thread.join(60)
    assert found == [f"{CLAUSE}〔1（2）〕"] * 4


def test_one_more_than_may_be_written_at_once_is_answered_without(
    client: TestClient, endpoint: Endpoint, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service._writing, "_places", 0)
    answer = client.post("/api/ask", json={"question": REFUND}).json()
    assert (answer["outcome"], answer["writer"], endpoint.calls) == ("answered", None, [])


def test_what_no_clause_bears_out_is_said_to_be_missing(
    client: TestClient, endpoint: Endpoint, service: Service
) -> None:
    endpoint.script = says(statements((LIE, "1", CLAUSE)))
    answer = client.post("/api/ask", json={"question": REFUND}).json()
    remark = "语言模型没有写出经得起条款核对的回答，这里只引用条款原文。"
    assert (answer["prose"], answer["remarks"][-1]) == ("", remark)
    assert answer["answer"].endswith(f"\n\n{remark}")
    assert answer["writer"] == {"model": "openai:scripted", "prompt": "1", "kept": 0, "dropped": 1}
    assert remark in client.get(f"/a/{answer['answer_id']}").text


def test_dify_takes_clauses_and_no_model_is_asked(client: TestClient, endpoint: Endpoint) -> None:
    found = client.post(
        "/retrieval",
        json={"knowledge_id": "acme", "query": REFUND},
        headers={"authorization": "Bearer any"},
    ).json()
    assert found["records"][0]["content"].strip().endswith(CLAUSE)
    assert endpoint.calls == []


def test_tools_of_a_model_give_the_same(client: TestClient) -> None:
    call = {"name": "ask", "arguments": {"question": REFUND}}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accept = {"accept": "application/json, text/event-stream"}
    result = client.post("/mcp", json=asked, headers=accept).json()["result"]
    assert result["structuredContent"]["prose"] == f"{CLAUSE}〔1（2）〕"
    assert result["content"][0]["text"].startswith(f"{CLAUSE}〔1（2）〕\n\n")
    assert LIE not in str(result)


def test_a_check_says_what_passes_in_what_form_and_what_it_takes(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = _CLAUSE
    endpoint.script = says(statements((words, "1", words), (LIE, "1", words)))
    monkeypatch.setenv("CLAUSEBOT_WRITER", "openai:scripted")
    monkeypatch.setenv("CLAUSEBOT_WRITER_URL", endpoint.url)
    monkeypatch.setenv("CLAUSEBOT_WRITER_SECONDS", "600")
    assert run(COMMANDS.parse(["writer", "check"])) == 0
    first, zh, en = capsys.readouterr().out.splitlines()
    assert first == "openai:scripted answers"
    assert zh.startswith("zh: 1 of 2 statements pass the gate, as structured output; first word")
    assert en.endswith("tokens: 900 for the question, 60 for the reply")
    monkeypatch.setenv("CLAUSEBOT_WRITER", "")
    assert run(COMMANDS.parse(["writer", "check"])) == 1
    assert "Set it to a provider and its model" in capsys.readouterr().err
