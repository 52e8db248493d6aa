"""What comes with an API key: from where it may be used in a browser, and how often."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.people.errors import PeopleError
from bot.people.identity import Purpose

PER_KEY, PER_ADDRESS = 600, 30  # requests a minute, where nobody says another number
MOST = 1_000_000  # of a limit
MOST_ORIGINS = 50  # of one key
_ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_LONGEST = 300  # characters of an origin


@dataclass(frozen=True, slots=True)
class Terms:
    """What comes with a key.

    Attributes:
        origins: Of the pages that may send it, such as ``https://help.example.com``; those of
            a widget's key alone. Without any it is of use to none but our own pages.
        per_key_per_minute: Requests that may come with a widget's key.
        per_address_per_minute: Those that may come from one visitor's address.
    """

    origins: tuple[str, ...] = ()
    per_key_per_minute: int = PER_KEY
    per_address_per_minute: int = PER_ADDRESS


def is_origin(text: str) -> bool:
    """Tell whether a text is an origin, as a browser writes it."""
    return len(text) <= _LONGEST and _ORIGIN.fullmatch(text) is not None


def check_terms(purpose: Purpose, terms: Terms) -> Terms:
    """Return the terms of a new key, each origin once.

    Raises:
        PeopleError: They do not fit the purpose, or hold what is no origin.
    """
    origins: Sequence[str] = tuple(dict.fromkeys(terms.origins))
    if (origins and purpose is not Purpose.WIDGET) or len(origins) > MOST_ORIGINS:
        words = f"a widget's key names up to {MOST_ORIGINS} origins, and another key none."
        raise PeopleError(words, "key_origins")
    for origin in origins:
        if not is_origin(origin):
            raise PeopleError(
                f"{origin[:_LONGEST]!r} is no origin. Write scheme, host and port as a browser "
                'does, in lower case, without a path or a star: "https://help.example.com".',
                "key_origin",
            )
    for limit in (terms.per_key_per_minute, terms.per_address_per_minute):
        if not 1 <= limit <= MOST:
            raise PeopleError(f"{limit} is no number of requests in 1..{MOST}.", "key_limit")
    return Terms(tuple(origins), terms.per_key_per_minute, terms.per_address_per_minute)
