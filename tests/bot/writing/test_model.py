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
from tests.bot.writing.conftest import Serve
from tests.bot.writing.endpoint import Call, Script, error, statements, stream
from tests.bot.writing.faults import CALM, FAULTS, MOST_BYTES, patience_of, send

KEY = "sk-never-to-be-seen"
TOLD = statements(("We keep them.", "1", "We keep backups"))
STATEMENT = Statement("We keep them.", (Quote("1", "We keep backups"),))
ASKED = [("system", "Answer."), ("human", '{"question": "How long?"}')]


def _connect(url: str, patience: Patience = CALM) -> ChatModel:
    return ChatModel("openai:scripted", url, KEY, patience=patience)


def _ask(url: str, patience: Patience = CALM) -> ModelError:
    with pytest.raises(ModelError) as raised:
        _connect(url, patience).ask(ASKED)
    return raised.value


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_and_tried_at_most_once_more(
    name: str, serving: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, trouble, times = FAULTS[name]
    monkeypatch.setattr("bot.writing.model._MOST_BYTES", MOST_BYTES)
    endpoint = serving(run)
    assert _ask(endpoint.url, patience_of(trouble)).trouble is trouble
    assert len(endpoint.calls) == times


def test_a_closed_port_refuses() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert _ask(f"http://127.0.0.1:{bound.getsockname()[1]}/v1").trouble is Trouble.REFUSED


@pytest.mark.parametrize("status", ["301 Moved Permanently", "307 Temporary Redirect"])
def test_no_redirect_is_followed(status: str, serving: Serve) -> None:
    other = serving(script.say(TOLD))
    endpoint = serving(send(error(status, f"location: {other.url}/chat/completions")))
    assert _ask(endpoint.url).trouble is Trouble.REDIRECTED
    assert (len(endpoint.calls), other.calls) == (1, [])


def test_how_long_to_leave_it_alone_is_read_as_seconds_or_as_a_date(serving: Serve) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for value, least in (("90", 90), (at, 3000)):
        refuse = error("429 Too Many Requests", f"retry-after: {value}")
        assert (_ask(serving(send(refuse)).url).retry_after or 0) >= least


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
        told = _ask(serving(send(error(status, words=f"Incorrect API key: {KEY}"))).url)
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
