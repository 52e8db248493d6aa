"""Two texts in, what stands in both and what in one alone out, word by word."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from index.text import split_sentences

# A word, a number, one Chinese character, a run of blanks, or one other sign.
_WORD = re.compile(r"[^\W\u3040-\u9fff]+|\s+|.", re.DOTALL)
MOST_WORK = 1_000_000  # pairs of equal words, one of each text: each may be looked at often


class PieceKind(StrEnum):
    """Where a piece stands."""

    SAME = "same"
    DROPPED = "dropped"  # in the former text alone
    ADDED = "added"  # in the later text alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; those not added are the former text, those not dropped the later."""

    kind: PieceKind
    text: str


def diff_words(former: str, later: str, *, most: int = MOST_WORK) -> tuple[Piece, ...]:
    """Return the pieces of two texts in the order of reading, what was dropped first.

    Two texts that need more work than ``most`` are told apart by sentences, and if those are too
    many, as a whole.
    """
    for split in (split_words, _split_sentences):
        one, other = split(former), split(later)
        if _pairs(one, other) <= most:
            return tuple(_pieces(one, other))
    return tuple(_apart([former], [later]))


def work_of(former: str, later: str) -> int:
    """Return how much work it is to tell two texts apart by words."""
    return _pairs(split_words(former), split_words(later))


def split_words(text: str) -> list[str]:
    """Return a text in its words, blanks and signs; a Chinese character is a word."""
    return _WORD.findall(text)


def _split_sentences(text: str) -> list[str]:
    """Return a text in pieces that end where a sentence does."""
    cuts = [0, *(end for _, end in split_sentences(text)[:-1]), len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


def _pairs(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many pairs of equal words there are, and at least how many words."""
    counts = Counter(other)
    equal = sum(count * counts[word] for word, count in Counter(one).items())
    return equal + len(one) + len(other)


def _pieces(one: Sequence[str], other: Sequence[str]) -> Iterator[Piece]:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for tag, start, end, start_other, end_other in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(PieceKind.SAME, "".join(one[start:end]))
        else:
            yield from _apart(one[start:end], other[start_other:end_other])


def _apart(one: Sequence[str], other: Sequence[str]) -> Iterator[Piece]:
    for kind, words in ((PieceKind.DROPPED, one), (PieceKind.ADDED, other)):
        text = "".join(words)
        if text:
            yield Piece(kind, text)
