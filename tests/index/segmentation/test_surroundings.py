"""What stands around an agreement in a saved page is set aside; the agreement itself never is."""

from __future__ import annotations

import pytest

from index.segmentation.segment import segment


def clauses(text: str) -> list[str]:
    """Return the words of the clauses of a text."""
    return [clause.text for clause in segment(text, "x").clauses]


def aside(text: str) -> dict[str, str]:
    """Return the reason of each line that is set aside."""
    found = segment(text, "x").leftovers
    return {text[span.start : span.end].strip(): span.reason for span in found}


ZH = """优品网-首页

[QQ登录](https://u.example/qq) [写点评](https://u.example/review)

获取验证码

立即体验

用户协议

用户协议

第一条 费用

1.1 每月二十元，见[价目](https://u.example/price)。

第二条 终止

2.1 可以随时终止。

Facebook

简体中文

English (US)

1

还有其它问题？提交请求

返回页首

帮助中心

京ICP备00000000号

400-0000-000
"""

EN = """Log inGet started

*   Solutions
*   [Pricing](https://acme.example/pricing)

# Terms

Written by Jo Doe

Updated over a week ago

Share

*   [](https://twitter.com/intent/tweet?text=x)
*   Copy link

## Fees

You pay 5 euros, see our [price list](https://acme.example/prices).

## Ending

You may end these terms at any time.

[Latest from us
---------------](https://acme.example/news)

[![](/a.jpg)

#### A new office

2026-01-02

We have moved to a larger house.](https://acme.example/news/1)

## Reach out to sales

Fill in the form below, and our team calls you back within a day.

Name:

Message:

Oops! Something went wrong while submitting the form.

Company
-------

*   [Careers](https://acme.example/careers)
*   [Press](https://acme.example/press)

© 2026 Acme. All rights reserved.
"""

COOKIES = """We value your privacy

We use cookies to give you a better experience.

Customise Reject All Accept All

Functional cookies help to share the page with others.

Reject All Save My Preferences Accept All

# Cookie Policy

## What we use

We use cookies to remember your language.
"""


def test_head_and_foot_of_a_chinese_page_are_set_aside() -> None:
    assert [words.rstrip() for words in clauses(ZH)] == [
        "每月二十元，见[价目](https://u.example/price)。",
        "可以随时终止。",
    ]
    found = aside(ZH)
    assert found["立即体验"] == "menu"
    assert found["返回页首"] == "button"
    assert found["还有其它问题？提交请求"] == found["400-0000-000"] == "foot of a page"


def test_head_foot_cards_and_form_of_an_english_page_are_set_aside() -> None:
    assert clauses(EN) == [
        "You pay 5 euros, see our [price list](https://acme.example/prices).",
        "You may end these terms at any time.",
    ]
    assert {"Log inGet started", "Written by Jo Doe", "Name:", "2026-01-02"} <= aside(EN).keys()


def test_a_banner_on_cookies_is_set_aside_and_a_clause_on_them_is_not() -> None:
    assert clauses(COOKIES) == ["We use cookies to remember your language."]


STAYS = {
    "links below a lead-in at the end": (
        "# Terms\n\n## Rules\n\nBe kind.\n\nThese belong to the terms:\n\n"
        "* [Prices](https://a.example/p)\n* [Refunds](https://a.example/r)\n"
        "* [Rules](https://a.example/x)\n\n© 2026 Acme\n",
        5,
    ),
    "links to annexes": (
        "# Terms\n\n## Rules\n\nBe kind.\n\n## Annexes\n\n[Annex 1 – Ads](https://a.example/1)\n\n"
        "[Annex 2 – Data](https://a.example/2)\n\n[Annex 3 – Fees](https://a.example/3)\n",
        4,
    ),
    "the last section below a button": (
        "# Terms\n\n## Fees\n\nYou pay.\n\n[Back to top](#top)\n\n## Contact\n\nWrite to us.\n\n"
        "[Back to top](#top)\n",
        2,
    ),
    "a contact with a link": (
        "# Terms\n\n## Fees\n\nYou pay.\n\n## Contact us\n\n[Help center](https://a.example/h)\n",
        2,
    ),
    "a signature": (
        "1、费用为二十元。\n2、可随时终止。\n甲方（盖章）\n乙方（签字）\n地址\n电话\n",
        2,
    ),
    "a section named as a button": (
        "# 协议\n\n## 注册\n\n用户应当注册。\n\n## 分享\n\n可以分享。\n",
        2,
    ),
    "plain titles named as buttons": (
        "协议\n\n注册\n\n用户应当使用真实姓名注册，一人一个账号，不得转让给他人使用，否则停用。\n\n"
        "分享\n\n用户可以把内容分享给他人，但是不得用于商业目的，也不得改动，否则停用。\n",
        2,
    ),
    "items that come again": (
        "# Privacy\n\n## Accounts\n\nWe keep:\n\n* Email address\n* Postal address\n* Full name\n\n"
        "## Orders\n\nWe keep:\n\n* Email address\n* Postal address\n* Full name\n",
        8,
    ),
}


@pytest.mark.parametrize("name", STAYS)
def test_the_agreement_itself_stays(name: str) -> None:
    text, count = STAYS[name]
    assert len(clauses(text)) == count


CONTENTS = {
    "numbers of clauses beside links": (
        "# Terms\n\n1.1 [Definitions](#d)\n1.2\n[License](#License)\n1.3 [Fees](#Fees)\n\n"
        "## Definitions\n\n1.1 Words mean things.\n\n## License\n\n1.2 You may use it.\n\n"
        "## Fees\n\n1.3 You pay.\n",
        ["1.1", "1.2", "1.3"],
    ),
    "other words than the titles": (
        "用户协议\n目录\n一、总则\n二、费用说明\n三、终止\n一、总则\n本协议有效。\n二、费用\n"
        "每月二十元。\n三、终止与解除\n可随时终止。",
        ["一", "二", "三"],
    ),
    "announced by a sentence": (
        "隐私政策\n本政策将帮助您了解以下内容：\n一、我们收集的信息\n二、联系我们\n"
        "一、我们收集的信息\n我们收集姓名。\n二、联系我们\n电话见网站。",
        ["前言", "一", "二"],
    ),
    "bullets": (
        "# Terms\n\n* 1\\. General\n* 1.1 [Definitions](#d)\n* 1.2\n\n[License](#l)\n\n"
        "* 2\\. [Fees](#f)\n\n1\\. General\n1.1 Definitions. Words mean things.\n"
        "1.2 License. You may use it.\n2\\. Fees\n2.1 You pay.",
        ["1.1", "1.2", "2.1"],
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_contents_with_the_numbers_of_the_clauses_are_set_aside(name: str) -> None:
    text, labels = CONTENTS[name]
    found = segment(text, "x")
    assert [clause.label for clause in found.clauses] == labels
    assert {span.reason for span in found.leftovers} == {"table of contents"}
