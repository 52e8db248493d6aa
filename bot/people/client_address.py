"""Addresses of machines: what is one, which are one machine's, and names for who asks from one."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import secrets
from pathlib import Path

from index.files import write_whole

logger = logging.getLogger(__name__)


def clean_address(text: str) -> str:
    """Return an address as it is written usually; empty for what is none, whoever named it."""
    parsed = _parse(text)
    return "" if parsed is None else str(parsed)


def network_of(address: str) -> str:
    """Return what one machine cannot change at will: of IPv6 it owns the latter half.

    Empty for what is no address.
    """
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))
    return "" if parsed is None else str(parsed)


def _parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.scope_id:  # which may be any text, and says nothing beyond one machine
            parsed = ipaddress.IPv6Address(int(parsed))
        return parsed.ipv4_mapped or parsed
    return parsed


_BYTES = 32  # of a secret


class Voters:
    """Names voters so that nobody learns an address from a name, nor what else somebody judged."""

    def __init__(self, secret: bytes) -> None:
        """Name them by a secret that stands in no database and no backup."""
        self._secret = secret

    def name(self, answer_id: str, network: str) -> str:
        """Return the name of a network as a voter on one answer, 64 hexadecimal digits."""
        words = f"{answer_id} {network}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, words, "sha256").hex()


def open_voters(path: Path) -> Voters:
    """Return those who are named by the secret in a file, which is made where there is none.

    Where it cannot be read or made, which the log then says, they are strangers after a restart.
    """
    secret = secrets.token_bytes(_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.stat().st_size != _BYTES:
            write_whole(path, secret, is_private=True)
        secret = path.read_bytes()
    except OSError as error:
        logger.warning("%s: cannot be made or read (%s).", path, error.strerror)
    return Voters(secret)
