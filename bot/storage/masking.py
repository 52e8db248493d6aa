"""Words of a person in, the same without what tells who they are out.

Telephone numbers, e-mail addresses, Chinese identity numbers and the numbers of bank cards become
words in brackets, however they are written: in full width, with blanks, hyphens or brackets.
Dates, amounts, versions and the numbers of clauses stay. Chinese numerals are not read as digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.storage.numbers import (
    is_card,
    is_identity,
    is_international,
    is_subscriber,
    is_telephone,
)

EMAIL, PHONE, IDENTITY, CARD = "[email]", "[phone]", "[id number]", "[card]"
_FEWEST_DIGITS, _MOST_DIGITS, _MOST_GROUPS = 7, 21, 6  # of any number that is masked
_SPELT = {11, 16, 17, 18, 19}  # digits of numbers that may be written digit by digit

# What a number may be written with, character for character, so that offsets stay.
_PLAIN = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(
        map(ord, "\u00a0\u1680\u2007\u2009\u202f\u3000\u200b\u200c\u200d\u2060\ufeff"), " "
    )
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\u30fc"), "-")
    | dict.fromkeys(map(ord, "\u00b7\u2022\u30fb"), ".")
)
_MAY_BE = re.compile(
    r"(?:\d\D{0,4}){7}|[@\uff20]|[\[(\uff08\u3010]\s?at\s?[\])\uff09\u3011]", re.IGNORECASE
)
_AT = r" ?(?:@|[\[(] ?at ?[\])]) ?"
_EMAILS = (
    re.compile(
        rf"[a-z0-9][a-z0-9._%+'-]{{0,63}}{_AT}(?:[a-z0-9-]{{1,63}}(?:\.| \. )){{1,8}}"
        r"[a-z]{2,24}(?![a-z0-9])",
        re.IGNORECASE | re.ASCII,
    ),
    re.compile(r"[\w.+-]{1,64} ?@ ?(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}"),  # in any script
)
_GROUPS = re.compile(r"[0-9]+(?:[ ]{0,2}[-./()]{0,2}[ ]{0,2}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_LAST_X = re.compile(r"[ -]?[Xx](?![A-Za-z])")
_EXTENSION = re.compile(r"(?: ?(?:-|转|ext\.?|x|#) ?)[0-9]{1,5}(?![0-9])", re.IGNORECASE)
_COUNTED = re.compile(
    r" ?(?:元(?!旦)|块钱|美元|万|亿|条(?!款)|[%]|(?:usd|rmb|cny|yuan|dollars|bytes)\b)",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:[$\u00a5\u20ac\uffe5]|usd|rmb|cny) ?$", re.IGNORECASE)
_CALLED = re.compile(
    r"(?:电话|座机|固话|致电|拨打|手机|传真|\b(?:tel|telephone|phone|fax|mobile))"
    r"[ .:]*(?:号码|号|number|no)?[ .:]*(?:是|为|is)?[ :(]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    name: str


def mask(text: str) -> str:
    """Return text in which what tells who a person is became ``[phone]`` and the like."""
    if not _MAY_BE.search(text):
        return text
    plain = text.translate(_PLAIN)
    spans: list[_Span] = []
    for pattern in _EMAILS:
        found = [_Span(*match.span(), EMAIL) for match in pattern.finditer(plain)]
        plain = _blank(plain, found)
        spans += found
    for run in _GROUPS.finditer(plain):
        spans += _numbers(plain, [group.span() for group in _GROUP.finditer(plain, *run.span())])
    for span in sorted(spans, key=lambda found: -found.start):
        text = text[: span.start] + span.name + text[span.end :]
    return text


def _blank(plain: str, spans: Sequence[_Span]) -> str:
    for span in spans:
        plain = plain[: span.start] + "\0" * (span.end - span.start) + plain[span.end :]
    return plain


def _numbers(plain: str, groups: list[tuple[int, int]]) -> Iterator[_Span]:
    """Yield the numbers among groups of digits that stand together, the longest at each place."""
    at, masked_to = 0, -1
    while at < len(groups):
        for last in _windows(groups, at):
            span = _name(plain, groups[at : last + 1], is_cut=_is_cut(plain, groups, at, last))
            if span is not None and span.start >= masked_to:
                yield span
                at, masked_to = last, span.end
                break
        at += 1


def _windows(groups: list[tuple[int, int]], at: int) -> Iterator[int]:
    """Yield the last groups up to which digits from ``at`` on may be one number, longest first."""
    count, lasts = 0, []
    for last in range(at, len(groups)):
        count += groups[last][1] - groups[last][0]
        if count > _MOST_DIGITS:
            break
        size = last - at + 1
        if count >= _FEWEST_DIGITS and (size <= _MOST_GROUPS or count == size in _SPELT):
            lasts.append(last)
    yield from reversed(lasts)


def _is_cut(plain: str, groups: list[tuple[int, int]], at: int, last: int) -> bool:
    """Return whether digits go on behind a point before or after: a decimal, an address."""
    before = plain[groups[at - 1][1] : groups[at][0]] if at else ""
    after = plain[groups[last][1] : groups[last + 1][0]] if last + 1 < len(groups) else ""
    return "." in (before, after)


def _name(plain: str, groups: list[tuple[int, int]], *, is_cut: bool) -> _Span | None:
    """Return the number that groups of digits are, if they are one to mask."""
    start, end = groups[0][0], groups[-1][1]
    digits = "".join(plain[first:last] for first, last in groups)
    checked = _LAST_X.match(plain, end) if len(digits) == 17 else None
    if is_identity(digits + "X" if checked else digits):
        return _Span(start, checked.end() if checked else end, IDENTITY)
    if is_cut or _is_word(plain, start, end):
        return None
    before = plain[max(0, start - 24) : start]
    lengths = tuple(last - first for first, last in groups)
    if before.endswith("+") or digits.startswith("00"):
        is_phone = is_international(digits.removeprefix("00"))
        return _phone(plain, start - before.endswith("+"), end) if is_phone else None
    if _COUNTED.match(plain, end) or _CURRENCY.search(before):
        return None
    if is_card(digits, lengths):
        return _Span(start, end, CARD)
    is_called = is_subscriber(digits, lengths) and _CALLED.search(before)
    return _phone(plain, start, end) if is_called or is_telephone(digits, lengths) else None


def _phone(plain: str, start: int, end: int) -> _Span:
    """Return the span of a telephone number with the bracket before and extension behind it."""
    extension = _EXTENSION.match(plain, end)
    if plain[start - 1 : start] == "(" and ")" in plain[start:end]:
        start -= 1
    return _Span(start, extension.end() if extension else end, PHONE)


def _is_word(plain: str, start: int, end: int) -> bool:
    """Return whether letters stand on both sides, as in a hash or a serial number."""
    around = plain[start - 1 : start] + plain[end : end + 1]
    return len(around) == 2 and around.isascii() and around.isalpha()
