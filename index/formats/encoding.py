"""Bytes → characters: what the file states, where that can be; else the likeliest encoding."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as characters.

    Attributes:
        text: The characters.
        encoding: In which the bytes were read.
        is_guess: Whether neither a mark nor a label nor the bytes themselves say so.
    """

    text: str
    encoding: str
    is_guess: bool

    @property
    def name(self) -> str:
        """The encoding as people call it."""
        called = {"cp1252": "Windows-1252", "big5hkscs": "Big5"}
        return called.get(self.encoding, self.encoding.upper())


_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# As browsers take the labels of pages: the larger set of the same family.
_LARGER = {
    "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi": "cp1252", "windows-1252": "cp1252",
    "x-cp1252": "cp1252", "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030",
    "x-gbk": "gb18030", "cp936": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs", "big5-hk": "big5hkscs", "shift_jis": "cp932", "euc-kr": "cp949",
}  # fmt: skip
_KNOWN = re.compile(
    r"cp(?:1252|874|93[26]|949|950)|gb18030|big5hkscs|utf-8|euc[-_]jp|koi8-[ru]"
    r"|(?:windows-|cp)125\d|iso-?8859-\d{1,2}"
)
_GUESSES = ("cp1252", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")  # the first of equals
_PLAUSIBLE = 0.6  # of the marks beyond ASCII; fewer, and the encoding is another
_JUDGED = 100_000  # characters of a text; more tell no more, and each takes its time
_STRAY = 5  # so many good marks in UTF-8 outweigh one bad byte


def _rows(encoding: str, leads: range, trails: tuple[range, ...]) -> str:
    pairs = (bytes((lead, trail)) for lead in leads for some in trails for trail in some)
    return "".join(pair.decode(encoding, "ignore") for pair in pairs)


# The first level of each standard: the characters that its makers found in common use.
_COMMON = frozenset(
    _rows("gb2312", range(0xB0, 0xD8), (range(0xA1, 0xFF),))
    + _rows("big5", range(0xA4, 0xC7), (range(0x40, 0x7F), range(0xA1, 0xFF)))
)
_FREQUENT = frozenset(
    "的一是不了有在和人我以要用他时時这這中大为為上个個国國到们們对對会會可务務服款条條本您协協议議"
    "或其及与與使方者由应應该該任何将將所权權法信息保费費同意内內经經因后後"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_CHINESE = re.compile(r"[\u3000-\u3017\uff01-\uff65\uffe5“”‘’—…·《》①-⑳]")
_WESTERN = re.compile(  # marks that stand alone or in pairs among ASCII
    r"(?<![^\x00-\x7f\xa0])(?:[\xa0\xad´–—…•€£¥©®™§°·«»½¼¾±²³µ¿¡„‚‹›†‡“”‘’]"
    r"|[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüŠŒŽšœž]){1,2}(?![^\x00-\x7f\xa0])"
)
_STRANGE = re.compile(r"[^\t-\r\x20-\x7e]")
_ESCAPED = re.compile("[\udc80-\udcff]")


def decode_bytes(data: bytes, label: str = "") -> Decoded | None:
    """Return bytes as characters; None where they are no text in any encoding that is known.

    Args:
        data: The bytes.
        label: The encoding that the file states; a wrong one is passed over.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _attempt(data, encoding)
    if b"\0" in data:
        return _guess(data) or _attempt(data, "utf-8")
    sure = _attempt(data, "utf-8") or _stated(data, label.strip().lower())
    return sure or _repair(data) or _guess(data)


def _attempt(data: bytes, encoding: str, *, is_guess: bool = False) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding, is_guess)
    except UnicodeDecodeError:
        return None


def _stated(data: bytes, label: str) -> Decoded | None:
    encoding = _LARGER.get(label, label)
    found = _attempt(data, encoding) if _KNOWN.fullmatch(encoding) else None
    if found is None:
        return None
    is_judged = encoding in _GUESSES  # of other scripts nothing is known
    return None if is_judged and _plausibility(found.text) < _PLAUSIBLE else found


def _repair(data: bytes) -> Decoded | None:
    """Return UTF-8 in which few bytes are of Windows, as where two texts were put together."""
    text = data.decode("utf-8", "surrogateescape")
    whole = len(text.encode("utf-8", "ignore").decode())
    bad, good = len(text) - whole, whole - len(text.encode("ascii", "ignore"))
    if good < _STRAY * bad:
        return None

    def western(found: re.Match[str]) -> str:
        return bytes((ord(found[0]) - 0xDC00,)).decode("cp1252", "replace")

    return Decoded(_ESCAPED.sub(western, text), "utf-8", is_guess=True)


def _guess(data: bytes) -> Decoded | None:
    found = [_attempt(data, encoding, is_guess=True) for encoding in _GUESSES]
    likeliest = max(filter(None, found), key=lambda one: _plausibility(one.text), default=None)
    if likeliest is None or _plausibility(likeliest.text) < _PLAUSIBLE:
        return None
    return likeliest


def _plausibility(text: str) -> float:
    """Return how many marks beyond ASCII are such as people write, from 0; above 1 for frequent.

    The first hundred thousand characters from the first such mark on tell.
    """
    first = _STRANGE.search(text)
    text = text[max(0, first.start() - 1) : first.start() + _JUDGED] if first else ""
    strange = len(_STRANGE.findall(text))
    if not strange:
        return 1.0
    han = _HAN.findall(text)
    common = sum(mark in _COMMON for mark in han) + len(_CHINESE.findall(text)) * bool(han)
    western = sum(len(found[0]) for found in _WESTERN.finditer(text))
    frequent = sum(mark in _FREQUENT for mark in han)
    return (max(common, western) + 0.2 * frequent) / strange
