"""The places where a message asks something, and what to search for in each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.answering.question import is_context_dependent
from bot.desk.ticket.identifiers import Identifier, IdentifierKind
from bot.desk.ticket.phrases import (
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
    without_request,
)
from bot.desk.ticket.sentences import Sentence, Span, find_lists, is_fact, split, split_clauses
from index.text import normalise

_GENERIC_ZH = re.compile(  # words that a question about anything may be made of
    r"我们?|你们?|您|咱们?|贵司|贵公司|贵方|平台|公司|客服|他们?|它们?|自己|谁|什么|啥|怎么样?|怎样|咋|如何"
    r"|为何|为什么|凭什么|多久|多长|多少|多大|几|哪里?|何时|是否|能否|可否|有没有|是不是|会不会|能不能"
    r"|可不可以|要不要|需不需要|这个?|那个?|这种|那种|这样|那样|这些|那些|里面|其中|上面|期间|之前|之后"
    r"|以前|以后|到时候?|届时|否则|不然|如果|要是|的话|要求|需要?|要|得|应该?|可以|能够?|会|可能|必须"
    r"|提前|立即|马上|直接|具体|一般|大概|最多|最少|至少|天|日|周|个?月|年|小时|工作|时间|时候|期限"
    r"|通知|告知|告诉|说|赔偿?|补偿|损失|责任|费用?|钱|后果|承担|负责?|付|出|算|归|处理|解决|办理?|操作"
    r"|流程|步骤|手续|恢复|找回来?|追回|拿回来?|收费?|收取|影响|产生|发生|结果|原因|做|干|弄|有|没|是|在|被|把|给|对"
    r"|向|跟|和|与|还|也|都|就|才|又|再|先|后|全|不|吗|呢|吧|啊|呀|了|的|地|得|着|过|来|去|到|上|下|个|点|请问?"
    r"|\W|\d"
)
_GENERIC_EN = re.compile(
    r"\b(?:[a-z]"
    r"|a|about|actually|after|again|all|also|always|am|an|and|any|anyone"
    r"|anything|are|as|at|away|back|be|bear|bears|been|before|being|but|by|can"
    r"|compensate|compensated|compensation|cost|costs|could|damage|damages|day|days"
    r"|did|do|does|done|else|ever|exactly|fee|for|from|get|give|given|go|gonna"
    r"|got|had|happen|happened|happens|has|have|he|her|here|him|his|how|i|if"
    r"|immediately|in|is|it|its|just|liable|long|loss|losses|lost|make|many|may"
    r"|me|might|month|months|much|must|my|need|needed|no|not|notice|notify|now"
    r"|of|off|on|once|one|ones|or|otherwise|our|ours|out|over|own|paid|pay"
    r"|pays|process|re|really|receive|responsible|right|same|shall|she|should|so"
    r"|some|someone|soon|steps|still|stuff|supposed|sure|take|takes|tell|than"
    r"|that|the|their|them|then|there|these|they|thing|things|this|those|to|too"
    r"|under|until|up|us|very|was|way|we|week|weeks|were|what|whatever|when"
    r"|where|whether|which|who|whom|whose|why|will|with|within|without|wont"
    r"|would|yes|yet|you|your|yours"
    r")\b"
)
_ELSEWHERE = re.compile(  # words that point at what was said, and at the end what is left out
    r"^(?:and |or |but )?(?:if|when) (?:so|not|yes|no)\b|^(?:and |or )?(?:otherwise|in that case)\b"
    r"|\b(?:without|with|before|after|against) ?\??$"
)
_INSIDE = re.compile(r"^.{0,4}(?:里面|里边|其中|上面)|\b(?:in|on|inside) it\b")
_BRACKETS = re.compile(r"\(.{0,24}?\)")


def points_back(text: str) -> bool:
    """Tell whether a normalised question takes up the question before it: “If not, …”."""
    return _ELSEWHERE.search(text) is not None


def points_inside(text: str) -> bool:
    """Tell whether a normalised question is about a part of what was spoken of: “里面的数据”."""
    return _INSIDE.search(text) is not None


def is_context_dependent_part(text: str) -> bool:
    """Tell whether a normalised question means nothing without what stands before it."""
    own = _GENERIC_ZH.sub("", _GENERIC_EN.sub("", _BRACKETS.sub("", text)))
    return points_back(text) or not LETTERS.search(own)


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
    """Return the questions in a reading, and what may be one.

    The blocks are spans that are the matter of the message, in order; ``thanks`` are those of
    sentences in them that only thank.
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
class TicketQuestion:
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


def make_ticket_question(
    message: str, found: Found, identifiers: Sequence[Identifier], former: TicketQuestion | None
) -> TicketQuestion:
    """Return a question as it is to be looked for; there is none before the first one."""
    own = without_request(_bare(message, (found.start, found.end), identifiers))
    words = message[found.start : found.end]
    read = normalise(own)
    is_short = len(_CJK.findall(own)) <= _SHORT_ZH and len(_WORD.findall(own)) <= _SHORT_EN
    leans, hangs = is_context_dependent(read), is_context_dependent_part(read)
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
        return TicketQuestion(words, found.start, found.end, text, leans=False, alone=alone)
    leans = (leans and is_short) or (former is not None and points_inside(read))
    return TicketQuestion(words, found.start, found.end, own, leans, None if leans else own)


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
