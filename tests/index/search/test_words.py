from __future__ import annotations

import numpy as np
import pytest

from index.search.words import LexicalIndex, analyse


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("七日", "7日"),
        ("三十天", "30 天"),
        ("一百二十日", "120日"),
        ("seven days", "7 day"),
        ("十二个月", "12个月"),
        ("終止協議", "终止协议"),
        ("Terminating", "terminated"),
    ],
)
def test_numbers_and_forms_are_the_same_word(one: str, other: str) -> None:
    assert set(analyse(one)) & set(analyse(other))


def test_chinese_is_found_by_its_words_alone() -> None:
    index = LexicalIndex(["账户余额不足将中止服务", "双方应友好协商解决", "不可抗力包括自然灾害"])
    assert int(np.argmax(index.scores(analyse("余额不够会怎样")))) == 0


def test_a_field_with_nothing_to_say_scores_zero() -> None:
    index = LexicalIndex(["账户余额不足", ""])
    assert index.scores(analyse("governing law")).tolist() == [0.0, 0.0]
    assert LexicalIndex(["", ""]).scores(analyse("账户")).tolist() == [0.0, 0.0]


def test_unknown_words_count_against_a_match() -> None:
    index = LexicalIndex(["the balance is refunded", "the court of the seat"])
    alone = index.scores(analyse("balance"))[0]
    beside = index.scores(analyse("balance kangaroo telescope"))[0]
    assert 0 < beside < alone <= 1


def test_a_numeral_without_end_is_read_once() -> None:
    assert len(analyse("一" * 100_000)) == 199_999  # in minutes, were it read from every sign on
    assert analyse("一" * 20_000 + "天")[0] == "1" * 20_000
