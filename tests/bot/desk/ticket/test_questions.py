"""Where a message asks, what leads to it, and what is looked for."""

from __future__ import annotations

import pytest

from bot.desk.ticket.identifiers import find_identifiers
from bot.desk.ticket.questions import (
    Found,
    TicketQuestion,
    find_questions,
    is_context_dependent_part,
    make_ticket_question,
    points_back,
    points_inside,
)
from bot.desk.ticket.sentences import to_reading


@pytest.mark.parametrize(
    ("text", "takes_up"),
    [
        ("if not, who pays?", True),
        ("and if so when?", True),
        ("when not?", True),
        ("or otherwise?", True),
        ("in that case do we pay?", True),
        ("can i use it without?", True),
        ("what must i do before?", True),
        ("if nothing works, who pays?", False),
        ("can i use it without a contract?", False),
        ("is it otherwise free?", False),
    ],
)
def test_a_question_takes_up_the_one_before(text: str, takes_up: bool) -> None:
    assert points_back(text) is takes_up


@pytest.mark.parametrize(
    ("text", "is_inside"),
    [
        ("里面的数据还能找回来吗", True),
        ("那其中的余额呢", True),
        ("is there data in it?", True),
        ("我们公司的账号里面有余额吗", False),
        ("is it in italy?", False),
    ],
)
def test_a_question_is_about_a_part_of_what_was_spoken_of(text: str, is_inside: bool) -> None:
    assert points_inside(text) is is_inside


@pytest.mark.parametrize(
    ("text", "needs_more"),
    [
        ("多久能恢复", True),
        ("损失算谁的", True),
        ("需要提前几天通知你们", True),
        ("需要提前几天通知你们（大汉）", True),
        ("发票多久能开", False),
        ("账号会停用吗", False),
        ("who pays for that?", True),
        ("how long will it take (roughly)?", True),
        ("what happens to our money?", False),
        ("is a refund possible?", False),
        ("can i resell it without?", True),
        ("12?", True),
    ],
)
def test_a_question_of_words_that_fit_anything_needs_what_stands_before(
    text: str, needs_more: bool
) -> None:
    assert is_context_dependent_part(to_reading(text)) is needs_more


def _find(message: str, *thanks: str) -> tuple[str, list[Found], list[str]]:
    """Return the message, its questions, and the words left for the agent."""
    spans = [(message.index(words), message.index(words) + len(words)) for words in thanks]
    asking = find_questions(to_reading(message), [(0, len(message))], spans)
    return message, list(asking.found), [message[slice(*span)] for span in asking.unread]


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("能退吗，几天到账？", ["能退吗", "几天到账？"]),
        ("If we leave, what happens, and who pays?", ["If we leave, what happens", "who pays?"]),
        ("Is it monthly? Or not?", ["Is it monthly? Or not?"]),
        ("Is it monthly? Or not. Who pays?", ["Is it monthly?", "Who pays?"]),
        ("what is the fee\nand the notice period", ["what is the fee\nand the notice period"]),
        ("What is the fee? And the notice period", ["What is the fee?"]),
        ("请问贵公司终止服务后，数据怎么处理", ["贵公司终止服务后，数据怎么处理"]),
        ("请问多久，数据怎么处理", ["多久", "数据怎么处理"]),
        ("My question: who pays", ["who pays"]),
        ("Cap: please explain", ["Cap: please explain"]),
        ("Please explain: cap", ["Please explain: cap"]),
        ("请问 data retention 期限 多长 时间？", ["data retention 期限 多长 时间？"]),
        ("能退吗 我们很急！ 发票怎么开", ["能退吗", "发票怎么开"]),
        ("退款多久到 账？", ["退款多久到 账？"]),
        ("Refund?", ["Refund?"]),
        ("Who pays? A?", ["Who pays?"]),
        ("We left. Delete my data and refund my fees.", ["Delete my data and refund my fees."]),
        ("Who pays? I want a refund", ["Who pays?", "I want a refund"]),
    ],
    ids=[
        "two clauses", "a condition before", "an afterthought", "no afterthought without a mark",
        "one more thing", "not behind a mark", "announced", "announced and asked", "a colon leads",
        "a topic and a request", "a request and a topic", "mixed languages",
        "not the next sentence", "a last word", "one word", "one letter", "a demand",
        "a demand behind a question",
    ],
)  # fmt: skip
def test_each_question_is_found_whole(message: str, questions: list[str]) -> None:
    _, found, _ = _find(message)
    assert [message[one.start : one.end] for one in found] == questions


def test_the_last_matter_is_the_question_of_a_message_that_asks_nothing() -> None:
    message, found, unread = _find("Our account is frozen since Monday. Please fix.")
    assert [message[one.start : one.end] for one in found] == [
        "Our account is frozen since Monday."
    ]
    assert unread == []
    message, found, _ = _find("余额扣错了。请处理。")
    assert [message[one.start : one.end] for one in found] == ["余额扣错了。"]


def test_what_only_thanks_is_neither_matter_nor_left_for_the_agent() -> None:
    message, found, unread = _find("Who pays? Please hurry. Thank you.", "Thank you.")
    assert [message[one.start : one.end] for one in found] == ["Who pays?"]
    assert unread == ["Please hurry."]


@pytest.mark.parametrize(
    ("message", "contexts", "topics"),
    [
        ("余额不足了。会停机吗？", ["余额不足了。"], ["余额不足了。"]),
        ("余额不足了。会停机吗？多久？", ["余额不足了。", None], ["余额不足了。", "余额不足了。"]),
        ("会停机吗？余额不足了。", [None], [None]),
        ("A is on. B is off. Who pays? C is new. Who else pays?",
         ["B is off.", "C is new."], ["B is off.", "C is new."]),
        ("We left:\n- who pays?\n- how much is it?", [None, None], [None, None]),
        ("Really?! Who pays?", [None], [None]),
    ],
    ids=["right before", "the topic of both", "behind", "each its own", "a lead of a list",
         "anger"],
)  # fmt: skip
def test_a_question_knows_the_statement_that_leads_to_it(
    message: str, contexts: list[str | None], topics: list[str | None]
) -> None:
    _, found, _ = _find(message)

    def words(span: tuple[int, int] | None) -> str | None:
        return None if span is None else message[slice(*span)]

    assert [words(one.context) for one in found] == contexts
    assert [words(one.topic) for one in found] == topics


def _ask(message: str, former: TicketQuestion | None = None, at: int = 0) -> TicketQuestion:
    reading = to_reading(message)
    found = find_questions(reading, [(0, len(message))], ()).found
    return make_ticket_question(message, found[at], find_identifiers(message, reading), former)


@pytest.mark.parametrize(
    ("message", "text", "leans", "alone"),
    [
        ("Could you tell me how long invoices of past years are kept?",
         "how long invoices of past years are kept?", False,
         "how long invoices of past years are kept?"),
        ("余额不足了。会停机吗？", "余额不足了。 会停机吗？", False, None),
        ("余额不足了。发票由谁来给我们公司开具？", "发票由谁来给我们公司开具？", False,
         "发票由谁来给我们公司开具？"),
        ("We left. Invoices?", "We left. Invoices?", False, "Invoices?"),
        ("How long is it?", "How long is it?", True, None),
        ("账号 dh_shen01 里的5000元能退吗？", "账号 里的5000元能退吗？", False,
         "账号 里的5000元能退吗？"),
        ("Can account (ID: dh-20871) be closed?", "Can account be closed?", False,
         "Can account be closed?"),
        ("Is   it  monthly billing?", "Is it monthly billing?", True, None),
    ],
    ids=["polite words", "what it leans on", "what names its matter", "what is short",
         "what leans on nothing", "identifiers", "an emptied bracket", "blanks"],
)  # fmt: skip
def test_what_is_looked_for_is_what_a_question_means(
    message: str, text: str, leans: bool, alone: str | None
) -> None:
    asked = _ask(message)
    assert (asked.text, asked.leans, asked.alone) == (text, leans, alone)
    assert message[asked.start : asked.end] == asked.words


def test_a_question_that_hangs_on_another_takes_its_words() -> None:
    former = _ask("Is gambling allowed on it?")
    taken = _ask("If not what happens to our account?", former)
    assert taken.text == "Is gambling allowed on it? If not what happens to our account?"
    inside = _ask("里面的数据还能找回来吗？", former)
    assert (inside.text, inside.leans) == ("里面的数据还能找回来吗？", True)
    assert not _ask("里面的数据还能找回来吗？").leans, "there is none before it"


def test_of_what_stands_before_only_the_end_is_taken() -> None:
    message = "余额" * 200 + "不足了。会停机吗？"
    text = _ask(message).text
    assert text.endswith("余额不足了。 会停机吗？")
    assert len(text) == 200 + 1 + len("会停机吗？")
