"""Numbers are the same however they are written, and no others."""

from __future__ import annotations

import pytest

from bot.writing.numbers import numbers_agree
from bot.writing.quotes import plain


@pytest.mark.parametrize(
    ("statement", "quote", "agree"),
    [
        ("within seven days", "七日内", True),
        ("within a week", "7日内", True),
        ("一年", "12 months", True),
        ("two weeks", "十四（14）天", True),
        ("thirty (30) days", "三十（30）日", True),
        ("18 months", "一年半", True),
        ("on 1 May 2024", "2024年5月1日", True),
        ("May 1, 2024", "2024-05-01", True),
        ("half of the fee", "费用的50%", True),
        ("1.5% a month", "每月百分之一点五", True),
        ("RMB 50,000", "五万元", True),
        ("0.1% a day", "每日千分之一", True),
        ("0.05%", "按万分之五", True),
        ("0.1%", "1‰", True),
        ("1%", "千分之一", False),
        ("at least a day before", "不晚于1天前", True),
        ("users aged 17 may join", "年满17周岁的用户可以加入", True),
        ("no one may", "任何人不得", True),
        ("10 days", "10个工作日", False),
        ("30 days", "一个月", False),
        ("500元", "$500", False),
        ("at most 3", "至少3次", False),
        ("每年1.5%", "1.5% per month", False),
        ("2024年5月2日", "May 1, 2024", False),
        ("第二次", "a third offence", False),
        ("7天", "", False),
        ("forever", "永久", True),
        ("forever", "90 days", False),
        ("永远保存", "保存90天", False),
    ],
)
def test_a_number_is_compared_by_what_it_counts(statement: str, quote: str, agree: bool) -> None:
    assert numbers_agree(plain(statement), [plain(quote)], "") is agree


def test_two_numbers_that_differ_are_not_one() -> None:
    assert plain("thirty (20) days") != plain("30 days")
    assert plain("三十（20）日") != plain("30日")
