from __future__ import annotations

import random

import pytest

from bot.desk.ticket.identifiers import IdentifierKind
from bot.desk.ticket.message import SegmentKind
from bot.desk.ticket.sentences import to_reading
from bot.desk.ticket.ticket import MAX_LENGTH, MAX_QUESTIONS, Ticket, read_ticket
from index.errors import QueryError


def _words(message: str) -> list[str]:
    return [question.words for question in read_ticket(message).questions]


def _parts(message: str) -> list[tuple[str, str]]:
    ticket = read_ticket(message)
    return [(part.kind.value, message[part.start : part.end]) for part in ticket.segments]


def _assert_spans(ticket: Ticket) -> None:
    at = 0
    for question in ticket.questions:
        assert at <= question.start < question.end
        assert ticket.message[question.start : question.end] == question.words
        assert question.text.strip()
        at = question.end
    for part in ticket.segments:
        if part.kind is SegmentKind.UNREAD:
            assert not any(
                question.start < part.end and part.start < question.end
                for question in ticket.questions
            )
    for identifier in ticket.identifiers:
        assert ticket.message[identifier.start : identifier.end] == identifier.words
    at = 0
    for part in ticket.segments:
        assert at <= part.start < part.end <= len(ticket.message)
        at = part.end


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("How long do you keep our data?", ["How long do you keep our data?"]),
        ("能退吗，几天到账？", ["能退吗", "几天到账？"]),
        ("能退嗎，幾天到帳？", ["能退嗎", "幾天到帳？"]),
        ("余额不足了。会停机吗？", ["会停机吗？"]),
        ("想问下账号能转让吗", ["想问下账号能转让吗"]),
        ("麻烦确认一下是否支持发票", ["麻烦确认一下是否支持发票"]),
        ("您好，请告知贵司的解约流程。", ["请告知贵司的解约流程。"]),
        ("Please tell us whether fees are refundable.", None),
        ("I'd like to know if I can cancel", None),
        ("Can I cancel and do I get my money back?", ["Can I cancel", "do I get my money back?"]),
        (
            "I was charged after cancelling, I want my money back.",
            ["I was charged after cancelling, I want my money back."],
        ),
        ("我已经注销了还扣费，我要退款！", ["我已经注销了还扣费，我要退款！"]),
        ("Please delete my account.", None),
        (
            "Please answer:\n1. notice period\n2. penalty for leaving\nThanks",
            ["notice period", "penalty for leaving"],
        ),
        (
            "几个问题：1、能退吗 2、几天到账 3、要不要手续费",
            ["能退吗", "几天到账", "要不要手续费"],
        ),
        ("第一，能退吗？第二，几天到账？", ["能退吗？", "几天到账？"]),
        ("①能退吗②几天到账", ["能退吗", "几天到账"]),
        ("Is it monthly, or is it yearly?", None),
        ("是按月收费，还是按年收费？", None),
        ("Notices count at once? Even if my mailbox was full?", None),
        ("My account was frozen yesterday.", None),
        ("What is the fee (e.g. for SMS) in the U.S. for 1,200 messages?", None),
        ("if i dont pay, will u shut me down", None),
        ("Will my data be\ndeleted after the end of the agreement we have with you and\nwhen?", 2),
        ("你们什么时候能回复我？在吗？有没有人管？账号能继承吗？", ["账号能继承吗？"]),
        ("Hello??? Are you serious? Who pays for this?", ["Who pays for this?"]),
        ("发票怎么开 多久能拿到", ["发票怎么开", "多久能拿到"]),
        ("请问 data retention 期限 多长 时间？", ["data retention 期限 多长 时间？"]),
        ("我想问 how long 数据 保留 多久？", ["我想问 how long 数据 保留 多久？"]),
        ("termination 之后 data 保留 多久 呢？", ["termination 之后 data 保留 多久 呢？"]),
        ("SMS 被 block 了 是 什么 原因，怎么 unblock？",
         ["SMS 被 block 了 是 什么 原因", "怎么 unblock？"]),
        ("账号 被封 了 怎么办 余额 能退 吗？", ["账号 被封 了 怎么办", "余额 能退 吗？"]),
        ("我想 transfer 账号 给 partner 可以吗 需要什么 documents？",
         ["我想 transfer 账号 给 partner 可以吗", "需要什么 documents？"]),
        ("我没什么要求。账号能继承吗？", ["账号能继承吗？"]),
        ("Can you help me? Is resale allowed?", ["Is resale allowed?"]),
    ],
)  # fmt: skip
def test_questions_are_found(message: str, questions: list[str] | int | None) -> None:
    found = _words(message)
    _assert_spans(read_ticket(message))
    if questions is None:
        assert found == [message]
    elif isinstance(questions, int):
        assert len(found) == questions
    else:
        assert found == questions


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   \n\n",
        "谢谢！",
        "Thanks a lot!\nBest regards,\nTom",
        "Hi team,",
        "12345 !!! ???",
        "1.  and@a.b",
        "😀",
    ],
)
def test_a_message_that_asks_nothing_has_no_question(message: str) -> None:
    assert _words(message) == []


MAIL = """Dear Ms. Wang,

I hope this finds you well. Our order no. SO-2024-0077 is stuck.
Can we cancel it?

Many thanks in advance.

Best regards,
John Smith
Head of Sales
+44 20 7946 0958

This e-mail is confidential. If you are not the intended
recipient, may we ask you to delete it?

Sent from my iPhone

On Mon, 3 Mar 2025 at 10:12, Support <help@example.com> wrote:
> Dear customer, how may we help? Order 999888777.
> Would you rate us?
"""


def test_what_surrounds_the_matter_is_set_aside() -> None:
    kinds = [kind for kind, _ in _parts(MAIL)]
    assert kinds == [
        "greeting", "thanks", "signature", "footer", "device", "quoted",
    ]  # fmt: skip
    assert dict(_parts(MAIL))["greeting"] == "Dear Ms. Wang,"
    assert dict(_parts(MAIL))["signature"].endswith("+44 20 7946 0958")
    assert _words(MAIL) == ["Can we cancel it?"]
    _assert_spans(read_ticket(MAIL))


@pytest.mark.parametrize(
    "sign",
    ["-----Original Message-----", "-----原始邮件-----", "________\nFrom: A B\nSent: Monday"],
)
def test_nothing_behind_a_forwarded_header_is_asked(sign: str) -> None:
    message = f"Can we cancel?\n\n{sign}\n\nWho is this? 多少钱？"
    assert _words(message) == ["Can we cancel?"]
    assert _parts(message)[-1][0] == SegmentKind.QUOTED


def test_a_postscript_behind_the_signature_is_read() -> None:
    message = "Can we cancel?\n\nRegards,\nTom\n\nPS: do we get an invoice?"
    assert [words.endswith(("cancel?", "invoice?")) for words in _words(message)] == [True, True]


def test_identifiers_are_found_and_not_searched_for() -> None:
    message = (
        "账号 dh_shen01，订单号：SO20240611-778，电话 010-62345678，手机13800138000，"
        "邮箱 li@example.cn，2024-03-02 充了5000元。能退吗？"
    )
    kinds = {found.words: found.kind for found in read_ticket(message).identifiers}
    assert kinds == {
        "dh_shen01": IdentifierKind.ACCOUNT,
        "SO20240611-778": IdentifierKind.ORDER,
        "010-62345678": IdentifierKind.PHONE,
        "13800138000": IdentifierKind.PHONE,
        "li@example.cn": IdentifierKind.EMAIL,
        "5000元": IdentifierKind.AMOUNT,
    }
    text = read_ticket(message).questions[0].text
    assert not any(words in text for words, kind in kinds.items() if kind != "amount")


def test_identifiers_of_quoted_mail_are_left_out() -> None:
    assert [found.words for found in read_ticket(MAIL).identifiers] == [
        "SO-2024-0077",
        "+44 20 7946 0958",
    ]


def test_a_question_takes_the_sentence_that_it_leans_on() -> None:
    first, second = read_ticket("余额不足了。会停机吗？发票由谁来给我们公司开具？").questions
    assert first.text == "余额不足了。 会停机吗？"
    assert second.text == "发票由谁来给我们公司开具？"
    (asked,) = read_ticket("We terminated last week. How long do you keep it?").questions
    assert asked.text == "We terminated last week. How long do you keep it?"


@pytest.mark.parametrize(
    "message",
    [
        "Should you need any further information, please don't hesitate to call us.",
        "Please let me know if you have any questions.",
        "Feel free to contact us.",
        "Please find attached our order.",
        "Should you suspend us, we will leave.",
    ],
)
def test_a_phrase_of_politeness_is_no_question(message: str) -> None:
    assert _words(f"How long is data kept? {message}") == ["How long is data kept?"]


@pytest.mark.parametrize(
    "request_",
    [
        "Please let me know the process of terminating.",
        "Please confirm this is allowed.",
        "Could you also send me the pricing?",
        "Kindly let us have a copy of the agreement.",
        "把数据全删了",
        "限你们24小时内退款",
        "请提供数据保留期限",
        "退钱！",
        "贵公司（大汉）终止服务后，数据怎么处理？",
        "Refund?",
        "发票？",
    ],
)
def test_a_request_is_found(request_: str) -> None:
    assert _words(request_) == [request_]
    assert _words(f"Who owns the account?\n\n{request_}") == ["Who owns the account?", request_]


def test_what_may_be_a_request_is_left_for_the_agent() -> None:
    message = "就这服务？Who owns the account? We must speak with a manager. We moved to Oslo."
    parts = [words for kind, words in _parts(message) if kind == SegmentKind.UNREAD]
    assert parts == ["就这服务？", "We must speak with a manager."]
    assert _words(message) == ["Who owns the account?"]


@pytest.mark.parametrize("last", ["2024年的账号能不能转让", "退我5000元", "给我退款"])
def test_a_last_line_that_asks_is_no_signature(last: str) -> None:
    assert _words(f"你好\n\n密码泄露了谁负责？\n\n{last}")[-1] == last


@pytest.mark.parametrize("mark", ["P.S.", "PS:", "p.p.s.", "又及："])
def test_a_postscript_below_the_dashes_of_a_signature_is_read(mark: str) -> None:
    message = f"Who owns it?\n--\nTom\nACME\n\n{mark} could you also send me the pricing?"
    assert _words(message)[1].endswith("could you also send me the pricing?")
    assert ("signature", "--\nTom\nACME") in _parts(message)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("110101199003074512", IdentifierKind.IDENTITY),
        ("11010119900307451X", IdentifierKind.IDENTITY),
        ("PO 4500129931", IdentifierKind.ORDER),
        ("BH-2291", IdentifierKind.REFERENCE),
        ("[Ticket#88412]", IdentifierKind.REFERENCE),
        ("工单号：88412", IdentifierKind.REFERENCE),
        ("客户编号 DHKH-00981", IdentifierKind.ACCOUNT),
        ("Customer no. 55-2190", IdentifierKind.ACCOUNT),
    ],
)
def test_each_kind_of_identifier_is_told(words: str, kind: IdentifierKind) -> None:
    (found,) = read_ticket(f"{words}，能退吗？").identifiers
    assert found.kind is kind
    assert found.words in words


@pytest.mark.parametrize("words", ["ISO-9001", "SHA-256", "110101199013074512", "5G", "12-month"])
def test_a_standard_is_no_identifier(words: str) -> None:
    assert read_ticket(f"Do you have {words}?").identifiers == ()


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("能退吗？", "zh"),
        ("Can I get a refund from 讯众?", "en"),
        ("我们的 app 用的是 API，can you help? 余额能退吗？发票呢？", "zh"),
        (
            "Hi,\n\nCan I cancel?\n\n-----原始邮件-----\n您好，请问有什么可以帮您？感谢您的来信。",
            "en",
        ),
    ],
)
def test_the_language_is_that_of_the_matter(message: str, language: str) -> None:
    assert read_ticket(message).language == language


def test_too_many_questions_are_counted() -> None:
    ticket = read_ticket("能退吗？" * (MAX_QUESTIONS + 7))
    assert len(ticket.questions) == MAX_QUESTIONS
    assert ticket.left_out == 7


def test_a_message_that_is_too_long_is_refused() -> None:
    read_ticket("a" * MAX_LENGTH)
    with pytest.raises(QueryError, match="at most 20000"):
        read_ticket("a" * (MAX_LENGTH + 1))


PIECES = (
    "Hi,", "你好，", "能退吗", "？", "?", "\n", "\r\n", " ", "> ", "--", "1. ", "（1）", "①",
    "please tell us", "whether", "我要退款", "order no. ", "138", "00138000", "@", "a.b", "。",
    ",", "，", "\u2028", "\ud800", "😀", "“", "Best regards", "On Monday X wrote:", "\x00",
    "还有", "and", "is it", "ﬁ", "㍿", "İ", "请问", "data ", "多久 ", "数据 ",
    "(i)", "其一，", "please confirm: ", "(a) ",
    "From: a\n", "Subject: ", "10:02", "6/3 ", "(", ")", "P.S.", ";",
)  # fmt: skip


def test_spans_hold_in_any_message() -> None:
    chance = random.Random(7)
    for _ in range(3_000):
        message = "".join(chance.choices(PIECES, k=chance.randrange(1, 40)))
        assert len(to_reading(message)) == len(message)
        _assert_spans(read_ticket(message))
