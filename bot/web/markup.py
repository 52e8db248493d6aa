"""Words of the page as HTML."""

from __future__ import annotations

from bot.markup import escape
from bot.wording import say


def said(key: str, language: str) -> str:
    """Return what ``say`` does, to stand in a text or an attribute."""
    return escape(say(key, language))
