"""What is no question: small talk and a bare topic; and what only looks like one."""

from __future__ import annotations

import pytest

from bot.answering.answer import Reason
from bot.answering.bot import Bot
from bot.answering.question import frame_question
from bot.answering.talk import Talk, read_talk
from index.search.clause_index import ClauseIndex
from index.text import fold

SAID = {
    Talk.GREETING: "hiya|heyyyy bot|helo|Good afternoon!|您好呀|亲，在么|妳好|hi 你好",
    Talk.THANKS: "thx a lot mate|thnaks|ok, got it, bye|好的，谢谢您的解答|謝謝你|明白了",
    Talk.PERSON: "AGENT!!|can i spek to a real person pls|dont want a bot, give me a human"
    "|转人工|轉人工客服，謝謝|我不要机器人，我要找真人|叫你们经理来",
    Talk.IDENTITY: "who r u?|what's your name|are you a bot or a human|你是谁啊|你是真人还是AI",
    Talk.ABILITY: "help|what can u do for me?|你能做什么|怎么用|可以问你哪些问题",
    Talk.KEYWORD: "refund|发票|SLA|liability cap|The governing law|不可抗力|管辖法院",
}
ASKED = (
    "hi, can i get a refund|谢谢，请问发票怎么开|human review of bans?|refund?"
    "|thanks, and invoices?|can my agent sign for me|what can you do with my data"
    "|can you help me get my data back"
    "|do you offer customer support?|the name of the other party?|跟谁签约"
    "|谁负责|help, I was hacked, who pays|how does termination work|can i send good morning texts"
    "|你们是谁的公司|人工审核要多久|客服电话多少|好的，那余额呢|能退款吗|帮我注销账号|我要退款"
    "|I want a refund|cancel my account|我的账号被封了|My account was suspended.|app rejected"
    "|I registered an account yesterday.|we were billed twice|我昨天注册了账号|今天天气真好"
    "|可以发早上好这样的短信吗|我昨天注册了账号，能转让吗|the money is lost|不退吗"
)


@pytest.mark.parametrize("kind", SAID)
def test_what_is_no_question_is_told_by_every_word_of_it(kind: Talk) -> None:
    texts = SAID[kind].split("|")
    assert {text: read_talk(text) for text in texts} == dict.fromkeys(texts, kind)


def test_a_question_is_one_though_it_greets_or_names_a_person() -> None:
    assert [text for text in ASKED.split("|") if read_talk(text) is not None] == []


def test_small_talk_is_answered_as_what_it_is_and_searched_for_nowhere(bot: Bot) -> None:
    for text, said in (("thnaks", "welcome"), ("转人工", "不能转接人工"), ("who r u", "ClauseBot")):
        answer = bot.ask(text)
        assert answer.reason is Reason.INVALID
        assert said in answer.text
        assert not answer.retrieved


def test_a_topic_gets_related_clauses_and_no_decision(bot: Bot) -> None:
    for text, clause in (("发票", "xunzhong/3(13)"), ("governing law", "xunzhong/9(2)")):
        answer = bot.ask(text)
        assert (answer.reason, answer.citations) == (Reason.WEAK_EVIDENCE, ())
        assert clause in [near.clause_id for near in answer.retrieved[:3]]
        assert "one sentence" not in answer.text
    assert bot.ask("发票", is_asked=True).citations  # a letter that lists what it asks about


def test_a_question_does_not_lean_on_small_talk(index: ClauseIndex) -> None:
    history = ["余额不足会怎么样？", "谢谢"]
    framed = frame_question("那多久会停？", index.corpus.agreements, history=history)
    assert framed.former == fold(history[0])
