"""Numbers that answer a question, and questions that want one."""

from __future__ import annotations

import pytest

from index.numerals import asks_period, asks_quantity, find_quantities, states_period


def _found(text: str) -> list[str]:
    return [text[start:end] for start, end in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("数据保留7日，逾期删除。", ["7日"]),
        ("提前三十天或一个月通知", ["三十天", "一个月"]),
        ("3 个工作日内，最多2次", ["3 个工作日", "2次"]),
        ("违约金为1,000.50元，即 5％", ["1,000.50元", "5％"]),
        ("2024年5月1日起", ["2024年5月1日"]),
        (
            "within thirty (30) business days, or 24 hours",
            ["thirty (30) business days", "24 hours"],
        ),
        ("within 5 business days", ["5 business days"]),
        ("forty-eight (48) hours or fourteen days", ["forty-eight (48) hours", "fourteen days"]),
        ("提前三十（30）日、30（三十）日或三个月", ["三十（30）日", "30（三十）日", "三个月"]),
        ("a 30-day notice at $1,200.00 a seat", ["30-day", "$1,200.00"]),
        ("见第七条、第二十七条、第3款与附件二,7日内", ["7日"]),
        ("第 12 条与第5次", []),
        ("Section 5.2 and clause 7", []),
        ("", []),
    ],
)
def test_durations_amounts_shares_and_dates_are_found(text: str, quantities: list[str]) -> None:
    assert _found(text) == quantities


@pytest.mark.parametrize(
    ("question", "quantity", "period"),
    [
        ("数据保留多久？", True, True),
        ("几天内答复", True, True),
        ("违约金是多少", True, False),
        ("付款期限是什么时候", True, False),
        ("How long is data kept?", True, True),
        ("how many business days do I have", True, True),
        ("how many seats are there", True, False),
        ("What is the notice period?", True, False),
        ("谁承担责任？", False, False),
        ("Who is liable?", False, False),
        ("", False, False),
    ],
)
def test_a_question_that_wants_a_number_is_known(
    question: str, *, quantity: bool, period: bool
) -> None:
    assert asks_quantity(question) is quantity
    assert asks_period(question) is period


@pytest.mark.parametrize(
    "text",
    [
        "within three (3) months", "三十（30）日内", "We may end it immediately.", "即时生效",
        "at the end of the month", "until the balance is used up", "直至余额用完",
        "for as long as the law requires", "法律规定的期限",
    ],
)  # fmt: skip
def test_what_says_how_long_or_how_soon_is_known_with_and_without_a_number(text: str) -> None:
    assert states_period(text)


@pytest.mark.parametrize("text", ["第七条 付款", "You shall pay the bill.", "用户应当付款。"])
def test_what_says_no_length_of_time_is_known(text: str) -> None:
    assert not states_period(text)


def test_a_long_row_of_digits_is_read_at_once() -> None:
    assert find_quantities("1," * 50_000) == []
