"""Which of the companies whose agreements are here a question names."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from index.agreement import Agreement
from index.editions import choose_editions
from index.text import fold, normalise
from index.titles import is_generic
from index.vocabulary import is_ordinary

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
_SHORTEST_SLIP = 6  # letters of a name from which one slip is forgiven

_PAID = re.compile(  # what stands before the name of a way to pay, to sign in
    r"\b(?:pay\w*|paid|log(?:ged|ging)?[ -]?in|sign(?:ed|ing)?[ -]?(?:in|up)|verif\w*)\b"
    r"[^,.?!;]{0,30}\b(?:with|via|through|by|using)\s*(?:my |an? |the )?$",
    re.IGNORECASE,
)


def is_paid_with(before: str) -> bool:
    """Tell whether the words before a name say that it is only a way to pay or to sign in."""
    return _PAID.search(before[-60:]) is not None


def find_named(text: str, agreements: Sequence[Agreement]) -> tuple[str, ...]:
    """Return the ids of the agreements that a text, in its own letters, asks about by name.

    Of a name within a longer one, the longer counts; of a former edition, only where the text
    says that it is meant.
    """
    read = fold(text)
    spans = {a.id: [found.span() for found in _find_asked(a, read)] for a in agreements}
    every = {span for own in spans.values() for span in own}
    named = [
        name for name, own in spans.items() if any(not _is_within(span, every) for span in own)
    ]
    named = named or [a.id for a in agreements if _slips_into(a, read)]
    return choose_editions(read.lower(), named, agreements)


def strip_names(text: str, agreements: Sequence[Agreement]) -> str:
    """Return a text normalised, without the agreements' names, so that they find no clause."""
    stripped = fold(text)
    for agreement in agreements:
        for found in reversed(list(_find_asked(agreement, stripped))):
            stripped = f"{stripped[: found.start()]} {stripped[found.end() :]}"
    return normalise(text) if not _LETTERS.search(stripped) else stripped.lower().strip()


def names_another(text: str, chosen: Agreement, agreements: Sequence[Agreement]) -> bool:
    """Tell whether a text asks about others than the chosen agreement, which says nothing of them.

    The agreements are those that the text names.
    """
    read = fold(text)
    said = [found[0] for each in agreements for found in _find_asked(each, read)]
    return chosen not in agreements and not any(is_said(name, chosen) for name in said)


def _find_asked(agreement: Agreement, read: str) -> Iterator[re.Match[str]]:
    """Yield an agreement's names in a folded text, save what is only paid or signed in with."""
    for found in _pattern(agreement).finditer(read):
        if not is_paid_with(read[: found.start()]):
            yield found


def _is_within(span: tuple[int, int], others: set[tuple[int, int]]) -> bool:
    return any(a <= span[0] and span[1] <= b and (a, b) != span for a, b in others)


@functools.lru_cache(maxsize=4096)
def _pattern(agreement: Agreement) -> re.Pattern[str]:
    """Return what finds an agreement's names, the longest first, in a folded text."""
    names = {fold(name) for name in _names_of(agreement)}
    parts = [_as_pattern(name) for name in sorted(names, key=len, reverse=True) if len(name) >= 2]
    return re.compile("|".join(parts) or "(?!)")


def _names_of(agreement: Agreement) -> Iterator[str]:
    yield from agreement.aliases
    others = (agreement.title, agreement.title_en, agreement.party, agreement.party_en)
    yield from (name for name in others if not is_generic(name))


def _as_pattern(name: str) -> str:
    """Return what finds one name, however its words are joined.

    A Chinese character may touch a Latin name, another letter may not. A name that is made of
    ordinary words counts with its capital, or where only a name can stand.
    """
    if not name.isascii():
        return rf"(?i:{re.escape(name)})"
    pieces = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\sA-Za-z\d._-]+", name)
    spaced = r"[\s._-]?".join(map(re.escape, pieces)) or re.escape(name)
    words = re.findall(r"[a-z]+", name.lower())
    if words and all(is_ordinary(word) for word in words):
        first = re.escape(spaced[0].upper()) if spaced[0].isalpha() else spaced[0]
        body = (
            rf"{first}(?i:{spaced[1:]})|(?<=[\u3400-\u9fff]){spaced}|(?i:{spaced})(?=[\u3400-\u9fff])"
            rf"|(?:(?<=\bat )|(?<=\bby )){spaced}(?=[?.,!]|$)|(?i:{spaced})(?=['’]s\b)"
            rf"|(?i:(?:(?<=\bdoes )|(?<=\bcan )|(?<=\bwill )|(?<=\bdid )){spaced})(?= [a-z])"
        )
    else:
        body = rf"(?i:{spaced})"
    return rf"(?<![A-Za-z0-9])(?:{body})(?:['’]s?(?![A-Za-z]))?(?![A-Za-z0-9])"


def _slips_into(agreement: Agreement, read: str) -> bool:
    """Tell whether a word that is none is one slip away from a name."""
    words = [w for w in re.findall(r"[a-z]{6,}", read.lower()) if not is_ordinary(w)]
    names = [n.lower() for n in agreement.aliases if n.isascii() and len(n) >= _SHORTEST_SLIP]
    return any(
        word[0] == name[0] and OSA.distance(word, name, score_cutoff=1) == 1
        for word in words
        for name in names
    )


def is_said(name: str, agreement: Agreement) -> bool:
    """Tell whether an agreement's text has a name, or the first word of it."""
    if _HAN.search(name):
        return name in agreement.text or name in _simplified(agreement)
    first = re.findall(r"\w+", name)[:1]
    return bool(first) and (
        first[0] in _words(agreement)
        or (not is_ordinary(first[0].lower()) and first[0].lower() in _lower(agreement))
    )


@functools.lru_cache(maxsize=1024)
def _words(agreement: Agreement) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z0-9]\w*", agreement.text))


@functools.lru_cache(maxsize=1024)
def _lower(agreement: Agreement) -> frozenset[str]:
    return frozenset(word.lower() for word in _words(agreement))


@functools.lru_cache(maxsize=1024)
def _simplified(agreement: Agreement) -> str:
    return normalise(agreement.text) if agreement.language == "zh" else ""
