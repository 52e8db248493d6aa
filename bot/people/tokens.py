"""Secrets that a program makes: session tokens and API keys.

They are kept as SHA-256. A slow hash guards what a person can remember, by making each guess
dear; among 2**256 random values there is nothing to guess, and a slow hash would only make
every request slow. They are found by their hash, so the time of a comparison tells nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from bot.people.identity import Purpose

_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
KEY_PREFIX = "cb_"
_KEY = re.compile(KEY_PREFIX + r"(widget|program|agent)_[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return 256 random bits as 43 characters."""
    return secrets.token_urlsafe(_BYTES)


def new_key(purpose: Purpose) -> str:
    """Return an API key; its beginning says what it is, so that one that leaked is noticed."""
    return f"{KEY_PREFIX}{purpose}_{new_token()}"


def is_token(text: str) -> bool:
    """Tell whether a text may be a session token."""
    return _TOKEN.fullmatch(text) is not None


def key_purpose(text: str) -> Purpose | None:
    """Return what an API key says it is for; None if the text is none."""
    found = _KEY.fullmatch(text)
    return None if found is None else Purpose(found[1])


def digest(secret: str) -> str:
    """Return the SHA-256 under which a secret is kept, 64 characters."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_id() -> str:
    """Return the id of a row, which is no secret; a person may have to type it."""
    return secrets.token_hex(12)
