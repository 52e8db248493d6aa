"""Whether the words that a statement rests on stand in their clause, and if not, what they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from index.numerals import ENGLISH_WORDS, read_number

_QUOTATION = str.maketrans(
    dict.fromkeys("“”„‟«»「」『』〝〞＂", '"') | dict.fromkeys("‘’‚‛`´′", "'")
)
_SPACES = re.compile(r"\s+")
_LOOSE_BLANK = re.compile(r"(?<=[\u2e80-\uffff(]) | (?=[\u2e80-\uffff,.;:!?)%])")
_HAN_NUMBER = re.compile(
    r"(?<![第\d])([〇零一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]{1,9})(?:\s?\((\d[\d,.]*)\))?"
    r"(?=\s?(?:个?工作日|个?自然日|个?小时|[个]?月|日(?!常)|天|年|周|个?星期|个?季度|分钟|秒|元|万元|美元|次(?!性)"
    r"|倍|条|%|周?岁|个|名|人|折|成|家|份|封|字)|(?<=\)))"
)
_SHARE = re.compile(
    r"([百千万])分之([〇零一二两三四五六七八九十百\d]{1,5}(?:[点.][零一二三四五六七八九\d]+)?)"
    r"|(?<![\d.])(\d{1,5}(?:\.\d+)?)\s?‰"
)
_PARTS = {"百": 1, "千": 10, "万": 100}  # of a hundredth
_ENGLISH_NUMBER = re.compile(
    rf"\b((?:{ENGLISH_WORDS})(?:(?:\s|-|\sand\s)(?:{ENGLISH_WORDS}))*)\b(?:\s?\((\d[\d,.]*)\))?",
    re.IGNORECASE,
)
_EDGES = " .,;:!?。,、…\"'()-"
_LEFT_OUT = re.compile(r"\.{3,}|…+|\[\.*\]|\(\.{2,}\)")
_LEAST_PIECE = 6  # characters of a piece from which finding it says something
_CLOSE = 6  # characters between two pieces below which words were changed, not glued
_NEAR = 0.6  # share of pairs of characters in the clause from which a quote is near it
_LEAST_WIDTH = 4  # cells that a quote fills at least; a Chinese character fills two


class Misquote(StrEnum):
    """What words that are not in their clause are."""

    INVENTED = "invented"
    STITCHED = "stitched"
    ALTERED = "altered"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands.

    Attributes:
        start: Offset in the plain words, of a clause behind its lead-in, or of a title.
        end: Offset after the last character.
        title: The title it stands in, plain, or empty for the clause itself.
    """

    start: int
    end: int
    title: str = ""


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return words in one width, with one kind of quotation mark, blank and numeral."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTATION)
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    text = _SHARE.sub(_share, text)
    text = _HAN_NUMBER.sub(_digits, text)
    text = _ENGLISH_NUMBER.sub(_digits, text)
    return _LOOSE_BLANK.sub("", _SPACES.sub(" ", text)).strip()


def _share(match: re.Match[str]) -> str:
    """Return a share in hundredths: 百分之五 is 5%, 千分之一 and 1‰ are 0.1%."""
    whole, _, part = (match[2] or match[3]).replace(".", "点").partition("点")
    value = read_number(whole)
    if value is None:
        return match[0]
    digits = "".join(f"{read_number(digit) or 0:g}" for digit in part)
    share = float(f"{value:g}.{digits or 0}") / _PARTS[match[1] or "千"]
    return f"{share:.10g}%"


def _digits(match: re.Match[str]) -> str:
    """Return a numeral in digits: thirty (30) and 三十（30） are 30, unless the two differ."""
    words, again = match[1], match[2]
    value = read_number(words)
    if value is None or (again is not None and read_number(again) != value):
        return match[0]
    return f"{value:.15g}"


def find_quote(words: str, whole: str, titles: Sequence[str]) -> Place | None:
    """Return where words stand in a clause, or in one of its titles; None if nowhere.

    Args:
        words: The quote, plain.
        whole: The clause behind its lead-in, plain.
        titles: Titles above it, plain.
    """
    quote = words.strip(_EDGES)
    if sum(2 if char > "⺀" else 1 for char in quote) < _LEAST_WIDTH:
        return None
    for text, title in ((whole, ""), *((title, title) for title in titles)):
        at = _find_whole(quote, text)
        if at >= 0:
            return Place(at, at + len(quote), title)
    return None


def _find_whole(quote: str, text: str) -> int:
    """Return where a quote stands without a word or number being cut in two; -1 if nowhere."""
    at = text.find(quote)
    while at >= 0:
        end = at + len(quote)
        if not (_is_cut(text, at) or _is_cut(text, end)):
            return at
        at = text.find(quote, at + 1)
    return -1


def _is_cut(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    is_word = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
    return is_word or (before.isdigit() and after in ".,%" and text[at + 1 : at + 2].isdigit())


def tell_misquote(words: str, own: str, others: Iterable[str]) -> Misquote:
    """Tell what words are that do not stand in their clause.

    Args:
        words: The quote, plain.
        own: The clause that it is said to stand in, plain, lead-in and titles included.
        others: The other clauses of the evidence, likewise.
    """
    others = list(others)
    quote = words.strip(_EDGES)
    if any(_find_whole(quote, text) >= 0 for text in others) and len(quote) >= _LEAST_PIECE // 2:
        return Misquote.FOREIGN
    pieces = [piece.strip(_EDGES) for piece in _LEFT_OUT.split(quote)]
    if len(pieces) > 1 and all(any(p in text for text in (own, *others)) for p in pieces):
        return Misquote.STITCHED
    cover = _cover(quote, (own, *others))
    if cover and any(a[0] != b[0] or not 0 <= b[1] - a[2] <= _CLOSE for a, b in pairwise(cover)):
        return Misquote.STITCHED
    near = max(_nearness(quote, text) for text in (own, *others))
    return Misquote.ALTERED if cover or near >= _NEAR else Misquote.INVENTED


def _cover(quote: str, texts: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the fewest long pieces of texts, as (text, start, end), that make up a quote.

    Empty where there are none.
    """
    found: list[tuple[int, int, int]] = []
    at = 0
    while at < len(quote):
        best = (0, 0, 0)
        for number, text in enumerate(texts):
            length = _longest(quote[at:], text)
            if length > best[2] - best[1]:
                start = text.find(quote[at : at + length])
                best = (number, start, start + length)
        length = best[2] - best[1]
        if length < min(_LEAST_PIECE, len(quote) - at):
            return []
        found.append(best)
        at += length
        while at < len(quote) and quote[at] in _EDGES:
            at += 1
    return found


def _longest(quote: str, text: str) -> int:
    """Return how many characters from the start of a quote stand somewhere in a text."""
    low, high = 0, len(quote)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if quote[:middle] in text else (low, middle - 1)
    return low


def _nearness(quote: str, text: str) -> float:
    pairs = {quote[at : at + 2] for at in range(len(quote) - 1)}
    return sum(pair in text for pair in pairs) / max(len(pairs), 1)
