"""Which approved reply answers a like question: near, and no number, negation or name differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bot.answering.answer import Answer
from bot.answering.names import find_named
from bot.answering.question import MAX_LENGTH
from bot.desk.replies.rules import ApprovedReply, Content, State, find_changes
from index.numerals import ENGLISH_WORDS, read_number
from index.search.clause_index import ClauseIndex
from index.search.embedder import Vectors
from index.text import normalise

_UNITS = {  # how each language says a unit; the longest first, since one may begin another
    "working day": r"(?:个\s?)?工作日|(?:business|working)[\s-]days?\b",
    "day": r"(?:个\s?)?自然日|天|日|号|(?:(?:calendar|consecutive)[\s-])?days?\b",
    "hour": r"(?:个\s?)?(?:小时|钟头)|hours?\b|hrs?\b",
    "minute": r"分钟|minutes?\b|mins?\b",
    "week": r"(?:个\s?)?(?:星期|礼拜|周)(?!岁)|weeks?\b",
    "month": r"(?:个\s?)?月|months?\b",
    "year": r"周?年|years?\b",
    "percent": r"%|percent\b",
    "time": r"次|times\b",
    "money": r"元|块|人民币|rmb\b|yuan\b|cny\b",
    "article": r"条|款",
}
_UNIT = "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in _UNITS.items())
_NUMBER = re.compile(
    r"(?P<digits>\d{1,15}(?:,\d{3})*(?:\.\d{1,9})?(?:\s?[万亿千百]|k\b)?)"
    r"|(?P<percent_zh>百分之[零〇一二两三四五六七八九十百\d.]{1,8})"
    r"|(?P<half>半(?=\s?(?:个|天|年|月|小时))|\bhalf an? (?=hour|day|week|month|year))"
    r"|(?P<chinese>[零〇一二两三四五六七八九十百千万亿]{1,12})"
    rf"|\b(?P<english>(?:{ENGLISH_WORDS})(?:[\s-](?:and\s)?(?:{ENGLISH_WORDS})){{0,5}})\b"
)
_AGAIN = re.compile(r"\s?\(\d{1,9}\)")  # thirty (30), as contracts write it
_AFTER = re.compile(rf"[\s-]{{0,2}}(?:{_UNIT})?")
_MEASURES = re.compile(r"\s?[个名位份张笔台家人倍种字]")

# 能不能, 有没有, 是不是, 可不可以 ask; 不好意思, 不同, 不可抗力 negate nothing that is asked
_NO_NEGATION = re.compile(
    r"([\u4e00-\u9fff])[不没]\1|有没有|是否|能否|可否|不好意思|对不起|差不多|不过|不论|不管|不仅|不但"
    r"|不同|不可抗力|不断|不明白|不知道|不清楚|不懂|不太懂|没看懂|不确定|要不|不如|只不过|不错|了没\b"
    r"|\bwhether or not\b|\bor not\b|\bnot only\b|\bno matter\b|\bnot sure\b|\bwhy not\b"
    r"|\b(?:do not|don't|did not|didn't|can't|cannot|couldn't) (?:know|understand|see|find)\b"
    r"|\bno\.? (?=\d)"
)
_NEGATION = re.compile(
    r"(?:不|没有?|未|无(?!论)|非(?!常)|别(?![的人样处名])|勿|免(?=[除责于])|拒绝|禁止)"
    r"|\b(?:not|no|never|none|without|cannot|unable|refuse[sd]?|forbidden|prohibited)\b"
    r"|n't\b|\b(?:cant|dont|wont|doesnt|didnt|isnt|arent)\b|\bun(?=(?:able|paid|used)\b)"
)
_SKIPPED = re.compile(
    r"(?:\s|能|可以|可|会|要|得|许|准|允许|想|应该?|必须?|需要?|再|是|有|被|给|让"
    r"|\b(?:be|been|have|has|had|to|the|a|an|any|my|our|your|i|we|you|get|able)\b)*"
)
_NEGATED = re.compile(r"[\u4e00-\u9fff]|[a-z]{3,20}")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_KEPT_READ = 4096  # questions kept as they were read: all are read anew when one is approved


@dataclass(frozen=True, slots=True)
class Marks:
    """What two questions must have in common beside their sense.

    Attributes:
        numbers: Each value with its unit, sorted; the unit is empty where none is known.
        negations: How often something is negated.
        negated: What is, as far as it can be told.
        text: What they were read from.
    """

    numbers: tuple[tuple[float, str], ...]
    negations: int
    negated: frozenset[str]
    text: str


@lru_cache(maxsize=_KEPT_READ)
def read_marks(text: str) -> Marks:
    """Return the marks of a normalised text."""
    plain = _NO_NEGATION.sub(" · ", text)
    found = list(_NEGATION.finditer(plain))
    words = [_NEGATED.match(plain, _skip(plain, match.end())) for match in found]
    negated = frozenset(word[0][:5] for word in words if word)
    return Marks(tuple(sorted(_numbers(text))), len(found), negated, plain)


def are_alike(one: Marks, other: Marks) -> bool:
    """Tell whether nothing that vectors overlook tells two questions apart."""
    if one.numbers != other.numbers or one.negations != other.negations:
        return False
    return not (_turns(one, other) or _turns(other, one))


def _turns(one: Marks, other: Marks) -> bool:
    """Tell whether the other affirms what this one negates, while it negates something else."""
    affirmed = _NEGATION.sub(" ", other.text)
    return any(word in affirmed for word in one.negated - other.negated if _is_telling(word))


def _is_telling(word: str) -> bool:
    return len(word) >= 3 or _CJK.match(word) is not None


def _skip(text: str, at: int) -> int:
    match = _SKIPPED.match(text, at)
    return match.end() if match else at


def _numbers(text: str) -> list[tuple[float, str]]:
    found, end = [], 0
    for match in _NUMBER.finditer(text):
        if match.start() < end:
            continue  # the same number in brackets
        end = _end(text, match)
        after = _AFTER.match(text, end)
        unit = (after.lastgroup or "") if after else ""
        is_half = match.lastgroup == "half"
        value = 0.5 if is_half else read_number(match[0].removeprefix("百分之"))
        if match.lastgroup == "percent_zh":
            unit = "percent"
        elif match.lastgroup in ("chinese", "english") and not unit:
            is_counted = match.lastgroup == "chinese" and _MEASURES.match(text, match.end())
            if value is None or value < 2 or not (is_counted or match.lastgroup == "english"):
                continue  # 一下, 万一, "one of"
        if value is not None:
            found.append((value, unit.replace("_", " ")))
    return found


def _end(text: str, match: re.Match[str]) -> int:
    """Return where a number ends, itself in brackets behind it included."""
    again = _AGAIN.match(text, match.end())
    if again is None or read_number(text[match.start() : again.end()]) is None:
        return match.end()
    return again.end()


LIKE = 0.75
"""Cosine from which questions are alike."""

LIKE_OF_CLAUSE = 0.68
"""The same where the reply cites the clause that the bot is sure of.

Of the 468 known questions without history, held against all 4,487 expected ones, 23
have a like one by ``LIKE``, and 1 of these (0.2 % of all) is of a clause that does not answer it;
44 have one by both, and 2 of these (0.4 %) are. By 0.66 it were 51, of which 3 miss the question.
"""

SURE = 0.95
"""Probability from which the bot is sure that a clause decides a question."""


def find_sure(answer: Answer) -> str:
    """Return the id of the clause that surely decides a question; empty where none does."""
    first = answer.citations[0] if answer.citations else None
    return first.clause_id if first is not None and first.confidence >= SURE else ""


@dataclass(frozen=True, slots=True)
class Match:
    """An approved reply to a question.

    Attributes:
        reply: What was approved.
        question: The one of its questions that is like.
        likeness: Cosine of the two, ``LIKE_OF_CLAUSE``..1, higher is more alike.
    """

    reply: ApprovedReply
    question: str
    likeness: float


@dataclass(frozen=True, slots=True)
class MatchEntry:
    """A question of a reply, as it is held against others."""

    reply: ApprovedReply
    question: str
    read: str  # the question, normalised
    marks: Marks

    @property
    def cited(self) -> set[str]:
        """Ids of the clauses that the reply cites."""
        return {cited.clause_id for cited in self.reply.content.citations}


def read_entries(reply: ApprovedReply) -> tuple[MatchEntry, ...]:
    """Return the questions of a reply as a matcher holds them; some milliseconds."""
    return tuple(
        MatchEntry(reply, question, read, read_marks(read))
        for question in reply.content.questions
        for read in [normalise(question)]
    )


class ReplyMatcher:
    """The replies of one moment, with the vectors of their questions in memory.

    An index that it is asked with has the model that it was made with.
    """

    def __init__(self, entries: Sequence[MatchEntry], vectors: Vectors, model: str) -> None:
        """Hold the questions of the replies that are not retired.

        The vectors are float32 of shape (entries, dimensions): ``embed_whole`` of what each reads,
        by the model of that fingerprint.
        """
        self.model = model
        self._entries = entries
        self._vectors = vectors

    @property
    def count(self) -> int:
        """How many questions it holds."""
        return len(self._entries)

    def match(
        self,
        question: str,
        index: ClauseIndex,
        agreement: str | None = None,
        sure: str = "",
    ) -> Match | None:
        """Return the approved reply that is most like, whose clauses stand, or None.

        ``agreement`` is the one that was chosen, None for those that are named; ``sure`` is as
        ``find_sure`` gives it.
        """
        read = normalise(question[: MAX_LENGTH + 1])
        if not self._entries or not any(map(str.isalnum, read)) or len(question) > MAX_LENGTH:
            return None
        spoken_of = _spoken_of(question, index) or ({agreement} if agreement else set())
        for entry, likeness in self._near(question, {sure}, index):
            if (
                entry.reply.state is State.APPROVED
                and _is_meant(entry, spoken_of, index)
                and not any(find_changes(entry.reply.content, index))
            ):
                return Match(entry.reply, entry.question, likeness)
        return None

    def find_standing(self, content: Content, index: ClauseIndex) -> list[Match]:
        """Return the replies that stand already to what new content replies to, each once.

        They are in its language, to a question like one of its own, and about an agreement that
        it is about; pending ones are among them, since they are to be mended, not doubled.
        """
        clauses = {cited.clause_id for cited in content.citations}
        found: dict[str, Match] = {}
        for question in content.questions if self._entries else ():
            about = _spoken_of(question, index) or {cited.agreement for cited in content.citations}
            for entry, likeness in self._near(question, clauses, index):
                known = entry.reply
                is_same = known.content.language == content.language and known.reply_id not in found
                if is_same and about & _about(entry, index):
                    found[known.reply_id] = Match(known, entry.question, likeness)
        return list(found.values())

    def _near(
        self, question: str, clauses: Set[str], index: ClauseIndex
    ) -> Iterator[tuple[MatchEntry, float]]:
        """Yield the places of like questions, the most like first, each with its likeness.

        Less of it is enough where the reply cites one of some clauses.
        """
        cosines = self._vectors @ index.embedder.embed_whole([question])[0]
        marks = read_marks(normalise(question))
        for at in np.argsort(-cosines, kind="stable"):
            if cosines[at] < LIKE_OF_CLAUSE:
                return
            entry = self._entries[at]
            is_near = cosines[at] >= LIKE or not clauses.isdisjoint(entry.cited)
            if is_near and are_alike(marks, entry.marks):
                yield entry, float(min(cosines[at], 1))


def _spoken_of(question: str, index: ClauseIndex) -> set[str]:
    return set(find_named(question, index.corpus.agreements))


def _is_meant(entry: MatchEntry, spoken_of: set[str], index: ClauseIndex) -> bool:
    """Tell whether a reply is about the agreements that a question is about.

    One that names none of its own is about those that its reply cites.
    """
    named = _spoken_of(entry.question, index)
    return named == spoken_of or (not named and spoken_of == _about(entry, index))


def _about(entry: MatchEntry, index: ClauseIndex) -> set[str]:
    """Return the agreements that a question of a reply names, or else those that it cites."""
    cited = {cited.agreement for cited in entry.reply.content.citations}
    return _spoken_of(entry.question, index) or cited
