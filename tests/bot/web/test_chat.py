"""OpenAI's form of asking, as its clients send it and read it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.web.service import Service
from tests.servers import CROWDED, FAILING, HELP_KEY, HELP_ORIGIN

QUESTION = "协议终止后数据保留多久？"


def said(*texts: str, **fields: Any) -> dict[str, Any]:
    messages = [{"role": "system", "content": "You are a pirate."}]
    for text in texts:
        messages += [{"role": "user", "content": text}, {"role": "assistant", "content": "Arr."}]
    return {"model": "clausebot", "temperature": 0.2, "messages": messages[:-1]} | fields


def ask(client: TestClient, *texts: str, **fields: Any) -> Any:
    return client.post("/v1/chat/completions", json=said(*texts, **fields))


def chunks(text: str) -> list[Any]:
    lines = [line[len("data: ") :] for line in text.split("\n\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_a_completion_is_the_answer_with_its_citations(client: TestClient) -> None:
    own = client.post("/api/ask", json={"question": QUESTION, "agreement": "xunzhong"}).json()
    made = ask(client, QUESTION, model="clausebot/xunzhong").json()
    (choice,) = made["choices"]
    assert choice["message"] == {"role": "assistant", "content": own["answer"], "refusal": None}
    assert (choice["finish_reason"], made["object"]) == ("stop", "chat.completion")
    assert made["citations"] == own["citations"] != []
    assert made["citations"][0]["quote"] in choice["message"]["content"]
    assert made["id"] == f"chatcmpl-{made['answer_id']}"


def test_a_stream_is_the_same_in_chunks(client: TestClient) -> None:
    whole = ask(client, QUESTION).json()
    options = {"include_usage": True}
    response = ask(client, QUESTION, stream=True, stream_options=options)
    assert response.headers["content-type"].startswith("text/event-stream")
    first, *pieces, last, usage = chunks(response.text)
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    text = "".join(piece["choices"][0]["delta"]["content"] for piece in pieces)
    assert text == whole["choices"][0]["message"]["content"]
    assert last["choices"][0]["finish_reason"] == "stop"
    assert last["citations"] == whole["citations"]
    assert (usage["choices"], usage["usage"]["total_tokens"]) == ([], 0)


def test_former_messages_of_the_user_are_the_history(
    client: TestClient, quick_service: Service
) -> None:
    made = ask(client, "余额不足会怎样？", "那多久会停？").json()
    record = client.get(f"/api/answers/{made['answer_id']}").json()
    assert (record["question"], record["history"]) == ("那多久会停？", ["余额不足会怎样？"])
    parts = [{"type": "text", "text": QUESTION}, {"type": "image_url", "image_url": {"url": "x"}}]
    message = {"role": "user", "content": parts}
    answered = client.post("/v1/chat/completions", json={"messages": [message]}).json()
    assert client.get(f"/api/answers/{answered['answer_id']}").json()["question"] == QUESTION


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (said(QUESTION, model="gpt-4o"), 404, "not_found_error"),
        (said(QUESTION, model="clausebot/none"), 404, "not_found_error"),
        ({"model": "clausebot", "messages": []}, 400, "invalid_request_error"),
        ({"messages": [{"role": "system", "content": "x"}]}, 400, "invalid_request_error"),
        (said(CROWDED), 503, "server_error"),
        (said(FAILING), 500, "server_error"),
        (said("x" * 300_000), 413, "invalid_request_error"),
    ],
)
def test_errors_have_their_form(
    client: TestClient, body: dict[str, Any], status: int, kind: str
) -> None:
    response = client.post("/v1/chat/completions", json=body)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/json")
    error = response.json()["error"]
    assert error["type"] == kind
    assert error["message"]


def test_keys_and_origins_are_checked_as_for_any_question(client: TestClient) -> None:
    unknown = {"authorization": f"Bearer cb_program_{'x' * 43}"}
    refused = client.post("/v1/chat/completions", json=said(QUESTION), headers=unknown)
    assert refused.status_code == 401
    assert refused.json()["error"]["type"] == "authentication_error"
    # What is no key of ours is what such clients have to send, and means nothing.
    for key in ("sk-none", "none"):
        headers = {"authorization": f"Bearer {key}"}
        assert client.get("/v1/models", headers=headers).status_code == 200
    stranger = {"origin": "https://elsewhere.example"}
    assert (
        client.post("/v1/chat/completions", json=said(QUESTION), headers=stranger).status_code
        == 403
    )
    site = {"origin": HELP_ORIGIN, "x-clausebot-key": HELP_KEY}
    assert client.post("/v1/chat/completions", json=said(QUESTION), headers=site).status_code == 200


def test_models_are_all_agreements_and_each(client: TestClient) -> None:
    listed = client.get("/v1/models").json()
    assert [model["id"] for model in listed["data"]] == [
        "clausebot", "clausebot/dahan", "clausebot/xunzhong",
    ]  # fmt: skip


def test_a_clause_is_found_as_a_person_types_it(client: TestClient) -> None:
    found = client.get("/api/clauses/dahan/12")
    assert found.json()["clause_id"] == "dahan/第十二条"
    both = client.get("/api/clauses/5(3)")
    assert both.status_code == 404
    assert "dahan/5.3, xunzhong/5(3)" in both.json()["detail"]
