"""What stands above the quotes: each clause in one line, and a sentence for both agreements."""

from __future__ import annotations

from bot.answering.bot import Bot


def test_a_citation_has_its_gist_in_the_language_of_the_answer(bot: Bot) -> None:
    for question, said in (
        ("How long is data kept after termination?", "7 days after termination"),
        ("协议终止后数据保留多久？", "7日后不再保留"),
    ):
        answer = bot.ask(question, agreement="xunzhong")
        assert said in answer.citations[0].gist
        assert answer.opening == ""


def test_an_answer_from_both_agreements_begins_by_saying_so(bot: Bot) -> None:
    for question, said in (
        ("发生争议由哪里的法院管辖？", "两份协议都有这方面的规定。"),
        ("Which court hears a dispute?", "Both agreements have a clause on this."),
    ):
        answer = bot.ask(question)
        assert {citation.agreement for citation in answer.citations} == {"dahan", "xunzhong"}
        assert answer.opening == said
        assert answer.text.startswith(f"{said}\n\n")
