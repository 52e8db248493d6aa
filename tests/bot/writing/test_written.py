"""The scores of a model's words: what passed, what it rests on, and that they can be bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.answering.bot import Bot
from bot.evaluation.scores import Gold, read_questions, to_table
from bot.evaluation.written import evaluate_written
from bot.writing.model import ChatModel
from bot.writing.writer import Writer
from tests.bot.writing.conftest import Serve
from tests.bot.writing.endpoint import Call, error, statements, stream
from tests.bot.writing.faults import CALM
from tests.fakes import Credulous

ZH, EN, BILL = "交了的钱能退吗？", "Can I get a refund of fees I paid?", "账单几天内要付清？"
CLAUSE = "已支付的费用不予退还。"
LIE = "已支付的费用30日内可以退还。"
PAY = "您应在收到账单后15日内付款。"


def _gold(question: str, language: str, quote: str, fact: str) -> Gold:
    evidence = (("acme", quote),)
    return Gold(question, language, question, "acme", (), evidence, True, "lookup", (fact,))


GOLD = [
    _gold(ZH, "zh", CLAUSE, "费用不予退还"),
    _gold(EN, "en", CLAUSE, "not refunded"),
    _gold(BILL, "zh", PAY, "15日内"),
]


def _tell(call: Call) -> None:
    """Say of refunds what is so and what is not, and fail at bills."""
    question = call.given["question"]
    if question == BILL:
        call.send(error("401 Unauthorized"))
    elif question == ZH:
        call.send(stream(statements((LIE, "1", CLAUSE), (CLAUSE, "1", CLAUSE))))
    else:
        call.send(stream(statements(("Fees that were paid are not refunded.", "1", CLAUSE))))


def test_what_a_model_writes_is_scored_by_language(small_bot: Bot, serving: Serve) -> None:
    model = ChatModel("openai:scripted", serving(_tell).url, patience=CALM)
    writer = Writer(model, Credulous())
    scores = evaluate_written(small_bot, writer, GOLD)
    zh, whole = scores["zh"], scores["all"]
    assert (zh["questions"], zh["asked of the model"], zh["written"]) == (2, 1, 1)
    assert (zh["statements"], zh["kept"], zh["dropped: number"]) == (2, 1, 1)
    assert (zh["not written: rejected"], zh["citation precision"]) == (1, 1.0)
    assert (zh["facts, written"], zh["first sentence answers"]) == (1.0, 1.0)
    assert (zh["characters"], zh["tokens asked"], zh["tokens written"]) == (17, 900, 60)
    assert (whole["pairs"], whole["parity"]) == (1, 1.0)
    assert scores["en"].keys() == zh.keys() == whole.keys()
    assert "dropped: number" in to_table(scores)


def test_the_facts_of_an_answer_are_read(tmp_path: Path) -> None:
    row = {"id": "1", "lang": "zh", "question": "?", "answer_facts": ["15日内"]}
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(row), "utf-8")
    assert read_questions(file)[0].facts == ("15日内",)


def test_a_model_that_writes_nothing_scores_nothing(small_bot: Bot, serving: Serve) -> None:
    endpoint = serving(lambda call: call.send(error("401 Unauthorized")))
    writer = Writer(ChatModel("openai:scripted", endpoint.url, patience=CALM), Credulous())
    scores = evaluate_written(small_bot, writer, GOLD[:1])
    assert scores["all"]["written"] == scores["all"]["citation recall"] == 0
    assert scores["en"] == {}
    with pytest.raises(KeyError):
        scores["all"]["dropped: number"]
