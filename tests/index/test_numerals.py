"""One reader for the numbers that people, agreements and labels write."""

from __future__ import annotations

import pytest

from index.numerals import read_any, read_number, write_number


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("12", 12),
        ("１２", 12),
        ("1,000.5", 1000.5),
        ("2万", 20_000),
        ("5k", 5000),
        ("⑫", 12),
        ("（12）", 12),
        ("十二", 12),
        ("二〇", 20),
        ("三十", 30),
        ("一百零五", 105),
        ("一百十", 110),
        ("壹佰", 100),
        ("两万三千", 23_000),
        ("一亿零两万", 100_020_000),
        ("零", 0),
        ("twelve", 12),
        ("Thirty-five", 35),
        ("one hundred and five", 105),
        ("two thousand", 2000),
        ("xii", 12),
        ("thirty (30)", 30),
        ("三十（30）", 30),
        ("二十（二十）", 20),
    ],
)
def test_a_number_is_read_in_any_script(words: str, value: float) -> None:
    assert read_number(words) == value


@pytest.mark.parametrize(
    "words",
    ["", "万一", "thirty (31)", "三十（13）", "iiii", "twelve monkeys", "and", "()", "3 4", "三.5"],
)
def test_what_is_no_number_is_none(words: str) -> None:
    assert read_number(words) is None


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("12", 12), ("１２", 12), ("⑫", 12), ("⒓", 12), ("㈤", 5), ("❿", 10), ("➀", 1), ("➓", 10),
     ("⓪", 0), ("XII", 12), ("iv", 4), ("b", 2), ("aa", 27), ("d", 4), ("十○", 10),
     ("貳", 2), ("拾陸", 16), ("參", 3), ("兩", 2), ("丙", 3), ("Ⅳ", 4), ("ⅩⅢ", 13), ("㉑", 21)],
)  # fmt: skip
def test_the_numeral_of_a_label_has_a_value(numeral: str, value: int) -> None:
    assert read_any(numeral) == value


@pytest.mark.parametrize(
    "style", ["decimal", "decimalFullWidth", "chineseCounting", "chineseLegalSimplified",
              "ideographDigital", "upperRoman", "decimalEnclosedCircle"],
)  # fmt: skip
def test_what_word_prints_is_read_back(style: str) -> None:
    for value in (1, 4, 9, 10, 11, 19, 20, 21, 40, 99, 100, 101, 110, 905, 1000, 1010, 2026, 9999):
        assert read_number(write_number(value, style)) == value, (value, style)
