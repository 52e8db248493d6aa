"""Which kept questions went badly, put into groups a few at a time beside what else is done."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import Row, and_, exists, func, insert, or_, select

from bot.answering.answer import NEAREST, Outcome, Reason
from bot.desk.gaps.rules import LEADING, Groups, Missed, Sign, UnderstoodQuestion, understand
from bot.desk.ticket.draft import DOUBTFUL
from bot.storage.storage_errors import ConflictError
from bot.storage.tables import answers, as_utc, feedback, gap_questions
from bot.storage.transactions import Transactions, readable
from index.agreement import Agreement
from index.background import CircuitBreaker, Worker
from index.search.embedder import Embedder, Vectors

_UNHELPFUL = feedback.c.verdict == "unhelpful"
_IS_MISSED = or_(
    and_(
        answers.c.outcome == str(Outcome.ABSTAINED),
        or_(answers.c.reason.is_(None), answers.c.reason != str(Reason.INVALID)),
    ),
    answers.c.probability < DOUBTFUL,
    exists().where(feedback.c.answer_id == answers.c.id, _UNHELPFUL),
)
_IS_GROUPED = exists().where(gap_questions.c.id == answers.c.id)
IS_UNGROUPED = and_(_IS_MISSED, answers.c.question != "", ~_IS_GROUPED)
BY_TIME = (answers.c.asked_at, answers.c.id)
_AT_ONCE = 200  # questions embedded, and grouped in one transaction: a second or so
_TRIES = 3  # another program may group, or erase, the same questions


def read_missed(transactions: Transactions) -> Iterable[tuple[str, Missed]]:
    """Yield the grouped questions that still went badly, oldest first, with their groups."""
    said: dict[str, set[Sign]] = defaultdict(set)
    notes: dict[str, list[str]] = defaultdict(list)
    unhelpful = select(*(feedback.c[name] for name in ("answer_id", "reason", "note")))
    newest_first = (feedback.c.given_at.desc(), feedback.c.id)
    for row in transactions.rows(unhelpful.where(_UNHELPFUL).order_by(*newest_first)):
        is_part = row.reason == "incomplete"
        said[row.answer_id].add(Sign.INCOMPLETE if is_part else Sign.WRONG)
        if row.note:
            notes[row.answer_id].append(row.note)
    named = ("id", "question", "asked_at", "language", "outcome", "reason", "probability")
    columns = [answers.c[name] for name in named]
    own = (gap_questions.c.gap_id, gap_questions.c.near, gap_questions.c.agreements)
    query = select(*own, *columns).join(answers)
    rows = transactions.rows(query.order_by(*BY_TIME))
    for row, (near, agreements) in readable("gap_questions", rows, _ids):
        signs = said.get(row.id, set()) | _signs(row)
        if signs:
            missed = Missed(
                row.id,
                as_utc(row.asked_at),
                row.question,
                row.language,
                frozenset(signs),
                near,
                agreements,
                tuple(notes.get(row.id, ())),
            )
            yield row.gap_id, missed


def _ids(row: Row[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(json.loads(row.near)), tuple(json.loads(row.agreements))


def _signs(row: Row[Any]) -> set[Sign]:
    if row.outcome == str(Outcome.ABSTAINED):
        return {Sign.ABSTAINED} if row.reason != str(Reason.INVALID) else set()
    is_weak = row.probability is not None and row.probability < DOUBTFUL
    return {Sign.WEAK} if is_weak else set()


@dataclass(frozen=True, slots=True)
class _Read:
    asked: UnderstoodQuestion
    near: str  # JSON


class Grouping:
    """Groups questions; may be used from several threads at once."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._lock = threading.Lock()
        self._model = ""
        self._known: dict[str, tuple[UnderstoodQuestion, Vectors]] = {}  # by the id of its answer

    def left(self) -> int:
        """Return how many questions are in no group yet."""
        query = select(func.count()).select_from(answers).where(IS_UNGROUPED)
        with self._transactions.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def steps(self, embedder: Embedder, agreements: Sequence[Agreement]) -> Generator[int]:
        """Group what is in no group yet, and yield after every step how many that were.

        Between two steps it may be closed: what was grouped until then is kept.
        """
        with self._lock:
            if self._model != embedder.fingerprint:
                self._model, self._known = embedder.fingerprint, {}
            failed = 0
            while waiting := self._waiting():
                leading = self._leading()
                yield from self._learn(leading, embedder, agreements)
                groups = self._groups(leading)
                texts: dict[str, Vectors] = {}  # many ask in the same words
                try:
                    for ids in _parts(waiting):
                        yield self._group(self._read(ids, agreements), groups, texts, embedder)
                except ConflictError:
                    failed += 1
                    if failed == _TRIES:
                        raise

    def _waiting(self) -> list[str]:
        """Return the ids of what is in no group yet, in the order of time."""
        query = select(answers.c.id).where(IS_UNGROUPED).order_by(*BY_TIME)
        with self._transactions.reading() as connection:
            return list(connection.execute(query).scalars())

    def _leading(self) -> dict[str, list[str]]:
        """Return by group the ids of its first questions of different words, oldest first."""
        query = select(gap_questions.c.gap_id, answers.c.id, answers.c.question).join(answers)
        words: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._transactions.rows(query.order_by(*BY_TIME)):
            if len(words[row.gap_id]) < LEADING:
                words[row.gap_id].setdefault(row.question, row.id)
        return {gap_id: list(ids.values()) for gap_id, ids in words.items()}

    def _learn(
        self, leading: dict[str, list[str]], embedder: Embedder, agreements: Sequence[Agreement]
    ) -> Iterator[int]:
        """Embed what leads and is not known, a few at a time; nothing is grouped by it."""
        wanted = [name for names in leading.values() for name in names]
        self._known = {name: self._known[name] for name in wanted if name in self._known}
        for ids in _parts([name for name in wanted if name not in self._known]):
            found = [read.asked for read in self._read(ids, agreements)]
            vectors = embedder.embed_whole([asked.text for asked in found]) if found else ()
            for asked, vector in zip(found, vectors, strict=True):
                self._known[asked.answer_id] = asked, vector
            yield 0

    def _groups(self, leading: dict[str, list[str]]) -> Groups:
        groups = Groups()
        for gap_id, names in leading.items():
            for name in names:
                if name in self._known:  # else it was erased a moment ago
                    groups.learn(gap_id, *self._known[name])
        return groups

    def _read(self, ids: Sequence[str], agreements: Sequence[Agreement]) -> list[_Read]:
        query = select(*(answers.c[name] for name in ("id", "question", "record")))
        with self._transactions.reading() as connection:
            found = connection.execute(query.where(answers.c.id.in_(ids)).order_by(*BY_TIME)).all()
        return [_to_read(row, agreements) for row in found]

    def _group(
        self,
        found: Sequence[_Read],
        groups: Groups,
        texts: dict[str, Vectors],
        embedder: Embedder,
    ) -> int:
        """Place questions, keep where, and return how many that were."""
        if not found:
            return 0
        asked = [read.asked for read in found]
        vectors = _embed_new([one.text for one in asked], texts, embedder)
        rows = [
            {
                "id": read.asked.answer_id,
                "gap_id": gap_id,
                "near": read.near,
                "agreements": json.dumps(read.asked.agreements),
            }
            for read, gap_id in zip(found, groups.place(asked, vectors), strict=True)
        ]
        with self._transactions.writing() as connection:
            connection.execute(insert(gap_questions), rows)
        for one, vector in zip(asked, vectors, strict=True):
            self._known[one.answer_id] = one, vector
        return len(found)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def _to_read(row: Row[Any], agreements: Sequence[Agreement]) -> _Read:
    record = json.loads(row.record)
    asked = understand(
        row.id, row.question, agreements, chosen=record["chosen"], history=record["history"]
    )
    near = record["citations"] or record["nearest"]
    return _Read(asked, json.dumps([clause["clause_id"] for clause in near[:NEAREST]]))


def _embed_new(texts: list[str], known: dict[str, Vectors], embedder: Embedder) -> Vectors:
    """Return the vectors of texts, those that ``known`` has not embedded and added to it."""
    new = list(dict.fromkeys(text for text in texts if text not in known))
    if new:
        known |= dict(zip(new, embedder.embed_whole(new), strict=True))
    return np.stack([known[text] for text in texts])


_SOON = 0.3  # seconds in which a few questions are grouped, so that the list has them at once
_PAUSE = 30.0  # seconds after a failure


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the grouping is.

    Attributes:
        done: How many questions were grouped since it began.
        left: How many are in no group yet.
        is_failing: Whether it failed a moment ago; it is tried again later.
    """

    done: int
    left: int
    is_failing: bool


class BackgroundGrouping:
    """Runs a grouping in one thread of its own; may be used from several threads at once."""

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self._worker = Worker("grouping")
        self._breaker = CircuitBreaker(_PAUSE)
        self._done = 0

    def follow(self, embedder: Embedder, agreements: Sequence[Agreement]) -> Progress:
        """Begin to group what is in no group yet, unless that is being done; say how far it is.

        Raises:
            StorageError: The database cannot be read.
        """
        may_begin = not self._worker.is_stopped and not self._breaker.is_tripped
        if may_begin and self._grouping.left():
            self._worker.begin(partial(self._group, embedder, agreements))
            self._worker.wait(_SOON)
        left = self._grouping.left()
        return Progress(self._done, left, self._breaker.is_tripped)

    def stop(self) -> None:
        """Group no more; what was grouped is kept, and the rest is for the next time."""
        self._worker.stop()

    def _group(self, embedder: Embedder, agreements: Sequence[Agreement]) -> None:
        self._done = 0
        try:
            with closing(self._grouping.steps(embedder, agreements)) as steps:
                while not self._worker.is_stopped and (count := next(steps, None)) is not None:
                    self._done += count
        except Exception:
            self._breaker.trip()  # whoever waits for it has to learn of it
            raise
