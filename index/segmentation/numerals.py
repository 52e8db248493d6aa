"""The numbers that labels are written with: 十二, 12, xii, ⑫, l."""

from __future__ import annotations

import unicodedata

HAN_DIGITS = "零〇○一二三四五六七八九两壹贰叁肆伍陆柒捌玖"
HAN_UNITS = "十百千拾佰仟"
HAN = HAN_DIGITS + HAN_UNITS
_HAN_VALUE = {
    **dict.fromkeys("零〇○", 0),
    **{mark: value for value, mark in enumerate("一二三四五六七八九", 1)},
    **{mark: value for value, mark in enumerate("壹贰叁肆伍陆柒捌玖", 1)},
    "两": 2,
}
_HAN_UNIT = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_ROMAN_VALUE = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN_PARTS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def read_han(numeral: str) -> int:
    """Return the value of a Chinese numeral, positional (二〇) or with units (二十)."""
    if not any(mark in _HAN_UNIT for mark in numeral):
        return int("".join(str(_HAN_VALUE[mark]) for mark in numeral))
    total, digit = 0, 0
    for mark in numeral:
        if mark in _HAN_UNIT:
            # A leading 十 stands for 一十.
            total += (digit or (0 if total else 1)) * _HAN_UNIT[mark]
            digit = 0
        else:
            digit = _HAN_VALUE[mark]
    return total + digit


def read_roman(numeral: str) -> int:
    """Return the value of a Roman numeral in canonical form, or 0 if it is none."""
    lower = numeral.lower()
    values = [_ROMAN_VALUE.get(mark, 0) for mark in lower]
    if not values or 0 in values:
        return 0
    total = 0
    for here, after in zip(values, [*values[1:], 0], strict=True):
        total += -here if here < after else here
    return total if write_roman(total) == lower else 0


def write_roman(value: int) -> str:
    """Return the canonical lower-case Roman numeral, to refuse such as iiii."""
    numeral = ""
    for size, mark in _ROMAN_PARTS:
        while value >= size and len(numeral) < 16:
            numeral += mark
            value -= size
    return numeral


def read_letter(letters: str) -> int:
    """Return the place of a list letter: a is 1, z is 26, aa is 27; 0 for other words."""
    lower = letters.lower()
    if len(set(lower)) != 1 or not "a" <= lower[0] <= "z":
        return 0
    return (len(lower) - 1) * 26 + ord(lower[0]) - 96


def read_digits(numeral: str) -> int:
    """Return the value of decimal digits of any width, or of one enclosed number (⑫, ⒓, ㈤)."""
    plain = unicodedata.normalize("NFKC", numeral).strip("().")
    return int(plain) if plain.isdecimal() else read_han(plain)


def read_any(numeral: str) -> int:
    """Return the value of a numeral in any script: 12, 十二, XII; letters count from A."""
    if numeral[0] in HAN:
        return read_han(numeral)
    if numeral[0].isdecimal():
        return read_digits(numeral)
    if len(numeral) == 1 and numeral not in "IVXivx":
        return read_letter(numeral)
    return read_roman(numeral) or read_letter(numeral)
