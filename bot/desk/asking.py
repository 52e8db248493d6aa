"""A reading in, the places where it asks something out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.desk.phrases import LETTERS, asks, continues, demands, is_rhetorical, lead_filler, requests

Span = tuple[int, int]
_END = re.compile(
    r"[。!?;]+[\"')]*|~+(?!\d)|\.(?=[\s\"')]|$|[\u3400-\u9fff])|\n"
    r"|(?<=[\s,:])(?=\d{1,2}[、)]\s?\D)|(?=[①-⑳])"
)
_NO_STOP = re.compile(
    r"(?:^|[\s(])(?:dr|mr|mrs|ms|prof|no|nos|nr|acct|acc|e\.g|i\.e|eg|ie|etc|inc|ltd|co|corp|st"
    r"|vs|approx|tel|ref|art"
    r"|sec|cl|[a-z]|(?:[a-z]\.){1,3}[a-z])$"
)
_ENUMERATOR = re.compile(
    r"\s*(?:[-•*·+]\s+|\(?\d{1,2}[.、):](?!\d)\s*|[①-⑳]\s*|\([一二三四五六七八九十a-h]{1,2}\)\s*"
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
_WIDTH = 56  # of a line, in Latin letters, from which its end may be a fold
_ANNOUNCES = re.compile(r"questions?\b|问题|几点|疑问|疑惑")
_WORDS = re.compile(r"[a-z]+|[\u3400-\u9fff]")
_FEWEST_WORDS = 3  # of a question that its mark alone tells
_AFTERTHOUGHT = 60  # characters of a sentence that goes on with the question before it, at most


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a reading: its span without list number, and how it ends."""

    start: int
    end: int
    is_entry: bool  # it begins an entry of a list
    is_marked: bool
    is_lead: bool  # it ends with a colon


@dataclass(slots=True)
class Found:
    """A question while it is looked for: its span and the span of what it may lean on."""

    start: int
    end: int
    context: Span | None


@dataclass(slots=True)
class _State:
    found: list[Found] = field(default_factory=list)
    statement: Span | None = None  # the last sentence that asks nothing
    in_list: bool = False  # behind a lead-in that requests


def find_questions(reading: str, blocks: Sequence[Span], thanks: Sequence[Span]) -> list[Found]:
    """Return the questions in the blocks of a reading, in order, none overlapping.

    Args:
        reading: As ``to_reading`` gives it.
        blocks: Spans that are the matter of the message, in order.
        thanks: Spans of sentences in them that only thank.
    """
    state = _State()
    skipped = set(thanks)
    for block in blocks:
        for sentence in split(reading, block):
            if (sentence.start, sentence.end) not in skipped:
                _read(reading, sentence, state)
    if not state.found and state.statement is not None:
        state.found.append(Found(*state.statement, None))
    return state.found


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
    goes_on = re.match(r"[a-z0-9\u3400-\u9fff(\"']", after) and not _ENUMERATOR.match(after)
    return bool(width >= _WIDTH and goes_on and not re.search(r"[.!?:。;]\s*$", words))


def _sentence(reading: str, start: int, end: int) -> Sentence | None:
    entry = _ENUMERATOR.match(reading, start, end)
    begin = entry.end() if entry else start
    words = reading[begin:end]
    if not LETTERS.search(words):
        return None
    begin += len(words) - len(words.lstrip(" \n\"'()"))
    stripped = reading[begin:end].rstrip()
    return Sentence(
        begin,
        begin + len(stripped),
        entry is not None,
        "?" in stripped[-3:],
        stripped.endswith(":"),
    )


def _clauses(reading: str, sentence: Sentence) -> list[Span]:
    cuts = [match.end() for match in _CUT.finditer(reading, sentence.start, sentence.end)]
    pairs = itertools.pairwise([sentence.start, *cuts, sentence.end])
    return [(start, end) for start, end in pairs if reading[start:end].strip()]


def _read(reading: str, sentence: Sentence, state: _State) -> None:
    """Add the questions of one sentence to those found."""
    whole = reading[sentence.start : sentence.end]
    before = len(state.found)
    if sentence.is_lead and (requests(whole) or _ANNOUNCES.search(whole)):
        state.in_list = True
        return
    if before and not sentence.is_entry and not sentence.is_marked:
        state.in_list = False
    if before and sentence.is_marked and continues(whole) and len(whole) < _AFTERTHOUGHT:
        state.found[-1].end = sentence.end
        return
    _read_clauses(reading, sentence, state)
    if len(state.found) > before:
        return
    is_question = sentence.is_marked and not is_rhetorical(whole)
    if (is_question and len(_WORDS.findall(whole)) >= _FEWEST_WORDS) or (
        state.in_list and sentence.is_entry
    ):
        state.found.append(_found(reading, sentence.start, sentence.end, state))
    else:
        state.statement = (sentence.start, sentence.end)


def _read_clauses(reading: str, sentence: Sentence, state: _State) -> None:
    """Add the questions that the clauses of a sentence ask, each with what leads to it."""
    begin, first = sentence.start, len(state.found)
    is_requested = False
    for start, end in _clauses(reading, sentence):
        clause = reading[start:end]
        is_asking = asks(clause, is_marked=sentence.is_marked, is_requested=is_requested)
        is_demand = not sentence.is_marked and demands(clause)
        is_requested |= requests(clause)
        if not is_asking and not is_demand:
            continue
        if len(state.found) > first and continues(clause):
            state.found[-1].end = end
        else:
            state.found.append(_found(reading, begin, end, state))
        begin = end
    if len(state.found) > first and sentence.is_marked:
        state.found[-1].end = sentence.end


def _found(reading: str, start: int, end: int, state: _State) -> Found:
    """Return a question without blanks around it and words before it that ask nothing."""
    skipped = start + lead_filler(reading[start:end])
    begin = skipped if LETTERS.search(reading, skipped, end) else start
    last = begin + len(reading[begin:end].rstrip(" ,:;\n"))
    context, state.statement = state.statement, None
    return Found(begin, last, context)
