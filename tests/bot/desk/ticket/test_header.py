from __future__ import annotations

import pytest

from bot.desk.ticket.ticket import Ticket, read_ticket


def _parts(ticket: Ticket) -> dict[str, str]:
    return {part.kind.value: ticket.message[part.start : part.end] for part in ticket.segments}


OUTLOOK = (
    "From: Ana Cruz <ana@example.com>\nSent: Tuesday, 4 June 2024 09:15\nTo: Support\n"
    "Cc: Legal <legal@example.com>;\n  Bo <bo@example.com>\nSubject: RE: Xunzhong"
)
FOXMAIL = (
    "发件人： 刘畅\n发送时间： 2024-05-11 14:22\n收件人： 讯众客服\n抄送： 王五\n主题： 回复：疑问"
)
TAIWAN = "寄件者：陳先生\n日期：2024年6月3日\n收件者：客服\n主旨：查詢"
STARRED = "*From:* Olga\n*Sent:* 12 November 2024 17:40\n*To:* Care\n*Subject:* Data"
GMAIL = "---------- Forwarded message ---------\nFrom: Ann <ann@example.com>\nSubject: hi"
REPLIED = "On Tue, Jun 4, 2024 at 9:15 AM Support <s@example.com> wrote:"
ALONE = "Subject: questions before we sign"
HANDED_ON = f"FYI, please handle\n\n{OUTLOOK}"
BANNER = f"CAUTION: This email originated from outside of the organization.\n\n{OUTLOOK}"


@pytest.mark.parametrize(
    "header",
    [OUTLOOK, FOXMAIL, TAIWAN, STARRED, GMAIL, REPLIED, ALONE, HANDED_ON, BANNER],
)
@pytest.mark.parametrize("before", ["", "\n  \n"])
def test_the_body_below_a_header_that_a_message_begins_with_is_read(
    header: str, before: str
) -> None:
    ticket = read_ticket(f"{before}{header}\n\nHow long do you keep our data?")
    assert [question.words for question in ticket.questions] == ["How long do you keep our data?"]
    assert _parts(ticket) == {"header": header}


def test_a_header_below_other_words_begins_quoted_mail() -> None:
    ticket = read_ticket(f"{OUTLOOK}\n\nCan we cancel?\n\n{FOXMAIL}\n\n您还需要什么？")
    assert [question.words for question in ticket.questions] == ["Can we cancel?"]
    assert _parts(ticket) == {"header": OUTLOOK, "quoted": f"{FOXMAIL}\n\n您还需要什么？"}


@pytest.mark.parametrize("first", ["Sent: Friday", "From: my side,", "To: you", "时间：昨天"])
def test_one_line_that_looks_like_a_field_is_no_header(first: str) -> None:
    assert "header" not in _parts(read_ticket(f"{first}\n\nHow long do you keep our data?"))


@pytest.mark.parametrize(
    ("message", "language"),
    [(f"{FOXMAIL}\n\n", "zh"), (f"{OUTLOOK}\n\n", "en"), ("谢谢！\n> Who are you?", "zh")],
)
def test_the_whole_message_tells_the_language_where_no_matter_is_left(
    message: str, language: str
) -> None:
    ticket = read_ticket(message)
    assert ticket.questions == ()
    assert ticket.language == language


def test_a_subject_that_asks_is_read_where_nothing_else_asks() -> None:
    header = "From: a\nTo: b\nSubject: Fwd: RE: Can we cancel at any time?"
    (asked,) = read_ticket(f"{header}\n\n").questions
    assert asked.words == "Can we cancel at any time?"
    (asked,) = read_ticket(f"{header}\n\nWho pays the fees?").questions
    assert asked.words == "Who pays the fees?"


def test_a_subject_that_is_read_stays_one_part() -> None:
    header = "From: a\nTo: b\nSubject: Can we cancel? We must speak with a manager."
    ticket = read_ticket(f"{header}\n\n")
    assert [question.words for question in ticket.questions] == ["Can we cancel?"]
    assert _parts(ticket) == {"header": header}


def test_a_message_that_is_quoted_whole_is_read() -> None:
    ticket = read_ticket("> How long do you keep data?\n> Who pays for an export?")
    assert [question.words for question in ticket.questions] == [
        "How long do you keep data?",
        "Who pays for an export?",
    ]
    assert read_ticket("Thanks!\n> Who are you?").questions == ()


@pytest.mark.parametrize(
    "stamps",
    [
        ("王磊 2024/6/3 10:02:11\n", "王磊 2024年6月3日 下午3:14\n"),
        ("[10:02, 6/3/2024] Wang: ", "[10:03, 6/3/2024] Wang: "),
    ],
)
def test_the_stamps_of_a_pasted_chat_are_set_aside(stamps: tuple[str, str]) -> None:
    first, second = stamps
    ticket = read_ticket(f"{first}账号能转让吗\n{second}密码泄露了谁负责")
    assert [question.words for question in ticket.questions] == ["账号能转让吗", "密码泄露了谁负责"]
    assert [part.kind.value for part in ticket.segments] == ["header", "header"]
