"""A language model over HTTP, and the ways in which it fails; each ends within its deadline."""

from __future__ import annotations

import logging
import socket
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.writing.gate import Quote, Statement
from bot.writing.limits import Patience
from bot.writing.model import ChatModel
from bot.writing.reply import Form, ModelError, Trouble
from index.environ import SettingsError
from tests.bot.writing import endpoint as script
from tests.bot.writing.conftest import SHORT, Serve
from tests.bot.writing.endpoint import HEAD, Call, Script, error, event, statements, stream

KEY = "sk-never-to-be-seen"
TOLD = statements(("We keep them.", "1", "We keep backups"))
STATEMENT = Statement("We keep them.", (Quote("1", "We keep backups"),))
ASKED = [("system", "Answer."), ("human", '{"question": "How long?"}')]
_HTML = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<h1>Welcome</h1>"
_BEGUN = HEAD + event(role="assistant", content='{"statements": [{"text": "7 ')


def _connect(url: str, patience: Patience = SHORT) -> ChatModel:
    return ChatModel("openai:scripted", url, KEY, patience=patience)


def _ask(url: str) -> ModelError:
    with pytest.raises(ModelError) as raised:
        _connect(url).ask(ASKED)
    return raised.value


def _send(data: bytes) -> Script:
    return lambda call: call.send(data)


def _send_and_hold(data: bytes) -> Script:
    def run(call: Call) -> None:
        call.send(data)
        call.hold()

    return run


def _send_endlessly(piece: bytes) -> Script:
    def run(call: Call) -> None:
        call.send(HEAD + event(role="assistant", content="{"))
        while not call.over.is_set():
            call.send(piece)

    return run


_TOOL = {"index": 0, "id": "t", "type": "function", "function": {"name": "pay", "arguments": "{}"}}
FAULTS: dict[str, tuple[Script, Trouble, int]] = {  # and how often it is asked
    "silent": (Call.hold, Trouble.SILENT, 1),
    "head and no word": (_send_and_hold(HEAD), Trouble.SILENT, 1),
    "half a head": (_send_and_hold(b"HTTP/1.1 200 OK\r\ncontent-ty"), Trouble.SILENT, 1),
    "role and no word": (_send_and_hold(HEAD + event(role="assistant")), Trouble.SILENT, 1),
    "begun and silent": (_send_and_hold(_BEGUN), Trouble.SLOW, 1),
    "comments without an end": (_send_endlessly(b": ping\n\n" * 99), Trouble.LONG, 1),
    "words without an end": (_send_endlessly(event(content=" 7") * 99), Trouble.LONG, 1),
    "a line without an end": (_send_endlessly(b"x" * 65536), Trouble.LONG, 1),
    "hung up on": (lambda _: None, Trouble.REFUSED, 2),
    "no HTTP": (_send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), Trouble.REFUSED, 2),
    "cut within JSON": (_send(_BEGUN), Trouble.MALFORMED, 2),
    "cut within a character": (_send(_BEGUN + b'data: {"x": "\xe4\xbd'), Trouble.MALFORMED, 2),
    "an empty body": (_send(HEAD), Trouble.MALFORMED, 2),
    "a page of HTML": (_send(_HTML), Trouble.MALFORMED, 2),
    "events that are none": (_send(HEAD + b"data: {{{\n\n"), Trouble.MALFORMED, 2),
    "prose": (_send(stream("Backups are kept for 90 days.")), Trouble.MALFORMED, 2),
    "another object": (_send(stream('{"answer": "90 days"}')), Trouble.MALFORMED, 2),
    "a tool call": (
        _send(HEAD + event(role="assistant", tool_calls=[_TOOL]) + script.end()),
        Trouble.MALFORMED,
        2,
    ),
    "an error within the stream": (
        _send(_BEGUN + b'data: {"error": {"message": "overloaded", "code": 1}}\n\n'),
        Trouble.BROKEN,
        2,
    ),
    "500": (_send(error("500 Internal Server Error")), Trouble.BROKEN, 2),
    "503": (_send(error("503 Service Unavailable", "retry-after: 0")), Trouble.BROKEN, 2),
    "401": (_send(error("401 Unauthorized")), Trouble.REJECTED, 1),
    "another model": (_send(error("404 Not Found")), Trouble.REJECTED, 1),
    "429": (_send(error("429 Too Many Requests")), Trouble.LIMITED, 2),
    "429 for a moment": (
        _send(error("429 Too Many Requests", "retry-after: 0")),
        Trouble.LIMITED,
        2,
    ),
    "429 for long": (_send(error("429 Too Many Requests", "retry-after: 90")), Trouble.LIMITED, 1),
    "429 without sense": (
        _send(error("429 Too Many Requests", "retry-after: soon")),
        Trouble.LIMITED,
        2,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_and_tried_at_most_once_more(
    name: str, serving: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, trouble, times = FAULTS[name]
    monkeypatch.setattr("bot.writing.model._MOST_BYTES", 20_000)  # else a slow machine is late
    endpoint = serving(run)
    assert _ask(endpoint.url).trouble is trouble
    assert len(endpoint.calls) == times


def test_a_closed_port_refuses() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert _ask(f"http://127.0.0.1:{bound.getsockname()[1]}/v1").trouble is Trouble.REFUSED


@pytest.mark.parametrize("status", ["301 Moved Permanently", "307 Temporary Redirect"])
def test_no_redirect_is_followed(status: str, serving: Serve) -> None:
    other = serving(script.say(TOLD))
    endpoint = serving(_send(error(status, f"location: {other.url}/chat/completions")))
    assert _ask(endpoint.url).trouble is Trouble.REDIRECTED
    assert (len(endpoint.calls), other.calls) == (1, [])


def test_how_long_to_leave_it_alone_is_read_as_seconds_or_as_a_date(serving: Serve) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for value, least in (("90", 90), (at, 3000)):
        refuse = error("429 Too Many Requests", f"retry-after: {value}")
        assert (_ask(serving(_send(refuse)).url).retry_after or 0) >= least


def test_reads_statements_of_structured_output_and_what_they_cost(serving: Serve) -> None:
    endpoint = serving(script.say(TOLD))
    reply = _connect(endpoint.url, Patience()).ask(ASKED)
    assert reply.statements == (STATEMENT,)
    assert (reply.form, reply.asked, reply.written) == (Form.STRUCTURED, 900, 60)
    assert 0 < reply.first_word <= reply.seconds
    (call,) = endpoint.calls
    assert call.body["response_format"]["type"] == "json_schema"
    assert call.headers["authorization"] == f"Bearer {KEY}"


def _in_turn(*scripts: Script) -> Script:
    def run(call: Call) -> None:
        scripts[min(call.number, len(scripts) - 1)](call)

    return run


@pytest.mark.parametrize("fault", ["500", "hung up on", "429 for a moment"])
def test_what_passes_is_tried_again(fault: str, serving: Serve) -> None:
    endpoint = serving(_in_turn(FAULTS[fault][0], script.say(TOLD)))
    assert _connect(endpoint.url, Patience(pause=0.0)).ask(ASKED).statements == (STATEMENT,)


@pytest.mark.parametrize("fault", ["400 Bad Request", "422 Unprocessable Entity"])
def test_a_model_without_structured_output_is_asked_for_text_from_there_on(
    fault: str, serving: Serve
) -> None:
    def run(call: Call) -> None:
        is_plain = "response_format" not in call.body
        call.send(
            stream(f"<think>{{?}}</think>\n```json\n{TOLD}\n```") if is_plain else error(fault)
        )

    endpoint = serving(run)
    model = _connect(endpoint.url, Patience())
    for calls in (2, 3):
        reply = model.ask(ASKED)
        assert (reply.statements, reply.form) == ((STATEMENT,), Form.PLAIN)
        assert len(endpoint.calls) == calls


def test_a_key_is_in_no_error_no_log_and_no_trace(
    serving: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for status in ("401 Unauthorized", "400 Bad Request", "500 Internal Server Error"):
        told = _ask(serving(_send(error(status, words=f"Incorrect API key: {KEY}"))).url)
        assert KEY not in "".join(traceback.format_exception(told))
    assert KEY not in caplog.text
    assert KEY not in repr(vars(_connect("http://127.0.0.1:9/v1")))


def test_a_key_of_the_environment_is_not_sent_to_an_address_that_is_set(
    serving: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    endpoint = serving(script.say(TOLD))
    ChatModel("openai:scripted", endpoint.url).ask(ASKED)
    (call,) = endpoint.calls
    assert KEY not in str(call.headers)


def test_another_provider_needs_its_package() -> None:
    with pytest.raises(SettingsError, match=r"pip install langchain-anthropic$"):
        ChatModel("anthropic:some-model", key=KEY)


def test_a_provider_that_nobody_knows_is_told() -> None:
    with pytest.raises(SettingsError, match=r"'nobody:model'.*LangChain cannot set up"):
        ChatModel("nobody:model", key=KEY)
