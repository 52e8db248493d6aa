"""The key that a request bears."""

from __future__ import annotations

from starlette.datastructures import Headers

from bot.people.tokens import KEY_PREFIX

_SCHEME = "bearer "


def bearer_key(headers: Headers) -> str | None:
    """Return the key of ours in ``Authorization: Bearer``; None where none stands there.

    What else stands in that header may be meant for a proxy before us.
    """
    given = headers.get("authorization", "")
    key = given[len(_SCHEME) :].strip()
    return key if given[: len(_SCHEME)].lower() == _SCHEME and key.startswith(KEY_PREFIX) else None
