"""What is known of a group of questions that went badly; ``gap_groups`` makes the groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

WEEKS = 12  # of the trend
EXAMPLES = 5  # of a group
NEAREST = 3  # clauses of a group
NOTES = 3  # of askers, of a group


class GapState(StrEnum):
    """What the owner of the agreements makes of a gap."""

    NEW = "new"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    SHOULD_SAY = "should_say"  # the agreement should say it
    IGNORED = "ignored"


class Sign(StrEnum):
    """Why a question counts as one that went badly."""

    ABSTAINED = "abstained"
    WRONG = "wrong"  # an asker said so, or gave no reason that says less
    INCOMPLETE = "incomplete"  # an asker said so
    WEAK = "weak"  # it was answered with a low probability


@dataclass(frozen=True, slots=True)
class Missed:
    """One question that went badly.

    Attributes:
        answer_id: Of the answer that it got.
        asked_at: In UTC.
        question: As it is kept, persons masked.
        language: ``zh`` or ``en``.
        signs: Why it is here.
        near: Ids of the clauses cited, or nearest when abstained, best first.
        agreements: Ids of those that it is about, sorted; empty for all.
        notes: What askers wrote when they marked the answer.
    """

    answer_id: str
    asked_at: datetime
    question: str
    language: str
    signs: frozenset[Sign]
    near: tuple[str, ...]
    agreements: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person made of a gap; ``who`` is empty, and ``at`` None, where nobody did yet."""

    state: GapState = GapState.NEW
    note: str = ""
    who: str = ""
    at: datetime | None = None  # in UTC


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of questions that went badly.

    Attributes:
        gap_id: Id of the answer to the question that began the group; never changes.
        agreements: Ids of those that it is about, sorted; empty for all.
        count: How many questions.
        signs: How many of them by each sign; one question may have several.
        first_at: When the first was asked, in UTC.
        last_at: When the last was.
        trend: How many in each of the last ``WEEKS`` weeks, the running one last.
        examples: The first question and the last ones that differ, both languages among them.
        answers: Ids of the answers to the examples, in their order.
        notes: What askers wrote last when they marked an answer.
        near: Ids of the clauses that came nearest most often.
        mark: What a person made of it.
    """

    gap_id: str
    agreements: tuple[str, ...]
    count: int
    signs: dict[Sign, int]
    first_at: datetime
    last_at: datetime
    trend: tuple[int, ...]
    examples: tuple[str, ...]
    answers: tuple[str, ...]
    notes: tuple[str, ...]
    near: tuple[str, ...]
    mark: Mark


def make_gap(gap_id: str, missed: Sequence[Missed], mark: Mark, now: datetime) -> Gap:
    """Return what is known of one group.

    Args:
        gap_id: Of the group.
        missed: Its questions, oldest first; at least one.
        mark: What a person made of it.
        now: The time that the trend ends with.
    """
    this_week = week_of(now)
    weeks = Counter(week_of(question.asked_at) for question in missed)
    begins = (this_week - timedelta(weeks=WEEKS - 1 - back) for back in range(WEEKS))
    near = Counter(clause for question in missed for clause in question.near)
    examples = _examples(missed)
    notes = dict.fromkeys(note for question in reversed(missed) for note in question.notes)
    return Gap(
        gap_id,
        missed[0].agreements,
        len(missed),
        dict(sorted(Counter(sign for question in missed for sign in question.signs).items())),
        missed[0].asked_at,
        missed[-1].asked_at,
        tuple(weeks[begin] for begin in begins),
        tuple(question.question for question in examples),
        tuple(question.answer_id for question in examples),
        tuple(notes)[:NOTES],
        tuple(clause for clause, _ in near.most_common(NEAREST)),
        mark,
    )


def week_of(time: datetime) -> date:
    """Return the Monday, in UTC, of the week of a time."""
    day = time.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def _examples(missed: Sequence[Missed]) -> list[Missed]:
    newest = {
        question.question.casefold(): question for question in (*missed[1:], missed[0])
    }  # each once
    ordered = [missed[0], *(q for q in reversed(list(newest.values())) if q is not missed[0])]
    shown = [question for question in ordered if question.question][:EXAMPLES]
    other = next((q for q in ordered if q.language != missed[0].language), None)
    if other is not None and other not in shown:
        shown[-1] = other
    return shown
