"""Links of the page, relative to the site."""

from __future__ import annotations

from urllib.parse import urlencode


def link_to(**query: str) -> str:
    """Return the address, relative to the site, that opens the page with this query."""
    given = {key: value for key, value in query.items() if value}
    return "/?" + urlencode(given, errors="replace")
