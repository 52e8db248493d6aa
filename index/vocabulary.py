"""Ordinary words of English and Chinese: what a name of a company is told from.

They stand in ``vocabulary.txt.gz``, which ``python -m training.vocabulary --data DIR`` makes again
from texts that many may use; there it is said which words and why.
"""

from __future__ import annotations

import functools
import gzip
import re
from collections import defaultdict
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

FILE = Path(__file__).with_name("vocabulary.txt.gz")
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
    english, _ = _words()
    bare = word.partition("'")[0]
    roots = (bare.removesuffix(ending) for ending in _ENDINGS if bare.endswith(ending))
    return bare in english or any(root in english for root in roots if len(root) > 2)


def _can_be_read(run: str) -> bool:
    words = split_words(run)
    single = [word for word in words if len(word) == 1]
    _, chinese = _words()
    return len(single) <= 1 and all(word in chinese for word in single)


def split_words(run: str) -> list[str]:
    """Cut Chinese characters into words, with as few single characters as can be.

    Among those it takes such as are often words by themselves.
    """
    _, chinese = _words()
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


@functools.cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the English words, and the Chinese words."""
    words = gzip.decompress(FILE.read_bytes()).decode().split()
    english = frozenset(word for word in words if word.isascii())
    return english, frozenset(words) - english


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
    for word in _words()[0]:
        if len(word) > 3:
            by_initial[word[0]].append(word)
    return by_initial
