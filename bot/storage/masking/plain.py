"""A text as one plain spelling of its digits and signs, so that patterns need know no other."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SIGNS = {  # character for character, so that offsets stay
    " ": "\u00a0\u1680\u2007\u2009\u202f\u3000\u200b\u200c\u200d\u2060\ufeff\t\r",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\u30fc",
    ".": "\u00b7\u2022\u30fb",
    ",": "\u3001",
    "[": "\u3010",
    "]": "\u3011",
}
_PLAIN = {char: plain for plain, chars in _SIGNS.items() for char in chars}
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_CIRCLED_NUMERALS = (range(0x3220, 0x3229), range(0x3280, 0x3289))  # ㈠ to ㈨, ㊀ to ㊈
NUMERALS = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖貳參陸"
_NUMERAL = str.maketrans(NUMERALS, "001234567891123456789236")
_SPELT = re.compile(rf"[0-9{NUMERALS}](?:[ ,.\-_/*|\n]{{0,2}}[0-9{NUMERALS}]){{6,}}")


def to_plain(text: str) -> str:
    """Return a text with the digits of every script as ASCII ones, full-width signs as narrow ones.

    Of the same length. Chinese numerals become digits where seven or more stand together: fewer
    are words, and so are those with tens and hundreds between them.
    """
    others = {char for char in text if char > "\x7f" or char in "\t\r"}
    plain = text.translate({ord(char): _plain(char) for char in others})
    if others.isdisjoint(NUMERALS):
        return plain
    return _SPELT.sub(lambda run: run[0].translate(_NUMERAL), plain)


@lru_cache(maxsize=1 << 12)
def _plain(char: str) -> str:
    code = ord(char)
    if char in _PLAIN:
        return _PLAIN[char]
    if code in _FULL_WIDTH:
        return chr(code - 0xFEE0)
    if any(code in numerals for numerals in _CIRCLED_NUMERALS):
        return str(int(unicodedata.numeric(char)))
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)
