"""Slips of the finger, mended by the words that the corpus holds.

A Latin word loses, gains, changes or swaps a letter. A Chinese word is typed by its sound, and
the slip is another character of the same sound: 协仪 for 协议, 退宽 for 退款.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.search.models import BUNDLED_READER
from index.search.words import analyse
from index.text import normalise

_WORD = re.compile(r"[a-z]+")
_SHORTEST = 5  # letters; a shorter word has too many neighbours
_LONG = 8  # letters from which two slips are forgiven
_HAN_PAIR = re.compile(r"[\u4e00-\u9fff]{2}")
_HAN = re.compile(r"[\u4e00-\u9fff]{1,2}")
_RARE = -16.0  # of a character that is no piece by itself
_LIKELIER = 13.5  # as a logarithm; of 4,800 questions without a slip, 14 are changed
_PIECES = BUNDLED_READER / "tokenizer.json"
_ALIKE = ((re.compile(r"\b([zcs])h"), r"\1"), (re.compile(r"(?<=[aei])ng\b"), "n"))  # to many ears


class Speller:
    """Knows the words of some texts and finds the one that was meant."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Learn the words of ``texts``."""
        read = [normalise(text) for text in texts]
        words = {word for text in read for word in _WORD.findall(text)}
        self._stems = {stem for word in words for stem in analyse(word)}
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for word in sorted(words):
            self._by_initial[word[0]].append(word)
        self._pairs = Counter(pair for text in read for _, pair in _pairs(text))
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._pairs.keys() & _common()):
            self._by_sound[_sound(word)].append(word)

    def mend(self, text: str) -> str:
        """Return a normalised text with each slip replaced by the word that was meant.

        A slip is a letter missing, added, changed, or swapped with the next; one is
        forgiven from five letters on, two from eight. The first letter must be right. A
        word that some text holds in any form is no slip, nor is one without neighbours.
        """
        return _WORD.sub(lambda match: self._meant(match.group()), text)

    def mend_sounds(self, text: str) -> str:
        """Return a normalised text with each Chinese slip replaced by the word that was meant.

        A slip is two characters that no text holds and that make no ordinary word, neither by
        themselves nor with a neighbour; meant is a word that a text holds, sounds the same and
        shares one of the two. It must be likelier by far than the two characters are apart,
        as a noisy channel has it. Tones, and what many ears do not tell apart (zh and z, ing
        and in), do not count.
        """
        common = _common()
        for at, pair in _pairs(text):
            beside = (text[max(at - 1, 0) : at + 1], text[at + 1 : at + 3])
            if pair in self._pairs or pair in common or any(p[1:] and p in common for p in beside):
                continue
            apart = sum(common.get(char, _RARE) for char in pair)
            meant = [
                word
                for word in self._by_sound.get(_sound(pair), ())
                if (word[0] == pair[0] or word[1] == pair[1]) and common[word] - apart > _LIKELIER
            ]
            if meant:
                text = text[:at] + max(meant, key=common.__getitem__) + text[at + 2 :]
        return text

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


def _pairs(text: str) -> Iterator[tuple[int, str]]:
    """Yield every two Chinese characters that stand together, with where they begin."""
    for at, pair in enumerate(map("".join, itertools.pairwise(text))):
        if _HAN_PAIR.fullmatch(pair):
            yield at, pair


@functools.cache
def _common() -> dict[str, float]:
    """Return how common, as a logarithm, ordinary characters and words of two of them are."""
    pieces = json.loads(_PIECES.read_text("utf-8"))["model"]["vocab"]
    return {piece: score for piece, score in pieces if _HAN.fullmatch(piece)}


@functools.lru_cache(maxsize=65536)
def _sound(pair: str) -> str:
    from pypinyin import lazy_pinyin

    sound = " ".join(lazy_pinyin(pair))
    for ending, alike in _ALIKE:
        sound = ending.sub(alike, sound)
    return sound
