"""Slips of the finger in English words, mended by the words that the clauses hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.lexical import analyse
from index.text import normalise

_WORD = re.compile(r"[a-z]+")
_SHORTEST = 5  # letters; a shorter word has too many neighbours
_LONG = 8  # letters from which two slips are forgiven


class Speller:
    """Knows the Latin words of some texts and finds the one that was meant."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Learn the words of ``texts``."""
        words = {word for text in texts for word in _WORD.findall(normalise(text))}
        self._stems = {stem for word in words for stem in analyse(word)}
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for word in sorted(words):
            self._by_initial[word[0]].append(word)

    def mend(self, text: str) -> str:
        """Return a normalised text with each slip replaced by the word that was meant.

        A slip is a letter missing, added, changed, or swapped with the next; one is
        forgiven from five letters on, two from eight. The first letter must be right. A
        word that some text holds in any form is no slip, nor is one without neighbours.
        """
        return _WORD.sub(lambda match: self._meant(match.group()), text)

    def _meant(self, word: str) -> str:
        if len(word) < _SHORTEST or self._stems.issuperset(analyse(word)):
            return word
        found = process.extractOne(
            word,
            self._by_initial[word[0]],
            scorer=OSA.distance,
            score_cutoff=2 if len(word) >= _LONG else 1,
        )
        return word if found is None else str(found[0])
