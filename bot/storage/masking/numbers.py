"""Numbers that are digits alone: of telephones, persons, cards and accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from stdnum import luhn
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from bot.storage.masking.kinds import Kind, Span
from bot.storage.masking.names import Name, Names, Other
from bot.storage.masking.telephones import (
    Groups,
    is_international,
    is_mobile_of_china,
    is_telephone,
    may_be_telephone,
)

_PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82, 83,
}  # fmt: skip
_CARDS = ("3", "4", "5", "6", "22", "23", "24", "25", "26", "27", "9558")  # what issuers begin with
_CARD_GROUPS = {(4, 6, 5), (4, 6, 4), (6, 10), (6, 13), (4, 4, 4, 4, 3), (4, 4, 4, 4)}
_IDENTITY_GROUPS = {(18,), (6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 12), (1,) * 18}


def is_identity(digits: str) -> bool:
    """Return whether eighteen characters are a Chinese resident identity number.

    Of any county: a number of one that a list lacks is a person's all the same.
    """
    return _is_born(digits) and digits[17].upper() == ric.calc_check_digit(digits)


def _is_born(digits: str) -> bool:
    """Return whether eighteen characters name a province and a day of birth."""
    if len(digits) != 18 or int(digits[:2]) not in _PROVINCES:
        return False
    try:
        return bool(ric.get_birth_date(digits).year >= 1880)
    except InvalidComponent:
        return False


def is_card(digits: str, groups: Groups) -> bool:
    """Return whether digits, grouped as they were written, are the number of a bank card.

    Its check digit tells; where it fails, groups as they are embossed on cards do.
    """
    is_embossed = groups in _CARD_GROUPS
    is_grouped = len(groups) == 1 or is_embossed or set(groups) == {1}
    if not (14 <= len(digits) <= 19 and is_grouped and digits.startswith(_CARDS)):
        return False
    return is_embossed or luhn.is_valid(digits)


_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def _is_date(digits: str, groups: Groups) -> bool:
    is_split = groups[0] == 4 and len(groups) > 1 and groups[1] <= 2
    return is_split or (groups == (8,) and _DATE.match(digits) is not None)


_NAMED_LENGTHS: dict[Name, range] = {  # digits of a number that was called so
    Kind.IDENTITY: range(9, 20),
    Kind.PASSPORT: range(7, 11),
    Kind.PERMIT: range(8, 11),
    Kind.CARD: range(12, 20),
    Kind.ACCOUNT: range(7, 21),
    Other.QQ: range(5, 12),
}
_MOST_DIGITS, _MOST_GROUPS = 21, 6  # of any number that is masked
_FEWEST, _FEWEST_CALLED = 7, 5  # digits of one; of one that is called something
_SPELT = {10, 11, 16, 17, 18, 19}  # digits of numbers that may be written digit by digit

_GROUPS = re.compile(r"[0-9]+(?:[ \n]{0,2}[-./()_,*|]{0,2}[ \n]{0,2}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_LAST_X = re.compile(r"[ -]?[Xx](?![A-Za-z])")
_EXTENSION = re.compile(r"(?: ?(?:-|转|ext\.?|x|#) ?)[0-9]{1,5}(?![0-9])", re.IGNORECASE)
_COUNTED = re.compile(
    r" ?(?:元(?!旦)|块钱|美元|万|亿|条(?!款)|次|字节|[%]|"
    r"(?:usd|rmb|cny|yuan|dollars|bytes|rows|tokens|requests|calls|times|ms|seconds)\b)",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:[$\u00a5\u20ac\u00a3]|usd|rmb|cny) ?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Number:
    """Groups of digits that may be one number, and what stands around them."""

    start: int
    end: int
    digits: str
    groups: Groups
    between: tuple[str, ...]  # the groups
    name: Name | None
    is_cut: bool


def find_numbers(plain: str, names: Names) -> Iterator[Span]:
    """Yield the numbers of a plain text, in their order."""
    for run in _GROUPS.finditer(plain):
        groups = [group.span() for group in _GROUP.finditer(plain, *run.span())]
        if groups[-1][1] - groups[0][0] >= _FEWEST_CALLED:
            yield from _numbers(plain, groups, names)


def _numbers(plain: str, groups: list[tuple[int, int]], names: Names) -> Iterator[Span]:
    """Yield the numbers among groups of digits that stand together, the longest at each place."""
    at, masked_to = 0, -1
    while at < len(groups):
        for number in _starting(plain, groups, at, names):
            span = _name(plain, number)
            if span is not None and span.start >= masked_to:
                yield span
                at, masked_to = at + len(number.groups) - 1, span.end
                break
        at += 1


def _starting(
    plain: str, groups: list[tuple[int, int]], at: int, names: Names
) -> Iterator[_Number]:
    """Yield what may be a number from one of the groups on, the longest first."""
    sizes = _sizes(groups, at)
    if not sizes:
        return
    name = names.before(groups[at][0])
    fewest = _FEWEST if name is None else _FEWEST_CALLED
    taken = groups[at : at + sizes[-1][0]]
    digits = "".join([plain[first:last] for first, last in taken])
    lengths = tuple([last - first for first, last in taken])
    between = tuple([plain[here[1] : there[0]] for here, there in pairwise(taken)])
    for size, count in reversed(sizes):
        parted = between[: size - 1]
        if count < fewest or (count == size and not _is_spelt(parted)):
            continue
        is_cut = _is_cut(plain, groups, at, at + size - 1)
        start, end = groups[at][0], groups[at + size - 1][1]
        yield _Number(start, end, digits[:count], lengths[:size], parted, name, is_cut)


def _is_spelt(between: tuple[str, ...]) -> bool:
    """Return whether single digits are parted alike: 1 3 8 is one number, 3.1, 3.2 are two."""
    return len(set(between)) == 1 and "." not in between


def _sizes(groups: list[tuple[int, int]], at: int) -> list[tuple[int, int]]:
    """Return of how many groups, and how many digits, a number from one of them on may be."""
    count, sizes = 0, []
    for size, (first, last) in enumerate(groups[at : at + _MOST_DIGITS], 1):
        count += last - first
        if count > _MOST_DIGITS:
            break
        if count >= _FEWEST_CALLED and (size <= _MOST_GROUPS or count == size in _SPELT):
            sizes.append((size, count))
    return sizes


def _is_cut(plain: str, groups: list[tuple[int, int]], at: int, last: int) -> bool:
    """Return whether digits go on behind a point before or after: a decimal, an address."""
    before = plain[groups[at - 1][1] : groups[at][0]] if at else ""
    after = plain[groups[last][1] : groups[last + 1][0]] if last + 1 < len(groups) else ""
    return "." in (before, after)


def _name(plain: str, number: _Number) -> Span | None:
    """Return the number that groups of digits are, if they are one to mask."""
    identity = _identity(plain, number)
    if identity is not None:
        return identity
    if number.is_cut or _is_word(plain, number.start, number.end):
        return None
    kind = _kind(plain, number)
    if kind is Kind.PHONE:
        return _phone(plain, number.start, number.end)
    return None if kind is None else Span(number.start, number.end, kind)


def _kind(plain: str, number: _Number) -> Kind | None:
    digits, groups = number.digits, number.groups
    has_plus = plain.endswith("+", 0, number.start)
    if has_plus or digits.startswith("00"):
        if is_international(digits.removeprefix("00")):
            return Kind.PHONE
        if has_plus:
            return None
    if _is_counted(plain, number):
        return None
    if number.name is Other.NOTHING or (number.name is None and _touches(plain, number)):
        return Kind.PHONE if is_mobile_of_china(digits, groups) else None
    is_called = number.name is Kind.PHONE and may_be_telephone(digits, groups)
    is_phone = is_called or is_telephone(digits, groups, number.between)
    is_known = is_card(digits, groups)
    return _named(number) or (Kind.CARD if is_known else Kind.PHONE if is_phone else None)


def _identity(plain: str, number: _Number) -> Span | None:
    """Return the identity number that digits are, with the X at its end.

    One whose check digit fails counts where it is written in one piece, or as such numbers are;
    and so does an old one of fifteen digits, which has none.
    """
    digits, end = number.digits, number.end
    if len(digits) not in {15, 17, 18}:
        return None
    if len(digits) == 17 and (last := _LAST_X.match(plain, end)):
        digits, end = digits + "X", last.end()
    if is_identity(digits):
        return Span(number.start, end, Kind.IDENTITY)
    if number.name is Other.NOTHING or number.is_cut or _is_word(plain, number.start, end):
        return None
    if len(digits) == 15 and number.groups in {(15,), (6, 6, 3)}:
        digits = f"{digits[:6]}19{digits[6:]}0"
    elif number.groups not in _IDENTITY_GROUPS and end == number.end:
        return None
    return Span(number.start, end, Kind.IDENTITY) if _is_born(digits) else None


def _is_counted(plain: str, number: _Number) -> bool:
    """Return whether a unit stands behind a number, or a currency before it."""
    before = plain[max(0, number.start - 8) : number.start]
    return bool(_COUNTED.match(plain, number.end) or _CURRENCY.search(before))


def _named(number: _Number) -> Kind | None:
    """Return the kind that a number was called, where it may be one; telephones are told apart."""
    name = number.name
    if name is None or len(number.digits) not in _NAMED_LENGTHS.get(name, ()):
        return None
    if _is_date(number.digits, number.groups):
        return None
    return name if isinstance(name, Kind) else Kind.ACCOUNT


def _phone(plain: str, start: int, end: int) -> Span:
    """Return the span of a telephone number with the bracket before and extension behind it."""
    extension = _EXTENSION.match(plain, end)
    start -= plain.endswith("+", 0, start)
    start -= plain.endswith("(", 0, start) and ")" in plain[start:end]
    return Span(start, extension.end() if extension else end, Kind.PHONE)


def _touches(plain: str, number: _Number) -> bool:
    """Return whether a Latin letter stands at either end, as in a hash, an address or a path."""
    around = plain[max(0, number.start - 1) : number.start] + plain[number.end : number.end + 1]
    return any(char.isascii() and (char.isalpha() or char in "_/=#") for char in around)


def _is_word(plain: str, start: int, end: int) -> bool:
    """Return whether letters stand on both sides, as in a hash or a serial number."""
    around = plain[start - 1 : start] + plain[end : end + 1]
    return len(around) == 2 and around.isascii() and around.isalpha()
