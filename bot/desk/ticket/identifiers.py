"""Order numbers, accounts, telephone numbers, e-mail addresses and amounts in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_NUMBER = r"(?P<id>[a-z0-9][a-z0-9/_-]{2,31})"
_DIGITS = re.compile(r"\d")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15  # of a telephone number


class IdentifierKind(StrEnum):
    """What an identifier tells apart."""

    EMAIL = "email"
    IDENTITY = "identity"
    ORDER = "order"
    REFERENCE = "reference"
    ACCOUNT = "account"
    AMOUNT = "amount"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier and where it stands: ``message[start:end] == words``."""

    kind: IdentifierKind
    words: str
    start: int
    end: int


_PATTERNS = {  # earlier ones first: an order number is no telephone number
    IdentifierKind.EMAIL: r"(?P<id>[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5})",
    IdentifierKind.IDENTITY: (
        r"(?<![a-z0-9])(?P<id>\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx])"
        r"(?![a-z0-9])"
    ),
    IdentifierKind.ORDER: (
        r"(?:\b(?:order|invoice|contract|po|p\.o\.)|订单|发票|合同|流水|采购单)\s?"
        r"(?:numbers?|nos?|id|ref|编号|号码|单号|号)?[.:#\s]{0,3}" + _NUMBER
    ),
    IdentifierKind.REFERENCE: (
        r"(?:\b(?:ticket|case|ref|reference|incident)|工单|案件)\s?"
        r"(?:numbers?|nos?|id|编号|号码|单号|号)?[.:#\s]{0,3}" + _NUMBER
    ),
    IdentifierKind.ACCOUNT: (
        r"(?:\b(?:account|acct|acc|user|id|(?:customer|client)(?=\s?(?:id|no|number|#)))"
        r"|账号|账户|帐号|帐户|用户名|客户(?=编号|号))\s?"
        r"(?:id|number|no|名|编号|号)?[.:#\s是为]{0,3}" + _NUMBER
    ),
    IdentifierKind.AMOUNT: (
        r"(?P<id>(?:[$€£¥]|\b(?:usd|rmb|cny|eur)\s?)\s?\d[\d,.]{0,14}\d?"
        r"|(?<![\d.,])\d[\d,.]{0,14}\s?(?:万元|万|千元|元|块钱|块|美元|rmb\b|usd\b|cny\b|eur\b"
        r"|yuan\b|dollars\b|euros?\b))"
    ),
    IdentifierKind.PHONE: (
        r"(?<![a-z0-9/.-])(?!(?:19|20)\d\d-\d\d?-\d)"
        r"(?P<id>\+?(?:\(\d{2,4}\)[ -]?)?\d{2,4}(?:[ -]?\d{2,4}){1,5})(?![a-z0-9/]|-\d)"
    ),
}
_CODE = re.compile(  # a number of the customer's own: “BH-2291”, and no standard such as ISO-9001
    r"(?<![a-z0-9-])(?!(?:iso|iec|sha|aes|rsa|rfc|gb|gbt|utf|cve|tls|pci|ipv|http|covid)-)"
    r"(?P<id>[a-z]{1,5}-\d{3,10})(?![a-z0-9]|-\d)"
)
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}


def find_identifiers(message: str, reading: str) -> tuple[Identifier, ...]:
    """Return the identifiers of a message, read by ``to_reading``, in its order; none overlap."""
    found: list[Identifier] = []
    covered = bytearray(len(message))
    for kind, pattern in (*_COMPILED.items(), (IdentifierKind.REFERENCE, _CODE)):
        for start, end in _spans(kind, pattern, reading):
            if not any(covered[start:end]):
                covered[start:end] = b"\1" * (end - start)
                found.append(Identifier(kind, message[start:end], start, end))
    return tuple(sorted(found, key=lambda identifier: identifier.start))


def _spans(
    kind: IdentifierKind, pattern: re.Pattern[str], reading: str
) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(reading):
        digits = len(_DIGITS.findall(match["id"]))
        is_long = _FEWEST_DIGITS <= digits <= _MOST_DIGITS
        if kind is IdentifierKind.EMAIL or (digits and kind is not IdentifierKind.PHONE) or is_long:
            yield match.span("id")
