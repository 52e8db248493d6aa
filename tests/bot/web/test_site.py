"""The site over HTTP: the API, the headers, and what is closed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.web.guard import MAX_BODY
from bot.web.shell import dress
from bot.web.site import create_site
from tests.bot.web.conftest import FAILING, ScriptedBot

QUESTION = "How long is data kept after termination?"
ROUTES = ["/", "/api/health", "/page/theme.css", "/assets/none.js", "/nothing", "/theme.css"]


@pytest.fixture(scope="module")
def client(scripted: ScriptedBot) -> Iterator[TestClient]:
    with TestClient(create_site(scripted), raise_server_exceptions=False) as client:
        yield client


def test_asks_as_the_contract_says(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION, "id": "d077"}).json()
    assert list(answer) == [
        "id", "question", "language", "outcome", "reason", "answer", "citations", "retrieved",
        "ms", "generation",
    ]  # fmt: skip
    first = answer["citations"][0]
    assert first["clause_id"] == "xunzhong/5(3)"
    assert first["text"][first["start"] : first["end"]] == first["quote"]
    assert "7日" in first["quote"]


def test_answers_from_the_agreement_asked_for(client: TestClient) -> None:
    body = {"question": "Can the terms change without notice?", "agreement": "xunzhong"}
    answer = client.post("/api/ask", json=body).json()
    assert {clause["agreement"] for clause in answer["retrieved"]} == {"xunzhong"}


def test_unknown_agreement_is_not_found(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": QUESTION, "agreement": "acme"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "dahan" in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"question": null}',
        b'{"question": "\\ud800"}',
        b'{"question": "a", "history": [1]}',
        b'{"question": "a", "history": "b"}',
        b'{"question": "a", "colour": "red"}',
        b'{"question": "a", "agreement": "\\ud800"}',
        b'{"question": ' + b"[" * 5000,
    ],
)
def test_bad_body_is_refused_in_words(client: TestClient, body: bytes) -> None:
    response = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code in {400, 422}
    assert response.json()["detail"]


@pytest.mark.parametrize("question", ["", " ", "😀", "\x00", "字" * 50_000, "\u202e\u2066"])
def test_what_is_no_question_abstains(client: TestClient, question: str) -> None:
    response = client.post("/api/ask", json={"question": question})
    assert response.status_code == 200
    assert response.json()["reason"] == "invalid"


def test_large_body_is_refused_unread(client: TestClient) -> None:
    body = json.dumps({"question": "a" * MAX_BODY})
    assert client.post("/api/ask", content=body).status_code == 413
    assert client.post("/gradio_api/queue/join", content=body).status_code == 413


def test_body_of_unknown_length_is_refused(client: TestClient) -> None:
    assert client.post("/api/ask", content=iter([b"{}"])).status_code == 411
    assert client.post("/api/ask", headers={"content-length": "x"}).status_code == 400


def test_failure_is_a_problem_with_headers(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = client.post("/api/ask", json={"question": FAILING + "?"})
    assert response.status_code == 500
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "fell over" not in response.text
    assert "fell over" in caplog.text


def test_health_names_the_agreements(client: TestClient) -> None:
    health = client.get("/api/health").json()
    assert health["status"] == "ok"
    assert health["agreements"] == ["dahan", "xunzhong"]


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"origin": "https://elsewhere.example"}).headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert not [name for name in headers if name.startswith("access-control-")]


def test_foreign_origin_may_not_preflight(client: TestClient) -> None:
    for path in ("/api/ask", "/gradio_api/queue/join"):
        asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
        response = client.options(path, headers=asked)
        assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/openapi.json"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://elsewhere.example"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/vibe-code"),
        ("GET", "/config"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("GET", "/static/../../../etc/passwd"),
        ("GET", "/page/../site.py"),
    ],
)
def test_what_the_page_does_not_need_is_closed(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code in {403, 404, 405}


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
