"""One reading of words for every channel of the search, and where sentences begin and end."""

from __future__ import annotations

import functools
import re
import unicodedata

import opencc

_SPACES = re.compile(r"\s+")


@functools.cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


def normalise(text: str) -> str:
    """Return ``text`` as the search reads it: folded, letters lower case."""
    return fold(text).lower()


def fold(text: str) -> str:
    """Return ``text`` in one script and width, capitals kept.

    Full width becomes half width (NFKC), traditional characters and Taiwan's words
    become simplified ones (OpenCC ``tw2sp``), white space one blank; characters that
    print nothing (format, private, surrogate, control) go.
    """
    folded = unicodedata.normalize("NFKC", _printing(text))
    return _SPACES.sub(" ", _simplifier().convert(folded)).strip()


def _printing(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )


# A full stop ends an English sentence only before white space and no lower-case letter,
# so that "e.g. this" and "4.3.2" stay whole.
_END = re.compile(r"[。！？；]+[”’」）]*|[!?;](?=\s)|\.(?=\s+[^a-z\s])|\n+")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of ``text`` as (start, end) offsets, in order, blanks trimmed."""
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in [match.end() for match in _END.finditer(text)] + [len(text)]:
        piece = text[start:cut]
        stripped = piece.strip()
        if stripped:
            begin = start + len(piece) - len(piece.lstrip())
            spans.append((begin, begin + len(stripped)))
        start = cut
    return spans
