"""Numbers as lists print them: 12, xii, l, 十二, ⑫."""

from __future__ import annotations

from collections.abc import Callable

from index.segmentation.numerals import write_roman

_HAN = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_FULL_WIDTH = {48 + digit: 0xFF10 + digit for digit in range(10)}
_LARGEST = 32767  # Word's own; a number beyond it is printed as digits


def write_letters(value: int) -> str:
    """Return a, b … z, aa, bb … as Word and browsers count lists in letters."""
    return chr(97 + (value - 1) % 26) * min((value - 1) // 26 + 1, 9) if value > 0 else "0"


def write_han(value: int, digits: str = _HAN, units: str = "十百千万") -> str:
    """Return a number in Chinese: 十二, 一百零五."""
    if value >= 10_000 or value <= 0:
        return str(value) if value else digits[0]
    numeral, gap = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit:
            numeral += (digits[0] if gap else "") + digits[digit]
            numeral += units[power - 1] if power else ""
        gap = bool(numeral) and not digit
    return numeral[1:] if digits == _HAN and 10 <= value < 20 else numeral


def write_positional(value: int) -> str:
    """Return a number digit by digit: 一〇五."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(value))


def write_enclosed(value: int, first: str, count: int) -> str:
    """Return one sign of a row such as ① to ⑳, or digits where the row has ended."""
    return chr(ord(first) + value - 1) if 0 < value <= count else str(value)


def write_ordinal(value: int) -> str:
    """Return 1st, 2nd, 3rd, 4th."""
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10)
    return f"{value}{ending or 'th'}"


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02}",
    "lowerLetter": write_letters,
    "upperLetter": lambda value: write_letters(value).upper(),
    "lowerRoman": write_roman,
    "upperRoman": lambda value: write_roman(value).upper(),
    "chineseCounting": write_han,
    "chineseCountingThousand": write_han,
    "japaneseCounting": write_han,
    "taiwaneseCounting": write_han,
    "taiwaneseCountingThousand": write_han,
    "ideographDigital": write_positional,
    "japaneseDigitalTenThousand": write_positional,
    "taiwaneseDigital": write_positional,
    "chineseLegalSimplified": lambda value: write_han(value, _LEGAL, "拾佰仟万"),
    "ideographLegalTraditional": lambda value: write_han(value, _LEGAL, "拾佰仟万"),
    "ideographTraditional": lambda value: _STEMS[value - 1] if value <= 10 else str(value),
    "decimalEnclosedCircle": lambda value: write_enclosed(value, "①", 20),
    "decimalEnclosedCircleChinese": lambda value: write_enclosed(value, "①", 20),
    "decimalEnclosedParen": lambda value: write_enclosed(value, "⑴", 20),
    "decimalEnclosedFullstop": lambda value: write_enclosed(value, "⒈", 20),
    "ideographEnclosedCircle": lambda value: write_enclosed(value, "㊀", 10),
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "ordinal": write_ordinal,
    "none": lambda value: "",
}  # fmt: skip


def write_number(value: int, style: str) -> str:
    """Return a number in one of Word's number formats; digits in those it does not know."""
    if style != "none" and not 0 < value <= _LARGEST:
        return str(value)
    return _WRITERS.get(style, str)(value)
