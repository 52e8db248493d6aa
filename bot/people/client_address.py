"""Addresses of machines: what is one, and which of them are one machine's."""

from __future__ import annotations

import ipaddress


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
