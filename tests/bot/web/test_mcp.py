"""The tools for a model, called by a real MCP client over HTTP."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent, Tool

from bot.people.identity import Actor, Purpose
from bot.people.store.keys import Keys
from bot.storage.tables import utc_now
from bot.web.service import AT_ONCE, WAITING, Service, Surface
from tests.bot.web.asking import MODES, run_aside, with_client
from tests.servers import FAILING, HELP_KEY, HELP_ORIGIN

RETENTION = {"zh": "协议终止后数据保留多久？", "en": "How long is data kept after termination?"}
CLAUSE = "xunzhong/5(3)"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"accept": "application/json, text/event-stream"}
modes = pytest.mark.parametrize("mode", MODES)


def call(url: str, tool: str, mode: str = MODES[0], **arguments: Any) -> CallToolResult:
    async def use(client: Client) -> CallToolResult:
        return await client.call_tool(tool, arguments)

    return with_client(url, use, mode)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@contextmanager
def full_queue(service: Service) -> Iterator[None]:
    """Hold every place of a service's queue."""
    release = threading.Event()
    held = [service._enter(partial(release.wait, 60)) for _ in range(AT_ONCE + WAITING)]
    yield
    release.set()
    for place in held:
        place.result()


@modes
def test_offers_three_tools_that_only_read(site_url: str, mode: str) -> None:
    async def use(client: Client) -> list[Tool]:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in with_client(site_url, use, mode)}
    assert list(tools) == ["ask", "search_clauses", "get_clause"]
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.description
        assert tool.output_schema
        for described in tool.input_schema["properties"].values():
            assert described["description"]
    assert tools["ask"].input_schema["required"] == ["question"]
    assert set(tools["ask"].input_schema["properties"]) == {"question", "agreement", "history"}


@modes
@pytest.mark.parametrize("language", ["zh", "en"])
def test_ask_answers_as_the_api_does(site_url: str, mode: str, language: str) -> None:
    result = call(site_url, "ask", mode, question=RETENTION[language])
    asked = httpx.post(f"{site_url}/api/ask", json={"question": RETENTION[language]}).json()
    given = result.structured_content
    for name in set(asked) - {"ms", "answer_id"}:
        assert given[name] == asked[name]
    assert given["answer_id"] != asked["answer_id"]
    assert asked["answer"] in text_of(result)
    assert CLAUSE in text_of(result)
    assert not result.is_error


def test_ask_keeps_to_the_agreement_and_leans_on_the_history(site_url: str) -> None:
    chosen = call(site_url, "ask", question=RETENTION["en"], agreement="dahan")
    assert {hit["agreement"] for hit in chosen.structured_content["retrieved"]} == {"dahan"}
    alone = call(site_url, "ask", question="为什么？")
    after = call(site_url, "ask", question="为什么？", history=["账户余额不足会怎么样？"])
    assert alone.structured_content["retrieved"] != after.structured_content["retrieved"]
    assert after.structured_content["retrieved"][0]["clause_id"] == "dahan/3.2.2"


def test_abstention_is_no_error(site_url: str) -> None:
    result = call(site_url, "ask", question="What will the weather be like in Paris tomorrow?")
    assert not result.is_error
    assert result.structured_content["reason"] == "out_of_scope"
    assert result.structured_content["citations"] == []
    assert text_of(result) == result.structured_content["answer"]


@modes
def test_search_lists_the_nearest_clauses(site_url: str, mode: str) -> None:
    result = call(site_url, "search_clauses", mode, question="账户余额不足", agreement="dahan", k=3)
    hits = result.structured_content["hits"]
    assert [hit["agreement"] for hit in hits] == ["dahan"] * 3
    assert hits[0]["clause_id"] == "dahan/3.2.2"
    assert hits[0]["score"] > hits[2]["score"]
    for hit in hits:
        assert f"{hit['clause_id']} " in text_of(result)
        assert hit["text"] in text_of(result)


@modes
def test_get_clause_reads_one_whole(site_url: str, mode: str) -> None:
    result = call(site_url, "get_clause", mode, clause_id=CLAUSE)
    clause = result.structured_content
    assert clause["label"] == "5（3）"
    assert clause["path"] == ["5、 数据的保存、销毁与下载"]
    assert "服务条款" in clause["agreement_title"]
    assert clause["agreement_version"] in clause["address"]
    assert clause["text"] in text_of(result)
    assert clause["translation"] in text_of(result)
    again = call(site_url, "get_clause", clause_id=clause["address"])
    assert again.structured_content == clause


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", {"question": "为什么？", "agreement": "acme"}, "There are: dahan, xunzhong"),
        ("search_clauses", {"question": "费用", "agreement": "acme"}, "There are: dahan, xunzhong"),
        ("search_clauses", {"question": "😀"}, "Ask in words"),
        ("search_clauses", {"question": "费用", "k": 0}, "greater than or equal to 1"),
        ("search_clauses", {"question": "字" * 2001}, "at most 2000"),
        ("get_clause", {"clause_id": "dahan/99"}, "no clause 'dahan/99'"),
        ("ask", {}, "question"),
        ("ask", {"question": "a", "history": ["b"] * 51}, "at most 50"),
        ("sue", {}, "Unknown tool"),
    ],
)
def test_mistakes_are_told_to_the_model(
    site_url: str, tool: str, arguments: dict[str, Any], told: str
) -> None:
    result = call(site_url, tool, **arguments)
    assert result.is_error
    assert told in text_of(result)


@pytest.mark.parametrize("tool", ["ask", "search_clauses"])
def test_busy_says_when_to_ask_again(site_url: str, service: Service, tool: str) -> None:
    with full_queue(service):
        result = call(site_url, tool, question=RETENTION["en"])
    assert result.is_error
    assert re.search(r"Ask again in \d+ second", text_of(result))


def test_failure_keeps_its_cause_to_the_log(site_url: str) -> None:
    result = call(site_url, "ask", question=FAILING + "?")
    assert result.is_error
    assert "fell over" not in text_of(result)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_there_is_no_session_to_listen_to(site_url: str, method: str) -> None:
    response = httpx.request(method, f"{site_url}/mcp", headers={"accept": "text/event-stream"})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.headers["content-type"] == "application/problem+json"


def test_requests_stand_alone(site_url: str) -> None:
    response = httpx.post(f"{site_url}/mcp", json=LIST, headers=ACCEPT)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert "mcp-session-id" not in response.headers
    assert "frame-ancestors 'self'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": HELP_ORIGIN},
        {"origin": HELP_ORIGIN, "x-clausebot-key": HELP_KEY},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://[::1]"},
    ],
)
def test_page_of_another_site_is_refused(site_url: str, headers: dict[str, str]) -> None:
    response = httpx.post(f"{site_url}/mcp", json=LIST, headers=ACCEPT | headers)
    assert response.status_code == 403
    assert response.json()["detail"]


@pytest.mark.parametrize("name", ["rebound.example:7860", "127.0.0.1.example", "localhost.example"])
def test_page_whose_name_was_bent_is_refused(site_url: str, name: str) -> None:
    headers = ACCEPT | {"host": name, "origin": f"http://{name}", "sec-fetch-site": "same-origin"}
    assert httpx.post(f"{site_url}/mcp", json=LIST, headers=headers).status_code == 421


def test_preflight_is_refused(site_url: str) -> None:
    asked = {"origin": HELP_ORIGIN, "access-control-request-method": "POST"}
    response = httpx.options(f"{site_url}/mcp", headers=asked)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("version", ["2026-07-28", "2025-06-18", "tomorrow", ""])
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 5000, b'{"id": 1, "method": "\\ud800"}'],
)
def test_what_is_no_message_is_refused(site_url: str, body: bytes, version: str) -> None:
    headers = ACCEPT | {"content-type": "application/json", "mcp-protocol-version": version}
    response = httpx.post(f"{site_url}/mcp", content=body, headers=headers)
    assert 400 <= response.status_code < 500


def test_large_body_is_refused(site_url: str) -> None:
    message = {**LIST, "params": {"name": "ask", "arguments": {"question": "a" * 300_000}}}
    assert httpx.post(f"{site_url}/mcp", json=message, headers=ACCEPT).status_code == 413


def test_a_program_with_a_key_is_named_in_the_record(site_url: str, service: Service) -> None:
    keys = Keys(service.database.transactions, utc_now)
    given = {
        "authorization": f"Bearer {keys.make('an editor', Purpose.PROGRAM, Actor('a test')).secret}"
    }

    async def ask(headers: dict[str, str], mode: str) -> str:
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(f"{site_url}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                result = await client.call_tool("ask", {"question": RETENTION["zh"]})
                return str((result.structured_content or {})["answer_id"])

    with_key = [run_aside(ask(given, mode)) for mode in MODES]
    without = run_aside(ask({}, MODES[0]))
    with service.database.transactions.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, surface, site FROM answers")
        found = {row.id: (row.surface, row.site) for row in rows}
    assert {found[answer_id] for answer_id in with_key} == {(Surface.MCP, "an editor")}
    assert found[without] == (Surface.MCP, "")
