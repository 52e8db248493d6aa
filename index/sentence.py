"""Where the sentences of a text begin and end."""

from __future__ import annotations

import re

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
