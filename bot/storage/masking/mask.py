"""The one door: a text in, the same text with personal data masked out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from bot.storage.masking.addresses import (
    find_emails,
    find_foreign_emails,
    find_ip_addresses,
)
from bot.storage.masking.documents import find_accounts, find_documents
from bot.storage.masking.keys import find_keys
from bot.storage.masking.kinds import Span, blank, put_words
from bot.storage.masking.names import Names
from bot.storage.masking.numbers import find_numbers
from bot.storage.masking.plain import NUMERALS, to_plain

Find = Callable[[str], Iterable[Span]]  # the spans in a plain text
_MAY_BE = re.compile(  # what no text lacks that holds personal data: read before anything else
    rf"\d|[@\uff20\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3220-\u3228\u3280-\u3288]"
    rf"|(?:[{NUMERALS}].{{0,3}}){{7}}"
    r"|[\[({<_#（【] ?at ?[\])}>_#）】]| dot |艾特|::|微信号|-----BEGIN",
    re.IGNORECASE,
)
_IN_WORDS: tuple[Find, ...] = (  # each reads what those before it left
    find_keys,
    find_emails,
    find_foreign_emails,
    find_accounts,
)
_CALLED = (find_ip_addresses, find_documents, find_numbers)  # and these ask what a number is called


def mask(text: str) -> str:
    """Return text in which what tells who a person is became ``[phone]`` and the like.

    Linear in the length of the text; one that holds neither digits nor anything for @ is only
    read once.
    """
    if not _MAY_BE.search(text):
        return text
    plain = to_plain(text)
    names = Names(plain)
    masked: list[Span] = []
    finders: list[Find] = [*_IN_WORDS, *(partial(find, names=names) for find in _CALLED)]
    for find in finders:
        spans = _apart(find(plain))
        plain = blank(plain, spans)
        masked += spans
    return put_words(text, masked)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans in their order, of those that overlap the first to begin, or the longest."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart
