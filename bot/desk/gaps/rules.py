"""Questions that went badly: what is known of a group of them, and how the groups are made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import numpy as np

from bot.answering.names import find_named
from bot.answering.question import frame_question
from index.agreement import Agreement
from index.search.embedder import Vectors

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
    """Return what is known of one group of questions, of which there is at least one.

    They are in the order of time; the trend ends with ``now``.
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


def concerns(gap: Gap, agreement: str | None) -> bool:
    """Tell whether a gap is about an agreement, or about all; None stands for any."""
    return agreement is None or not gap.agreements or agreement in gap.agreements


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


ALIKE = 0.49
"""Likeness from which a question is of a group: the mean of its cosines, by ``embed_whole``, with
the group's leading questions.

``python -m benchmarks.gaps`` shows what it finds. A nearest clause that two questions have in
common was tried beside it, and told no more: what no clause decides lies near any.
"""

LEADING = 8
"""Questions of a group, its first ones of different words, that others are held against.

One alone, however it was put, finds fewer of the like ones; many would let a group wander.
"""


@dataclass(frozen=True, slots=True)
class UnderstoodQuestion:
    """A question as it was understood.

    Attributes:
        answer_id: Of the answer that it got.
        text: What was looked for: with the question that it leans on, without agreements' names.
        agreements: Ids, sorted, of those that it names, else of the chosen one; empty for all.
    """

    answer_id: str
    text: str
    agreements: tuple[str, ...]


def understand(
    answer_id: str,
    question: str,
    agreements: Sequence[Agreement],
    *,
    chosen: str | None,
    history: Sequence[str],
) -> UnderstoodQuestion:
    """Read a question as the bot does.

    ``history`` holds earlier questions of the same asker, oldest first; ``chosen`` is the agreement
    that was looked in, None for all.
    """
    framed = frame_question(question, agreements, chosen=chosen, history=history)
    named = find_named(question, agreements)
    about = named or (framed.scope if framed.names else ())
    return UnderstoodQuestion(answer_id, framed.searches[-1], tuple(sorted(about)))


class Groups:
    """The groups that there are, and what joins them."""

    def __init__(self) -> None:
        self._about: dict[tuple[str, ...], _Means] = defaultdict(_Means)

    def learn(self, gap_id: str, asked: UnderstoodQuestion, vector: Vectors) -> None:
        """Take over a question that is in a group already."""
        self._about[asked.agreements].learn(gap_id, asked.text, vector)

    def place(self, questions: Sequence[UnderstoodQuestion], vectors: Vectors) -> list[str]:
        """Return the group of each question, in order; one that is like none begins its own.

        Some hundred questions at most: each is compared with every group at once. The vectors are
        of their texts, at length 1, shape ``(len(questions), dimension)``.
        """
        placed = [""] * len(questions)
        rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, asked in enumerate(questions):
            rows[asked.agreements].append(at)
        for about, own in rows.items():
            found = self._about[about].place([questions[at] for at in own], vectors[own])
            for at, gap_id in zip(own, found, strict=True):
                placed[at] = gap_id
        return placed


class _Means:
    """The groups about the same agreements, each by the mean of its leading questions."""

    def __init__(self) -> None:
        self._gaps: list[str] = []
        self._sizes: list[int] = []  # leading questions of each
        self._row_of: dict[str, int] = {}  # by the id of the gap
        self._row_by_text: dict[str, int] = {}  # of the leading questions
        self._means: Vectors = np.empty((0, 0), np.float32)  # of their vectors; more rows than gaps

    def learn(self, gap_id: str, text: str, vector: Vectors) -> int | None:
        """Count a question into a group, or begin it; return its row where its mean moved."""
        row = self._row_of.get(gap_id)
        if row is None:
            row = self._begin(gap_id, len(vector))
        if text in self._row_by_text or self._sizes[row] == LEADING:
            return None
        self._row_by_text[text] = row
        self._sizes[row] += 1
        self._means[row] += (vector - self._means[row]) / self._sizes[row]
        return row

    def place(self, questions: Sequence[UnderstoodQuestion], vectors: Vectors) -> list[str]:
        """See ``Groups.place``."""
        known, width = len(self._gaps), len(questions)
        likeness = np.full((width, known + width), -1.0, np.float32)
        if known:
            likeness[:, :known] = vectors @ self._means[:known].T
        placed = []
        for at, (asked, vector) in enumerate(zip(questions, vectors, strict=True)):
            row = self._row_by_text.get(asked.text, _most_like(likeness[at, : len(self._gaps)]))
            gap_id = asked.answer_id if row is None else self._gaps[row]
            moved = self.learn(gap_id, asked.text, vector)
            if moved is not None:
                likeness[at + 1 :, moved] = vectors[at + 1 :] @ self._means[moved]
            placed.append(gap_id)
        return placed

    def _begin(self, gap_id: str, dimension: int) -> int:
        row = len(self._gaps)
        if row == len(self._means):
            room = np.zeros((max(256, row), dimension), np.float32)
            self._means = np.concatenate([self._means.reshape(row, dimension), room])
        self._gaps.append(gap_id)
        self._row_of[gap_id] = row
        self._sizes.append(0)
        return row


def _most_like(likeness: Vectors) -> int | None:
    """Return where the most likeness is; None where none is enough."""
    row = int(np.argmax(likeness)) if len(likeness) else -1
    return row if row >= 0 and likeness[row] >= ALIKE else None
