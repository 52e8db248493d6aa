"""Ordinary words of English and Chinese: what a name of a company is told from.

They stand in ``vocabulary.txt.gz``, which ``python -m training.vocabulary --data DIR`` makes again
from texts that many may use; there it is said which words and why.
"""

from __future__ import annotations

import functools
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

FILE = Path(__file__).with_name("vocabulary.txt.gz")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ENDINGS = ("s", "es", "d", "ed", "ing")
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
    bare = word.partition("'")[0]
    forms = (form for form in _forms(bare) if len(form) > 2)
    return bare in english or any(form in english for form in forms)


def _forms(word: str) -> Iterator[str]:
    """Yield the other forms in which an English word may be written."""
    yield from (word + ending for ending in _ENDINGS)
    yield from (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))


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
