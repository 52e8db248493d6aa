"""A place in a clause's words that mentions another clause, and the numbers it is written with."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from index.numerals import HAN, read_han
from index.segmentation.labels import HAN_KEYWORD

Tokens = tuple[str, ...]

_TOKEN = re.compile(rf"[0-9]{{1,4}}|[A-Za-z]{{1,9}}|之?[{HAN}]{{1,9}}")
_WORDS = (
    r"title|part|chapter|article|section|clause|schedule|annex|appendix|exhibit|附件|附录|附錄|附表"
)
_KEYWORD = re.compile(rf"(?i:({_WORDS}))[ \xa0]{{0,3}}(?=[0-9A-Z{HAN}])")
_TITLE = re.compile(
    rf"[\s*_#>\[]{{0,8}}((?:第[ \u3000]?[{HAN}0-9]{{1,9}}[ \u3000]?[^\W\d_]{{1,2}}"
    rf"|(?i:{_WORDS})[ \xa0]{{1,3}}(?:[0-9]{{1,3}}|[IVXLC]{{1,7}}|[A-Z]|[{HAN}]{{1,3}})(?!\w)"
    rf"|(?:附件|附录|附錄|附表)[{HAN}0-9A-Z]{{0,3}}"
    r"|[0-9]{1,3}(?:[.．][0-9]{1,3}){0,5}[A-Z]?(?![0-9A-Za-z])|[IVX]{1,7}(?=[.、)])"
    rf"|[{HAN}]{{1,4}}(?=[、.．)）])))"
)
_LETTERED = re.compile(r"([A-Za-z])[.)]\s")
_OLD_FORMS = str.maketrans("條項節編錄", "条项节编录")


def read_number(printed: str) -> tuple[str, Tokens]:
    """Return the keyword of a label, or none, and its numbers: 第十条（二） → 条, (10, 2)."""
    plain = unicodedata.normalize("NFKC", printed).strip()
    han, word = HAN_KEYWORD.match(plain), _KEYWORD.match(plain)
    keyword = ""
    if han:
        keyword, rest = han[2], (han[3] or "") + plain[han.end() :]
        plain = f"{han[1]} {rest}"
    elif word:
        keyword, plain = word[1].lower(), plain[word.end() :]
    tokens = tuple(read_token(token) for token in _TOKEN.findall(plain))
    return keyword.translate(_OLD_FORMS), tokens


def read_token(token: str) -> str:
    """Return one number in the form in which it is compared: 十 and 10 alike, letters small."""
    if token[0] == "之":
        return f"之{read_han(token[1:])}"
    if token[0] in HAN:
        return str(read_han(token))
    return str(int(token)) if token.isdecimal() else token.lower()


def read_title(title: str, above: Tokens) -> tuple[str, Tokens]:
    """Return the keyword and the numbers that a title begins with as printed, or none.

    A letter belongs to the numbers of the title above it: ``b.`` below 4 is 4b.
    """
    match, letter = _TITLE.match(title), _LETTERED.match(title)
    if match:
        return read_number(match[1])
    return "", (*above, letter[1].lower()) if letter and above else ()


class Base(StrEnum):
    """From where the numbers of a mention are counted."""

    AGREEMENT = "agreement"  # Section 5.2, 第十条
    BESIDE = "beside"  # paragraph (b), 上述第（二）项: in the same list, or one above it
    ARTICLE = "article"  # this Section, 本条
    BEFORE = "before"  # the preceding paragraph, 前款
    ARTICLE_BEFORE = "article_before"  # the preceding article, 前条


@dataclass(frozen=True, slots=True)
class Step:
    """One step towards a clause: ``第二款`` is ``("款", ("2",))``."""

    keyword: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """One reference as written.

    Attributes:
        start: Offset of its first character in the text.
        end: Offset after its last character.
        base: From where it is counted.
        steps: Numbers, outermost first; may be empty for ``this Section``.
        through: Number of the last clause of a range; empty for a single one.
        count: How many are meant, as in 前两款.
        is_exception: Whether it is named as an exception, as in 除第五条另有约定外.
    """

    start: int
    end: int
    base: Base
    steps: tuple[Step, ...] = ()
    through: tuple[str, ...] = ()
    count: int = 1
    is_exception: bool = False


_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN |= dict.fromkeys(map(ord, "\u3000\xa0\t*_\\"), ord(" "))
_PLAIN |= {ord(old): ord(new) for old, new in zip("條項節編錄與", "条项节编录与", strict=True)}


def to_plain(text: str) -> str:
    """Return ``text`` as references are looked for in it; no offset changes.

    Full width becomes half width, the marks of Markdown blanks, traditional units simplified.
    """
    return text.translate(_PLAIN)
