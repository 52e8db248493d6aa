"""Words → BM25 scores; other words for the same thing."""

from __future__ import annotations

import functools
import logging
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from index.numerals import ENGLISH, read_han
from index.text import normalise

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it would tell of every index built
_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)*|[\u3400-\u9fff]+")
_NUMERAL = re.compile(  # from its first sign on and whole, so that a long one is read once
    r"(?<![〇零一二两三四五六七八九十百])[〇零一二两三四五六七八九十百]++(?=[个日天月年周小工时分元次条])"
)
_STOP = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do",
    "does", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in",
    "into", "is", "it", "its", "just", "me", "my", "no", "not", "of", "on", "or", "our", "she",
    "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "those", "to", "us", "was", "we", "were", "what", "when", "where",
    "which", "who", "whom", "why", "will", "with", "would", "you", "your",
))  # fmt: skip
_STOP_CJK = frozenset(
    "的了吗呢吧啊么嘛是我你您他她它们这那有在和与或就都也还要会能可以被把让给对为"
)

_SYNONYM_WEIGHT = 0.3  # of a word that the question does not say; chosen on questions of our own


def analyse(text: str) -> list[str]:
    """Return the words of ``text`` that are matched, in order, repeats kept."""
    tokens: list[str] = []
    for run in _TOKEN.findall(_NUMERAL.sub(_as_digits, normalise(text))):
        if run[0].isascii():
            word = str(ENGLISH.get(run, run))
            if word not in _STOP:
                tokens.append(_stem(word))
        else:
            tokens += [char for char in run if char not in _STOP_CJK]
            tokens += [run[i : i + 2] for i in range(len(run) - 1)]
    return tokens


class LexicalIndex:
    """BM25 over one field of every clause."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index one text a row; an empty text is never found."""
        tokens = [analyse(text) for text in texts]
        self._size = len(texts)
        seen: dict[str, int] = {}
        for row in tokens:
            for token in set(row):
                seen[token] = seen.get(token, 0) + 1
        self._idf = {t: math.log(1 + (self._size - n + 0.5) / (n + 0.5)) for t, n in seen.items()}
        self._unseen = math.log(1 + (self._size + 0.5) / 0.5)
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.6) if seen else None
        if self._bm25 is not None:
            self._bm25.index(tokens, show_progress=False)

    def scores(
        self, query: Sequence[str], others: Sequence[Sequence[str]] = ()
    ) -> NDArray[np.float32]:
        """Score every row for the analysed ``query``.

        Args:
            query: What is asked.
            others: Analysed words for the same things. One that is held in full adds to the
                rows that hold it, for less; one that is not takes nothing away.

        Returns:
            Shape ``(rows,)``, float32 in 0..1: the BM25 score over the highest that a
            text of mean length could reach. A word that no row holds counts against
            all, so a field with nothing to say stays near 0 and does not outvote others.
        """
        known = [token for token in query if token in self._idf]
        held = (word for word in others if all(token in self._idf for token in word))
        added = list(dict.fromkeys(token for word in held for token in word if token not in query))
        if self._bm25 is None or not (known or added):
            return np.zeros(self._size, dtype=np.float32)
        best = sum(self._idf.get(token, self._unseen) for token in query)
        raw = self._bm25.get_scores(known) if known else np.zeros(self._size, dtype=np.float32)
        if added:
            raw = raw + _SYNONYM_WEIGHT * self._bm25.get_scores(added)
        return np.asarray(np.minimum(raw / np.float32(best), 1), dtype=np.float32)


@functools.cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@functools.lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


def _as_digits(found: re.Match[str]) -> str:
    """Read a Chinese numeral that counts something; one without units sign by sign."""
    numeral = found[0]
    read = [numeral] if set(numeral) & {"十", "百"} else numeral
    return "".join(str(read_han(part)) for part in read)


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
