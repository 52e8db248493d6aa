"""E-mail and IP addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from bot.storage.masking.kinds import Kind, Span
from bot.storage.masking.names import Names, Other

_AT = r"(?: ?(?:[\[({<#_]{0,2}(?:@|艾特)[\])}>#_]{0,2}|[\[({<#_]{1,2} ?at ?[\])}>#_]{1,2}) ?)"
_DOT = r"(?: ?[\[({<_]dot[\])}>_] ?|\.| \. |点)"
_ENDINGS = "com|net|org|edu|gov|cn|io|co|me|info|de|uk|fr|jp|kr|in|ru|tw|hk|eu|au|ca"
_EMAILS = (
    re.compile(
        rf"(?:[a-z0-9][a-z0-9._%+'-]{{0,63}}|\"[^\"\n]{{1,40}}\"){_AT}"
        rf"(?:[a-z0-9-]{{1,63}}{_DOT}){{1,8}}[a-z]{{2,24}}(?![a-z0-9])",
        re.IGNORECASE | re.ASCII,
    ),
    re.compile(  # spelt out
        rf"[a-z0-9][a-z0-9._+-]{{0,63}} at (?:[a-z0-9-]{{1,63}} dot ){{1,4}}(?:{_ENDINGS})"
        r"(?![a-z0-9])",
        re.IGNORECASE | re.ASCII,
    ),
)
_IN_ANY_SCRIPT = re.compile(r"[\w.+-]{1,64} ?@ ?(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")

_FOUR = re.compile(
    r"(?:(?<![A-Za-z0-9_.])|(?<=ip))[0-9]{1,3}(?:(?:\.|\[\.\])[0-9]{1,3}){3}"
    r"(?![A-Za-z0-9_]|\.[0-9])"
)
_SIX = re.compile(
    r"(?:(?<![A-Za-z0-9_.:])|(?<=[^0-9A-Fa-f:]:))"  # a colon of its own may lead to it
    r"(?P<address>(?:[0-9A-Fa-f]|::)[0-9A-Fa-f:]{2,38}(?:(?<=:)[0-9.]{7,15})?)"
    r"(?![A-Za-z0-9_:]|\.[0-9])"
)
_ANYBODYS = tuple(  # addresses that millions share
    map(
        ipaddress.IPv4Network,
        ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
         "192.168.0.0/16", "224.0.0.0/3"),
    )
)  # fmt: skip
_LIKE_A_CLAUSE = 31  # a number up to this may be one of a clause, 3.2.1.4


def find_emails(plain: str) -> Iterator[Span]:
    """Yield e-mail addresses, with @ or with what is written for it; they may overlap."""
    for pattern in _EMAILS:
        for match in pattern.finditer(plain):
            yield Span(*match.span(), Kind.EMAIL)


def find_foreign_emails(plain: str) -> Iterator[Span]:
    """Yield addresses in other letters, with the words before them that no blank parts off."""
    for match in _IN_ANY_SCRIPT.finditer(plain):
        yield Span(*match.span(), Kind.EMAIL)


def find_ip_addresses(plain: str, names: Names) -> Iterator[Span]:
    """Yield the IP addresses that may be a person's: of version 4 and 6, no private ones."""
    for match in _FOUR.finditer(plain):
        if _is_four(names, match):
            yield Span(*match.span(), Kind.ADDRESS)
    for match in _SIX.finditer(plain):
        if _is_six(match["address"]):
            yield Span(*match.span("address"), Kind.ADDRESS)


def _is_four(names: Names, match: re.Match[str]) -> bool:
    try:
        address = ipaddress.IPv4Address(match[0].replace("[.]", "."))
    except ValueError:
        return False
    name = names.before(match.start())
    if name is Other.NOTHING or any(address in network for network in _ANYBODYS):
        return False
    return name is Kind.ADDRESS or max(address.packed) > _LIKE_A_CLAUSE


def _is_six(written: str) -> bool:
    """Return whether it is an address of version 6, and no time, loopback or word with colons."""
    if written.count(":") < 2 or not re.search(r"[0-9A-Fa-f]{3}", written):
        return False
    try:
        address = ipaddress.IPv6Address(written)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)
