"""Words as safe HTML: every word is escaped here and nowhere else."""

from __future__ import annotations

import html
import re

from bot.words.catalogue import say
from index.numerals import find_quantities

# Control characters, and marks that turn the direction of the words after them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """Return text as HTML that shows it and does nothing else.

    What no page can carry (lone surrogates, control characters) or should obey (marks that
    turn the direction of words) becomes U+FFFD.
    """
    readable = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return html.escape(_UNPRINTABLE.sub("\ufffd", readable), quote=True)


def emphasise(text: str) -> str:
    """Return text as HTML in which durations, amounts and dates stand out."""
    parts: list[str] = []
    at = 0
    for start, end in find_quantities(text):
        parts += [escape(text[at:start]), f'<strong class="qty">{escape(text[start:end])}</strong>']
        at = end
    return "".join([*parts, escape(text[at:])])


def highlight(text: str, start: int, end: int) -> str:
    """Return text as HTML in which ``text[start:end]`` is marked."""
    if not 0 <= start < end <= len(text):
        return escape(text)
    marked = f"<mark>{emphasise(text[start:end])}</mark>"
    return escape(text[:start]) + marked + escape(text[end:])


def said(key: str, language: str) -> str:
    """Return what ``say`` does, to stand in a text or an attribute."""
    return escape(say(key, language))
