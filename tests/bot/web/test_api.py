"""The API over HTTP: what programs ask, and what they get."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.records.record import record_from_json
from bot.storage import Database, StorageError, open_database
from bot.web.api import answers as asking
from bot.web.api.answers import RecordObject
from bot.web.service import Busy, Service
from bot.web.site import create_site
from tests.bot.web.asking import run_aside
from tests.servers import CROWDED, FAILING, HELP_KEY, HELP_ORIGIN, ScriptedBot

QUESTION = "协议终止后数据保留多久？"
CLAUSE = "xunzhong/5(3)"


def ask(client: TestClient, question: str = QUESTION, **fields: object) -> dict[str, Any]:
    response = client.post("/api/ask", json={"question": question, **fields})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def stream(client: TestClient, question: str = QUESTION) -> list[tuple[str, Any]]:
    response = client.post("/api/ask/stream", json={"question": question, "id": "s1"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    blocks = [block for block in response.text.split("\n\n") if block and block[0] != ":"]
    pairs = [block.split("\n") for block in blocks]
    return [(name[len("event: ") :], json.loads(data[len("data: ") :])) for name, data in pairs]


def test_answers_as_the_contract_says(client: TestClient) -> None:
    answer = ask(client, id="d077", agreement="xunzhong")
    assert list(answer) == [
        "id", "question", "language", "outcome", "reason", "answer", "opening", "remarks",
        "prose", "writer",
        "citations", "retrieved", "related", "ms", "generation", "answer_id",
    ]  # fmt: skip
    assert answer["id"] == "d077"
    for citation in answer["citations"]:
        assert citation["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert {clause["agreement"] for clause in answer["retrieved"]} == {"xunzhong"}


def test_stream_gives_the_same_answer_piece_by_piece(client: TestClient) -> None:
    events = stream(client)
    names = [name for name, _ in events]
    whole = events[-1][1]
    assert names[0] == "begin"
    assert names[-1] == "done"
    assert events[0][1] == {key: whole[key] for key in ("language", "outcome", "reason")}
    assert [data for name, data in events if name == "citation"] == whole["citations"]
    deltas = [data["delta"] for name, data in events if name == "text"]
    assert "".join(deltas) == whole["answer"]
    assert len(deltas) > 1
    passing = ("answer_id", "ms")
    same = ask(client, id="s1")
    assert {k: v for k, v in whole.items() if k not in passing} == {
        k: v for k, v in same.items() if k not in passing
    }


def test_stream_of_an_abstention_has_no_citations(client: TestClient) -> None:
    names = [name for name, _ in stream(client, "😀")]
    assert "citation" not in names
    assert names[-1] == "done"


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
def test_refusals_have_their_status(client: TestClient, path: str) -> None:
    unknown = client.post(path, json={"question": QUESTION, "agreement": "acme"})
    assert unknown.status_code == 404
    assert "dahan" in unknown.json()["detail"]
    busy = client.post(path, json={"question": CROWDED})
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "7")
    for response in (unknown, busy):
        assert response.headers["content-type"] == "application/problem+json"


def test_late_failures_end_the_stream_with_a_problem(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(asking, "HEARTBEAT", 0.0)
    response = client.post("/api/ask/stream", json={"question": FAILING})
    assert response.status_code == 200
    name, data = response.text.strip().split("\n\n")[-1].split("\n")
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: "))["status"] == 500
    assert "fell over" not in response.text
    assert "fell over" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1e999", b"\xff", b"\xef\xbb\xbf{}", b"{}",
        b'{"question": null}', b'{"question": "\\ud800"}', b'{"\\ud800": "a"}',
        b'{"question": "a", "history": [1]}', b'{"question": "a", "history": "b"}',
        b'{"question": "a", "history": ["\\udfff"]}', b'{"question": "a", "colour": "red"}',
        b'{"question": "a", "agreement": "\\ud800"}', b'{"question": "a", "id": "\\ud800"}',
        b'{"question": ' + b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000, b'{"question": ' + b"9" * 100_000 + b"}",
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream", "/api/feedback", "/retrieval"])
def test_a_bad_body_is_refused_in_words(client: TestClient, path: str, body: bytes) -> None:
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code in {400, 401, 403, 422}
    assert response.text


@pytest.mark.parametrize("question", ["", " ", "😀", "\x00", "字" * 50_000, "\u202e\u2066"])
def test_what_is_no_question_abstains(client: TestClient, question: str) -> None:
    answer = ask(client, question)
    assert (answer["reason"], answer["answer_id"]) == ("invalid", "")


def test_searches(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "账单", "agreement": "dahan", "k": 3}).json()
    assert len(found["hits"]) == 3
    assert {hit["agreement"] for hit in found["hits"]} == {"dahan"}
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422), ("?q=", 422), ("?q=😀", 422), ("?q=a&k=0", 422), ("?q=a&k=51", 422),
        ("?q=a&k=x", 422), ("?q=a&agreement=acme", 404), ("?q=" + "a" * 2001, 422),
        ("?q=%ff", 422), ("?q=a%00", 200), ("?q=a&agreement=%00", 404),
    ],
)  # fmt: skip
def test_searches_that_make_no_sense(client: TestClient, query: str, status: int) -> None:
    assert client.get("/api/search" + query).status_code == status


def test_a_clause_is_found_by_its_id_and_its_address(client: TestClient) -> None:
    clause = client.get(f"/api/clauses/{CLAUSE}").json()
    assert clause["clause_id"] == CLAUSE
    assert clause["address"].startswith("xunzhong@")
    assert client.get(f"/api/clauses/{clause['address']}").json() == clause
    for unknown in ("xunzhong/99", "xunzhong@1900/5(3)", "acme/1", "%00", "a" * 5000, "%ff"):
        assert client.get(f"/api/clauses/{unknown}").status_code == 404, unknown


def test_the_examples_quote_the_agreement_word_for_word(client: TestClient) -> None:
    forms = client.get("/openapi.json").json()["components"]["schemas"]
    shown = forms["CitationObject"]["properties"]
    text, quote, start, end = (
        shown[name]["examples"][0] for name in ("text", "quote", "start", "end")
    )
    assert text == client.get(f"/api/clauses/{CLAUSE}").json()["text"]
    assert text[start:end] == quote


def test_agreements_hold_their_clauses(client: TestClient) -> None:
    listed = client.get("/api/agreements").json()
    assert [agreement["id"] for agreement in listed["agreements"]] == ["dahan", "xunzhong"]
    whole = client.get("/api/agreements/xunzhong").json()
    assert len(whole["clauses"]) == whole["clause_count"] > 10
    assert client.get(f"/api/clauses/{CLAUSE}").json() in whole["clauses"]
    assert client.get("/api/agreements/acme").status_code == 404


def test_an_answer_is_given_again_with_what_it_rests_on(client: TestClient) -> None:
    answer = ask(client)
    response = client.get(f"/api/answers/{answer['answer_id']}")
    record = response.json()
    assert set(record) == set(RecordObject.model_validate(record).model_dump())
    assert record["question"] == QUESTION
    assert [c["quote"] for c in record["citations"]] == [c["quote"] for c in answer["citations"]]
    assert {standing["change"] for standing in record["standings"]} == {"unchanged"}
    assert response.headers["x-robots-tag"] == "noindex"
    assert record_from_json(response.text).digest == record["digest"]


@pytest.mark.parametrize("kind", ["markdown", "html", "json"])
def test_an_answer_is_exported(client: TestClient, kind: str) -> None:
    answer = ask(client)
    response = client.get(f"/api/answers/{answer['answer_id']}/export?format={kind}")
    assert response.headers["content-type"].split(";")[0] in {
        "text/markdown", "text/html", "application/json",
    }  # fmt: skip
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    assert answer["answer_id"] in response.headers["content-disposition"]
    assert QUESTION in response.text
    if kind == "json":
        assert record_from_json(response.text).answer_id == answer["answer_id"]


def test_an_answer_is_shared_as_a_page(client: TestClient) -> None:
    response = client.get(f"/a/{ask(client)['answer_id']}")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self';" in response.headers["content-security-policy"]
    assert QUESTION in response.text


@pytest.mark.parametrize("path", ["/api/answers/{}", "/api/answers/{}/export", "/a/{}"])
def test_answers_that_are_not_kept_are_not_found(client: TestClient, path: str) -> None:
    assert client.get(path.format("nothing")).status_code == 404
    assert client.get(path.format("%00")).status_code == 422
    assert client.get(path.format("a" * 65)).status_code == 422


def test_feedback_is_kept_once(client: TestClient) -> None:
    given = {
        "answer_id": ask(client)["answer_id"], "verdict": "unhelpful", "reason": "incomplete",
        "note": "Zahl\x00 <b>fehlt</b>", "key": "k-1",
    }  # fmt: skip
    first = client.post("/api/feedback", json=given)
    assert first.status_code == 201
    assert client.post("/api/feedback", json=given).json() == first.json()
    assert client.post("/api/feedback", json=given | {"key": "k-2"}).json() != first.json()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"answer_id": "nothing"}, 404), ({"answer_id": ""}, 422), ({"answer_id": "\x00"}, 422),
        ({"verdict": "great"}, 422), ({"reason": "none"}, 422), ({"note": "a" * 2001}, 422),
        ({"key": "\x00"}, 422), ({"colour": "red"}, 422),
    ],
)  # fmt: skip
def test_feedback_that_makes_no_sense(
    client: TestClient, change: dict[str, str], status: int
) -> None:
    given = {"answer_id": ask(client)["answer_id"], "verdict": "helpful"} | change
    response = client.post("/api/feedback", json=given)
    assert response.status_code == status
    assert response.json()["detail"]


def test_a_site_that_asks_is_named_in_the_record(
    client: TestClient, quick_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, str]] = []
    keep = quick_service.database.keep_answer

    def keep_noting(record: Any, **named: Any) -> None:
        kept.append((named["surface"], named["site"]))
        keep(record, **named)

    monkeypatch.setattr(quick_service.database, "keep_answer", keep_noting)
    ask(client)
    headers = {"origin": HELP_ORIGIN, "x-clausebot-key": HELP_KEY}
    client.post("/api/ask", json={"question": QUESTION}, headers=headers)
    assert kept == [("api", ""), ("widget", "Help center")]


def test_status_and_metrics(client: TestClient) -> None:
    assert client.get("/api/health").json()["agreements"] == ["dahan", "xunzhong"]
    assert client.get("/api/ready").json()["status"] == "ready"
    ask(client)
    metrics = client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'surface="api"' in metrics.text
    assert "clausebot_answer_seconds_bucket" in metrics.text


class _Broken:
    """Stands in for each method of a database that cannot be reached."""

    def __call__(self, *_: object, **__: object) -> None:
        raise StorageError("clausebot.db: cannot be reached. Check it.")


@pytest.fixture
def broken(quick_bot: ScriptedBot, tmp_path: Path) -> Iterator[TestClient]:
    """Ask a site whose database has died."""
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    service = Service(quick_bot, database)
    with pytest.MonkeyPatch.context() as patch:
        for method in ("keep_answer", "answer", "keep_feedback", "check"):
            patch.setattr(Database, method, _Broken())
        with TestClient(create_site(service), raise_server_exceptions=False) as client:
            yield client
    service.close()


def test_answers_come_without_the_database(broken: TestClient) -> None:
    answer = ask(broken)
    assert answer["citations"]
    assert answer["answer_id"] == ""
    assert stream(broken)[-1][1]["answer_id"] == ""
    given = broken.post("/api/feedback", json={"answer_id": "x", "verdict": "helpful"})
    shown = broken.get("/api/answers/x")
    ready = broken.get("/api/ready")
    assert (ready.status_code, ready.headers["retry-after"]) == (503, "5")
    for response in (given, shown):
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) >= 1
        assert "cannot be used right now" in response.json()["detail"]
    assert broken.get("/api/health").status_code == 200


def test_a_full_queue_answers_at_once(
    client: TestClient, quick_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_service._queue, "_places", 0)
    for path in ("/api/ask", "/api/ask/stream"):
        response = client.post(path, json={"question": QUESTION})
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) >= 1
    assert client.get("/api/search?q=账单").status_code == 503
    with pytest.raises(Busy):
        run_aside(quick_service.search_soon("账单"))


def test_the_log_names_no_asker(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(client, "13800138000 " + QUESTION)
        client.post("/api/ask", json={"question": 1, "note": "13800138000"})
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert ours
    assert not [line for line in ours if "13800138000" in line]
