"""Order numbers, accounts, telephone numbers and amounts, told from other numbers."""

from __future__ import annotations

import pytest

from bot.desk.ticket.identifiers import find_identifiers
from bot.desk.ticket.sentences import to_reading


def _found(message: str) -> list[tuple[str, str]]:
    found = find_identifiers(message, to_reading(message))
    assert all(message[one.start : one.end] == one.words for one in found)
    return [(one.kind.value, one.words) for one in found]


@pytest.mark.parametrize(
    ("message", "kind", "words"),
    [
        ("write to Li.Wei+x@mail.example.cn please", "email", "Li.Wei+x@mail.example.cn"),
        ("身份证110101199003074512", "identity", "110101199003074512"),
        ("身份证11010119900307451X能用吗", "identity", "11010119900307451X"),
        ("order no. SO-2024-0077", "order", "SO-2024-0077"),
        ("invoice #12345", "order", "12345"),
        ("P.O. 4500129931", "order", "4500129931"),
        ("订单号：20240611778899", "order", "20240611778899"),
        ("合同编号 HT-2024/001", "order", "HT-2024/001"),
        ("订单　ＳＯ１２３", "order", "ＳＯ１２３"),
        ("Ticket#88412", "reference", "88412"),
        ("case 20-1881", "reference", "20-1881"),
        ("工单号88412", "reference", "88412"),
        ("our BH-2291 was lost", "reference", "BH-2291"),
        ("account dh_shen01", "account", "dh_shen01"),
        ("客户编号 DHKH-00981", "account", "DHKH-00981"),
        ("Customer no. 55-2190", "account", "55-2190"),
        ("账号是dh01", "account", "dh01"),
        ("user id: 771", "account", "771"),
        ("we paid $1,200.50 then", "amount", "$1,200.50"),
        ("we paid USD 300", "amount", "USD 300"),
        ("充了5000元", "amount", "5000元"),
        ("大概3万元", "amount", "3万元"),
        ("about 20 euros", "amount", "20 euros"),
        ("call 010-62345678", "phone", "010-62345678"),
        ("call +44 20 7946 0958", "phone", "+44 20 7946 0958"),
        ("call (020) 7946 0958", "phone", "(020) 7946 0958"),
        ("手机13800138000", "phone", "13800138000"),
    ],
)
def test_an_identifier_is_found_whole_and_told_by_its_kind(
    message: str, kind: str, words: str
) -> None:
    assert _found(message) == [(kind, words)]


@pytest.mark.parametrize(
    "message",
    [
        "订单号：无",
        "order number unknown",
        "my account was frozen",
        "in order to pay",
        "on 2024-03-02 we left",
        "call 2345678",
        "123 4567 8901 2345 6789",
        "110101199013074512",
        "ISO-9001, SHA-256 and COVID-19",
        "version 10.20.30.40",
        "a 12-month term, 5G",
        "at@home",
        "30天内",
    ],
    ids=["no digit", "a word", "a state", "an idiom", "a date", "too short", "too long",
         "no month", "standards", "a version", "terms", "no address", "days"],
)  # fmt: skip
def test_other_numbers_are_no_identifiers(message: str) -> None:
    assert _found(message) == []


def test_of_two_kinds_that_overlap_the_closer_one_is_told() -> None:
    message = "订单号 13800138000，手机 13800138001，order 12345678901234567890"
    assert _found(message) == [
        ("order", "13800138000"),
        ("phone", "13800138001"),
        ("order", "12345678901234567890"),
    ]


def test_identifiers_come_in_the_order_of_the_text() -> None:
    message = "付了300元，订单 SO-1，邮箱 a@b.cn，账号 u1_a"
    assert [kind for kind, _ in _found(message)] == ["amount", "order", "email", "account"]
