"""Digits in, what they tell of a person out: telephone, bank card or identity number."""

from __future__ import annotations

from datetime import date

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

_CHINA, _AMERICA = 86, 1  # country codes
_MOBILE = {  # how the eleven digits of a mobile number are grouped
    (11,), (3, 4, 4), (3, 8), (3, 3, 5), (3, 5, 3), (4, 4, 3), (4, 3, 4), (7, 4), (6, 5), (5, 6),
    (3, 4, 2, 2), (1,) * 11,
}  # fmt: skip
_SUBSCRIBER = {(7,), (8,), (3, 4), (4, 4), (4, 3)}  # the same of a landline, without its area
_HOTLINE = {(10,), (3, 3, 4), (3, 4, 3), (4, 3, 3), (3, 7)}  # 400 and 800 numbers
_AMERICAN = {(3, 3, 4), (3, 7)}
_PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82, 83,
}  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_CARDS = ("3", "4", "5", "6", "22", "23", "24", "25", "26", "27", "9558")  # what issuers begin with
_CARD_GROUPS = {(4, 6, 5), (4, 6, 4), (6, 10), (6, 13), (4, 4, 4, 4, 3), (4, 4, 4, 4)}


def is_identity(digits: str) -> bool:
    """Return whether eighteen characters are a Chinese resident identity number."""
    if len(digits) != 18 or int(digits[:2]) not in _PROVINCES:
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return born.year >= 1880 and digits[17].upper() == _CHECK_DIGITS[total % 11]


def is_card(digits: str, groups: tuple[int, ...]) -> bool:
    """Return whether digits, grouped as they were written, are the number of a bank card."""
    is_grouped = len(groups) == 1 or groups in _CARD_GROUPS or set(groups) == {1}
    is_long = 14 <= len(digits) <= 19 and is_grouped and digits.startswith(_CARDS)
    return is_long and _passes_luhn(digits)


def is_telephone(digits: str, groups: tuple[int, ...]) -> bool:
    """Return whether digits, grouped as they were written, are a telephone number.

    Those of China and of America need no country code, others do: see ``is_international``.
    """
    for code in ("0086", "86"):
        if digits.startswith(code) and groups[0] in (len(code), len(digits)):
            rest = groups[1:] or (len(digits) - len(code),)
            return _is_chinese(digits[len(code) :], rest, is_abroad=True)
    if groups in _AMERICAN and digits[0] in "23456789" and _is_valid(_AMERICA, digits):
        return True
    return _is_chinese(digits, groups, is_abroad=False)


def is_international(digits: str) -> bool:
    """Return whether digits after ``+`` or ``00`` are a telephone number."""
    if not 7 <= len(digits) <= 15:
        return False
    try:
        number = phonenumbers.parse(f"+{digits}")
    except NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == ValidationResult.IS_POSSIBLE)


def is_subscriber(digits: str, groups: tuple[int, ...]) -> bool:
    """Return whether digits may be a landline without its area; so may many a number."""
    return groups in _SUBSCRIBER and digits[0] in "23456789"


def _is_chinese(digits: str, groups: tuple[int, ...], *, is_abroad: bool) -> bool:
    if groups in _MOBILE and digits[0] == "1":
        return _is_valid(_CHINA, digits)
    if groups in _HOTLINE and digits.startswith(("400", "800")):
        return _is_valid(_CHINA, digits)
    if digits[0] != "0" and not is_abroad:
        return False
    national = digits.removeprefix("0")
    has_area = groups[0] in (2, 3, 4) and groups[1:] in _SUBSCRIBER
    is_whole = len(groups) == 1 and 9 <= len(national) <= 11
    return (has_area or is_whole) and _is_valid(_CHINA, national)


def _is_valid(country: int, national: str) -> bool:
    number = PhoneNumber(country_code=country, national_number=int(national))
    return phonenumbers.is_valid_number(number)


def _passes_luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
