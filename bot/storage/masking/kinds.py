"""The kinds of personal data, and where in a text one of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is masked; its value is what stands in its place."""

    EMAIL = "[email]"
    PHONE = "[phone]"
    IDENTITY = "[id number]"
    CARD = "[card]"
    PASSPORT = "[passport]"
    PERMIT = "[permit]"
    ACCOUNT = "[account]"
    PLATE = "[plate]"
    ADDRESS = "[ip address]"
    KEY = "[key]"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a text that are masked as one thing; ``text[start:end]``."""

    start: int
    end: int
    kind: Kind


BLANK = "\0"  # stands for what is masked already, so that nothing finds it a second time


def blank(plain: str, spans: Iterable[Span]) -> str:
    """Return text in which the spans, in their order, are blank; offsets stay."""
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += plain[at : span.start], BLANK * (span.end - span.start)
        at = span.end
    return "".join([*parts, plain[at:]])


def put_words(text: str, spans: Iterable[Span]) -> str:
    """Return text in which the words for their kinds stand for the spans, given in any order."""
    parts: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda span: span.start):
        parts += text[at : span.start], span.kind.value
        at = span.end
    return "".join([*parts, text[at:]])
