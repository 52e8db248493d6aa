"""Other words for what a question says, so that the words of a clause are found by their sense.

``synonyms.txt`` holds one group of words a line, set apart by ``|``, in Chinese and English.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from pathlib import Path

from index.lexical import analyse
from index.text import normalise

FILE = Path(__file__).with_name("synonyms.txt")
_LATIN = re.compile(r"[a-z0-9]")
Words = tuple[str, ...]


class Synonyms:
    """Groups of words that stand for one thing."""

    def __init__(self, text: str) -> None:
        """Read groups as ``synonyms.txt`` holds them."""
        self._groups: list[list[Words]] = []
        self._latin: defaultdict[str, list[tuple[Words, int]]] = defaultdict(list)
        self._han: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for line in text.splitlines():
            if line.strip() and not line.startswith("#"):
                self._add([normalise(word) for word in line.split("|")])

    def others(self, search: str) -> list[Words]:
        """Return the other words of each group that a normalised text has a word of.

        Each is analysed into what is matched; single Chinese characters, which say little, not.
        """
        words = analyse(search)
        stems = [word for word in words if _LATIN.match(word)]
        said = {
            group
            for at, stem in enumerate(stems)
            for spelt, group in self._latin.get(stem, ())
            if tuple(stems[at : at + len(spelt)]) == spelt
        }
        for pair in self._han.keys() & set(words):
            said |= {group for word, group in self._han[pair] if word in search}
        return [word for group in sorted(said) for word in self._groups[group]]

    def _add(self, words: list[str]) -> None:
        group = len(self._groups)
        self._groups.append([_tokens(word) for word in words])
        for word, tokens in zip(words, self._groups[group], strict=True):
            if _LATIN.match(tokens[0]):
                self._latin[tokens[0]].append((tokens, group))
            else:
                self._han[tokens[0]].append((word, group))


@functools.cache
def load_synonyms() -> Synonyms:
    """Return the reviewed groups."""
    return Synonyms(FILE.read_text("utf-8"))


def _tokens(word: str) -> Words:
    return tuple(token for token in analyse(word) if len(token) > 1)
