"""A reading in, the places where it asks something out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.desk.lists import find_lists, is_fact
from bot.desk.phrases import (
    LETTERS,
    asks,
    asks_by_word,
    continues,
    demands,
    is_rhetorical,
    lead_filler,
    looks_like_request,
    only_opens,
    only_requests,
    requests,
    requests_nothing,
)
from bot.desk.sentences import Sentence, Span, split, split_clauses

_WORDS = re.compile(r"[a-z]+|[\u3400-\u9fff]")
_SPACED = re.compile(r"[\u4e00-\u9fff]\s+$")
_MIXED = re.compile(r"[\u4e00-\u9fff]\s+[a-z]|[a-z]\s+[\u4e00-\u9fff]")
_ADDS = re.compile(  # one more thing that the question before is about
    r"(?:and|or)\s(?:(?:the|my|our|any|about|for)\s)?\w+(?:\s\w+){0,2}$|(?:和|以及)\w{2,10}$"
)
_FEWEST_WORDS = 3  # of a clause that is more than the last word of a question
_FEWEST_LETTERS = 2  # of a question that its mark alone tells
_NEXT = 120  # characters behind a clause in which a question may stand that it announces
_LONGEST_REST = 120  # characters of a question that goes on behind a blank, at most
_AFTERTHOUGHT = 60  # characters of a sentence that goes on with the question before it, at most


@dataclass(slots=True)
class Found:
    """A question while it is looked for.

    Attributes:
        start: Offset of the first character.
        end: Offset after the last character.
        context: Span of the sentence right before it that asks nothing; None for none.
        topic: Span of the last such sentence, be it right before it or not.
    """

    start: int
    end: int
    context: Span | None
    topic: Span | None


@dataclass(frozen=True, slots=True)
class Asking:
    """What a message asks.

    Attributes:
        found: Its questions in order, none overlapping.
        unread: Spans of sentences that look like a request and are no question of these.
    """

    found: tuple[Found, ...]
    unread: tuple[Span, ...]


@dataclass(slots=True)
class _State:
    found: list[Found] = field(default_factory=list)
    statement: Span | None = None  # the last sentence that asks nothing, before any question
    topic: Span | None = None  # the last that a question stands right behind
    left: list[Sentence] = field(default_factory=list)  # sentences that ask nothing


def find_questions(reading: str, blocks: Sequence[Span], thanks: Sequence[Span]) -> Asking:
    """Return the questions in the blocks of a reading, and what may be one.

    Args:
        reading: As ``to_reading`` gives it.
        blocks: Spans that are the matter of the message, in order.
        thanks: Spans of sentences in them that only thank.
    """
    skipped = set(thanks)
    lists = find_lists(
        reading,
        [
            sentence
            for block in blocks
            for sentence in split(reading, block)
            if (sentence.start, sentence.end) not in skipped
        ],
    )
    state = _State()
    for at, sentence in enumerate(lists.sentences):
        if at not in lists.leads:
            _read(reading, sentence, state, is_asked=at in lists.asked)
    untold = [lists.sentences[at] for at in sorted(lists.untold)]
    if not state.found and state.statement is not None:
        spans = [(entry.start, entry.end) for entry in untold] or [_matter(reading, state)]
        return Asking(tuple(Found(*span, None, None) for span in spans), ())
    untold_spans = {(entry.start, entry.end) for entry in untold}
    unread = tuple(
        (sentence.start, sentence.end)
        for sentence in state.left
        if (sentence.start, sentence.end) in untold_spans
        or sentence.is_marked
        or looks_like_request(reading[sentence.start : sentence.end])
    )
    return Asking(tuple(state.found), unread)


def _matter(reading: str, state: _State) -> Span:
    """Return the last sentence that says more than “please fix”, or else the last."""
    spans = [(sentence.start, sentence.end) for sentence in reversed(state.left)]
    lengths = [len(_WORDS.findall(reading[slice(*span)])) for span in spans]
    longer = [at for at, length in enumerate(lengths) if length > _FEWEST_WORDS]
    return spans[longer[0] if longer else 0]


def _read(reading: str, sentence: Sentence, state: _State, *, is_asked: bool) -> None:
    """Add the questions of one sentence to those found."""
    whole = reading[sentence.start : sentence.end]
    before = len(state.found)
    if before and _goes_on(reading, sentence, state.found[-1]):
        state.found[-1].end = sentence.end
        return
    if is_asked:
        state.statement = None  # what stands before a list is no matter of its entries
    _read_clauses(reading, sentence, state)
    if len(state.found) > before:
        return
    is_question = sentence.is_marked and not is_rhetorical(whole) and _has_words(whole)
    if is_asked or is_question or _requests_topic(whole):
        state.found.append(_found(reading, sentence.start, sentence.end, state))
    else:
        state.left.append(sentence)
        if not (sentence.is_lead or is_rhetorical(whole) or is_fact(reading, sentence)):
            state.statement = (sentence.start, sentence.end)


def _requests_topic(whole: str) -> bool:
    """Tell whether a sentence names a topic and requests to be told: “cap: please explain”."""
    topic, colon, rest = whole.partition(":")
    return bool(colon) and _has_words(topic) and not requests(topic) and requests_nothing(rest)


def _goes_on(reading: str, sentence: Sentence, former: Found) -> bool:
    """Tell whether a sentence goes on with the question before it: “Or not?”."""
    whole = reading[sentence.start : sentence.end]
    if len(whole) >= _AFTERTHOUGHT:
        return False
    is_added = reading[former.end - 1] != "?" and _ADDS.match(whole) and not sentence.is_marked
    return bool(is_added and not demands(whole)) or (sentence.is_marked and continues(whole))


def _has_words(whole: str) -> bool:
    """Tell whether a sentence says enough for its mark alone to make it a question."""
    return sum(len(word) for word in _WORDS.findall(whole)) >= _FEWEST_LETTERS


def _read_clauses(reading: str, sentence: Sentence, state: _State) -> None:
    """Add the questions that the clauses of a sentence ask, each with what leads to it."""
    begin, first = sentence.start, len(state.found)
    is_requested = is_request = False  # before a clause; whether the last question is no more
    for start, end in split_clauses(reading, sentence):
        clause = reading[start:end]
        former = state.found[-1] if len(state.found) > first else None
        if former and _is_rest(reading, start, clause, former, is_request=is_request):
            former.end = start + len(clause.rstrip(" ,:;\n"))
            begin = end
            continue
        is_asking = _is_asking(reading, (start, end), sentence, is_requested=is_requested)
        is_requested |= requests(clause)
        if not is_asking:
            begin = end if _is_lead(reading, end, sentence) else begin
            continue
        if len(state.found) > first and continues(clause):
            state.found[-1].end = end
        else:
            is_request = only_requests(reading[begin:end])
            state.found.append(_found(reading, begin, end, state))
        begin = end
    if len(state.found) > first and sentence.is_marked:
        state.found[-1].end = sentence.end


def _is_asking(reading: str, span: Span, sentence: Sentence, *, is_requested: bool) -> bool:
    """Tell whether a clause asks or demands, and does not only lead to one that does."""
    clause, after = reading[slice(*span)], reading[span[1] : min(span[1] + _NEXT, sentence.end)]
    is_opening = _is_lead(reading, span[1], sentence) or (
        only_opens(clause) and asks_by_word(after)
    )
    if is_opening and not asks_by_word(clause):
        return False
    is_demand = not sentence.is_marked and demands(clause)
    return is_demand or asks(clause, is_marked=sentence.is_marked, is_requested=is_requested)


def _is_lead(reading: str, end: int, sentence: Sentence) -> bool:
    """Tell whether a clause ends with a colon, and more comes."""
    return end < sentence.end and reading[max(sentence.start, end - 4) : end].rstrip().endswith(":")


def _is_rest(reading: str, start: int, clause: str, former: Found, *, is_request: bool) -> bool:
    """Tell whether a clause behind a blank is the rest of the question before that blank.

    Who mixes Chinese with English puts blanks between words: "请问 data retention 期限 多长 时间".
    """
    question = reading[former.start : start]
    if len(question) > _LONGEST_REST or former.end < start - 1 or not _SPACED.search(question):
        return False
    is_last_word = len(_WORDS.findall(clause)) < _FEWEST_WORDS and clause[-1] in ",:;?。!~"
    return is_last_word or (is_request and _MIXED.search(question) is not None)


def _found(reading: str, start: int, end: int, state: _State) -> Found:
    """Return a question without blanks around it and words before it that ask nothing."""
    skipped = start + lead_filler(reading[start:end])
    begin = skipped if LETTERS.search(reading, skipped, end) else start
    last = begin + len(reading[begin:end].rstrip(" ,:;\n"))
    context, state.statement = state.statement, None
    state.topic = context or state.topic
    return Found(begin, last, context, state.topic)
