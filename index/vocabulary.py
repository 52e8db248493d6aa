"""Ordinary words of English and Chinese: what a name of a company is told from.

They stand in ``vocabulary.txt.gz``, which ``python -m training.vocabulary --data DIR`` makes again
from texts that many may use; there it is said which words and why.
"""

from __future__ import annotations

import functools
import gzip
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

FILE = Path(__file__).with_name("vocabulary.txt.gz")
SELDOM = "~"  # stands in the file behind a word that agreements hardly say
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ENDINGS = ("s", "es", "d", "ed", "ing")
_LONGEST = 4  # characters of a Chinese word


def is_ordinary(word: str) -> bool:
    """Tell whether a word, lower case and simplified, is one that any text may use.

    An English word counts in every form of it; Chinese characters count where they can be read as
    words of which at most one has a single character, such as is often a word by itself.
    """
    if _HAN.fullmatch(word):
        return _can_be_read(word)
    english = _words().english
    bare = word.partition("'")[0]
    roots = (bare.removesuffix(ending) for ending in _ENDINGS if bare.endswith(ending))
    return bare in english or any(root in english for root in roots if len(root) > 2)


def is_seldom(word: str) -> bool:
    """Tell whether an ordinary word is one that agreements and questions hardly say."""
    return word in _words().seldom


def _can_be_read(run: str) -> bool:
    words = split_words(run)
    single = [word for word in words if len(word) == 1]
    chinese = _words().chinese
    return len(single) <= 1 and all(word in chinese for word in single)


def split_words(run: str) -> list[str]:
    """Cut Chinese characters into words, with as few single characters as can be.

    Among those it takes such as are often words by themselves.
    """
    chinese = _words().chinese
    ways: list[tuple[float, int, int]] = [(0, 0, 0)]  # cost, words, where the last one starts
    for end in range(1, len(run) + 1):
        best = (*_after(ways[end - 1], 1 if run[end - 1] in chinese else 1.5), end - 1)
        for start in range(max(0, end - _LONGEST), end - 1):
            if run[start:end] in chinese:
                best = min(best, (*_after(ways[start], 0), start))
        ways.append(best)
    words: list[str] = []
    end = len(run)
    while end:
        start = ways[end][2]
        words.insert(0, run[start:end])
        end = start
    return words


def _after(way: tuple[float, int, int], cost: float) -> tuple[float, int]:
    return way[0] + cost, way[1] + 1


@dataclass(frozen=True, slots=True)
class _Words:
    """What the file holds: English and Chinese words, and those of both that are seldom."""

    english: frozenset[str]
    chinese: frozenset[str]
    seldom: frozenset[str]


@functools.cache
def _words() -> _Words:
    lines = gzip.decompress(FILE.read_bytes()).decode().split()
    words = frozenset(line.removesuffix(SELDOM) for line in lines)
    english = frozenset(word for word in words if word.isascii())
    seldom = frozenset(line.removesuffix(SELDOM) for line in lines if line.endswith(SELDOM))
    return _Words(english, words - english, seldom)


def is_slip(word: str) -> bool:
    """Tell whether a lower-case word that is not ordinary is one slip of the finger from one."""
    near = _by_initial().get(word[:1], [])
    return (
        len(word) > 3
        and process.extractOne(word, near, scorer=OSA.distance, score_cutoff=1) is not None
    )


@functools.cache
def _by_initial() -> dict[str, list[str]]:
    by_initial: defaultdict[str, list[str]] = defaultdict(list)
    for word in _words().english:
        if len(word) > 3:
            by_initial[word[0]].append(word)
    return by_initial
