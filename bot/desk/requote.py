"""A quote and what its clause says now in, what to quote of it now out."""

from __future__ import annotations

from difflib import SequenceMatcher

from index.difference import split_words
from index.sentence import split_sentences

_MOST = 4_000  # words that are compared


def find_quote(quote: str, later: str) -> str:
    """Return what to quote of a text in the place of former words, as it stands there.

    That is the words themselves if they stand there, or else the sentence most like them.
    """
    if quote in later:
        return quote
    sentences = [later[start:end] for start, end in split_sentences(later)]
    words = split_words(quote)[:_MOST]

    def likeness(sentence: str) -> float:
        theirs = split_words(sentence)[:_MOST]
        return SequenceMatcher(None, words, theirs, autojunk=False).ratio()

    return max(sentences, key=likeness, default="")
