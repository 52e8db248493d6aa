"""A reading in, its sentences and their clauses out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.desk.phrases import LETTERS

Span = tuple[int, int]
_END = re.compile(
    r"[。!?;]+[\"')]*(?:\s?\([^()\n]{1,24}\))?|~+(?!\d)|\.(?=[\s\"')]|$|[\u3400-\u9fff])|\n"
    r"|(?<=[\s,:])(?=(?:\d{1,2}[、)]|[一二三四五六七八九十]{1,2}、)\s?\D)|(?=[①-⑳])"
)
_NO_STOP = re.compile(
    r"(?:^|[\s(])(?:dr|mr|mrs|ms|prof|no|nos|nr|acct|acc|e\.g|i\.e|eg|ie|etc|inc|ltd|co|corp|st"
    r"|vs|approx|tel|ref|art"
    r"|sec|cl|[a-z]|(?:[a-z]\.){1,3}[a-z])$"
)
ENUMERATOR = re.compile(
    r"\s*(?:[-•*·+]\s+|\(?\d{1,2}[.、):](?!\d)\s*|[①-⑳]\s*|\([一二三四五六七八九十a-h]{1,2}\)\s*"
    r"|\([ivx]{1,4}\)\s*|\d{1,2}\s-\s|[第其][一二三四五六七八九](?:点|个|条)?[\s,、:.]+"
    r"|[a-h][.)]\s+|[一二三四五六七八九十]{1,2}[、.]\s*|(?:问题?|q"
    r"|question)\s?[一二三四五六七八九十\d]{1,2}\s?[:、.,)]\s*)"
)
_CUT = re.compile(  # between clauses of a sentence
    r",(?!\d{3})|:(?!\d)|\s-+\s|--+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
    r"|\s(?=(?:and|but|or|also|plus)\s(?:also\s|then\s|if so\s)?"
    r"(?:(?:is|are|does|do|did|can|could|may|must|shall|should|will|would|has|have)\s"
    r"(?:i|we|you|he|she|it|they|there|the|my|our|your|this|that|these|those|any|anyone)\b"
    r"|(?:what|which|who|why|how|where|when|whether)\b))"
    r"|(?<=[\u4e00-\u9fff])(?=(?:还有|另外|以及|并且|顺便)(?!什么).{0,30}(?:吗|什么|怎么|多久"
    r"|多少|几|是否|能否|哪|谁|([\u4e00-\u9fff])不\1))"
)
_MARK = re.compile(r"\?.{0,2}$|\?[\"')]?\s?\([^()\n]{1,24}\)$")
_WIDTH = 56  # of a line, in Latin letters, from which its end may be a fold


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reading: its span without list number, and how it ends."""

    start: int
    end: int
    is_entry: bool  # it begins an entry of a list
    is_marked: bool
    is_lead: bool  # it ends with a colon


def split(reading: str, block: Span) -> Iterator[Sentence]:
    """Yield the sentences of a block that hold a letter."""
    start, last = block
    cuts = [
        match for match in _END.finditer(reading, start, last) if _is_end(reading, match, start)
    ]
    for cut in [*(match.end() for match in cuts), last]:
        sentence = _sentence(reading, start, cut)
        if sentence is not None:
            yield sentence
        start = cut


def _is_end(reading: str, match: re.Match[str], block_start: int) -> bool:
    at = match.start()
    line = reading.rfind("\n", 0, at) + 1
    before = reading[max(line, at - 12, block_start) : at]
    if match[0] == ".":
        is_number = re.fullmatch(r"\s*\(?\d{1,2}", reading[max(line, at - 5) : at])
        return not (_NO_STOP.search(before) or is_number)
    return match[0] != "\n" or not _is_fold(reading, line, at)


def _is_fold(reading: str, line: int, at: int) -> bool:
    """Tell whether a line end is where a mail program broke a sentence."""
    words = reading[line:at]
    after = reading[at + 1 : at + 40]
    width = sum(2 if ord(char) > 0x2E80 else 1 for char in words)
    goes_on = re.match(r"[a-z0-9\u3400-\u9fff(\"']", after) and not ENUMERATOR.match(after)
    return bool(width >= _WIDTH and goes_on and not re.search(r"[.!?:。;吗呢]\s*$", words))


def _sentence(reading: str, start: int, end: int) -> Sentence | None:
    entry = ENUMERATOR.match(reading, start, end)
    begin = entry.end() if entry else start
    words = reading[begin:end]
    if not LETTERS.search(words):
        return None
    begin += len(words) - len(words.lstrip(" \n\"'()>|"))
    stripped = reading[begin:end].rstrip()
    return Sentence(
        begin,
        begin + len(stripped),
        entry is not None,
        _MARK.search(stripped) is not None,
        stripped.endswith(":"),
    )


def split_clauses(reading: str, sentence: Sentence) -> list[Span]:
    """Return the clauses of a sentence that hold more than blanks."""
    cuts = [match.end() for match in _CUT.finditer(reading, sentence.start, sentence.end)]
    pairs = itertools.pairwise([sentence.start, *cuts, sentence.end])
    return [(start, end) for start, end in pairs if reading[start:end].strip()]
