"""One reading of words for both legs of the search; the words of an agreement stay as they are."""

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
    """Return ``text`` as the search reads it.

    Full width becomes half width (NFKC), traditional characters and Taiwan's words
    become simplified ones (OpenCC ``tw2sp``), letters lower case, white space one
    blank; characters that print nothing (format, private, surrogate, control) go.
    """
    folded = unicodedata.normalize("NFKC", _printing(text))
    return _SPACES.sub(" ", _simplifier().convert(folded).lower()).strip()


def _printing(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
