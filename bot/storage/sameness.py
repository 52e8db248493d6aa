"""Words that look the same to a person in, one way of writing them out."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return text as it is compared with other text, to find what somebody wrote.

    Composed and decomposed letters, full and half width, upper and lower case are the same; any
    white space is one blank; characters that print nothing go. Empty for text without a word.
    """
    printing = "".join(
        char for char in text if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf")
    )
    cased = unicodedata.normalize("NFKC", printing).casefold()
    return " ".join(unicodedata.normalize("NFKC", cased).split())
