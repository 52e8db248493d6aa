"""The list of gaps: which kept questions went badly, by group, and what was made of each group.

Only ids are kept beside the answers: what is erased or pruned there is gone here.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from bot.answer import NEAREST, Outcome, Reason
from bot.desk.draft import DOUBTFUL
from bot.desk.gaps import Gap, GapState, Leaders, Mark, Missed, Sign, make_gap, week_of
from bot.people.identity import Actor
from bot.record import writable
from bot.storage.database import Database
from bot.storage.errors import ConflictError, StorageError
from bot.storage.kept import strip_text
from bot.storage.people.clock import as_utc
from bot.storage.tables import answers, feedback, metadata
from index.clause_index import ClauseIndex
from index.embedder import Embedder, Vectors
from index.errors import QueryError

gaps = Table(
    "gaps",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),  # UTC
)

gap_questions = Table(
    "gap_questions",
    metadata,
    Column("id", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("gap_id", String(64), nullable=False),  # the first answer's, even if that is gone
    Column("near", Text, nullable=False),  # JSON: ids of clauses
    Index("questions_by_gap", "gap_id"),
)

_AT_ONCE = 500  # questions grouped in one transaction
_TRIES = 3  # another program may group, or erase, the same questions
_UNHELPFUL = feedback.c.verdict == "unhelpful"
_IS_MISSED = or_(
    and_(
        answers.c.outcome == str(Outcome.ABSTAINED),
        or_(answers.c.reason.is_(None), answers.c.reason != str(Reason.INVALID)),
    ),
    answers.c.probability < DOUBTFUL,
    exists().where(feedback.c.answer_id == answers.c.id, _UNHELPFUL),
)


class UnknownGapError(StorageError):
    """There is no gap of that id, or none any more."""


@dataclass(frozen=True, slots=True)
class TopicWeek:
    """What was asked on one topic in one week.

    Attributes:
        begins: Monday of the week, in UTC.
        agreement: Id of the agreement; empty where no clause came near.
        topic: Outermost title above the deciding or nearest clause; may be empty.
        answered: How many questions were answered.
        abstained: How many were not; the sum of both is what was asked.
    """

    begins: date
    agreement: str
    topic: str
    answered: int
    abstained: int


class Gaps:
    """Groups the questions that went badly; may be used from several threads at once."""

    def __init__(self, database: Database) -> None:
        self._transactions = database.transactions
        self._lock = threading.Lock()
        self._model = ""
        self._vectors: dict[str, Vectors] = {}  # of leaders, by the id of their answer

    def update(self, embedder: Embedder) -> int:
        """Group the questions that came since the last time, and return how many those were."""
        with self._lock:
            count = failed = 0
            leaders = self._leaders(embedder)
            while found := self._ungrouped():
                vectors = embedder.embed_whole([row.question for row in found])
                placed = leaders.place([row.id for row in found], vectors)
                rows = [
                    {"id": row.id, "gap_id": gap_id, "near": _near_of(row.record)}
                    for row, gap_id in zip(found, placed, strict=True)
                ]
                try:
                    with self._transactions.writing() as connection:
                        connection.execute(insert(gap_questions), rows)
                except ConflictError:
                    failed += 1
                    if failed == _TRIES:
                        raise
                    leaders = self._leaders(embedder)
                    continue
                count += len(found)
                self._vectors |= {
                    row.id: vector
                    for row, gap_id, vector in zip(found, placed, vectors, strict=True)
                    if row.id == gap_id
                }
            return count

    def regroup(self, embedder: Embedder) -> None:
        """Group every question anew, as after a change of the model.

        What a person made of a group goes with its first question: a group whose own first
        question has no mark takes over that of its earliest question that has one.
        """
        query = select(gap_questions, answers.c.question).join(answers).order_by(*_BY_TIME)
        with self._lock:
            found = list(self._transactions.rows(query))
            vectors = _embed(embedder, [row.question for row in found])
            leaders = Leaders((), vectors[:0])
            placed = leaders.place([row.id for row in found], vectors)
            rows = [
                {"id": row.id, "gap_id": gap_id, "near": row.near}
                for row, gap_id in zip(found, placed, strict=True)
            ]
            with self._transactions.writing() as connection:
                marks = {row.id: row for row in connection.execute(select(gaps))}
                connection.execute(delete(gap_questions))
                if rows:
                    connection.execute(insert(gap_questions), rows)
                for former, gap_id in _inherited(found, placed, set(marks)):
                    connection.execute(insert(gaps), dict(marks[former]._mapping) | {"id": gap_id})

    def find(self, state: GapState | None = None, now: datetime | None = None) -> list[Gap]:
        """Return the gaps, those with the most questions first.

        Args:
            state: Only those in this state.
            now: The time that the trend ends with; None for now.
        """
        groups: dict[str, list[Missed]] = defaultdict(list)
        for gap_id, missed in self._missed():
            groups[gap_id].append(missed)
        with self._transactions.reading() as connection:
            marks = {
                row.id: Mark(GapState(row.state), row.note, row.who)
                for row in connection.execute(select(gaps))
            }
        until = now or datetime.now(UTC)
        found = [
            make_gap(gap_id, missed, marks.get(gap_id, Mark()), until)
            for gap_id, missed in groups.items()
        ]
        wanted = [gap for gap in found if state is None or gap.mark.state is state]
        return sorted(wanted, key=lambda gap: (-gap.count, -gap.last_at.timestamp(), gap.gap_id))

    def mark(self, gap_id: str, mark: tuple[GapState, str], *, by: Actor) -> None:
        """Say what a gap is, with a note, persons in it masked.

        Raises:
            UnknownGapError: There is no such gap, or none any more.
        """
        state, note = mark
        name = writable(gap_id).replace("\0", "")
        row = {
            "state": str(state),
            "note": strip_text(note, keep_words=True),
            "who": writable(by.name),
            "changed_at": datetime.now(UTC),
        }
        with self._transactions.writing() as connection:
            is_there = select(gap_questions.c.id).where(gap_questions.c.gap_id == name).limit(1)
            if connection.execute(is_there).scalar() is None:
                raise UnknownGapError(f"there is no gap {gap_id!r}, or none any more.")
            changed = connection.execute(update(gaps).where(gaps.c.id == name).values(row))
            if not changed.rowcount:
                connection.execute(insert(gaps), row | {"id": name})

    def topics(self, index: ClauseIndex) -> list[TopicWeek]:
        """Return what was asked by week and topic, in the order of time; invalid ones left out."""
        query = select(answers.c.asked_at, answers.c.outcome, answers.c.reason, answers.c.record)
        counts: Counter[tuple[date, str, str, bool]] = Counter()
        for row in self._transactions.rows(query):
            if row.reason != str(Reason.INVALID):
                is_answered = row.outcome == str(Outcome.ANSWERED)
                topic = _topic(json.loads(row.record), row.reason, index)
                counts[week_of(as_utc(row.asked_at)), *topic, is_answered] += 1
        keys = sorted({key[:3] for key in counts})
        return [TopicWeek(*key, counts[*key, True], counts[*key, False]) for key in keys]

    def _ungrouped(self) -> Sequence[Any]:
        is_grouped = exists().where(gap_questions.c.id == answers.c.id)
        query = select(answers.c.id, answers.c.question, answers.c.record).where(
            _IS_MISSED, answers.c.question != "", ~is_grouped
        )
        with self._transactions.reading() as connection:
            return connection.execute(query.order_by(*_BY_TIME).limit(_AT_ONCE)).all()

    def _leaders(self, embedder: Embedder) -> Leaders:
        """Return the first question of each group, or the oldest that is left of it."""
        query = select(gap_questions.c.gap_id, answers.c.id, answers.c.question).join(answers)
        first: dict[str, tuple[str, str]] = {}
        for row in self._transactions.rows(query.order_by(*_BY_TIME)):
            if row.gap_id not in first or row.id == row.gap_id:
                first[row.gap_id] = (row.id, row.question)
        known = self._vectors if self._model == embedder.fingerprint else {}
        new = {name: text for name, text in first.values() if name not in known}
        known |= dict(zip(new, _embed(embedder, list(new.values())), strict=True))
        self._model = embedder.fingerprint
        self._vectors = {name: known[name] for name, _ in first.values()}
        return Leaders(list(first), _stack(list(self._vectors.values()), embedder))

    def _missed(self) -> Iterable[tuple[str, Missed]]:
        """Yield the grouped questions that still went badly, oldest first, with their groups."""
        said: dict[str, set[Sign]] = defaultdict(set)
        unhelpful = select(feedback.c.answer_id, feedback.c.reason).where(_UNHELPFUL)
        for row in self._transactions.rows(unhelpful):
            is_part = row.reason == "incomplete"
            said[row.answer_id].add(Sign.INCOMPLETE if is_part else Sign.WRONG)
        named = ("id", "question", "asked_at", "language", "outcome", "reason", "probability")
        columns = [answers.c[name] for name in named]
        query = select(gap_questions.c.gap_id, gap_questions.c.near, *columns).join(answers)
        for row in self._transactions.rows(query.order_by(*_BY_TIME)):
            signs = said.get(row.id, set()) | _signs(row)
            if signs:
                near = tuple(json.loads(row.near))
                asked_at = as_utc(row.asked_at)
                yield (
                    row.gap_id,
                    Missed(row.id, asked_at, row.question, row.language, frozenset(signs), near),
                )


_BY_TIME = (answers.c.asked_at, answers.c.id)


def _signs(row: Row[Any]) -> set[Sign]:
    if row.outcome == str(Outcome.ABSTAINED):
        return {Sign.ABSTAINED} if row.reason != str(Reason.INVALID) else set()
    is_weak = row.probability is not None and row.probability < DOUBTFUL
    return {Sign.WEAK} if is_weak else set()


def _inherited(
    found: Sequence[Row[Any]], placed: Sequence[str], marked: set[str]
) -> list[tuple[str, str]]:
    """Return for each new group without a mark the former group whose mark it takes over."""
    heirs: dict[str, str] = {}
    for row, gap_id in zip(found, placed, strict=True):
        former = next((name for name in (row.id, row.gap_id) if name in marked), None)
        if gap_id not in marked and former is not None:
            heirs.setdefault(gap_id, former)
    return [(former, gap_id) for gap_id, former in heirs.items()]


def _near_of(record: str) -> str:
    row = json.loads(record)
    near = row["citations"] or row["nearest"]
    return json.dumps([clause["clause_id"] for clause in near[:NEAREST]])


def _topic(record: dict[str, Any], reason: str | None, index: ClauseIndex) -> tuple[str, str]:
    """Return agreement and outermost title of the clause that decided, or came nearest."""
    if record["citations"]:
        cited = record["citations"][0]
        return cited["agreement"], next(iter(cited["path"]), "")
    if reason == str(Reason.OUT_OF_SCOPE) or not record["nearest"]:
        return "", ""
    near = record["nearest"][0]
    try:
        clause = index.corpus.clauses[index.position(near["clause_id"])]
    except QueryError:
        return near["agreement"], ""
    return near["agreement"], next(iter(clause.path), "")


def _embed(embedder: Embedder, texts: list[str]) -> Vectors:
    return embedder.embed_whole(texts) if texts else embedder.embed_whole(["-"])[:0]


def _stack(vectors: list[Vectors], embedder: Embedder) -> Vectors:
    return np.stack(vectors) if vectors else _embed(embedder, [])
