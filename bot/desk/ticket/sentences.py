"""A message as patterns read it, its sentences, their clauses, and the lists among them."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.desk.ticket.phrases import LETTERS, asks, requests, requests_nothing
from index.text import normalise

_PLAIN = {
    **dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"),
    **dict.fromkeys("‘’`´", "'"),
    **dict.fromkeys("“”「」『』", '"'),
    **dict.fromkeys("–—―−", "-"),
    "…": "。",
    "｡": "。",
    "么": "么",  # alone it would be read as the traditional character for another one
}


def to_reading(message: str) -> str:
    """Return a text of the same length: half width, simplified, lower case.

    Offsets into it are offsets into the message; quotes and line ends are of one kind.
    """
    return "".join(map(_read, message.replace("\r\n", " \n")))


@functools.lru_cache(maxsize=16384)
def _read(char: str) -> str:
    if char == "\n":
        return char
    if char in _PLAIN:
        return _PLAIN[char]
    if "①" <= char <= "⑳":  # else the number of a list entry would be a digit of its words
        return char
    read = normalise(char)
    if read:
        return read if len(read) == 1 else char
    return " "


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


_SEEKS = re.compile(
    r"\b(?:questions?|quer(?:y|ies)|concerns?|clarifications?|answers?|need|want|look(?:ing)? for"
    r"|requests?|require|provide|share|address|cover|comment|respond|reply|enquir\w*|inquir\w*"
    r"|curious|interested in|writing about|unclear|open (?:points|issues|items))\b"
    r"|问题|几点|疑问|疑惑|事项|答复|回复|回答|解答|说明|明确|确认|解释|告知|了解|咨询|请教|核实"
    r"|想知道|提供|关注"
)
_POINTS = re.compile(
    r"\b(?:following|below|these|points|questions|items|issues|topics|matters|queries)\b"
    r"|以下|下列|下面|如下|几点|这些|几个|各项|逐[条项一]"
)
_TELLS = re.compile(  # facts follow, not questions
    r"\b(?:(?:my|our|company|account|contact|order|billing) (?:details|data|info\w*)|as follows"
    r"|here (?:is|are)|attached|enclosed|such as|e\.g"
    r"|(?:i|we) (?:did|tried|use|are using|have (?:already|done|tried)))\b"
    r"|(?:信息|情况|资料|经过|联系方式|背景|步骤)(?:如下|为)?\s?:?$"
)
_FACT = re.compile(r"[^:?\n]{1,24}:\s?[^\s?][^?]*$")
_LONGEST_LINE = 60  # characters of a line that stands for a question by itself
_LONGEST_PIECE = 40  # characters of an entry within a sentence
_NUMBER = re.compile(r"\((?:\d{1,2}|[ivx]{1,4}|[a-h])\)\s?|其[一二三四五六七八九][,、:]\s?")
_NEXT = re.compile(r"[\s,;、]+(?:and|or|以及|和)?\s*$")
_PIECE = re.compile(r"[^、;,]+")
_BLANK_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Lists:
    """The sentences of a message with its lists; places count in ``sentences``.

    Attributes:
        sentences: In order; a sentence that lists things behind a colon is divided.
        leads: Places of sentences that only lead into a list that is asked.
        asked: Places of entries that are asked whatever their words.
        untold: Places of entries of other lists of two or more.
    """

    sentences: tuple[Sentence, ...]
    leads: frozenset[int]
    asked: frozenset[int]
    untold: frozenset[int]


def find_lists(reading: str, sentences: Sequence[Sentence]) -> Lists:
    """Return the lists of a message, whether marked by numbers, bullets, lines or a colon."""
    divided = tuple(_divide(reading, sentences))
    leads: set[int] = set()
    asked: set[int] = set()
    untold: set[int] = set()
    at = 0
    while at < len(divided):
        entries = _entries(reading, divided, at) or _lines(reading, divided, at)
        if not entries:
            at += 1
            continue
        if at > 0 and at - 1 not in asked and _leads(reading, divided[at - 1]):
            leads.add(at - 1)
            asked.update(entries)
        elif _are_mostly_asked(reading, [divided[entry] for entry in entries]):
            asked.update(entries)
        elif len(entries) > 1 and divided[at].is_entry and not _tells(reading, divided, at):
            untold.update(entry for entry in entries if not is_fact(reading, divided[entry]))
        at = entries[-1] + 1
    return Lists(divided, frozenset(leads), frozenset(asked), frozenset(untold))


def is_lead(whole: str) -> bool:
    """Tell whether a sentence that ends with a colon only says that questions follow."""
    return (requests(whole) or _SEEKS.search(whole) is not None) and not _TELLS.search(whole)


def is_fact(reading: str, sentence: Sentence) -> bool:
    """Tell whether an entry names a thing and its value: “Company: Blue Heron”."""
    return sentence.is_entry and _FACT.match(reading, sentence.start, sentence.end) is not None


def _are_mostly_asked(reading: str, entries: Sequence[Sentence]) -> bool:
    """Tell whether more than half of the entries of a list ask by themselves."""
    asking = [
        entry.is_marked
        or asks(reading[entry.start : entry.end], is_marked=False, is_requested=False)
        for entry in entries
    ]
    return 2 * sum(asking) > len(asking)


def _tells(reading: str, sentences: Sequence[Sentence], at: int) -> bool:
    """Tell whether what stands before a list says that facts follow."""
    lead = sentences[at - 1] if at else None
    return lead is not None and _TELLS.search(reading[lead.start : lead.end]) is not None


def _leads(reading: str, sentence: Sentence) -> bool:
    whole = reading[sentence.start : sentence.end]
    if not is_lead(whole):
        return False
    return sentence.is_lead or _POINTS.search(whole) is not None or requests_nothing(whole)


def _entries(reading: str, sentences: Sequence[Sentence], at: int) -> list[int]:
    """Return the places of the entries of the list that begins at a place, none for no list."""
    places = []
    while at < len(sentences):
        if sentences[at].is_entry:
            places.append(at)
        elif not places or "\n" in reading[sentences[at - 1].end : sentences[at].start]:
            break
        at += 1
    return places


def _lines(reading: str, sentences: Sequence[Sentence], at: int) -> list[int]:
    """Return the places of short lines below a lead that ends with a colon; none where one asks."""
    if at == 0 or not sentences[at - 1].is_lead:
        return []
    places: list[int] = []
    for place in range(at, len(sentences)):
        sentence, former = sentences[place], sentences[place - 1]
        between = reading[former.end : sentence.start]
        if "\n" not in between or (places and _BLANK_LINE.search(between)):
            break
        words = reading[sentence.start : sentence.end]
        is_short = len(words) <= _LONGEST_LINE and words[-1] not in ".。!:"
        if not is_short or asks(words, is_marked=sentence.is_marked, is_requested=False):
            return []
        places.append(place)
    return places if len(places) > 1 else []


def _divide(reading: str, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield sentences; of “please confirm: a, b; c” the lead and each thing by itself."""
    last: Sentence | None = None  # whose list goes on in the next sentence
    for sentence in sentences:
        is_next = last is not None and "\n" not in reading[last.end : sentence.start]
        if is_next and not sentence.is_entry:
            yield replace(sentence, is_entry=True)
        else:
            pieces = _pieces(reading, sentence)
            if pieces:
                yield replace(sentence, end=pieces[0][0], is_lead=True, is_marked=False)
                for start, end in pieces:
                    yield Sentence(start, end, is_entry=True, is_marked=False, is_lead=False)
            else:
                yield sentence
            is_next = bool(pieces)
        last = sentence if is_next and reading[sentence.end - 1] == ";" else None


def _pieces(reading: str, sentence: Sentence) -> list[Span]:
    """Return the things that a sentence lists behind a lead; none for no list."""
    goes_on = reading[sentence.end - 1] == ";"
    numbers = list(_NUMBER.finditer(reading, sentence.start, sentence.end))
    if (
        numbers
        and len(numbers) + goes_on > 1
        and is_lead(reading[sentence.start : numbers[0].start()])
    ):
        ends = [*(number.start() for number in numbers[1:]), sentence.end]
        spans = [(number.end(), end) for number, end in zip(numbers, ends, strict=True)]
        return _trim(reading, spans)
    colon = reading.find(":", sentence.start, sentence.end)
    if colon < 0 or sentence.is_marked or not is_lead(reading[sentence.start : colon]):
        return []
    found = _PIECE.finditer(reading, colon + 1, sentence.end)
    pieces = _trim(reading, [match.span() for match in found if LETTERS.search(match[0])])
    words = [reading[start:end] for start, end in pieces]
    is_plain = all(
        len(piece) <= _LONGEST_PIECE
        and not asks(piece, is_marked=False, is_requested=True)
        and not requests(piece)
        for piece in words
    )
    return pieces if len(pieces) + goes_on > 1 and is_plain else []


def _trim(reading: str, spans: Sequence[Span]) -> list[Span]:
    """Return spans without blanks around them, and without the “and” before the next one."""
    trimmed = []
    for start, end in spans:
        words = _NEXT.sub("", reading[start:end])
        begin = start + len(words) - len(words.lstrip())
        trimmed.append((begin, begin + len(words.strip())))
    return [span for span in trimmed if LETTERS.search(reading, *span)]
