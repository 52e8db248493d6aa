from __future__ import annotations

import pytest

from bot.desk.ticket.ticket import read_ticket


def _words(message: str) -> list[str]:
    return [question.words for question in read_ticket(message).questions]


def _unread(message: str) -> list[str]:
    ticket = read_ticket(message)
    return [
        message[part.start : part.end] for part in ticket.segments if part.kind.value == "unread"
    ]


THINGS = ["governing law", "place of jurisdiction", "whether our data is protected", "SLA uptime"]
SACHEN = ["适用法律", "管辖法院", "数据保留期限", "发票"]


@pytest.mark.parametrize(
    "lead",
    [
        "Please advise on the following re: Xunzhong",
        "Hi, need info on:",
        "We have these questions\n",
        "Could you kindly provide information on the points below (Dahan):\n",
        "I have the following concerns with the terms",
    ],
)
@pytest.mark.parametrize("mark", ["•", "-", "*", "1.", "(a)", "1 -", "(ii)"])
def test_each_entry_of_a_list_that_is_asked_for_is_a_question(lead: str, mark: str) -> None:
    message = f"{lead}\n" + "\n".join(f"{mark} {thing}" for thing in THINGS) + "\n\nBest,\nTom"
    assert _words(message) == THINGS


@pytest.mark.parametrize(
    "lead", ["请就讯众以下事项答复：", "关于讯众，我司有如下疑问", "麻烦问下几点"]
)
@pytest.mark.parametrize("mark", ["- ", "1、", "①", "（一）", "第一，"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_each_entry_of_a_chinese_list_is_a_question(lead: str, mark: str, gap: str) -> None:
    assert _words(lead + "\n" + gap.join(mark + thing for thing in SACHEN)) == SACHEN


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("请就讯众以下事项答复：\n" + "\n".join(SACHEN), SACHEN),
        ("请明确：适用法律、管辖法院、数据保留期限、发票", SACHEN),
        ("请书面说明：其一，适用法律；其二，管辖法院。", ["适用法律", "管辖法院。"]),
        ("Please confirm: governing law, venue, and liability cap.",
         ["governing law", "venue", "liability cap."]),
        ("Kindly clarify: governing law; place of jurisdiction; cap.",
         ["governing law", "place of jurisdiction", "cap."]),
        ("We'd like to know (i) the notice period, and (ii) the governing law.",
         ["the notice period", "the governing law."]),
        ("Could you please confirm in writing\n- the number of days", ["the number of days"]),
        ("a. Who owns it?\nb. May you change prices alone? Notice period?",
         ["Who owns it?", "May you change prices alone?", "Notice period?"]),
        ("- How long is data kept?\n- Invoices?\n- Transfer to a subsidiary",
         ["How long is data kept?", "Invoices?", "Transfer to a subsidiary"]),
        ("问题（大汉）：一、维护提前多久通知；二、是否赔偿。", ["维护提前多久通知", "是否赔偿。"]),
        ("1、 适用法律：请明确\n2、 免责范围：请说明", ["适用法律：请明确", "免责范围：请说明"]),
    ],
)  # fmt: skip
def test_lists_without_marks_are_read_too(message: str, questions: list[str]) -> None:
    assert _words(message) == questions


@pytest.mark.parametrize(
    "facts",
    [
        "We did the following:\n1. restarted the server\n2. changed the password",
        "Our details:\n- Blue Heron Ltd\n- Oslo",
        "账号信息如下：\n- 某某公司\n- 武汉",
        "- Company: Blue Heron\n- Town: Oslo",
    ],
)
def test_a_list_of_facts_is_not_asked(facts: str) -> None:
    message = f"{facts}\n\nWho bears the loss of a stolen password?"
    assert _words(message) == ["Who bears the loss of a stolen password?"]
    assert _unread(message) == []


def test_entries_that_nothing_asks_about_are_left_for_the_agent() -> None:
    message = "Xunzhong\n- our logo\n- our data\n\nWho bears the loss of a stolen password?"
    assert _words(message) == ["Who bears the loss of a stolen password?"]
    assert _unread(message) == ["our logo", "our data"]
    assert _words("Xunzhong\n- our logo\n- our data") == ["our logo", "our data"]


def test_a_question_that_lists_clauses_stays_whole() -> None:
    whole = "If we terminate, what happens to (a) our data, (b) our balance?"
    assert _words(whole) == [whole]
