"""A browser that somebody signed in with before proves it, so that no stranger's tries bind it.

What it keeps is a nonce, and a code over it and the name that only the hash of the password gives:
nothing is kept here, another password makes it worthless, and it opens nothing by itself.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_NONCE_BYTES = 16
_DEVICE = re.compile(r"[A-Za-z0-9_-]{22}\.[0-9a-f]{64}")


def new_device(folded: str, kept: str) -> str:
    """Return what a browser is to keep.

    Args:
        folded: The name that was signed in with.
        kept: The hash that the password was verified with.
    """
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    return f"{nonce}.{_code(nonce, folded, kept)}"


def device_of(given: str, folded: str, kept: str) -> str:
    """Return the nonce of what a browser kept; empty unless it is of this name and password."""
    if _DEVICE.fullmatch(given) is None:
        return ""
    nonce, code = given.split(".")
    return nonce if hmac.compare_digest(code, _code(nonce, folded, kept)) else ""


def _code(nonce: str, folded: str, kept: str) -> str:
    told = f"device:{nonce}:{folded}".encode("utf-8", "surrogatepass")
    return hmac.new(kept.encode(), told, hashlib.sha256).hexdigest()
