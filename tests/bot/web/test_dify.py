"""Dify's external knowledge API, as Dify asks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from bot.people.identity import Actor, Purpose
from bot.people.store.keys import Keys
from bot.storage import open_database
from bot.storage.tables import utc_now
from bot.web.dify import to_records
from bot.web.service import Service
from bot.web.site import create_site
from index.address import resolve
from tests.servers import HELP_KEY, SILENT, ScriptedBot

KEY = {"authorization": f"Bearer {HELP_KEY}"}
COURT = {"zh": "发生争议由哪里的法院管辖？", "en": "Which court hears a dispute?"}
CITED = ["dahan/第十二条", "xunzhong/9(2)"]


def ask(
    url: str, query: str, knowledge: str = "*", headers: dict[str, str] = KEY, **body: Any
) -> httpx.Response:
    asked = {"knowledge_id": knowledge, "query": query, **body}
    return httpx.post(f"{url}/retrieval", json=asked, headers=headers)


def records(url: str, query: str, knowledge: str = "*", **body: Any) -> list[dict[str, Any]]:
    response = ask(url, query, knowledge, **body)
    assert response.status_code == 200
    found: list[dict[str, Any]] = response.json()["records"]
    return found


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [record["metadata"]["clause_id"] for record in found]


def setting(top_k: int | None, score_threshold: float | None = 0.0) -> dict[str, Any]:
    return {"top_k": top_k, "score_threshold": score_threshold}


def where(name: str | list[str], operator: str, value: Any = None) -> Any:
    condition = {"name": name, "comparison_operator": operator, "value": value}
    return {"conditions": [condition]}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("knowledge", ["*", "all"])
def test_cited_clauses_come_first(
    site_url: str, scripted: ScriptedBot, language: str, knowledge: str
) -> None:
    answer = scripted.ask(COURT[language])
    found = records(site_url, COURT[language], knowledge, retrieval_setting=setting(4))
    assert ids(found)[:2] == CITED == [citation.clause_id for citation in answer.citations]
    assert [record["metadata"]["cited"] for record in found] == ["yes", "yes", "no", "no"]
    for record, citation in zip(found, answer.citations, strict=False):
        assert record["content"] == citation.text
        assert record["metadata"]["quote"] == citation.quote
        assert record["metadata"]["translation"] == citation.translation
        assert citation.label in record["title"]
        assert 0 <= record["score"] <= 1
    titles = {"zh": "大汉", "en": "Dahan"}
    assert titles[language] in found[0]["title"]


def test_cited_clause_that_was_found_last_comes_first(scripted: ScriptedBot) -> None:
    answer = scripted.ask(COURT["en"])
    turned = replace(answer, retrieved=answer.retrieved[::-1])
    found = to_records(turned, scripted.index)
    assert [record.metadata["clause_id"] for record in found][:2] == CITED
    unfound = to_records(replace(answer, retrieved=()), scripted.index)
    assert [record.score for record in unfound] == [
        round(citation.confidence, 4) for citation in answer.citations
    ]


def test_address_finds_the_clause_again(site_url: str, scripted: ScriptedBot) -> None:
    metadata = records(site_url, COURT["en"])[0]["metadata"]
    assert resolve(metadata["address"], scripted.index.corpus) == metadata["clause_id"]
    assert all(isinstance(value, str) for value in metadata.values())


@pytest.mark.parametrize("query", ["What will the weather be like in Paris tomorrow?", "", "😀"])
def test_what_is_not_decided_yields_no_record(site_url: str, query: str) -> None:
    assert records(site_url, query) == []


def test_silence_yields_no_record(site_url: str) -> None:
    assert records(site_url, COURT["zh"] + SILENT) == []


def test_knowledge_is_one_agreement(site_url: str) -> None:
    found = records(site_url, COURT["en"], "xunzhong", retrieval_setting=setting(10))
    assert {record["metadata"]["agreement"] for record in found} == {"xunzhong"}
    assert ids(found)[0] == CITED[1]


def test_setting_bounds_the_records(site_url: str) -> None:
    assert ids(records(site_url, COURT["en"], retrieval_setting=setting(1))) == CITED[:1]
    assert len(records(site_url, COURT["en"], retrieval_setting=setting(100))) == 10
    assert len(records(site_url, COURT["en"], retrieval_setting=setting(None, None))) == 4
    high = records(site_url, COURT["en"], retrieval_setting=setting(10, 0.9))
    assert high
    assert all(record["score"] >= 0.9 for record in high)


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (where("agreement", "is", "xunzhong"), CITED[1:]),
        (where("agreement", "is not", "xunzhong"), CITED[:1]),
        (where("agreement", "in", ["xunzhong", "acme"]), CITED[1:]),
        (where("agreement", "not in", ["xunzhong"]), CITED[:1]),
        (where("clause_id", "start with", "dahan/"), CITED[:1]),
        (where("clause_id", "end with", "(2)"), CITED[1:]),
        (where("label", "contains", "第十二条"), CITED[:1]),
        (where("label", "not contains", "第十二条"), CITED[1:]),
        (where("colour", "empty"), CITED),
        (where("colour", "not empty"), []),
        (where(["label", "clause_id"], "contains", "xunzhong"), CITED[1:]),
        ({"conditions": None}, CITED),
        (None, CITED),
    ],
)
def test_condition_on_the_metadata(site_url: str, condition: Any, kept: list[str]) -> None:
    found = records(
        site_url, COURT["zh"], retrieval_setting=setting(10), metadata_condition=condition
    )
    assert [id_ for id_ in ids(found) if id_ in CITED] == kept


def test_conditions_are_joined(site_url: str) -> None:
    both = [where("agreement", "is", name)["conditions"][0] for name in ("dahan", "xunzhong")]
    for joined, kept in (("and", []), ("or", CITED), (None, [])):
        condition = {"logical_operator": joined, "conditions": both}
        assert ids(records(site_url, COURT["zh"], metadata_condition=condition))[:2] == kept


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 1001),
        ({"authorization": HELP_KEY}, 1001),
        ({"authorization": f"Basic {HELP_KEY}"}, 1001),
        ({"authorization": "Bearer pk_of_nobody"}, 1002),
    ],
)
def test_key_is_asked_for_before_anything(
    site_url: str, headers: dict[str, str], code: int
) -> None:
    # Without a body, as Dify tests a connection: 403 alone tells it that the key is wrong.
    tested_connection = httpx.post(f"{site_url}/retrieval", headers=headers)
    for response in (tested_connection, ask(site_url, COURT["en"], headers=headers)):
        assert response.status_code == 403
        assert response.json()["error_code"] == code
        assert response.json()["error_msg"]


def test_connection_with_a_key_passes_the_test_of_dify(site_url: str) -> None:
    assert httpx.post(f"{site_url}/retrieval", headers=KEY).status_code == 422


def test_unknown_knowledge_is_not_found(site_url: str) -> None:
    response = ask(site_url, COURT["en"], "acme")
    assert response.status_code == 404
    assert response.json()["error_code"] == 2001
    assert "dahan, xunzhong" in response.json()["error_msg"]


@pytest.mark.parametrize(
    "body",
    [
        {"retrieval_setting": setting(0)},
        {"retrieval_setting": setting(4, 1.5)},
        {"metadata_condition": where("agreement", "sounds like", "x")},
        {"metadata_condition": where("version", "before", "2024-01-01")},
        {"query": None},
    ],
)
def test_bad_body_is_refused_in_words(site_url: str, body: dict[str, Any]) -> None:
    asked = {"knowledge_id": "*", "query": "为什么？", **body}
    response = httpx.post(f"{site_url}/retrieval", json=asked, headers=KEY)
    assert response.status_code == 422
    assert response.json()["detail"]


def test_question_is_counted_as_of_dify(site_url: str) -> None:
    records(site_url, COURT["en"])
    assert 'clausebot_questions_total{outcome="answered",reason="",surface="dify"}' in (
        httpx.get(f"{site_url}/metrics").text
    )


@pytest.fixture(scope="module")
def siteless(scripted: ScriptedBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a client of a site that knows no other site."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('siteless')}/clausebot.db")
    service = Service(scripted, database)
    with TestClient(create_site(service)) as client:
        yield client
    service.close()


def test_without_sites_any_key_will_do(siteless: TestClient) -> None:
    body = {"knowledge_id": "*", "query": COURT["en"]}
    allowed = siteless.post("/retrieval", json=body, headers={"authorization": "Bearer anything"})
    assert allowed.status_code == 200
    assert siteless.post("/retrieval", json=body).json()["error_code"] == 1001


def test_a_key_of_ours_that_is_none_any_more_will_not_do(siteless: TestClient) -> None:
    asked = {"knowledge_id": "*", "query": COURT["en"]}
    headers = {"authorization": f"Bearer cb_program_{'x' * 43}"}
    assert siteless.post("/retrieval", json=asked, headers=headers).status_code == 403


def test_once_there_is_a_key_no_other_will_do(quick_bot: ScriptedBot, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/clausebot.db")
    service = Service(quick_bot, database)
    keys = Keys(database.transactions, utc_now)
    made = keys.make("Flow", Purpose.PROGRAM, Actor("a test")).secret
    body = {"knowledge_id": "*", "query": COURT["en"]}
    with TestClient(create_site(service)) as client:
        for key, status in (("anything", 403), (made, 200)):
            headers = {"authorization": f"Bearer {key}"}
            assert client.post("/retrieval", json=body, headers=headers).status_code == status
    service.close()


def test_statuses_are_described(siteless: TestClient) -> None:
    route = siteless.get("/openapi.json").json()["paths"]["/retrieval"]["post"]
    assert {"200", "403", "404", "413", "422", "503"} <= set(route["responses"])
    for status in ("403", "404"):
        assert "application/json" in route["responses"][status]["content"]
