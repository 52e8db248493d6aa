"""Text in, safe HTML out: every word is escaped here and nowhere else."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

from index.quantity import find_quantities

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def escape(text: str) -> str:
    """Return text as HTML that shows it and does nothing else.

    Lone surrogates and control characters, which no page can carry, become U+FFFD.
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


def link_to(**query: str) -> str:
    """Return the address, relative to the site, that opens the page with this query."""
    given = {key: value for key, value in query.items() if value}
    return "/?" + urlencode(given, errors="replace")
