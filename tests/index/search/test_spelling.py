from __future__ import annotations

import pytest

from index.search.spelling import Speller

SPELLER = Speller(
    ["Refund of the balance: your account is terminated.", "Notification; 余额退款 invoices"]
)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("can i get a refnud", "can i get a refund"),
        ("balence", "balance"),
        ("acount", "account"),
        ("termnated", "terminated"),
        ("notifcaton", "notification"),
    ],
)
def test_a_slip_finds_the_word_that_was_meant(slip: str, meant: str) -> None:
    assert SPELLER.mend(slip) == meant


@pytest.mark.parametrize(
    "text", ["invoice", "terminating", "kangaroo", "bill", "12345", "餘額", ""]
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert SPELLER.mend(text) == text


CHINESE = Speller(
    [
        "协议终止后余额退款，账户注销。",
        "客户可以申请发票；七日内通知。用户同时赔偿，逾期不予受理",
    ]
)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("协仪什么时候生效", "协议什么时候生效"),
        ("退宽要多久到帐", "退款要多久到帐"),
        ("余鹅不足会怎样", "余额不足会怎样"),
        ("迟到要陪偿吗", "迟到要赔偿吗"),
        ("多久通之我", "多久通知我"),
    ],
)
def test_a_character_of_the_same_sound_finds_the_word_that_was_meant(slip: str, meant: str) -> None:
    assert CHINESE.mend_sounds(slip) == meant


@pytest.mark.parametrize(
    "text",
    [
        "同事能用吗",
        "帐户被封了",
        "公司倒闭怎么办",
        "刷单会封号吗",
        "腾讯退不退",
        "refund",
        "一",
        "",
    ],
)
def test_what_may_be_a_word_stays_as_it_is(text: str) -> None:
    assert CHINESE.mend_sounds(text) == text
