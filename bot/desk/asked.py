"""A question of a message in, what to search for out: without noise, with what it hangs on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.asking import Found
from bot.desk.hanging import is_hanging, points_back, points_inside
from bot.desk.identifiers import Identifier, IdentifierKind
from bot.desk.phrases import without_request
from bot.desk.sentences import Span
from bot.question import is_leaning
from index.text import normalise

_CONTEXT = 200  # characters of what a question leans on
_SHORT_ZH, _SHORT_EN = 8, 6  # characters, words: so short a question is none by itself
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_CUT = "\ue000"  # stands where an identifier stood
_HOLLOW = re.compile(  # what is left of “(ID: …)” and “账号 …” without the identifier
    rf"[(（\[]\s?(?:[\w.]{{1,12}}\s?){{0,3}}[:：#.]?\s?{_CUT}\s?[)）\]]"
    rf"|(?:账号|订单号|工单号?|编号|手机号?|电话|身份证号?码?|邮箱|\b(?:po|ticket|ref|case|tel|phone|id)"
    rf"(?:\s(?:no|number))?)[.:：#\s]{{0,3}}{_CUT}(?=\s?[，。,;])|{_CUT}",
    re.IGNORECASE,
)
_COMMAS = re.compile(r"(?:\s*[,，;；、]){2,}|^\s*[,，;；、]+")  # of a row of identifiers
_BLANKS = re.compile(r"\s+")
_NAMELESS = (IdentifierKind.AMOUNT,)  # stays in what is looked for


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a message.

    Attributes:
        words: As the customer wrote it; ``message[start:end]``.
        start: Offset of the first character.
        end: Offset after the last character.
        text: What to search for: the words, without polite ones and identifiers, after the
            sentence or the question that they hang on.
        leans: Whether it leans on the question before it, if there is one.
        alone: ``text`` without what it hangs on; None where that means nothing.
    """

    words: str
    start: int
    end: int
    text: str
    leans: bool
    alone: str | None


def make_asked(
    message: str, found: Found, identifiers: Sequence[Identifier], former: Asked | None
) -> Asked:
    """Return a question as it is to be looked for.

    Args:
        message: As it came in.
        found: Where the question stands.
        identifiers: Of the message.
        former: The question before it, None for none.
    """
    own = without_request(_bare(message, (found.start, found.end), identifiers))
    words = message[found.start : found.end]
    read = normalise(own)
    is_short = len(_CJK.findall(own)) <= _SHORT_ZH and len(_WORD.findall(own)) <= _SHORT_EN
    leans, hangs = is_leaning(read), is_hanging(read)
    before = ""
    if found.context is not None and (is_short or leans or hangs):
        before = _bare(message, found.context, identifiers)
    elif former is not None and hangs:
        before = former.text
        if found.topic is not None and not points_back(read):
            before = _bare(message, found.topic, identifiers)
    if before:
        text = f"{before[-_CONTEXT:]} {own}"
        alone = None if leans or hangs else own
        return Asked(words, found.start, found.end, text, leans=False, alone=alone)
    leans = (leans and is_short) or (former is not None and points_inside(read))
    return Asked(words, found.start, found.end, own, leans, None if leans else own)


def _bare(message: str, span: Span, identifiers: Sequence[Identifier]) -> str:
    """Return the words of a span without identifiers, each white space one blank."""
    start, end = span
    pieces, at = [], start
    for identifier in identifiers:
        is_inside = start <= identifier.start and identifier.end <= end
        if is_inside and identifier.kind not in _NAMELESS:
            pieces.append(message[at : identifier.start])
            at = identifier.end
    bare = message[start:end]
    if pieces:
        bare = _COMMAS.sub(" ", _HOLLOW.sub(" ", _CUT.join([*pieces, message[at:end]])))
    return _BLANKS.sub(" ", bare).strip()
