"""The site as a whole: headers, what is closed, and what Gradio must not do."""

from __future__ import annotations

import json
import logging

import pytest
from starlette.testclient import TestClient

from bot.web.middleware import MAX_BODY
from bot.web.page.page_routes import dress
from bot.web.service import Service
from bot.web.site import create_site
from tests.servers import FAILING, HELP_KEY, HELP_ORIGIN

JOIN = "/gradio_api/queue/join"
ROUTES = [
    "/", "/api/health", "/api/answers/none", "/a/none", "/openapi.json", "/docs", "/metrics",
    "/docs/files/swagger-ui.css", "/page/theme.css", "/assets/none.js", "/nothing", "/theme.css",
    "/widget", "/widget.js", "/widget/demo", "/widget/frame", "/mcp", "/retrieval",
]  # fmt: skip


def test_large_bodies_are_refused_everywhere(client: TestClient) -> None:
    body = json.dumps({"question": "a" * MAX_BODY})
    for path in ("/api/ask", "/api/feedback", JOIN, "/mcp", "/retrieval", "/nothing"):
        response = client.post(path, content=body, headers={"content-type": "application/json"})
        assert response.status_code == 413, path


def test_failure_is_a_problem_with_headers(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.post("/api/ask", json={"question": FAILING + "?"})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "fell over" not in response.text
    assert "fell over" in caplog.text


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("origin", [None, "https://elsewhere.example"])
def test_every_route_carries_the_headers(client: TestClient, path: str, origin: str | None) -> None:
    response = client.get(path, headers={"origin": origin} if origin else {})
    headers = response.headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "Origin" in headers["vary"]
    allowed = headers.get("access-control-allow-origin")
    assert allowed == ("*" if origin and path == "/widget.js" else None)
    assert response.status_code == 403 or not origin or path == "/widget.js"


def test_foreign_origin_may_not_preflight(client: TestClient) -> None:
    for path in ("/api/ask", JOIN, "/mcp", "/retrieval"):
        asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
        response = client.options(path, headers=asked)
        assert response.status_code == 403
        assert "access-control-allow-origin" not in response.headers


def test_a_site_with_its_key_may_ask_and_read_the_answer(client: TestClient) -> None:
    headers = {"origin": HELP_ORIGIN, "x-clausebot-key": HELP_KEY}
    response = client.post("/api/ask", json={"question": "怎么收费？"}, headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == HELP_ORIGIN
    assert client.post(JOIN, json={}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/gradio_api/file%3D/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://elsewhere.example"),
        ("GET", "/gradio_api/stream/1/2/3"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/cancel"),
        ("POST", "/gradio_api/reset"),
        ("POST", "/gradio_api/login"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/vibe-code"),
        ("GET", "/config"),
        ("GET", "/monitoring"),
        ("GET", "/robots.txt"),
        ("GET", "/redoc"),
        ("GET", "/static/../../../etc/passwd"),
        ("GET", "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
        ("GET", "/page/../site.py"),
        ("GET", "/page/%2e%2e/site.py"),
        ("GET", "/docs/files/../__init__.py"),
        ("GET", "/docs/files/%2e%2e/__init__.py"),
        ("GET", "/assets/%00"),
        ("GET", "/page/%00"),
        ("GET", "/docs/files/%00"),
        ("GET", "/widget/files/%00"),
    ],
)
def test_what_the_page_does_not_need_is_closed(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path, json={} if method == "POST" else None)
    assert response.status_code in {403, 404, 405}
    assert "root:" not in response.text


@pytest.mark.parametrize(
    "change",
    [
        {"fn_index": 999_999}, {"fn_index": -1}, {"fn_index": None},
        {"fn_index": 10**30}, {"data": None}, {"data": "x"}, {"data": [[[[1]]]] * 50},
        {"session_hash": None}, {"session_hash": 7}, {"session_hash": ""},
        {"event_data": "x"}, {"trigger_id": "x"}, {"trigger_id": 999_999}, {"batched": True},
        {"simple_format": True}, {"event_id": "x"}, {"request": {"a": 1}},
    ],
    ids=str,
)  # fmt: skip
def test_a_forged_event_is_no_failure_of_ours(
    client: TestClient, change: dict[str, object]
) -> None:
    event: dict[str, object] = {
        "data": [], "event_data": None, "fn_index": 999_999, "trigger_id": 1,
        "session_hash": "forged",
    }  # fmt: skip
    response = client.post(JOIN, json=event | change)
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"data": ["\\ud800"]}'])
def test_a_body_that_is_no_event_is_no_failure_of_ours(client: TestClient, body: bytes) -> None:
    response = client.post(JOIN, content=body, headers={"content-type": "application/json"})
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"


def test_gradios_full_queue_answers_at_once(
    quick_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradio.queueing import Queue

    monkeypatch.setattr(Queue, "__len__", lambda _: 10_000)
    with TestClient(create_site(quick_service), raise_server_exceptions=False) as client:
        event = {"data": [], "fn_index": 0, "trigger_id": 1, "session_hash": "full"}
        response = client.post(JOIN, json=event)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.headers["content-type"] == "application/problem+json"


def test_page_lets_only_its_own_scripts_run(client: TestClient) -> None:
    first, second = client.get("/"), client.get("/")
    policy = first.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert first.text.count("<script") == first.text.count(f'<script nonce="{nonce}"')
    assert nonce not in second.text


def test_page_names_no_stranger(client: TestClient) -> None:
    html = client.get("/").text
    assert "githubusercontent" not in html
    assert "fonts.googleapis" not in html
    assert "og:url" not in html


def test_dress_leaves_other_markup_alone() -> None:
    assert dress("<p>Scripted</p>", "n") == "<p>Scripted</p>"
