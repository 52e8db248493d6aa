"""Whose agreement a text is: titles, parties and names, from texts of every shape."""

from __future__ import annotations

import pytest

from index.names import find_names
from index.titles import is_generic
from index.vocabulary import is_ordinary, is_slip

BODY = "\n\n1. Fees\n\nThe fee is 20 dollars a month and is due on the first day of it.\n"


@pytest.mark.parametrize(
    ("top", "title"),
    [
        ("# Corware Terms of Use", "Corware Terms of Use"),
        ("# **[Corware Terms](https://corware.example/terms)** | Corware Help", "Corware Terms"),
        ("---\n\n# Terms of Service\n", "Terms of Service"),
        ("| --- | --- |\n\nPrivacy Policy\n==============", "Privacy Policy"),
        ("_Last updated: May 1, 2026_\n\n**Terms of Use**", "Terms of Use"),
        ("[Home](/) [Fees](/fees)\n\n[About](/about)\n\n# Seller Policy", "Seller Policy"),
        ("1\\. Welcome to Corware\n\nPay.", "Shop terms"),
        ("0", "Shop terms"),
        ("![](https://corware.example/a.png)\n\n## Cookie Notice (2024-05-01)", "Cookie Notice"),
        ("# Overview", "Shop terms"),
        ("For the purpose of these Corware Device Terms of Use, pay.", "Shop terms"),
        ("1 Scope\n=======", "Shop terms"),
        ("注册协议\n科维尔会员注册协议", "科维尔会员注册协议"),
        ("最近更新日期：2022年4月11日\n《科维尔用户协议》", "科维尔用户协议"),
        ("用户协议 | 科维尔 - 买东西就上科维尔", "用户协议"),
        ("首页 >\n服務條款", "服務條款"),
    ],
)
def test_a_title_is_what_stands_first_without_marks_dates_and_site(top: str, title: str) -> None:
    assert find_names(top + BODY, "003_shop_terms").title == title


def test_a_page_is_called_by_its_own_title_where_its_text_has_none() -> None:
    found = find_names("Welcome." + BODY, "page", "Terms of Sale | Belmart Help")
    assert found.title == "Terms of Sale"
    assert find_names("Welcome." + BODY, "2024-05-01_belmart-terms").title == "Belmart terms"


@pytest.mark.parametrize(
    ("text", "stem", "names"),
    [
        ("# Belmart Terms of Service", "doc", ("Belmart",)),
        ("# Terms of Service\n\nBe nice.", "corware_terms_of_service_2024", ("Corware",)),
        (
            "# Terms\n\nAn agreement between you and Globex, Inc. (“Globex”, “we”).",
            "t",
            ("Globex",),
        ),
        ("# Terms\n\nQuux is operated by Zorblatt GmbH.\n\nZorblatt decides.", "t", ("Zorblatt",)),
        ("# Terms | Belmart Help", "doc", ("Belmart",)),
        (
            "用户协议\n\n欢迎使用科维尔（以下简称“科维尔”）。科维尔由深圳科维尔网络科技有限公司运营。",
            "x",
            ("科维尔",),
        ),
        ("科维尔（Corware）隐私政策", "x", ("Corware", "科维尔")),
        ("# Terms\n\nPay us.\n\nAsk help@corware.example.", "Corware ToS", ("Corware",)),
        ("欢迎使用12306网！12306提醒您保管密码。", "000_12306隐私政策", ("12306",)),
        ("在线支付服务协议\n科维尔的支付。", "科维尔在线支付服务协议", ("科维尔",)),
        ("隐私政策\n本政策适用于我的歌单。", "我的歌单隐私政策", ("我的歌单",)),
        ("这是您与深圳科维尔网络科技有限公司之间的协议。", "x", ("科维尔",)),
        ("# zCorware Terms\n\nzCorware Ltd. (“zCorware”) is here.", "x", ("zCorware",)),
        ("# Terms\n\nPay.", "zh_CN_corware_terms", ("Corware",)),
    ],
)
def test_names_are_found_in_title_file_and_first_sentences(
    text: str, stem: str, names: tuple[str, ...]
) -> None:
    assert set(names) <= set(find_names(text + BODY, stem).names)


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("委托担保合同\n按本委托担保合同办理。本委托担保合同有效。", "委托担保合同"),
        ("上海市出境旅游合同示范文本\n出境旅游合同。", "上海市出境旅游合同示范文本"),
        ("# U.S. Consumer Privacy Statement\n\nIn the U.S. and U.S. lands.", "privacy"),
        (
            "# Terms\n\nCards are charged by our payment processor, Zorblatt, Inc. (“Zorblatt”).",
            "t",
        ),
        (
            "未成年人隐私保护政策\n未成年人有权注销未成年人账号，未成年人用户亦同。",
            "未成年人隐私保护政策",
        ),
        ("会员积分规则\n会员积分可以兑换。", "会员积分规则"),
        ("# Terms\n\nA firm of the United Kingdom (“we”). In the United Kingdom, we.", "terms"),
    ],
)
def test_what_an_agreement_is_about_is_no_name_of_anybody(text: str, stem: str) -> None:
    assert find_names(text + BODY, stem).names == ()


def test_the_party_is_the_company_that_the_opening_names() -> None:
    english = "# Terms\n\nThese terms are between you and Globex Media, Inc. (“we”).\n"
    assert find_names(english, "t").party == "Globex Media, Inc."
    chinese = "用户协议\n本平台由深圳科维尔网络科技有限公司（以下简称“我们”）运营。"
    found = find_names(chinese, "t")
    assert found.party == "深圳科维尔网络科技有限公司"
    assert "科维尔" in found.names
    assert "Keweier" in found.names, "as it sounds, for who asks in Latin letters"


@pytest.mark.parametrize(
    "words",
    [
        "Terms of Service",
        "customer agreement",
        "Privacy Policy",
        "平台",
        "服务协议",
        "我们",
        "用户协议",
    ],
)
def test_generic_words_name_no_one(words: str) -> None:
    assert is_generic(words)
    assert not find_names(f"# {words}{BODY}", "terms").names


def test_an_ordinary_word_is_a_name_only_where_it_is_written_as_one() -> None:
    assert not find_names("# Shipping Policy\n\nShipping takes a week.", "doc").names
    spark = "# Spark Terms of Use\n\nUsing Spark is free, and with Spark you can write."
    assert find_names(spark, "doc").names == ("Spark",)


def test_hostile_texts_take_no_time() -> None:
    for piece in ("[", "![", "A ", "Aa.", "个人信息", "(“", "**", "<!--", "《", "_a"):
        find_names(piece * (200_000 // len(piece)), piece * 40)


def test_ordinary_words_are_told_from_names() -> None:
    assert all(map(is_ordinary, ("refunds", "invoice's", "ccpa", "会员费", "退款", "老用户")))
    assert not any(map(is_ordinary, ("belmart", "spotify", "科维尔", "美团")))
    assert is_slip("refnud")
    assert not is_slip("zorblatt")
