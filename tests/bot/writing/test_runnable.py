"""The whole bot as a Runnable, its retriever as an agent's tool, and what traces may hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.tools import create_retriever_tool
from langchain_core.tracers.langchain import LangChainTracer
from langsmith import tracing_context

from bot.answering.bot import Bot
from bot.langchain import Answered, CitedAnswers, ClauseRetriever
from bot.writing.model import ChatModel
from bot.writing.writer import Writer
from tests.bot.writing.conftest import Serve
from tests.bot.writing.endpoint import HEAD, Call, end, event, statements, stream
from tests.bot.writing.endpoint import say as says
from tests.bot.writing.faults import CALM
from tests.fakes import Credulous

REFUND, CLAUSE = "交了的钱能退吗？", "已支付的费用不予退还。"


class Ear(BaseCallbackHandler):
    """Hears what a tracer hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_chain_start(self, serialized: Any, inputs: Any, **_: Any) -> None:
        """Hear a question."""
        self.heard.append(str(inputs))

    def on_retriever_start(self, serialized: Any, query: str, **_: Any) -> None:
        """Hear a question."""
        self.heard.append(query)


def _ids(given: Answered) -> list[str | None]:
    return [document.id for document in given["citations"]]


def test_the_whole_bot_is_a_runnable_that_keeps_its_citations(small_bot: Bot) -> None:
    answers = CitedAnswers(small_bot)
    found = answers.invoke(REFUND)
    plain = small_bot.ask(REFUND)
    assert (found["answer"], found["outcome"], found["reason"]) == (plain.text, "answered", None)
    (cited,) = found["citations"]
    assert (cited.id, cited.metadata["label"]) == ("acme/1(2)", "1（2）")
    assert cited.page_content[cited.metadata["start"] : cited.metadata["end"]] == CLAUSE
    chain = answers | RunnableLambda(_ids)
    assert chain.batch([REFUND, {"question": REFUND, "agreement": "globex"}]) == [["acme/1(2)"], []]


def test_a_runnable_writes_through_the_gate(small_bot: Bot, serving: Serve) -> None:
    lie = "已支付的费用30日内可以退还。"
    told = statements((lie, "1", CLAUSE), (CLAUSE, "1", CLAUSE))
    model = ChatModel("openai:scripted", serving(says(told)).url, patience=CALM)
    writer = Writer(model, Credulous())
    found = CitedAnswers(small_bot, writer).invoke({"question": REFUND})
    assert found["prose"] == f"{CLAUSE}〔1（2）〕"
    assert lie not in str(found)
    assert [each.id for each in found["citations"]] == ["acme/1(2)"]


@pytest.mark.parametrize("keep", [True, False])
def test_no_callback_hears_a_question_where_none_is_kept(small_bot: Bot, keep: bool) -> None:
    ear = Ear()
    config = RunnableConfig(callbacks=[ear])
    CitedAnswers(small_bot, keep_questions=keep).invoke(REFUND, config)
    retriever = ClauseRetriever(index=small_bot.index, keep_questions=keep)
    retriever.invoke(REFUND, config)
    assert ear.heard == ([REFUND] * 2 if keep else [])


@pytest.mark.filterwarnings("ignore:API key must be provided")
@pytest.mark.parametrize("keep", [True, False])
def test_no_trace_holds_a_question_where_none_is_kept(
    keep: bool, serving: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced: list[str] = []
    for name in ("_persist_run_single", "_update_run_single", "_start_trace", "_end_trace"):
        monkeypatch.setattr(
            LangChainTracer, name, lambda _, run: traced.append(str(run.inputs)), raising=False
        )
    model = ChatModel(
        "openai:scripted", serving(says(statements())).url, patience=CALM, keep_questions=keep
    )
    with tracing_context(enabled=True):
        model.ask([("human", REFUND)])
    assert any(REFUND in inputs for inputs in traced) is keep


def test_an_agent_finds_clauses_with_the_retriever_as_its_tool(
    small_bot: Bot, serving: Serve
) -> None:
    def run(call: Call) -> None:
        if call.number:
            call.send(stream("见条款。"))
            return
        function = {"name": "clauses", "arguments": json.dumps({"query": REFUND})}
        tool = {"index": 0, "id": "t1", "type": "function", "function": function}
        call.send(HEAD + event(role="assistant", tool_calls=[tool]) + end())

    tool = create_retriever_tool(
        ClauseRetriever(index=small_bot.index, k=1),
        "clauses",
        "Finds clauses of the agreements.",
        response_format="content_and_artifact",
    )
    endpoint = serving(run)
    chat = init_chat_model(
        "scripted", model_provider="openai", base_url=endpoint.url, api_key="none", streaming=True
    )
    told = create_agent(chat, [tool]).invoke({"messages": [HumanMessage(REFUND)]})["messages"]
    assert told[-1].text == "见条款。"
    assert [document.id for document in told[2].artifact] == ["acme/1(2)"]
    assert CLAUSE in endpoint.calls[1].body["messages"][-1]["content"]
