"""The numbers in labels and titles as they are compared: 第十条（二） → 条, (10, 2)."""

from __future__ import annotations

import re
import unicodedata

from index.segmentation.label_patterns import HAN_KEYWORD
from index.segmentation.numerals import HAN, read_han

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
    """Return the keyword and the numbers that a title begins with, or none.

    Args:
        title: As printed.
        above: Numbers of the title above it, to which a letter belongs: ``b.`` below 4 is 4b.
    """
    match, letter = _TITLE.match(title), _LETTERED.match(title)
    if match:
        return read_number(match[1])
    return "", (*above, letter[1].lower()) if letter and above else ()
