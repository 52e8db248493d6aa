"""Ordinary words of English and Chinese: what a name of a company is told from."""

from __future__ import annotations

import functools
import gzip
import re
from collections import defaultdict
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.search.words import stem

FILE = Path(__file__).with_name("vocabulary.txt.gz")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST = 4  # characters of a Chinese word
# Characters that make a word longer without making it a name: a fee, a number, a person.
_AFFIXES = frozenset(
    "费号人者金期款钱卡码店群图券币新老旧全被未没机网品率权价性员客方货单包件票函表书证车房片库"
    "区点类版值条日月年天时家主商户不再已多每各谁我你他她它们这那退改查交开关买卖付发收取存转借还"
)


def is_ordinary(word: str) -> bool:
    """Tell whether a word, lower case and simplified, is one that any text may use.

    An English word counts in every form of it; Chinese characters count where they can be read as
    words of which at most one has a single character.
    """
    if _HAN.fullmatch(word):
        return _can_be_read(word)
    english, _ = _words()
    return stem(word.replace("'", "")) in english or stem(word.partition("'")[0]) in english


def _can_be_read(run: str) -> bool:
    _, chinese = _words()
    spare: list[int | None] = [0]  # single characters needed to read so much of it
    for end in range(1, len(run) + 1):
        best: int | None = None
        for start in range(max(0, end - _LONGEST), end):
            before, piece = spare[start], run[start:end]
            if before is not None and (piece in chinese or piece in _AFFIXES):
                needed = before + (len(piece) == 1)
                best = needed if best is None else min(best, needed)
        spare.append(best)
    return (len(run) > 1 and spare[-1] is not None and spare[-1] <= 1) or run in _AFFIXES


@functools.cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of the English words, and the Chinese words."""
    words = gzip.decompress(FILE.read_bytes()).decode().split()
    english = frozenset(word for word in words if word.isascii())
    return english, frozenset(words) - english


def is_slip(word: str) -> bool:
    """Tell whether a lower-case word that is not ordinary is one slip of the finger from one."""
    root = stem(word)
    near = _by_initial().get(root[:1], [])
    return (
        len(word) > 3
        and process.extractOne(root, near, scorer=OSA.distance, score_cutoff=1) is not None
    )


@functools.cache
def _by_initial() -> dict[str, list[str]]:
    by_initial: defaultdict[str, list[str]] = defaultdict(list)
    for word in _words()[0]:
        if len(word) > 3:
            by_initial[word[0]].append(word)
    return by_initial
