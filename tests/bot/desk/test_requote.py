"""What to quote of a clause that has changed."""

from __future__ import annotations

import pytest

from bot.desk.requote import find_quote


@pytest.mark.parametrize(
    ("quote", "later", "found"),
    [
        ("90天", "备份保存90天。", "90天"),
        ("备份保存90天。", "我们很好。备份保存30天。再见。", "备份保存30天。"),
        ("for 90 days", "We are kind. We keep it for 30 days. Bye.", "We keep it for 30 days."),
        ("x", "", ""),
    ],
)
def test_what_to_quote_instead_stands_in_the_text(quote: str, later: str, found: str) -> None:
    assert find_quote(quote, later) == found
