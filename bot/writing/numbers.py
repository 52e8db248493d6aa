"""The numbers, periods, amounts, shares and dates of a statement, held against its quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from bot.writing.words import pattern, table
from index.numerals import read_number

_MONTHS = "january february march april may june july august september october november december"
_MONTH = {name: at for at, name in enumerate(_MONTHS.split(), start=1)}
_MONTH |= {name[:3]: at for name, at in _MONTH.items()} | {"sept": 9}
_MONTH_WORDS = "|".join(sorted(_MONTH, key=len, reverse=True))
_NUMBER = r"\d{1,15}(?:,\d{3})*(?:\.\d{1,9})?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_DATES = (
    re.compile(
        r"(?P<y>\d{4})\s?(?:年|-|/|\.)\s?(?P<m>\d{1,2})"
        r"(?:\s?(?:月|-|/|\.)\s?(?P<d>\d{1,2})日?|月)"
    ),
    re.compile(r"(?<![\d个])(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]"),
    re.compile(
        rf"\b(?P<w>{_MONTH_WORDS})\.?\s(?P<d>\d{{1,2}}){_ORDINAL}\b(?:,?\s?(?P<y>\d{{4}}))?"
    ),
    re.compile(
        rf"\b(?P<d>\d{{1,2}}){_ORDINAL}\s(?:of\s)?(?P<w>{_MONTH_WORDS})\b\.?"
        r"(?:,?\s?(?P<y>\d{4}))?"
    ),
    re.compile(rf"\b(?P<w>{_MONTH_WORDS})\s(?P<y>\d{{4}})\b"),
)
_SIGN = {
    "$": "dollar",
    "us$": "dollar",
    "usd": "dollar",
    "€": "euro",
    "£": "pound",
} | dict.fromkeys(("¥", "rmb", "cny"), "yuan")
_SCALE = {"thousand": 1e3, "million": 1e6, "k": 1e3, "m": 1e6}
_SCALE |= {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_MODAL_MAY = re.compile(r"\bmay\b")
_APART = {  # bounds that contradict each other
    frozenset(pair) for pair in (("least", "most"), ("least", "under"), ("over", "most"))
} | {frozenset(("over", "under"))}
_YEARS = range(1900, 2101)  # numbers before 年 that name a year
_BEFORE, _BEHIND = 24, 16  # characters in which a bound is looked for
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a text states.

    Attributes:
        value: How many of the unit; of a date its ordinal, of one without a year month * 100 + day.
        unit: The kind of thing counted, such as ``minute`` or ``percent``; empty if none is said.
        bound: ``least``, ``most``, ``over``, ``under``, or empty.
    """

    value: float
    unit: str
    bound: str = ""

    def agrees(self, other: Quantity) -> bool:
        """Tell whether two texts state the same number with it."""
        same_unit = self.unit == other.unit or not (self.unit and other.unit)
        is_apart = frozenset((self.bound, other.bound)) in _APART
        return same_unit and abs(self.value - other.value) < _CLOSE and not is_apart


@cache
def _quantity() -> re.Pattern[str]:
    """Return what a number looks like; the group of its unit tells which."""
    units = table()["numbers"]["units"].items()
    written = "|".join(f"(?P<{name}>{words})" for name, (words, *_) in units)
    return re.compile(
        rf"(?P<sign>us\$|[$€£¥]|\b(?:rmb|cny|usd)\s?)?\s?(?<![\d.a-z])(?P<n>{_NUMBER})"
        r"(?P<scale>\s?(?:[百千万亿]|k\b|thousand\b|million\b|m\b))?"
        rf"(?P<ordinal>st\b|nd\b|rd\b|th\b)?(?:[\s-]?(?:{written}))?"
    )


@cache
def _words() -> tuple[tuple[re.Pattern[str], Quantity], ...]:
    """Return the words that are a number with its unit."""
    rows = table()["numbers"]["words"]
    return tuple((re.compile(words), Quantity(value, unit)) for words, value, unit in rows)


@lru_cache(maxsize=2048)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a plain text."""
    text = _MODAL_MAY.sub("might", text).lower()  # "users aged 17 may": no date
    found: list[Quantity] = []
    for written in _DATES:
        found += [_read_date(match.groupdict()) for match in written.finditer(text)]
        text = written.sub(" ; ", text)
    for written, quantity in _words():
        if written.search(text):
            found.append(quantity)
            text = text if quantity.unit == "ordinal" else written.sub(" ; ", text)
    for match in _quantity().finditer(text):
        quantity = _read(match, text)
        if quantity.unit or quantity.value != 1:  # "no one", "one of them" count nothing
            found.append(quantity)
    return tuple(found)


def _read_date(parts: dict[str, str | None]) -> Quantity:
    year, day = parts.get("y"), parts.get("d")
    month = _MONTH[word] if (word := parts.get("w")) else int(parts.get("m") or 0)
    if not year:
        return Quantity(month * 100 + int(day or 0), "day of a year")
    if not day:
        return Quantity(int(year) * 100 + month, "month of a year")
    try:
        return Quantity(date(int(year), month, int(day)).toordinal(), "date")
    except ValueError:  # 30 February: no date, and so no other date's equal
        return Quantity(int(year) * 10_000 + month * 100 + int(day), "no date")


def _read(match: re.Match[str], text: str) -> Quantity:
    value = read_number(match["n"]) or 0.0
    value *= _SCALE.get((match["scale"] or "").strip(), 1)
    units = table()["numbers"]["units"]
    unit = next((name for name in units if match[name]), "")
    _, kind, size = units.get(unit, ("", "", 1.0))
    if match["sign"]:
        kind = _SIGN[match["sign"].strip()]
    if unit == "year" and value in _YEARS:
        return Quantity(value, "year")
    before, behind = text[: match.start()][-_BEFORE:], text[match.end() :][:_BEHIND]
    return Quantity(value * size, kind, _bound(before, behind))


def _bound(before: str, behind: str) -> str:
    """Return whether a number is the least or the most, by the words on its two sides."""

    def says(kind: str, words: str) -> bool:
        return pattern("numbers", "bounds", kind).search(words) is not None

    if says("ahead", behind) or before.rstrip().endswith(("提前", "提早")):
        return ""  # at least a day before is no later than a day before
    if says("most", before) or says("most_behind", behind):
        return "most"
    if says("least", before) or says("least_behind", behind):
        return "least"
    return next((kind for kind in ("over", "under") if says(kind, before)), "")


def numbers_agree(statement: str, quotes: Iterable[str], question: str) -> bool:
    """Tell whether every number of a statement stands in its quotes or in the question.

    Args:
        statement: The statement, plain.
        quotes: The words it rests on, plain.
        question: The question, plain.
    """
    allowed = [each for text in (*quotes, question) for each in find_quantities(text)]
    return all(any(one.agrees(each) for each in allowed) for one in find_quantities(statement))
