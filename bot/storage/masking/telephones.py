"""Whether digits, grouped as they were written, are a telephone number."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

Groups = tuple[int, ...]  # how many digits stand together, in their order

_CHINA, _AMERICA = 86, 1  # country codes
_MOBILE = {  # how the eleven digits of a mobile number are grouped
    (11,), (3, 4, 4), (3, 8), (3, 3, 5), (3, 5, 3), (4, 4, 3), (4, 3, 4), (7, 4), (6, 5), (5, 6),
    (3, 4, 2, 2), (1,) * 11,
}  # fmt: skip
_SUBSCRIBER = {(7,), (8,), (3, 4), (4, 4), (4, 3)}  # the same of a landline, without its area
_HOTLINE = {(10,), (3, 3, 4), (3, 4, 3), (4, 3, 3), (3, 7)}  # 400 and 800 numbers
_AMERICAN = {(10,), (3, 3, 4), (3, 7), (1,) * 10}
_NATIONAL = {  # of Europe and Asia, with the nought that leads into a city or a mobile network
    (5, 6), (5, 3, 3), (4, 3, 4), (3, 4, 4), (4, 3, 3), (4, 7), (4, 8), (2, 2, 2, 2, 2), (2, 4, 4),
    (11,), (10,),
}  # fmt: skip
_REGIONS = ("GB", "FR", "DE", "AU", "JP", "KR", "TW", "IT", "SA", "TH")  # that dial it
_ELSEWHERE = ("HK", "SG", "IN", "US", "BR", "ES", "RU", "MY")  # and those that do not


def is_telephone(digits: str, groups: Groups, between: tuple[str, ...]) -> bool:
    """Return whether digits are a telephone number, whatever stands before them.

    Those of China, of America and of India need no country code, nor do those with a nought
    before them; others do: see ``is_international``. ``between`` is what parts the groups.
    """
    if _is_of_china(digits, groups):
        return True
    is_alike = len(set(between)) < 2 or ")" in between[0]
    if groups in _AMERICAN and digits[0] in "23456789" and is_alike:
        return _is_valid(_AMERICA, digits)
    if groups == (5, 5) and digits[0] in "6789":  # of India
        return between[0] in {" ", "-"}
    return digits[0] == "0" and groups in _NATIONAL and _is_of_any(digits, _REGIONS)


def is_mobile_of_china(digits: str, groups: Groups) -> bool:
    """Return whether digits are a Chinese mobile number, which few other numbers look like."""
    return groups in _MOBILE and digits[0] == "1" and _is_valid(_CHINA, digits)


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


def may_be_telephone(digits: str, groups: Groups) -> bool:
    """Return whether digits that were called a telephone number may be one of any country."""
    if groups in _SUBSCRIBER and digits[0] in "23456789":
        return True
    is_american = len(digits) == 11 and digits[0] == "1" and _is_valid(_AMERICA, digits[1:])
    return is_american or (8 <= len(digits) <= 12 and _is_of_any(digits, (*_REGIONS, *_ELSEWHERE)))


def _is_of_china(digits: str, groups: Groups) -> bool:
    for code in ("0086", "86"):
        if digits.startswith(code) and groups[0] in (len(code), len(digits)):
            rest = groups[1:] or (len(digits) - len(code),)
            return _is_chinese(digits[len(code) :], rest, is_abroad=True)
    return _is_chinese(digits, groups, is_abroad=False)


def _is_chinese(digits: str, groups: Groups, *, is_abroad: bool) -> bool:
    if is_mobile_of_china(digits, groups):
        return True
    if groups in _HOTLINE and digits.startswith(("400", "800")):
        return _is_valid(_CHINA, digits)
    if digits[0] != "0" and not is_abroad:
        return False
    national = digits.removeprefix("0")
    has_area = groups[0] in (2, 3, 4) and groups[1:] in _SUBSCRIBER
    is_whole = len(groups) == 1 and 9 <= len(national) <= 11
    return (has_area or is_whole) and _is_valid(_CHINA, national)


@lru_cache(maxsize=1 << 10)
def _is_valid(country: int, national: str) -> bool:
    number = PhoneNumber(country_code=country, national_number=int(national))
    return phonenumbers.is_valid_number(number)


@lru_cache(maxsize=1 << 10)
def _is_of_any(digits: str, regions: tuple[str, ...]) -> bool:
    """Return whether digits, dialled in one of the regions, may be a number there."""
    for region in regions:
        try:
            number = phonenumbers.parse(digits, region)
        except NumberParseException:
            continue
        if phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE:
            return True
    return False
