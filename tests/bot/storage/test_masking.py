"""What tells who a person is becomes a word in brackets; all else stays as it was."""

from __future__ import annotations

import re
import string
from base64 import urlsafe_b64encode
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.identity import Purpose
from bot.people.passwords import new_device, new_key
from bot.storage.masking import Kind, mask
from bot.storage.masking.numbers import is_identity

PHONES = """
13800138000|138 0013 8000|138-0013-8000|１３８００１３８０００|１３８　００１３　８０００
1 3 8 0 0 1 3 8 0 0 0|138.0013.8000|138-001-38000|+8613800138000|+86 138 0013 8000
+86-138-0013-8000|＋８６　１３８００１３８０００|8613800138000|86 13800138000
0086 138 0013 8000|008613800138000|138‑0013‑8000|138\u200b0013\u200b8000|19912345678
17012345678|138 00138000|1380013 8000|010-62345678|010 6234 5678|01062345678|0755-26001234
0571-8765 4321|021－68886888|+86 10 6234 5678|+86 (0)10 6234 5678|86-10-62345678
010-62345678-8001|010-62345678转8001|400-820-8820|4008208820|800-810-0000|(010)62345678
（０１０）６２３４５６７８|+1 415 555 2671|+1 (415) 555-2671|(415) 555-2671|415-555-2671
415.555.2671|+44 20 7946 0958|+852 2123 4567|0044 20 7946 0958|+81-3-1234-5678
+886 912 345 678|+49 30 901820|001 415 555 2671
"""
EMAILS = """
zhang.san@example.com|zhang_san+terms@mail.example.com.cn|ＺＨＡＮＧ＠ＥＸＡＭＰＬＥ．ＣＯＭ
a@b.cn|12345678@qq.com|zhang @ example.com|zhang[at]example.com|zhang (at) example.com
o'neil-smith%x@ex-ample.co.uk
"""
IDENTITIES = """
11010519491231002X|11010519491231002x|１１０１０５１９４９１２３１００２Ｘ
110105 19491231 002X|110105-1949-1231-002X|440524188001010014|440524 1880 0101 0014
1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X
"""
CARDS = """
4111111111111111|4111 1111 1111 1111|4111-1111-1111-1111
４１１１　１１１１　１１１１　１１１１|5555 5555 5555 4444|378282246310005|3782 822463 10005
6222021234567890128
"""
INNOCENT = """
5.2.1|第3.2.2条|5（3）|2024-01-01|2024年1月1日至2024年12月31日|2024/01/01 12:30:45|20240101
2024-01-01T12:30:45Z|50,000元|1,000,000.00元|人民币13800138000元|13800138000元|¥13800138000
USD 4155552671|$4155552671|99.99%|v1.2.3|版本2.10.0-20240101|10.15.7.20240101|192.168.100.20
192.168.1.1:8080|7日|90 days|24小时|15个工作日|365天|3.14159265358979|10086|12315|110|95588
1 3 5 7 9 11 13 15|3.1、3.2、3.3、3.4、3.5、3.6|1.1 1.2 1.3 1.4 1.5|第1至20条|ISO 27001:2022
RFC 8785|GB/T 35273-2020|1700000000|1700000000000|20240101123045|订单号202401010000123
0.13800138000|13800138000.55|0.13800138000|13800138000.55|f47ac10b-58cc-4372-a567-0e02b2c3d479|3f13800138000ab|100-200-300-400|2023-2024-2025
每条0.045元，共1000000条|13800138000条短信|5.2.1.3.4.5.6.7.8.9|2021、2022、2023
1,234,567,890|0.12345678901|2,000-5,000|@ 5.2.1|follow @clausebot|a@b|E=mc@2|1999-12-31 235
4111111111111112|2020-02-30 10:00-12:00|01/02/2024 03/04/2024
100 200 300 4000|12-34-56-78|1-2-3-4-5-6-7-8-9-10-11|第12条第3款第4项|110105190002300019
"""


def _listed(table: str) -> list[str]:
    return [entry for line in table.split("\n") for entry in line.split("|") if entry]


PLANTED = [
    (value, name)
    for table, name in (
        (PHONES, Kind.PHONE),
        (EMAILS, Kind.EMAIL),
        (IDENTITIES, Kind.IDENTITY),
        (CARDS, Kind.CARD),
    )
    for value in _listed(table)
]


def test_enough_is_planted() -> None:
    assert len(PLANTED) >= 60
    assert len(_listed(INNOCENT)) >= 40


@pytest.mark.parametrize(("value", "name"), PLANTED)
def test_what_tells_who_a_person_is_is_masked(value: str, name: str) -> None:
    for frame in (
        "{}",
        "我的是{}，请问余额不足怎么办",
        "call {} now please",
        "联系{}谢谢",
        "{}\n{}",
    ):
        assert mask(frame.replace("{}", value)) == frame.replace("{}", name)


@pytest.mark.parametrize("value", _listed(INNOCENT))
def test_what_tells_nobody_stays(value: str) -> None:
    for frame in ("{}", "按{}的规定", "see {} of it"):
        assert mask(frame.format(value)) == frame.format(value)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话：62345678", "电话：[phone]"),
        ("座机号码是6234 5678转12，急", "座机号码是[phone]，急"),
        ("phone: 6234-5678", "phone: [phone]"),
        ("共62345678次", "共62345678次"),
        ("(+86) 138 0013 8000", "[phone]"),
        ("13800138000/13900139000", "[phone]/[phone]"),
        ("13800138000，13900139000", "[phone]，[phone]"),
        ("2024-01-01 13800138000 5.2.1", "2024-01-01 [phone] 5.2.1"),
        ("13800138000元旦打给我", "[phone]元旦打给我"),
        ("13800138000条款怎么说", "[phone]条款怎么说"),
        ("11010519491231002X 13800138000", "[id number] [phone]"),
        ("用户@例子.中国", "[email]"),
        ("mail zhang@example.com. Then wait", "mail [email]. Then wait"),
        ("tel13800138000", "tel[phone]"),
    ],
)
def test_what_stands_around_is_kept(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("purpose", Purpose)
def test_our_own_keys_are_masked_wherever_they_stand(purpose: Purpose) -> None:
    assert mask(f"用{new_key(purpose)}失败") == "用[key]失败"
    assert mask(f"cookie {new_device('li', 'kept')} leaked") == "cookie [key] leaked"
    for number in range(20):  # as new_token makes them; of these, all are told from words
        token = urlsafe_b64encode(sha256(bytes([number])).digest()).decode().rstrip("=")
        assert mask(f"session {token}, stolen") == "session [key], stolen"
    assert mask("280_VocabularySpellingCity_Terms_of_Service") == (
        "280_VocabularySpellingCity_Terms_of_Service"
    )


@pytest.mark.parametrize(
    "text",
    [
        "订单号4155550132",  # what is called so is no telephone
        "order 4111111111111111",
        "72483, 77583, 79720",
        "db0b5d2138163035",
        "252.227-7013",
        "ISBN 9787111123453",
        "第3.2.1.40条",
        "10.0.0.12 and 192.168.1.1 and fe80 and ::1 and 0.0.0.0",
        "浙ICP备2023025943号",
        "company number 07540255",
        "护照有效期2024-11-30",
        "token limit 128000",
        "my password is required",
        "微信支付20241130",
    ],
)
def test_what_only_looks_like_a_person_stays(text: str) -> None:
    assert mask(text) == text


@given(st.text())
def test_any_text_can_be_masked_and_masking_twice_is_masking_once(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked


@given(st.text(alphabet=string.ascii_letters + "协议条款，。 .,-()@+/#"))
def test_text_without_digits_or_addresses_stays(text: str) -> None:
    if not re.search(r"[@(\[]", text):
        assert mask(text) == text


@given(
    st.text(alphabet="协议条款，。？ \n"),
    st.integers(10**8, 10**9 - 1),
    st.sampled_from(["", " ", "-", "　"]),
    st.text(alphabet="协议款，。？ \n"),
)
def test_a_mobile_number_is_masked_wherever_it_stands(
    before: str, rest: int, blank: str, after: str
) -> None:
    digits = f"13{rest}"
    number = blank.join((digits[:3], digits[3:7], digits[7:]))
    assert mask(before + number + after) == f"{before}[phone]{after}"


@given(st.integers(11, 15), st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 999))
def test_an_identity_number_has_one_check_digit(province: int, born: date, order: int) -> None:
    digits = f"{province}0105{born:%Y%m%d}{order:03}"
    assert sum(is_identity(digits + check) for check in "0123456789X") == 1


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(1900, 2100))
def test_numbers_of_clauses_and_dates_stay(first: int, second: int, third: int, year: int) -> None:
    text = f"第{first}.{second}.{third}条自{year}年{first}月{second}日起{third}天内付{first},000元"
    assert mask(text) == text
